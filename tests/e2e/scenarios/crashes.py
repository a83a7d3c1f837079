"""The service is ended without clean-up at every call to Windows, and started again.

SPDX-License-Identifier: MIT

The service here is a test build (tests/e2e/crash): the product's own objects, with a wrapper
around the seam that ends the process before or after call n.
"""

import contextlib
import itertools

from lab_seed import LAB_KEY
from product import DONE, SERVICE
from scenario import expect, expect_equal, scenario, wait_until

CALLS_MAX = 60
AFTERMATH = 0.25
settings = itertools.count(1)
PORTS = (8000, 8001, 8010, 8011, 8012)


def use_crash_service(lab, product):
    product.stop_service()
    product.replace_service(lab.build / "e2e/crash-service.exe")
    product.start_service()


def arm(lab, counter, number, after):
    lab.reg_set(LAB_KEY, "CrashAfter", after)
    lab.reg_set(LAB_KEY, counter, next(settings) << 16 | number)


def disarm(lab, counter):
    lab.reg_delete(LAB_KEY, counter)


def is_running(lab):
    """By its process: Wine's service manager notices an end only at the next start."""
    return any(exe == "tidegate-service.exe" for _, _, exe, _ in lab.processes())


def crashes_before(lab, is_done, what):
    """Waits for the end of the process, or for a change that is done and a while after: the calls
    that follow the last write count as well."""
    wait_until(lambda: not is_running(lab) or is_done(), 15, f"the outcome of {what}")
    with contextlib.suppress(TimeoutError):
        wait_until(lambda: not is_running(lab), AFTERMATH, "the end")
    return not is_running(lab)


def crash_at_each_call(lab, product, counter, act, is_done):
    """Does `act` with a crash at call 1, 2, ... until it is done without one; how many crashed."""
    crashes = 0
    for after in (0, 1):
        for number in range(1, CALLS_MAX):
            arm(lab, counter, number, after)
            act()
            crashed = crashes_before(lab, is_done, f"call {number}")
            disarm(lab, counter)
            if crashed:
                crashes += 1
                lab.start_service("Tidegate")
            wait_until(is_done, 15, f"all to be right after a crash at call {number}")
            if not crashed:
                break
        else:
            raise AssertionError("never done without a crash")
    return crashes


def ours(lab):
    """Our entries, by port: {port: connect value}."""
    return {int(name.rsplit("/", 1)[1]): value for (_, name), value in lab.portproxy().items()
            if name.startswith("0.0.0.0/8") and name.rsplit("/", 1)[1].isdecimal()}


def others(lab, before):
    """The lines of `before` that are not there any more."""
    now = set(lab.foreign_dump())
    return [line for line in before if line not in now]


@scenario(own_lab=True)
def a_crash_at_any_call_of_a_move_is_made_good_at_the_next_start(lab, product):
    """Five entries of three rules are re-pointed; the end comes at each call in turn."""
    foreign = lab.foreign_dump()
    use_crash_service(lab, product)
    product.ctl("add", "--listen", "8000", "--name", "one")
    product.ctl("add", "--listen", "8001", "--connect", "wsl:9001", "--name", "two")
    product.ctl("add", "--listen", "8010-8012", "--name", "range")
    wanted = {"8001": "9001"}

    def is_done():
        return ours(lab) == {port: f"{lab.vm.address}/{wanted.get(str(port), port)}"
                             for port in PORTS}

    wait_until(is_done, 10, "the entries")
    crashes = crash_at_each_call(lab, product, "CrashAt", lab.move_vm, is_done)
    expect(crashes >= 14, f"only {crashes} crashes: the wrapper is not in the way of the apply")
    for name in ("one", "two", "range"):
        product.wait_rule(name, "active")
    expect_equal(len(product.our_firewall_rules()), 3, "firewall rules")
    expect_equal(others(lab, foreign), [], "foreign lines lost")
    product.ctl("remove", "one", "two", "range")
    wait_until(lambda: lab.foreign_dump() == foreign, 10, "nothing left behind")
    product.uninstall()
    expect_equal(lab.foreign_dump(), foreign, "the tables after uninstall")


