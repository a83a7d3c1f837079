"""Each reason that a rule can have, brought about for real, and told alike everywhere.

Of networking modes and kinds of WSL: scenarios/modes.py and kinds_of_wsl.py.

SPDX-License-Identifier: MIT
"""

import contextlib
import subprocess

from lab_seed import LAB_KEY, LXSS, SERVICE_AUTO, SERVICE_DISABLED
from lab_wine import REG_DWORD
from product import PORTPROXY_KEY, PRIVATE, PUBLIC
from reason_checks import RulesWindow, expect_reason, known_reasons
from scenario import expect, expect_equal, scenario, wait_until
from scenarios import kinds_of_wsl, modes

PRIVATE_POLICY = r"HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PrivateProfile"
WATCHED_POLICY = (r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters"
                  r"\FirewallPolicy\StandardProfile")
OTHERS = "192.168.77.20/80"
OTHER_USER = "S-1-5-21-0-0-0-1001"
E_FAIL = 0x80004005
HELD_MS = 120000    # longer than anybody looks; it ends when the setting goes

# reason: (state, the link that tells it). The function of Case with that name causes it.
OF_RULE_AND_WSL = {
    "paused": ("waiting", "rule"),
    "wsl-not-running": ("waiting", "wsl"),
    "owner-signed-out": ("waiting", "wsl"),
    "address-unknown": ("waiting", "address"),
}
OF_ENTRIES = {
    "foreign-entry": ("conflict", "entry"),
    "foreign-equal": ("active", "entry"),
    "foreign-keeps-open": ("off", "entry"),
    "changed-back": ("conflict", "entry"),
    "write-failed": ("failed", "entry"),
    "store-failed": ("failed", "entry"),
}
OF_PORT_AND_IP_HELPER = {
    "port-in-use": ("blocked", "listener"),
    "not-listening": ("blocked", "listener"),
    "port-excluded": ("blocked", "listener"),
    "ip-helper-stopped": ("blocked", "ip-helper"),
    "ip-helper-disabled": ("blocked", "ip-helper"),
}
OF_FIREWALL = {
    "firewall-pending": ("applying", "entry"),
    "firewall-failed": ("failed", "entry"),
    "firewall-changed": ("blocked", "firewall"),
    "firewall-overridden": ("blocked", "firewall"),
    "firewall-block-all": ("blocked", "firewall"),
    "outbound-blocked": ("active", "firewall"),
    "profile-mismatch": ("blocked", "network"),
}
OF_ADDRESSES_AND_TARGET = {
    "listen-address-absent": ("waiting", "entry"),
    "interface-no-address": ("waiting", "entry"),
    "nothing-listens": ("active", "target"),
}
# They come when an address is gained after the rule was saved.
OF_GAINED_ADDRESS = {
    "other-rule": ("conflict", "rule"),
    "connect-is-this-pc": ("blocked", "address"),
    "too-many-entries": ("blocked", "rule"),
}
# Told of a probe's outcome by `diagnose --probe` alone, never of a rule.
PROBED = {
    "loopback-only": "refused",
    "target-refused": "refused",
    "target-silent": "silent",
}
CANNOT_BE_PLAYED = {
    "access-denied": "Wine's registry and service manager refuse nobody anything "
                     "(tests/unit/test_engine_faults.c)",
}


def firewall_name(product, rule_id):
    text = next(one for one in product.our_firewall_rules() if rule_id in one)
    return next(part[5:] for part in text.split("|") if part.startswith("Name="))


