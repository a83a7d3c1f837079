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
NIN_KEYSELECT, NIN_BALLOONUSERCLICK = 0x0401, 0x0405
WM_MENURBUTTONUP = 0x0122
MN_GETHMENU = 0x01E1
MENU_CLASS, TIP_CLASS = "#32768", "tooltips_class32"
ICON_ID = 1
SEPARATOR_HEIGHT = 9     # Wine's
MENU_BORDER = 3
LINE_HEIGHT = 17

# Ids of resources/resource.h.
IDC_RULES_STATUS, IDC_RULES_ADD = 1003, 1004
IDC_RULE_NAME, IDC_RULE_LISTEN_PORT, IDC_RULE_CONNECT_PORT = 1102, 1107, 1112
IDC_RULE_ERROR = 1123


class Menu:
    """The open menu of the icon. Its lines: header, -, rules..., -, addresses, -, pause, -, edit,
    settings, exit. Without rules one line says so, and there are no addresses."""

    def __init__(self, lab, rule_count):
        self.lab = lab
        self.window = wait_until(lambda: next(iter(menus(lab)), None), 10, "menu")
        settled(lab)
        left, top, right, bottom = self.window.rect
        self.left, self.right = left, right
        self.first = top + MENU_BORDER
        self.height = LINE_HEIGHT
        self.rule_count = rule_count
        lines, separators = (rule_count + 6, 4) if rule_count else (6, 3)
        self.is_as_expected = (bottom - top == 2 * MENU_BORDER + lines * LINE_HEIGHT
                               + separators * SEPARATOR_HEIGHT)

    def _top(self, line, separators):
        return self.first + line * self.height + separators * SEPARATOR_HEIGHT

    def _place(self, line, separators):
        return (self.left + self.right) // 2, int(self._top(line, separators) + self.height / 2)

    def take_keyboard(self):
        self.lab.point((self.left + self.right) // 2, int(self.first + self.height / 2))
        self.lab.focus_follows_mouse()

    def click_rule(self, index):
        self.lab.click(*self._place(1 + index, 1))

    def click_addresses(self):
        self.lab.click(*self._place(1 + self.rule_count, 2))

    def right_click_rule(self, index):
        """Wine's menus know no right click: what Windows sends then, with the pointer there."""
        main = next(one for one in self.lab.windows() if one.class_name == TRAY_CLASS)
        handle = self.lab.send(self.window.handle, MN_GETHMENU)
        self.lab.point(*self._place(1 + index, 1))
        self.lab.post(main.handle, WM_MENURBUTTONUP, 2 + index, handle)

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


def menus(lab):
    return [one for one in lab.windows() if one.visible and one.class_name == MENU_CLASS]


def newest_menu(lab, known):
    """The menu that opened beside those known."""
    handles = [one.handle for one in known]
    found = wait_until(lambda: next((one for one in menus(lab) if one.handle not in handles), None),
                       10, "another menu")
    settled(lab)
    return found


def click_line(lab, window, line):
    """A line of a small menu, above its first separator."""
    left, top, right, _ = window.rect
    lab.click((left + right) // 2, int(top + MENU_BORDER + (line + 0.5) * LINE_HEIGHT))


def menu_gone(lab):
    wait_until(lambda: not menus(lab), 10, "the menu to close")


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
    start_tray(lab, product, 0)
    open_menu_by_keyboard(lab, 0).take_keyboard()
    lab.key("e")
    menu_gone(lab)
    rules = product.dialog("Tidegate")
    settled(lab)
    lab.key("alt+a")
    editor = product.dialog("New rule")
    settled(lab)
    lab.type_text("by keys")                      # the name has the keyboard
    lab.key("Tab")                                # to the port
    lab.type_text("70000")
    lab.key("Return")
    wait_until(lambda: "65535" in control(lab, editor, IDC_RULE_ERROR).text, 10, "an error shown")
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
    lab.key("alt+Return")                         # diagnose: the details have the keyboard
    wait_until(lambda: any("3410" in one.text for one in lab.controls(rules.handle)
                           if one.class_name == "Edit"), 10, "the details of the rule")
    lab.key("alt+p")
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
    lab.key("Tab")
    lab.type_text("b")
    lab.key("Tab")
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
    start_tray(lab, product, 0)
    main = next(one for one in lab.windows() if one.class_name == TRAY_CLASS)
    before = len(lab.tray_icons())
    lab.post(main.handle, "TaskbarCreated")
    wait_until(lambda: len(lab.tray_icons()) == before + 1, 10, "the icon to come again")
    settled(lab)
    open_menu(lab, 0).close()


def probe(lab, *arguments):
    program = lab.install_file(lab.build / "e2e/desktop_probe.exe", r"C:\lab\bin")
    return lab.run_windows(program, *arguments)


def copied(lab):
    return probe(lab, "clipboard").text.strip()


def balloons(lab):
    return [one for one in lab.windows() if one.visible and one.class_name == TIP_CLASS]


@scenario
def an_icon_that_the_shell_lost_comes_back_with_the_next_change(lab, product):
    """A shell that forgets the icon without a word: the next change of it fails, and adds it."""
    product.ctl("add", "--listen", "3440", "--name", "web")
    product.wait_rule("web", "active")
    start_tray(lab, product, 1)
    main = next(one for one in lab.windows() if one.class_name == TRAY_CLASS)
    before = len(lab.tray_icons())
    expect_equal(probe(lab, "forget-icon", str(main.handle), str(ICON_ID)).exit_code, 0, "probe")
    product.ctl("pause")
    wait_until(lambda: len(lab.tray_icons()) == before + 1, 10, "the icon to come again")
    product.ctl("resume")
    settled(lab)
    open_menu(lab, 1).close()


@scenario
def a_rules_address_is_copied_by_mouse_alone(lab, product):
    """From the submenu of addresses to the clipboard."""
    product.ctl("add", "--listen", f"{lab.HOST_V4}:3450", "--name", "web")
    product.wait_rule("web", "active")
    start_tray(lab, product, 1)
    menu = open_menu(lab, 1)
    menu.click_addresses()
    rules = newest_menu(lab, [menu.window])
    click_line(lab, rules, 0)
    click_line(lab, newest_menu(lab, [menu.window, rules]), 0)
    menu_gone(lab)
    wait_until(lambda: copied(lab) == f"http://{lab.HOST_V4}:3450", 10, "the address")


@scenario
def a_right_click_on_a_rule_opens_its_own_menu(lab, product):
    """What is chosen there closes both menus, and does not turn the rule off."""
    product.ctl("add", "--listen", f"{lab.HOST_V4}:3451", "--name", "one")
    product.ctl("add", "--listen", f"{lab.HOST_V4}:3452", "--name", "two")
    product.wait_rule("two", "active")
    start_tray(lab, product, 2)
    menu = open_menu(lab, 2)
    menu.right_click_rule(1)
    click_line(lab, newest_menu(lab, [menu.window]), 0)
    menu_gone(lab)
    wait_until(lambda: copied(lab) == f"http://{lab.HOST_V4}:3452", 10, "the address")
    product.wait_rule("two", "active")


@scenario
def a_conflict_that_stays_is_told_and_a_click_shows_the_rule(lab, product):
    """The notification comes after some seconds, not at once; its click opens the window."""
    product.ctl("add", "--listen", "3460", "--name", "first")
    product.ctl("add", "--listen", "3461", "--name", "web")
    product.wait_rule("web", "active")
    product.start_tray()
    product.dialog("Tidegate")
    settled(lab)
    lab.key("Escape")
    product.no_dialog("Tidegate")
    before = [one.handle for one in balloons(lab)]
    lab.set_portproxy("v4tov4", "0.0.0.0/3461", "192.168.77.20/8080")
    product.wait_rule("web", "conflict")
    expect_equal([one.handle for one in balloons(lab)], before, "notifications at once")
    balloon = wait_until(lambda: next((one for one in balloons(lab) if one.handle not in before),
                                      None), 20, "the notification")
    settled(lab)
    lab.screenshot(lab.build / "e2e/notification.png")
    expect(balloon.visible, "the notification is gone at once")
    # Wine's notifications do not say that they were clicked.
    main = next(one for one in lab.windows() if one.class_name == TRAY_CLASS)
    lab.post(main.handle, WM_APP_ICON, 0, ICON_ID << 16 | NIN_BALLOONUSERCLICK)
    product.dialog("Tidegate")
    settled(lab)
    lab.screenshot(lab.build / "e2e/notification-clicked.png")
    product.ctl("take-over", "web")
    product.wait_rule("web", "active")


@scenario
def the_tray_and_the_command_line_show_the_same(lab, product):
    """What ctl adds and turns off appears in the menu, without asking for it."""
    start_tray(lab, product, 0)
    product.ctl("add", "--listen", "3430", "--name", "one")
    product.ctl("add", "--listen", "3431", "--name", "two", "--disabled")
    menu = open_menu(lab, 2)
    expect(menu.is_checked(0) and not menu.is_checked(1), "check marks")
    menu.click_rule(1)
    menu_gone(lab)
    product.wait_rule("two", "active")
    expect_equal(lab.service("Tidegate")["state"], SERVICE_RUNNING, "service")
    expect(not lab.wsl_starts(), "wsl.exe was run although WSL leaves its traces")
