"""make screenshots: every window and icon of the tray program, taken while it works in the lab.

SPDX-License-Identifier: MIT
"""

import html
import subprocess
import sys
from pathlib import Path

from product import FOLDER, Lab, Product, ensure_root, resource_id, settled, wait_until

PERSONALIZE = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
OTHERS = "192.168.77.20/8080"
E_ACCESSDENIED = 0x80070005
LONG_NAME = "Development server of the customer portal, with hot reload & source maps (branch main)"
RULES, NEW_RULE, EDIT_RULE = "Tidegate", "New rule", "Edit rule"
DIALOG_CLASS = "#32770"
WM_COMMAND, BM_CLICK, LVM_GETITEMCOUNT = 0x111, 0xF5, 0x1004
USER_KEY = r"HKCU\Software\Tidegate"
APPROVED_KEY = (r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer"
                r"\StartupApproved\Run")
REG_BINARY, REG_DWORD = 3, 4
POLICY_KEY = r"HKLM\SOFTWARE\Policies\Tidegate"
LANGUAGES = {"de-DE": "German", "es-ES": "Spanish", "fr-FR": "French", "ja-JP": "Japanese",
             "pt-BR": "Brazilian Portuguese", "zh-CN": "Simplified Chinese"}
SCREENS = {96: "1280x800", 144: "1920x1200", 192: "2560x1600"}
MIRRORED = "ar-SA"      # tests/e2e/pictures/mirrored_strings.py
CONTRAST_KEY = r"HKCU\Control Panel\Accessibility\HighContrast"
# Windows' scheme "Night sky", more or less.
CONTRAST_COLOURS = {"Window": "0 0 0", "WindowText": "255 255 255", "ButtonFace": "0 0 0",
                    "ButtonText": "255 255 255", "ButtonHilight": "255 255 255",
                    "ButtonShadow": "255 255 255", "ButtonDkShadow": "255 255 255",
                    "ButtonLight": "0 0 0", "GrayText": "0 255 0", "Hilight": "128 0 128",
                    "HilightText": "255 255 255", "Menu": "0 0 0", "MenuText": "255 255 255",
                    "MenuBar": "0 0 0", "Scrollbar": "0 0 0", "WindowFrame": "255 255 255",
                    "ActiveTitle": "128 0 128", "TitleText": "255 255 255"}
MENU_CLASS, TIP_CLASS = "#32768", "tooltips_class32"


class Album:
    """The pictures of a run, in order, and the page that shows them."""

    def __init__(self, folder):
        self.folder = folder
        self.chapters = []
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.png"):
            old.unlink()

    def add(self, chapter, name, caption):
        if not self.chapters or self.chapters[-1][0] != chapter:
            self.chapters.append((chapter, []))
        self.chapters[-1][1].append((name, caption))

    def write_page(self):
        lines = ["<!DOCTYPE html>", '<html lang="en"><meta charset="utf-8">',
                 "<title>Tidegate: screenshots</title>",
                 "<style>body{font:15px sans-serif;margin:2em;background:#ddd}"
                 "img{max-width:100%;box-shadow:0 1px 4px #888}figure{margin:1em 0}"
                 "figcaption{margin-bottom:.3em}</style>",
                 "<h1>Tidegate in the lab</h1>",
                 "<p>The real program under Wine, driven by clicks and keys.</p>"]
        for chapter, pictures in self.chapters:
            lines.append(f"<h2>{html.escape(chapter)}</h2>")
            lines += [f"<figure><figcaption>{html.escape(caption)}</figcaption>"
                      f'<img src="{name}" alt="{html.escape(caption)}"></figure>'
                      for name, caption in pictures]
        (self.folder / "index.html").write_text("\n".join(lines) + "\n", encoding="utf-8")


