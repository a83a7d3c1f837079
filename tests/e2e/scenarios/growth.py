"""Windows opened and closed again and again leave nothing behind. The tray is its own objects with
a count of what they make (tests/e2e/counting); Wine's counters always say 0.

TIDEGATE_ROUNDS says how often (20), TIDEGATE_UPDATES how many changes of a rule (500).
A new window is a method of Counted and its name in the list.

SPDX-License-Identifier: MIT
"""

import json
import os
import time

from product import FOLDER, TRAY, TRAY_CLASS, resource_id
from scenario import expect, expect_equal, scenario, wait_until
from scenarios.versions import service_stand_in

ROUNDS = int(os.environ.get("TIDEGATE_ROUNDS", "20"))
UPDATES = int(os.environ.get("TIDEGATE_UPDATES", "500"))
# Of the whole process; blocks of its own are counted one by one. Wine's heaps grow in steps, and
# its controls keep something at each opening: 3 KiB of the rules window were seen, among them the
# text of the search field's cue.
MEMORY_SLACK_KIB = 4096 + 6 * ROUNDS
LEAKS = [("menus", "menu"), ("icons", "rules"), ("drawing", "menu"), ("image_lists", "menu"),
         ("keys", "rules"), ("handles", "menu"), ("blocks", "menu")]
REST = 0.3
PACED_CHANGES = 25
PAINT_MS = 80            # enough for the window to paint between two changes
WARM_UP = 3              # what is made once and kept

WM_COMMAND, WM_CANCELMODE, WM_APP_ICON, NIN_SELECT = 0x111, 0x1F, 0x8002, 0x400
IDCANCEL = 2
IDC_RULES_ADD, IDC_RULES_SETTINGS = map(resource_id, ("IDC_RULES_ADD", "IDC_RULES_SETTINGS"))
ICON_ID = 1
DIALOG, MENU = "#32770", "#32768"


class Counted:
    """The tray that counts, and its windows, driven by messages: clicks would take too long."""

    def __init__(self, lab, product):
        self.lab = lab
        self.product = product
        lab.install_file(lab.build / "e2e/counting/tidegate.exe", FOLDER)
        product.start_tray("--autostart")
        self.main = wait_until(lambda: self.visible_or_not(TRAY_CLASS), 10, "the tray")[0]
        self.pid = self.main.pid

    def visible_or_not(self, class_name):
        return [one for one in self.lab.windows() if one.class_name == class_name]

    def visible(self, class_name):
        return [one for one in self.visible_or_not(class_name)
                if one.visible and one.pid == self.pid]

    def counts(self, order=""):
        """What there is now. After the order "leak KIND" nothing of this kind is given back."""
        trigger, answer = self.lab.log_folder / "count-now", self.lab.log_folder / "counts.json"
        answer.unlink(missing_ok=True)
        trigger.write_text(order)
        wait_until(lambda: not trigger.exists() and answer.exists(), 10, "the counts")
        found = json.loads(answer.read_text())
        self.drawn = found.pop("drawn")
        return {**found, "handles": self.lab.handle_count(self.pid),
                "private_kib": self.private_kib()}

    def private_kib(self):
        """What this process alone holds in memory."""
        return sum(int(line.split()[1]) for pid in self.lab.wine.unix_pids("tidegate.exe")
                   for line in open(f"/proc/{pid}/smaps_rollup", encoding="ascii")
                   if line.startswith("Private_"))

    def counts_at(self, output, changes):
        """The counts when the stand-in has made so many changes, and the tray has taken them."""
        wait_until(lambda: f"changed {changes} times\n" in output.read_text(), 1800,
                   f"{changes} changes")
        return wait_until(self.counts_at_rest, 60, "the tray to be at rest")

    def counts_at_rest(self):
        """The counts, if all that has come is worked off. Painting comes last."""
        former, drawn_before = self.counts(), self.drawn
        time.sleep(REST)
        counts = self.counts()
        if self.drawn == drawn_before and counts["blocks"] == former["blocks"]:
            return counts
        return None

    def command(self, window, number):
        self.lab.post(window.handle, WM_COMMAND, number, 0)

    # What is opened and closed. Each gives nothing back and leaves all as it was.

    def menu(self):
        self.lab.post(self.main.handle, WM_APP_ICON, 700 << 16 | 1000,
                      ICON_ID << 16 | NIN_SELECT)
        wait_until(lambda: self.visible(MENU), 10, "the menu")
        self.lab.post(self.main.handle, WM_CANCELMODE)
        wait_until(lambda: not self.visible(MENU), 10, "the menu to close")

    def open_rules(self):
        self.lab.post(self.main.handle, "TidegateShowRules")
        return wait_until(lambda: self.visible(DIALOG), 10, "the rules window")[0]

    def close(self, window):
        self.command(window, IDCANCEL)
        wait_until(lambda: all(one.handle != window.handle for one in self.visible(DIALOG)), 10,
                   "the window to close")

    def rules(self):
        self.close(self.open_rules())

    def over_rules(self, number):
        """The dialog that a button of the rules window opens."""
        rules = self.open_rules()
        self.command(rules, number)
        opened = wait_until(lambda: [one for one in self.visible(DIALOG)
                                     if one.handle != rules.handle], 10, "a dialog")[0]
        self.close(opened)
        self.close(rules)

    def editor(self):
        self.over_rules(IDC_RULES_ADD)

    def settings(self):
        self.over_rules(IDC_RULES_SETTINGS)

    # The judgement

    def repeat(self, action, rounds=ROUNDS):
        """What the counts grew by over the rounds."""
        for _ in range(WARM_UP):
            action()
        before = self.counts()
        for _ in range(rounds):
            action()
        after = self.counts()
        return {key: after[key] - before[key] for key in before}


