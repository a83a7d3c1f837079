#!/usr/bin/env python3
"""Proves the lab's stand-ins on their own, without Tidegate. Prints one line per check.

SPDX-License-Identifier: MIT
"""

import errno
import re
import sys
import time
import traceback

from lab import (PUBLIC, PRIVATE, Lab, ensure_root, wait_until)
from lab_seed import (LOCAL_DEVICES_KEY, LXSS, PORTPROXY_KEY, SERVICE_DISABLED,
                      distribution_key)
from lab_wine import SERVICE_RUNNING, AgentError

WSL = r"C:\Program Files\WSL\wsl.exe"
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def expect_equal(got, wanted):
    expect(got == wanted, f"got {got!r}, wanted {wanted!r}")


def refused(lab, host, port, **how):
    try:
        lab.fetch(host, port, timeout=2, **how)
    except OSError:
        return True
    return False


def forward(lab, kind, listen, connect):
    """Writes an entry, tells IP Helper, and waits until that control is done."""
    before = len(lab.events("iphlpsvc.jsonl", "paramchange"))
    lab.set_portproxy(kind, listen, connect)
    lab.param_change()
    done = wait_until(lambda: lab.events("iphlpsvc.jsonl", "paramchange")[before:], 5, "control")
    return done[-1]


def unforward(lab, kind, listen):
    lab.delete_portproxy(kind, listen)
    lab.param_change()
    host, port = listen.rsplit("/", 1)
    wait_until(lambda: not any(one[:2] == (host, int(port)) for one in lab.listeners()), 5,
               "listener gone")


def start_in_mirrored_mode(lab):
    """With the port of the VM's server free on Windows."""
    if ("v4tov4", "0.0.0.0/3000") in lab.portproxy():
        unforward(lab, "v4tov4", "0.0.0.0/3000")
    lab.restart_vm("mirrored")
    expect(lab.vm.is_listening(3000), f"the server's bind failed: {lab.vm.bind_error(3000)}")


def allow(lab, name, port, remote="LocalSubnet", profiles="3"):
    expect_equal(lab.fwctl("add", name, str(port), remote, profiles, "Selftest").exit_code, 0)


def change(lab, name, label, value):
    expect_equal(lab.fwctl("set", name, label, value).exit_code, 0)


def fwctl_text(lab, *arguments):
    return lab.fwctl(*arguments).text


def property_of(lab, name, label):
    return re.search(rf"^{label}=(.*)$", fwctl_text(lab, "show", name), re.M).group(1)


@check
def ip_helper_ignores_a_value_until_paramchange(lab):
    lab.set_portproxy("v4tov4", "0.0.0.0/3000", f"{lab.vm.address}/3000")
    time.sleep(0.3)
    expect(refused(lab, lab.HOST_V4, 3000, origin="host"), "listens without a control")
    lab.param_change()
    wait_until(lambda: lab.reaches(lab.HOST_V4, 3000, origin="host"), 5, "forward")


@check
def a_forward_needs_its_firewall_rule_on_the_lan(lab):
    forward(lab, "v4tov4", "0.0.0.0/3000", f"{lab.vm.address}/3000")
    expect(lab.reaches(lab.HOST_V4, 3000, origin="host"), "the PC itself is not filtered")
    expect(refused(lab, lab.HOST_V4, 3000), "the LAN got in without a rule")
    expect(lab.events("iphlpsvc.jsonl", "dropped"), "the drop is not logged")
    allow(lab, "lan rule", 3000)
    expect(lab.reaches(lab.HOST_V4, 3000), "the rule does not let the LAN in")
    expect(refused(lab, lab.HOST_V4, 3000, source=lab.CLIENT_FAR_V4), "LocalSubnet let others in")
    lab.set_network_profile(PUBLIC)
    expect(refused(lab, lab.HOST_V4, 3000), "a private rule counts on a public network")
    lab.set_network_profile(PRIVATE)
    lab.set_firewall(BlockAllInbound2=1)
    expect(refused(lab, lab.HOST_V4, 3000), "block-all does not block")
    lab.set_firewall(BlockAllInbound2=None)
    change(lab, "lan rule", "Enabled", "0")
    expect(refused(lab, lab.HOST_V4, 3000), "a disabled rule lets the LAN in")
    change(lab, "lan rule", "Enabled", "1")
    change(lab, "lan rule", "ServiceName", "OtherService")
    expect(refused(lab, lab.HOST_V4, 3000), "another service's rule lets the LAN in")
    change(lab, "lan rule", "ServiceName", "iphlpsvc")
    change(lab, "lan rule", "LocalPorts", "3001")
    expect(refused(lab, lab.HOST_V4, 3000), "another port's rule lets the LAN in")
    change(lab, "lan rule", "LocalPorts", "2990-3010")
    change(lab, "lan rule", "RemoteAddresses", "192.168.77.0/24")
    expect(lab.reaches(lab.HOST_V4, 3000), "a range and a network do not match")
    lab.fwctl("remove", "lan rule")
    expect(refused(lab, lab.HOST_V4, 3000), "a removed rule lets the LAN in")