class Case:
    """Causes a reason of the rule "it", waits for it to be told, and takes the cause away."""

    def __init__(self, lab, product, port):
        self.lab, self.product, self.port = lab, product, port
        self.key = ("v4tov4", f"0.0.0.0/{port}")

    def add(self, *arguments):
        self.id = self.product.add(str(self.port), "--name", "it", *arguments)
        self.product.wait_rule("it", "active", 20)

    def paused(self):
        self.add()
        self.product.ctl("pause")
        yield
        self.product.ctl("resume")

    def wsl_not_running(self):
        self.add()
        self.lab.stop_vm()
        yield
        self.lab.start_vm()

    def owner_signed_out(self):
        self.product.add(str(self.port), "--name", "it", "--user", OTHER_USER)
        yield

    def address_unknown(self):
        """Neither WSL's own record nor, as wsl.exe hangs, the tray can tell it."""
        self.add()
        self.lab.reg_set(LAB_KEY, "WslDelayMs", HELD_MS)
        self.lab.reg_set(rf"HKCU\{LXSS}", "NatIpAddress", "192.168.77.20")
        yield
        self.lab.reg_set(rf"HKCU\{LXSS}", "NatIpAddress", self.lab.vm.address)
        self.lab.reg_set(LAB_KEY, "WslDelayMs", 0)

    def foreign_entry(self):
        self.add()
        self.lab.set_portproxy(*self.key, OTHERS)
        yield
        self.lab.delete_portproxy(*self.key)

    def foreign_equal(self):
        self.lab.set_portproxy(*self.key, f"{self.lab.vm.address}/{self.port}")
        self.lab.param_change()
        self.add()
        yield
        self.lab.delete_portproxy(*self.key)

    def foreign_keeps_open(self):
        self.lab.set_portproxy(*self.key, OTHERS)
        self.product.add(str(self.port), "--name", "it", "--disabled")
        yield
        self.lab.delete_portproxy(*self.key)

    def changed_back(self):
        self.add()
        for _ in range(4):
            self.product.wait_entry(*self.key, f"{self.lab.vm.address}/{self.port}", 10)
            self.lab.delete_portproxy(*self.key)
        yield
        self.product.ctl("reconcile")

    def write_failed(self):
        """Below a key that does not outlive Windows no key can be made that does."""
        key = rf"{PORTPROXY_KEY}\v6tov6"
        lines = self.lab.reg_values(rf"{key}\tcp")
        self.lab.reg_delete_key(key)
        self.lab.wine.call("reg_create_volatile", key)
        self.product.add(f"[::]:{self.port}", "--name", "it", "--connect", "[fd77::20]:80")
        yield
        self.lab.reg_delete_key(key)
        for name, (kind, data) in lines.items():
            self.lab.reg_set(rf"{key}\tcp", name, data, kind)
        self.product.wait_rule("it", "active", 40)

    def store_failed(self):
        """No room for what has to be written down before an entry is changed."""
        self.add()
        with full_disk_for_service(self.lab):
            self.lab.move_vm()
            yield
        self.product.wait_rule("it", "active", 40)

    def hold_port(self):
        """WSL's relay is there first: the reason why saving asks for --force."""
        wait_until(lambda: self.port in self.product.json("status")["wsl_ports"], 15, "the relay")
        self.product.add(f"127.0.0.1:{self.port}", "--name", "it", "--force")

    def port_in_use(self):
        self.hold_port()
        yield

    def not_listening(self):
        """IP Helper could not listen while WSL's relay did, and is not told that this ended."""
        self.hold_port()
        self.product.wait_rule("it", "blocked", 20, reason="port-in-use")
        self.lab.stop_serving(self.port)
        yield

    def port_excluded(self):
        self.lab.set_excluded_ports((self.port, self.port))
        self.product.add(str(self.port), "--name", "it")
        yield
        self.lab.set_excluded_ports()

    def ip_helper_stopped(self):
        self.add()
        self.lab.stop_service("iphlpsvc")
        yield
        self.product.ctl("start-ip-helper")

    def ip_helper_disabled(self):
        self.add()
        self.lab.stop_service("iphlpsvc")
        self.lab.set_service_start_type("iphlpsvc", SERVICE_DISABLED)
        self.product.ctl("reconcile")
        yield
        self.lab.set_service_start_type("iphlpsvc", SERVICE_AUTO)
        self.product.ctl("start-ip-helper")

    def firewall_pending(self):
        self.lab.set_firewall(DelayMs=HELD_MS)
        self.product.add(str(self.port), "--name", "it")
        yield
        self.lab.set_firewall(DelayMs=None)

    def firewall_failed(self):
        self.lab.set_firewall(FailAdd=E_FAIL)
        self.product.add(str(self.port), "--name", "it")
        yield
        self.lab.set_firewall(FailAdd=None)

    def firewall_changed(self):
        self.add()
        name = firewall_name(self.product, self.id)
        self.lab.fwctl("set", name, "Enabled", "0")
        self.product.ctl("reconcile")
        yield
        self.lab.fwctl("remove", name)

    def firewall_overridden(self):
        self.add()
        self.lab.reg_set(PRIVATE_POLICY, "AllowLocalPolicyMerge", 0, REG_DWORD)
        self.product.ctl("reconcile")
        yield
        self.lab.reg_delete(PRIVATE_POLICY, "AllowLocalPolicyMerge")

    def firewall_block_all(self):
        self.add()
        self.lab.set_firewall(**{f"BlockAllInbound{PRIVATE}": 1})
        self.lab.reg_set(WATCHED_POLICY, "DoNotAllowExceptions", 1, REG_DWORD)
        yield
        self.lab.set_firewall(**{f"BlockAllInbound{PRIVATE}": None})
        self.lab.reg_delete(WATCHED_POLICY, "DoNotAllowExceptions")

    def outbound_blocked(self):
        self.add()
        self.lab.set_firewall(**{f"DefaultOutboundAction{PRIVATE}": 0})
        self.lab.reg_set(WATCHED_POLICY, "DefaultOutboundAction", 1, REG_DWORD)
        yield
        self.lab.set_firewall(**{f"DefaultOutboundAction{PRIVATE}": None})
        self.lab.reg_delete(WATCHED_POLICY, "DefaultOutboundAction")

    def profile_mismatch(self):
        self.add()
        self.lab.set_network_profile(PUBLIC)
        yield
        self.lab.set_network_profile(PRIVATE)

    def listen_address_absent(self):
        self.product.add(f"192.168.77.99:{self.port}", "--name", "it")
        yield

    def interface_no_address(self):
        self.product.add(f"No such adapter:{self.port}", "--name", "it")
        yield

    def nothing_listens(self):
        self.lab.stop_serving(self.port)
        self.product.add(f"{self.lab.HOST_V4}:{self.port}", "--name", "it")
        yield
        self.lab.serve(self.port)

    def gain(self, *addresses):
        """The adapter's addresses from now on. Wine announces no change of them."""
        self.lab.set_adapter_addresses("eth9", *addresses)
        self.product.ctl("reconcile")

    def other_rule(self):
        older = self.product.add(f"192.0.2.21:{self.port}")
        self.product.add(f"eth9:{self.port}", "--name", "it")
        self.product.wait_rule("it", "active", 20)
        self.gain("192.0.2.20/24", "192.0.2.21/24")
        yield
        self.product.ctl("remove", older)

    def connect_is_this_pc(self):
        self.product.add(str(self.port), "--name", "it", "--connect", "192.0.2.22:80")
        self.product.wait_rule("it", "active", 20)
        self.gain("192.0.2.20/24", "192.0.2.22/24")
        yield

    def too_many_entries(self):
        self.gain("192.0.2.20/24")
        first = self.port + 1000
        self.product.add(f"eth9:{first}-{first + 127}", "--name", "it")
        self.product.wait_rule("it", "active", 40)
        self.gain(*(f"192.0.2.{last}/24" for last in range(20, 29)))
        yield


