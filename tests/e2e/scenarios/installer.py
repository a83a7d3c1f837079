"""The set-up program: install, upgrade, repair, refuse, go back, uninstall.

SPDX-License-Identifier: MIT
"""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import threading

from installation import (ARP_KEY, BROKEN, BUILD, ENVIRONMENT_KEY, OLDER, OURS, SETUP, Setup,
                          expect_same_dump, pc_dump, remove_programs)
from lab_seed import LAB_KEY
from lab_wine import REG_EXPAND_SZ
from product import (CTL, FOLDER, PROGRAMS, ROOT, SERVICE_RUNNING, SERVICE_STOPPED, TRAY, WM_CLOSE,
                     resource_id)
from scenario import expect, expect_equal, scenario, stays, wait_until

IDC_RULES_ADD = resource_id("IDC_RULES_ADD")
RUN_KEY = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run"
SHORTCUT = r"C:\ProgramData\Microsoft\Windows\Start Menu\Programs\Tidegate.lnk"
# Longer than any buffer of the set-up program, with what a careless edit would change.
LONG_PATH = (r"%SystemRoot%\system32;;C:\A b;"
             + ";".join(rf"C:\tools\{n:04}" for n in range(300)) + ";")


@scenario(install=False)
def a_silent_installation_works_and_an_uninstall_leaves_nothing(lab, product):
    """Service, tray, Start menu, list of programs, Path; afterwards every dump is as before."""
    remove_programs(lab)
    lab.reg_set(ENVIRONMENT_KEY, "Path", LONG_PATH, REG_EXPAND_SZ)
    setup = Setup(lab)
    before = pc_dump(lab)
    log = setup.run(OURS, "/PATH")
    expect(f"Tidegate {OURS} is installed." in log, log)
    expect((BUILD / SETUP[OURS]).stat().st_size < 2 * 1024 * 1024, "larger than 2 MiB")
    expect_equal(lab.service("Tidegate")["state"], SERVICE_RUNNING, "service")
    expect_equal(lab.reg_get(RUN_KEY, "Tidegate"), f'"{TRAY}" --autostart', "Run value")
    expect(lab.windows_folder(SHORTCUT).exists(), "no Start menu entry")
    expect_equal(lab.reg_get(ENVIRONMENT_KEY, "Path"), LONG_PATH + FOLDER + ";", "Path")
    expect(REG_EXPAND_SZ in [kind for name, (kind, _) in lab.reg_values(ENVIRONMENT_KEY).items()
                             if name.lower() == "path"], "Path has another type")
    expect_listed(lab)
    lab.serve(4000)
    product.ctl("add", "--listen", "4000", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 4000)
    product.start_tray("--autostart")
    setup.uninstall_as_windows_does()
    product.wait_no_traffic(lab.HOST_V4, 4000)
    wait_until(lambda: not any(exe == "tidegate.exe" for _, _, exe, _ in lab.processes()), 10,
               "the tray to end")
    expect_same_dump(pc_dump(lab), before)


def expect_listed(lab):
    """Every field that Windows and deployment tools read."""
    def field(name):
        return lab.reg_get(ARP_KEY, name)

    expect_equal(field("DisplayName"), "Tidegate", "DisplayName")
    expect_equal(field("DisplayVersion"), OURS, "DisplayVersion")
    expect_equal(field("InstallLocation"), FOLDER, "InstallLocation")
    expect_equal(field("UninstallString"), f'"{FOLDER}\\uninstall.exe"', "UninstallString")
    expect_equal(field("QuietUninstallString"), f'"{FOLDER}\\uninstall.exe" /S', "quiet one")
    expect_equal((field("NoModify"), field("NoRepair")), (1, 1), "NoModify, NoRepair")
    expect_equal((field("VersionMajor"), field("VersionMinor")),
                 tuple(int(part) for part in OURS.split(".")[:2]), "VersionMajor, VersionMinor")
    expect(1000 < field("EstimatedSize") < 10000, f"EstimatedSize {field('EstimatedSize')} KiB")
    expect(len(field("InstallDate")) == 8, f"InstallDate {field('InstallDate')!r}")
    for name in ("Publisher", "DisplayIcon", "URLInfoAbout"):
        expect(field(name), f"no {name}")