@check
def ipv6_clients_reach_the_vm_by_v6tov4(lab):
    forward(lab, "v6tov4", "::/3016", f"{lab.vm.address}/3000")
    allow(lab, "v6 rule", 3016)
    expect(lab.reaches(lab.HOST_V6, 3016, server_port=3000), "no way in over IPv6")
    change(lab, "v6 rule", "RemoteAddresses", "fd77::99")
    expect(refused(lab, lab.HOST_V6, 3016), "a rule for another address lets in")
    lab.fwctl("remove", "v6 rule")
    unforward(lab, "v6tov4", "::/3016")


@check
def relays_keep_half_close_and_many_connections(lab):
    forward(lab, "v4tov4", "0.0.0.0/3007", f"{lab.vm.address}/3007")
    allow(lab, "echo", 3007)
    payload = bytes(range(256)) * 2000
    with lab.connect(lab.HOST_V4, 3007, timeout=20) as connection:
        connection.sendall(payload)
        connection.shutdown(1)
        received = b""
        while part := connection.recv(65536):
            received += part
    expect(received == payload + b"<end>", f"{len(received)} bytes came back")
    many = [lab.connect(lab.HOST_V4, 3007, timeout=20) for _ in range(60)]
    for number, connection in enumerate(many):
        connection.sendall(f"{number:04}".encode())
    for number, connection in enumerate(many):
        expect_equal(connection.recv(4), f"{number:04}".encode())
        connection.close()
    lab.fwctl("remove", "echo")
    unforward(lab, "v4tov4", "0.0.0.0/3007")


@check
def paramchange_is_logged_with_times_and_table(lab):
    before = time.time_ns()
    event = forward(lab, "v4tov4", "0.0.0.0/3000", f"{lab.vm.address}/3000")
    expect(before <= event["t"] <= event["t_read"] <= event["t_applied"] <= time.time_ns(),
           f"times {event}")
    expect(["v4tov4", "0.0.0.0", "3000", lab.vm.address, "3000"] in event["entries"], "no entry")


@check
def an_existing_connection_survives_an_unrelated_paramchange(lab):
    forward(lab, "v4tov4", "0.0.0.0/3007", f"{lab.vm.address}/3007")
    with lab.connect(lab.HOST_V4, 3007, origin="host") as connection:
        forward(lab, "v4tov4", "0.0.0.0/3999", f"{lab.vm.address}/3000")
        connection.sendall(b"still")
        expect_equal(connection.recv(5), b"still")
    unforward(lab, "v4tov4", "0.0.0.0/3999")
    unforward(lab, "v4tov4", "0.0.0.0/3007")


@check
def bind_failures_are_logged(lab):
    forward(lab, "v4tov4", "203.0.113.9/3050", f"{lab.vm.address}/3000")
    lab.wait_event("iphlpsvc.jsonl", lambda one: one["event"] == "bind_failed"
                   and one["entry"][1] == "203.0.113.9" and one["error"] == 10049)
    unforward(lab, "v4tov4", "203.0.113.9/3050")
    lab.set_excluded_ports((3060, 3070))
    forward(lab, "v4tov4", "0.0.0.0/3065", f"{lab.vm.address}/3000")
    lab.wait_event("iphlpsvc.jsonl", lambda one: one["event"] == "bind_failed"
                   and one["entry"][2] == "3065" and one["error"] == 10013)
    lab.set_excluded_ports()
    lab.param_change()
    wait_until(lambda: lab.reaches(lab.HOST_V4, 3065, origin="host", server_port=3000), 5,
               "port free again")
    unforward(lab, "v4tov4", "0.0.0.0/3065")