class Desk:
    """One lab with the tray program running, and a camera."""

    def __init__(self, lab, album, chapter, prefix):
        self.lab = lab
        self.album = album
        self.chapter = chapter
        self.prefix = prefix
        self.product = Product(lab)

    # Pictures

    def take(self, name, caption, rect, margin=8, zoom=1):
        """A picture of that part of the screen."""
        settled(self.lab)
        left, top, right, bottom = rect
        left, top = max(left - margin, 0), max(top - margin, 0)
        file = f"{self.prefix}-{name}.png"
        path = self.album.folder / file
        self.lab.screenshot(path)
        size = f"{right + margin - left}x{bottom + margin - top}+{left}+{top}"
        subprocess.run(["convert", path, "-crop", size, "+repage", "-filter", "point", "-resize",
                        f"{100 * zoom}%", path], check=True, timeout=30)
        self.album.add(self.chapter, file, caption)

    def take_icon(self, name, caption):
        wait_until(self.lab.tray_icons, 15, "the notification icon")
        self.lab.point(2, 2)
        self.take(f"icon-{name}", caption, self.lab.tray_icons()[0], 4, 4)

    def take_window(self, name, caption, title=RULES):
        settled(self.lab)
        self.take(name, caption, self.product.dialog(title).rect)

    def take_menu(self, name, caption, keys=()):
        self.open_menu()
        if keys:
            self.lab.key(*keys)
            settled(self.lab)
        self.take(f"menu-{name}", caption, self.union(self.menus() + [self.icon()]))
        for _ in range(len(self.menus())):
            self.lab.key("Escape")
        wait_until(lambda: not self.menus(), 5, "the menu to close")

    @staticmethod
    def union(rects):
        return (min(one[0] for one in rects), min(one[1] for one in rects),
                max(one[2] for one in rects), max(one[3] for one in rects))

    # Doing

    def icon(self):
        return wait_until(self.lab.tray_icons, 15, "the notification icon")[0]

    def visible(self, class_name):
        return [one.rect for one in self.lab.windows()
                if one.visible and one.class_name == class_name]

    def menus(self):
        return self.visible(MENU_CLASS)

    def open_menu(self):
        self.lab.click_tray(button=3)
        left, top, *_ = wait_until(self.menus, 10, "the menu")[0]
        self.lab.point(left + 1, top + 1)       # its border: no item lights up
        self.lab.focus_follows_mouse()
        settled(self.lab)

    def open_rules(self):
        self.open_menu()
        self.lab.key("e")
        return self.product.dialog(RULES)

    def dialogs(self):
        """Those that are visible, the foremost first."""
        return [one for one in self.lab.windows() if one.visible and one.class_name == DIALOG_CLASS]

    def open_rules_window(self):
        """As a second start of the program does, whatever the language."""
        self.lab.post(0xFFFF, "TidegateShowRules")
        window = wait_until(self.dialogs, 10, "the rules window")[-1]
        settled(self.lab)
        return window

    def close_rules(self):
        self.lab.key("Escape")
        self.product.no_dialog(RULES)

    def add_all(self, rules):
        for listen, name, *more in rules:
            self.product.add(listen, "--name", name, *more)

    def remove_all(self):
        ids = [one["id"] for one in self.product.rules()]
        if ids:
            self.product.ctl("remove", *ids)


FEW = [("3000", "web"), ("8000-8002", "api", "--comment", "three workers"),
       ("192.168.77.10:2222", "ssh", "--connect", "wsl:22")]


def set_up(desk, light):
    for port in (3000, 8000, 8001, 8002, 22, 5432):
        desk.lab.serve(port)
    desk.lab.start_vm()
    desk.lab.reg_set(PERSONALIZE, "SystemUsesLightTheme", int(light))
    desk.product.install()
    desk.product.start_tray("--autostart")


def show_icons(desk):
    """Each state, brought about for real."""
    lab, product = desk.lab, desk.product
    product.wait_rule("web", "active")
    desk.take_icon("fine", "Every rule is active")
    lab.stop_vm()
    product.wait_rule("web", "waiting")
    desk.take_icon("waiting", "WSL is stopped: the rules wait")
    lab.start_vm()
    product.wait_rule("web", "active")
    lab.set_portproxy("v4tov4", "0.0.0.0/3000", OTHERS)
    product.wait_rule("web", "conflict")
    desk.take_icon("needs-user", "Another program changed an entry")
    product.ctl("take-over", "web")
    product.ctl("pause")
    desk.take_icon("paused", "All forwards are paused")
    product.ctl("resume")
    product.stop_service()
    desk.take_icon("unreachable", "The service is stopped")


