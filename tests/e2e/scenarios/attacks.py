"""What attackers try, each with its refusal.

TIDEGATE_ATTACKS says how many hostile clients come to the pipe (400).

SPDX-License-Identifier: MIT
"""

import contextlib
import os
import re
import subprocess
import threading
import time
from pathlib import Path

from lab_net import HOST_VM_NAME
from lab_seed import FIREWALL_CLASSES, LXSS
from product import CONFLICT, CTL, DONE, FAILED, FOLDER, SERVICE, SERVICE_STOPPED, TRAY, UNREACHABLE
from scenario import expect, expect_equal, scenario, stays, wait_until

ATTACKS = int(os.environ.get("TIDEGATE_ATTACKS", "400"))
ATTACKERS = 8
CLIENT_DEADLINE = 5.0   # tidegatectl gives up connecting after this
MEMORY_SLACK_KIB = 1024
MUST_BE_REFUSED = ("garbage", "oversized", "malformed", "cut", "silent", "half-open")


def private_kib(lab, program):
    """What its processes alone hold in memory."""
    return sum(int(line.split()[1]) for pid in lab.wine.unix_pids(program)
               for line in open(f"/proc/{pid}/smaps_rollup", encoding="ascii")
               if line.startswith("Private_"))


class Attack:
    """Hostile clients, which come while this process does something else."""

    def __init__(self, lab, count):
        program = lab.install_file(lab.build / "e2e/pipe_attack.exe", r"C:\lab\bin")
        self.finished = None
        self._thread = threading.Thread(target=self._run, args=(lab, program, count))
        self._thread.start()

    def _run(self, lab, program, count):
        self.finished = lab.run_windows(program, str(count), str(ATTACKERS), timeout=3600)

    def is_over(self):
        return not self._thread.is_alive()

    def outcomes(self):
        """{kind: {"refused": N, "served": N, "wrong": N, "shut out": N}}."""
        self._thread.join(3600)
        expect_equal(self.finished.exit_code, 0, "pipe_attack")
        lines = [line.split(": ", 1) for line in self.finished.text.splitlines()]
        return {kind: {word: int(number) for word, number in
                       re.findall(r"([a-z ]+?) (\d+)(?:, )?", counts)}
                for kind, counts in lines}


def expect_refused(outcomes, count):
    """Every client had what was due to it."""
    expect_equal(sum(sum(one.values()) for one in outcomes.values()), count, "clients")
    for kind, one in outcomes.items():
        expect_equal((one["wrong"], one["shut out"]), (0, 0), f"{kind}: wrong, shut out")
    for kind in MUST_BE_REFUSED:
        expect(outcomes[kind]["refused"] > 0, f"no {kind} client came")
        expect_equal(outcomes[kind]["served"], 0, f"{kind} clients served")
    duplicate = outcomes["duplicate"]
    expect(duplicate["served"] > 9 * duplicate["refused"], f"duplicates: {duplicate}")


def served_meanwhile(product, attack, wanted):
    """How long each of the ordinary clients took, from its start to its end, in seconds."""
    times = []
    while not attack.is_over():
        started = time.monotonic()
        expect_equal({one["name"] for one in product.rules()}, wanted, "rules under attack")
        times.append(time.monotonic() - started)
    return times


