"""Other programs' portproxy entries, and what they do to ours.

SPDX-License-Identifier: MIT
"""

from scenario import expect, expect_equal, scenario, stays, wait_until

OTHERS = "192.168.77.20/8080"


@scenario
def a_deleted_entry_comes_back(lab, product):
    """Somebody deletes our entry: it is written again, and IP Helper is told."""
    lab.serve(3200)
    product.ctl("add", "--listen", "3200", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 3200)
    lab.delete_portproxy("v4tov4", "0.0.0.0/3200")
    product.wait_entry("v4tov4", "0.0.0.0/3200", f"{lab.vm.address}/3200", 5)
    product.wait_traffic(lab.HOST_V4, 3200)
    product.wait_rule("web", "active")


@scenario
def an_entry_that_is_deleted_again_and_again_is_given_up(lab, product):
    """Three times in a minute: then a conflict, until somebody asks for a reconcile."""
    product.ctl("add", "--listen", "3201", "--name", "web")
    product.wait_rule("web", "active")
    key = ("v4tov4", "0.0.0.0/3201")
    for _ in range(3):
        product.wait_entry(*key, f"{lab.vm.address}/3201", 5)
        lab.delete_portproxy(*key)
    product.wait_entry(*key, f"{lab.vm.address}/3201", 5)
    lab.delete_portproxy(*key)
    product.wait_rule("web", "conflict", reason="changed-back")
    stays(lambda: key not in lab.portproxy(), 1.5, "the given-up entry is left alone")
    product.ctl("reconcile")
    product.wait_entry(*key, f"{lab.vm.address}/3201")
    product.wait_rule("web", "active")


@scenario
def an_entry_that_somebody_changed_is_a_conflict_until_taken_over(lab, product):
    """The other's value stays and both are shown; take-over replaces it."""
    lab.serve(3202)
    product.ctl("add", "--listen", "3202", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 3202)
    lab.set_portproxy("v4tov4", "0.0.0.0/3202", OTHERS)
    rule = product.wait_rule("web", "conflict", reason="foreign-entry")
    expect("192.168.77.20" in rule["explanation"] and lab.vm.address in rule["explanation"],
           f"both values are not shown: {rule['explanation']!r}")
    lab.move_vm()
    product.ctl("reconcile")
    expect_equal(lab.portproxy()["v4tov4", "0.0.0.0/3202"], OTHERS, "the other's entry")
    product.ctl("take-over", "web")
    product.wait_entry("v4tov4", "0.0.0.0/3202", f"{lab.vm.address}/3202")
    product.wait_traffic(lab.HOST_V4, 3202)
    product.wait_rule("web", "active")


@scenario
def an_entry_that_was_there_first_is_not_overwritten(lab, product):
    """Conflict, no firewall rule stays open for it; when the other goes, ours comes."""
    lab.serve(3203)
    lab.set_portproxy("v4tov4", "0.0.0.0/3203", OTHERS)
    lab.param_change()
    product.ctl("add", "--listen", "3203", "--name", "web")
    product.wait_rule("web", "conflict", reason="foreign-entry")
    expect_equal(lab.portproxy()["v4tov4", "0.0.0.0/3203"], OTHERS, "the other's entry")
    wait_until(lambda: not product.our_firewall_rules(), 10, "no firewall rule for nothing")
    lab.delete_portproxy("v4tov4", "0.0.0.0/3203")
    product.wait_traffic(lab.HOST_V4, 3203)
    product.wait_rule("web", "active")


@scenario
def another_spelling_of_the_same_socket_is_a_conflict(lab, product):
    """`*` beside 0.0.0.0, and v4tov6 beside v4tov4, listen on the same socket."""
    for kind, listen, port in (("v4tov4", "*", 3204), ("v4tov6", "0.0.0.0", 3205)):
        target = OTHERS if kind == "v4tov4" else "fd77::20/80"
        lab.set_portproxy(kind, f"{listen}/{port}", target)
        product.ctl("add", "--listen", str(port), "--name", f"r{port}")
        product.wait_rule(f"r{port}", "conflict", reason="foreign-entry")
        expect(("v4tov4", f"0.0.0.0/{port}") not in lab.portproxy(), "written beside the other")
        lab.delete_portproxy(kind, f"{listen}/{port}")
        product.wait_entry("v4tov4", f"0.0.0.0/{port}", f"{lab.vm.address}/{port}")
        product.wait_rule(f"r{port}", "active")


@scenario
def an_equal_foreign_entry_is_used_but_not_owned(lab, product):
    """Somebody made just what the rule wants: active with a warning, left when the rule goes."""
    lab.serve(3206)
    key, value = ("v4tov4", "0.0.0.0/3206"), f"{lab.vm.address}/3206"
    lab.set_portproxy(*key, value)
    lab.param_change()
    product.ctl("add", "--listen", "3206", "--name", "web")
    rule = product.wait_rule("web", "active")
    expect_equal(rule["warning"], "foreign-equal", "warning")
    product.ctl("disable", "web")
    expect_equal(product.rule("web")["warning"], "foreign-keeps-open", "warning of the off rule")
    product.ctl("remove", "web")
    expect_equal(lab.portproxy().get(key), value, "the other's entry")
    lab.delete_portproxy(*key)


@scenario
def a_taken_over_entry_goes_with_its_rule(lab, product):
    """After take-over of an equal entry it is ours: IP Helper is told of it, which whoever wrote
    it did not do, and it is removed with the rule."""
    key = ("v4tov4", "0.0.0.0/3207")
    lab.set_portproxy(*key, f"{lab.vm.address}/3207")
    product.ctl("add", "--listen", "3207", "--name", "web")
    product.ctl("take-over", "web")
    product.wait_rule("web", "active")
    product.ctl("remove", "web")
    product.wait_entry(*key, None)


@scenario
def the_live_list_shows_foreign_entries_and_never_touches_them(lab, product):
    """list --live shows all well-formed entries of others and counts the malformed ones."""
    shown = product.json("list", "--live")
    keys = {(one["type"], one["listen_address"], one["listen_port"]) for one in shown["entries"]
            if one["owner"] == "other"}
    expect({("v4tov4", "*", 18081), ("v6tov6", "::1", 18085)} <= keys, f"shown: {keys}")
    expect(shown["malformed_count"] >= 10, f"malformed: {shown['malformed_count']}")


@scenario
def a_second_reconcile_writes_nothing(lab, product):
    """With nothing changed neither the tables nor IP Helper nor the firewall are touched."""
    lab.serve(3208)
    product.ctl("add", "--listen", "3208-3210", "--name", "web")
    product.wait_rule("web", "active")
    expect_equal(product.json("plan").get("steps", []), [], "plan")
    controls = len(lab.events("iphlpsvc.jsonl", "paramchange"))
    for _ in range(3):
        product.ctl("reconcile")
    expect_equal(len(lab.events("iphlpsvc.jsonl", "paramchange")), controls, "controls sent")
