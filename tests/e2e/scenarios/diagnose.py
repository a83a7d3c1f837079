"""Why a rule does or does not forward, link by link; and what listens inside WSL.

SPDX-License-Identifier: MIT
"""

import contextlib
import json
import re
import socket

from lab_wine import AgentError
from product import PRIVATE, PUBLIC
from scenario import expect, expect_equal, scenario, wait_until

LINKS = ("rule", "wsl", "mode", "address", "entry", "ip-helper", "listener", "firewall", "network",
         "target")
OPEN_PORT = 3190


def diagnosis(product, name):
    found = product.json("diagnose", name)["diagnoses"]
    expect_equal(len(found), 1, "diagnoses")
    expect_equal(tuple(link["kind"] for link in found[0]["links"]), LINKS, "links")
    return found[0]


def broken(product, name):
    """The first broken link, as (kind, reason), or None."""
    for link in diagnosis(product, name)["links"]:
        if link["verdict"] == "broken":
            return link["kind"], link["reason"]
    return None


def wait_broken(product, name, kind, reason):
    wait_until(lambda: broken(product, name) == (kind, reason), 15, f"{kind} broken: {reason}")
    told = product.ctl("diagnose", name)
    expect(any(line.startswith("BROKEN ") and f" {kind} " in line for line in told.splitlines()),
           f"not told:\n{told}")
    rule = product.rule(name)
    expect_equal(rule["reason"], reason, "the rule's own reason")


@scenario(needs_network=True)
def diagnose_shows_a_whole_chain_and_who_is_connected(lab, product):
    """An active rule: every link that can be seen is good, the listener is IP Helper's, and the
    LAN client's connection is listed while it lasts."""
    lab.serve(3180, kind="echo")
    product.add(f"{lab.HOST_V4}:3180", "--name", "web")
    product.wait_rule("web", "active")
    wait_until(lambda: all(link["verdict"] == "good"
                           for link in diagnosis(product, "web")["links"]), 15, "good links")
    with contextlib.closing(lab.connect(lab.HOST_V4, 3180)) as client:
        client.sendall(b"x")
        expect_equal(client.recv(1), b"x", "echo")
        seen = diagnosis(product, "web")
        expect_equal(seen["connection_count"], 1, "connections")
        expect_equal((seen["connections"][0]["local_address"],
                      seen["connections"][0]["local_port"]), (lab.HOST_V4, 3180), "near end")
        expect_equal((seen["connections"][0]["remote_address"],
                      seen["connections"][0]["remote_port"]), client.getsockname()[:2], "far end")
        expect("connected: " in product.ctl("diagnose", "web"), "the connection is not told")
    wait_until(lambda: diagnosis(product, "web")["connection_count"] == 0, 10, "no connection")
    expect([one for one in seen["listeners"]
            if one["ip_helper"] and one["address"] == lab.HOST_V4 and one["port"] == 3180],
           f"listeners {seen['listeners']}")
    expect(seen["firewall_rule_wanted"] and seen["firewall_rule"]["enabled"], "firewall rule")


@scenario
def diagnose_names_the_link_that_breaks(lab, product):
    """Off, IP Helper stopped, WSL stopped, a public network: each at its link, with the reason that
    the rule's state gives too."""
    lab.serve(3181)
    product.add("3181", "--name", "web")
    product.wait_rule("web", "active")
    expect_equal(broken(product, "web"), None, "broken link")
    lab.set_network_profile(PUBLIC)
    wait_broken(product, "web", "network", "profile-mismatch")
    lab.set_network_profile(PRIVATE)
    product.wait_rule("web", "active")
    lab.stop_service("iphlpsvc")
    wait_broken(product, "web", "ip-helper", "ip-helper-stopped")
    product.ctl("start-ip-helper")
    product.wait_rule("web", "active")
    lab.stop_vm()
    wait_broken(product, "web", "wsl", "wsl-not-running")
    lab.start_vm()
    product.wait_rule("web", "active")
    product.ctl("disable", "web")
    expect_equal(broken(product, "web"), None, "an off rule's broken link")
    expect_equal({link["verdict"] for link in diagnosis(product, "web")["links"]}, {"not-needed"},
                 "verdicts of an off rule")


@scenario
def diagnose_tells_a_reserved_port_from_one_that_is_just_silent(lab, product):
    """Nothing listens in an excluded range, and Windows says why to whoever tries."""
    lab.set_excluded_ports((3182, 3189))
    product.add("3185", "--name", "web")
    product.wait_rule("web", "blocked", 15, reason="port-excluded")
    wait_broken(product, "web", "listener", "port-excluded")


