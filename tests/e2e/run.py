#!/usr/bin/env python3
"""Runs the scenarios: the three programs, unchanged, in the lab's Windows.

    python3 tests/e2e/run.py [-l] [-j N] [NAME...]   # NAME: a part of a scenario's or module's name

SPDX-License-Identifier: MIT

The scenarios of a module share a lab; after each, everything is put back and the portproxy and
firewall tables must be what they were. A failure throws the lab away. With CI set, up to three that
failed are run once more, alone, and called unsteady if they pass then.

-j N runs so many modules at a time, each in a process of its own: most of a scenario is waiting,
and labs know nothing of each other.
"""

import argparse
import contextlib
import importlib
import os
import re
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from product import CTL, ROOT, ensure_root  # noqa: E402
from stage import Stage  # noqa: E402

BUILD = Path(os.environ.get("BUILD") or ROOT / "build").resolve()
PICTURES = BUILD / "e2e"
UNSTEADY_MAX = 3    # more failures than that are no accident
PROGRAMS = ("tidegate.exe", "tidegate-service.exe", "tidegatectl.exe", "lab/labagent.exe",
            "e2e/crash-service.exe", "e2e/pipe_noise.exe", "e2e/pipe_crowd.exe",
            "e2e/service_stand_in.exe", "e2e/pipe_attack.exe", "e2e/pipe_squatter.exe",
            "e2e/careless.exe", "e2e/planted.dll", "e2e/links/tidegate-service.exe",
            "e2e/as_standard_user.exe", "e2e/clock/tidegate.exe",
            "e2e/smashed_stack.exe", "e2e/callers/tidegate-service.exe")


def find_scenarios():
    """In the order of their files and of the text in them."""
    found = []
    for path in sorted((HERE / "scenarios").glob("*.py")):
        if path.stem != "__init__":
            module = importlib.import_module("scenarios." + path.stem)
            found += [one for one in vars(module).values()
                      if getattr(one, "is_scenario", False) and one.__module__ == module.__name__]
    return found


def module_name(one):
    return one.__module__.rsplit(".", 1)[-1]


def chosen(scenarios, names, whole_names):
    if not names:
        return scenarios
    if whole_names:
        return [one for one in scenarios if one.__name__ in names]
    return [one for one in scenarios
            if any(name in one.__name__ or name == module_name(one) for name in names)]


def show_state(stage, name):
    """What the service says, and the screen, for whoever looks for the cause."""
    for arguments in (("status",), ("list", "--json"), ("activity", "--limit", "20")):
        with contextlib.suppress(Exception):
            finished = stage.lab.run_windows(CTL, *arguments, timeout=20)
            print("    $ tidegatectl", *arguments, f"(exit {finished.exit_code})")
            print(re.sub("(?m)^", "      ", finished.text[:6000]
                         + finished.stderr.decode("utf-8", "replace")).rstrip())
    with contextlib.suppress(Exception):
        picture = PICTURES / f"{name}.png"
        stage.lab.screenshot(picture)
        print(f"    screen: {picture}")


class Run:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.stage = None
        self.left_out = set()

    def stage_for(self, one):
        """The lab of the last scenario if this one wants the same kind."""
        key = (one.__module__, tuple(sorted(one.lab_options.items())))
        if self.stage and (self.stage.key != key or one.own_lab):
            self.end_stage()
        if not self.stage:
            self.stage = Stage(key, one.lab_options, install=one.install)
            self.left_out.update(self.stage.lab.left_out)
        return self.stage

    def end_stage(self):
        stage, self.stage = self.stage, None
        if stage:
            stage.close()

    def run(self, one):
        started = time.monotonic()
        stage = None
        try:
            stage = self.stage_for(one)
            if stage.lab.left_out and one.needs_network:
                print(f"left out  {one.__name__}: needs network namespaces", flush=True)
                return
            one(stage.lab, stage.product)
            if one.own_lab:
                self.end_stage()
            else:
                stage.put_back()
        except Exception:
            self.failed.append(one)
            print(f"FAILED    {one.__name__}  {time.monotonic() - started:.1f} s", flush=True)
            print(re.sub("(?m)^", "    ", traceback.format_exc()).rstrip())
            if stage and self.stage:
                show_state(stage, one.__name__)
            with contextlib.suppress(Exception):
                self.end_stage()
            sys.stdout.flush()
            return
        self.passed += 1
        print(f"passed    {one.__name__}  {time.monotonic() - started:.1f} s", flush=True)

    def run_all(self, scenarios):
        try:
            for one in scenarios:
                self.run(one)
        finally:
            self.end_stage()
        for check in sorted(self.left_out):
            print(f"left out: {check}")

    def run_modules(self, scenarios, jobs):
        """Each module by this program in a process of its own; what they print comes in turn."""
        modules = {}
        for one in scenarios:
            modules.setdefault(module_name(one), []).append(one)
        with ThreadPoolExecutor(jobs) as pool:
            for members, output in zip(modules.values(), pool.map(output_of, modules.values())):
                print(output, end="", flush=True)
                self.take_over(members, output)

    def take_over(self, members, output):
        """What another process says of its scenarios. One without a word of it has failed."""
        passed = re.findall(r"^(?:passed|left out) +(\w+)", output, re.MULTILINE)
        self.passed += len(re.findall(r"^passed ", output, re.MULTILINE))
        self.failed += [one for one in members if one.__name__ not in passed]

    def repeat_failed(self):
        """CI's machines are shared, and a real screen with real clocks is not quite repeatable:
        what failed is run once more in a lab of its own. It is said, never hidden: an unsteady
        scenario is a fault to be found."""
        failed, self.failed = self.failed, []
        for one in failed:
            print(f"again     {one.__name__}", flush=True)
            self.run(one)
            self.end_stage()
            if one not in self.failed:
                print(f"UNSTEADY  {one.__name__}: failed above, passed when run again",
                      flush=True)


def output_of(members):
    """What a run of these scenarios alone prints."""
    names = [one.__name__ for one in members]
    environment = {key: value for key, value in os.environ.items() if key != "CI"}
    return subprocess.run([sys.executable, __file__, "--whole-names", *names], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          encoding="utf-8", errors="replace").stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("-l", "--list", action="store_true", help="print the names and stop")
    parser.add_argument("-j", "--jobs", type=int, default=1, help="so many modules at a time")
    parser.add_argument("--whole-names", action="store_true", help="a part of a name will not do")
    options = parser.parse_args()
    scenarios = chosen(find_scenarios(), options.names, options.whole_names)
    if options.list:
        for one in scenarios:
            print(f"{module_name(one):10} {one.__name__}: {one.__doc__.strip().splitlines()[0]}")
        return 0
    if not scenarios:
        print(f"no scenario is called {' or '.join(options.names)}", file=sys.stderr)
        return 2
    missing = [name for name in PROGRAMS if not (BUILD / name).exists()]
    if missing:
        print(f"not built: {', '.join(missing)} (make all lab e2e-programs)", file=sys.stderr)
        return 2
    ensure_root()
    started = time.monotonic()
    run = Run()
    if options.jobs > 1:
        run.run_modules(scenarios, options.jobs)
    else:
        run.run_all(scenarios)
    if os.environ.get("CI") and 0 < len(run.failed) <= UNSTEADY_MAX:
        run.repeat_failed()
    print(f"{time.monotonic() - started:.0f} s")
    print(f"{run.passed} passed, {len(run.failed)} failed",
          *[f"\nfailed: {module_name(one)} {one.__name__}" for one in run.failed], sep="")
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main())