@scenario(install=False)
def a_repair_waits_for_who_is_editing_a_rule(lab, product):
    """The tray goes on while a rule's editor is open; then the new one shows the rules again."""
    remove_programs(lab)
    setup = Setup(lab)
    setup.run(OURS)
    product.start_tray()
    window = product.dialog("Tidegate")
    before = trays(lab)
    add = wait_until(lambda: next((one for one in lab.controls(window.handle) if one.enabled
                                   and one.control_id == IDC_RULES_ADD), None), 15, "the service")
    lab.click(*add.centre)
    editor = product.dialog("New rule")
    log = setup.run(OURS)
    expect(f"Tidegate {OURS} is repaired." in log, log)
    stays(lambda: trays(lab) == before, 3.5, "the tray whose user is editing")
    lab.post(editor.handle, WM_CLOSE)
    wait_until(lambda: len(trays(lab)) == 1 and trays(lab) != before, 20, "the new tray")
    expect(product.dialog("Tidegate").handle != window.handle, "the rules are not shown again")
    setup.uninstall()
    wait_until(lambda: not trays(lab), 10, "the tray to end")


FIRST_PORT, RULE_COUNT = 4100, 40
DOWNLOAD, CALLED = FIRST_PORT, FIRST_PORT + 1


def add_forty_rules(lab, product):
    """One by one, as a file; then they forward."""
    lab.serve(DOWNLOAD, "echo")
    lab.serve(CALLED)
    product.ctl("add", "--listen", str(FIRST_PORT), "--name", "rule 0")
    exported = json.loads(product.ctl("export"))
    pattern = exported["rules"][0]
    exported["rules"] = []
    for number in range(1, RULE_COUNT):
        rule = json.loads(json.dumps(pattern).replace(str(FIRST_PORT), str(FIRST_PORT + number)))
        rule.pop("id", None)
        rule["name"] = f"rule {number}"
        exported["rules"].append(rule)
    path = lab.windows_folder(r"C:\lab\forty.json")
    path.write_text(json.dumps(exported))
    product.ctl("import", r"C:\lab\forty.json")
    wait_until(lambda: [one["state"] for one in product.rules()] == ["active"] * RULE_COUNT, 20,
               "forty active rules")


class Repeated:
    """Does something again and again in a thread; what it complained of is raised at the end."""

    def __init__(self, once):
        self.count = 0
        self._once = once
        self._stop = threading.Event()
        self._complaints = []
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        while not self._stop.is_set():
            try:
                self._once()
                self.count += 1
            except Exception as error:      # told by the one who waits for the thread
                self._complaints.append(error)
                return
            self._stop.wait(0.02)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(30)
        if self._complaints:
            raise AssertionError(f"the {self.count + 1}th time: {self._complaints[0]!r}")
        expect(self.count > 5, f"done only {self.count} times")


@contextlib.contextmanager
def undisturbed(lab):
    """A download goes on, new connections are answered, no entry is missing or written."""
    entries = lab.portproxy()
    firewall = lab.firewall_rules()
    controls = len(lab.events("iphlpsvc.jsonl", "control"))
    connection = lab.connect(lab.HOST_V4, DOWNLOAD)
    part = bytes(range(256)) * 64

    def download():
        connection.sendall(part)
        received = b""
        while len(received) < len(part):
            more = connection.recv(65536)
            expect(more, "the download was cut off")
            received += more
        expect(received == part, "the download was garbled")

    def look():
        expect_equal(lab.portproxy(), entries, "entries")
        expect_equal(lab.firewall_rules(), firewall, "firewall rules")

    def call():
        lab.fetch(lab.HOST_V4, CALLED)

    with connection, Repeated(download), Repeated(look), Repeated(call):
        yield
    expect_equal(len(lab.events("iphlpsvc.jsonl", "control")), controls, "controls of IP Helper")


