"""WSL's networking modes: NAT to mirrored and back, VirtioProxy, none; the Hyper-V firewall.

SPDX-License-Identifier: MIT

The tray runs in all of them: only a command inside the VM knows the mode, and only the user's own
program may run one.
"""

import contextlib

from lab_hyperv import FIREWALL_SERVICE_KEY, PRIVATE, PUBLIC
from lab_seed import LOCAL_DEVICES_KEY, LXSS, WSL_CREATOR
from reason_checks import RulesWindow, expect_reason
from scenario import expect, expect_equal, scenario, stays, wait_until

ACCESS_DENIED = 0x80041003      # WBEM_E_ACCESS_DENIED
PROVIDER_FAILURE = 0x80041004   # WBEM_E_PROVIDER_FAILURE
OTHER_USER = "S-1-5-21-0-0-0-1001"
OWN_LAN = "192.168.77.0/24"
VM_SETTLES = 5

# What nothing is forwarded in: (.wslconfig's word, ours, state, reason).
WITHOUT_ENTRIES = (("virtioproxy", "virtioproxy", "not-needed", "mode-virtioproxy"),
                   ("consomme", "virtioproxy", "not-needed", "mode-virtioproxy"),
                   ("none", "none", "blocked", "mode-none"))


def start_tray(product):
    """One that need not be waited for: it asks nothing before a new VM has settled."""
    product.use_tray_with_clock()
    product.start_tray()


def wait_mode(product, mode, timeout=20):
    """Puts the tray's clock forward while no command of it runs, which would seem to hang."""
    def is_known():
        if product.json("status")["wsl"]["networking_mode"] == mode:
            return True
        if not any(exe == "wsl.exe" for _, _, exe, _ in product.lab.processes()):
            product.put_clock_forward(VM_SETTLES)
        return False

    wait_until(is_known, timeout, f"networking mode {mode}")


@contextlib.contextmanager
def booted_as(lab, product, mode):
    """WSL in another mode, known to the service; afterwards NAT again."""
    lab.restart_vm(mode)
    wait_mode(product, mode)
    yield
    lab.restart_vm("nat")
    wait_mode(product, "nat")


def forward(lab, product, port, *options):
    """A rule 'web' that works in NAT mode, with a tray that tells the mode."""
    start_tray(product)
    lab.serve(port)
    product.add(str(port), "--name", "web", *options)
    product.wait_rule("web", "active")


@contextlib.contextmanager
def mirrored_server(lab, product, port):
    """WSL in mirrored mode, where the server on this port has bound it; afterwards NAT again."""
    with booted_as(lab, product, "mirrored"):
        restart_server(lab, port)
        yield


def wait_hyperv_rule(lab, timeout=15):
    """The one rule of ours in the Hyper-V firewall."""
    return next(iter(wait_until(lab.hyperv.own_rules, timeout, "a Hyper-V rule").values()))


def wait_no_hyperv_rule(lab, timeout=15):
    wait_until(lambda: not lab.hyperv.own_rules(), timeout, "no Hyper-V rule")


def foreign_hyperv_rules(lab):
    return {name: rule for name, rule in lab.hyperv.rules().items()
            if name not in lab.hyperv.own_rules()}


def wait_withdrawn(lab, product, name):
    product.wait_entry("v4tov4", name, None)
    wait_until(lambda: not product.our_firewall_rules(), 10, "firewall rule withdrawn")


def restart_server(lab, port):
    """As a user does whose program could not bind its port."""
    lab.serve(port)
    expect(lab.vm.is_listening(port), f"Linux cannot bind port {port}: {lab.vm.bind_error(port)}")