def no_more(grown, what):
    # Handles of threads come and go with Wine's own; more than a few is a leak of ours.
    # The notification icon's picture may be another, loaded before the last one goes.
    # A few blocks are those of an answer that is under way.
    slack = {"handles": 3, "blocks": 8, "private_kib": MEMORY_SLACK_KIB, "icons": 1}
    print(f"    {what}: {grown}", flush=True)
    expect(all(by <= slack.get(key, 0) for key, by in grown.items()), f"{what}: more by {grown}")


def no_growth(counted, name):
    no_more(counted.repeat(getattr(counted, name)), f"{name} {ROUNDS} times")


@scenario(own_lab=True)
def windows_that_are_opened_and_closed_leave_nothing(lab, product):
    """Menu, rules window, editor, settings: windows, menus, icons, drawing objects, handles."""
    product.add("3000", "--name", "web")
    counted = Counted(lab, product)
    for name in ("menu", "rules", "editor", "settings"):
        no_growth(counted, name)


def changed_under_the_window(lab, product, changes, pause_ms=0):
    """What the counts grew by from a fifth of the changes on, and what was drawn meanwhile."""
    product.stop_service()
    with service_stand_in(lab, "changes", str(changes), str(pause_ms)) as output:
        counted = Counted(lab, product)
        counted.open_rules()
        # A fifth of the way everything that is made once has been made. The stand-in waits there.
        before = counted.counts_at(output, changes // 5)
        drawn_before = counted.drawn
        (lab.log_folder / "go-on").touch()
        after = counted.counts_at(output, changes)
    grown = {key: after[key] - before[key] for key in before}
    drawn = {key: counted.drawn[key] - drawn_before[key] for key in drawn_before}
    drawn["rows_painted"] = drawn.pop("area") / counted.drawn["row_area"]
    return grown, drawn


def expect_leak_seen(counted, kind, action):
    """From now on nothing of this kind is given back: each of five rounds must show."""
    counted.counts(f"leak {kind}")
    grown = counted.repeat(action, 5)
    print(f"    leak of {kind}: {grown}", flush=True)
    expect(grown[kind] >= 5, f"five rounds without giving back {kind}, counted {grown}")


@scenario(own_lab=True)
def a_leak_would_be_seen(lab, product):
    """The same counts, with a tray that gives back nothing of one kind after the other."""
    product.add("3000", "--name", "web")
    counted = Counted(lab, product)
    for kind, action in LEAKS:
        expect_leak_seen(counted, kind, getattr(counted, action))


@scenario(own_lab=True)
def updates_leave_nothing(lab, product):
    """A stand-in for the service changes one rule of 20 again and again under the open window."""
    grown, drawn = changed_under_the_window(lab, product, UPDATES)
    changes = UPDATES - UPDATES // 5
    no_more(grown, f"{changes} changes")
    # One rule's state, its picture and its check mark differ; every cell anew would be a hundred.
    expect(drawn["rows"] == 0 and drawn["redraws"] == 0 and 0 < drawn["cells"] <= 3 * changes,
           f"more is drawn than what differs: {drawn}")


@scenario(own_lab=True)
def a_changed_rule_repaints_its_row_alone(lab, product):
    """The same with time to paint after each change: the area that is painted, in rows."""
    _, drawn = changed_under_the_window(lab, product, PACED_CHANGES, PAINT_MS)
    changes = PACED_CHANGES - PACED_CHANGES // 5
    print(f"    {changes} changes: {drawn['rows_painted']:.2f} rows painted", flush=True)
    expect(changes / 2 < drawn["rows_painted"] <= changes,
           f"{drawn['rows_painted']:.2f} rows painted for {changes} changes of one row each")


@scenario(own_lab=True)
def who_does_not_want_it_at_sign_in_gets_no_icon(lab, product):
    """StartWithWindows 0: --autostart leaves with 0 at once; started by hand it stays."""
    lab.reg_set(r"HKCU\Software\Tidegate", "StartWithWindows", 0)
    finished = lab.run_windows(TRAY, "--autostart", timeout=10)
    expect_equal(finished.exit_code, 0, "exit code")
    expect(not lab.tray_icons(), "an icon")
    product.start_tray()
    wait_until(lab.tray_icons, 10, "the icon of a start by hand")
    product.stop_tray()
    lab.reg_set(r"HKCU\Software\Tidegate", "StartWithWindows", "no number")
    product.start_tray("--autostart")
    wait_until(lab.tray_icons, 10, "the icon: what is no number counts as 1")
