"""How long the rules window takes to open with 256 rules, beside an empty dialog of the same
template (empty_dialog.c), turn by turn in the same run.

Each hidden window is sent the message that shows its dialog, so the answer comes when that has been
made, filled and drawn: its own work, without the service's. The same call with a message that does
nothing is taken off. Beside the clock's time, which on a busy machine is mostly waiting, stands the
processor time of the program itself, as Linux counts it (/proc/PID/task/TID/schedstat).
usage: rules_window.py [--rules N] [--times N]

SPDX-License-Identifier: MIT
"""

import argparse
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from product import TRAY_CLASS, Lab, Product, ensure_root, settled, wait_until  # noqa: E402

GOAL_MS = 100
EMPTY_CLASS = "TidegateEmptyDialog"
WM_NULL, WM_CLOSE = 0, 0x10


def milliseconds(call):
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def processor_ms(pids):
    """Of all threads that there are."""
    return sum(int(path.read_text().split()[0]) for pid in pids
               for path in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e6


class Opened:
    """One of the two programs, and what its openings took."""

    def __init__(self, lab, product, exe, class_name, title):
        self.lab, self.product, self.title = lab, product, title
        self.pids = lab.wine.unix_pids(exe)
        self.main = wait_until(lambda: next((one for one in lab.windows()
                                             if one.class_name == class_name), None),
                               20, class_name).handle
        self.clock, self.processor = [], []

    def open(self):
        nothing = min(milliseconds(lambda: self.lab.send(self.main, WM_NULL)) for _ in range(5))
        before = processor_ms(self.pids)
        clock = milliseconds(lambda: self.lab.send(self.main, "TidegateShowRules")) - nothing
        self.processor.append(processor_ms(self.pids) - before)
        self.clock.append(clock)
        window = self.product.dialog(self.title)
        settled(self.lab)
        self.lab.post(window.handle, WM_CLOSE)
        self.product.no_dialog(self.title)

    def tell(self, what):
        for kind, found in (("clock", self.clock), ("processor", self.processor)):
            print(f"{what}, {kind}: median {statistics.median(found):.1f} ms, best "
                  f"{min(found):.1f} ms, worst {max(found):.1f} ms, {len(found)} times")


def add_rules(product, count):
    """Several at once, as each is a program of its own; the service may turn one away then."""
    def add(i):
        arguments = ("add", "--listen", str(20000 + i), "--name", f"service {i}", "--disabled")
        if product.run(*arguments).exit_code != 0:
            product.run(*arguments)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(add, range(count)))
    if len(product.rules()) != count:
        raise RuntimeError(f"{len(product.rules())} rules instead of {count}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rules", type=int, default=256)
    parser.add_argument("--times", type=int, default=10)
    arguments = parser.parse_args()
    ensure_root()
    with Lab() as lab:
        product = Product(lab)
        lab.start_vm()
        product.install()
        add_rules(product, arguments.rules)
        product.start_tray("--autostart")
        lab.spawn_windows(lab.install_file(lab.build / "e2e/empty_dialog.exe", r"C:\lab\bin"))
        ours = Opened(lab, product, "tidegate.exe", TRAY_CLASS, "Tidegate")
        empty = Opened(lab, product, "empty_dialog.exe", EMPTY_CLASS, EMPTY_CLASS)
        settled(lab)
        for _ in range(arguments.times):
            empty.open()
            ours.open()
    ours.tell(f"rules window with {arguments.rules} rules")
    empty.tell("empty dialog of the same template")
    ratio = statistics.median(a / b for a, b in zip(ours.clock, empty.clock))
    median = statistics.median(ours.clock)
    print(f"ratio of the clocks, turn by turn: median {ratio:.2f}; goal: median below {GOAL_MS} ms")
    return median > GOAL_MS


if __name__ == "__main__":
    sys.exit(main())
