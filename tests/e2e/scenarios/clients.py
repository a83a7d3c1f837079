"""Several clients at once, malformed requests, and bad input.

SPDX-License-Identifier: MIT
"""

import contextlib
import json
import os
import signal
import struct
import threading
import time

from product import CONFLICT, CTL, USAGE
from scenario import expect, expect_equal, scenario, wait_until

HELLO, SNAPSHOT, SUBSCRIBE, PUT_RULE = 1, 2, 3, 6


def message(verb, payload=b"", version=1, user=b""):
    return (struct.pack("<HHIH", version, verb, 7, len(user)) + user + payload).hex()


def noise(lab, *arguments):
    """Lines that the noisy client printed."""
    program = lab.install_file(lab.build / "e2e/pipe_noise.exe", r"C:\lab\bin")
    finished = lab.run_windows(program, *arguments, timeout=40)
    expect_equal(finished.exit_code, 0, f"pipe_noise {arguments[0]}: {finished.text}")
    return finished.text.split("\n")[:-1]


def words(answer):
    """The readable part of an answer."""
    return bytes.fromhex(answer).decode("latin-1") if answer not in ("closed", "nothing") else ""


@scenario
def two_clients_at_once_both_get_their_way(lab, product):
    """Eight rules added by two command lines side by side; watch sees each of them."""
    output = lab.folder / "watch.jsonl"
    pid, _ = lab.wine.spawn(f'"{CTL}" watch --json', stdout=output)
    failures = []

    def add(first):
        for port in range(first, first + 4):
            finished = product.run("add", "--listen", str(port), "--name", f"r{port}")
            if finished.exit_code != 0:
                failures.append((port, finished.exit_code, finished.stderr))

    threads = [threading.Thread(target=add, args=(first,)) for first in (6000, 6100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    expect(not failures, f"refused: {failures}")
    names = {f"r{port}" for first in (6000, 6100) for port in range(first, first + 4)}
    expect_equal({one["name"] for one in product.rules()}, names, "rules")
    for name in sorted(names):
        product.wait_entry("v4tov4", f"0.0.0.0/{name[1:]}", f"{lab.vm.address}/{name[1:]}")

    def seen():
        lines = output.read_text(encoding="utf-8").split("\n")[:-1]
        changes = [json.loads(line) for line in lines]
        return {one["rule"]["name"] for one in changes if one["change"] == "rule-added"} == names

    wait_until(seen, 10, "watch to show each added rule")
    lab.kill_windows(pid)


@scenario
def one_of_two_clients_that_want_the_same_port_is_refused(lab, product):
    """Both add port 6200 at the same moment: one rule, one clear refusal."""
    codes = []

    def add(name):
        codes.append(product.run("add", "--listen", "6200", "--name", name).exit_code)

    threads = [threading.Thread(target=add, args=(name,)) for name in ("first", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    expect_equal(sorted(codes), [0, CONFLICT], "exit codes")
    expect_equal(len(product.rules()), 1, "rules")


@scenario
def malformed_requests_are_answered_or_ended_and_hurt_nobody(lab, product):
    """Garbage, cut, too long, another version, unknown verbs, silence, sudden ends."""
    lab.serve(6300)
    product.ctl("add", "--listen", "6300", "--name", "web")
    product.wait_traffic(lab.HOST_V4, 6300)
    before = lab.service("Tidegate")["pid"]
    rules = product.rules()
    good = message(HELLO)
    nonsense = {
        "garbage": "ff" * 40,
        "one byte": "01",
        "cut": message(PUT_RULE, b"\0" * 3),
        "too long by one": good + "00",
        "unknown verb": message(99),
        "another version": message(HELLO, version=2),
        "a user that is none": message(HELLO, user=b"S-1-5-21-x"),
        "text beyond the end": struct.pack("<HHIH", 1, 1, 7, 60000).hex(),
        "a hostile rule": message(PUT_RULE, b"\xff" * 200),
    }
    noise(lab, "send", good)       # once beforehand: the first use may keep something
    handles = settled_handles(lab, before)
    for what, bytes_sent in nonsense.items():
        answer = noise(lab, "send", bytes_sent)[0]
        expect(answer != "nothing", f"{what}: no answer and no end")
    expect("protocol version 2, this service speaks 1" in
           words(noise(lab, "send", message(HELLO, version=2))[0]), "version is not told")
    # What follows a refused message on the same connection may be refused, but not obeyed.
    noise(lab, "send", nonsense["garbage"], good, good)
    expect(words(noise(lab, "send", good)[0]), "a proper hello is not answered any more")
    for size in (65536, 65537, 200000):
        expect(noise(lab, "fill", str(size))[0] != "nothing", f"{size} bytes: no answer, no end")
    noise(lab, "vanish", good, "20")
    noise(lab, "vanish", message(SUBSCRIBE), "20")
    noise(lab, "vanish", message(SNAPSHOT, bytes(12)), "20")
    expect_equal(product.rules(), rules, "rules")
    expect(lab.reaches(lab.HOST_V4, 6300), "the forward suffered")
    expect_equal(lab.service("Tidegate")["pid"], before, "the service's process")
    wait_until(lambda: lab.handle_count(before) <= handles + 2, 15,
               f"handles back to {handles}, now {lab.handle_count(before)}")


class Crowd:
    """Many clients at once, by the client code of the product."""

    def __init__(self, lab, clients, times, pause_ms):
        program = lab.install_file(lab.build / "e2e/pipe_crowd.exe", r"C:\lab\bin")
        self.output = lab.folder / "crowd.txt"
        self.output.write_text("")
        lab.wine.spawn(f'"{program}" {clients} {times} {pause_ms}', stdout=self.output)
        wait_until(lambda: self.lines()[:1] == ["begun"], 40, "the crowd's first answer")

    def lines(self):
        return self.output.read_text().replace("\r", "").split("\n")[:-1]

    def outcome(self):
        """What failed, and in the last line how many had their answer."""
        wait_until(lambda: self.lines()[-1].startswith("answered"), 120, "the crowd's end")
        return self.lines()[1:]


@contextlib.contextmanager
def stopped_short(lab, program):
    """A program of Windows' stands still, as under heavy load."""
    pids = lab.wine.unix_pids(program)
    expect(pids, f"no process of {program}")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@scenario
def two_hundred_clients_eight_at_a_time_all_get_their_answer(lab, product):
    """More at once than there are places, too: each waits for its turn."""
    product.ctl("add", "--listen", "6400", "--name", "web")
    expect_equal(Crowd(lab, 8, 25, 0).outcome(), ["answered 200 of 200"], "eight at a time")
    expect_equal(Crowd(lab, 20, 10, 20).outcome(), ["answered 200 of 200"], "twenty at a time")


@scenario
def clients_that_lose_time_on_their_way_get_their_answer(lab, product):
    """Windows' service manager, then the service stand still for 3 s while clients come and go."""
    product.ctl("add", "--listen", "6401", "--name", "web")
    for program in ("services.exe", "tidegate-service.exe"):
        crowd = Crowd(lab, 4, 40, 50)
        with stopped_short(lab, program):
            time.sleep(3)
        expect_equal(crowd.outcome(), ["answered 160 of 160"], f"while {program} stood still")


def settled_handles(lab, pid):
    """The count once it stays the same."""
    last = []

    def same():
        last.append(lab.handle_count(pid))
        return len(last) > 20 and len(set(last[-20:])) == 1

    wait_until(same, 15, "a steady handle count")
    return last[-1]


@scenario
def silent_clients_are_shown_out_and_others_get_in(lab, product):
    """Many connections that say nothing: each is closed in about 2 s, ctl works meanwhile."""
    lines = []
    thread = threading.Thread(target=lambda: lines.extend(noise(lab, "silent", "6")))
    thread.start()
    product.ctl("status")
    thread.join(40)
    expect_equal(len(lines), 6, f"lines: {lines}")
    expect(all(line != "open" and int(line) < 8000 for line in lines), f"closed after {lines}")
    product.ctl("status")


@scenario
def a_siege_of_silent_clients_keeps_nobody_out(lab, product):
    """Sixty that come again as soon as they are shown out: others get their answer in time."""
    output = lab.folder / "siege.txt"
    program = lab.install_file(lab.build / "e2e/pipe_noise.exe", r"C:\lab\bin")
    lab.wine.spawn(f'"{program}" siege 60 8', stdout=output)
    wait_until(lambda: "begun" in output.read_text(), 20, "the siege")
    answered = 0
    while "admitted" not in output.read_text():
        product.ctl("list")
        answered += 1
    expect(answered > 3, f"{answered} answers while {output.read_text()!r}")


def state_of(lab, product):
    return product.rules(), lab.foreign_dump()


# (what, arguments, exit code, what the complaint must name)
BAD_INPUT = [
    ("port 0", ("add", "--listen", "0"), USAGE, ("0", "1 to 65535")),
    ("port 65536", ("add", "--listen", "65536"), USAGE, ("65536", "1 to 65535")),
    ("a port that is no number", ("add", "--listen", "http"), USAGE, ("http",)),
    ("a range backwards", ("add", "--listen", "80-79"), USAGE, ("80-79",)),
    ("a connect range that overflows",
     ("add", "--listen", "7000-7100", "--connect", "wsl:65500"), USAGE, ("65500",)),
    ("a host name to connect to",
     ("add", "--listen", "7000", "--connect", "example.com:80"), USAGE, ("example.com",)),
    ("this PC's own address",
     ("add", "--listen", "7000", "--connect", "192.168.77.10:80"), USAGE, ("192.168.77.10",)),
    ("a loopback connect address",
     ("add", "--listen", "7000", "--connect", "127.0.0.1:80"), USAGE, ("127.0.0.1",)),
    ("a loopback listen address without --force",
     ("add", "--listen", "127.0.0.1:7000"), USAGE, ("127.0.0.1",)),
    ("a port Windows needs", ("add", "--listen", "445"), USAGE, ("445",)),
    ("the endpoint of another rule",
     ("add", "--listen", "7777", "--name", "late"), CONFLICT, ("7777", "taken")),
    ("a range over another rule's port",
     ("add", "--listen", "7770-7780"), CONFLICT, ("taken",)),
    ("a name with a control character",
     ("add", "--listen", "7000", "--name", "a\x01b"), USAGE, ("name",)),
    ("a name that turns text round",
     ("add", "--listen", "7000", "--name", "a\u202eb"), USAGE, ("name",)),
    ("a name over 128 bytes",
     ("add", "--listen", "7000", "--name", "ü" * 65), USAGE, ("name", "128")),
    ("a comment over 128 bytes",
     ("add", "--listen", "7000", "--comment", "c" * 129), USAGE, ("comment", "128")),
    ("an unknown firewall profile",
     ("add", "--listen", "7000", "--firewall", "home"), USAGE, ("home",)),
    ("a remote that is no network",
     ("add", "--listen", "7000", "--remote", "10.0.0.0/33"), USAGE, ("10.0.0.0/33",)),
    ("an edit to port 0", ("edit", "taken", "--listen", "0"), USAGE, ("0", "1 to 65535")),
    ("an unknown setting", ("settings", "colour", "red"), 1, ("colour", "when-wsl-stops")),
    ("an unknown setting's value", ("settings", "when-wsl-stops", "maybe"), USAGE, ("maybe",)),
    ("an unknown verb", ("forward",), USAGE, ("forward",)),
    ("no listen", ("add",), USAGE, ("--listen",)),
]


@scenario
def bad_input_is_refused_with_its_field_and_changes_nothing(lab, product):
    """Each refusal names the value, exits with 2 (5 for a taken endpoint), and writes nothing."""
    product.ctl("add", "--listen", "7777", "--name", "taken")
    product.wait_rule("taken", "active")
    before = state_of(lab, product)
    for what, arguments, code, parts in BAD_INPUT:
        complaint = product.refused(*arguments, expect=code)
        missing = [part for part in parts if part not in complaint]
        expect(not missing, f"{what}: {complaint!r} does not name {missing}")
    expect_equal(state_of(lab, product), before, "state")


@scenario
def force_admits_loopback_listen_addresses_and_reserved_ports(lab, product):
    """What is refused without --force is done with it."""
    product.ctl("add", "--listen", "127.0.0.1:7001", "--name", "loop", "--force")
    product.wait_entry("v4tov4", "127.0.0.1/7001", f"{lab.vm.address}/7001")
    product.ctl("add", "--listen", "5985", "--name", "reserved", "--force")
    product.wait_entry("v4tov4", "0.0.0.0/5985", f"{lab.vm.address}/5985")
