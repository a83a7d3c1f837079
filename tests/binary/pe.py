"""Reads what Windows' loader reads of a 64-bit program: headers, sections, imports, resources.

SPDX-License-Identifier: MIT

A value that cannot be read raises struct.error or IndexError: a file that the loader would refuse.
"""

import struct
from dataclasses import dataclass

DIRECTORY_NAMES = (
    "export", "import", "resource", "exception", "security", "relocation", "debug",
    "architecture", "global pointer", "thread storage", "load configuration", "bound import",
    "import addresses", "delayed import", "managed code", "reserved")  # fmt: skip
RESOURCE_MESSAGES = 11
RESOURCE_VERSION = 16
RESOURCE_MANIFEST = 24

CAN_EXECUTE = 0x20000000
CAN_READ = 0x40000000
CAN_WRITE = 0x80000000


@dataclass
class Section:
    name: str
    address: int
    memory_size: int
    offset: int
    file_size: int
    flags: int
    header: int  # offset of its header in the file

    def rights(self):
        pairs = ((CAN_READ, "r"), (CAN_WRITE, "w"), (CAN_EXECUTE, "x"))
        return "".join(letter if self.flags & flag else "-" for flag, letter in pairs)


@dataclass
class Import:
    library: str
    functions: list
    name_offset: int  # of the library's name in the file