@contextlib.contextmanager
def full_disk_for_service(lab):
    pid = lab.wine.unix_pids("tidegate-service.exe")[0]
    subprocess.run(["prlimit", f"--pid={pid}", "--fsize=0:unlimited"], check=True, timeout=20)
    try:
        yield
    finally:
        subprocess.run(["prlimit", f"--pid={pid}", "--fsize=unlimited"], check=True, timeout=20)


def produce(lab, product, first, reasons):
    window = RulesWindow(lab, product)
    for port, (reason, (state, kind)) in enumerate(reasons.items(), first):
        lab.serve(port)
        for _ in getattr(Case(lab, product, port), reason.replace("-", "_"))():
            expect_reason(product, window, "it", state, reason, kind)
        product.ctl("remove", product.rule("it")["id"])
        lab.stop_serving(port)


@scenario
def every_reason_is_played_or_it_is_said_why_not(lab, product):
    """Each reason of core/model stands in one of these tables, and nothing else does."""
    listed = [*OF_RULE_AND_WSL, *OF_ENTRIES, *OF_PORT_AND_IP_HELPER, *OF_FIREWALL,
              *OF_ADDRESSES_AND_TARGET, *OF_GAINED_ADDRESS, *kinds_of_wsl.REASONS,
              *{reason for _, _, _, reason in modes.WITHOUT_ENTRIES}, "mirrored-port", *PROBED,
              *CANNOT_BE_PLAYED]
    expect_equal(sorted(listed), sorted(known_reasons()), "reasons")


