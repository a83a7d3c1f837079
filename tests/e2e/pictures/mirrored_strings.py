"""Writes a made-up language that reads from right to left: English with Hebrew letters, one for
each Latin one, so that mnemonics stay apart. The product has no such language yet; pictures of its
windows in this one show what mirroring does to them. It takes the place of Arabic, as Wine does not
know Windows' own test language (qps-plocm).

usage: mirrored_strings.py strings.rc OUTPUT

SPDX-License-Identifier: MIT
"""

import re
import sys
from pathlib import Path

TAG = "ar-SA"
LANGUAGE = "LANGUAGE LANG_ARABIC, SUBLANG_ARABIC_SAUDI_ARABIA"
FIRST_LETTER = 0x5D0
# Names, which stay as they are in every language; escapes and inserts; what a key is called.
KEPT = re.compile(r'\\t.*$|\\[a-z]|%\d|""|\b(?:Tidegate|Windows|WSL|IP Helper|portproxy|'
                  r'tidegatectl|IPv6|PC|F5)\b')


def turn(letters):
    return "".join(chr(FIRST_LETTER + ord(one) - ord("a")) if "a" <= one <= "z" else one
                   for one in letters.lower())


def translate(text):
    pieces, at = [], 0
    for kept in KEPT.finditer(text):
        pieces += [turn(text[at:kept.start()]), kept.group()]
        at = kept.end()
    return "".join(pieces) + turn(text[at:])


def main(source, output):
    text = Path(source).read_text(encoding="utf-8")
    text = re.sub(r"^LANGUAGE .*$", LANGUAGE, text, count=1, flags=re.MULTILINE)
    text = re.sub(r'^( +ID[A-Z]_\w+ )"(.*)"$',
                  lambda line: f'{line[1]}"{translate(line[2])}"', text, flags=re.MULTILINE)
    Path(output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
