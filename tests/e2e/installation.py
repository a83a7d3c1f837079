"""The set-up program and the uninstaller in the lab: run as an administrator runs them, and the PC
compared before and after.

SPDX-License-Identifier: MIT
"""

import os
import re
import subprocess
from pathlib import Path

from product import FOLDER, ROOT
from scenario import expect_equal, wait_until

BUILD = Path(os.environ.get("BUILD") or ROOT / "build").resolve()
OLDER, BROKEN = "0.0.9", "0.2.0"      # tests/e2e/versions/versions.mk
OURS = re.search(r"(?m)^VERSION := (\S+)", (ROOT / "Makefile").read_text())[1]
SETUP = {OURS: f"tidegate-{OURS}-setup.exe", OLDER: f"e2e/older/tidegate-{OLDER}-setup.exe",
         BROKEN: f"e2e/broken/tidegate-{BROKEN}-setup.exe"}
LOG = r"C:\lab\the set-up.log"
UNINSTALLER = FOLDER + r"\uninstall.exe"
ARP_KEY = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall\Tidegate"
ENVIRONMENT_KEY = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
# Windows 10 for the set-up alone; Debian's Wine says Windows 7 otherwise.
WINDOWS_VERSION = (r"HKCU\Software\Wine", "Version")

# What Windows, or Wine in its place, notes by itself.
NOTES = re.compile(r"\\(MuiCache|RecentDocs|UserAssist|Volatile Environment|Wine\\(Fonts|Debug"
                   r"|Temporary System Parameters)|Control\\(Class|Video|ServiceCurrent)"
                   r"|Enum\\DISPLAY|Hardware Profiles\\Current\\Software\\Fonts)(\\|\t|$)"
                   r"|PendingFileRenameOperations")
NOTED_FILES = re.compile(r"^(lab/|windows/temp/|users/[^/]*/(AppData/Local/)?Temp/|users/.*\.lnk$)",
                         re.IGNORECASE)


class Setup:
    def __init__(self, lab, windows="win10"):
        self.lab = lab
        lab.reg_set(*WINDOWS_VERSION, windows)

    def log(self):
        path = self.lab.windows_folder(LOG)
        if not path.exists():
            return ""
        return path.read_bytes().decode("utf-16", "replace").replace("\r\n", "\n")

    def program(self, version=OURS):
        self.lab.windows_folder(LOG).unlink(missing_ok=True)
        return self.lab.install_file(BUILD / SETUP[version], r"C:\lab\setup")

    def start(self, version=OURS, *options):
        """The set-up program, silent, with its log in a file of its own; its handle."""
        program = self.program(version)
        line = " ".join([f'"{program}"', "/S", f'/LOG="{LOG}"', *options])
        return self.lab.wine.spawn(line)[1]

    def finish(self, handle, expect=0, timeout=60):
        """Waits for it; its log."""
        code = self.lab.wine.wait(handle, timeout)
        expect_equal(code, expect, f"exit code of the set-up, whose log says\n{self.log()}\n")
        return self.log()

    def run(self, version=OURS, *options, expect=0):
        return self.finish(self.start(version, *options), expect)

    def run_on_full_disk(self, version=OURS, size=1_000_000):
        """Its exit code and its log."""
        code = self.lab.wine.run_with_full_disk(size, self.program(version), "/S", f"/LOG={LOG}")
        return code, self.log()

    def run_without_rights(self):
        """As somebody who is no administrator; its log."""
        helper = self.lab.install_file(BUILD / "e2e/as_standard_user.exe", r"C:\lab\bin")
        line = f'"{helper}" "{self.program()}" /S /LOG="{LOG}"'
        return self.finish(self.lab.wine.spawn(line)[1], expect=10)

    def uninstall(self, *options, expect=0):
        """In the foreground, which a copy of it in the temporary folder does not allow."""
        self.lab.windows_folder(LOG).unlink(missing_ok=True)
        line = " ".join([f'"{UNINSTALLER}"', "/S", f'/LOG="{LOG}"', *options, f"_?={FOLDER}"])
        return self.finish(self.lab.wine.spawn(line)[1], expect)

    def uninstall_as_windows_does(self):
        """By the command in Windows' list of programs; it goes on after the first process ended."""
        self.lab.wine.run(self.lab.reg_get(ARP_KEY, "QuietUninstallString"), 30)
        wait_until(lambda: self.lab.reg_get(ARP_KEY, "DisplayName") is None, 60, "the uninstaller")
        wait_until(lambda: not (self.lab.windows_folder(FOLDER)).exists(), 20, "the folder to go")

    def installed_version(self):
        return self.lab.reg_get(ARP_KEY, "DisplayVersion")


def pc_dump(lab):
    """Registry and files, without what Windows notes by itself. All but HKLM's Classes, which would
    take longer than everything else."""
    lines = []
    for key in (r"HKLM\Software\Microsoft\Windows", r"HKLM\Software\Tidegate",
                r"HKLM\SYSTEM\CurrentControlSet", r"HKCU\Software", r"HKCU\Environment"):
        lines += [line for line in lab.reg_dump(key) if not NOTES.search(line)]
    listing = subprocess.run(["find", ".", "-printf", "%P %y %s\n"], check=True,
                             cwd=lab.wine.prefix / "drive_c", stdout=subprocess.PIPE, text=True)
    return sorted(lines) + sorted(line for line in listing.stdout.splitlines()
                                  if not NOTED_FILES.match(line) and " d " not in line)


def expect_same_dump(now, before):
    expect_equal((sorted(set(now) - set(before)), sorted(set(before) - set(now))), ([], []),
                 "left behind, and lost")


def remove_programs(lab):
    """The lab brings the programs along; a set-up begins without."""
    for path in lab.windows_folder(FOLDER).iterdir():
        path.unlink()
    lab.windows_folder(FOLDER).rmdir()