@scenario
def the_ports_of_wsl_follow_what_listens_inside(lab, product):
    """Without any rule: a server that starts inside WSL appears with the next look, and goes."""
    def ports():
        return product.json("status")["wsl_ports"]

    expect(OPEN_PORT not in ports(), f"listens already: {ports()}")
    before = product.json("status")["revision"]
    lab.serve(OPEN_PORT)
    wait_until(lambda: OPEN_PORT in ports(), 15, "the port of WSL")
    expect(product.json("status")["revision"] > before, "no new revision for a new port of WSL")
    lab.stop_serving(OPEN_PORT)
    wait_until(lambda: OPEN_PORT not in ports(), 15, "the port of WSL to go")


@scenario
def diagnose_probes_the_target_only_when_asked(lab, product):
    """A connection, a refusal, a server on Linux's loopback only: three verdicts; without --probe
    nothing connects. The probe of a refused target goes where the rule goes."""
    lab.serve(3186)
    product.add(f"{lab.HOST_V4}:3186", "--name", "web")
    product.wait_rule("web", "active")

    def target():
        found = product.json("diagnose", "web", "--probe")["diagnoses"][0]
        return found["probe"], found["links"][-1]

    expect_equal(diagnosis(product, "web")["probe"], "none", "probe without --probe")
    probe, link = target()
    expect_equal((probe, link["verdict"]), ("connected", "good"), "of a server")
    lab.stop_serving(3186)
    probe, link = target()
    expect_equal((probe, link["verdict"]), ("refused", "warning"), "of none")
    expect(link["reason"] in ("target-refused", "loopback-only"), f"reason {link['reason']}")
    told = product.ctl("diagnose", "web", "--probe")
    expect("refused" in told or "127.0.0.1" in told, f"what the probe found is not told:\n{told}")


@scenario
def a_problem_report_tells_all_and_names_nobody(lab, product):
    """Versions, WSL, rules with their chains, activity; no SID, no user, no computer."""
    lab.serve(3187)
    user = lab.run_windows(r"C:\windows\system32\cmd.exe", "/c", "echo %USERNAME%").text.strip()
    names = {socket.gethostname(), user}
    rule = "web of " + " at ".join(names)
    product.add(f"{lab.HOST_V4}:3187", "--name", rule)
    product.wait_rule(rule, "active")
    told = product.ctl("diagnose", "--report")
    for part in ("Tidegate problem report", "Windows:   10.0.", "WSL:", "networking mode nat",
                 "evidence:", f"{lab.HOST_V4}:3187", "ip-helper", "Last activity", "ours",
                 "<account 1>", "web of <"):
        expect(part in told, f"{part!r} is not in\n{told}")
    for name in names:
        expect(name and not re.search(rf"\b{re.escape(name)}\b", told, re.IGNORECASE),
               f"{name!r} is in\n{told}")
    expect("S-1-5-21" not in told, "a SID is in it")


@scenario
def a_self_test_is_honest_and_leaves_nothing_behind(lab, product):
    """Each check says what it saw; the tables, the rules and the key it used are as before."""
    lab.serve(3188)
    product.add("3188", "--name", "web")
    product.wait_rule("web", "active")
    before = lab.foreign_dump()
    finished = product.run("diagnose", "--self-test", timeout=120)
    told = finished.text
    expect_equal(finished.exit_code, 1 if "\nrefuted " in "\n" + told else 0, "exit code")
    for name in ("identical-write", "wsl-address", "relay-command-line", "firewall-spelling",
                 "helper-listeners", "pipe-identity"):
        line = next((one for one in told.splitlines() if f"  {name} (" in one), "")
        expect(line.startswith("confirmed"), f"{name}: {line!r} in\n{told}")
    wait_until(lambda: lab.foreign_dump() == before, 10, "the tables as before")
    expect("self-test" not in "\n".join(lab.firewall_rules().values()), "a rule was left")
    expect(not key_exists(lab, r"HKCU\Software\Tidegate self-test"), "its key was left")
    product.wait_rule("web", "active")
    product.stop_service()
    alone = product.run("diagnose", "--self-test", "--json", timeout=120)
    checks = {one["name"]: one for one in json.loads(alone.text)["checks"]}
    expect_equal(checks["pipe-identity"]["verdict"], "not testable", "without the service")
    expect(all(one["seen"] and one["fact"] for one in checks.values()), f"{checks}")


def key_exists(lab, key):
    try:
        return bool(lab.reg_values(key)) or bool(lab.reg_dump(key))
    except AgentError:
        return False
