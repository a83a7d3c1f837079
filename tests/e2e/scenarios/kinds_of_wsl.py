"""Kinds of WSL to which nothing can or need be forwarded: each is told alike everywhere, and leaves
nothing in any table. VirtioProxy, none and mirrored mode: scenarios/modes.py.

SPDX-License-Identifier: MIT
"""

from product import resource_id
from reason_checks import RulesWindow, expect_reason
from scenario import expect, expect_equal, scenario, wait_until
from scenarios.inquiry import asked, profile_folder, woken
from scenarios.modes import booted_as, wait_withdrawn

# reason: (state, the link that tells it).
REASONS = {
    "mode-bridged": ("not-needed", "mode"),
    "wsl-one": ("not-needed", "mode"),
    "wsl-absent": ("blocked", "wsl"),
}
BRIDGED_CONFIG = "[wsl2]\nnetworkingMode=bridged\nvmSwitch=External\n"


def expect_told(product, window, reason):
    state, kind = REASONS[reason]
    expect_reason(product, window, "web", state, reason, kind)


@scenario(needs_network=True)
def a_bridged_wsl_is_told_alike_and_reached_at_its_own_address(lab, product):
    """Its relay runs as in NAT mode, and the stale NAT address stays: .wslconfig tells. Back in NAT
    mode it forwards again."""
    lab.serve(3410)
    product.add("3410", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 3410)
    product.use_tray_with_clock()
    window = RulesWindow(lab, product)
    config = profile_folder(lab) / ".wslconfig"
    config.write_text(BRIDGED_CONFIG, encoding="utf-8")
    with booted_as(lab, product, "bridged"):
        expect_told(product, window, "mode-bridged")
        wait_withdrawn(lab, product, "0.0.0.0/3410")
        expect_equal(lab.fetch(lab.VM_LAN_V4, 3410),
                     f"vm=lab-vm port=3410 address={lab.VM_LAN_V4}", "from WSL's own address")
        config.unlink()
    product.wait_traffic(lab.HOST_V4, 3410, 20)
    expect_equal(woken(lab), [], "woken distributions")


@scenario(own_lab=True)
def a_wsl_1_is_told_alike_unless_a_vm_runs_beside_it(lab, product):
    """All distributions are of WSL 1; then the default one alone, before any VM ran and while one
    does."""
    lab.serve(3420)
    product.add("3420", "--name", "web")
    product.wait_rule("web", "active")
    product.use_tray_with_clock()
    window = RulesWindow(lab, product)
    lab.stop_vm()
    product.wait_rule("web", "waiting", reason="wsl-not-running")

    for name in ("Ubuntu", "Debian"):
        lab.set_wsl_version(name, 1)
    expect_told(product, window, "wsl-one")
    wait_withdrawn(lab, product, "0.0.0.0/3420")

    lab.set_wsl_version("Debian", 2)
    product.wait_rule("web", "waiting", reason="wsl-not-running")
    if not lab.left_out:    # Windows' adapters follow the lab's only then
        product.stop_service()
        lab.forget_nat_network()
        product.start_service()
        expect_told(product, window, "wsl-one")

    lab.start_vm()
    product.wait_rule("web", "active", 20)
    product.wait_traffic(lab.HOST_V4, 3420)
    expect_equal(woken(lab), [], "woken distributions")


@scenario(own_lab=True, wsl=None)
def an_absent_wsl_is_told_alike_and_not_installed(lab, product):
    """Nothing of WSL is there but the wsl.exe that offers to install it: nobody starts that one."""
    product.add("3430", "--name", "web")
    product.use_tray_with_clock()
    window = RulesWindow(lab, product)
    expect_told(product, window, "wsl-absent")
    status = resource_id("IDC_RULES_STATUS")
    wait_until(lambda: any(one.control_id == status and one.text
                           for one in lab.controls(window.handle)), 10, "the window's line")
    expect_equal(asked(lab), [], "what wsl.exe was asked")
    expect_equal(product.our_firewall_rules(), [], "firewall rules")
    expect(("v4tov4", "0.0.0.0/3430") not in lab.portproxy(), "an entry was made")