def trays(lab):
    return [pid for pid, _, exe, _ in lab.processes() if exe == "tidegate.exe"]


def rules_of(product):
    return [(one["id"], one["name"], one["state"]) for one in product.rules()]


def leftovers(lab):
    """What a set-up keeps beside the programs only while it works."""
    return [path.name for path in lab.windows_folder(FOLDER).iterdir()
            if path.name in ("Old", "New")] + \
           [path.name for path in lab.windows_folder(FOLDER + r"\Data").glob("*.before-setup")]


@contextlib.contextmanager
def program_in_use(lab):
    """Whatever happens, tidegatectl does not end."""
    lab.spawn_windows(CTL, "watch")
    pids = wait_until(lambda: lab.wine.unix_pids("tidegatectl.exe"), 10, "tidegatectl to run")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    yield
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


def scheduled_changes(lab):
    """What Windows deletes and renames when it starts again."""
    return lab.reg_get(r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager",
                       "PendingFileRenameOperations", b"").decode("utf-16-le")


@scenario(install=False, needs_network=True)
def an_upgrade_disturbs_none_of_forty_rules(lab, product):
    """From an older version, with tray and command line running; then again, as a repair."""
    remove_programs(lab)
    setup = Setup(lab)
    setup.run(OLDER)
    add_forty_rules(lab, product)
    rules = rules_of(product)
    product.start_tray("--autostart")
    old_trays = trays(lab)
    lab.spawn_windows(CTL, "watch")
    with undisturbed(lab):
        log = setup.run(OURS)
    expect(f"Tidegate {OLDER} is now {OURS}." in log, log)
    expect_equal(setup.installed_version(), OURS, "version in the list of programs")
    expect(OURS in product.ctl("status"), "the service is the old one")
    expect_equal(rules_of(product), rules, "rules")
    wait_until(lambda: len(trays(lab)) == 1 and trays(lab) != old_trays, 20, "the new tray")
    with undisturbed(lab):
        log = setup.run(OURS)
    expect(f"Tidegate {OURS} is repaired." in log, log)
    expect_equal(rules_of(product), rules, "rules after the repair")
    with program_in_use(lab):
        setup.uninstall("/KEEPDATA")
        expect((lab.windows_folder(FOLDER + r"\Data\tidegate.db")).exists(), "the data went")
        setup.run(OURS)
    scheduled = scheduled_changes(lab)
    expect(".tmp\0" in scheduled, f"the program in use is not scheduled: {scheduled!r}")
    for name in PROGRAMS:
        expect(f"{FOLDER}\\{name}\0" not in scheduled, f"Windows' next start deletes {name}")
    expect_equal(sorted(name for _, name, _ in rules_of(product)),
                 sorted(name for _, name, _ in rules), "rules of the kept data")


@scenario(install=False, needs_network=True)
def a_failed_upgrade_leaves_the_old_version_at_work(lab, product):
    """The new service does not start: programs and database go back, nothing was disturbed."""
    remove_programs(lab)
    setup = Setup(lab)
    setup.run(OURS)
    programs = file_dump(lab)
    add_forty_rules(lab, product)
    rules = rules_of(product)
    with undisturbed(lab):
        log = setup.run(BROKEN, expect=18)
    expect(f"version {BROKEN} does not start. Version {OURS} is at work again." in log, log)
    expect_equal(setup.installed_version(), OURS, "version in the list of programs")
    expect(file_dump(lab) == programs, "the programs are not what they were")
    expect_equal(lab.service("Tidegate")["state"], SERVICE_RUNNING, "service")
    expect_equal(rules_of(product), rules, "rules")
    expect_equal(leftovers(lab), [], "left behind")
    product.ctl("remove", "rule 7")
    product.wait_entry("v4tov4", f"0.0.0.0/{FIRST_PORT + 7}", None)


