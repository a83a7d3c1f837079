"""The database: locked, of a newer version, cut off, lost.

SPDX-License-Identifier: MIT
"""

import contextlib
import sqlite3

from product import FAILED, resource_id
from scenario import expect, expect_equal, scenario, wait_until


@contextlib.contextmanager
def locked(product):
    """Another program holds the database, reading and writing.

    Wine's server takes its file locks with fcntl, too, so SQLite outside and inside meet.
    """
    connection = sqlite3.connect(product.database, isolation_level=None, timeout=10)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


def copies(product):
    return sorted(one.name for one in product.data_folder.iterdir() if "damaged" in one.name)


@scenario(own_lab=True)
def a_locked_database_refuses_changes_and_heals(lab, product):
    """While another program holds it a change is refused in words; afterwards all works."""
    product.ctl("add", "--listen", "3300", "--name", "web")
    product.wait_rule("web", "active")
    connection = sqlite3.connect(product.database, isolation_level=None, timeout=10)
    connection.execute("BEGIN IMMEDIATE")
    complaint = product.refused("add", "--listen", "3301", "--name", "more", expect=FAILED)
    expect("locked" in complaint, f"says only {complaint!r}")
    expect(("v4tov4", "0.0.0.0/3301") not in lab.portproxy(), "wrote without its ledger")
    lab.move_vm()
    connection.execute("ROLLBACK")
    connection.close()
    product.wait_entry("v4tov4", "0.0.0.0/3300", f"{lab.vm.address}/3300", 20)
    product.ctl("add", "--listen", "3301", "--name", "more")
    product.wait_rule("more", "active")


@scenario(own_lab=True)
def a_database_that_is_locked_at_the_start_is_opened_later(lab, product):
    """The service starts, says what is wrong, changes nothing, and goes on once it can."""
    product.ctl("add", "--listen", "3310", "--name", "web")
    product.wait_rule("web", "active")
    product.stop_service()
    old = f"{lab.vm.address}/3310"
    with locked(product):
        lab.start_service("Tidegate")
        fault = wait_until(lambda: product.json("status")["fault"], 20, "a fault in status")
        expect("locked" in fault, f"the fault is {fault!r}")
        lab.move_vm()
        expect_equal(lab.portproxy()["v4tov4", "0.0.0.0/3310"], old, "entry")
        product.refused("add", "--listen", "3311", expect=FAILED)
    product.wait_entry("v4tov4", "0.0.0.0/3310", f"{lab.vm.address}/3310", 30)
    expect_equal(product.json("status")["fault"], "", "fault")


@scenario(own_lab=True)
def a_newer_versions_database_is_left_alone(lab, product):
    """A downgrade must not destroy what a newer Tidegate wrote."""
    product.ctl("add", "--listen", "3320", "--name", "web")
    product.wait_rule("web", "active")
    product.stop_service()
    connection = sqlite3.connect(product.database)
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    before = product.database.read_bytes()
    entries = lab.foreign_dump()
    lab.start_service("Tidegate")
    fault = wait_until(lambda: product.json("status")["fault"], 10, "a fault in status")
    expect("version 9999" in fault, f"the fault is {fault!r}")
    complaint = product.refused("add", "--listen", "3321", expect=FAILED)
    expect("version 9999" in complaint, f"says only {complaint!r}")
    product.ctl("reconcile", expect=FAILED)
    product.stop_service()
    expect_equal(product.database.read_bytes(), before, "the database")
    expect_equal(lab.foreign_dump(), entries, "the tables")
    expect_equal(copies(product), [], "files moved aside")


@scenario(own_lab=True)
def what_is_wrong_with_the_database_is_told_in_the_users_language(lab, product):
    """The service's own words are English; the window shows the message in German."""
    lab.reg_set(r"HKCU\Software\Tidegate", "Language", "de-DE")
    product.stop_service()
    connection = sqlite3.connect(product.database)
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    lab.start_service("Tidegate")
    product.start_tray()
    window = product.dialog("Tidegate")

    def said():
        return next(one.text for one in lab.controls(window.handle)
                    if one.control_id == resource_id("IDC_RULES_STATUS"))

    wait_until(lambda: "stammt von einem neueren Tidegate" in said() and "9999" in said(), 20,
               "the German message")
    expect("this program" not in said(), f"the line says {said()!r}")


@scenario(own_lab=True)
def a_cut_off_database_is_replaced_by_its_last_good_copy(lab, product):
    """Nothing is forgotten, the damaged file stays for whoever looks, and the user is told."""
    foreign = lab.foreign_dump()
    lab.serve(3330)
    product.ctl("add", "--listen", "3330", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 3330)
    product.stop_service()
    content = product.database.read_bytes()
    product.database.write_bytes(content[:len(content) // 2])
    lab.move_vm()
    lab.start_service("Tidegate")
    product.wait_traffic(lab.HOST_V4, 3330)
    notice = product.json("status")["notice"]
    expect("damaged" in notice and "restored" in notice, f"the notice is {notice!r}")
    expect("damaged-1" in " ".join(copies(product)), f"moved aside: {copies(product)}")
    product.ctl("remove", "web")
    wait_until(lambda: lab.foreign_dump() == foreign, 10, "nothing forgotten, nothing left")


@scenario(own_lab=True)
def nonsense_in_place_of_the_database_is_replaced_by_its_copy(lab, product):
    """The same for a file that is no database at all, and for a lost one."""
    product.ctl("add", "--listen", "3340", "--name", "web")
    product.wait_rule("web", "active")
    for spoil in (lambda: product.database.write_bytes(b"\xa5" * 40000),
                  lambda: product.database.unlink()):
        product.stop_service()
        spoil()
        lab.start_service("Tidegate")
        product.wait_rule("web", "active")
        lab.move_vm()
        product.wait_entry("v4tov4", "0.0.0.0/3340", f"{lab.vm.address}/3340")


@scenario(own_lab=True)
def without_any_good_copy_it_begins_anew_and_says_so(lab, product):
    """Both files ruined: no rules, a notice, and foreign entries still untouched."""
    foreign = lab.foreign_dump()
    product.stop_service()
    for name in ("tidegate.db", "tidegate.db.copy"):
        path = product.data_folder / name
        expect(path.exists(), f"{path.name} is not there")
        path.write_bytes(b"\xa5" * 40000)
    lab.start_service("Tidegate")
    expect_equal(product.rules(), [], "rules")
    expect("anew" in product.json("status")["notice"], "no notice")
    product.ctl("add", "--listen", "3350", "--name", "web")
    product.wait_rule("web", "active")
    product.ctl("remove", "web")
    wait_until(lambda: lab.foreign_dump() == foreign, 10, "the tables as they were")