@scenario(own_lab=True)
def hostile_clients_of_all_kinds_keep_nobody_out(lab, product):
    """Each is refused; ordinary clients are served in time; nothing is left and nothing changed."""
    lab.serve(6600)
    product.ctl("add", "--listen", "6600", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 6600)
    expect_refused(Attack(lab, ATTACKS // 4).outcomes(), ATTACKS // 4)  # what is made once and kept
    pid = lab.service("Tidegate")["pid"]
    rules, tables = product.rules(), lab.foreign_dump()
    handles, memory = lab.handle_count(pid), private_kib(lab, "tidegate-service.exe")
    attack = Attack(lab, ATTACKS)
    times = served_meanwhile(product, attack, {"web"})
    outcomes = attack.outcomes()
    expect_refused(outcomes, ATTACKS)
    expect(times and max(times) < CLIENT_DEADLINE, f"slowest of {len(times)}: {max(times):.1f} s")
    expect_equal(lab.service("Tidegate")["pid"], pid, "the service's process")
    wait_until(lambda: lab.handle_count(pid) <= handles + 2, 15, f"handles back to {handles}")
    wait_until(lambda: private_kib(lab, "tidegate-service.exe") <= memory + MEMORY_SLACK_KIB, 15,
               f"memory back to {memory} KiB")
    expect_equal(product.rules(), rules, "rules")
    expect_equal(lab.foreign_dump(), tables, "tables")
    expect(lab.reaches(lab.HOST_V4, 6600), "the forward suffered")
    print(f"          {ATTACKS} hostile clients; {len(times)} ordinary ones meanwhile, "
          f"median {sorted(times)[len(times) // 2]:.2f} s, slowest {max(times):.2f} s; "
          f"handles {handles} to {lab.handle_count(pid)}, "
          f"memory {memory} to {private_kib(lab, 'tidegate-service.exe')} KiB", flush=True)


@contextlib.contextmanager
def squatted(lab):
    """Another program has the pipe's name; its id, and the file of what it saw."""
    program = lab.install_file(lab.build / "e2e/pipe_squatter.exe", r"C:\lab\bin")
    seen = lab.folder / "squatter.txt"
    seen.write_text("")
    pid, _ = lab.wine.spawn(f'"{program}"', stdout=seen)
    wait_until(lambda: "squatting" in seen.read_text(), 20, "the squatter")
    try:
        yield pid, seen
    finally:
        lab.kill_windows(pid)


def expect_silence(product, seen, *words):
    """The command line finds the squatter, says why it does not trust it, and nothing to it."""
    complaint = product.refused("list", expect=UNREACHABLE)
    missing = [word for word in words if word not in complaint]
    expect(not missing, f"{complaint!r} lacks {missing}")
    expect("came" in seen.read_text(), "nobody came to the squatter")
    expect("heard" not in seen.read_text(), f"was said to the squatter: {seen.read_text()!r}")


@scenario(own_lab=True)
def who_took_the_pipes_name_first_hears_nothing(lab, product):
    """No client speaks to it, the service says why it cannot serve, and serves when it is gone."""
    product.ctl("add", "--listen", "6610", "--name", "web")
    product.wait_rule("web", "active")
    tables = lab.foreign_dump()
    product.stop_service()
    with squatted(lab) as (squatter, seen):
        expect_silence(product, seen, "not trusted")
        lab.wine.call("svc_start", "Tidegate")
        lab.wait_service("Tidegate", SERVICE_STOPPED)
        said = lab.run_windows(SERVICE, "run", timeout=20)
        expect_equal(said.exit_code, FAILED, "exit code")
        expect(f"process {squatter} has the pipe's name".encode() in said.stderr,
               f"the service says {said.stderr!r}")
        expect_silence(product, seen, "not trusted")
        expect_equal(lab.foreign_dump(), tables, "tables")
    product.start_service()
    product.wait_rule("web", "active")


@scenario(own_lab=True)
def who_answers_in_a_running_services_name_hears_nothing(lab, product):
    """The service manager knows the service's process, and it is not the one with the pipe."""
    product.stop_service()
    product.replace_service(lab.build / "lab/mpssvc.exe")    # runs, and has no pipe
    with squatted(lab) as (squatter, seen):
        lab.start_service("Tidegate")
        service = lab.service("Tidegate")["pid"]
        expect_silence(product, seen, f"process {squatter} answers", f"is process {service}")
        lab.stop_service("Tidegate")
    product.replace_service(lab.build / "tidegate-service.exe")
    product.start_service()


# Names that Windows' programs load, early and late; the last one is nowhere else.
PLANTED = ("version", "uxtheme", "dbghelp", "wtsapi32", "shlwapi", "iphlpapi", "comctl32", "winmm",
           "cryptbase", "cryptsp", "profapi", "propsys", "dwmapi", "userenv", "secur32", "rstrtmgr",
           "netapi32", "bcrypt", "wbemcomn", "fastprox", "textshaping", "msimg32", "oleacc",
           "tidegate-plug-in")
DOWNLOADS = r"C:\users\Public\Downloads"
# A Windows program started with these finds its own libraries nowhere but where it is told to.
TRICKS = {"PATH": DOWNLOADS, "TEMP": DOWNLOADS, "TMP": DOWNLOADS,
          "COMSPEC": DOWNLOADS + r"\cmd.exe", "SystemRoot": DOWNLOADS, "windir": DOWNLOADS}


def plant(lab):
    for name in PLANTED:
        library = lab.windows_folder(DOWNLOADS) / f"{name}.dll"
        library.parent.mkdir(parents=True, exist_ok=True)
        library.write_bytes((lab.build / "e2e/planted.dll").read_bytes())
    for name, value in TRICKS.items():
        lab.reg_set(r"HKCU\Environment", name, value)


def loaded(lab):
    """Which program loaded which of the planted libraries, by their own notes."""
    notes = lab.windows_folder(r"C:\lab") / "planted.txt"
    lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    notes.unlink(missing_ok=True)
    return lines


def run_there(lab, program, *arguments, environment=None):
    """The program with the planted libraries in its current folder."""
    return lab.wine.run(subprocess.list2cmdline([program, *arguments]), 60, environment, DOWNLOADS)


def maps_of(lab, program):
    return "".join(Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
                   for pid in lab.wine.unix_pids(program))


@scenario(own_lab=True)
def planted_libraries_are_loaded_by_nobody(lab, product):
    """The three programs, started where they lie and with their folder in the environment."""
    plant(lab)
    careless = lab.install_file(lab.build / "e2e/careless.exe", r"C:\lab\bin")
    expect_equal(run_there(lab, careless, "tidegate-plug-in.dll").text.split(),
                 ["loaded", "tidegate-plug-in.dll"], "a careless program")
    expect("careless.exe loaded" in "".join(loaded(lab)), "the planted library leaves no note")
    product.stop_service()
    for environment in (None, TRICKS):
        for program, *arguments in ((SERVICE, "install"), (SERVICE, "path", "add"),
                                    (SERVICE, "users", FOLDER), (CTL, "status"), (CTL, "list"),
                                    (CTL, "settings"), (SERVICE, "path", "remove")):
            finished = run_there(lab, program, *arguments, environment=environment)
            expect_equal((finished.exit_code, loaded(lab)), (DONE, []),
                         f"{program} {arguments}: exit code, libraries")
        lab.wine.spawn(f'"{TRAY}"', DOWNLOADS, environment)
        product.dialog("Tidegate")
        for program in ("tidegate.exe", "tidegate-service.exe"):
            maps = maps_of(lab, program)
            expect("kernel32.dll" in maps, f"{program}: nothing is mapped")
            expect("Downloads" not in maps, f"{program} has something mapped from there")
        product.stop_tray()
        expect_equal(loaded(lab), [], "libraries")


@contextlib.contextmanager
def firewall_registered_by_bare_name(lab, name):
    """As Windows registers many of its classes: who makes one then looks for the library."""
    keys = [rf"HKLM\Software\Classes\CLSID\{one}\InprocServer32" for one in FIREWALL_CLASSES]
    kept = [lab.reg_get(key, "") for key in keys]
    for key in keys:
        lab.reg_set(key, "", name)
    yield
    for key, value in zip(keys, kept):
        lab.reg_set(key, "", value)


@scenario(own_lab=True)
def a_library_that_windows_looks_for_is_not_found_in_the_path(lab, product):
    """The service makes an object whose library lies in no folder of Windows, but in the path: it
    does without, and works again when the library is where it belongs."""
    plant(lab)
    product.stop_service()
    with firewall_registered_by_bare_name(lab, "tidegate-plug-in.dll"):
        pid, _ = lab.wine.spawn(f'"{SERVICE}" run', DOWNLOADS, TRICKS)
        wait_until(lambda: product.run("status").exit_code == DONE, 20, "the service")
        product.ctl("add", "--listen", "6615", "--name", "web")
        product.wait_rule("web", "applying", reason="firewall-pending")
        stays(lambda: not loaded(lab), 2, "nothing of what was planted")
        lab.kill_windows(pid)
    product.start_service()
    product.wait_rule("web", "active", 20)


STATUS_STACK_BUFFER_OVERRUN = 0xC0000409


@scenario
def a_smashed_stack_ends_the_program_at_once(lab, product):
    """With the product's own guard, which is another one each time."""
    program = lab.install_file(lab.build / "e2e/smashed_stack.exe", r"C:\lab\bin")
    within = lab.run_windows(program, "loop", "16")
    expect_equal((within.exit_code, within.text.split()[1:]), (0, ["not", "noticed"]), "within")
    guards = {within.text.split()[0]}
    for how, size in (("loop", "40"), ("memset", "17"), ("loop", "200")):
        finished = lab.run_windows(program, how, size)
        expect_equal((finished.exit_code, len(finished.text.split())),
                     (STATUS_STACK_BUFFER_OVERRUN, 1), f"{how} {size}: exit code, words")
        guards.add(finished.text.strip())
    expect(len(guards) == 4 and all(len(one) > 8 for one in guards), f"guards: {guards}")


# What the user, or a program of the user's, may write where WSL writes its address, and a word of
# the refusal.
OUTSIDE, NO_ADDRESS, NOTHING = "is no host address of WSL's network", "is no address", "has not rec"
NOT_IPV4 = "is not an IPv4 address"
OWN_ADDRESS = "172.28.208.99"   # the PC's second one on WSL's own network
LIES = [
    ("a host of the LAN", lambda lab: lab.CLIENT_V4, OUTSIDE),
    ("this PC on the LAN", lambda lab: lab.HOST_V4, OUTSIDE),
    ("this PC on WSL's network", lambda lab: OWN_ADDRESS, "is an address of this PC"),
    ("loopback", lambda lab: "127.0.0.1", OUTSIDE),
    ("any address", lambda lab: "0.0.0.0", OUTSIDE),
    ("every host", lambda lab: "255.255.255.255", OUTSIDE),
    ("a multicast group", lambda lab: "224.0.0.251", OUTSIDE),
    ("WSL's gateway, which is this PC", lambda lab: lab.NAT_GATEWAY, "is the gateway's address"),
    ("the network's own address", lambda lab: "172.28.208.0", OUTSIDE),
    ("the network's broadcast address", lambda lab: "172.28.223.255", OUTSIDE),
    ("just outside of the network", lambda lab: "172.28.224.1", OUTSIDE),
    ("a host on the Internet", lambda lab: "203.0.113.7", OUTSIDE),
    ("an IPv6 address", lambda lab: "fd00::5", NOT_IPV4),
    ("a host name", lambda lab: "localhost", NOT_IPV4),
    ("an address with a port", lambda lab: f"{lab.vm.address}/22", NOT_IPV4),
    ("another spelling", lambda lab: lab.vm.address.replace("172.", "0254."), NOT_IPV4),
    ("a terminal's control characters", lambda lab: f"\x1b[2J{lab.vm.address}\x07", NO_ADDRESS),
    ("text that turns round", lambda lab: f"{lab.vm.address}\u202e", NO_ADDRESS),
    ("text without an end", lambda lab: "1" * 60000, NOTHING),
    ("a number", lambda lab: 0x0100007F, NOTHING),
    ("nothing", lambda lab: "", NOTHING),
]
CONTROLS = set("\x1b\x07\u202e")


@scenario(needs_network=True)
def a_forged_address_is_never_forwarded_to(lab, product):
    """Each lie holds an old rule where it is, makes no entry for a new one, and is told for what it
    is, without its bytes."""
    lab.network.host.ip(f"addr add {OWN_ADDRESS}/20 dev {HOST_VM_NAME}")
    lab.serve(6620)
    product.ctl("add", "--listen", "6620", "--name", "old")
    product.wait_traffic(lab.HOST_V4, 6620)
    tables = lab.foreign_dump()
    lab.reg_set(rf"HKCU\{LXSS}", "NatIpAddress", lab.NAT_GATEWAY)
    product.wait_rule("old", "waiting", reason="address-unknown")
    product.ctl("add", "--listen", "6621", "--name", "new")
    for what, lie_of, word in LIES:
        lie = lie_of(lab)
        lab.reg_set(rf"HKCU\{LXSS}", "NatIpAddress", lie)
        product.ctl("reconcile")
        rules = product.rules()
        expect_equal({(one["state"], one["reason"]) for one in rules},
                     {("waiting", "address-unknown")}, f"{what}: states")
        expect(all(word in one["explanation"] for one in rules),
               f"{what}: {[one['explanation'] for one in rules]}, without {word!r}")
        expect_equal(lab.foreign_dump(), tables, f"{what}: tables")
        if set(str(lie)) & CONTROLS:
            status = product.ctl("status")
            expect(not set(status) & CONTROLS, f"{what}: status passes it on: {status!r}")
    lab.reg_set(rf"HKCU\{LXSS}", "NatIpAddress", lab.vm.address)
    product.wait_rule("old", "active")
    product.wait_entry("v4tov4", "0.0.0.0/6621", f"{lab.vm.address}/6621")
    lab.network.host.ip(f"addr del {OWN_ADDRESS}/20 dev {HOST_VM_NAME}")


OTHER_USER = "S-1-5-21-0-0-0-1001"
TAKEN = [
    ("the same port", "6630"),
    ("one of her range", "6641"),
    ("a range over her port", "6625-6635"),
    ("her port at her address", "192.168.77.10:6650"),
    ("her port at one address, which would come first", "192.168.77.10:6630"),
    ("all addresses, hers among them", "6650"),
]


@scenario
def another_users_port_stays_hers(lab, product):
    """Who came first keeps the endpoint: not added, edited to or enabled, not even with --force."""
    for name, listen in (("one", "6630"), ("range", "6640-6642"), ("place", "192.168.77.10:6650")):
        product.ctl("add", "--listen", listen, "--name", name, "--user", OTHER_USER)
    product.ctl("add", "--listen", "6660", "--name", "mine")
    product.wait_rule("mine", "active")
    rules, tables = product.rules(), lab.foreign_dump()
    for what, listen in TAKEN:
        for arguments in (("add", "--listen", listen), ("add", "--listen", listen, "--force"),
                          ("edit", "mine", "--listen", listen)):
            complaint = product.refused(*arguments, expect=CONFLICT)
            expect("another user's rule" in complaint, f"{what}: {arguments}: {complaint!r}")
    expect_equal((product.rules(), lab.foreign_dump()), (rules, tables), "rules and tables")
    product.ctl("add", "--listen", "6630", "--name", "later", "--disabled")   # takes nothing yet
    complaint = product.refused("enable", "later", expect=CONFLICT)
    expect("another user's rule" in complaint, f"enable: {complaint!r}")
    expect_equal(lab.foreign_dump(), tables, "tables")
