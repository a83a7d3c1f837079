"""The rule editor: suggestions, what it says while one types, what it shows and hides.

SPDX-License-Identifier: MIT
"""

import contextlib

from product import PRIVATE, PUBLIC, resource_id, select_first_rule, settled
from scenario import expect, expect_equal, scenario, wait_until

LISTEN_PORT = resource_id("IDC_RULE_LISTEN_PORT")
CONNECT_PORT = resource_id("IDC_RULE_CONNECT_PORT")
EFFECT, WARNING = resource_id("IDC_RULE_EFFECT"), resource_id("IDC_RULE_WARNING")
WARNING_ICON, ERROR = resource_id("IDC_RULE_WARNING_ICON"), resource_id("IDC_RULE_ERROR")
REMOTE, COMMENT = resource_id("IDC_RULE_REMOTE"), resource_id("IDC_RULE_COMMENT")
OK = 1


class Editor:
    """The open dialog, read from outside."""

    def __init__(self, lab, product, title):
        self.lab = lab
        self.window = product.dialog(title)
        settled(lab)

    def control(self, control_id):
        return next(one for one in self.lab.controls(self.window.handle)
                    if one.control_id == control_id)

    def text(self, control_id):
        return self.control(control_id).text

    def wait_text(self, control_id, part, what):
        wait_until(lambda: part in self.text(control_id), 10, what)

    def height(self, product, title):
        _, top, _, bottom = product.dialog(title).rect
        return bottom - top


@contextlib.contextmanager
def new_rule(lab, product):
    """The editor of a new rule, opened from the rules window, which is left by Escape."""
    product.start_tray()
    product.dialog("Tidegate")
    settled(lab)
    lab.key("Insert")
    yield Editor(lab, product, "New rule")
    lab.key("Escape")
    product.no_dialog("New rule")


@scenario
def a_port_that_listens_in_wsl_is_picked_by_keyboard(lab, product):
    """The port's list has what listens and is not forwarded; choosing leaves the number alone."""
    for port in (5432, 3456):
        lab.serve(port)
    product.add("3456", "--name", "there already")
    with new_rule(lab, product) as editor:
        wait_until(lambda: product.json("status")["revision"], 5, "a report")
        lab.key("Tab", "F4")
        settled(lab)
        lab.key("Down", "Return")
        editor.wait_text(LISTEN_PORT, "5432", "the port")
        wait_until(lambda: editor.text(LISTEN_PORT) == "5432", 5, "the number alone")
        wait_until(lambda: editor.text(CONNECT_PORT) == "5432", 5, "the connect port to follow")
        lab.key("Return")
        product.no_dialog("New rule")
        product.wait_traffic(lab.HOST_V4, 5432)


@scenario
def the_editor_says_what_is_wrong_while_one_types(lab, product):
    """No word about what waits to be filled in; a wrong port is told at a pause, a right one
    takes the words away, and what is wrong for several fields is told in the same line."""
    with new_rule(lab, product) as editor:
        lab.key("Tab", "Tab", "Tab")
        settled(lab, 0.8)
        expect_equal(editor.text(ERROR), "", "complaint about empty fields")
        lab.key("alt+p")
        lab.type_text("70000")
        editor.wait_text(ERROR, "8000-8010", "the wrong port to be told")
        lab.key("ctrl+a")
        lab.type_text("8000-8009")
        wait_until(lambda: editor.text(ERROR) == "", 10, "the words to go")
        lab.key("Tab", "ctrl+a")
        lab.type_text("65530")
        editor.wait_text(ERROR, "65535", "what crosses the fields")
        lab.key("Return")
        settled(lab)
        expect(product.rules() == [], "a rule was made")


@scenario
def the_editor_tells_what_the_firewall_lets_in(lab, product):
    """The sentence follows each choice; a public network brings a warning with an icon."""
    with new_rule(lab, product) as editor:
        editor.wait_text(EFFECT, "local network", "the usual effect")
        expect(not editor.control(WARNING_ICON).visible, "a warning on a private network")
        lab.key("alt+t", "Home")
        editor.wait_text(EFFECT, "stays closed", "the firewall to stay closed")
        lab.key("Down", "Down", "Down")
        editor.wait_text(EFFECT, "anywhere", "everyone")
        editor.wait_text(WARNING, "public", "the warning")
        wait_until(lambda: editor.control(WARNING_ICON).visible, 5, "its icon")
        lab.key("Up", "Up")
        wait_until(lambda: editor.text(WARNING) == "", 5, "the warning to go")
        lab.set_network_profile(PUBLIC)
        editor.wait_text(WARNING, "public", "the warning on a public network")
        lab.set_network_profile(PRIVATE)
        wait_until(lambda: editor.text(WARNING) == "", 10, "the warning to go again")