@scenario(install=False)
def an_upgrade_that_hangs_is_taken_back(lab, product):
    """The new service hangs with the database open. Cannot it be ended, nothing is lost and nothing
    called right, and the next set-up goes back; was it only slow, it stays."""
    remove_programs(lab)
    setup = Setup(lab)
    setup.run(OURS)
    product.ctl("add", "--listen", "4200", "--name", "web")
    rules = wait_until(lambda: product.rule("web")["state"] == "active" and rules_of(product), 10,
                       "an active rule")
    before = file_dump(lab)
    lab.reg_set(LAB_KEY, "HangAtStart", HANG_FOR_EVER)
    log = setup.run(BROKEN, expect=19)
    expect(r"The database is kept as 'Data\tidegate.db.before-setup'." in log, log)
    expect_equal(version_of(product.database), NEWER_DATABASE, "the database's version")
    copy = product.database.with_name("tidegate.db.before-setup")
    expect(version_of(copy) < NEWER_DATABASE, "the copy is not what it was before")

    lab.reg_set(LAB_KEY, "HangAtStart", HANG)
    log = setup.run(BROKEN, expect=18)
    expect("Put 'tidegate-service.exe' back, which an earlier set-up had moved away." in log, log)
    expect(f"version {BROKEN} does not start. Version {OURS} is at work again." in log, log)
    expect(file_dump(lab) == before, "the programs are not what they were")
    expect_equal((rules_of(product), leftovers(lab)), (rules, []), "rules, left behind")

    lab.reg_set(LAB_KEY, "HangAtStart", HANG_FOR_NOW)
    run = setup.start(BROKEN)
    wait_until(lambda: "tidegate-service install: 1." in setup.log(), 30, "the set-up to give up")
    lab.reg_set(LAB_KEY, "HangAtStart", HANG_NO_MORE)
    log = setup.finish(run)
    expect("The new service has begun to work." in log, log)
    expect(BROKEN in product.ctl("status"), "another version answers")
    expect_equal((setup.installed_version(), leftovers(lab)), (BROKEN, []), "version, left behind")


HANG, HANG_FOR_EVER, HANG_FOR_NOW, HANG_NO_MORE = 1, 2, 3, 4    # tests/e2e/versions/failing_start.c
NEWER_DATABASE = 0x63


def version_of(database):
    """PRAGMA user_version."""
    return int.from_bytes(database.read_bytes()[60:64], "big")


SETUP_LOCK = FOLDER + "-setup.lock"


@scenario(install=False)
def what_is_refused_changes_nothing(lab, product):
    """An old Windows, no rights, a wrong place, a downgrade, a second set-up: exit code and
    sentence."""
    remove_programs(lab)
    log = Setup(lab, windows="win7").run(OURS, expect=11)
    expect("Refused: Tidegate needs Windows 10 version 1809 or newer." in log, log)
    setup = Setup(lab)
    log = setup.run_without_rights()
    expect("Refused: only an administrator can install a service." in log, log)
    log = setup.run(OURS, r"/D=C:\Tidegate", expect=13)
    expect(r"Refused: 'C:\Tidegate' is not below" in log, log)
    expect(not lab.windows_folder(FOLDER).exists(), "something was made")
    expect(lab.service("Tidegate") is None, "the service is registered")

    first = setup.start(OURS)
    wait_until(lambda: lab.windows_folder(FOLDER + r"\New").exists(), 20, "the first set-up")
    log = setup.run(OURS, expect=14)
    expect("Refused: another set-up of Tidegate is running" in log, log)
    lab.wine.wait(first, 60)
    lock = lab.windows_folder(SETUP_LOCK)
    expect(not lock.exists(), "the lock was left")
    lock.touch()        # as a power cut leaves it
    with lab.held_file(SETUP_LOCK):
        log = setup.uninstall(expect=14)
    expect("Refused: another set-up of Tidegate is running" in log, log)

    log = setup.run(OURS, rf"/D={FOLDER} 2", expect=13)
    expect("Refused: the service is registered as" in log, log)
    log = setup.run(OLDER, expect=12)
    expect(f"Refused: version {OURS} is installed, and this is {OLDER}." in log, log)
    expect(OURS in product.ctl("status"), "another version answers")
    expect_equal(leftovers(lab), [], "left behind")


