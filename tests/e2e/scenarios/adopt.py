"""Coming from a script: what it left is taken over, and given back byte for byte; rules as a file.

SPDX-License-Identifier: MIT
"""

import json

from product import (CONFLICT, FAILED, FIREWALL_RULES_KEY, PORTPROXY_KEY, USAGE, resource_id)
from scenario import expect, expect_equal, scenario, wait_until

WM_COMMAND = 0x111
PORTS = (80, 443, 10000, 3000, 5000)
LIST = "80,443,10000,3000,5000"
NAME = "WSL 2 Firewall Unlock"
FORMER = "172.28.220.77"    # where WSL was when the script ran last


def script_firewall_rule(direction):
    ports = "".join(f"LPort={port}|" for port in PORTS)
    return (f"v2.31|Action=Allow|Active=TRUE|Dir={direction}|Protocol=6|{ports}"
            f"Name={NAME}|")


def run_script(lab):
    """What the classic script leaves: entries on all addresses, a rule in and one out."""
    for port in PORTS:
        lab.set_portproxy("v4tov4", f"0.0.0.0/{port}", f"{FORMER}/{port}")
    for number, direction in enumerate(("Out", "In")):
        lab.reg_set(FIREWALL_RULES_KEY, f"{{5C417000-0000-4000-8000-00000000000{number}}}",
                    script_firewall_rule(direction))
    lab.param_change()


def clear_script(lab):
    for port in PORTS:
        lab.delete_portproxy("v4tov4", f"0.0.0.0/{port}")
    for number in range(2):
        lab.reg_delete(FIREWALL_RULES_KEY, f"{{5C417000-0000-4000-8000-00000000000{number}}}")
    lab.param_change()


def dumps(lab):
    return lab.reg_dump(PORTPROXY_KEY), lab.reg_dump(FIREWALL_RULES_KEY)


def script_states(lab):
    return ["Active=TRUE" in text for text in lab.firewall_rules().values() if NAME in text]


@scenario(needs_network=True)
def what_the_classic_script_left_is_taken_over_and_given_back(lab, product):
    """Five ports and two firewall rules: adopted, they follow WSL; undo restores every byte."""
    run_script(lab)
    for port in PORTS:
        lab.serve(port)
    before = dumps(lab)
    wait_until(lambda: len(product.json("adopt", "--list")["entries"]) == len(PORTS), 10,
               "the script's entries")
    expect_equal(product.json("adopt")["firewall_rules"][0]["ports"], LIST, "the script's ports")

    product.ctl("adopt", "--all")
    for port in PORTS:
        product.wait_entry("v4tov4", f"0.0.0.0/{port}", f"{lab.vm.address}/{port}")
        product.wait_traffic(lab.HOST_V4, port)
    wait_until(lambda: script_states(lab) == [False, False], 10, "the script's rules off")
    ours = product.our_firewall_rules()
    expect_equal(len(ours), len(PORTS), "our firewall rules")
    expect(all("RA4=LocalSubnet" in text and "Svc=iphlpsvc" in text for text in ours),
           f"not scoped: {ours}")
    expect(all(one["state"] == "active" for one in product.rules()), product.rules())

    lab.move_vm()
    for port in PORTS:
        product.wait_entry("v4tov4", f"0.0.0.0/{port}", f"{lab.vm.address}/{port}")
        product.wait_traffic(lab.HOST_V4, port)

    product.ctl("adopt", "--undo")
    wait_until(lambda: dumps(lab) == before, 10, "the former state, byte for byte")
    expect_equal(product.rules(), [], "rules")
    complaint = product.refused("adopt", "--undo", expect=FAILED)
    expect("nothing was taken over" in complaint, complaint)
    clear_script(lab)


ACCESS_DENIED = 0x80070005


