"""What a stranger's Open XML workbook holds, before anything opens it: one pass in bounded memory. Repairs nothing.

Two passes over the same bytes would be two readers that may disagree, so every part is unpacked once, by zipfile, and
every part that is read later or looks like XML goes through the XML scan, whatever its name.
"""

import re
import zipfile
from itertools import chain

from backprop.spreadsheet.limits import Limits
from backprop.spreadsheet.package.archive import check_directory, unpack
from backprop.spreadsheet.package.kinds import CONTENT_TYPES, XML_START
from backprop.spreadsheet.package.scanner import PICTURES
from backprop.spreadsheet.xlsx.relations import ReadParts, holds_relations
from backprop.spreadsheet.xlsx.scan_xml import ContentTypes, OpenXmlScanner

NOTES = {
    re.compile(r"vbaProject\w*\.bin$"): "holds macros, which were not run",
    re.compile(r"^xl/externalLinks/[^/]+\.xml$"): "links to other workbooks, which were not opened",
    re.compile(r"^xl/(embeddings|activeX)/[^/]+$"): "holds embedded objects, which were not opened",
}


def scan_parts(archive: zipfile.ZipFile, limits: Limits) -> tuple[str, ...]:
    """Refuse (UnreadableError) what cannot or should not be opened; return notes on what will not be looked at."""
    parts = archive.infolist()
    check_directory(parts, limits)
    names = {part.filename for part in parts if not part.is_dir()}
    types = ContentTypes()
    scanner = OpenXmlScanner(limits)
    scanner.scan(CONTENT_TYPES, unpack(archive, CONTENT_TYPES, limits.part_bytes), types)
    types.check(names)
    read = ReadParts()
    relations = sorted(part for part in names if holds_relations(part))
    for part in relations:
        scanner.scan(part, unpack(archive, part, limits.part_bytes), read.begin(part))
    for part in sorted(names - {CONTENT_TYPES, *relations}):
        blocks = unpack(archive, part, limits.part_bytes)
        first = next(blocks, b"")
        if part in read.names or XML_START.match(first):
            scanner.scan(
                part, chain([first], blocks), lenient=part not in read.names and part.lower().endswith(PICTURES)
            )
        else:
            for _ in blocks:  # for its size and checksum
                pass
    return tuple(note for pattern, note in NOTES.items() if any(pattern.search(name) for name in sorted(names)))
