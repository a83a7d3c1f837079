"""Who may do what, and what tickets open: callers with the full token of an administrator and with
a filtered one.

SPDX-License-Identifier: MIT

The service is the product's, with tests/e2e/callers beside it: it takes its caller for the client's
process, where Wine would show it itself.
"""

import contextlib
import re

from product import CTL, DONE, FAILED, NEEDS_ELEVATION
from scenario import expect, expect_equal, scenario

OTHER_USER = "S-1-5-21-0-0-0-1001"
TICKET_LIFE = 120


class Filtered:
    """tidegatectl as an administrator's filtered token runs it."""

    def __init__(self, lab, product):
        self._lab, self._product = lab, product
        self._helper = lab.install_file(lab.build / "e2e/as_standard_user.exe", r"C:\lab\bin")

    def run(self, *arguments):
        return self._lab.run_windows(self._helper, CTL, *arguments)

    def refused(self, *arguments):
        """Needs an administrator, and nothing becomes of it; what it says."""
        before = self._product.rules()
        finished = self.run(*arguments)
        expect_equal(finished.exit_code, NEEDS_ELEVATION, f"exit code of {arguments}")
        expect_equal([(one["id"], one["enabled"], one["listen"], one["remote"]) for one in before],
                     [(one["id"], one["enabled"], one["listen"], one["remote"])
                      for one in self._product.rules()], f"rules after {arguments}")
        return finished.stderr.decode("utf-8", "replace")

    def ask(self, *arguments):
        """The ticket under which the service holds the request."""
        return re.search(r"approve ([0-9a-f]{32})", self.refused(*arguments))[1]


@contextlib.contextmanager
def callers_told_apart(lab, product):
    product.stop_service()
    product.replace_service(lab.build / "e2e/callers/tidegate-service.exe")
    product.start_service()
    yield Filtered(lab, product)
    product.stop_service()
    product.replace_service(lab.build / "tidegate-service.exe")
    product.start_service()


def expect_worthless(product, ticket, what):
    """An elevated caller's approval comes to nothing."""
    rules = product.rules()
    complaint = product.refused("approve", ticket, expect=FAILED)
    expect("unknown, already used or expired" in complaint, f"{what}: {complaint!r}")
    expect_equal(product.rules(), rules, f"{what}: rules")


@scenario
def what_opens_more_needs_the_full_token(lab, product):
    """With the filtered one: reading, switching and narrowing one's own rule; nothing else."""
    product.add("6700", "--name", "mine", "--remote", "192.168.77.0/24")
    product.add("6701", "--name", "hers", "--user", OTHER_USER)
    with callers_told_apart(lab, product) as filtered:
        product.wait_rule("mine", "active")
        expect("not elevated" in filtered.run("status").text, "the service sees a full token")
        expect("not elevated" not in product.ctl("status"), "the service sees a filtered token")
        for arguments in (("disable", "mine"), ("enable", "mine"), ("list",),
                          ("edit", "mine", "--remote", "192.168.77.20/32")):
            finished = filtered.run(*arguments)
            expect_equal(finished.exit_code, DONE, f"{arguments}: {finished.stderr!r}")
        for arguments in (("add", "--listen", "6702"), ("edit", "mine", "--remote", "any"),
                          ("edit", "mine", "--listen", "6703"),
                          ("edit", "mine", "--connect", "192.168.77.20:80"),
                          ("remove", "hers", "--user", OTHER_USER),
                          ("settings", "allow-widening", "on"), ("take-over", "mine")):
            filtered.refused(*arguments)


@scenario
def a_ticket_opens_once_and_briefly_what_was_asked(lab, product):
    """Guessed, altered, spoken by who is not elevated, replayed, expired: it opens nothing."""
    with callers_told_apart(lab, product) as filtered:
        ticket = filtered.ask("add", "--listen", "6710", "--name", "asked")
        expect_worthless(product, "0" * 32, "guessed")
        for place in (0, 31):
            digit = "0" if ticket[place] != "0" else "1"
            expect_worthless(product, ticket[:place] + digit + ticket[place + 1:], "altered")
        filtered.refused("approve", ticket)
        product.ctl("approve", ticket)
        product.wait_rule("asked", "active")
        expect_worthless(product, ticket, "replayed")

        late = filtered.ask("add", "--listen", "6711", "--name", "late")
        in_time = filtered.ask("add", "--listen", "6712", "--name", "in time")
        product.put_clock_forward(TICKET_LIFE - 30)
        product.ctl("approve", in_time)
        product.put_clock_forward(31)
        expect_worthless(product, late, "expired")
        expect_equal(sorted(one["name"] for one in product.rules()), ["asked", "in time"], "rules")