@scenario(needs_network=True)
def a_forward_goes_to_mirrored_mode_and_back(lab, product):
    """NAT, mirrored, NAT: the LAN gets its answer in each, through an entry, through none but a
    Hyper-V rule for that port and network, through an entry again; Linux can bind in between."""
    product.start_tray()
    foreign = foreign_hyperv_rules(lab)
    lab.serve(3400)
    product.add("3400", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 3400)
    expect_equal(lab.hyperv.own_rules(), {}, "Hyper-V rules in NAT mode")
    nat_address = lab.vm.address

    lab.restart_vm("mirrored")
    wait_withdrawn(lab, product, "0.0.0.0/3400")
    restart_server(lab, 3400)
    rule = wait_hyperv_rule(lab)
    expect_equal((rule["VMCreatorId"], rule["Direction"], rule["Action"], rule["Enabled"],
                  rule["Protocol"], rule["LocalPorts"]),
                 (WSL_CREATOR, 1, 2, 1, "TCP", ["3400"]), "Hyper-V rule")
    product.wait_traffic(lab.HOST_V4, 3400)
    expect(not lab.reaches(lab.HOST_V4, 3400, source=lab.CLIENT_FAR_V4), "it lets others in")
    product.wait_rule("web", "active")
    expect_equal(lab.reg_get(rf"HKCU\{LXSS}", "NatIpAddress"), nat_address, "stale address")
    stays(lambda: ("v4tov4", "0.0.0.0/3400") not in lab.portproxy(), 2, "no entry")
    expect_equal(foreign_hyperv_rules(lab), foreign, "Hyper-V rules of others")

    lab.stop_serving(3400)
    lab.restart_vm("nat")
    lab.serve(3400)
    product.wait_entry("v4tov4", "0.0.0.0/3400", f"{lab.vm.address}/3400", 20)
    product.wait_traffic(lab.HOST_V4, 3400)
    product.wait_rule("web", "active")
    wait_no_hyperv_rule(lab)
    expect_equal(len(product.our_firewall_rules()), 1, "firewall rules")
    expect(not lab.events("wsl.jsonl", "woke"), "a stopped distribution was woken")


@scenario
def mirrored_mode_blocks_a_rule_that_changes_the_port(lab, product):
    """It says so everywhere alike, keeps no port open for it, and forwards again in NAT mode."""
    product.use_tray_with_clock()
    window = RulesWindow(lab, product)
    lab.serve(3000)
    product.add("3410", "--connect", "wsl:3000", "--name", "web")
    product.wait_rule("web", "active")
    with booted_as(lab, product, "mirrored"):
        expect_reason(product, window, "web", "blocked", "mirrored-port", "mode")
        wait_withdrawn(lab, product, "0.0.0.0/3410")
        expect_equal(lab.hyperv.own_rules(), {}, "Hyper-V rules")
        expect("cannot change ports" in product.ctl("list", "--live"), "the reason is not told")
    product.wait_rule("web", "active")
    product.wait_entry("v4tov4", "0.0.0.0/3410", f"{lab.vm.address}/3000")


@scenario
def a_service_restarted_in_mirrored_mode_puts_nothing_in_linuxs_way(lab, product):
    """With the tray beside it, and without: the mode told of this VM holds. No entry is written in
    between, as IP Helper, which is told of each, would have heard."""
    forward(lab, product, 3480)
    with mirrored_server(lab, product, 3480):
        kept = wait_hyperv_rule(lab)
        product.wait_rule("web", "active")
        told = len(lab.events("iphlpsvc.jsonl", "paramchange"))
        for has_tray in (True, False):
            if not has_tray:
                product.stop_tray()
            product.stop_service()
            product.start_service()
            stays(lambda: ("v4tov4", "0.0.0.0/3480") not in lab.portproxy(), 3, "no entry")
            product.wait_rule("web", "active")
            wait_mode(product, "mirrored")
            expect_equal(len(lab.events("iphlpsvc.jsonl", "paramchange")), told, "controls sent")
            expect_equal(list(lab.hyperv.own_rules().values()), [kept], "Hyper-V rules")
    product.wait_entry("v4tov4", "0.0.0.0/3480", f"{lab.vm.address}/3480")


