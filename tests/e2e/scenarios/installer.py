"""The set-up program: install, upgrade, repair, refuse, go back, uninstall.

SPDX-License-Identifier: MIT
"""

from installation import (ARP_KEY, ENVIRONMENT_KEY, OURS, Setup, expect_same_dump, pc_dump,
                          remove_programs)
from lab_wine import REG_EXPAND_SZ
from product import FOLDER, SERVICE_RUNNING, TRAY
from scenario import expect, expect_equal, scenario, wait_until

RUN_KEY = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run"
SHORTCUT = r"C:\ProgramData\Microsoft\Windows\Start Menu\Programs\Tidegate.lnk"
# Longer than any buffer of the set-up program, with what a careless edit would change.
LONG_PATH = r"%SystemRoot%\system32;;C:\A b;" + ";".join(rf"C:\tools\{n:04}" for n in range(300)) + ";"


@scenario(install=False)
def a_silent_installation_works_and_an_uninstall_leaves_nothing(lab, product):
    """Service, tray, Start menu, list of programs, Path; afterwards every dump is as before."""
    remove_programs(lab)
    lab.reg_set(ENVIRONMENT_KEY, "Path", LONG_PATH, REG_EXPAND_SZ)
    setup = Setup(lab)
    before = pc_dump(lab)
    log = setup.run(OURS, "/PATH")
    expect(f"Tidegate {OURS} is installed." in log, log)
    expect_equal(lab.service("Tidegate")["state"], SERVICE_RUNNING, "service")
    expect_equal(lab.reg_get(RUN_KEY, "Tidegate"), f'"{TRAY}" --autostart', "Run value")
    expect(lab.windows_folder(SHORTCUT).exists(), "no Start menu entry")
    expect_equal(lab.reg_get(ENVIRONMENT_KEY, "Path"), LONG_PATH + FOLDER + ";", "Path")
    expect(REG_EXPAND_SZ in [kind for name, (kind, _) in lab.reg_values(ENVIRONMENT_KEY).items()
                             if name.lower() == "path"], "Path has another type")
    expect_listed(lab)
    lab.serve(4000)
    product.ctl("add", "--listen", "4000", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 4000)
    product.start_tray("--autostart")
    setup.uninstall_as_windows_does()
    product.wait_no_traffic(lab.HOST_V4, 4000)
    wait_until(lambda: not any(exe == "tidegate.exe" for _, _, exe, _ in lab.processes()), 10,
               "the tray to end")
    expect_same_dump(pc_dump(lab), before)


def expect_listed(lab):
    """Every field that Windows and deployment tools read."""
    def field(name):
        return lab.reg_get(ARP_KEY, name)

    expect_equal(field("DisplayName"), "Tidegate", "DisplayName")
    expect_equal(field("DisplayVersion"), OURS, "DisplayVersion")
    expect_equal(field("InstallLocation"), FOLDER, "InstallLocation")
    expect_equal(field("UninstallString"), f'"{FOLDER}\\uninstall.exe"', "UninstallString")
    expect_equal(field("QuietUninstallString"), f'"{FOLDER}\\uninstall.exe" /S', "quiet one")
    expect_equal((field("NoModify"), field("NoRepair")), (1, 1), "NoModify, NoRepair")
    expect_equal((field("VersionMajor"), field("VersionMinor")),
                 tuple(int(part) for part in OURS.split(".")[:2]), "VersionMajor, VersionMinor")
    expect(1000 < field("EstimatedSize") < 10000, f"EstimatedSize {field('EstimatedSize')} KiB")
    expect(len(field("InstallDate")) == 8, f"InstallDate {field('InstallDate')!r}")
    for name in ("Publisher", "DisplayIcon", "URLInfoAbout"):
        expect(field(name), f"no {name}")