def show_tip(desk):
    left, top, right, bottom = desk.icon()
    desk.lab.point((left + right) // 2, (top + bottom) // 2)
    wait_until(lambda: desk.visible(TIP_CLASS), 10, "the tooltip")
    desk.take("tooltip", "Tooltip", desk.union(desk.visible(TIP_CLASS) + [desk.icon()]))
    desk.lab.point(2, 2)


def show_empty(desk):
    desk.open_rules()
    desk.take_window("rules-empty", "No rules yet")
    open_dialog(desk, "IDC_RULES_ADD")
    desk.take_window("editor-new", "A new rule", NEW_RULE)
    desk.lab.key("alt+a")
    desk.take_window("editor-advanced", "A new rule, with its advanced options", NEW_RULE)
    desk.lab.key("alt+a", "Escape")
    desk.product.no_dialog(NEW_RULE)
    desk.lab.set_portproxy("v4tov4", "0.0.0.0/18080", OTHERS)
    rows = control(desk, desk.product.dialog(RULES), "IDC_RULES_LIST")
    wait_until(lambda: desk.lab.send(rows.handle, LVM_GETITEMCOUNT) == 1, 10, "the other's entry")
    desk.take_window("rules-others", "No rules yet, but an entry of another program")
    desk.lab.delete_portproxy("v4tov4", "0.0.0.0/18080")
    desk.close_rules()
    desk.take_menu("empty", "Menu without rules")


def show_few(desk):
    desk.add_all(FEW[:1])
    desk.product.wait_rule("web", "active")
    desk.take_menu("1-rule", "Menu with one rule")
    desk.add_all(FEW[1:])
    desk.product.wait_rule("ssh", "active")
    show_tip(desk)
    desk.take_menu("3-rules", "Menu with three rules")
    desk.take_menu("addresses", "What else can be done with a rule", ("a", "Right"))
    desk.open_rules()
    desk.take_window("rules-few", "A few rules")
    desk.lab.key("Home", "Return")
    desk.take_window("editor-filled", "Editing a rule", EDIT_RULE)
    desk.lab.key("alt+p")
    desk.lab.key("ctrl+a")
    desk.lab.type_text("70000")
    desk.lab.key("Return")
    desk.take_window("editor-error", "What is wrong, at its field", EDIT_RULE)
    desk.lab.key("ctrl+a")
    desk.lab.type_text("3389")
    desk.lab.key("Return")
    desk.take_window("editor-force", "A port that Windows needs: refused unless insisted on",
                     EDIT_RULE)
    desk.lab.key("Escape")
    desk.product.no_dialog(EDIT_RULE)
    desk.close_rules()


def make_trouble(desk):
    """One rule in each state that the lab can bring about."""
    lab, product = desk.lab, desk.product
    lab.set_portproxy("v4tov4", "0.0.0.0/18080", "192.168.77.20/8080")
    lab.set_portproxy("v6tov6", "::/18085", "fd77::20/8085")
    lab.set_portproxy("v4tov4", "0.0.0.0/9000", "192.168.77.20/80")
    lab.set_portproxy("v4tov4", "0.0.0.0/5432", f"{lab.vm.address}/5432")
    lab.set_portproxy("v4tov4", "broken", "192.168.77.20/80")
    lab.add_adapter("vpn0")
    lab.set_excluded_ports((9100, 9199))
    desk.add_all([("9000", "conflict with another program"), ("9100", "reserved by Windows"),
                  ("9200", "wrong network", "--firewall", "public"),
                  ("vpn0:9300", "VPN without an address"), ("10.9.8.7:9400", "absent address"),
                  ("5432", "made by someone else"), ("9500", "nothing listens inside"),
                  ("9600-9602", LONG_NAME, "--comment", "range"), ("9700", "off", "--disabled"),
                  ("[::]:9800", "six & seven", "--connect", "wsl:8000")])
    product.wait_rule("reserved by Windows", "blocked", 15)
    lab.set_firewall(FailAdd=E_ACCESSDENIED)
    desk.add_all([("9900", "firewall refuses")])
    product.wait_rule("firewall refuses", "failed")


def show_trouble(desk):
    make_trouble(desk)
    desk.take_menu("12-rules", "Menu with many rules: they move into submenus")
    desk.take_menu("12-rules-open", "A submenu", ("Down", "Down", "Right"))
    desk.take_menu("12-rules-addresses", "Addresses and diagnosis", ("a", "Right"))
    desk.open_rules()
    desk.take_window("rules-states", "Every state that the lab can bring about")
    desk.lab.key("Home", *["Down"] * 8)
    desk.take_window("rules-selected", "The line below explains the selected rule")
    desk.lab.key("Home", "shift+F10")
    wait_until(desk.menus, 5, "the list's menu")
    desk.take("rules-menu", "The list's menu",
              desk.union(desk.menus() + [desk.product.dialog(RULES).rect]))
    desk.lab.key("Escape")
    desk.close_rules()
    desk.lab.set_firewall(FailAdd=None)


def show_many(desk):
    desk.add_all([(str(4000 + i), f"service {i:02}") for i in range(40)])
    desk.product.wait_rule("service 39", "active")
    desk.open_rules()
    desk.take_window("rules-40", "Forty rules")
    desk.close_rules()


def show_missing_service(desk):
    desk.take_menu("unreachable", "Menu while the service does not answer")
    desk.open_rules()
    desk.take_window("rules-unreachable", "The service does not answer")
    desk.close_rules()


def open_over(desk, window, command):
    """The dialog that a command of a window opens, whatever its language."""
    before = {one.handle for one in desk.dialogs()}
    desk.lab.post(window.handle, WM_COMMAND, resource_id(command))
    dialog = wait_until(lambda: [one for one in desk.dialogs() if one.handle not in before],
                        10, command)[0]
    settled(desk.lab)
    return dialog


def open_dialog(desk, button):
    """The same over the rules window."""
    return open_over(desk, desk.open_rules_window(), button)


def control(desk, window, name):
    return next(one for one in desk.lab.controls(window.handle)
                if one.control_id == resource_id(name))


def close_dialogs(desk):
    while desk.dialogs():
        desk.lab.key("Escape")
        settled(desk.lab)


def show_settings(desk):
    lab = desk.lab
    desk.take("settings", "The settings", open_dialog(desk, "IDC_RULES_SETTINGS").rect)
    lab.key("alt+a")
    lab.type_text("nobody")
    lab.key("Return")
    desk.take("settings-account", "An account that Windows does not know", desk.dialogs()[0].rect)
    close_dialogs(desk)
    lab.reg_set(APPROVED_KEY, "Tidegate", bytes([3] + [0] * 11), REG_BINARY)
    desk.take("settings-turned-off", "Windows' settings say that it is not to start",
              open_dialog(desk, "IDC_RULES_SETTINGS").rect)
    close_dialogs(desk)
    lab.reg_delete(APPROVED_KEY, "Tidegate")
    for name in ("AllowWidening", "AllowOutbound"):
        lab.reg_set(POLICY_KEY, name, 1, REG_DWORD)
    settings = open_dialog(desk, "IDC_RULES_SETTINGS")
    wait_until(lambda: control(desk, settings, "IDC_SETTINGS_STOPS").enabled, 10, "the settings")
    desk.take("settings-managed", "Two settings are set by policy", settings.rect)
    close_dialogs(desk)
    lab.reg_delete_key(POLICY_KEY)


def set_high_contrast(lab):
    lab.reg_set(CONTRAST_KEY, "Flags", "127")
    lab.reg_set(r"HKCU\Software\Microsoft\Windows\CurrentVersion\ThemeManager", "ThemeActive",
                "0")
    for name, colour in CONTRAST_COLOURS.items():
        lab.reg_set(r"HKCU\Control Panel\Colors", name, colour)


def show_everything_once(desk):
    """Menu, list, editor and settings, with one rule and one entry of others."""
    desk.open_menu()
    desk.take("menu", "Menu", desk.union(desk.menus() + [desk.icon()]))
    desk.lab.key("Escape")
    wait_until(lambda: not desk.menus(), 5, "the menu to close")
    rules = desk.open_rules_window()
    desk.lab.key("Home")
    desk.take("rules", "Rules, and the details of one", rules.rect)
    desk.lab.key("ctrl+Tab")
    desk.take("activity", "Activity", rules.rect)
    editor = open_dialog(desk, "IDC_RULES_ADD")
    desk.lab.send(control(desk, editor, "IDC_RULE_ADVANCED").handle, BM_CLICK)
    desk.take("editor", "A new rule, with its advanced options", desk.dialogs()[0].rect)
    close_dialogs(desk)
    settings = open_dialog(desk, "IDC_RULES_SETTINGS")
    desk.take("settings", "The settings", settings.rect)
    desk.take("mode", "The switch to mirrored mode",
              open_over(desk, settings, "IDC_SETTINGS_MODE").rect)
    close_dialogs(desk)
    desk.take("adopt", "What a script made", open_dialog(desk, "IDC_ADOPT_OFFER").rect)
    close_dialogs(desk)


def photograph_for_everyone(album):
    """Mirrored, and in high contrast, by a build of the tray that can be told so in Wine."""
    for chapter, prefix in (("Right to left", "mirrored"), ("High contrast", "contrast")):
        with Lab(dark_taskbar=prefix == "contrast") as lab:
            desk = Desk(lab, album, chapter, prefix)
            lab.install_file(lab.build / "e2e/pictures/tidegate.exe", FOLDER)
            if prefix == "mirrored":
                lab.reg_set(USER_KEY, "Language", MIRRORED)
            else:
                set_high_contrast(lab)
            set_up(desk, light=False)
            lab.set_portproxy("v4tov4", "0.0.0.0/18080", OTHERS)
            desk.add_all(FEW[:1])
            desk.product.wait_rule("web", "active")
            show_everything_once(desk)
            if prefix == "contrast":
                show_icons(desk)


def photograph_once(album, chapter, prefix, language=None, dpi=96):
    with Lab(dpi=dpi, screen=SCREENS[dpi]) as lab:
        desk = Desk(lab, album, chapter, prefix)
        if language:
            lab.reg_set(USER_KEY, "Language", language)
        set_up(desk, light=True)
        lab.set_portproxy("v4tov4", "0.0.0.0/18080", OTHERS)
        desk.add_all([*FEW, ("9100", "reserved")])
        lab.set_excluded_ports((9100, 9199))
        desk.product.wait_rule("ssh", "active")
        show_everything_once(desk)


def photograph(album, dpi, light, everything):
    theme = "light" if light else "dark"
    with Lab(dpi=dpi, screen=SCREENS[dpi], dark_taskbar=not light) as lab:
        desk = Desk(lab, album, f"{dpi} DPI, {theme} taskbar", f"{dpi}-{theme}")
        set_up(desk, light)
        if everything:
            show_empty(desk)
            show_few(desk)
            show_settings(desk)
            show_trouble(desk)
            show_many(desk)
            desk.remove_all()
        desk.add_all(FEW)
        show_icons(desk)
        if everything:
            show_missing_service(desk)


def main():
    ensure_root()
    album = Album(Lab().build / "screenshots")
    for dpi in (96, 192):
        photograph(album, dpi, light=True, everything=True)
        photograph(album, dpi, light=False, everything=False)
    photograph_once(album, "144 DPI", "144", dpi=144)
    for language, name in LANGUAGES.items():
        photograph_once(album, name, language, language)
    photograph_for_everyone(album)
    album.write_page()
    print(f"{sum(len(one) for _, one in album.chapters)} pictures: {album.folder}/index.html")


if __name__ == "__main__":
    sys.exit(main())