@check
def relay_and_ip_helper_share_a_port_as_on_windows(lab):
    unforward(lab, "v4tov4", "0.0.0.0/3000")
    wait_until(lambda: any(one[:2] == ("127.0.0.1", 3000) for one in lab.listeners()), 5, "relay")
    forward(lab, "v4tov4", "0.0.0.0/3000", f"{lab.vm.address}/3000")
    expect_equal({one[0] for one in lab.listeners() if one[1] == 3000} - {lab.vm.address},
                 {"0.0.0.0", "127.0.0.1"})
    owners = {one[0]: one[2] for one in lab.listeners() if one[1] == 3000}
    expect_equal(owners["0.0.0.0"], lab.service("iphlpsvc")["pid"])
    expect(owners["127.0.0.1"] not in (0, owners["0.0.0.0"]), "the relay does not own its socket")
    expect("address=127.0.0.1" in lab.fetch("127.0.0.1", 3000, origin="host"), "not via the relay")
    forward(lab, "v4tov4", "0.0.0.0/3011", f"{lab.vm.address}/3000")
    lab.serve(3011)
    lab.wait_event("wslrelay.jsonl", lambda one: one["port"] == 3011 and one["error"] == 10013)
    lab.stop_serving(3011)
    unforward(lab, "v4tov4", "0.0.0.0/3011")


@check
def ip_helper_obeys_the_service_manager(lab):
    lab.stop_service("iphlpsvc")
    expect(refused(lab, lab.HOST_V4, 3000, origin="host"), "listens while stopped")
    try:
        lab.param_change()
        raise AssertionError("a stopped service accepts a control")
    except AgentError as error:
        expect_equal(error.winerror_code, 1062)
    lab.set_service_start_type("iphlpsvc", SERVICE_DISABLED)
    try:
        lab.start_service("iphlpsvc", 2)
        raise AssertionError("a disabled service starts")
    except AgentError as error:
        expect_equal(error.winerror_code, 1058)
    lab.set_service_start_type("iphlpsvc", 2)
    lab.start_service("iphlpsvc")
    wait_until(lambda: lab.reaches(lab.HOST_V4, 3000, origin="host"), 5, "forward after start")


@check
def one_firewall_name_may_exist_twice(lab):
    allow(lab, "twice", 4000)
    allow(lab, "twice", 4001)
    expect_equal(fwctl_text(lab, "list", "Selftest").count("Name=twice"), 2)
    lab.fwctl("remove", "twice")
    expect_equal(fwctl_text(lab, "list", "Selftest").count("Name=twice"), 1)
    lab.fwctl("remove", "twice")
    expect_equal(lab.fwctl("remove", "twice").exit_code, 0)
    expect("0x80070002" in fwctl_text(lab, "show", "twice"), "Item of a missing rule")


@check
def firewall_values_are_checked_and_rewritten(lab):
    for label, value in (("Name", "a|b"), ("Name", "all"), ("Name", ""), ("LocalPorts", "80"),
                         ("RemoteAddresses", "10.0.0.300"), ("RemoteAddresses", "10.0.0.1/33"),
                         ("Profiles", "0"), ("Protocol", "999")):
        expect("0x80070057" in fwctl_text(lab, "try", label, value), f"{label}={value} accepted")
    allow(lab, "spelling", 4002, "10.0.0.5,192.168.3.4/16,localsubnet,fd77::5", "2")
    expect_equal(property_of(lab, "spelling", "RemoteAddresses"),
                 "10.0.0.5/255.255.255.255,192.168.0.0/255.255.0.0,LocalSubnet,fd77::5/128")
    for value, code in (("80, 443 ,8000-8010", 0), ("0-70000", 1), ("http", 1), ("9-8", 1)):
        expect_equal(lab.fwctl("set", "spelling", "LocalPorts", value).exit_code, code)
    expect_equal(property_of(lab, "spelling", "LocalPorts"), "80,443,8000-8010")
    change(lab, "spelling", "RemoteAddresses", "*")
    expect_equal(property_of(lab, "spelling", "RemoteAddresses"), "*")
    stored = [text for text in lab.firewall_rules().values() if "|Name=spelling|" in text]
    expect(stored and "|LPort=80|LPort=443|LPort2_10=8000-8010|" in stored[0]
           and "|Svc=iphlpsvc|" in stored[0] and "|EmbedCtxt=Selftest|" in stored[0], f"{stored}")
    lab.fwctl("remove", "spelling")