@scenario
def what_the_firewall_refuses_is_told_until_it_is_done(lab, product):
    """The script's firewall rules cannot be turned off: the list and the window say so and why;
    later they can, and only then the log says that they are."""
    before = switched(product)
    run_script(lab)
    wait_until(lambda: len(product.json("adopt", "--list")["entries"]) == len(PORTS), 10,
               "the script's entries")
    lab.set_firewall(FailPut=ACCESS_DENIED)
    done = product.json("adopt", "--all")
    expect_equal((done["rules"], done["firewall_rules"], done["pending_firewall_rules"]),
                 (len(PORTS), 2, 2), "the reply")
    wait_until(lambda: product.json("adopt", "--list")["failure"] is not None, 20, "the failure")
    told = product.json("adopt", "--list")
    expect_equal((told["failure"]["code"], told["pending_firewall_rules"]), (ACCESS_DENIED, 2),
                 "what is told")
    expect_equal([(one["adopted"], one["enabled"]) for one in told["firewall_rules"]],
                 [("turning-off", True)] * 2, "the script's firewall rules")
    words = product.ctl("adopt", "--list")
    expect("0x80070005" in words and "on, to be turned off" in words, words)
    expect_equal(switched(product), before, "lines in the log")

    product.start_tray()
    window = product.dialog("Tidegate")
    lab.post(window.handle, WM_COMMAND, resource_id("IDC_ADOPT_OFFER"))
    dialog = product.dialog("Take over from a script")

    def note():
        return next(one.text for one in lab.controls(dialog.handle)
                    if one.control_id == resource_id("IDC_ADOPT_NOTE"))

    wait_until(lambda: "Not finished" in note() and "0x80070005" in note(), 10,
               "the window's words")
    lab.set_firewall(FailPut=None)
    wait_until(lambda: script_states(lab) == [False, False], 90, "the script's rules off")
    wait_until(lambda: product.json("adopt", "--list")["pending_firewall_rules"] == 0, 10,
               "nothing left to do")
    wait_until(lambda: "Not finished" not in note(), 10, "the window to tell so")
    expect_equal(switched(product), ["script-rule-turned-off", *before], "lines in the log")
    product.stop_tray()

    product.ctl("adopt", "--undo")
    wait_until(lambda: script_states(lab) == [True, True], 15, "the script's rules on")
    wait_until(lambda: switched(product)[:1] == ["script-rule-turned-on"], 10, "the line of it")
    clear_script(lab)


def switched(product):
    """Of the log's lines those about it, newest first."""
    return [one["kind"] for one in product.json("activity")["activity"]
            if one["kind"].startswith("script-rule")]


