#!/usr/bin/env python3
"""Writes an SPDX 2.3 bill of materials: what the programs are made of and built with.

    sbom.py VERSION HOME_PAGE SQLITE_H FILE... >tidegate-VERSION.spdx.json

SPDX-License-Identifier: MIT

The time is SOURCE_DATE_EPOCH, and the document's name comes from the files' hashes, so the same
build gives the same document.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def package(name, version, licence, supplier, location):
    return {"SPDXID": f"SPDXRef-{name}", "name": name, "versionInfo": version,
            "licenseConcluded": licence, "licenseDeclared": licence, "copyrightText": "NOASSERTION",
            "supplier": supplier, "downloadLocation": location, "filesAnalyzed": False}


def describe_file(path):
    content = path.read_bytes()
    return {"SPDXID": f"SPDXRef-File-{path.name}", "fileName": f"./{path.name}",
            "fileTypes": ["BINARY"], "licenseConcluded": "MIT", "copyrightText": "NOASSERTION",
            "checksums": [{"algorithm": name.upper(), "checksumValue": hashlib.new(name, content)
                           .hexdigest()} for name in ("sha1", "sha256")]}


def relation(one, kind, other):
    return {"spdxElementId": f"SPDXRef-{one}", "relationshipType": kind,
            "relatedSpdxElement": f"SPDXRef-{other}"}


def main(version, home_page, sqlite_header, *files):
    sqlite = re.search(r'#define SQLITE_VERSION\s+"([^"]+)"', Path(sqlite_header).read_text())[1]
    gcc = output("x86_64-w64-mingw32-gcc", "-dumpfullversion")
    mingw = output("dpkg-query", "-W", "-f=${Version}", "mingw-w64-x86-64-dev")
    nsis = output("makensis", "-VERSION").removeprefix("v")
    described = [describe_file(Path(file)) for file in files]
    name = hashlib.sha256(json.dumps(described).encode()).hexdigest()
    created = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", 0)), timezone.utc)
    document = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"tidegate-{version}", "documentNamespace": f"{home_page}spdx/{version}/{name}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "creators": ["Tool: tidegate-sbom"]},
        "packages": [
            package("Tidegate", version, "MIT", "Organization: Tidegate contributors", home_page),
            package("SQLite", sqlite, "blessing", "Organization: SQLite", "https://sqlite.org/"),
            package("mingw-w64", mingw, "ZPL-2.1", "Organization: mingw-w64",
                    "https://www.mingw-w64.org/"),
            package("libgcc", gcc, "GPL-3.0-or-later WITH GCC-exception-3.1", "Organization: GNU",
                    "https://gcc.gnu.org/"),
            package("NSIS", nsis, "Zlib", "Organization: NSIS", "https://nsis.sourceforge.io/"),
        ],
        "files": described,
        "relationships": [
            relation("DOCUMENT", "DESCRIBES", "Tidegate"),
            relation("SQLite", "STATIC_LINK", "Tidegate"),
            relation("mingw-w64", "STATIC_LINK", "Tidegate"),
            relation("libgcc", "STATIC_LINK", "Tidegate"),
            # Its stub and two plug-ins are the set-up program and the uninstaller.
            relation("Tidegate", "CONTAINS", "NSIS"),
        ] + [relation("Tidegate", "CONTAINS", f"File-{Path(file).name}") for file in files],
    }
    json.dump(document, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main(*sys.argv[1:])
