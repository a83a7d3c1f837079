"""The rules window: several rules at once, undo, search, and what it remembers.

SPDX-License-Identifier: MIT
"""

from product import LVM_GETSELECTEDCOUNT, resource_id, select_first_rule, settled
from scenario import expect, expect_equal, scenario, wait_until

LVM_GETITEMCOUNT, LVM_GETCOLUMNWIDTH = 0x1004, 0x101D
LVM_SETCOLUMNWIDTH, LVM_GETTOPINDEX = 0x101E, 0x1027
WM_COMMAND, WM_GETDLGCODE, DLGC_DEFPUSHBUTTON = 0x111, 0x87, 0x10
SEED_ROWS = 11      # other programs' entries that the lab begins with
NAME, LISTEN, STATE = 0, 1, 3


def control(lab, window, name):
    return next(one for one in lab.controls(window.handle) if one.control_id == resource_id(name))


def open_window(lab, product):
    product.start_tray()
    window = product.dialog("Tidegate")
    settled(lab)
    return window


def count(lab, window, message=LVM_GETITEMCOUNT):
    return lab.send(control(lab, window, "IDC_RULES_LIST").handle, message)


def states(product):
    return {one["name"]: one["enabled"] for one in product.rules()}


def add_three(product):
    for port, name in ((3501, "web10"), (3502, "web2"), (3503, "api")):
        product.add(str(port), "--name", name)
    product.wait_rule("api", "active")


def select_mine(lab, window):
    """The rules stand above other programs' entries; by keys alone."""
    select_first_rule(lab, window)
    lab.key("shift+Down", "shift+Down")


@scenario
def several_rules_are_disabled_at_once_and_enabled_again_by_undo(lab, product):
    """Space asks for all selected rules in one batch; Ctrl+Z takes just that back."""
    add_three(product)
    product.ctl("disable", "web10")
    product.wait_rule("web10", "off")
    window = open_window(lab, product)
    select_mine(lab, window)
    wait_until(lambda: count(lab, window, LVM_GETSELECTEDCOUNT) == 3, 10, "three selected rows")
    lab.key("space")
    wait_until(lambda: states(product) == {"web10": False, "web2": False, "api": False}, 10,
               "all three off")
    wait_until(lambda: control(lab, window, "IDC_RULES_UNDO").visible, 10, "the offer to undo")
    expect("2" in control(lab, window, "IDC_RULES_STATUS").text, "the line does not say how many")
    lab.key("ctrl+z")
    wait_until(lambda: states(product) == {"web10": False, "web2": True, "api": True}, 10,
               "what was on to be on again")
    wait_until(lambda: not control(lab, window, "IDC_RULES_UNDO").visible, 10,
               "nothing more to be undone")
    expect_equal(count(lab, window, LVM_GETSELECTEDCOUNT), 3, "selected rows")


@scenario
def removing_several_asks_once_and_undo_makes_them_again(lab, product):
    """One question with the number; undo restores them with their ids."""
    add_three(product)
    before = {one["id"]: one["name"] for one in product.rules()}
    window = open_window(lab, product)
    select_mine(lab, window)
    lab.key("Delete")
    question = wait_until(lambda: next((one for one in lab.windows() if one.visible
                                        and one.class_name == "#32770"
                                        and one.handle != window.handle), None), 10, "the question")
    settled(lab)
    expect(any("3" in one.text for one in lab.controls(question.handle)), "the question has no 3")
    lab.key("alt+y")
    wait_until(lambda: product.rules() == [], 10, "the rules to go")
    wait_until(lambda: control(lab, window, "IDC_RULES_UNDO").visible, 10, "the offer to undo")
    lab.key("alt+u")
    wait_until(lambda: {one["id"]: one["name"] for one in product.rules()} == before, 10,
               "the rules with their ids")
    product.wait_rule("web2", "active")


@scenario
def what_somebody_else_changed_since_is_not_undone(lab, product):
    """Once one of its rules was changed again, the switch cannot be undone any more."""
    add_three(product)
    window = open_window(lab, product)
    select_mine(lab, window)
    lab.key("space")
    wait_until(lambda: control(lab, window, "IDC_RULES_UNDO").visible, 10, "the offer to undo")
    product.ctl("enable", "web2")
    wait_until(lambda: not control(lab, window, "IDC_RULES_UNDO").visible, 10,
               "the offer to be withdrawn")
    lab.key("ctrl+z")
    product.wait_rule("web2", "active")
    expect_equal(states(product), {"web10": False, "web2": True, "api": False}, "enabled")


@scenario
def the_search_narrows_the_list_and_escape_takes_it_back(lab, product):
    """By name, port and state; Enter goes on to what was found."""
    add_three(product)
    product.ctl("disable", "api")
    window = open_window(lab, product)
    wait_until(lambda: count(lab, window) == SEED_ROWS + 3, 10, "all rows")
    for words, found in (("web", 2), ("3503", 1), ("web 3502", 1), ("no such thing", 0)):
        lab.key("ctrl+f", "ctrl+a")
        lab.type_text(words)
        wait_until(lambda found=found: count(lab, window) == found, 10, f"{found} for {words!r}")
    expect("no such thing" in control(lab, window, "IDC_RULES_STATUS").text, "the line is silent")
    lab.key("Escape")
    wait_until(lambda: count(lab, window) == SEED_ROWS + 3, 10, "all rows again")
    expect(window.handle in [one.handle for one in lab.windows() if one.visible],
           "Escape closed the window")
    lab.key("ctrl+f")
    lab.type_text("web2")
    lab.key("Return", "Home", "space")
    product.wait_rule("web2", "off")


