"""What a rule's reason is told as: by the command line in each way of asking, and by the rules
window.

SPDX-License-Identifier: MIT
"""

import re

from product import ROOT, resource_id
from scenario import expect, wait_until

SHOWN_WITHIN = 20


def known_reasons():
    """{name for scripts: name in C} of every reason there is."""
    source = (ROOT / "core/model/rule_status.c").read_text(encoding="utf-8")
    found = re.findall(r'\[REASON_(\w+)\] =\s*\{"([a-z0-9-]+)"', source)
    return {name: constant for constant, name in found if constant != "NONE"}


def window_pattern(reason):
    """What the rules window says of it in English, whatever it is said of."""
    strings = (ROOT / "resources/strings.rc").read_text(encoding="utf-8")
    text = re.search(rf'IDS_REASON_{known_reasons()[reason]} "(.*)"', strings)[1]
    return re.sub(r"%\d", ".*", re.escape(text.replace('""', '"')), flags=re.ASCII)


class RulesWindow:
    """The rules window, with the first of the user's rules selected."""

    def __init__(self, lab, product):
        self.lab = lab
        product.start_tray()
        self.handle = product.dialog("Tidegate").handle

    def headline(self):
        """State and reason, above the details of what is selected."""
        return next((one.text for one in self.lab.controls(self.handle)
                     if one.control_id == resource_id("IDC_DETAILS_HEADLINE")), "")

    def expect_reason(self, reason):
        pattern = re.compile(window_pattern(reason))

        def is_told():
            if pattern.search(self.headline()):
                return True
            self.lab.key("alt+p", "Home")   # a rule that is new in the list is not selected
            return False

        try:
            wait_until(is_told, SHOWN_WITHIN, reason)
        except TimeoutError:
            raise AssertionError(f"{reason}: the window says {self.headline()!r}") from None


def expect_told_alike(product, window, name, reason, kind):
    """The rule's own explanation is the one of `kind`'s link, in each way of asking."""
    rule = product.rule(name)
    said = rule["explanation"]
    expect(said, f"{reason}: nothing is explained")
    one = (name, "--user", rule["owner"])
    links = product.json("diagnose", *one)["diagnoses"][0]["links"]
    found = [link for link in links if link["reason"] == reason]
    expect(found and found[0]["kind"] == kind, f"{reason}: told by {found}, not {kind}")
    sentence = found[0]["explanation"]
    # The rule has Windows' code behind it.
    expect(said.startswith(sentence), f"{reason}: the link says {sentence!r}, the rule {said!r}")
    for told in (product.ctl("diagnose", *one), product.ctl("list"),
                 product.ctl("diagnose", "--report")):
        expect(sentence in told, f"{reason}: {sentence!r} is not in\n{told}")
    window.expect_reason(reason)


def expect_reason(product, window, name, state, reason, kind):
    """Waits until the rule has it, as its reason or its warning; then it is told alike."""
    rule = {}

    def has():
        rule.update(product.rule(name))
        return rule["state"] == state and reason in (rule["reason"], rule["warning"])

    try:
        wait_until(has, SHOWN_WITHIN, reason)
    except TimeoutError:
        raise AssertionError(f"is {rule['state']}, {rule['reason']}, {rule['warning']}, not "
                             f"{state}, {reason}") from None
    expect_told_alike(product, window, name, reason, kind)