@check
def firewall_can_be_slow_and_fail(lab):
    lab.set_firewall(DelayMs=400)
    started = time.monotonic()
    lab.fwctl("remove", "nothing")
    expect(time.monotonic() - started >= 0.4, "no delay")
    lab.set_firewall(DelayMs=None, FailAdd=0x80070005, FailAddCount=1)
    expect("0x80070005" in fwctl_text(lab, "add", "f", "1", "*", "2", "g"), "Add did not fail")
    expect_equal(lab.fwctl("add", "f", "1", "*", "2", "g").exit_code, 0)
    lab.fwctl("remove", "f")
    lab.set_firewall(FailAdd=None, FailAddCount=None)
    lab.stop_service("MpsSvc")
    expect("0x800706d9" in fwctl_text(lab, "count"), "works without MpsSvc")
    lab.start_service("MpsSvc")
    expect("CurrentProfileTypes=2" in fwctl_text(lab, "policy"), "policy")


@check
def foreign_entries_stay_byte_for_byte(lab):
    before = lab.foreign_dump()
    expect(len(before) > 425, f"only {len(before)} foreign lines")
    allow(lab, "mine", 4100)
    forward(lab, "v4tov4", "0.0.0.0/4100", f"{lab.vm.address}/3000")
    expect(lab.foreign_dump() != before, "the dump shows no change")
    lab.fwctl("remove", "mine")
    unforward(lab, "v4tov4", "0.0.0.0/4100")
    expect(lab.foreign_dump() == before, "the dump differs afterwards")


@check
def a_move_changes_address_and_traces(lab):
    old, old_id = lab.vm.address, lab.vm_id
    before = time.time_ns()
    written = lab.move_vm("172.28.215.77")
    expect(before <= written <= time.time_ns(), "time of the write")
    expect_equal(lab.reg_get(rf"HKCU\{LXSS}", "NatIpAddress"), "172.28.215.77")
    expect_equal(lab.reg_get(rf"HKLM\{LXSS}", "NatNetwork"), lab.NAT_NETWORK)
    expect_equal(list(lab.reg_values(LOCAL_DEVICES_KEY).items()),
                 [(lab.vm_id, (4, b"\xc4\0\0\0"))])
    expect(lab.vm_id != old_id and lab.vm_id == lab.vm_id.upper(), "VM id")
    relays = [one for one in lab.processes() if one[2] == "wslrelay.exe"]
    expect(len(relays) == 1 and f"--mode 1 --vm-id {{{lab.vm_id.lower()}}} --handle " in
           relays[0][3], f"{relays}")
    forward(lab, "v4tov4", "0.0.0.0/3000", f"{old}/3000")
    expect(refused(lab, lab.HOST_V4, 3000, origin="host"), "the old address still answers")
    forward(lab, "v4tov4", "0.0.0.0/3000", "172.28.215.77/3000")
    expect(lab.reaches(lab.HOST_V4, 3000, origin="host"), "the new address does not answer")
    started = time.monotonic()
    for _ in range(50):
        lab.move_vm()
    expect(time.monotonic() - started < 15, "50 moves took more than 15 s")


@check
def a_stop_removes_relay_and_device_but_not_the_address(lab):
    address = lab.vm.address
    lab.stop_vm()
    expect_equal(lab.reg_values(LOCAL_DEVICES_KEY), {})
    expect(not [one for one in lab.processes() if one[2] == "wslrelay.exe"], "relay lives on")
    expect_equal(lab.reg_get(rf"HKCU\{LXSS}", "NatIpAddress"), address)
    expect(not [one for one in lab.listeners() if one[:2] == ("127.0.0.1", 3000)], "relay port")
    lab.start_vm(gui=0, relay=0)
    expect_equal(lab.reg_values(LOCAL_DEVICES_KEY), {})
    expect(not [one for one in lab.processes() if one[2] == "wslrelay.exe"], "relay=0 ignored")
    lab.stop_vm()
    lab.start_vm()


