"""Each reason that a rule can have, brought about for real, and told alike everywhere.

What the lab cannot bring about, and why:
  too-many-entries   the service refuses to save what would go beyond; only an interface that gains
                     hundreds of addresses gets there (tests/unit/test_desired.c)
  not-listening      the stand-in for IP Helper listens wherever it can
                     (tests/unit/test_diagnosis.c)
  access-denied      the service may write everything in the lab (tests/unit/test_engine_faults.c)
  write-failed       Wine's registry never refuses a write (the same)
  store-failed       scenarios/store.py damages the database, told as the service's fault
  connect-is-this-pc, other-rule   saving refuses them; they come when an address is gained
                     afterwards (tests/unit/test_diagnosis.c)
  loopback-only, target-refused, target-silent   only ever told by a probe: scenarios/diagnose.py
  mode-virtioproxy, mode-none, mirrored-port: scenarios/modes.py
  mode-bridged, wsl1, wsl-absent   the lab plays none of them (tests/unit/test_engine_modes.c)
  owner-signed-out   needs another user's hive: scenarios/following.py

SPDX-License-Identifier: MIT
"""

from lab_seed import LXSS, SERVICE_AUTO, SERVICE_DISABLED
from lab_wine import REG_DWORD
from product import PRIVATE, PUBLIC
from scenario import expect, expect_equal, scenario, wait_until

PRIVATE_POLICY = r"HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PrivateProfile"
WATCHED_POLICY = (r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters"
                  r"\FirewallPolicy\StandardProfile")
OTHERS = "192.168.77.20/80"
E_FAIL = 0x80004005


def told_alike(product, name, reason, kind):
    """The rule's own explanation is the one of `kind`'s link, in each way of asking."""
    rule = product.rule(name)
    said = rule["explanation"]
    expect(said, f"{reason}: nothing is explained")
    links = product.json("diagnose", name)["diagnoses"][0]["links"]
    found = [link for link in links if link["reason"] == reason]
    expect(found and found[0]["kind"] == kind, f"{reason}: told by {found}, not {kind}")
    sentence = found[0]["explanation"]
    # The rule has Windows' code behind it.
    expect(said.startswith(sentence), f"{reason}: the link says {sentence!r}, the rule {said!r}")
    for told in (product.ctl("diagnose", name), product.ctl("list"),
                 product.ctl("diagnose", "--report")):
        expect(sentence in told, f"{reason}: {sentence!r} is not in\n{told}")


def firewall_name(product, rule_id):
    text = next(one for one in product.our_firewall_rules() if rule_id in one)
    return next(part[5:] for part in text.split("|") if part.startswith("Name="))


