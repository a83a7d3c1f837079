"""WSL moves, stops and starts; ranges, IPv6 and interfaces; rules on, off and paused.

SPDX-License-Identifier: MIT
"""

from lab_seed import LXSS
from scenario import expect, expect_equal, scenario, stays, wait_until

OTHER_USER = "S-1-5-21-0-0-0-1001"


@scenario
def a_rule_follows_wsl_to_each_new_address(lab, product):
    """A LAN client reaches WSL through one rule, before and after five moves."""
    lab.serve(3000)
    product.ctl("add", "--listen", "3000", "--name", "web")
    product.wait_rule("web", "active")
    product.wait_traffic(lab.HOST_V4, 3000)
    for _ in range(5):
        lab.move_vm()
        product.wait_entry("v4tov4", "0.0.0.0/3000", f"{lab.vm.address}/3000", 2)
        product.wait_traffic(lab.HOST_V4, 3000, 3)
    expect_equal(len(product.our_firewall_rules()), 1, "firewall rules")
    starts = lab.wsl_starts()
    expect(not starts, f"wsl.exe was run: {starts}")


@scenario
def a_move_while_the_service_is_stopped_is_right_after_its_start(lab, product):
    """The entry still points at the old address; the start repairs it by itself."""
    lab.serve(3001)
    product.ctl("add", "--listen", "3001", "--name", "late")
    product.wait_traffic(lab.HOST_V4, 3001)
    old = lab.vm.address
    product.stop_service()
    lab.move_vm()
    expect_equal(lab.portproxy()["v4tov4", "0.0.0.0/3001"], f"{old}/3001", "entry")
    lab.start_service("Tidegate")
    product.wait_entry("v4tov4", "0.0.0.0/3001", f"{lab.vm.address}/3001", 5)
    product.wait_traffic(lab.HOST_V4, 3001)


@scenario
def entries_stay_when_wsl_stops_or_go_when_the_setting_says_so(lab, product):
    """when-wsl-stops: keep leaves the entry, withdraw takes it; a start brings it back."""
    lab.serve(3002)
    product.ctl("add", "--listen", "3002", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 3002)
    name = ("v4tov4", "0.0.0.0/3002")
    lab.stop_vm()
    product.wait_rule("web", "waiting", reason="wsl-not-running")
    expect(name in lab.portproxy(), "keep took the entry away")
    product.ctl("settings", "when-wsl-stops", "withdraw")
    product.wait_entry(*name, None)
    wait_until(lambda: not product.our_firewall_rules(), 10, "firewall rule withdrawn")
    expect_equal(product.rule("web")["state"], "waiting", "state")
    lab.start_vm()
    product.wait_traffic(lab.HOST_V4, 3002)
    product.wait_rule("web", "active")
    product.ctl("settings", "when-wsl-stops", "keep")
    expect(not lab.wsl_starts(), "wsl.exe was run")


@scenario
def a_rule_that_is_off_forwards_nothing(lab, product):
    """disable takes entry and firewall rule away, enable brings both back."""
    lab.serve(3003)
    product.ctl("add", "--listen", "3003", "--name", "web", "--disabled")
    expect_equal(product.rule("web")["state"], "off", "state")
    expect(("v4tov4", "0.0.0.0/3003") not in lab.portproxy(), "added off, but there is an entry")
    product.ctl("enable", "web")
    product.wait_traffic(lab.HOST_V4, 3003)
    product.ctl("disable", "web")
    expect_equal(product.rule("web")["state"], "off", "state")
    product.wait_no_traffic(lab.HOST_V4, 3003)
    wait_until(lambda: not product.our_firewall_rules(), 10, "firewall rule withdrawn")


@scenario
def a_pause_outlives_the_service(lab, product):
    """pause withdraws everything, also after a restart; resume brings it back."""
    lab.serve(3004)
    product.ctl("add", "--listen", "3004", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 3004)
    product.ctl("pause")
    product.wait_entry("v4tov4", "0.0.0.0/3004", None)
    product.stop_service()
    product.start_service()
    expect(product.json("status")["paused"], "the pause is forgotten")
    expect_equal(product.rule("web")["reason"], "paused", "reason")
    lab.move_vm()
    stays(lambda: ("v4tov4", "0.0.0.0/3004") not in lab.portproxy(), 0.5, "no entry while paused")
    product.ctl("resume")
    product.wait_traffic(lab.HOST_V4, 3004)