@scenario
def two_users_with_different_modes_have_each_what_theirs_needs(lab, product):
    """Mine goes to mirrored mode and back, hers stays in NAT mode at an address of her own; then
    she moves, and mine does not."""
    hive = rf"HKU\{OTHER_USER}"
    devices = hive + LOCAL_DEVICES_KEY.removeprefix("HKCU")
    lab.reg_set(rf"{hive}\{LXSS}", "NatIpAddress", "172.28.214.40")
    lab.reg_set(devices, "{6E1B8A3C-0F4D-4B57-9C55-2F1F8F0C7A11}", "WSL")
    start_tray(product)
    lab.serve(3490)
    product.add("3490", "--name", "mine")
    product.add("3491", "--name", "hers", "--user", OTHER_USER)
    product.wait_rule("mine", "active")
    product.wait_rule("hers", "active")
    product.wait_entry("v4tov4", "0.0.0.0/3490", f"{lab.vm.address}/3490")
    product.wait_entry("v4tov4", "0.0.0.0/3491", "172.28.214.40/3491")
    with booted_as(lab, product, "mirrored"):
        product.wait_entry("v4tov4", "0.0.0.0/3490", None)
        rule = wait_hyperv_rule(lab)
        expect_equal(rule["LocalPorts"], ["3490"], "the Hyper-V rule's ports")
        lab.reg_set(rf"{hive}\{LXSS}", "NatIpAddress", "172.28.214.41")
        product.wait_entry("v4tov4", "0.0.0.0/3491", "172.28.214.41/3491")
        product.wait_rule("hers", "active")
        expect(("v4tov4", "0.0.0.0/3490") not in lab.portproxy(), "mine has an entry")
    product.wait_entry("v4tov4", "0.0.0.0/3490", f"{lab.vm.address}/3490")
    expect_equal(lab.portproxy()["v4tov4", "0.0.0.0/3491"], "172.28.214.41/3491", "her entry")
    lab.reg_delete_key(hive)
    product.wait_entry("v4tov4", "0.0.0.0/3491", None)


@scenario
def other_modes_withdraw_and_explain(lab, product):
    """VirtioProxy under both of its names, and none: nothing is left in any table, and why is told
    alike everywhere."""
    product.use_tray_with_clock()
    window = RulesWindow(lab, product)
    lab.serve(3420)
    product.add("3420", "--name", "web")
    product.wait_rule("web", "active")
    for mode, told, state, reason in WITHOUT_ENTRIES:
        lab.restart_vm(mode)
        wait_mode(product, told)
        expect_reason(product, window, "web", state, reason, "mode")
        wait_withdrawn(lab, product, "0.0.0.0/3420")
        expect_equal(lab.hyperv.own_rules(), {}, f"Hyper-V rules with {mode}")
    lab.restart_vm("nat")
    product.wait_rule("web", "active", 20)


@scenario
def a_hyperv_rule_has_an_owner_like_any_other(lab, product):
    """Deleted by somebody: made again. Changed: left alone and said. Refused by Windows: said with
    its code, and tried again. Disabled: withdrawn."""
    forward(lab, product, 3430, "--remote", OWN_LAN)
    with mirrored_server(lab, product, 3430):
        product.wait_rule("web", "active")
        name = next(iter(lab.hyperv.own_rules()))
        kept = lab.hyperv.own_rules()[name]
        expect_equal(kept["RemoteAddresses"], ["192.168.77.0/255.255.255.0"], "remote scope")

        lab.hyperv.remove(name)
        expect_equal(wait_hyperv_rule(lab), kept, "the rule made again")

        lab.hyperv.put(name, LocalPorts=["1-65535"])
        product.wait_rule("web", "blocked", reason="firewall-changed")
        expect_equal(lab.hyperv.own_rules()[name]["LocalPorts"], ["1-65535"], "changed rule")
        lab.hyperv.put(name, **kept)
        product.wait_rule("web", "active")

        product.ctl("disable", "web")
        wait_no_hyperv_rule(lab)
        lab.hyperv.set(FailPut=ACCESS_DENIED)
        product.ctl("enable", "web")
        failed = product.wait_rule("web", "failed", 20, reason="firewall-failed")
        expect("80041003" in str(failed), f"no code in {failed}")
        lab.hyperv.set(FailPut=None)
        product.wait_rule("web", "active", 30)
    product.wait_rule("web", "active", 20)
    wait_no_hyperv_rule(lab)


