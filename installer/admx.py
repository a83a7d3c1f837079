#!/usr/bin/env python3
"""installer/admx.py FILE: the templates for Group Policy as one archive, laid out as a folder
PolicyDefinitions is. The same sources give the same bytes (SOURCE_DATE_EPOCH).

SPDX-License-Identifier: MIT
"""

import os
import sys
import time
import zipfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "admx"
FIRST_TIME = (1980, 1, 1, 0, 0, 0)      # that the format knows


def main(output):
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    moment = max(time.gmtime(epoch)[:6], FIRST_TIME)
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(FOLDER.rglob("*")):
            if path.is_file():
                name = zipfile.ZipInfo("PolicyDefinitions/" + path.relative_to(FOLDER).as_posix(),
                                       moment)
                name.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(name, path.read_bytes())


main(sys.argv[1])
