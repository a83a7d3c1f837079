"""Files that somebody prepared for the service.

SPDX-License-Identifier: MIT
"""

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


@scenario(own_lab=True)
def a_data_folder_that_others_can_change_is_not_used(lab, product):
    """Open for everybody, a file of everybody's in it, or a file in its place: no start, no change.

    A link is for Windows to show: Wine 8 shows a Unix link as what it leads to.
    """
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
    ("another program's file", "PRAGMA application_id = 12345", "another program"),
]


@scenario(own_lab=True)
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