@scenario
def a_hyperv_rule_that_was_taken_over_goes_with_its_rule(lab, product):
    """Opened wide by somebody and taken over: tight again, and gone once the rule is off."""
    forward(lab, product, 3470)
    with mirrored_server(lab, product, 3470):
        product.wait_rule("web", "active")
        name = next(iter(lab.hyperv.own_rules()))
        lab.hyperv.put(name, LocalPorts=["1-65535"])
        product.wait_rule("web", "blocked", reason="firewall-changed")
        product.ctl("take-over", "web")
        product.wait_rule("web", "active")
        expect_equal(lab.hyperv.own_rules()[name]["LocalPorts"], ["3470"], "ports taken over")
        product.ctl("disable", "web")
        wait_no_hyperv_rule(lab)
        product.ctl("enable", "web")
        product.wait_rule("web", "active")
    product.wait_rule("web", "active", 20)
    wait_no_hyperv_rule(lab)


@scenario
def reconcile_sees_what_no_event_told_of_the_hyperv_firewall(lab, product):
    """Nobody promises an event for these rules (not yet verified on Windows): a look when asked
    finds them changed."""
    forward(lab, product, 3470)
    with mirrored_server(lab, product, 3470):
        kept = wait_hyperv_rule(lab)
        product.wait_rule("web", "active")
        lab.hyperv.remove(next(iter(lab.hyperv.own_rules())), announced=False)
        stays(lambda: not lab.hyperv.own_rules(), 2, "nobody noticed, as nobody was told")
        product.ctl("reconcile")
        expect_equal(wait_hyperv_rule(lab), kept, "the rule made again")
        product.wait_rule("web", "active")


@scenario(needs_network=True)
def a_hyperv_rule_follows_the_networks_of_this_pc(lab, product):
    """"Local subnet" is spelled out, as these rules do not know it: a network that comes or goes is
    in the rule with the next look. (Wine announces no change of addresses, hence `reconcile`.)"""
    forward(lab, product, 3460)
    with mirrored_server(lab, product, 3460):
        product.wait_rule("web", "active")

        def is_admitted(network):
            rules = lab.hyperv.own_rules().values()
            return any(f"{network}/255.255.255.0" in one["RemoteAddresses"] for one in rules)

        expect(is_admitted("192.168.77.0"), "the LAN is not admitted")
        lab.add_adapter("Second", "192.0.2.5/24")
        product.ctl("reconcile")
        wait_until(lambda: is_admitted("192.0.2.0"), 15, "the new network")
        lab.remove_adapter("Second")
        product.ctl("reconcile")
        wait_until(lambda: is_admitted("192.168.77.0") and not is_admitted("192.0.2.0"), 15,
                   "the network gone")
        product.wait_rule("web", "active")


@scenario(needs_network=True)
def a_mirrored_rule_opens_its_own_address_only(lab, product):
    """Linux listens on every address; the LAN gets in at the rule's alone, and nowhere for a rule
    on loopback."""
    start_tray(product)
    lab.serve(3480)
    lab.serve(3481)
    product.add(f"{lab.HOST_V4}:3480", "--name", "web")
    product.wait_rule("web", "active")
    with booted_as(lab, product, "mirrored"):
        product.add("127.0.0.1:3481", "--name", "mine", "--force")
        for port in (3480, 3481):
            restart_server(lab, port)
            lab.serve(port, address="::")
        product.wait_rule("web", "active")
        product.wait_rule("mine", "active")
        product.wait_traffic(lab.HOST_V4, 3480)
        expect_equal(len(lab.hyperv.own_rules()), 1, "Hyper-V rules")
        expect(not lab.reaches(lab.HOST_V6, 3480), "the rule opens another address")
        for address in (lab.HOST_V4, lab.HOST_V6):
            expect(not lab.reaches(address, 3481), f"a rule on loopback opens {address}")
        expect(lab.reaches("127.0.0.1", 3481, origin="host"), "loopback is closed")
        product.ctl("remove", "mine")
        for port in (3480, 3481):
            lab.stop_serving(port, "::")


