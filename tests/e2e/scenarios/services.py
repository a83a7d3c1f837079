"""IP Helper and the firewall: stopped, disabled, failing, slow.

SPDX-License-Identifier: MIT
"""

import time

from lab_seed import SERVICE_AUTO, SERVICE_DISABLED
from lab_wine import REG_DWORD
from product import PUBLIC, SERVICE_RUNNING
from scenario import expect, expect_equal, scenario, wait_until

E_ACCESSDENIED = 0x80070005
PUBLIC_POLICY_KEY = (r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters"
                     r"\FirewallPolicy\PublicProfile")


@scenario
def a_stopped_ip_helper_is_told_and_started_by_one_command(lab, product):
    """Stopped and disabled are different reasons; start-ip-helper starts it again."""
    lab.serve(3100)
    product.ctl("add", "--listen", "3100", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 3100)
    lab.stop_service("iphlpsvc")
    product.wait_rule("web", "blocked", reason="ip-helper-stopped")
    expect("start-ip-helper" in product.ctl("status"), "status does not say what to do")
    lab.move_vm()
    product.wait_entry("v4tov4", "0.0.0.0/3100", f"{lab.vm.address}/3100")
    lab.set_service_start_type("iphlpsvc", SERVICE_DISABLED)
    product.ctl("reconcile")
    product.wait_rule("web", "blocked", reason="ip-helper-disabled")
    product.refused("start-ip-helper", expect=1)
    lab.set_service_start_type("iphlpsvc", SERVICE_AUTO)
    product.ctl("start-ip-helper")
    expect_equal(lab.service("iphlpsvc")["state"], SERVICE_RUNNING, "IP Helper")
    product.wait_traffic(lab.HOST_V4, 3100)
    product.wait_rule("web", "active")


@scenario
def a_failing_firewall_is_shown_and_heals_by_itself(lab, product):
    """Add fails twice: the rule says so with the code, no entry opens, then all comes right."""
    lab.serve(3101)
    lab.set_firewall(FailAdd=E_ACCESSDENIED)
    product.ctl("add", "--listen", "3101", "--name", "web")
    rule = product.wait_rule("web", "failed", reason="firewall-failed")
    expect("0x80070005" in rule["explanation"].lower().replace("0X", "0x"),
           f"no code in {rule['explanation']!r}")
    expect(not lab.reaches(lab.HOST_V4, 3101, 1), "open without its firewall rule")
    lab.set_firewall(FailAdd=None)
    product.wait_traffic(lab.HOST_V4, 3101, 20)
    product.wait_rule("web", "active")


@scenario
def a_slow_firewall_delays_only_what_it_must(lab, product):
    """While the firewall takes 4 s, a rule that stands already follows WSL at once."""
    lab.serve(3102)
    lab.serve(3103)
    product.ctl("add", "--listen", "3102", "--name", "old")
    product.wait_traffic(lab.HOST_V4, 3102)
    lab.set_firewall(DelayMs=4000)
    product.ctl("add", "--listen", "3103", "--name", "new")
    product.wait_rule("new", "applying", 3, reason="firewall-pending")
    started = time.monotonic()
    lab.move_vm()
    product.wait_entry("v4tov4", "0.0.0.0/3102", f"{lab.vm.address}/3102", 2)
    product.wait_traffic(lab.HOST_V4, 3102, 2)
    expect(time.monotonic() - started < 3, "the move waited for the firewall")
    lab.set_firewall(DelayMs=None)
    product.wait_traffic(lab.HOST_V4, 3103, 30)
    product.wait_rule("new", "active")


@scenario
def a_stopped_firewall_service_is_told_and_heals(lab, product):
    """MpsSvc stopped: the firewall rule cannot be made; started: it is."""
    lab.serve(3104)
    lab.stop_service("MpsSvc")
    product.ctl("add", "--listen", "3104", "--name", "web")
    product.wait_rule("web", "failed", reason="firewall-failed")
    lab.start_service("MpsSvc")
    product.wait_traffic(lab.HOST_V4, 3104, 20)
    product.wait_rule("web", "active")


@scenario
def a_changed_firewall_rule_is_a_conflict_and_a_deleted_one_comes_back(lab, product):
    """Somebody disables our firewall rule: left as it is, and told. Deleted: added again."""
    lab.serve(3105)
    product.ctl("add", "--listen", "3105", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 3105)
    text = product.our_firewall_rules()[0]
    name = next(part[5:] for part in text.split("|") if part.startswith("Name="))
    lab.fwctl("set", name, "Enabled", "0")
    product.ctl("reconcile")
    product.wait_rule("web", "blocked", reason="firewall-changed")
    expect(any("Active=FALSE" in one for one in product.our_firewall_rules()), "enabled again")
    lab.fwctl("remove", name)
    product.ctl("reconcile")
    product.wait_traffic(lab.HOST_V4, 3105)
    product.wait_rule("web", "active")


@scenario
def the_wrong_network_and_block_all_are_named(lab, product):
    """On a public network, or with everything blocked, the rule says why nobody gets in."""
    lab.serve(3106)
    product.ctl("add", "--listen", "3106", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 3106)
    lab.set_network_profile(PUBLIC)
    product.wait_rule("web", "blocked", reason="profile-mismatch")
    expect(not lab.reaches(lab.HOST_V4, 3106, 1), "a private rule counts on a public network")
    product.ctl("edit", "web", "--firewall", "public")
    product.wait_traffic(lab.HOST_V4, 3106)
    product.wait_rule("web", "active")
    lab.set_firewall(**{f"BlockAllInbound{PUBLIC}": 1})
    # Windows keeps the switch here, below the key whose changes are watched.
    lab.reg_set(PUBLIC_POLICY_KEY, "DoNotAllowExceptions", 1, REG_DWORD)
    product.wait_rule("web", "blocked", reason="firewall-block-all")
    lab.reg_delete_key(PUBLIC_POLICY_KEY)
    lab.set_firewall(**{f"BlockAllInbound{PUBLIC}": 0})


@scenario
def the_firewall_scope_decides_who_gets_in(lab, product):
    """local-subnet keeps another network out, a list admits it, off admits nobody."""
    lab.serve(3107)
    far = lab.CLIENT_FAR_V4
    product.ctl("add", "--listen", "3107", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 3107)
    expect(not lab.reaches(lab.HOST_V4, 3107, 1, source=far), "local-subnet let others in")
    product.ctl("edit", "web", "--remote", "10.99.0.0/24")
    wait_until(lambda: lab.reaches(lab.HOST_V4, 3107, 1, source=far), 10, "the listed network in")
    expect(not lab.reaches(lab.HOST_V4, 3107, 1), "the list let others in")
    product.ctl("edit", "web", "--firewall", "off")
    wait_until(lambda: not product.our_firewall_rules(), 10, "no firewall rule")
    expect(not lab.reaches(lab.HOST_V4, 3107, 1, source=far), "off let somebody in")
    wait_until(lambda: lab.reaches(lab.HOST_V4, 3107, 1, origin="host"), 10, "this PC itself")


@scenario
def a_reserved_port_is_told_and_heals(lab, product):
    """An excluded range keeps IP Helper from listening; freed, the rule becomes active."""
    lab.serve(3108)
    lab.set_excluded_ports((3100, 3110))
    product.ctl("add", "--listen", "3108", "--name", "web")
    product.wait_rule("web", "blocked", 12)
    lab.set_excluded_ports()
    product.ctl("disable", "web")
    product.ctl("enable", "web")
    product.wait_rule("web", "active")
    product.wait_traffic(lab.HOST_V4, 3108)