@scenario
def updates_keep_selection_and_scroll_position(lab, product):
    """A rule is added and another one changed from outside under the open window."""
    for i in range(14):
        product.add(str(3600 + i), "--name", f"service {i}")
    window = open_window(lab, product)
    lab.key("alt+p", "End", *["Up"] * (SEED_ROWS + 2))
    settled(lab)
    top = count(lab, window, LVM_GETTOPINDEX)
    expect(top > 0, "the list is not scrolled")
    product.add("3999", "--name", "last")
    product.ctl("disable", "service 12")
    wait_until(lambda: count(lab, window) == SEED_ROWS + 15, 10, "the new row")
    settled(lab)
    expect_equal(count(lab, window, LVM_GETTOPINDEX), top, "first visible row")
    expect_equal(count(lab, window, LVM_GETSELECTEDCOUNT), 1, "selected rows")
    lab.key("space")
    product.wait_rule("service 11", "off")


@scenario
def the_window_remembers_its_place_and_its_columns(lab, product):
    """Closed and opened again by another run of the tray, and not led astray by nonsense."""
    window = open_window(lab, product)
    list_handle = control(lab, window, "IDC_RULES_LIST").handle
    lab.send(list_handle, LVM_SETCOLUMNWIDTH, NAME, 233)
    lab.key("alt+F4")
    product.no_dialog("Tidegate")
    product.stop_tray()
    window = open_window(lab, product)
    list_handle = control(lab, window, "IDC_RULES_LIST").handle
    expect_equal(lab.send(list_handle, LVM_GETCOLUMNWIDTH, NAME), 233, "width")
    remembered = window.rect
    product.stop_tray()
    key = r"HKCU\Software\Tidegate\Windows"
    kind, stored = lab.reg_values(key)["Rules96"]
    moved = stored[:8] + (31).to_bytes(4, "little") + (17).to_bytes(4, "little") + stored[16:]
    lab.reg_set(key, "Rules96", moved, kind)
    window = open_window(lab, product)
    expect_equal(window.rect[:2], (31, 17), "place")
    product.stop_tray()
    for nonsense in (stored[:-4], b"\xff" * len(stored)):
        lab.reg_set(key, "Rules96", nonsense, kind)
        window = open_window(lab, product)
        left, top, right, bottom = window.rect
        expect(0 <= left < right <= 1280 and 0 <= top < bottom <= 800, f"place {window.rect}")
        expect(right - left >= (remembered[2] - remembered[0]) // 2, "size")
        product.stop_tray()
    lab.reg_delete_key(key)


@scenario
def diagnose_puts_the_keyboard_into_the_details(lab, product):
    """Alt+Enter on a rule; F6 goes on, Ctrl+Tab turns the page and back."""
    add_three(product)
    window = open_window(lab, product)
    select_first_rule(lab, window)
    lab.key("alt+Return")
    settled(lab)
    expect(any("3501" in one.text for one in lab.controls(window.handle)
               if one.class_name == "Edit" and one.visible), "the details do not tell of the rule")
    lab.key("ctrl+Tab")
    wait_until(lambda: not control(lab, window, "IDC_RULES_LIST").visible, 10, "the other page")
    lab.key("ctrl+Tab")
    wait_until(lambda: control(lab, window, "IDC_RULES_LIST").visible, 10, "the first page")


@scenario
def the_line_leaves_it_to_the_details_to_say_why(lab, product):
    """A rule's reason is told once: by the details, or, while these are hidden, by the line."""
    product.add("3510", "--name", "web")
    product.ctl("pause")
    window = open_window(lab, product)
    select_first_rule(lab, window)
    wait_until(lambda: "aused" in control(lab, window, "IDC_DETAILS_HEADLINE").text, 10,
               "the details to say why")
    expect("aused" not in control(lab, window, "IDC_RULES_STATUS").text, "the line says it again")

    lab.post(window.handle, WM_COMMAND, resource_id("IDM_LIST_DETAILS"))
    wait_until(lambda: "aused" in control(lab, window, "IDC_RULES_STATUS").text, 10,
               "the line to say why")
    lab.post(window.handle, WM_COMMAND, resource_id("IDM_LIST_DETAILS"))
    wait_until(lambda: "aused" not in control(lab, window, "IDC_RULES_STATUS").text, 10,
               "the line to be silent again")
    product.ctl("resume")


def default_buttons(lab, window):
    return [one.text for one in lab.controls(window.handle)
            if one.visible and lab.send(one.handle, WM_GETDLGCODE) & DLGC_DEFPUSHBUTTON]


def check_default_buttons(lab, window, keys):
    """Once around with Tab: Enter presses one button, and that one looks like it."""
    for _ in range(keys):
        lab.key("Tab")
        settled(lab)
        found = default_buttons(lab, window)
        expect(len(found) <= 1, f"several default buttons: {found}")


@scenario
def no_two_buttons_look_like_the_default_one(lab, product):
    """Wherever the keyboard is: in the invitation, in the list, in the details, at the buttons."""
    lab.serve(3520)
    window = open_window(lab, product)
    wait_until(lambda: control(lab, window, "IDC_INVITE_ADD_PORT").visible, 10, "the invitation")
    check_default_buttons(lab, window, 10)
    left, top, right, bottom = control(lab, window, "IDC_INVITE_ADD").rect
    lab.click((left + right) // 2, (top + bottom) // 2)
    product.dialog("New rule")
    lab.key("Escape")
    product.no_dialog("New rule")
    check_default_buttons(lab, window, 1)
    product.add("3521", "--name", "web")
    product.wait_rule("web", "active")
    settled(lab)
    check_default_buttons(lab, window, 12)
    lab.key("ctrl+Tab")
    check_default_buttons(lab, window, 3)
