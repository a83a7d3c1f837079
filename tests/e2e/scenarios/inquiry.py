"""What only the user's own program can do: ask wsl.exe, change .wslconfig, keep WSL running.

SPDX-License-Identifier: MIT

Every start of wsl.exe is in the lab's log, and so is every distribution that was woken: what is
never to happen is proved by them.
"""

import time

from lab_seed import LAB_KEY, LXSS, LOCAL_DEVICES_KEY
from product import CTL, resource_id
from scenario import expect, expect_equal, scenario, stays, wait_until
from scenarios.tray import control, open_menu_by_keyboard, start_tray

SETTINGS_KEY = r"HKCU\Software\Tidegate"
WINDOWS_KEY = r"HKLM\Software\Microsoft\Windows NT\CurrentVersion"
BM_CLICK, IDOK = 0x00F5, 1
LIST = ["--list", "--running", "--quiet"]
NO_TRACES = {"nat": 0, "gui": 0, "relay": 0}
HANG_LIMIT, REST_AFTER_HANG = 10, 60

CONFIG = (b"# my own notes\r\n[wsl2]\r\nmemory=8GB # enough\r\nnetworkingMode = nat\t# as ever\r\n"
          b"\r\n[experimental]\r\nsparseVhd=true\r\n")
CONFIG_MIRRORED = CONFIG.replace(b"= nat", b"= mirrored")


def asked(lab):
    return [one["arguments"] for one in lab.wsl_starts()]


def woken(lab):
    return lab.events("wsl.jsonl", "woke")


def leave_no_traces(lab):
    """The WSL of older Windows. Its network has to stand in the registry all the same: a Linux
    interface cannot have the name of WSL's adapter, by which it is known otherwise."""
    lab.stop_vm()
    lab.reg_set(LAB_KEY, "WslInBox", 1)
    lab.reg_set(rf"HKLM\{LXSS}", "NatNetwork", lab.NAT_NETWORK)


def profile_folder(lab):
    return next(path for path in (lab.wine.prefix / "drive_c/users").iterdir()
                if path.name != "Public")


def wsl_processes(lab):
    return [pid for pid, _, exe, _ in lab.processes() if exe == "wsl.exe"]


def click(lab, window, name):
    """As the mouse would; a message comes back only when the click is done."""
    lab.post(control(lab, window, resource_id(name)).handle, BM_CLICK)


def open_settings(lab, product):
    click(lab, product.dialog("Tidegate"), "IDC_RULES_SETTINGS")
    return product.dialog("Settings")


@scenario(own_lab=True, wsl="in-box", needs_network=True)
def a_wsl_without_traces_is_asked_and_forwarded(lab, product):
    """The WSL of older Windows writes no address down: the ladder finds it inside WSL."""
    leave_no_traces(lab)
    lab.start_vm(**NO_TRACES)
    lab.serve(3000)
    product.add("3000", "--name", "web")
    expect(product.rule("web")["state"] != "active", "the service knows the address by itself")

    product.use_tray_with_clock()
    product.start_tray("--autostart")
    product.wait_rule("web", "active", 30)

    product.wait_traffic(lab.HOST_V4, 3000)
    expect_equal(asked(lab), [LIST, ["-d", "Ubuntu", "-e", "cat", "/proc/net/fib_trie"]],
                 "what wsl.exe was asked")
    expect_equal(woken(lab), [], "woken distributions")
    starter = {one["parent_name"] for one in lab.wsl_starts()}
    expect_equal(starter, {"tidegate.exe"}, "who asked")

    # A service that was started anew knows nothing, until it is told again.
    product.stop_service()
    product.start_service()
    product.wait_rule("web", "active", 30)

    # WSL comes back at another address; the menu is what makes the tray ask again.
    product.put_clock_forward(10)
    lab.move_vm(**NO_TRACES)
    open_menu_by_keyboard(lab, 1).close()
    product.wait_traffic(lab.HOST_V4, 3000, 30)
    expect_equal(woken(lab), [], "woken distributions")