@scenario(install=False)
def each_failure_leaves_what_was_there_at_work(lab, product):
    """A full disk, a file in use, a service that does not stop; then a damaged database and a
    set-up that was ended half-way, which an upgrade repairs; then what no version works with, until
    it is gone."""
    remove_programs(lab)
    setup = Setup(lab)
    code, log = setup.run_on_full_disk()
    expect_equal(code, 15, f"exit code on a full disk: {log}")
    expect(not lab.windows_folder(FOLDER).exists(), "a failed first installation left something")

    setup.run(OLDER)
    lab.serve(4200)
    product.ctl("add", "--listen", "4200", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 4200)
    before = file_dump(lab)
    code, log = setup.run_on_full_disk()
    expect_equal(code, 15, f"exit code on a full disk: {log}")
    expect("Failed: a file could not be unpacked; is the drive full?" in log, log)
    expect_at_work(lab, product, before)

    with lab.held_file(CTL):
        log = setup.run(OURS, expect=17)
    expect("'tidegatectl.exe' cannot be replaced: Windows error 32. "
           f"Version {OLDER} is at work again." in log, log)
    # Wine's Restart Manager names nobody; that it was asked, and answered, is all there is to see.
    expect(f'users "{CTL}": 0.' in log, log)
    expect_at_work(lab, product, before)

    processes = lab.wine.unix_pids("tidegate-service.exe")
    for pid in processes:
        os.kill(pid, signal.SIGSTOP)
    log = setup.run(OURS, expect=16)
    for pid in processes:
        os.kill(pid, signal.SIGCONT)
    expect("Failed: the service does not stop. Restart Windows, then try again." in log, log)
    lab.wait_service("Tidegate", SERVICE_STOPPED)   # now it obeyed
    lab.start_service("Tidegate")
    expect_at_work(lab, product, before)

    lab.stop_service("Tidegate")
    product.database.write_bytes(b"no database" * 1000)
    end_half_way(lab)
    log = setup.run(OURS)
    expect("Put 'tidegate-service.exe' back, which an earlier set-up had moved away." in log, log)
    expect(f"Tidegate {OLDER} is now {OURS}." in log, log)
    expect("damaged" in product.ctl("status"), "the damaged database was not told")
    product.wait_rule("web", "active")
    expect_stuck(lab, setup)
    setup.run(OURS)
    product.wait_rule("web", "active")
    expect(lab.reaches(lab.HOST_V4, 4200), "the forward does not work")

    (lab.windows_folder(FOLDER) / "tidegate-service.exe").unlink()
    log = setup.uninstall(expect=21)
    expect("Refused: the service's program is missing" in log, log)
    setup.run(OURS)
    setup.uninstall()
    expect_equal([path.name for path in lab.windows_folder(FOLDER).iterdir()], ["uninstall.exe"],
                 "left by the uninstaller that ran in its place")


def expect_stuck(lab, setup):
    """With a file of everybody's among the data no service starts: neither can the old one be put
    back, nor what was made be withdrawn. Programs and entries stay."""
    entries = lab.portproxy()
    strange = lab.windows_folder(FOLDER + r"\Data\strange.txt")
    strange.write_text("anybody can write here")
    strange.chmod(0o666)
    log = setup.run(OURS, expect=19)
    expect(f"Version {OURS} does not start, either." in log, log)
    log = setup.uninstall(expect=20)
    expect("Failed: not everything was withdrawn." in log and "is not safe" in log, log)
    expect(set(PROGRAMS) <= set(file_dump(lab)), f"programs: {sorted(file_dump(lab))}")
    expect_equal((lab.portproxy(), setup.installed_version()), (entries, OURS),
                 "entries, version in the list of programs")
    strange.unlink()


def end_half_way(lab):
    """As a set-up leaves it that was ended while it changed the programs."""
    folder = lab.windows_folder(FOLDER)
    (folder / "Old").mkdir()
    for name in ("tidegate-service.exe", "tidegate.exe"):
        (folder / name).rename(folder / "Old" / name)


