"""make demo: the main job on real traffic, step by step; ends with an error if any of it is not so.

SPDX-License-Identifier: MIT
"""

import sys
import time

from product import (FIREWALL_RULES_KEY, ROOT, Lab, Product, ensure_root,
                     resource_id, settled, wait_until)

RUN_KEY = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run"
PICTURES = ROOT / "build/demo"
FORWARDS = [("{v4}", 3000), ("{v4}", 8000), ("{v4}", 8001), ("{v4}", 8002), ("{v6}", 8080)]


class Demo:
    def __init__(self, lab):
        self.lab = lab
        self.product = Product(lab)
        self.failures = 0

    def step(self, text):
        print(f"\n== {text}", flush=True)

    def check(self, claim, holds):
        print(f"   {'ok  ' if holds else 'FAIL'} {claim}", flush=True)
        self.failures += not holds

    def endpoints(self):
        return [(host.format(v4=self.lab.HOST_V4, v6=self.lab.HOST_V6), port)
                for host, port in FORWARDS]

    def print_answers(self):
        for host, port in self.endpoints():
            shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            try:
                answer = self.lab.fetch(host, port)
            except OSError as error:
                answer = f"no answer: {error}"
            print(f"   LAN client -> {shown:22} {answer}")
            self.check(f"the answer comes from WSL at {self.lab.vm.address}",
                       answer == f"vm={self.lab.vm.name} port={port} address={self.lab.vm.address}")

    def wait_all(self, since_ns=None):
        """Milliseconds until each forward first gave the right answer."""
        times = []
        for host, port in self.endpoints():
            wait_until(lambda host=host, port=port: self.lab.reaches(host, port, 0.1), 15,
                       f"answer on {host} port {port}")
            times.append((time.time_ns() - (since_ns or 0)) / 1e6)
        return times

    def add_rules(self):
        self.step("three rules: a port, a range, an IPv6 listener")
        for name, listen in (("web", "3000"), ("range", "8000-8002"), ("six", "[::]:8080")):
            self.product.add(listen, "--name", name)
            print(f"   tidegatectl add --listen {listen} --name {name}")
        for name in ("web", "range", "six"):
            self.product.wait_rule(name, "active")
        print(self.product.ctl("list"))
        self.print_answers()

    def move(self):
        self.step("WSL restarts at another address; nobody does anything")
        before = self.lab.vm.address
        written_ns = self.lab.move_vm("172.28.219.77" if self.lab.network.isolated else None)
        first, *_ = self.wait_all(written_ns)
        print(f"   {before} -> {self.lab.vm.address}: {first:.0f} ms from WSL's registry write to "
              "the first correct answer on the LAN")
        self.print_answers()

    def restart(self):
        self.step("WSL stops, and starts again")
        self.lab.stop_vm()
        self.product.wait_rule("web", "waiting", reason="wsl-not-running")
        print(self.product.ctl("list"))
        self.check("no answer while WSL is stopped", not self.lab.reaches(self.lab.HOST_V4, 3000))
        self.lab.start_vm()
        self.wait_all()
        self.print_answers()

    def open_menu(self):
        self.lab.click_tray(button=3)
        settled(self.lab)

    def take_pictures(self):
        self.step(f"pictures of the tray menu and both dialogs in {PICTURES.relative_to(ROOT)}/")
        self.product.start_tray("--autostart")
        time.sleep(2.5)     # Wine shows the icon's first state; the menu is drawn from the report
        self.open_menu()
        self.take("menu")
        self.lab.focus_follows_mouse()
        self.lab.key("Escape")
        self.lab.spawn_windows(r"C:\Program Files\Tidegate\tidegate.exe")   # shows the window
        window = self.product.dialog("Tidegate")
        settled(self.lab)
        self.take("rules")
        add = next(one for one in self.lab.controls(window.handle)
                   if one.control_id == resource_id("IDC_RULES_ADD"))
        self.lab.click(*add.centre)
        self.product.dialog("New rule")
        settled(self.lab)
        self.take("editor")
        self.lab.key("Escape")

    def take(self, name):
        path = PICTURES / f"{name}.png"
        self.lab.screenshot(path)
        self.check(f"{path.relative_to(ROOT)}", path.stat().st_size > 2000)

    def uninstall(self, run_before):
        self.step("uninstall")
        print("   " + self.product.uninstall().text.strip())
        ours = [one for one in self.lab.portproxy() if "172.28" in str(one)]
        self.check("no portproxy entry of ours is left", not ours)
        self.check("no firewall rule of ours is left", not self.product.our_firewall_rules())
        self.check("the service is gone", self.lab.service("Tidegate") is None)
        self.check("the tray's Run value is gone", self.lab.reg_dump(RUN_KEY) == run_before)


def check_others(demo, foreign_before):
    demo.step("what is not ours")
    rules = len(demo.lab.reg_dump(FIREWALL_RULES_KEY))
    demo.check(f"{rules} foreign firewall rules and every foreign and malformed portproxy value "
               "are byte for byte what they were", demo.lab.foreign_dump() == foreign_before)
    demo.check("wsl.exe was never run", demo.lab.wsl_starts() == [])


def main():
    ensure_root()
    with Lab(seed_foreign=True) as lab:
        demo = Demo(lab)
        foreign = lab.foreign_dump()
        run_values = lab.reg_dump(RUN_KEY)
        for port in (3000, 8000, 8001, 8002, 8080):
            lab.serve(port)
        lab.start_vm()
        demo.step("install the service")
        print("   " + demo.product.install().text.strip())
        demo.add_rules()
        demo.move()
        demo.restart()
        demo.take_pictures()
        print(demo.product.ctl("activity", "--limit", "12"))
        demo.uninstall(run_values)
        check_others(demo, foreign)
        lab.print_left_out()
    print(f"\n{'all of it is so' if demo.failures == 0 else f'{demo.failures} checks failed'}")
    return demo.failures != 0


if __name__ == "__main__":
    sys.exit(main())
