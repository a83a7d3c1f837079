"""What a scenario is, and the small words they are written with.

SPDX-License-Identifier: MIT
"""

import time

from lab_wine import wait_until


def scenario(function=None, *, own_lab=False, install=True, needs_network=False, **lab_options):
    """Marks a function (lab, product) as a scenario; its name is the sentence that it proves.

    `own_lab` gives it a lab of its own, `install=False` one without the service; `lab_options` are
    Lab's. `needs_network`: cannot be shown without network namespaces.
    """
    def mark(marked):
        marked.is_scenario = True
        marked.own_lab = own_lab or not install
        marked.install = install
        marked.needs_network = needs_network
        marked.lab_options = {"seed_foreign": True, **lab_options}
        return marked

    return mark(function) if function else mark


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def expect_equal(got, wanted, what="value"):
    if got != wanted:
        raise AssertionError(f"{what}: got {got!r}, wanted {wanted!r}")


def stays(condition, seconds, what):
    """Looks again and again whether it holds all the time."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        expect(condition(), f"{what}: not for {seconds} s")
        time.sleep(0.05)


__all__ = ["scenario", "expect", "expect_equal", "stays", "wait_until"]
