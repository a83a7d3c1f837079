"""Changes of several rules at once: all of them, or none.

SPDX-License-Identifier: MIT
"""

from product import CONFLICT, FAILED
from scenario import expect, expect_equal, scenario


@scenario
def one_bad_change_keeps_the_whole_batch_from_being_made(lab, product):
    """enable --all with two rules for one port, and remove with a wrong name: nothing changes."""
    product.ctl("add", "--listen", "3500", "--name", "one")
    product.ctl("add", "--listen", "3501", "--name", "two", "--disabled")
    product.ctl("add", "--listen", "3500", "--name", "rival", "--disabled")
    product.wait_rule("one", "active")
    before = lab.portproxy()
    rules = product.rules()

    complaint = product.refused("enable", "--all", expect=CONFLICT)
    expect("3rd change" in complaint and "'one'" in complaint, f"says: {complaint}")
    expect_equal(product.rule("two")["state"], "off", "the good change of the batch")
    product.refused("remove", "one", "nobody", expect=FAILED)
    expect_equal(product.rules(), rules, "rules")
    expect_equal(lab.portproxy(), before, "entries")

    product.ctl("enable", "one", "two")
    product.wait_entry("v4tov4", "0.0.0.0/3501", f"{lab.vm.address}/3501")
    product.ctl("remove", "one", "two", "rival")
    expect_equal(product.rules(), [], "rules")


@scenario
def the_log_tells_each_change_with_its_rule_and_the_move_of_wsl(lab, product):
    """activity --json: kind, rule, arguments and text, for scripts."""
    rule = product.add("3510", "--name", "logged")
    product.wait_rule("logged", "active")
    lab.move_vm()
    address = lab.vm.address
    product.wait_entry("v4tov4", "0.0.0.0/3510", f"{address}/3510")

    lines = product.json("activity", "--limit", "30")["activity"]
    added = next(one for one in lines if one["kind"] == "rule-added" and one["rule"] == rule)
    expect_equal(added["arguments"], ["logged", "", ""], "arguments")
    expect_equal(added["text"], "rule logged added", "text")
    moved = next(one for one in lines if one["kind"] == "wsl-moved-rules")
    expect_equal(moved["arguments"][:2], [address, "1"], "address and rules")
    expect_equal(moved["text"], f"WSL moved to {address}: 1 rule re-pointed in "
                 f"{moved['arguments'][2]} ms", "text")
