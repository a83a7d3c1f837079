"""Policy: values under HKLM count instead of the settings, nobody gets past them, and they go as
they came. (Group Policy itself is not in the lab: its client writes these values.)

SPDX-License-Identifier: MIT
"""

from lab_wine import REG_DWORD, REG_MULTI_SZ, REG_SZ
from product import CONFLICT
from scenario import expect, expect_equal, scenario, wait_until
from scenarios.outbound import block_outbound, outbound_rules
from scenarios.settings import BM_CLICK, BY_NO_POLICY, DEFAULTS, IDOK, control, open_settings

POLICY = r"HKLM\SOFTWARE\Policies\Tidegate"
MANAGED = "Some settings are managed by your organization."
BM_GETCHECK = 0xF0
HOLD_TIMEOUT = 20


def settings(product):
    return product.json("settings")


def wait_settings(product, wanted):
    """A value that has gone is held for some seconds, since a refresh deletes them all."""
    wait_until(lambda: settings(product) == DEFAULTS | BY_NO_POLICY | wanted, HOLD_TIMEOUT,
               f"settings by no policy, but for {wanted}")


@scenario
def a_setting_by_policy_is_changed_by_nobody_and_leaves_nothing(lab, product):
    """Refused with the value's name, though elevated; gone, the former setting counts again."""
    product.ctl("settings", "outbound", "allow")
    lab.reg_set(POLICY, "AllowOutbound", 0, REG_DWORD)
    lab.reg_set(POLICY, "AllowedUsers", "S-1-5-18\0S-1-5-19\0\0".encode("utf-16-le"), REG_MULTI_SZ)
    expect_equal(settings(product),
                 DEFAULTS | {"allowed-users": "S-1-5-18,S-1-5-19", "policy_refused": [],
                             "set_by_policy": ["allowed-users", "outbound"]}, "settings")
    complaint = product.refused("settings", "outbound", "allow", expect=CONFLICT)
    expect(POLICY + "\\AllowOutbound" in complaint, complaint)
    product.refused("settings", "allowed-users", "", expect=CONFLICT)
    told = product.ctl("settings").splitlines()
    expect_equal([line.split()[0] for line in told if line.endswith("(set by policy)")],
                 ["allowed-users", "outbound"], "settings marked in the list")
    expect_equal(product.ctl("settings", "outbound").strip(), "off", "the value alone, for scripts")
    expect("sets allowed-users, outbound" in product.ctl("status"), "status does not tell")

    product.ctl("settings", "when-wsl-stops", "withdraw")
    lab.reg_delete_key(POLICY)
    wait_settings(product, {"outbound": "allow", "when-wsl-stops": "withdraw"})
    for key in ("outbound", "when-wsl-stops"):
        product.ctl("settings", key, DEFAULTS[key])


@scenario
def what_policy_says_takes_effect_without_a_restart_or_a_request(lab, product):
    """Its outbound firewall rules come and go as the value is written; the key did not exist."""
    product.ctl("add", "--listen", "3660", "--name", "web")
    product.wait_rule("web", "active")
    block_outbound(lab, True)
    for _ in range(2):
        lab.reg_set(POLICY, "AllowOutbound", 1, REG_DWORD)
        wait_until(lambda: len(outbound_rules(product)) == 1, 10, "the outbound rule")
        lab.reg_set(POLICY, "AllowOutbound", 0, REG_DWORD)
        wait_until(lambda: not outbound_rules(product), 10, "no outbound rule")
    lab.reg_set(POLICY, "AllowOutbound", 1, REG_DWORD)
    wait_until(lambda: len(outbound_rules(product)) == 1, 10, "the outbound rule again")
    lab.reg_delete_key(POLICY)
    wait_until(lambda: not outbound_rules(product), HOLD_TIMEOUT, "no rule without a policy")
    block_outbound(lab, False)
    product.ctl("remove", "web")


