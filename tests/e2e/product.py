"""Tidegate in the lab: installed, driven by its command line and its windows, watched from outside.

SPDX-License-Identifier: MIT
"""

import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/lab"))

from lab import (DOMAIN, FIREWALL_RULES_KEY, LAB_KEY, PORTPROXY_KEY, PRIVATE,  # noqa: E402,F401
                 PUBLIC, Lab, ensure_root)
from lab_wine import SERVICE_RUNNING, SERVICE_STOPPED, wait_until  # noqa: E402,F401

FOLDER = r"C:\Program Files\Tidegate"
SERVICE = FOLDER + r"\tidegate-service.exe"
CTL = FOLDER + r"\tidegatectl.exe"
TRAY = FOLDER + r"\tidegate.exe"
PROGRAMS = ("tidegate.exe", "tidegate-service.exe", "tidegatectl.exe")

TRAY_CLASS = "TidegateMain"
WM_CLOSE = 0x10
LVM_GETSELECTEDCOUNT = 0x1032

DONE, FAILED, USAGE, UNREACHABLE, NEEDS_ELEVATION, CONFLICT = range(6)
REST_STATES = ("off", "active", "conflict", "blocked", "failed", "waiting", "not-needed")


class Product:
    """The three programs, copied into a lab's Windows. `service_program` replaces the service."""

    def __init__(self, lab, service_program=None):
        self.lab = lab
        for name in PROGRAMS:
            lab.install_file(lab.build / name, FOLDER)
        if service_program:
            self.replace_service(service_program)

    def replace_service(self, path):
        self._replace("tidegate-service.exe", path)

    def _replace(self, name, path):
        target = self.lab.windows_folder(FOLDER) / name
        target.unlink(missing_ok=True)
        target.write_bytes(Path(path).read_bytes())

    def use_tray_with_clock(self):
        """From its next start on the tray's clock can be put forward."""
        self._replace("tidegate.exe", self.lab.build / "e2e/clock/tidegate.exe")

    def put_clock_forward(self, seconds):
        """The tray's: whatever waits in it has waited so much longer."""
        ahead = self.lab.reg_get(LAB_KEY, "ClockAheadMs", 0)
        self.lab.reg_set(LAB_KEY, "ClockAheadMs", ahead + seconds * 1000)

    def install(self):
        finished = self.lab.run_windows(SERVICE, "install", timeout=60)
        if finished.exit_code != DONE:
            raise RuntimeError(f"install: {finished.exit_code}\n{finished.text}"
                               f"{finished.stderr.decode('utf-8', 'replace')}")
        self.lab.wait_service("Tidegate", SERVICE_RUNNING)
        return finished

    def uninstall(self, *options):
        finished = self.lab.run_windows(SERVICE, "uninstall", *options, timeout=90)
        if finished.exit_code != DONE:
            raise RuntimeError(f"uninstall: {finished.exit_code}\n{finished.text}"
                               f"{finished.stderr.decode('utf-8', 'replace')}")
        return finished

    def start_service(self):
        """Starts it if it does not run, and waits until it answers."""
        if self.lab.service("Tidegate")["state"] != SERVICE_RUNNING:
            self.lab.start_service("Tidegate")
        self.ctl("status")

    def stop_service(self):
        self.lab.stop_service("Tidegate")

    @property
    def data_folder(self):
        return self.lab.windows_folder(FOLDER + "\\Data")

    @property
    def database(self):
        return self.data_folder / "tidegate.db"

    # The command line

    def run(self, *arguments, timeout=30.0):
        return self.lab.run_windows(CTL, *arguments, timeout=timeout)

    def refused(self, *arguments, expect=USAGE):
        """Runs tidegatectl, which must refuse with that exit code; what it complained of."""
        finished = self.run(*arguments)
        complaint = finished.stderr.decode("utf-8", "replace")
        if finished.exit_code != expect:
            raise AssertionError(f"tidegatectl {arguments}: exit {finished.exit_code}, not "
                                 f"{expect}\n{finished.text}{complaint}")
        return complaint

    def ctl(self, *arguments, expect=DONE, timeout=30.0):
        """Runs tidegatectl; what it printed, as text."""
        finished = self.run(*arguments, timeout=timeout)
        if finished.exit_code != expect:
            raise AssertionError(f"tidegatectl {' '.join(arguments)}: exit {finished.exit_code}, "
                                 f"not {expect}\n{finished.text}"
                                 f"{finished.stderr.decode('utf-8', 'replace')}")
        return finished.text

    def json(self, *arguments):
        return json.loads(self.ctl(*arguments, "--json"))

    def add(self, listen, *arguments):
        """Adds a rule; its id."""
        return self.json("add", "--listen", listen, *arguments)["id"]

    def rules(self):
        return self.json("list")["rules"]

    def rule(self, name):
        found = [one for one in self.rules() if name in (one["name"], one["id"])]
        if not found:
            raise AssertionError(f"no rule {name!r}")
        return found[0]

    def wait_rule(self, name, state, timeout=10.0, reason=None):
        """Waits until the rule is in the state (and has the reason)."""
        last = {}

        def arrived():
            last.update(self.rule(name))
            return last["state"] == state and (reason is None or last["reason"] == reason)

        try:
            wait_until(arrived, timeout, f"rule {name} {state}")
        except TimeoutError:
            raise AssertionError(f"rule {name} is {last.get('state')} ({last.get('reason')}), "
                                 f"not {state} ({reason})") from None
        return last

    def wait_entry(self, kind, name, value, timeout=10.0):
        """Waits until the portproxy value is there with this data (None: is not there)."""
        key = rf"{PORTPROXY_KEY}\{kind}\tcp"
        wait_until(lambda: self.lab.reg_get(key, name) == value, timeout,
                   f"{kind} {name} = {value}")

    def wait_traffic(self, host, port, timeout=10.0, server_port=None):
        """Waits until the LAN client gets the VM's answer."""
        wait_until(lambda: self.lab.reaches(host, port, 1.0, server_port=server_port), timeout,
                   f"answer from {host} port {port}")

    def wait_no_traffic(self, host, port, timeout=10.0):
        """Waits until the LAN client gets no answer: IP Helper takes a moment to obey."""
        wait_until(lambda: not self.lab.reaches(host, port, 1.0), timeout,
                   f"no answer from {host} port {port}")

    def our_firewall_rules(self):
        return [text for text in self.lab.firewall_rules().values() if "EmbedCtxt=Tidegate" in text]

    # The tray

    def start_tray(self, *arguments):
        """Starts the tray program and waits for its icon; (pid, handle)."""
        # Wine keeps the tooltip of an icon that went, and these are what is counted.
        before = len(self.lab.tray_icons())
        started = self.lab.spawn_windows(TRAY, *arguments)
        wait_until(lambda: len(self.lab.tray_icons()) > before, 15, "the notification icon")
        return started

    def stop_tray(self):
        """Asks the tray to end, as sign-out does, and waits until it is gone."""
        for window in self.lab.windows():
            if window.class_name == TRAY_CLASS:
                self.lab.post(window.handle, WM_CLOSE)
        wait_until(lambda: not any(exe == "tidegate.exe" for _, _, exe, _ in self.lab.processes()),
                   10, "the tray to end")

    def dialog(self, title, timeout=10.0):
        """The visible top-level window whose title begins so."""
        return wait_until(lambda: next((one for one in self.lab.windows()
                                        if one.visible and one.class_name == "#32770"
                                        and one.text.startswith(title)), None),
                          timeout, f"window {title!r}")

    def no_dialog(self, title, timeout=10.0):
        wait_until(lambda: not any(one.visible and one.text.startswith(title)
                                   for one in self.lab.windows()), timeout,
                   f"window {title!r} to close")


def resource_id(name):
    """The number of a control, dialog or command, from resources/resource.h."""
    for line in (ROOT / "resources/resource.h").read_text().splitlines():
        if line.split()[:2] == ["#define", name]:
            return int(line.split()[2])
    raise KeyError(name)


def settled(lab, moment=0.3, timeout=20.0):
    """Waits until nothing was drawn for a moment: two equal screens."""
    def picture():
        return subprocess.run(["import", "-window", "root", "rgb:-"], env=lab.wine.environment,
                              stdout=subprocess.PIPE, check=True, timeout=20).stdout

    def quiet():
        before = picture()
        time.sleep(moment)
        return picture() == before

    wait_until(quiet, timeout, "a still screen")


def select_first_rule(lab, window, timeout=20.0):
    """Gives the first row of the rules window the selection and the keyboard, by keys. A window
    that has only just opened may miss some; those here do no harm twice."""
    rows = next(one for one in lab.controls(window.handle)
                if one.control_id == resource_id("IDC_RULES_LIST"))

    def is_selected():
        lab.key("alt+p", "Home")
        settled(lab)
        return lab.send(rows.handle, LVM_GETSELECTEDCOUNT) == 1

    settled(lab)
    wait_until(is_selected, timeout, "the first row to be selected")