def file_dump(lab):
    return {path.name: path.read_bytes() for path in lab.windows_folder(FOLDER).iterdir()
            if path.suffix in (".exe", ".txt")}


def expect_at_work(lab, product, files):
    expect(file_dump(lab) == files, "the programs are not what they were")
    expect_equal(leftovers(lab), [], "left behind")
    expect(OLDER in product.ctl("status"), "the old version does not answer")
    product.wait_rule("web", "active")
    expect(lab.reaches(lab.HOST_V4, 4200), "the forward does not work")


@scenario(install=False)
def a_signed_setup_installs_signed_programs(lab, product):
    """With a throw-away certificate: programs, uninstaller, set-up; a changed byte is noticed."""
    remove_programs(lab)
    key, certificate = lab.folder / "key.pem", lab.folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=Tidegate test", "-addext", "extendedKeyUsage=codeSigning",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    signed = lab.folder / "signed"
    options = (f"SIGNED={signed}", f"SIGN_KEY={key}", f"SIGN_CERTIFICATE={certificate}")
    expect(TOO_NEW_NSIS in make("sign", *options, "NSIS_NEEDED=99.1", expect=2),
           "an older NSIS will do")
    expect(not signed.exists(), "something was signed")
    make("sign", *options, "OLD_NSIS=1")

    def is_signed(path):
        return subprocess.run(["osslsigncode", "verify", "-CAfile", certificate, "-in", path],
                              check=False, capture_output=True).returncode == 0

    setup = signed / SETUP[OURS]
    expect(is_signed(setup), "the set-up program is not signed")
    spoilt = lab.folder / "spoilt.exe"
    content = bytearray(setup.read_bytes())
    content[len(content) // 2] ^= 1
    spoilt.write_bytes(content)
    expect(not is_signed(spoilt), "a changed byte is not noticed")
    expect(not is_signed(BUILD / SETUP[OURS]), "what was built was changed")

    make("sbom", "winget", "OLD_NSIS=1")
    digest = hashlib.sha256((BUILD / SETUP[OURS]).read_bytes()).hexdigest()
    expect_described(digest)

    program = lab.install_file(setup, r"C:\lab\setup")
    Setup(lab)
    expect_equal(lab.run_windows(program, "/S").exit_code, 0, "exit code of the signed set-up")
    for name in (*PROGRAMS, "uninstall.exe"):
        expect(is_signed(lab.windows_folder(FOLDER) / name), f"{name} is not signed")


TOO_NEW_NSIS = "is too old to publish with; needed: 99.1"


def make(*arguments, expect=0):
    """By itself, though these scenarios may have been started by make; what it complained of."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(("MAKE", "MFLAGS"))}
    finished = subprocess.run(["make", "-s", *arguments], cwd=ROOT, env=environment, check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    expect_equal(finished.returncode, expect, f"make {arguments}: {finished.stderr}")
    return finished.stderr


def expect_described(digest):
    """The bill of materials and winget's manifest name what was built."""
    bill = json.loads((BUILD / f"tidegate-{OURS}.spdx.json").read_text())
    files = {one["fileName"]: one["checksums"][1]["checksumValue"] for one in bill["files"]}
    expect_equal(files[f"./{SETUP[OURS]}"], digest, "set-up program in the bill of materials")
    expect_equal(len(files), len(PROGRAMS) + 1, "files")
    versions = {one["name"]: one["versionInfo"] for one in bill["packages"]}
    header = (BUILD / "third_party/sqlite3/sqlite3.h").read_text()
    expect(f'SQLITE_VERSION        "{versions["SQLite"]}"' in header, versions)
    expect_equal((versions["Tidegate"], bool(versions["NSIS"])), (OURS, True), "versions")
    manifests = "".join(path.read_text() for path in (BUILD / "winget").glob("*.yaml"))
    expect(f"InstallerSha256: {digest.upper()}" in manifests, "winget's hash")
    expect("@" not in manifests, "something was not filled in")
