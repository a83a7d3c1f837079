#!/usr/bin/env python3
"""Reads the built programs as Windows' loader does and finds what should not be so.

    python3 tests/binary/verify.py --version 0.1.0 [--objdump PROGRAM] build/tidegate.exe...

SPDX-License-Identifier: MIT

Beside each program, in symbols/, lies the same one before it was stripped. After the programs, the
checks themselves are tested: each program is spoiled in one way after the other, and each time the
check has to notice. Exit code 1 when anything was found.
"""

import argparse
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

import expected
from pe import (
    RESOURCE_MANIFEST,
    RESOURCE_MESSAGES,
    RESOURCE_VERSION,
    Program,
    messages_of,
    version_of,
)

ROOT = Path(__file__).resolve().parents[2]
FLAGS = {
    0x0020: "high-entropy addresses",
    0x0040: "relocatable (ASLR)",
    0x0100: "no execution of data (DEP)",
    0x4000: "control-flow guard",
    0x8000: "terminal-server aware",
}
REQUIRED_FLAGS = (0x0020, 0x0040, 0x0100)
GUARD_FLAG = 0x4000
RELOCATIONS_STRIPPED = 0x0001
SMALLEST_PROTECTED_COUNT = 50


class Built:
    """One program with what is known of it beside its bytes."""

    def __init__(self, path, version, code):
        self.name = path.name
        self.data = path.read_bytes()
        self.version = version
        self.code = code  # of the file with symbols

    def spoiled(self, data):
        other = object.__new__(Built)
        other.__dict__ = {**self.__dict__, "data": bytes(data)}
        return other


class Code:
    """Who calls whom, by disassembling the program with its symbols."""

    START = re.compile(r"^[0-9a-f]+ <(.+)>:$")
    CALL = re.compile(r"\t(?:call|jmp) +(?:\*)?(?:[0-9a-f]+ <(.+?)>|.*# [0-9a-f]+ <(.+?)>|(.*))$")

    def __init__(self, path, objdump):
        self.symbols = Program(path.read_bytes()).symbols()
        self.calls = {}
        text = subprocess.run(
            [objdump, "-d", "--no-show-raw-insn", str(path)],
            capture_output=True, text=True, check=True).stdout  # fmt: skip
        here = None
        for line in text.splitlines():
            if start := self.START.match(line):
                here = self.calls.setdefault(start[1], [])
            elif "\tcall" in line and (call := self.CALL.search(line)):
                here.append(call[1] or call[2] or call[3])

    def protected(self):
        return {name for name, calls in self.calls.items() if "__stack_chk_fail" in calls}


# Each check yields findings: what is, and what should be.


def check_flags(built, program):
    if program.machine != 0x8664:
        yield f"is made for machine {program.machine:#x}, not for x64"
    for flag in REQUIRED_FLAGS:
        if not program.characteristics & flag:
            yield f"lacks '{FLAGS[flag]}'"
    # GCC cannot emit its checks: the mark alone would be a lie.
    if program.characteristics & GUARD_FLAG:
        yield "claims control-flow guard, which the compiler cannot make"
    if program.subsystem != expected.SUBSYSTEMS[built.name]:
        yield f"has subsystem {program.subsystem}"
    if program.timestamp != 0:
        yield f"carries a time of its making ({program.timestamp})"


def check_relocations(built, program):
    if program.file_characteristics & RELOCATIONS_STRIPPED or program.relocation_count() == 0:
        yield "has no relocations, so its address cannot be moved"


def check_sections(built, program):
    for section in program.sections:
        rights = expected.SECTIONS.get(section.name)
        if "w" in section.rights() and "x" in section.rights():
            yield f"section {section.name} is writable and executable"
        elif rights is None:
            yield f"has a section '{section.name}', which is not expected"
        elif section.rights() != rights:
            yield f"section {section.name} is {section.rights()}, not {rights}"
    for missing in expected.SECTIONS.keys() - {section.name for section in program.sections}:
        yield f"has no section {missing}"


def check_size(built, program):
    if len(built.data) > expected.SIZE_MAX:
        yield f"has {len(built.data)} bytes, more than {expected.SIZE_MAX}"
    # A signature is appended later and has a directory of its own.
    if len(built.data) != program.end_of_sections() and not program.has_directory("security"):
        yield f"has {len(built.data) - program.end_of_sections()} bytes after its last section"


def check_directories(built, program):
    for name in ("debug", "export", "delayed import", "bound import", "managed code"):
        if program.has_directory(name):
            yield f"has a directory '{name}'"


def check_imports(built, program):
    allowed = expected.LIBRARIES[built.name]
    forbidden = expected.FORBIDDEN_EVERYWHERE | expected.FORBIDDEN[built.name]
    imports = program.imports()
    for one in imports:
        if one.library not in allowed:
            yield f"imports {one.library}: {', '.join(one.functions[:5])}"
        for function in one.functions:
            if function in forbidden or function.startswith(expected.FORBIDDEN_PREFIXES):
                yield f"calls {function} of {one.library}"
    for missing in allowed - {one.library for one in imports}:
        yield f"no longer imports {missing}: take it from the list"


