"""Installing and uninstalling.

SPDX-License-Identifier: MIT
"""

import threading

from installation import ENVIRONMENT_KEY
from lab_seed import LAB_KEY
from lab_wine import REG_BINARY
from product import DONE, FOLDER, SERVICE, SERVICE_RUNNING
from scenario import expect, expect_equal, scenario, stays, wait_until

SOFTWARE_KEYS = (r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run",
                 r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application")
SERVICES_KEY = r"HKLM\SYSTEM\CurrentControlSet\Services"
CONTROL_STOP, STOP_PENDING = 1, 3
DIRECTORY_NOT_EMPTY = "0x80070091"


def system_dump(lab):
    """All of HKLM that an installation might touch; PARAMCHANGE and starts leave no trace there."""
    lines = lab.foreign_dump()
    for key in SOFTWARE_KEYS:
        lines += lab.reg_dump(key)
    return lines + [line for line in lab.reg_dump(SERVICES_KEY) if "tidegate" in line.lower()]


@scenario(install=False)
def an_uninstall_leaves_nothing(lab, product):
    """The registry is what it was before the installation; the service is gone. What is not ours
    stays: a folder among the data, and a Path of a kind that we do not know."""
    before = system_dump(lab)
    product.install()
    expect(system_dump(lab) != before, "the dump does not see an installation")
    product.ctl("add", "--listen", "9000-9002", "--name", "range")
    product.ctl("add", "--listen", "[::]:9003", "--name", "six")
    product.wait_rule("range", "active")
    product.wait_rule("six", "active")
    (product.data_folder / "of somebody").mkdir()
    lab.run_windows(SERVICE, "path", "add")
    path = lab.reg_get(ENVIRONMENT_KEY, "Path")
    lab.reg_set(ENVIRONMENT_KEY, "Path", path.encode("utf-16-le"), REG_BINARY)
    said = product.uninstall("--remove-data").stderr.decode()
    expect("Path is no text" in said and DIRECTORY_NOT_EMPTY in said, f"says {said!r}")
    expect(lab.service("Tidegate") is None, "the service is still registered")
    expect_equal([one.name for one in product.data_folder.iterdir()], ["of somebody"], "data")
    expect_equal(system_dump(lab), before, "the registry")
    expect(not lab.wsl_starts(), "wsl.exe was run")


@scenario(install=False)
def installing_twice_is_as_once(lab, product):
    """The second keeps the rules and the running service, also where the tray cannot be started at
    sign-in: that is told, and no more."""
    product.install()
    product.ctl("add", "--listen", "9010", "--name", "web")
    (lab.windows_folder(FOLDER) / "tidegate.exe").unlink()
    finished = product.install()
    expect_equal(finished.exit_code, DONE, "exit code of the second")
    expect(b"will not start at sign-in" in finished.stderr, f"says {finished.stderr!r}")
    product.wait_rule("web", "active")
    expect_equal(lab.service("Tidegate")["state"], SERVICE_RUNNING, "service")
    product.uninstall()


@scenario(install=False)
def a_start_waits_for_a_stop_that_is_under_way(lab, product):
    """As after a set-up that had no more patience: it started, and reported an end."""
    product.replace_service(lab.build / "e2e/crash-service.exe")
    product.install()
    lab.reg_set(LAB_KEY, "HoldStop", 1)
    lab.wine.call("svc_control", "Tidegate", CONTROL_STOP)
    wait_until(lambda: lab.service("Tidegate")["state"] == STOP_PENDING, 10, "the stop to begin")
    started = lab.spawn_windows(SERVICE, "start")[1]
    stays(lambda: lab.service("Tidegate")["state"] == STOP_PENDING, 0.5, "the stop under way")
    lab.reg_set(LAB_KEY, "HoldStop", 0)
    expect_equal(lab.wine.wait(started, 40), DONE, "exit code of the start")
    expect_equal(lab.service("Tidegate")["state"], SERVICE_RUNNING, "service")


@scenario(install=False)
def an_uninstall_works_while_ip_helper_is_stopped(lab, product):
    """The entries go all the same; started again, IP Helper does not listen."""
    lab.serve(9020)
    before = lab.foreign_dump()
    product.install()
    product.ctl("add", "--listen", "9020", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 9020)
    lab.stop_service("iphlpsvc")
    product.uninstall()
    expect_equal(lab.foreign_dump(), before, "the tables")
    lab.start_service("iphlpsvc")
    product.wait_no_traffic(lab.HOST_V4, 9020)


@scenario(install=False)
def an_uninstall_waits_for_a_firewall_that_fails_at_first(lab, product):
    """Refused removals are not forgotten: uninstall goes on once the firewall answers again."""
    before = lab.foreign_dump()
    product.install()
    product.ctl("add", "--listen", "9030", "--name", "web")
    product.wait_rule("web", "active")
    lab.stop_service("MpsSvc")
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(product.uninstall()))
    thread.start()
    entry = ("v4tov4", "0.0.0.0/9030")
    wait_until(lambda: entry not in lab.portproxy(), 20, "the entry to go")
    stays(lambda: not outcome, 0.5, "uninstall still waits")
    lab.start_service("MpsSvc")
    thread.join(60)
    expect_equal(len(outcome), 1, "uninstalls that ended well")
    expect_equal(lab.foreign_dump(), before, "the tables")


@scenario(install=False)
def outside_program_files_it_will_not_be_installed(lab, product):
    """A SYSTEM service that others can replace would make them SYSTEM; a folder of theirs in the
    machine's Path nearly so."""
    program = lab.install_file(lab.build / "tidegate-service.exe", r"C:\users\Public\Tidegate")
    path = lab.reg_get(ENVIRONMENT_KEY, "Path")
    for verb in (["install"], ["path", "add"]):
        finished = lab.run_windows(program, *verb, timeout=60)
        expect(finished.exit_code != DONE, f"{verb} was done")
        expect(b"Program Files" in finished.stderr, f"says only {finished.stderr!r}")
    expect(lab.service("Tidegate") is None, "is registered")
    expect_equal(lab.reg_get(ENVIRONMENT_KEY, "Path"), path, "Path")


@scenario(install=False)
def another_folders_program_touches_nothing(lab, product):
    """Its own folder has no ledger: what the installed one made would be forgotten."""
    product.install()
    product.ctl("add", "--listen", "9040", "--name", "web")
    product.wait_rule("web", "active")
    before = system_dump(lab)
    program = lab.install_file(lab.build / "tidegate-service.exe", FOLDER + " of another")
    for verb in ("install", "uninstall"):
        finished = lab.run_windows(program, verb, timeout=60)
        expect(finished.exit_code != DONE, f"{verb} did something")
        expect(FOLDER.encode() + rb"\tidegate-service.exe" in finished.stderr,
               f"says only {finished.stderr!r}")
    expect_equal(system_dump(lab), before, "the registry")
    expect_equal(lab.service("Tidegate")["state"], SERVICE_RUNNING, "service")
