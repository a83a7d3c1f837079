"""A service that speaks another version of the protocol, or is not there: said plainly, and
recovered from without a restart of the tray.

SPDX-License-Identifier: MIT
"""

import contextlib

from product import UNREACHABLE, resource_id
from scenario import expect, scenario, wait_until

IDC_RULES_ADD, IDC_RULES_STATUS = map(resource_id, ("IDC_RULES_ADD", "IDC_RULES_STATUS"))
OTHER, OURS = "99", "1"     # versions of the protocol
RECOVERY = 60               # the tray looks again every 30 s at the latest


@contextlib.contextmanager
def service_stand_in(lab, *arguments):
    """The program that plays the service; what it printed is the file that is given."""
    program = lab.install_file(lab.build / "e2e/service_stand_in.exe", r"C:\lab\bin")
    output = lab.folder / "service_stand_in.txt"
    output.write_text("")
    pid, _ = lab.wine.spawn(f'"{program}" ' + " ".join(arguments), stdout=output)
    wait_until(lambda: "serving" in output.read_text(), 20, "the stand-in")
    try:
        yield output
    finally:
        lab.kill_windows(pid)


def text_of(lab, window, control_id):
    return next(one for one in lab.controls(window.handle) if one.control_id == control_id).text


def can_add(lab, window):
    return next(one for one in lab.controls(window.handle)
                if one.control_id == IDC_RULES_ADD).enabled


@scenario
def a_service_of_another_version_is_named_with_both_versions(lab, product):
    """Window and command line say so; they recover when the right service comes back."""
    product.stop_service()
    with service_stand_in(lab, "version", OTHER):
        product.start_tray()
        window = product.dialog("Tidegate")
        wait_until(lambda: OTHER in text_of(lab, window, IDC_RULES_STATUS), RECOVERY,
                   "the other version in the window")
        said = text_of(lab, window, IDC_RULES_STATUS)
        expect(f"protocol {OTHER}" in said and f"protocol {OURS}" in said, f"window: {said!r}")
        expect(not can_add(lab, window), "a rule could be added")
        complaint = product.refused("list", expect=UNREACHABLE)
        expect(OTHER in complaint, f"tidegatectl: {complaint!r}")
    product.start_service()
    wait_until(lambda: can_add(lab, window), RECOVERY, "the window to recover")
    expect(OTHER not in text_of(lab, window, IDC_RULES_STATUS), "the old complaint stays")


@scenario(install=False)
def a_service_that_is_not_installed_is_told_and_found_when_it_is(lab, product):
    """The tray runs first: it says that the service is missing, then finds it."""
    product.start_tray()
    window = product.dialog("Tidegate")
    wait_until(lambda: "not installed" in text_of(lab, window, IDC_RULES_STATUS), RECOVERY,
               "the missing service in the window")
    expect(not can_add(lab, window), "a rule could be added")
    product.install()
    wait_until(lambda: can_add(lab, window), RECOVERY, "the window to recover")