@scenario
def reasons_of_rule_and_wsl_are_told_alike(lab, product):
    """Paused, stopped, signed out, unknown: one sentence, wherever one asks."""
    produce(lab, product, 3400, OF_RULE_AND_WSL)


@scenario
def reasons_of_entries_are_told_alike(lab, product):
    """Another program's, in the way, equal or left over; changed back; refused by Windows or the
    disk."""
    produce(lab, product, 3410, OF_ENTRIES)


@scenario
def reasons_of_the_port_and_ip_helper_are_told_alike(lab, product):
    """In use, no longer in use, excluded; IP Helper stopped or disabled."""
    produce(lab, product, 3420, OF_PORT_AND_IP_HELPER)


@scenario
def reasons_of_the_firewall_are_told_alike(lab, product):
    """Pending, failed, changed, overridden, blocked in and out, the wrong network."""
    produce(lab, product, 3430, OF_FIREWALL)


@scenario
def reasons_of_addresses_and_targets_are_told_alike(lab, product):
    """No such address or interface, nothing that listens."""
    produce(lab, product, 3440, OF_ADDRESSES_AND_TARGET)


def probed(product):
    """What a probe finds and why, which diagnose tells as text, too."""
    found = product.json("diagnose", "it", "--probe")["diagnoses"][0]
    link = found["links"][-1]
    told = product.ctl("diagnose", "it", "--probe")
    expect(link["explanation"] in told, f"{link['explanation']!r} is not in\n{told}")
    return link["reason"], found["probe"]


@scenario(needs_network=True)
def reasons_that_a_probe_finds_are_told_alike(lab, product):
    """A server on Linux's loopback alone, none at all, and a host that nobody is."""
    lab.serve(3460, address="127.0.0.1")
    wait_until(lambda: 3460 in product.json("status")["wsl_ports"], 15, "the relay")
    product.add("3460", "--name", "it")
    product.wait_rule("it", "active")
    found = [probed(product)]
    lab.stop_serving(3460, address="127.0.0.1")
    wait_until(lambda: 3460 not in product.json("status")["wsl_ports"], 15, "no relay")
    found.append(probed(product))
    product.ctl("edit", "it", "--connect", "192.168.77.99:80")
    product.wait_rule("it", "active")
    found.append(probed(product))
    expect_equal(found, list(PROBED.items()), "reasons and probes")


@scenario(needs_network=True)
def reasons_that_come_with_an_address_are_told_alike(lab, product):
    """Another rule's address, the connect address, or one too many is this PC's all at once."""
    lab.add_adapter("eth9", "192.0.2.20/24")
    produce(lab, product, 3450, OF_GAINED_ADDRESS)
    lab.remove_adapter("eth9")