@scenario
def forwards_are_withdrawn_with_wsl_where_policy_says_so(lab, product):
    """The stored setting keeps them; the policy's comes and goes while WSL is stopped."""
    product.ctl("add", "--listen", "3661", "--name", "web")
    product.wait_rule("web", "active")
    value = f"{lab.vm.address}/3661"
    lab.stop_vm()
    product.wait_rule("web", "waiting")
    product.wait_entry("v4tov4", "0.0.0.0/3661", value)
    lab.reg_set(POLICY, "WhenWslStops", "withdraw", REG_SZ)
    product.wait_entry("v4tov4", "0.0.0.0/3661", None)
    lab.start_vm()
    product.wait_entry("v4tov4", "0.0.0.0/3661", f"{lab.vm.address}/3661")
    lab.reg_delete_key(POLICY)
    wait_settings(product, {})
    product.ctl("remove", "web")


@scenario
def a_refused_policy_value_closes_and_is_named_once(lab, product):
    """Of another kind: the strictest choice counts, whatever is stored, until it is mended."""
    product.ctl("settings", "allow-widening", "on")
    lab.reg_set(POLICY, "AllowWidening", "1", REG_SZ)
    now = settings(product)
    expect_equal((now["allow-widening"], now["policy_refused"]), ("off", ["allow-widening"]),
                 "the refused value")
    expect("is refused" in product.ctl("settings"), "not told in the list")
    sentence = "policy value AllowWidening: must be REG_DWORD 0 | 1, not REG_SZ '1'"
    wait_until(lambda: sentence in product.ctl("status"), 10, "the sentence in the status")
    expect_equal(product.json("status")["policy"],
                 {"sets": ["allow-widening"],
                  "refused": [{"value": "AllowWidening", "found": "REG_SZ '1'",
                               "accepted": "REG_DWORD 0 | 1"}]}, "policy in the status")
    product.refused("settings", "allow-widening", "on", expect=CONFLICT)
    product.ctl("reconcile")
    product.ctl("reconcile")
    lines = [one for one in product.json("activity")["activity"]
             if one["kind"] == "policy-refused"]
    expect_equal(len(lines), 1, "lines about it in the activity")

    lab.reg_set(POLICY, "AllowWidening", 1, REG_DWORD)
    now = settings(product)
    expect_equal((now["allow-widening"], now["policy_refused"]), ("on", []), "the mended value")
    lab.reg_delete_key(POLICY)
    wait_settings(product, {"allow-widening": "on"})
    product.ctl("settings", "allow-widening", "off")


@scenario
def the_settings_dialog_shows_what_policy_sets_and_changes_the_rest(lab, product):
    """Disabled, with Windows' own sentence; what is left can be saved."""
    lab.reg_set(POLICY, "AllowOutbound", 1, REG_DWORD)
    lab.reg_set(POLICY, "AllowedUsers", "S-1-5-18\0\0".encode("utf-16-le"), REG_MULTI_SZ)
    product.start_tray()
    window = open_settings(lab, product)
    expect_equal(control(lab, window, "IDC_SETTINGS_ERROR").text, MANAGED, "the note")
    for name in ("IDC_SETTINGS_OUTBOUND", "IDC_SETTINGS_USERS", "IDC_SETTINGS_ACCOUNT",
                 "IDC_SETTINGS_ADD", "IDC_SETTINGS_REMOVE"):
        expect(not control(lab, window, name).enabled, f"{name} is enabled")
    for name in ("IDC_SETTINGS_STOPS", "IDC_SETTINGS_WIDEN"):
        expect(control(lab, window, name).enabled, f"{name} is disabled")
    expect_equal(lab.send(control(lab, window, "IDC_SETTINGS_OUTBOUND").handle, BM_GETCHECK), 1,
                 "the check mark of what policy sets")
    lab.post(control(lab, window, "IDC_SETTINGS_WIDEN").handle, BM_CLICK)
    lab.reg_set(POLICY, "WhenWslStops", "withdraw", REG_SZ)
    wait_until(lambda: not control(lab, window, "IDC_SETTINGS_STOPS").enabled, 10,
               "the open dialog to follow the policy")
    lab.post(control(lab, window, IDOK).handle, BM_CLICK)
    product.no_dialog("Settings")
    lab.reg_delete_key(POLICY)
    wait_settings(product, {"allow-widening": "on"})
    product.ctl("settings", "allow-widening", "off")
