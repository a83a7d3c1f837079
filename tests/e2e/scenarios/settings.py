"""The settings dialog: what it asks of the service.

SPDX-License-Identifier: MIT
"""

from product import resource_id, wait_until
from scenario import expect_equal, scenario

BM_CLICK, IDOK = 0xF5, 1
DEFAULTS = {"when-wsl-stops": "keep", "allow-widening": "off", "allowed-users": "",
            "outbound": "off"}
BY_NO_POLICY = {"set_by_policy": [], "policy_refused": []}


def control(lab, window, name):
    number = name if isinstance(name, int) else resource_id(name)
    return next(one for one in lab.controls(window.handle) if one.control_id == number)


def open_settings(lab, product, awaited="IDC_SETTINGS_WIDEN"):
    """The settings, once the service has told its own: then this can be changed."""
    lab.post(control(lab, product.dialog("Tidegate"), "IDC_RULES_SETTINGS").handle, BM_CLICK)
    window = product.dialog("Settings")
    wait_until(lambda: control(lab, window, awaited).enabled, 10,
               "the service's settings")
    return window


@scenario
def several_settings_of_the_service_are_saved_together(lab, product):
    """OK asks for all that changed in one request, and closes the dialog when it is done."""
    product.start_tray()
    window = open_settings(lab, product)
    lab.key("alt+w", "Down")
    lab.post(control(lab, window, "IDC_SETTINGS_WIDEN").handle, BM_CLICK)
    lab.post(control(lab, window, "IDC_SETTINGS_OUTBOUND").handle, BM_CLICK)
    lab.post(control(lab, window, IDOK).handle, BM_CLICK)
    product.no_dialog("Settings")

    expect_equal(product.json("settings"),
                 DEFAULTS | BY_NO_POLICY |
                 {"when-wsl-stops": "withdraw", "allow-widening": "on",
                  "outbound": "allow"}, "settings")
    for key, value in DEFAULTS.items():
        product.ctl("settings", key, value)