@check
def wsl_lists_without_waking_and_execs_with(lab):
    utf8 = {"WSL_UTF8": "1"}
    lab.stop_vm()
    plain = lab.run_windows(WSL, "--list", "--quiet")
    expect_equal(plain.stdout, "Ubuntu\r\nDebian\r\n".encode("utf-16-le"))
    expect_equal(lab.run_windows(WSL, "--list", "--quiet", environment=utf8).stdout,
                 b"Ubuntu\r\nDebian\r\n")
    nothing = lab.run_windows(WSL, "--list", "--running", "--quiet")
    expect_equal((nothing.exit_code, nothing.stdout), (0, b""))
    expect_equal(lab.run_windows(WSL, "--list", "--running").exit_code, 0xffffffff)
    verbose = lab.run_windows(WSL, "--list", "--verbose", environment=utf8).text
    expect(re.search(r"^\* Ubuntu +Stopped +2$", verbose, re.M), verbose)
    for verb in ("--status", "--version"):
        expect_equal(lab.run_windows(WSL, verb).exit_code, 0)
    expect(not lab.vm.running and not lab.events("wsl.jsonl", "woke"), "listing woke the VM")
    shown = lab.run_windows(WSL, "-d", "Debian", "-e", "ip", "-4", "-o", "addr", "show", "eth0")
    expect(lab.vm.running, f"{shown}")
    expect(lab.vm.address in shown.text or not lab.network.isolated, f"{shown}")
    expect(lab.events("wsl.jsonl", "woke"), "waking is not recorded")
    expect_equal(lab.run_windows(WSL, "-e", "sh", "-c", "exit 7").exit_code, 7)
    expect_equal(lab.run_windows(WSL, "--", "wslinfo", "--networking-mode").stdout, b"nat\n")
    missing = lab.run_windows(WSL, "-d", "Nix", "-e", "true", environment=utf8)
    expect_equal(missing.exit_code, 0xffffffff)
    expect("WSL_E_DISTRO_NOT_FOUND" in missing.text, missing.text)
    lab.run_windows(WSL, "--terminate", "Debian")
    running = lab.run_windows(WSL, "--list", "--running", "--quiet", environment=utf8)
    expect("Debian" not in running.text, running.text)
    lab.run_windows(WSL, "--shutdown")
    expect(not lab.vm.running, "shutdown")
    expect_equal(lab.wsl_starts()[0]["parent_name"], "labagent.exe")
    lab.start_vm()


@check
def hyperv_rules_are_stored_and_foreign_ones_are_there(lab):
    rules = lab.hyperv.rules()
    expect(any(name.startswith("WslCore-Allow-Inbound-ICMPv4") for name in rules), f"{rules}")
    expect_equal(lab.hyperv.own_rules(), {})
    before = lab.foreign_dump()
    lab.hyperv.put("Tidegate-selftest", Protocol="TCP", LocalPorts=["3000", "3007-3009"])
    expect_equal(lab.hyperv.own_rules()["Tidegate-selftest"]["LocalPorts"], ["3000", "3007-3009"])
    expect(lab.foreign_dump() != before, "the dump shows no change")
    lab.hyperv.remove("Tidegate-selftest")
    expect(lab.foreign_dump() == before, "the dump differs afterwards")


@check
def mirrored_mode_shares_the_hosts_addresses_and_leaves_stale_traces(lab):
    old = lab.vm.address
    start_in_mirrored_mode(lab)
    expect(not [one for one in lab.processes() if one[2] == "wslrelay.exe"], "a relay runs")
    expect_equal(lab.reg_get(rf"HKCU\{LXSS}", "NatIpAddress"), old)
    expect_equal(list(lab.reg_values(LOCAL_DEVICES_KEY)), [lab.vm_id])
    shown = lab.run_windows(WSL, "-e", "ip", "-4", "-o", "addr").text
    expect(lab.HOST_V4 in shown and old not in shown, shown)
    expect_equal(lab.run_windows(WSL, "-e", "wslinfo", "--networking-mode").stdout, b"mirrored\n")
    expect(lab.reaches("127.0.0.1", 3000, origin="host"), "no loopback into the VM")
    expect(lab.reaches(lab.HOST_V4, 3000, origin="host"), "the PC itself is filtered")
    lab.restart_vm("nat")
    expect_equal(lab.vm.address, old)
    wait_until(lambda: any(one[:2] == ("127.0.0.1", 3000) for one in lab.listeners()), 5, "relay")


