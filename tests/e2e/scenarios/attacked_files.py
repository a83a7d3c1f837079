"""Files that somebody prepared for the service.

SPDX-License-Identifier: MIT
"""

import contextlib
import sqlite3

from product import FAILED, SERVICE, SERVICE_STOPPED, UNREACHABLE
from scenario import expect, expect_equal, scenario, wait_until


def expect_no_start(lab, product, *words):
    """The service does not come up, and says why."""
    lab.wine.call("svc_start", "Tidegate")
    lab.wait_service("Tidegate", SERVICE_STOPPED)
    said = lab.run_windows(SERVICE, "run", timeout=20)
    complaint = said.stderr.decode("utf-8", "replace")
    expect_equal(said.exit_code, FAILED, "exit code")
    missing = [word for word in words if word not in complaint]
    expect(not missing, f"the service says {complaint!r}, without {missing}")
    product.refused("list", expect=UNREACHABLE)


@scenario
def a_data_folder_that_others_can_change_is_not_used(lab, product):
    """Open for everybody, a file of everybody's in it, or a file in its place: no start, no
    change."""
    product.ctl("add", "--listen", "6670", "--name", "web")
    product.wait_rule("web", "active")
    tables = lab.foreign_dump()
    product.stop_service()
    for path, mode in ((product.data_folder, 0o777), (product.database, 0o666)):
        before = path.stat().st_mode
        path.chmod(mode)
        expect_no_start(lab, product, path.name, "is not safe")
        path.chmod(before)
    aside = product.data_folder.rename(product.data_folder.with_name("Aside"))
    product.data_folder.write_text("no folder")
    expect_no_start(lab, product, "Data")
    product.data_folder.unlink()
    aside.rename(product.data_folder)
    expect_equal(lab.foreign_dump(), tables, "tables")
    product.start_service()
    product.wait_rule("web", "active")


@contextlib.contextmanager
def leading_elsewhere(folder):
    """A link in the folder's place; where it leads to is all that was there."""
    elsewhere = folder.rename(folder.with_name("Elsewhere"))
    folder.symlink_to(elsewhere, target_is_directory=True)
    try:
        yield
    finally:
        folder.unlink()
        elsewhere.rename(folder)


@scenario
def a_data_folder_that_leads_elsewhere_is_not_used(lab, product):
    """A reparse point in its place: no start, no repair by an installation, and nothing of what it
    leads to is removed. (The service is the product's, with tests/e2e/links beside it.)"""
    product.ctl("add", "--listen", "6675", "--name", "web")
    product.wait_rule("web", "active")
    tables = lab.foreign_dump()
    product.stop_service()
    product.replace_service(lab.build / "e2e/links/tidegate-service.exe")
    product.start_service()     # runs as well as any, where nothing leads elsewhere
    product.stop_service()
    with leading_elsewhere(product.data_folder):
        files = {path.name: path.read_bytes() for path in product.data_folder.iterdir()}
        expect("tidegate.db" in files, f"elsewhere is only {sorted(files)}")
        expect_no_start(lab, product, "Data", "is a link to somewhere else")
        for verb in (["install"], ["uninstall", "--remove-data"]):
            said = lab.run_windows(SERVICE, *verb, timeout=60)
            expect_equal(said.exit_code, FAILED, f"exit code of {verb}")
            expect(b"is a link to somewhere else" in said.stderr, f"{verb} says {said.stderr!r}")
            expect_equal({path.name: path.read_bytes() for path in product.data_folder.iterdir()},
                         files, f"what it leads to, after {verb}")
        expect_equal(lab.foreign_dump(), tables, "tables")
    product.replace_service(lab.build / "tidegate-service.exe")
    product.install()
    product.wait_rule("web", "active")


# What somebody prepared in the database, and a word of the service's complaint.
PREPARED = [
    ("a trigger", "CREATE TRIGGER evil AFTER INSERT ON rule BEGIN DELETE FROM owned_entry; END",
     "trigger evil"),
    ("a view", "CREATE VIEW evil AS SELECT * FROM rule", "view evil"),
    ("a view in place of a table",
     "DROP TABLE pause; CREATE VIEW pause AS SELECT 'S-1-5-18' AS user_sid", "table pause"),
    ("another table", "CREATE TABLE evil (a)", "table evil"),
    ("a generated column", "ALTER TABLE rule ADD COLUMN evil TEXT AS (hex(name))", "evil"),
    ("a huge value", "INSERT INTO setting VALUES ('evil', hex(zeroblob(2000000)))", "too big"),
    ("a huge value that the check of the file passes over",
     "UPDATE activity SET argument_1 = hex(zeroblob(2000000))", "too big"),
    ("a huge file", "CREATE TABLE evil (a); INSERT INTO evil VALUES (zeroblob(70000000));"
     " DROP TABLE evil", "larger than"),
    ("another program's file", "PRAGMA application_id = 12345", "another program"),
    ("a later version's file", "PRAGMA user_version = 12345", "12345"),
]


@scenario
def a_prepared_database_is_refused_whole(lab, product):
    """Status says what is in it; nothing of it is done, and neither file nor tables change."""
    product.ctl("add", "--listen", "6680", "--name", "web")
    product.wait_rule("web", "active")
    product.stop_service()
    files = {path: path.read_bytes() for path in product.data_folder.iterdir()}
    tables = lab.foreign_dump()
    for what, sql, word in PREPARED:
        connection = sqlite3.connect(product.database, isolation_level=None)
        connection.executescript(sql)
        connection.close()
        prepared = product.database.read_bytes()
        lab.start_service("Tidegate")
        fault = wait_until(lambda: product.json("status")["fault"], 10, f"{what}: a fault")
        expect(word in fault, f"{what}: the fault is {fault!r}")
        product.refused("add", "--listen", "6681", expect=FAILED)
        lab.move_vm()
        product.ctl("reconcile", expect=FAILED)
        product.stop_service()
        expect(product.database.read_bytes() == prepared, f"{what}: the file was changed")
        expect_equal(lab.foreign_dump(), tables, f"{what}: tables")
        for path, content in files.items():
            path.write_bytes(content)
    product.start_service()
    product.wait_entry("v4tov4", "0.0.0.0/6680", f"{lab.vm.address}/6680")