class OneRule:
    """A rule that is added and removed. The tables are looked at from outside while the crash is
    armed, as a question to the service would count as calls."""

    def __init__(self, lab, product):
        self.lab = lab
        self.product = product
        self.foreign = lab.foreign_dump()

    def add(self):
        self.product.run("add", "--listen", "8000", "--name", "web")

    def is_added(self):
        return (ours(self.lab) == {8000: f"{self.lab.vm.address}/8000"}
                and len(self.product.our_firewall_rules()) == 1)

    def remove(self):
        self.product.run("remove", "web")

    def is_removed(self):
        return self.lab.foreign_dump() == self.foreign

    def make_good(self, change, is_done, wants_rule):
        """What a user does who got an error: asks again if the change did not come about."""
        if bool(self.product.rules()) != wants_rule:
            change()
        wait_until(is_done, 15, f"the tables after {change.__name__}")

    def change_with_crash(self, counter, number, after, change, is_done, wants_rule):
        """True if the service came to its end on the way."""
        arm(self.lab, counter, number, after)
        change()
        crashed = crashes_before(self.lab, is_done, f"{change.__name__}, call {number}")
        disarm(self.lab, counter)
        if crashed:
            self.lab.start_service("Tidegate")
        self.make_good(change, is_done, wants_rule)
        return crashed

    def crash_at_each_call(self, counter):
        """How many crashes adding and removing saw; the one undoes the other."""
        changes = ((self.add, self.is_added, True), (self.remove, self.is_removed, False))
        crashes = [0, 0]
        for after in (0, 1):
            for number in range(1, CALLS_MAX):
                crashed = [self.change_with_crash(counter, number, after, *change)
                           for change in changes]
                crashes = [one + more for one, more in zip(crashes, crashed)]
                if not any(crashed):
                    break
            else:
                raise AssertionError("never done without a crash")
        return crashes


@scenario(own_lab=True)
def a_crash_at_any_call_of_adding_and_removing_leaves_nothing_behind(lab, product):
    """The rule is either there with its entry and firewall rule, or gone with both."""
    use_crash_service(lab, product)
    rule = OneRule(lab, product)
    crashes = rule.crash_at_each_call("CrashAt")
    expect(crashes[0] >= 8 and crashes[1] >= 8, f"too few crashes: {crashes}")
    finished = product.uninstall()
    expect_equal(finished.exit_code, DONE, "exit code")
    expect_equal(lab.foreign_dump(), rule.foreign, "the tables after uninstall")


@scenario(own_lab=True)
def a_crash_inside_the_firewalls_thread_leaves_nothing_behind(lab, product):
    """The same, ended before and after each change that COM makes."""
    use_crash_service(lab, product)
    rule = OneRule(lab, product)
    crashes = rule.crash_at_each_call("CrashAtFirewall")
    expect_equal(crashes, [2, 2], "crashes")
    product.uninstall()
    expect_equal(lab.foreign_dump(), rule.foreign, "the tables after uninstall")


class OneMirroredRule(OneRule):
    """The same in mirrored mode: a Hyper-V rule in place of the entry and its firewall rule."""

    def is_added(self):
        return (len(self.lab.hyperv.own_rules()) == 1 and ours(self.lab) == {}
                and not self.product.our_firewall_rules())


@scenario(own_lab=True)
def a_crash_at_a_change_of_the_hyperv_firewall_leaves_nothing_behind(lab, product):
    """In mirrored mode, ended before and after each change that WMI makes."""
    use_crash_service(lab, product)
    product.start_tray()
    lab.restart_vm("mirrored")
    wait_until(lambda: product.json("status")["wsl"]["networking_mode"] == "mirrored", 20,
               "mirrored mode")
    rule = OneMirroredRule(lab, product)
    crashes = rule.crash_at_each_call("CrashAtHyperV")
    expect_equal(crashes, [2, 2], "crashes")
    product.stop_tray()
    product.uninstall()
    expect_equal(lab.foreign_dump(), rule.foreign, "the tables after uninstall")


@scenario(own_lab=True)
def a_killed_service_is_right_after_the_next_start(lab, product):
    """Ended from outside while it rests; WSL moves meanwhile; the next start repairs it."""
    lab.serve(8000)
    product.ctl("add", "--listen", "8000", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 8000)
    lab.kill_windows(lab.service("Tidegate")["pid"])
    wait_until(lambda: not is_running(lab), 10, "its end")
    lab.move_vm()
    product.refused("list", expect=3)
    lab.start_service("Tidegate")
    product.wait_traffic(lab.HOST_V4, 8000)
    product.wait_rule("web", "active")


@scenario(own_lab=True)
def an_uninstall_that_is_cut_short_is_finished_by_the_next(lab, product):
    """Ended before each call on its way; what is left is still known as ours."""
    foreign = lab.foreign_dump()
    use_crash_service(lab, product)
    for number in range(1, CALLS_MAX):
        product.ctl("add", "--listen", "8010-8011", "--name", "range")
        product.wait_rule("range", "active")
        product.stop_service()
        arm(lab, "CrashAt", number, 0)
        cut_short = lab.run_windows(SERVICE, "uninstall", timeout=90).exit_code != DONE
        disarm(lab, "CrashAt")
        if cut_short:
            product.uninstall()
        expect_equal(lab.foreign_dump(), foreign, f"the tables after call {number}")
        if not cut_short:
            break
        product.install()
        product.ctl("remove", *[one["id"] for one in product.rules()])
    expect(number > 6, f"only {number} calls")
