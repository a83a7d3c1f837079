"""Windows Firewall blocks what goes out by default: the IP Helper cannot connect into WSL until
somebody asks for the firewall rules that let it.

SPDX-License-Identifier: MIT
"""

import ipaddress

from lab_seed import LXSS
from lab_wine import REG_DWORD
from product import PRIVATE, resource_id, select_first_rule
from scenario import expect, expect_equal, scenario, wait_until

BM_CLICK = 0xF5
WATCHED_POLICY = (r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters"
                  r"\FirewallPolicy\StandardProfile")


def block_outbound(lab, blocked):
    """As netsh advfirewall and Windows Security do; the second value makes Windows' own noise."""
    lab.set_firewall(**{f"DefaultOutboundAction{PRIVATE}": 0 if blocked else None})
    lab.reg_set(WATCHED_POLICY, "DefaultOutboundAction", int(blocked), REG_DWORD)


def nat_network(lab):
    """As COM spells WSL's network."""
    network = lab.reg_get(rf"HKLM\{LXSS}", "NatNetwork")
    return ipaddress.ip_network(network, strict=False).with_netmask


def outbound_rules(product):
    return [text for text in product.our_firewall_rules() if "|Dir=Out|" in text]


@scenario(needs_network=True)
def outgoing_connections_are_allowed_by_one_verb_and_closed_again(lab, product):
    """Named, allowed with its scope, followed, repaired, a conflict if changed, withdrawn."""
    lab.serve(3650)
    foreign = lab.firewall_rules()
    product.ctl("add", "--listen", "3650", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 3650)

    block_outbound(lab, True)
    product.wait_no_traffic(lab.HOST_V4, 3650)
    wait_until(lambda: product.rule("web")["warning"] == "outbound-blocked", 10, "the warning")
    expect_equal(outbound_rules(product), [], "outbound rules nobody asked for")
    for told in (product.ctl("list"), product.ctl("diagnose", "web")):
        expect("tidegatectl settings outbound allow" in told, f"no remedy in\n{told}")

    product.ctl("settings", "outbound", "allow")
    wait_until(lambda: outbound_rules(product), 10, "the outbound rule")
    text = outbound_rules(product)[0]
    for part in ("Action=Allow", "Active=TRUE", "Protocol=6", "RPort=3650", "Svc=iphlpsvc",
                 "RA4=" + nat_network(lab), "EmbedCtxt=Tidegate"):
        expect(f"|{part}|" in text, f"no {part} in {text}")
    expect("LPort" not in text, f"a local port in {text}")
    product.wait_rule("web", "active")
    product.wait_traffic(lab.HOST_V4, 3650)
    expect_equal(product.rule("web")["warning"], "none", "warning")
    expect_equal(product.json("plan")["steps"], [], "the plan")

    lab.move_vm()
    product.wait_traffic(lab.HOST_V4, 3650)
    expect_equal(outbound_rules(product), [text], "outbound rules after a move")

    product.ctl("disable", "web")
    wait_until(lambda: not product.our_firewall_rules(), 10,
               "nothing stands for a rule that is off")
    product.ctl("enable", "web")
    product.wait_traffic(lab.HOST_V4, 3650)

    product.ctl("settings", "outbound", "off")
    wait_until(lambda: not outbound_rules(product), 10, "the outbound rule is withdrawn")
    product.wait_no_traffic(lab.HOST_V4, 3650)
    block_outbound(lab, False)
    product.wait_traffic(lab.HOST_V4, 3650)

    product.ctl("remove", "web")
    wait_until(lambda: not product.our_firewall_rules(), 10, "all our firewall rules are gone")
    expect_equal(lab.firewall_rules(), foreign, "others' firewall rules")


@scenario(needs_network=True)
def an_outbound_firewall_rule_that_somebody_changed_is_a_conflict(lab, product):
    """It is shown and left as it is, and taken over on request."""
    lab.serve(3651)
    block_outbound(lab, True)
    product.ctl("settings", "outbound", "allow")
    product.ctl("add", "--listen", "3651", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 3651)
    name = next(part[5:] for part in outbound_rules(product)[0].split("|")
                if part.startswith("Name="))
    lab.fwctl("set", name, "Enabled", "0")
    product.ctl("reconcile")
    rule = product.wait_rule("web", "blocked", reason="firewall-changed")
    expect(name in rule["explanation"], f"{name} is not in {rule['explanation']!r}")
    expect("|Active=FALSE|" in outbound_rules(product)[0], "it was changed back")
    product.ctl("take-over", "web")
    product.wait_rule("web", "active")
    product.wait_traffic(lab.HOST_V4, 3651)
    product.ctl("remove", "web")
    product.ctl("settings", "outbound", "off")
    block_outbound(lab, False)


@scenario(needs_network=True)
def the_details_pane_allows_outgoing_connections_with_one_click(lab, product):
    """The button below the list, after the prompt, does what the verb does."""
    lab.serve(3652)
    block_outbound(lab, True)
    product.ctl("add", "--listen", "3652", "--name", "web")
    wait_until(lambda: product.rule("web")["warning"] == "outbound-blocked", 10, "the warning")
    product.start_tray()
    lab.post(0xFFFF, "TidegateShowRules")
    window = product.dialog("Tidegate")
    select_first_rule(lab, window)
    button = wait_until(lambda: [one for one in lab.controls(window.handle) if one.visible and
                                 one.control_id == resource_id("IDC_DETAILS_ACTION")], 10,
                        "the button")[0]
    expect_equal(button.text.replace("&", ""), "Allow outgoing connections", "the button")
    lab.post(button.handle, BM_CLICK)
    wait_until(lambda: outbound_rules(product), 15, "the outbound rule")
    product.wait_traffic(lab.HOST_V4, 3652)
    wait_until(lambda: product.rule("web")["warning"] == "none", 10, "no warning")
    product.stop_tray()
    product.ctl("remove", "web")
    product.ctl("settings", "outbound", "off")
    block_outbound(lab, False)