@scenario(own_lab=True, wsl="in-box", needs_network=True)
def a_wsl_exe_that_hangs_is_killed_and_asked_again_later(lab, product):
    """Nothing is left of it at its time limit, the icon lives on, and the next attempt succeeds."""
    leave_no_traces(lab)
    lab.start_vm(**NO_TRACES)
    lab.serve(3000)
    product.add("3000", "--name", "web")
    lab.reg_set(LAB_KEY, "WslDelayMs", 600000)

    product.use_tray_with_clock()
    start_tray(lab, product, 1)
    wait_until(lambda: wsl_processes(lab), 10, "wsl.exe to be started")
    open_menu_by_keyboard(lab, 1).close()
    expect(wsl_processes(lab), "wsl.exe is gone before its time limit")
    product.put_clock_forward(HANG_LIMIT)
    wait_until(lambda: not wsl_processes(lab), 10, "wsl.exe to be killed")
    expect_equal(asked(lab), [LIST], "what was asked")
    open_menu_by_keyboard(lab, 1).close()
    product.put_clock_forward(REST_AFTER_HANG // 2)
    stays(lambda: not wsl_processes(lab), 2, "left alone after a hang")

    lab.reg_set(LAB_KEY, "WslDelayMs", 0)
    product.put_clock_forward(REST_AFTER_HANG)
    product.wait_rule("web", "active", 20)
    product.wait_traffic(lab.HOST_V4, 3000)


def an_hour_of_events(lab, product):
    """An hour by the tray's clock, which is put forward."""
    for turn in range(4):
        product.put_clock_forward(900)
        for _ in range(2):
            open_menu_by_keyboard(lab, 1).close()
        for last in (21, 22, 23):
            lab.set_adapter_addresses("eth9", f"192.0.2.{last}/24")
        for name in (f"host{turn}", f"PC-{turn}"):
            lab.reg_set(LOCAL_DEVICES_KEY, name, 196)
            lab.reg_delete(LOCAL_DEVICES_KEY, name)
        for verb in ("disable", "enable"):
            lab.run_windows(CTL, verb, "web")
        lab.run_windows(CTL, "reconcile")
        (profile_folder(lab) / ".wslconfig").write_bytes(b"[wsl2]\nmemory=%dGB\n" % (turn + 1))
        if turn % 2:
            product.stop_service()
            product.start_service()


@scenario(own_lab=True, needs_network=True)
def a_stopped_wsl_with_traces_is_never_asked(lab, product):
    """An hour of events, and wsl.exe is not started once: WSL's own traces tell enough."""
    lab.add_adapter("eth9", "192.0.2.20/24")
    product.add("3000", "--name", "web")
    lab.stop_vm()
    product.use_tray_with_clock()
    start_tray(lab, product, 1)

    an_hour_of_events(lab, product)

    product.put_clock_forward(60)
    stays(lambda: not lab.wsl_starts(), 3, "no start of wsl.exe")
    expect_equal(woken(lab), [], "woken distributions")


@scenario(own_lab=True, wsl="in-box", needs_network=True)
def a_stopped_distribution_is_never_woken(lab, product):
    """An hour of events without any traces: which distributions run is asked, and no more."""
    leave_no_traces(lab)
    lab.add_adapter("eth9", "192.0.2.20/24")
    product.add("3000", "--name", "web")
    product.use_tray_with_clock()
    start_tray(lab, product, 1)

    an_hour_of_events(lab, product)

    wait_until(lambda: asked(lab), 15, "a question")
    expect_equal([one for one in asked(lab) if one != LIST], [], "commands inside WSL")
    expect(len(asked(lab)) < 20, f"asked {len(asked(lab))} times")
    expect_equal(woken(lab), [], "woken distributions")


@scenario(own_lab=True)
def a_switch_to_mirrored_mode_changes_one_value_and_keeps_the_rest(lab, product):
    """One click writes one value of .wslconfig and a backup; only another click shuts WSL down."""
    lab.reg_set(WINDOWS_KEY, "CurrentBuildNumber", "22631")
    lab.reg_set(WINDOWS_KEY, "CurrentBuild", "22631")
    folder = profile_folder(lab)
    config = folder / ".wslconfig"
    config.write_bytes(CONFIG)
    lab.restart_vm("nat")
    product.add("3000", "--name", "web")
    product.add("8080", "--connect", "wsl:80", "--name", "port")

    product.start_tray()
    settings = open_settings(lab, product)
    wait_until(lambda: "NAT" in control(lab, settings, resource_id("IDC_SETTINGS_MODE_NOW")).text,
               10, "the mode in the settings")
    click(lab, settings, "IDC_SETTINGS_MODE")
    dialog = product.dialog("Switch WSL to mirrored mode")
    wait_until(lambda: "Blocked" in control(lab, dialog, resource_id("IDC_MODE_RULES")).text, 15,
               "the rules")
    rules = control(lab, dialog, resource_id("IDC_MODE_RULES")).text
    expect(rules.index("Blocked") < rules.index("port (8080)") < rules.index("without")
           < rules.index("web (3000)"), f"rules: {rules!r}")
    click(lab, dialog, "IDC_MODE_SWITCH")
    wait_until(lambda: config.read_bytes() == CONFIG_MIRRORED, 10, "the file")

    expect_equal((folder / ".wslconfig.tidegate-backup").read_bytes(), CONFIG, "the backup")
    expect_equal([one.name for one in folder.glob(".wslconfig*.tidegate-new")], [], "left over")
    expect_equal([one for one in asked(lab) if "--shutdown" in one], [], "a shutdown")
    wait_until(lambda: "ends all programs"
               in control(lab, dialog, resource_id("IDC_MODE_NOTE")).text, 10, "the warning")
    expect(lab.vm.running, "WSL went down without a click")

    click(lab, dialog, "IDC_MODE_SHUT_DOWN")
    wait_until(lambda: not lab.vm.running, 20, "WSL to be shut down")
    wait_until(lambda: "was shut down"
               in control(lab, dialog, resource_id("IDC_MODE_NOTE")).text, 10, "the outcome")
    expect_equal(woken(lab), [], "woken distributions")


@scenario(own_lab=True)
def a_wslconfig_that_must_not_be_touched_is_left_alone(lab, product):
    """One that is marked as read-only stays as it is, and the dialog says why."""
    lab.reg_set(WINDOWS_KEY, "CurrentBuildNumber", "22631")
    config = profile_folder(lab) / ".wslconfig"
    config.write_bytes(CONFIG)
    config.chmod(0o444)

    product.start_tray()
    settings = open_settings(lab, product)
    wait_until(lambda: "NAT" in control(lab, settings, resource_id("IDC_SETTINGS_MODE_NOW")).text,
               10, "the mode in the settings")
    click(lab, settings, "IDC_SETTINGS_MODE")
    dialog = product.dialog("Switch WSL to mirrored mode")
    click(lab, dialog, "IDC_MODE_SWITCH")
    wait_until(lambda: "read-only" in control(lab, dialog, resource_id("IDC_MODE_NOTE")).text, 10,
               "the refusal")

    expect_equal(config.read_bytes(), CONFIG, "the file")


POLICY_KEY = r"HKLM\Software\Policies\WSL"


@scenario(own_lab=True)
def policy_decides_the_networking_mode_and_says_so(lab, product):
    """The administrator forbids a choice: what .wslconfig asks for does not count, and the dialog
    says so, its button disabled."""
    lab.reg_set(WINDOWS_KEY, "CurrentBuildNumber", "22631")
    lab.reg_set(WINDOWS_KEY, "CurrentBuild", "22631")
    lab.reg_set(POLICY_KEY, "AllowNetworkingModeUserSetting", 0)
    config = profile_folder(lab) / ".wslconfig"
    config.write_bytes(CONFIG_MIRRORED)
    lab.restart_vm("nat")

    product.start_tray()
    settings = open_settings(lab, product)
    wait_until(lambda: "NAT" in control(lab, settings, resource_id("IDC_SETTINGS_MODE_NOW")).text,
               10, "the mode in the settings")
    click(lab, settings, "IDC_SETTINGS_MODE")
    dialog = product.dialog("Switch WSL to mirrored mode")
    wait_until(lambda: "policy" in control(lab, dialog, resource_id("IDC_MODE_NOTE")).text, 10,
               "the reason")
    expect(not control(lab, dialog, resource_id("IDC_MODE_SWITCH")).enabled, "the button works")
    expect("Configured: NAT" in control(lab, dialog, resource_id("IDC_MODE_NOW")).text,
           control(lab, dialog, resource_id("IDC_MODE_NOW")).text)
    expect_equal(config.read_bytes(), CONFIG_MIRRORED, "the file")
    expect("policy sets networking mode nat" in product.json("status")["wsl"]["evidence"],
           "the evidence")


@scenario(own_lab=True)
def a_change_of_wslconfig_that_waits_for_a_restart_is_told(lab, product):
    """WSL reads the file only when it starts: until then the rules window says so."""
    lab.restart_vm("nat")
    product.add("3000", "--name", "web")
    product.start_tray()
    status = resource_id("IDC_RULES_STATUS")
    window = product.dialog("Tidegate")
    product.wait_rule("web", "active")
    time.sleep(1)

    (profile_folder(lab) / ".wslconfig").write_bytes(CONFIG_MIRRORED)
    wait_until(lambda: "Restart WSL" in control(lab, window, status).text, 10, "the advice")

    (profile_folder(lab) / ".wslconfig").write_bytes(CONFIG)
    wait_until(lambda: "Restart WSL" not in control(lab, window, status).text, 10,
               "no advice any more")


def held(lab):
    return [one.name for one in lab.vm.distributions if one.clients]


@scenario(own_lab=True)
def a_distribution_is_kept_running_while_a_rule_is_on(lab, product):
    """Only when the user chose so; it ends with the rule, and with the icon."""
    lab.stop_vm()
    product.add("3000", "--name", "web")
    product.start_tray("--autostart")
    stays(lambda: not lab.wsl_starts(), 3, "nothing is kept by default")
    product.stop_tray()

    lab.reg_set(SETTINGS_KEY, "KeepWslRunning", 1)
    lab.reg_set(SETTINGS_KEY, "Distribution", "Debian")
    product.start_tray("--autostart")
    wait_until(lambda: held(lab) == ["Debian"], 15, "the distribution to be kept")
    lab.idle()
    expect(lab.vm.running, "WSL stopped though it is kept")

    product.ctl("disable", "web")
    wait_until(lambda: not held(lab), 10, "the distribution to be let go")
    lab.idle()
    expect(not lab.vm.running, "WSL runs on without a client")
    product.ctl("enable", "web")
    wait_until(lambda: held(lab) == ["Debian"], 15, "the distribution to be kept again")

    product.stop_tray()
    wait_until(lambda: not held(lab) and not wsl_processes(lab), 10, "nothing left of the icon")


@scenario(own_lab=True)
def what_is_kept_is_chosen_in_the_settings(lab, product):
    """The check box and the list of the settings dialog start it, and end it."""
    product.add("3000", "--name", "web")
    product.start_tray()
    settings = open_settings(lab, product)
    click(lab, settings, "IDC_SETTINGS_KEEP_WSL")
    wait_until(lambda: control(lab, settings, resource_id("IDC_SETTINGS_DISTRIBUTION")).enabled,
               5, "the list")
    lab.post(control(lab, settings, IDOK).handle, BM_CLICK)
    product.no_dialog("Settings")

    expect_equal(lab.reg_get(SETTINGS_KEY, "KeepWslRunning"), 1, "the setting")
    expect_equal(lab.reg_get(SETTINGS_KEY, "Distribution"), "Ubuntu", "the distribution")
    wait_until(lambda: held(lab) == ["Ubuntu"], 15, "the distribution to be kept")

    settings = open_settings(lab, product)
    click(lab, settings, "IDC_SETTINGS_KEEP_WSL")
    lab.post(control(lab, settings, IDOK).handle, BM_CLICK)
    product.no_dialog("Settings")
    wait_until(lambda: not held(lab), 10, "the distribution to be let go")