class Case:
    """Causes a reason of one rule and takes the cause away again."""

    def __init__(self, lab, product, port):
        self.lab, self.product, self.port = lab, product, port
        self.key = ("v4tov4", f"0.0.0.0/{port}")

    def add(self, *arguments):
        self.id = self.product.add(str(self.port), "--name", "it", *arguments)
        self.product.wait_rule("it", "active", 20)

    def paused(self):
        self.add()
        self.product.ctl("pause")
        yield "waiting", "paused", "rule"
        self.product.ctl("resume")

    def wsl_stopped(self):
        self.add()
        self.lab.stop_vm()
        yield "waiting", "wsl-not-running", "wsl"
        self.lab.start_vm()

    def address_unknown(self):
        self.add()
        self.lab.reg_set(rf"HKCU\{LXSS}", "NatIpAddress", "192.168.77.20")
        yield "waiting", "address-unknown", "address"
        self.lab.reg_set(rf"HKCU\{LXSS}", "NatIpAddress", self.lab.vm.address)

    def foreign_entry(self):
        self.add()
        self.lab.set_portproxy(*self.key, OTHERS)
        yield "conflict", "foreign-entry", "entry"
        self.lab.delete_portproxy(*self.key)

    def foreign_equal(self):
        self.lab.set_portproxy(*self.key, f"{self.lab.vm.address}/{self.port}")
        self.lab.param_change()
        self.add()
        yield "active", "foreign-equal", "entry"
        self.lab.delete_portproxy(*self.key)

    def foreign_keeps_open(self):
        self.lab.set_portproxy(*self.key, OTHERS)
        self.product.add(str(self.port), "--name", "it", "--disabled")
        yield "off", "foreign-keeps-open", "entry"
        self.lab.delete_portproxy(*self.key)

    def changed_back(self):
        self.add()
        for _ in range(4):
            self.product.wait_entry(*self.key, f"{self.lab.vm.address}/{self.port}", 10)
            self.lab.delete_portproxy(*self.key)
        yield "conflict", "changed-back", "entry"
        self.product.ctl("reconcile")

    def port_in_use(self):
        """WSL's relay was there first: the reason why saving asks for --force."""
        wait_until(lambda: self.port in self.product.json("status")["wsl_ports"], 15, "the relay")
        self.product.add(f"127.0.0.1:{self.port}", "--name", "it", "--force")
        yield "blocked", "port-in-use", "listener"

    def port_excluded(self):
        self.lab.set_excluded_ports((self.port, self.port))
        self.product.add(str(self.port), "--name", "it")
        yield "blocked", "port-excluded", "listener"
        self.lab.set_excluded_ports()

    def helper_stopped(self):
        self.add()
        self.lab.stop_service("iphlpsvc")
        yield "blocked", "ip-helper-stopped", "ip-helper"
        self.product.ctl("start-ip-helper")

    def helper_disabled(self):
        self.add()
        self.lab.stop_service("iphlpsvc")
        self.lab.set_service_start_type("iphlpsvc", SERVICE_DISABLED)
        self.product.ctl("reconcile")
        yield "blocked", "ip-helper-disabled", "ip-helper"
        self.lab.set_service_start_type("iphlpsvc", SERVICE_AUTO)
        self.product.ctl("start-ip-helper")

    def firewall_pending(self):
        self.lab.set_firewall(DelayMs=3000)
        self.product.add(str(self.port), "--name", "it")
        yield "applying", "firewall-pending", "entry"
        self.lab.set_firewall(DelayMs=None)

    def firewall_failed(self):
        self.lab.set_firewall(FailAdd=E_FAIL)
        self.product.add(str(self.port), "--name", "it")
        yield "failed", "firewall-failed", "entry"
        self.lab.set_firewall(FailAdd=None)

    def firewall_changed(self):
        self.add()
        name = firewall_name(self.product, self.id)
        self.lab.fwctl("set", name, "Enabled", "0")
        self.product.ctl("reconcile")
        yield "blocked", "firewall-changed", "firewall"
        self.lab.fwctl("remove", name)

    def firewall_overridden(self):
        self.add()
        self.lab.reg_set(PRIVATE_POLICY, "AllowLocalPolicyMerge", 0, REG_DWORD)
        self.product.ctl("reconcile")
        yield "blocked", "firewall-overridden", "firewall"
        self.lab.reg_delete(PRIVATE_POLICY, "AllowLocalPolicyMerge")

    def firewall_block_all(self):
        self.add()
        self.lab.set_firewall(**{f"BlockAllInbound{PRIVATE}": 1})
        self.lab.reg_set(WATCHED_POLICY, "DoNotAllowExceptions", 1, REG_DWORD)
        yield "blocked", "firewall-block-all", "firewall"
        self.lab.set_firewall(**{f"BlockAllInbound{PRIVATE}": None})
        self.lab.reg_delete(WATCHED_POLICY, "DoNotAllowExceptions")

    def outbound_blocked(self):
        self.add()
        self.lab.set_firewall(**{f"DefaultOutboundAction{PRIVATE}": 0})
        self.lab.reg_set(WATCHED_POLICY, "DefaultOutboundAction", 1, REG_DWORD)
        yield "active", "outbound-blocked", "firewall"
        self.lab.set_firewall(**{f"DefaultOutboundAction{PRIVATE}": None})
        self.lab.reg_delete(WATCHED_POLICY, "DefaultOutboundAction")

    def profile_mismatch(self):
        self.add()
        self.lab.set_network_profile(PUBLIC)
        yield "blocked", "profile-mismatch", "network"
        self.lab.set_network_profile(PRIVATE)

    def listen_address_absent(self):
        self.product.add(f"192.168.77.99:{self.port}", "--name", "it")
        yield "waiting", "listen-address-absent", "entry"

    def interface_no_address(self):
        self.product.add(f"No such adapter:{self.port}", "--name", "it")
        yield "waiting", "interface-no-address", "entry"

    def nothing_listens(self):
        self.lab.stop_serving(self.port)
        self.product.add(f"{self.lab.HOST_V4}:{self.port}", "--name", "it")
        yield "active", "nothing-listens", "target"
        self.lab.serve(self.port)


CASES = ("paused", "wsl_stopped", "address_unknown", "foreign_entry", "foreign_equal",
         "foreign_keeps_open", "changed_back", "port_in_use", "port_excluded", "helper_stopped",
         "helper_disabled", "firewall_pending", "firewall_failed", "firewall_changed",
         "firewall_overridden", "firewall_block_all", "outbound_blocked", "profile_mismatch",
         "listen_address_absent", "interface_no_address", "nothing_listens")


def has(product, state, reason):
    rule = product.rule("it")
    return rule["state"] == state and reason in (rule["reason"], rule["warning"])


def produce(lab, product, port, name):
    for state, reason, kind in getattr(Case(lab, product, port), name)():
        try:
            wait_until(lambda: has(product, state, reason), 20, reason)
        except TimeoutError:
            rule = product.rule("it")
            raise AssertionError(f"{name}: is {rule['state']}, {rule['reason']}, "
                                 f"{rule['warning']}, not {state}, {reason}") from None
        told_alike(product, "it", reason, kind)
    product.ctl("remove", "it")


def run(lab, product, first, names):
    for index, name in enumerate(names):
        lab.serve(first + index)
        produce(lab, product, first + index, name)
        lab.stop_serving(first + index)


@scenario
def reasons_of_rule_wsl_and_entry_are_told_alike(lab, product):
    """Paused, stopped, unknown, foreign, changed back: one sentence, wherever one asks."""
    run(lab, product, 3400, CASES[:7])


@scenario
def reasons_of_the_port_and_ip_helper_are_told_alike(lab, product):
    """In use, excluded, IP Helper stopped or disabled."""
    run(lab, product, 3410, CASES[7:11])


@scenario
def reasons_of_the_firewall_are_told_alike(lab, product):
    """Pending, failed, changed, overridden, blocked in and out, the wrong network."""
    run(lab, product, 3420, CASES[11:18])


@scenario
def reasons_of_addresses_and_targets_are_told_alike(lab, product):
    """No such address or interface, nothing that listens."""
    run(lab, product, 3430, CASES[18:])
