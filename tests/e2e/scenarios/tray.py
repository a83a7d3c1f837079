"""The notification icon, its menu and the dialogs: by mouse and by keyboard.

SPDX-License-Identifier: MIT
"""

import contextlib
import os
import signal
import subprocess

from product import SERVICE_RUNNING, TRAY, TRAY_CLASS, settled
from scenario import expect, expect_equal, scenario, wait_until

WM_APP_ICON = 0x8002
NIN_KEYSELECT = 0x0401
ICON_ID = 1
SEPARATOR_HEIGHT = 9     # Wine's
MENU_BORDER = 3
LINE_HEIGHT = 17

# Ids of resources/resource.h.
IDC_RULES_STATUS, IDC_RULES_ADD = 1003, 1004
IDC_RULE_NAME, IDC_RULE_LISTEN_PORT, IDC_RULE_CONNECT_PORT = 1102, 1107, 1112
IDC_RULE_ERROR = 1123


class Menu:
    """The open menu of the icon. Its lines: header, -, rules..., -, pause, -, edit, exit. Without
    rules there is one line that says so, until the tray has heard from the service none."""

    def __init__(self, lab, rule_count):
        self.lab = lab
        self.window = wait_until(lambda: next((one for one in lab.windows() if one.visible
                                               and one.class_name == "#32768"), None), 10, "menu")
        settled(lab)
        left, top, right, bottom = self.window.rect
        self.left, self.right = left, right
        self.first = top + MENU_BORDER
        self.height = LINE_HEIGHT
        lines = (bottom - top - 2 * MENU_BORDER - 3 * SEPARATOR_HEIGHT) / LINE_HEIGHT
        self.is_as_expected = lines == rule_count + 4

    def _top(self, line, separators):
        return self.first + line * self.height + separators * SEPARATOR_HEIGHT

    def take_keyboard(self):
        self.lab.point((self.left + self.right) // 2, int(self.first + self.height / 2))
        self.lab.focus_follows_mouse()

    def click_rule(self, index):
        y = self._top(1 + index, 1) + self.height / 2
        self.lab.click((self.left + self.right) // 2, int(y))

    def is_checked(self, index):
        """Whether there is a check mark in front of the rule: ink in its column."""
        area = f"14x{int(self.height) - 4}+{self.left + 5}+{int(self._top(1 + index, 1)) + 2}"
        shot = subprocess.run(["import", "-window", "root", "-crop", area, "-depth", "8", "gray:-"],
                              env=self.lab.wine.environment, stdout=subprocess.PIPE, check=True,
                              timeout=20).stdout
        return max(shot) - min(shot) > 60

    def close(self):
        self.take_keyboard()
        self.lab.key("Escape")
        menu_gone(self.lab)


def menu_gone(lab):
    wait_until(lambda: not any(one.visible and one.class_name == "#32768"
                               for one in lab.windows()), 10, "the menu to close")


def open_until_it_has(lab, rule_count, do_open):
    """Opens the menu, again and again until it has so many rules: it never changes while open."""
    def opened():
        do_open()
        menu = Menu(lab, rule_count)
        if menu.is_as_expected:
            return menu
        menu.close()
        return None

    return wait_until(opened, 10, f"a menu with {rule_count} rules")


def open_menu(lab, rule_count, button=1):
    return open_until_it_has(lab, rule_count, lambda: lab.click_tray(button=button))


def open_menu_by_keyboard(lab, rule_count):
    """What the shell sends for Enter on the icon: Wine's has no way to get there by keys."""
    main = next(one for one in lab.windows() if one.class_name == TRAY_CLASS)
    return open_until_it_has(lab, rule_count, lambda: lab.post(
        main.handle, WM_APP_ICON, 700 << 16 | 1000, ICON_ID << 16 | NIN_KEYSELECT))


def start_tray(lab, product, rule_count):
    """Starts the tray and waits until it is ready for the mouse. Its icon is seen a moment before
    the shell knows which messages it wants; a posted message is taken only after that."""
    product.start_tray("--autostart")
    open_menu_by_keyboard(lab, rule_count).close()


@contextlib.contextmanager
def service_stopped_short(lab):
    """The service's process stands still, as under heavy load."""
    pids = lab.wine.unix_pids("tidegate-service.exe")
    expect(len(pids) == 1, f"processes of the service: {pids}")
    os.kill(pids[0], signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pids[0], signal.SIGCONT)


def control(lab, window, control_id):
    return next(one for one in lab.controls(window.handle) if one.control_id == control_id)


@scenario
def a_click_on_a_rules_line_turns_it_off_and_on(lab, product):
    """Real mouse clicks on the icon and the line; a LAN client loses and gets the forward."""
    lab.serve(3400)
    product.ctl("add", "--listen", "3400", "--name", "web")
    product.ctl("add", "--listen", "3401", "--name", "other", "--disabled")
    product.wait_traffic(lab.HOST_V4, 3400)
    start_tray(lab, product, 2)
    menu = open_menu(lab, 2)
    expect(menu.is_checked(0) and not menu.is_checked(1), "check marks at first")
    menu.click_rule(0)
    menu_gone(lab)
    product.wait_entry("v4tov4", "0.0.0.0/3400", None)
    product.wait_no_traffic(lab.HOST_V4, 3400)
    product.wait_rule("web", "off")
    menu = open_menu(lab, 2, button=3)
    expect(not menu.is_checked(0), "the check mark stays")
    menu.click_rule(0)
    menu_gone(lab)
    product.wait_traffic(lab.HOST_V4, 3400)
    menu = open_menu(lab, 2)
    expect(menu.is_checked(0), "no check mark")
    menu.close()


@scenario
def a_check_mark_shows_only_what_the_service_confirmed(lab, product):
    """While the service stands still a clicked line keeps its mark; it goes with the answer."""
    product.ctl("add", "--listen", "3402", "--name", "web")
    product.wait_rule("web", "active")
    start_tray(lab, product, 1)
    with service_stopped_short(lab):
        open_menu(lab, 1).click_rule(0)
        menu_gone(lab)
        menu = open_menu(lab, 1)
        expect(menu.is_checked(0), "shown as off before anything was confirmed")
        menu.close()
    product.wait_rule("web", "off")
    menu = open_menu(lab, 1)
    expect(not menu.is_checked(0), "the check mark stays")
    menu.close()


@scenario
def a_rule_is_added_and_edited_by_keyboard_alone(lab, product):
    """From the icon's menu by its mnemonics into the dialogs; a LAN client sees the outcome."""
    lab.serve(3410)
    lab.serve(3411)
    start_tray(lab, product, 1)
    open_menu_by_keyboard(lab, 1).take_keyboard()      # "No rules yet" is a line, too
    lab.key("e")
    menu_gone(lab)
    rules = product.dialog("Tidegate")
    settled(lab)
    lab.key("alt+a")
    editor = product.dialog("New rule")
    settled(lab)
    lab.type_text("by keys")                      # the name has the keyboard
    lab.key("Tab", "Tab")                         # over "where" to the port
    lab.type_text("70000")
    lab.key("Return")
    wait_until(lambda: "70000" in control(lab, editor, IDC_RULE_ERROR).text, 10, "an error shown")
    lab.key("alt+p")                              # by its mnemonic to the port, which is selected
    lab.key("ctrl+a")
    lab.type_text("3410")
    expect_equal(control(lab, editor, IDC_RULE_CONNECT_PORT).text, "3410", "following port")
    lab.key("Return")
    product.no_dialog("New rule")
    product.wait_traffic(lab.HOST_V4, 3410)
    product.wait_rule("by keys", "active")

    settled(lab)
    lab.key("alt+p")                              # the list
    lab.key("Home", "space")
    product.wait_rule("by keys", "off")
    lab.key("space")
    product.wait_rule("by keys", "active")
    lab.key("Return")                             # the default button: edit
    product.dialog("Edit rule")
    settled(lab)
    lab.key("alt+p", "ctrl+a")
    lab.type_text("3411")
    lab.key("Return")
    product.no_dialog("Edit rule")
    product.wait_traffic(lab.HOST_V4, 3411)
    product.wait_entry("v4tov4", "0.0.0.0/3410", None)

    settled(lab)
    lab.key("alt+r")
    wait_until(lambda: [one for one in lab.windows() if one.visible and one.class_name == "#32770"
                        and one.handle != rules.handle], 10, "the question")
    settled(lab)
    lab.key("alt+y")
    wait_until(lambda: product.rules() == [], 10, "the rule to go")
    lab.key("Escape")


@scenario
def tab_reaches_every_control_of_the_editor_and_escape_changes_nothing(lab, product):
    """Tab goes round through all controls in the order of the screen; Escape closes."""
    product.start_tray()
    product.dialog("Tidegate")
    settled(lab)
    lab.key("alt+a")
    editor = product.dialog("New rule")
    settled(lab)
    lab.type_text("a")
    lab.key(*["Tab"] * 2)
    lab.type_text("b")
    lab.key(*["Tab"] * 2)
    lab.type_text("c")
    wait_until(lambda: (control(lab, editor, IDC_RULE_NAME).text,
                        control(lab, editor, IDC_RULE_LISTEN_PORT).text[:1],
                        control(lab, editor, IDC_RULE_CONNECT_PORT).text[-1:]) == ("a", "b", "c"),
               10, "the typed texts")
    lab.key("Escape")
    product.no_dialog("New rule")
    expect_equal(product.rules(), [], "rules")


@scenario
def the_tray_finds_the_service_again_after_its_restart(lab, product):
    """The service stops and starts under the open rules window, which says so and recovers."""
    product.ctl("add", "--listen", "3420", "--name", "web")
    product.wait_rule("web", "active")
    product.start_tray()
    window = product.dialog("Tidegate")
    settled(lab)
    product.stop_service()
    wait_until(lambda: not control(lab, window, IDC_RULES_ADD).enabled, 15, "nothing to be added")
    expect(control(lab, window, IDC_RULES_STATUS).text, "the window does not say why")
    product.start_service()
    wait_until(lambda: control(lab, window, IDC_RULES_ADD).enabled, 40, "the window to recover")
    product.stop_tray()
    start_tray(lab, product, 1)
    open_menu(lab, 1).click_rule(0)
    menu_gone(lab)
    product.wait_rule("web", "off")


@scenario
def a_second_start_shows_the_first_ones_window(lab, product):
    """One tray for each session: the second brings the rules window up and leaves."""
    product.start_tray("--autostart")
    finished = lab.run_windows(TRAY, timeout=20)
    expect_equal(finished.exit_code, 0, "exit code of the second")
    product.dialog("Tidegate")
    expect_equal(sum(exe == "tidegate.exe" for _, _, exe, _ in lab.processes()), 1, "trays")


@scenario
def the_icon_comes_back_when_explorer_restarts(lab, product):
    """Explorer tells by TaskbarCreated that it has forgotten all icons."""
    start_tray(lab, product, 1)
    main = next(one for one in lab.windows() if one.class_name == TRAY_CLASS)
    before = len(lab.tray_icons())
    lab.post(main.handle, "TaskbarCreated")
    wait_until(lambda: len(lab.tray_icons()) == before + 1, 10, "the icon to come again")
    settled(lab)
    open_menu(lab, 1).close()


@scenario
def the_tray_and_the_command_line_show_the_same(lab, product):
    """What ctl adds and turns off appears in the menu, without asking for it."""
    start_tray(lab, product, 1)
    product.ctl("add", "--listen", "3430", "--name", "one")
    product.ctl("add", "--listen", "3431", "--name", "two", "--disabled")
    menu = open_menu(lab, 2)
    expect(menu.is_checked(0) and not menu.is_checked(1), "check marks")
    menu.click_rule(1)
    menu_gone(lab)
    product.wait_rule("two", "active")
    expect_equal(lab.service("Tidegate")["state"], SERVICE_RUNNING, "service")
    expect(not lab.wsl_starts(), "wsl.exe was run although WSL leaves its traces")