@scenario(needs_network=True)
def a_mirrored_rule_opens_in_its_own_networks_only(lab, product):
    """On a private and a public network at once the port is open in the private one alone, although
    both networks are this PC's; opened for both by somebody, the rule says so."""
    forward(lab, product, 3490)
    lab.add_adapter("Cafe", "192.0.2.6/24")
    lab.set_firewall(CurrentProfiles=PRIVATE | PUBLIC)
    lab.hyperv.set_profile(lab.HOST_V4, PRIVATE)
    with mirrored_server(lab, product, 3490):
        product.wait_rule("web", "active")
        product.wait_traffic(lab.HOST_V4, 3490)
        lab.hyperv.set_profile(lab.HOST_V4, PUBLIC)
        expect(not lab.reaches(lab.HOST_V4, 3490), "the public network is let in")
        lab.hyperv.set_profile(lab.HOST_V4, PRIVATE)
        name, rule = next(iter(lab.hyperv.own_rules().items()))
        lab.hyperv.put(name, Profiles=0)
        product.wait_rule("web", "blocked", reason="firewall-changed")
        lab.hyperv.put(name, **rule)
        product.wait_rule("web", "active")
    lab.hyperv.set_profile(lab.HOST_V4, None)
    lab.set_firewall(CurrentProfiles=None)
    lab.remove_adapter("Cafe")


@scenario
def wmi_that_hangs_holds_up_nobody_in_nat_mode(lab, product):
    """A new forward works at once, and so does one more."""
    lab.serve(3500)
    lab.hyperv.set(DelayMs=40000)
    product.ctl("reconcile")
    for name in ("first", "second"):
        port = "3500" if name == "first" else "3501"
        product.add(port, "--name", name)
        product.wait_rule(name, "active", 5)
    product.wait_traffic(lab.HOST_V4, 3500)
    lab.hyperv.set(DelayMs=None)


@scenario
def wmi_that_hangs_in_mirrored_mode_holds_up_no_other_rule(lab, product):
    """What leads elsewhere than into WSL needs Windows Firewall only, and works at once."""
    product.start_tray()
    lab.serve(3502)
    product.add("3502", "--name", "web")
    product.wait_rule("web", "active")
    lab.hyperv.set(DelayMs=50000)
    with booted_as(lab, product, "mirrored"):
        product.wait_rule("web", "applying", 20, reason="firewall-pending")
        product.add("3503", "--connect", "10.9.9.9:80", "--name", "lan")
        product.wait_rule("lan", "active", 10)
        expect_equal(product.json("list")["rules"][0]["reason"], "firewall-pending",
                     "WMI has answered already, which shows nothing")
        lab.hyperv.set(DelayMs=None)


@scenario
def wmi_that_fails_is_told_in_mirrored_mode(lab, product):
    """With its code, and the rule works once WMI does."""
    forward(lab, product, 3510)
    lab.hyperv.set(FailQuery=PROVIDER_FAILURE)
    with mirrored_server(lab, product, 3510):
        failed = product.wait_rule("web", "failed", 20, reason="firewall-failed")
        expect("80041004" in str(failed), f"no code in {failed}")
        lab.hyperv.set(FailQuery=None)
        product.wait_rule("web", "active", 40)
    product.wait_rule("web", "active", 20)
    wait_no_hyperv_rule(lab)


@scenario
def without_a_hyperv_firewall_a_mirrored_rule_needs_none(lab, product):
    """Switched off in Windows: nothing keeps anybody out, so the rule is active."""
    start_tray(product)
    lab.reg_set(FIREWALL_SERVICE_KEY, "HyperVFirewallDisable", 1)
    lab.serve(3440)
    product.add("3440", "--name", "web")
    product.wait_rule("web", "active")
    with booted_as(lab, product, "mirrored"):
        wait_withdrawn(lab, product, "0.0.0.0/3440")
        restart_server(lab, 3440)
        product.wait_rule("web", "active", 20)
        expect_equal(lab.hyperv.own_rules(), {}, "Hyper-V rules")
    lab.reg_delete(FIREWALL_SERVICE_KEY, "HyperVFirewallDisable")


@scenario(own_lab=True)
def an_uninstall_in_mirrored_mode_leaves_nothing(lab, product):
    """Both firewalls' tables and the portproxy tables are what they were before."""
    before = lab.foreign_dump()
    forward(lab, product, 3450)
    lab.restart_vm("mirrored")
    wait_mode(product, "mirrored")
    wait_hyperv_rule(lab)
    product.stop_tray()
    product.uninstall()
    expect(lab.foreign_dump() == before, "something was left behind or lost")