class Program:
    def __init__(self, data):
        self.data = bytes(data)
        self.pe = self._number("<I", 0x3C)
        if self.data[:2] != b"MZ" or self.data[self.pe : self.pe + 4] != b"PE\0\0":
            raise ValueError("is no program for Windows")
        self.machine, section_count, self.timestamp, self._symbols, self._symbol_count = (
            struct.unpack_from("<HHIII", self.data, self.pe + 4)
        )
        self.optional = self.pe + 24
        if self._number("<H", self.optional) != 0x20B:
            raise ValueError("is no 64-bit program")
        self.subsystem, self.characteristics = struct.unpack_from(
            "<HH", self.data, self.optional + 68
        )
        self.file_characteristics = self._number("<H", self.pe + 22)
        self.directories = self._read_directories()
        headers = self.optional + self._number("<H", self.pe + 20)
        self.sections = [self._read_section(headers + 40 * i) for i in range(section_count)]

    def _number(self, form, offset):
        return struct.unpack_from(form, self.data, offset)[0]

    def _text(self, offset):
        return self.data[offset : self.data.index(b"\0", offset)].decode("latin-1")

    def _read_directories(self):
        count = min(self._number("<I", self.optional + 108), len(DIRECTORY_NAMES))
        return {
            DIRECTORY_NAMES[i]: struct.unpack_from("<II", self.data, self.optional + 112 + 8 * i)
            for i in range(count)
        }

    def _read_section(self, header):
        name = self.data[header : header + 8].rstrip(b"\0").decode("latin-1")
        if name.startswith("/") and self._symbols:  # a long name, in the table of strings
            name = self._text(self._symbols + 18 * self._symbol_count + int(name[1:]))
        size, address, file_size, offset = struct.unpack_from("<IIII", self.data, header + 8)
        flags = self._number("<I", header + 36)
        return Section(name, address, size, offset, file_size, flags, header)

    def has_directory(self, name):
        return self.directories.get(name, (0, 0)) != (0, 0)

    def offset_of(self, address):
        for section in self.sections:
            if section.address <= address < section.address + section.file_size:
                return section.offset + address - section.address
        raise IndexError(f"no section holds address {address:#x}")

    def imports(self):
        if not self.has_directory("import"):
            return []
        found = []
        at = self.offset_of(self.directories["import"][0])
        while True:
            names, _, _, library, addresses = struct.unpack_from("<IIIII", self.data, at)
            if library == 0:
                return found
            name_offset = self.offset_of(library)
            functions = self._read_functions(self.offset_of(names or addresses))
            found.append(Import(self._text(name_offset), functions, name_offset))
            at += 20

    def _read_functions(self, at):
        functions = []
        while (entry := self._number("<Q", at)) != 0:
            if entry >> 63:
                functions.append(f"#{entry & 0xFFFF}")
            else:
                functions.append(self._text(self.offset_of(entry) + 2))
            at += 8
        return functions

    def resources(self, kind):
        """The bytes of each resource of that kind."""
        if not self.has_directory("resource"):
            return []
        root = self.offset_of(self.directories["resource"][0])
        return [
            self._read_resource(root, leaf)
            for number, child in self._entries(root, root)
            if number == kind
            for leaf in self._leaves(root, child)
        ]

    def _entries(self, root, at):
        named, numbered = struct.unpack_from("<HH", self.data, at + 12)
        for i in range(named + numbered):
            yield struct.unpack_from("<II", self.data, at + 16 + 8 * i)

    def _leaves(self, root, child):
        if not child & 0x80000000:
            yield root + child
            return
        for _, grandchild in self._entries(root, root + (child & 0x7FFFFFFF)):
            yield from self._leaves(root, grandchild)

    def _read_resource(self, root, leaf):
        address, size = struct.unpack_from("<II", self.data, leaf)
        offset = self.offset_of(address)
        return self.data[offset : offset + size]

    def relocation_count(self):
        if not self.has_directory("relocation"):
            return 0
        address, size = self.directories["relocation"]
        at = self.offset_of(address)
        end = at + size
        count = 0
        while at < end:
            block = self._number("<I", at + 4)
            if block < 8:
                break
            for i in range((block - 8) // 2):
                count += self._number("<H", at + 8 + 2 * i) >> 12 != 0
            at += block
        return count

    def end_of_sections(self):
        return max(section.offset + section.file_size for section in self.sections)

    def symbols(self):
        """Names of what this file defines itself. Empty when it was stripped."""
        names = set()
        strings = self._symbols + 18 * self._symbol_count
        at = self._symbols
        while at and at < strings:
            raw = self.data[at : at + 8]
            section, _, _, extra = struct.unpack_from("<hHBB", self.data, at + 12)
            if section > 0:
                long_name = self._number("<I", at + 4)
                short = raw.rstrip(b"\0").decode("latin-1")
                names.add(self._text(strings + long_name) if raw[:4] == bytes(4) else short)
            at += 18 * (1 + extra)
        return names


@dataclass
class Version:
    file_numbers: tuple
    product_numbers: tuple
    words: dict


def version_of(resource):
    """What a version resource says: its fixed numbers and its words."""
    at = resource.index(struct.pack("<I", 0xFEEF04BD))
    numbers = struct.unpack_from("<HHHHHHHH", resource, at + 8)
    low_high = [(numbers[i + 1], numbers[i], numbers[i + 3], numbers[i + 2]) for i in (0, 4)]
    words = {}
    text = resource.decode("utf-16-le", "replace")
    for key in ("CompanyName", "FileDescription", "FileVersion", "InternalName",
                "LegalCopyright", "OriginalFilename", "ProductName", "ProductVersion"):  # fmt: skip
        start = text.find("\1" + key + "\0")
        if start >= 0:
            rest = text[start + len(key) + 2 :].lstrip("\0")
            words[key] = rest[: rest.index("\0")]
    return Version(low_high[0], low_high[1], words)


def messages_of(resource):
    """What a message table says, by number."""
    messages = {}
    for block in range(struct.unpack_from("<I", resource)[0]):
        low, high, at = struct.unpack_from("<III", resource, 4 + 12 * block)
        for number in range(low, high + 1):
            size, flags = struct.unpack_from("<HH", resource, at)
            text = resource[at + 4 : at + size]
            messages[number] = text.decode("utf-16-le" if flags & 1 else "latin-1").rstrip("\0")
            at += size
    return messages