@scenario
def what_was_taken_over_can_be_undone_from_the_window_later(lab, product):
    """The dialog opens when there is nothing left to take over, too, and says what Undo does."""
    run_script(lab)
    before = dumps(lab)
    wait_until(lambda: len(product.json("adopt", "--list")["entries"]) == len(PORTS), 10,
               "the script's entries")
    product.ctl("adopt", "--all")
    wait_until(lambda: script_states(lab) == [False, False], 15, "the script's rules off")
    product.start_tray()
    window = product.dialog("Tidegate")
    lab.post(window.handle, WM_COMMAND, resource_id("IDC_ADOPT_OFFER"))
    dialog = product.dialog("Take over from a script")

    def control(name):
        return next(one for one in lab.controls(dialog.handle)
                    if one.control_id == resource_id(name))

    wait_until(lambda: "Undo" in control("IDC_ADOPT_NOTE").text, 10, "the way back to be told")
    left, top, right, bottom = control("IDC_ADOPT_UNDO").rect
    lab.click((left + right) // 2, (top + bottom) // 2)
    wait_until(lambda: dumps(lab) == before, 15, "the former state, byte for byte")
    wait_until(lambda: "Undone" in control("IDC_ADOPT_NOTE").text, 10, "the outcome")
    product.stop_tray()
    clear_script(lab)


@scenario(own_lab=True)
def an_uninstall_gives_back_what_a_script_had_set_up(lab, product):
    """By default every byte is as before Tidegate took it over; --keep-adopted withdraws it, and
    the next installation can still undo that."""
    run_script(lab)
    before = dumps(lab)
    wait_until(lambda: len(product.json("adopt", "--list")["entries"]) == len(PORTS), 10,
               "the script's entries")
    product.ctl("adopt", "--all")
    wait_until(lambda: script_states(lab) == [False, False], 15, "the script's rules off")
    lab.move_vm()
    product.wait_entry("v4tov4", "0.0.0.0/3000", f"{lab.vm.address}/3000")
    product.uninstall("--keep-adopted")
    expect_equal(script_states(lab), [False, False], "the script's firewall rules, kept off")
    expect(("v4tov4", "0.0.0.0/3000") not in lab.portproxy(), "the entry is still there")

    product.install()
    product.wait_entry("v4tov4", "0.0.0.0/3000", f"{lab.vm.address}/3000")
    finished = product.uninstall()
    expect("given back" in finished.text, finished.text)
    expect(dumps(lab) == before, "the former state, byte for byte")


@scenario
def a_scripts_firewall_rules_stay_while_a_port_of_theirs_is_not_taken_over(lab, product):
    """One port only, or --keep-firewall: the others go on working as the script made them."""
    run_script(lab)
    before = dumps(lab)
    wait_until(lambda: len(product.json("adopt", "--list")["entries"]) == len(PORTS), 10,
               "the script's entries")
    product.ctl("adopt", "3000")
    product.wait_entry("v4tov4", "0.0.0.0/3000", f"{lab.vm.address}/3000")
    expect_equal(script_states(lab), [True, True], "the script's firewall rules")
    expect_equal(lab.portproxy()["v4tov4", "0.0.0.0/5000"], f"{FORMER}/5000", "another entry")
    product.ctl("adopt", "--all", "--keep-firewall")
    product.wait_entry("v4tov4", "0.0.0.0/5000", f"{lab.vm.address}/5000")
    expect_equal(script_states(lab), [True, True], "the script's firewall rules")
    product.refused("adopt", "3000", expect=FAILED)

    product.ctl("adopt", "--undo")
    wait_until(lambda: dumps(lab) == before, 10, "the former state, byte for byte")
    clear_script(lab)


@scenario
def rules_go_to_a_file_and_come_back_equal(lab, product):
    """export, then import on a machine without rules: the same; a second time all are skipped."""
    product.ctl("add", "--listen", "3600-3605", "--connect", "wsl:8000", "--name", "Büro",
                "--firewall", "private", "--remote", "192.168.0.0/16", "--comment", "日本")
    product.ctl("add", "--listen", "3610", "--name", "off", "--disabled", "--firewall", "off")
    before = [without_id(one) for one in product.rules()]
    product.ctl("export", r"C:\lab\rules.json")
    text = lab.windows_folder(r"C:\lab") / "rules.json"
    expect_equal(json.loads(product.ctl("export")), json.loads(text.read_bytes()), "file")
    product.ctl("remove", *[one["id"] for one in product.rules()])

    said = product.ctl("import", r"C:\lab\rules.json", "--dry-run")
    expect("would add Büro" in said, said)
    expect_equal(product.rules(), [], "rules after --dry-run")
    # As PowerShell's ">" writes it.
    text.write_bytes(text.read_text("utf-8").encode("utf-16"))
    product.ctl("import", r"C:\lab\rules.json")
    expect_equal([without_id(one) for one in product.rules()], before, "rules")
    expect_equal(product.json("import", r"C:\lab\rules.json"),
                 {"dry_run": False, "added": 0, "skipped": 2}, "second time")
    text.unlink()


@scenario
def a_bad_file_is_named_and_nothing_of_it_is_imported(lab, product):
    """Wrong fields, and rules in conflict with those that are there: exit 2 and 5."""
    product.ctl("add", "--listen", "3620", "--name", "mine")
    product.wait_rule("mine", "active")
    path = lab.windows_folder(r"C:\lab") / "bad.json"
    good = {"listen": "3621", "name": "good"}

    for rule, words in (({"listen": "70000"}, "rule 2, listen port '70000'"),
                        ({"listen": "3622", "color": "red"}, "rule 2, color 'red'"),
                        ({"name": "x"}, "rule 2, listen: is missing")):
        path.write_text(json.dumps({"tidegate": 1, "rules": [good, rule]}))
        complaint = product.refused("import", r"C:\lab\bad.json", expect=USAGE)
        expect(words in complaint, complaint)
    path.write_text(json.dumps({"tidegate": 1, "rules": [good, {"listen": "3620"}]}))
    complaint = product.refused("import", r"C:\lab\bad.json", expect=CONFLICT)
    expect("rule 2, listen '3620'" in complaint and "'mine'" in complaint, complaint)
    expect_equal([one["name"] for one in product.rules()], ["mine"], "rules")
    path.unlink()


def without_id(rule):
    return {key: rule[key] for key in ("name", "comment", "enabled", "forced", "listen", "connect",
                                       "firewall", "remote")}