@scenario
def advanced_options_show_when_asked_for(lab, product):
    """The dialog grows and shrinks, keeps the keyboard where it can be seen, and remembers."""
    with new_rule(lab, product) as editor:
        little = editor.height(product, "New rule")
        expect(not editor.control(COMMENT).visible, "the comment shows at once")
        lab.key("alt+a")
        wait_until(lambda: editor.control(COMMENT).visible, 5, "the comment")
        expect(editor.height(product, "New rule") > little, "the dialog did not grow")
        bottom = product.dialog("New rule").rect[3]
        expect(editor.control(OK).rect[3] < bottom, "OK is outside")
        lab.key("alt+c")
        lab.type_text("seen")
        wait_until(lambda: editor.text(COMMENT) == "seen", 5, "the comment typed")
        lab.key("alt+a")
        wait_until(lambda: not editor.control(COMMENT).visible, 5, "the comment to go")
        expect_equal(editor.height(product, "New rule"), little, "height")
        lab.key("alt+a")
        wait_until(lambda: editor.control(COMMENT).visible, 5, "the comment again")
    settled(lab)
    lab.key("Insert")
    editor = Editor(lab, product, "New rule")
    expect(editor.control(COMMENT).visible, "forgotten how it was left")
    lab.key("Escape")
    product.no_dialog("New rule")


@scenario
def a_rule_that_uses_advanced_options_opens_with_them(lab, product):
    """So does one that is refused unless forced, where the box to insist with then shows."""
    product.add("3500", "--name", "plain")
    product.add("3501", "--name", "remotes", "--remote", "10.0.0.0/8")
    product.start_tray()
    select_first_rule(lab, product.dialog("Tidegate"))
    lab.key("Return")
    editor = Editor(lab, product, "Edit rule")
    expect(not editor.control(REMOTE).visible, "a plain rule opens expanded")
    lab.key("alt+p", "ctrl+a")
    lab.type_text("3389")
    lab.key("Return")
    wait_until(lambda: editor.control(resource_id("IDC_RULE_FORCED")).visible, 5, "the box")
    lab.key("alt+a", "Escape")
    product.no_dialog("Edit rule")
    select_first_rule(lab, product.dialog("Tidegate"))
    lab.key("Down", "Return")                      # other programs' entries come last
    editor = Editor(lab, product, "Edit rule")
    wait_until(lambda: editor.control(REMOTE).visible, 5, "the remote addresses")
    editor.wait_text(EFFECT, "10.0.0.0/8", "the effect")
    lab.key("Escape")
    product.no_dialog("Edit rule")


@scenario
def a_rule_that_goes_while_it_is_edited_can_be_added_again(lab, product):
    """The editor says that the rule was removed, and keeps what was typed."""
    product.add("3510", "--name", "going")
    product.start_tray()
    select_first_rule(lab, product.dialog("Tidegate"))
    lab.key("Return")
    editor = Editor(lab, product, "Edit rule")
    lab.key("ctrl+a")
    lab.type_text("back again")
    product.ctl("remove", "going")
    product.dialog("New rule")
    editor.wait_text(ERROR, "removed", "the note")
    lab.key("Return")
    product.no_dialog("New rule")
    product.wait_rule("back again", "active")


@scenario
def a_place_that_is_taken_is_told_in_the_editor(lab, product):
    """The service's refusal stands in the dialog, which stays open for another port."""
    product.add("3520", "--name", "first")
    with new_rule(lab, product) as editor:
        lab.key("Tab")
        lab.type_text("3520")
        lab.key("Return")
        editor.wait_text(ERROR, "first", "the conflict")
        lab.key("ctrl+a")
        lab.type_text("3521")
        lab.key("Return")
        product.no_dialog("New rule")
        product.wait_entry("v4tov4", "0.0.0.0/3521", f"{lab.vm.address}/3521")