def without_names(tree):
    for element in tree.iter():
        element.tag = element.tag.rpartition("}")[2]
    return tree


def check_manifest(built, program):
    manifests = program.resources(RESOURCE_MANIFEST)
    if len(manifests) != 1:
        yield f"has {len(manifests)} manifests"
        return
    tree = without_names(xml.fromstring(manifests[0]))
    wanted = dict(expected.MANIFEST)
    if built.name == "tidegate.exe":
        wanted |= expected.MANIFEST_OF_WINDOWS
    for value, place in wanted.items():
        path, _, attribute = place.partition("@")
        elements = list(tree.iterfind(path))
        found = [e.get(attribute) if attribute else (e.text or "").strip() for e in elements]
        if found != [value]:
            yield f"its manifest says {found} at {path}, not '{value}'"


def check_version(built, program):
    resources = program.resources(RESOURCE_VERSION)
    if len(resources) != 1:
        yield f"has {len(resources)} version resources"
        return
    version = version_of(resources[0])
    numbers = tuple(map(int, built.version.split("."))) + (0,)
    if version.file_numbers != numbers or version.product_numbers != numbers:
        yield f"its version is {version.file_numbers} and {version.product_numbers}, not {numbers}"
    for key, value in (
        ("FileVersion", built.version),
        ("ProductVersion", built.version),
        ("OriginalFilename", built.name),
        ("ProductName", "Tidegate"),
    ):
        if version.words.get(key) != value:
            yield f"its version resource says {key} '{version.words.get(key)}', not '{value}'"


def check_messages(built, program):
    """The numbers that app/service/event_log.c writes into Windows' log."""
    numbers = set()
    for resource in program.resources(RESOURCE_MESSAGES):
        numbers |= {number for number, text in messages_of(resource).items() if "%1" in text}
    wanted = expected.EVENTS.get(built.name, set())
    if numbers != wanted:
        yield f"has sentences for the events {numbers or 'none'}, not {wanted or 'none'}"


def check_paths(built, program):
    """Where it was built is nobody's business, and would make two builds differ."""
    for path in (str(ROOT), "/work/", "/home/", "/root/", "/tmp/", "/usr/", "build/third_party"):
        for form, name in ((path.encode(), "bytes"), (path.encode("utf-16-le"), "UTF-16")):
            at = built.data.find(form)
            if at >= 0:
                around = built.data[at : at + 60].split(b"\0")[0] if name == "bytes" else b""
                yield f"names a folder of the build, '{path}', at {at:#x}: {around!r}"


def check_first_call(built, program):
    """Nothing may load a library before they are confined to System32."""
    main = [call for call in built.code.calls[expected.MAIN[built.name]] if call != "___chkstk_ms"]
    if main[:1] != ["hardening_apply"]:
        yield f"calls {main[:1]} first, not hardening_apply"
    hardening = built.code.calls.get("hardening_apply", [])
    if hardening[:2] != ["__imp_SetDefaultDllDirectories", "__imp_SetDllDirectoryW"]:
        yield f"hardening_apply calls {hardening[:2]} first"


def check_stack_protector(built, program):
    for symbol in ("__stack_chk_fail", "__stack_chk_guard"):
        if symbol not in built.code.symbols:
            yield f"{symbol} is not linked in"
    protected = built.code.protected()
    if len(protected) < SMALLEST_PROTECTED_COUNT:
        yield f"only {len(protected)} functions are guarded by the stack protector"
    if "sqlite3_open_v2" in built.code.calls and not any(
        name.startswith("sqlite3") for name in protected
    ):
        yield "SQLite is not guarded by the stack protector"


CHECKS = (
    check_flags, check_relocations, check_sections, check_size, check_directories, check_imports,
    check_manifest, check_version, check_messages, check_paths, check_first_call,
    check_stack_protector)  # fmt: skip


def findings_in(built):
    try:
        program = Program(built.data)
        return [finding for check in CHECKS for finding in check(built, program)]
    except (struct.error, IndexError, ValueError, xml.ParseError) as error:
        return [f"cannot be read: {error}"]


def describe(built):
    program = Program(built.data)
    flags = [name for flag, name in FLAGS.items() if program.characteristics & flag]
    sections = " ".join(f"{s.name}:{s.rights()}:{s.memory_size}" for s in program.sections)
    guarded = built.code.protected()
    print(f"{built.name}  {len(built.data)} bytes, version {built.version}")
    print(f"  {', '.join(flags)}; {program.relocation_count()} relocations")
    print("  no control-flow guard, no shadow-stack mark: GCC makes neither for Windows")
    print(f"  sections {sections}")
    for one in sorted(program.imports(), key=lambda one: one.library.lower()):
        print(f"  {one.library}: {len(one.functions)} functions")
    print(f"  stack protector linked in, {len(guarded)} of {len(built.code.calls)} functions")