@check
def the_hyperv_firewall_filters_the_lan_in_mirrored_mode(lab):
    start_in_mirrored_mode(lab)
    expect(refused(lab, lab.HOST_V4, 3000), "the LAN got in without a rule")
    expect(any(one["port"] == 3000 for one in lab.events("hyperv.jsonl", "dropped")), "not logged")
    allow(lab, "host's rule", 3000)
    expect(refused(lab, lab.HOST_V4, 3000), "IP Helper's rule lets into the VM")
    lab.fwctl("remove", "host's rule")
    name = "Tidegate-selftest"
    lab.hyperv.put(name, Protocol="TCP", LocalPorts=["2990-3010"],
                   RemoteAddresses=["192.168.77.0/255.255.255.0"])
    expect(lab.reaches(lab.HOST_V4, 3000), "the rule does not let the LAN in")
    expect(refused(lab, lab.HOST_V4, 3000, source=lab.CLIENT_FAR_V4), "it lets others in")
    for change_of in ({"Enabled": 2}, {"Action": 4}, {"LocalPorts": ["3001"]}, {"Direction": 2},
                      {"RemoteAddresses": ["10.0.0.0-10.0.0.255"]}, {"Protocol": "UDP"},
                      {"Profiles": PUBLIC}, {"LocalAddresses": [lab.HOST_V6]},
                      {"VMCreatorId": "{9E288F02-CE00-4D9E-BE2B-14CE463B0298}"}):
        kept = lab.hyperv.rules()[name]
        lab.hyperv.put(name, **change_of)
        expect(refused(lab, lab.HOST_V4, 3000), f"lets in with {change_of}")
        lab.hyperv.remove(name)     # with what it has no word of before
        lab.hyperv.put(name, **kept)
    expect(lab.reaches(lab.HOST_V4, 3000), "not put back")
    lab.hyperv.set_profile(lab.HOST_V4, PUBLIC)
    lab.hyperv.put(name, Profiles=PRIVATE)
    expect(refused(lab, lab.HOST_V4, 3000), "lets a public network in")
    lab.hyperv.set_profile(lab.HOST_V4, None)
    expect(lab.reaches(lab.HOST_V4, 3000), "keeps the private network out")
    lab.hyperv.remove(name)
    lab.hyperv.set(DefaultInboundAction=2)
    expect(lab.reaches(lab.HOST_V4, 3000), "the default action is not heeded")
    lab.hyperv.set(DefaultInboundAction=None)
    lab.restart_vm("nat")


@check
def linux_cannot_bind_a_port_that_windows_holds_in_mirrored_mode(lab):
    forward(lab, "v4tov4", "0.0.0.0/3020", f"{lab.vm.address}/3000")
    start_in_mirrored_mode(lab)
    lab.serve(3020)
    expect_equal(lab.vm.bind_error(3020).errno, errno.EADDRINUSE)
    expect(not lab.vm.is_listening(3020), "listens all the same")
    unforward(lab, "v4tov4", "0.0.0.0/3020")
    lab.serve(3020)
    expect(lab.vm.is_listening(3020), "the port did not come free")
    lab.stop_serving(3020)
    lab.restart_vm("nat")


@check
def virtioproxy_and_none_leave_no_traces_either(lab):
    for mode in ("virtioproxy", "none"):
        lab.restart_vm(mode)
        expect(not [one for one in lab.processes() if one[2] == "wslrelay.exe"], "a relay runs")
        expect(refused(lab, lab.HOST_V4, 3000), f"the LAN gets in with {mode}")
        expect_equal(lab.run_windows(WSL, "-e", "wslinfo", "--networking-mode").text,
                     f"{mode}\n")
    lab.restart_vm("nat")
    expect_equal(lab.vm.running_mode, "nat")