@scenario
def a_range_forwards_each_port_one_to_one(lab, product):
    """Three ports, another connect range; one port in somebody's hands is counted."""
    for port in (4100, 4101, 4102):
        lab.serve(port)
    product.ctl("add", "--listen", "5100-5102", "--connect", "wsl:4100", "--name", "range")
    for port in (5100, 5101, 5102):
        product.wait_traffic(lab.HOST_V4, port, server_port=port - 1000)
    rule = product.wait_rule("range", "active")
    expect_equal((rule["port_count"], rule["active_port_count"]), (3, 3), "ports")
    lab.move_vm()
    for port in (5100, 5101, 5102):
        product.wait_traffic(lab.HOST_V4, port, server_port=port - 1000)
    product.ctl("edit", "range", "--listen", "5100-5101")
    product.wait_entry("v4tov4", "0.0.0.0/5102", None)


@scenario
def an_ipv6_listener_reaches_wsl(lab, product):
    """[::]:PORT gives a v6tov4 entry, which a client on the LAN uses over IPv6."""
    lab.serve(3006)
    product.ctl("add", "--listen", "[::]:3006", "--name", "six")
    product.wait_entry("v6tov4", "::/3006", f"{lab.vm.address}/3006")
    product.wait_traffic(lab.HOST_V6, 3006)
    lab.move_vm()
    product.wait_entry("v6tov4", "::/3006", f"{lab.vm.address}/3006")
    product.wait_traffic(lab.HOST_V6, 3006)


@scenario(needs_network=True)
def a_followed_interface_keeps_its_rule_when_its_address_changes(lab, product):
    """The entry moves with the interface's address, and waits while there is none."""
    lab.serve(3007)
    lab.add_adapter("Dock", "192.0.2.5/24")
    product.ctl("add", "--listen", "Dock:3007", "--name", "dock")
    product.wait_traffic("192.0.2.5", 3007)
    expect(not lab.reaches(lab.HOST_V4, 3007, 1), "listens on another interface, too")
    lab.set_adapter_addresses("Dock", "192.0.2.9/24")
    # Wine never announces address changes; a client's look makes a pass as well.
    product.ctl("reconcile")
    product.wait_entry("v4tov4", "192.0.2.5/3007", None)
    product.wait_traffic("192.0.2.9", 3007)
    lab.set_adapter_addresses("Dock")
    product.ctl("reconcile")
    product.wait_rule("dock", "waiting", reason="interface-no-address")
    product.wait_entry("v4tov4", "192.0.2.9/3007", None)
    lab.set_adapter_addresses("Dock", "192.0.2.5/24")
    product.ctl("reconcile")
    product.wait_traffic("192.0.2.5", 3007)
    lab.remove_adapter("Dock")


@scenario
def another_signed_in_users_rules_follow_that_users_wsl(lab, product):
    """A second hive in HKEY_USERS with its own address; its sign-out withdraws its entry."""
    hive = rf"HKU\{OTHER_USER}"
    lxss = rf"{hive}\{LXSS}"
    product.ctl("add", "--listen", "3008", "--name", "mine")
    product.ctl("add", "--listen", "3009", "--name", "hers", "--user", OTHER_USER)
    product.wait_rule("hers", "waiting", reason="owner-signed-out")
    lab.stop_vm()
    lab.start_vm(sid=OTHER_USER)
    product.wait_rule("hers", "active")     # each client's hello looks for new hives
    product.wait_entry("v4tov4", "0.0.0.0/3009", f"{lab.vm.address}/3009")
    expect_equal(lab.reg_get(lxss, "NatIpAddress"), lab.vm.address, "her address")
    lab.move_vm(sid=OTHER_USER)
    product.wait_entry("v4tov4", "0.0.0.0/3009", f"{lab.vm.address}/3009")
    lab.stop_vm(sid=OTHER_USER)
    lab.reg_delete_key(hive)
    product.wait_rule("hers", "waiting", reason="owner-signed-out")
    product.wait_entry("v4tov4", "0.0.0.0/3009", None)


@scenario
def a_foreign_address_in_the_users_hive_is_never_forwarded_to(lab, product):
    """The hive is the user's to write: an address outside WSL's network holds, writes nothing."""
    lab.serve(3010)
    product.ctl("add", "--listen", "3010", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 3010)
    good = f"{lab.vm.address}/3010"
    for lie in ("192.168.77.20", lab.NAT_GATEWAY, "127.0.0.1", "no address", ""):
        lab.reg_set(rf"HKCU\{LXSS}", "NatIpAddress", lie)
        product.wait_rule("web", "waiting", reason="address-unknown")
        expect_equal(lab.portproxy()["v4tov4", "0.0.0.0/3010"], good, f"entry under {lie!r}")
    lab.reg_set(rf"HKCU\{LXSS}", "NatIpAddress", lab.vm.address)
    product.wait_rule("web", "active")