# The checks' own test: a name, and how to spoil a program so that the check has to speak.


def with_number(built, form, offset, change):
    data = bytearray(built.data)
    struct.pack_into(form, data, offset, change(struct.unpack_from(form, data, offset)[0]))
    return built.spoiled(data)


def with_bytes(built, old, new):
    assert len(old) == len(new) and old in built.data, old
    return built.spoiled(built.data.replace(old, new))


def with_calls(built, name, calls):
    other = built.spoiled(built.data)
    other.code = object.__new__(Code)
    other.code.__dict__ = {**built.code.__dict__, "calls": {**built.code.calls, name: calls}}
    return other


def without_protector(built):
    other = with_calls(built, "", [])
    other.code.symbols = built.code.symbols - {"__stack_chk_fail"}
    return other


def clear_flag(flag):
    def spoil(built, program):
        return with_number(built, "<H", program.optional + 70, lambda flags: flags & ~flag)

    return spoil


def section_header(program, name):
    return next(section.header for section in program.sections if section.name == name)


def spoil_directory(index):
    def spoil(built, program):
        return with_number(built, "<I", program.optional + 112 + 8 * index, lambda _: 0x1000)

    return spoil


SPOILERS = {
    "lacks 'high-entropy": clear_flag(0x0020),
    "lacks 'relocatable": clear_flag(0x0040),
    "lacks 'no execution": clear_flag(0x0100),
    "claims control-flow": lambda b, p: with_number(
        b, "<H", p.optional + 70, lambda flags: flags | GUARD_FLAG
    ),
    "carries a time": lambda b, p: with_number(b, "<I", p.pe + 8, lambda _: 1),
    "has no relocations": lambda b, p: with_number(b, "<H", p.pe + 22, lambda f: f | 1),
    "writable and executable": lambda b, p: with_number(
        b, "<I", section_header(p, ".text") + 36, lambda flags: flags | 0x80000000
    ),
    "section .rdata is rw-": lambda b, p: with_number(
        b, "<I", section_header(p, ".rdata") + 36, lambda flags: flags | 0x80000000
    ),
    "a section '.odd'": lambda b, p: with_bytes(b, b".xdata\0\0", b".odd\0\0\0\0"),
    "a directory 'debug'": spoil_directory(6),
    "a directory 'export'": spoil_directory(0),
    "bytes after its last": lambda b, p: b.spoiled(b.data + b"more"),
    "imports libssp-0.dll": lambda b, p: with_bytes(b, b"IPHLPAPI.DLL\0", b"libssp-0.dll\0"),
    "calls LoadLibraryW": lambda b, p: with_bytes(b, b"FormatMessageW\0", b"LoadLibraryW\0\0\0"),
    "not 'asInvoker'": lambda b, p: with_bytes(b, b'"asInvoker"', b'"asxnvoker"'),
    "longPathAware, not": lambda b, p: with_bytes(b, b">true</longPath", b">fals</longPath"),
    "its version is": lambda b, p: with_number(
        b, "<I", b.data.index(struct.pack("<I", 0xFEEF04BD)) + 8, lambda high: high + 1
    ),
    "says ProductVersion": lambda b, p: with_bytes(
        b, "ProductVersion\0".encode("utf-16-le"), "ProductVersiox\0".encode("utf-16-le")
    ),
    "names a folder": lambda b, p: with_bytes(b, b"This program cannot", b"/home/x/program/not"),
    "first, not hardening_apply": lambda b, p: with_calls(
        b, expected.MAIN[b.name], ["__imp_LoadLibraryExW", "hardening_apply"]
    ),
    "__stack_chk_fail is not": lambda b, p: without_protector(b),
}  # fmt: skip


# Only one program has sentences for the log.
SPOILERS_OF = {
    "tidegate-service.exe": {
        "sentences for the events {2, 4}": lambda b, p: with_bytes(
            b, "Request: %1".encode("utf-16-le"), "Request: %x".encode("utf-16-le")
        ),
    },
}


def unnoticed(built):
    program = Program(built.data)
    for words, spoil in (SPOILERS | SPOILERS_OF.get(built.name, {})).items():
        found = findings_in(spoil(built, program))
        if not any(words in finding for finding in found):
            yield f"a spoiled copy was not noticed: '{words}'; found {found}"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--version", required=True)
    arguments.add_argument("--objdump", default="x86_64-w64-mingw32-objdump")
    arguments.add_argument("programs", nargs="+", type=Path)
    given = arguments.parse_args()
    found = 0
    for path in given.programs:
        code = Code(path.parent / "symbols" / path.name, given.objdump)
        built = Built(path, given.version, code)
        describe(built)
        findings = findings_in(built) or list(unnoticed(built))
        for finding in findings:
            print(f"{path}: {finding}", file=sys.stderr)
        found += len(findings)
    if found:
        print(f"{found} findings", file=sys.stderr)
    else:
        print(f"nothing surprises; {len(SPOILERS)} spoiled copies of each, or more, were noticed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