@check
def bridged_mode_has_a_relay_stale_values_and_an_address_on_the_lan(lab):
    lab.restart_vm("bridged")
    expect(any("--mode 1" in line for _, _, _, line in lab.processes()), "no relay")
    expect_equal(lab.reg_get(rf"HKCU\{LXSS}", "NatIpAddress"), lab.vm.address)
    expect_equal(lab.fetch(lab.VM_LAN_V4, 3000),
                 f"vm=lab-vm port=3000 address={lab.VM_LAN_V4}")
    told = lab.run_windows(WSL, "-e", "wslinfo", "--networking-mode")
    expect_equal(told.text.strip(), "bridged")
    lab.restart_vm("nat")
    wait_until(lambda: lab.reaches(lab.vm.address, 3000, origin="host"), 5, "the NAT address again")


@check
def wsl_1_has_no_vm(lab):
    lab.stop_vm()
    lab.set_wsl_version("Ubuntu", 1)
    expect_equal(lab.reg_get(distribution_key(0), "Flags") & 8, 0)
    told = lab.run_windows(WSL, "-e", "wslinfo", "--networking-mode")
    expect_equal(told.text.strip(), "wsl1")
    expect(not lab.vm.running, "a VM was started")
    expect_equal(lab.run_windows(WSL, "--list", "--running", "--quiet").stdout.decode("utf-16-le"),
                 "Ubuntu\r\n")
    lab.set_wsl_version("Ubuntu", 2)
    lab.start_vm()


@check
def adapters_come_change_and_go(lab):
    lab.add_adapter("Second", "192.0.2.5/24")
    forward(lab, "v4tov4", "192.0.2.5/3080", f"{lab.vm.address}/3000")
    expect(lab.reaches("192.0.2.5", 3080, origin="host", server_port=3000), "no forward there")
    lab.set_adapter_addresses("Second", "192.0.2.6/24")
    lab.rename_adapter("Second", "Renamed")
    lab.remove_adapter("Renamed")
    unforward(lab, "v4tov4", "192.0.2.5/3080")


@check
def processes_and_handles_can_be_counted(lab):
    pid, handle = lab.spawn_windows(r"C:\lab\bin\idle.exe")
    expect(wait_until(lambda: lab.wine.unix_pids("idle.exe"), 5, "idle"), "no Linux process")
    expect(lab.handle_count(pid) > 0, "no handles")
    lab.kill_windows(pid)
    expect_equal(lab.wine.wait(handle, 5), 1)
    expect_equal(lab.service("iphlpsvc")["state"], SERVICE_RUNNING)
    expect(rf"{PORTPROXY_KEY}\v4tov4\tcp" in lab.reg_dump(PORTPROXY_KEY), "dump lacks the key")


NEEDS_NAMESPACES = {"a_forward_needs_its_firewall_rule_on_the_lan", "adapters_come_change_and_go",
                    "ipv6_clients_reach_the_vm_by_v6tov4", "a_move_changes_address_and_traces",
                    "relays_keep_half_close_and_many_connections",
                    "mirrored_mode_shares_the_hosts_addresses_and_leaves_stale_traces",
                    "the_hyperv_firewall_filters_the_lan_in_mirrored_mode",
                    "linux_cannot_bind_a_port_that_windows_holds_in_mirrored_mode",
                    "virtioproxy_and_none_leave_no_traces_either",
                    "bridged_mode_has_a_relay_stale_values_and_an_address_on_the_lan"}


def main():
    wanted = sys.argv[1:]
    failures = 0
    ensure_root()
    with Lab(seed_foreign=True) as lab:
        lab.serve(3000)
        lab.serve(3007, "echo")
        lab.start_vm()
        for function in CHECKS:
            name = function.__name__
            if wanted and name not in wanted:
                continue
            if not lab.network.isolated and name in NEEDS_NAMESPACES:
                print(f"left out  {name}")
                continue
            started = time.monotonic()
            try:
                function(lab)
                print(f"ok    {time.monotonic() - started:5.2f} s  {name}")
            except Exception:   # each check reports; the others still run
                failures += 1
                print(f"FAIL  {name}\n{traceback.format_exc()}")
        lab.print_left_out()
    print(f"{failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
