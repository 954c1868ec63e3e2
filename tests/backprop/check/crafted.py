"""Files that a stranger could send: bombs, broken ones, other formats, and odd ones that are fine."""

import os
import struct
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
WORKBOOK = f"{SPREADSHEET}.sheet.main+xml"

TYPES, BOOK, SHEET = "[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"
STYLES, STRINGS = "xl/styles.xml", "xl/sharedStrings.xml"

Parts = dict[str, str | bytes]
Builder = Callable[[Path], None]


def types(main: str = WORKBOOK, part: str = BOOK) -> str:
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="{main}"/>'
        f'<Override PartName="/{SHEET}" ContentType="{SPREADSHEET}.worksheet+xml"/></Types>'
    )


def book(inside: str = "", sheets: str = '<sheet name="One" sheetId="1" r:id="rId1"/>') -> str:
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets>{inside}</workbook>'


def sheet(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', after: str = "", before: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def relations(*targets: tuple[str, str]) -> str:
    lines = (
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def parts(**changes: str | bytes) -> Parts:
    """A small workbook by part, some replaced: types=, book=, sheet=."""
    return {
        TYPES: changes.get("types", types()),
        "_rels/.rels": relations(("officeDocument", BOOK)),
        BOOK: changes.get("book", book()),
        "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/sheet1.xml")),
        SHEET: changes.get("sheet", sheet()),
    }


def pack(inside: Parts, method: int = ZIP_DEFLATED) -> Builder:
    def build(file: Path) -> None:
        with ZipFile(file, "w", method) as archive:
            for name, content in inside.items():
                archive.writestr(name, content)

    return build


def later(inside: Callable[[], Parts]) -> Builder:
    """A large one, made when it is asked for; stored, so that nothing is refused for shrinking well."""

    def build(file: Path) -> None:
        pack(inside(), ZIP_STORED)(file)

    return build


def with_sheet(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', after: str = "", before: str = "") -> Builder:
    return pack(parts(sheet=sheet(rows, after, before)))


def with_part(name: str, content: str | bytes) -> Builder:
    return pack(parts() | {name: content})


def raw(content: bytes) -> Builder:
    def build(file: Path) -> None:
        file.write_bytes(content)

    return build


def patched(build: Builder, change: Callable[[bytearray], None]) -> Builder:
    """A file built and then changed, byte by byte."""

    def both(file: Path) -> None:
        build(file)
        content = bytearray(file.read_bytes())
        change(content)
        file.write_bytes(content)

    return both


def _records(content: bytearray, name: str) -> tuple[int, int]:
    """Where the local header and the directory entry of a part stand."""
    local = content.index(b"PK\x03\x04", content.index(name.encode()) - 30)
    entry = content.index(b"PK\x01\x02", content.rindex(name.encode()) - 46)
    return local, entry


def forge(name: str, *, size: int | None = None, flag: int = 0, method: int | None = None) -> Builder:
    """A workbook that lies about one part, in its header and in the directory."""

    def change(content: bytearray) -> None:
        for start, at in zip(_records(content, name), (6, 8), strict=True):
            (flags,) = struct.unpack_from("<H", content, start + at)
            struct.pack_into("<H", content, start + at, flags | flag)
            if method is not None:
                struct.pack_into("<H", content, start + at + 2, method)
            if size is not None:
                struct.pack_into("<I", content, start + at + 16, size)

    return patched(pack(parts(), ZIP_STORED if size is None else ZIP_DEFLATED), change)


def rename(old: str, new: str) -> Builder:
    """A workbook with a part of another name of the same length, which zipfile itself might not write."""
    assert len(old.encode()) == len(new.encode())

    def change(content: bytearray) -> None:
        content[:] = bytes(content).replace(old.encode(), new.encode())

    return patched(with_part(old, "<x/>"), change)


def overlapping(file: Path) -> None:
    """The second sheet's directory entry points at the first's bytes, so that one packed part counts many times."""

    def change(content: bytearray) -> None:
        first, second = _records(content, SHEET), _records(content, "xl/worksheets/sheet2.xml")
        content[second[1] + 42 : second[1] + 46] = content[first[1] + 42 : first[1] + 46]

    patched(with_part("xl/worksheets/sheet2.xml", sheet()), change)(file)


def wrong_checksum(file: Path) -> None:
    def change(content: bytearray) -> None:
        at = content.index(b"<sheetData>")
        content[at : at + 11] = b"<sheetdata>"

    patched(pack(parts(), ZIP_STORED), change)(file)


def wrong_picture(file: Path) -> None:
    def change(content: bytearray) -> None:
        content[content.index(b"the end")] = 0

    patched(pack(parts() | {"xl/media/image1.png": b"\x89PNG" * 90_000 + b"the end"}, ZIP_STORED), change)(file)


def broken_stream(file: Path) -> None:
    def change(content: bytearray) -> None:
        local, _ = _records(content, SHEET)
        start = local + 30 + len(SHEET)
        content[start : start + 20] = b"\xff" * 20

    patched(pack(parts()), change)(file)


def cut_short(file: Path) -> None:
    pack(parts())(file)
    file.write_bytes(file.read_bytes()[:-200])


def great_directory(file: Path) -> None:
    with ZipFile(file, "w") as archive:
        for number in range(20):
            info = ZipInfo(f"{number}.xml")
            info.comment = b"x" * 60_000
            archive.writestr(info, "")


def ole(*names: str) -> bytes:
    """The head of a compound file and a directory with these entries."""
    directory = b"".join(name.encode("utf-16-le").ljust(64, b"\0").ljust(128, b"\1") for name in ("Root Entry", *names))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\2") + directory.ljust(4096, b"\3")


def laughs() -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE worksheet [<!ENTITY l0 "ha">{entities}]>' + sheet('<row r="1"><c r="A1"><v>&l9;</v></c></row>')


def outside() -> str:
    return '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + sheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row>'
    )


def shared(length: int, cells: int) -> str:
    text = "+".join(["A1"] * (length // 3))
    first = f'<row r="1"><c r="B1"><f t="shared" ref="B1:B{cells}" si="0">{text}</f></c></row>'
    return first + "".join(f'<row r="{n}"><c r="B{n}"><f t="shared" si="0"/></c></row>' for n in range(2, cells + 1))


def named(text: str, times: int = 1) -> str:
    names = "".join(f'<definedName name="n{n}">{text}</definedName>' for n in range(times))
    return book(f"<definedNames>{names}</definedNames>")


def styles(element: str, times: int) -> str:
    return f'<styleSheet xmlns="{MAIN}"><cellXfs count="1">{element * times}</cellXfs></styleSheet>'


def strings(text: str, times: int = 1) -> str:
    return f'<sst xmlns="{MAIN}">{f"<si><t>{text}</t></si>" * times}</sst>'


ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
WHOLE = "A1:XFD1048576"
NOISE = os.urandom  # what does not shrink, so that no limit but the one meant is met

# name -> (how to build it, what is said of it)
REFUSED: dict[str, tuple[Builder, str]] = {
    # other files
    "empty": (raw(b""), r"^empty: 0 bytes$"),
    "text": (raw(b"epoch,w1,w2\n1,0.15,0.2\n"), r"^plain text \(such as CSV\)"),
    "text-latin1": (raw("época;pérdida\n".encode("latin-1")), r"^plain text"),
    "html": (raw(b"<html><table><tr><td>1</td></tr></table></html>"), r"^a web page or XML text"),
    "spreadsheetml-2003": (raw(b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>'), r"^a web page or XML text"),
    "pdf": (raw(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"), r"^a PDF document"),
    "noise": (raw(b"\x7fELF\0\1\2\3" * 50), r"^not an Excel workbook: it begins with the bytes 7f 45 4c 46"),
    "~$lock": (raw(b"\x05Alice".ljust(165, b"\0")), r"^the lock file that Excel keeps"),
    "password": (raw(ole("EncryptionInfo", "EncryptedPackage")), r"^encrypted with a password"),
    "xls": (raw(ole("Workbook")), r"^an old Excel workbook \(\.xls\)"),
    "xls-95": (raw(ole("Book")), r"^an old Excel workbook \(\.xls\)"),
    "doc": (raw(ole("WordDocument")), r"^an old Word document"),
    "ole": (raw(ole("Thumbs", "My Workbook")), r"^an OLE compound file without a workbook"),
    "ods": (
        pack({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}, ZIP_STORED),
        r"^an OpenDocument spreadsheet \(\.ods\)",
    ),
    "odt": (pack({"mimetype": "application/vnd.oasis.opendocument.text"}), r"^an OpenDocument file that is not a"),
    "numbers": (pack({"Index/Document.iwa": "x", "Data/a.jpg": "x"}), r"^an Apple Numbers"),
    "docx": (
        pack(parts(types=types("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"))),
        r"^a Word document",
    ),
    "pptx": (
        pack(parts(types=types("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"))),
        r"^a PowerPoint presentation",
    ),
    "xlsb": (
        pack(parts(types=types("application/vnd.ms-excel.sheet.binary.macroEnabled.main", "xl/workbook.bin"))),
        r"^a binary Excel workbook \(\.xlsb\)",
    ),
    "zip": (pack({"a.txt": "a"}), r"^a zip archive, but not a workbook: \[Content_Types\]\.xml is missing$"),
    "zip-empty": (pack({}), r"^an empty zip archive"),
    # broken archives
    "no-workbook": (
        pack({name: content for name, content in parts().items() if name != BOOK}),
        r"^the workbook part 'xl/workbook\.xml' is missing$",
    ),
    "no-main-type": (pack(parts(types=types("application/xml"))), r"^holds no workbook: "),
    "cut-short": (cut_short, r"^a damaged zip archive: its directory is missing"),
    "half": (raw(b"PK\x03\x04" + b"\0" * 100), r"^a damaged zip archive: its directory is missing"),
    "checksum": (wrong_checksum, rf"^part '{SHEET}' is damaged: Bad CRC-32"),
    "checksum-of-a-picture": (wrong_picture, r"^part 'xl/media/image1\.png' is damaged: Bad CRC-32"),
    "broken-stream": (broken_stream, rf"^part '{SHEET}' is damaged: Error -3 while decompressing"),
    "overlapping": (overlapping, r"^parts '\S+' and '\S+' overlap in the zip archive$"),
    "twice": (
        patched(
            with_part("xl/worksheets/sheet2.xml", sheet()),
            lambda content: content.__setitem__(
                slice(None), bytes(content).replace(b"xl/worksheets/sheet2.xml", SHEET.encode())
            ),
        ),
        rf"^part '{SHEET}' is there twice$",
    ),
    "twice-by-case": (pack(parts() | {"xl/A.xml": "<x/>", "xl/a.xml": "<x/>"}), r"^part 'xl/a\.xml' is there twice$"),
    "upwards": (with_part("xl/../../../root.xml", "<x/>"), r"name that leads out of the archive$"),
    "absolute": (with_part("/etc/passwd", "<x/>"), r"^part '/etc/passwd' has a name that leads out"),
    "backslashes": (rename("xl/a/b.xml", "xl\\a\\b.xml"), r"name that leads out of the archive$"),
    "drive": (with_part("C:/b.xml", "<x/>"), r"name that leads out of the archive$"),
    "control-name": (rename("xl/aaa.xml", "xl/a\0a.xml"), r"^part 'xl/a\\x00a\.xml' has a name with control"),
    "long-name": (with_part("x" * 300, "<x/>"), r"has a name with control characters, or of more than 255$"),
    "encrypted-part": (forge(SHEET, flag=1), rf"^part '{SHEET}' is encrypted"),
    "bzip2": (pack(parts(), ZIP_BZIP2), r"is packed by method 12; only 0 and 8 are allowed$"),
    "aes": (forge(SHEET, method=99), rf"^part '{SHEET}' is packed by method 99;"),
    "many-parts": (
        pack(parts() | {f"xl/{n}.xml": "" for n in range(5_000)}, ZIP_STORED),
        r"^a zip archive of 5,005 parts; at most 5,000$",
    ),
    "great-directory": (great_directory, r"^a zip archive with a directory of 1,201,\d+ bytes; at most 1,048,576$"),
    # sizes
    "zip-bomb": (
        with_part(STRINGS, b" " * 8_000_000),
        rf"^part '{STRINGS}' unpacks from [\d,]+ to 8,000,000 bytes; at most 250 times",
    ),
    "says-less": (forge(SHEET, size=50), rf"^part '{SHEET}' is damaged: Bad CRC-32"),
    "says-more": (forge(SHEET, size=1_000_000), rf"^part '{SHEET}' says it has 1,000,000 bytes, but unpacks to \d+$"),
    "says-huge": (forge(SHEET, size=300_000_000), rf"^part '{SHEET}' has 300,000,000 bytes; at most 268,435,456$"),
    "says-4-gb": (forge(SHEET, size=4_000_000_000), r"^4,000,00\d,\d+ bytes when unpacked; at most 536,870,912$"),
    # XML
    "billion-laughs": (pack(parts(sheet=laughs())), rf"^part '{SHEET}': it declares a DOCTYPE"),
    "outside-entity": (pack(parts(sheet=outside())), rf"^part '{SHEET}': it declares a DOCTYPE"),
    "laughing-types": (pack(parts(types=laughs())), r"^part '\[Content_Types\]\.xml': it declares a DOCTYPE"),
    "laughs-utf-16": (pack(parts(sheet=laughs().encode("utf-16"))), rf"^part '{SHEET}': it declares a DOCTYPE"),
    "laughs-as-png": (with_part("xl/media/image1.png", laughs()), r"'xl/media/image1\.png': it declares a DOCTYPE"),
    "not-xml": (pack(parts(sheet="<worksheet><row></worksheet>")), rf"^part '{SHEET}' is not proper XML: mismatched"),
    "half-xml": (pack(parts(sheet=sheet()[:-20])), rf"^part '{SHEET}' is not proper XML: "),
    "utf-7": (
        pack(parts(sheet='<?xml version="1.0" encoding="utf-7"?>' + sheet())),
        rf"^part '{SHEET}': encoding 'utf-7'; one of: utf-8, utf-16, us-ascii$",
    ),
    "deep": (with_sheet(after="<a>" * 50_000 + "</a>" * 50_000), r"elements are nested more than 128 deep$"),
    "giant-attribute": (
        with_sheet(f'<row r="1"><c r="A1" s="{NOISE(500_000).hex()}"/></row>'),
        r"262,144 bytes without a tag: no text or attribute may be as long$",
    ),
    "many-attributes": (
        with_sheet("<row " + " ".join(f'a{n}="{n}"' for n in range(100_000)) + "/>"),
        r"262,144 bytes without a tag",
    ),
    "giant-text": (with_part(STRINGS, strings(NOISE(500_000).hex())), r"262,144 bytes without a tag"),
    "giant-comment": (
        with_sheet(after=f"<!--{'<>' + NOISE(50).hex()}{'<' * 900_000}-->"),
        r"a comment, tag or CDATA",
    ),
    "giant-cdata": (
        with_part(STRINGS, strings(f"<![CDATA[{NOISE(50).hex()}{'<' * 900_000}]]>")),
        r"a comment, tag or CDATA section of more than 262,144 bytes$",
    ),
    # sheets
    "row-beyond": (with_sheet('<row r="1048577"/>'), r"row '1048577'; 1 to 1048576 are allowed$"),
    "row-huge": (with_sheet(f'<row r="{"9" * 5_000}"/>'), r"row '999\S+'; 1 to 1048576 are allowed$"),
    "row-zero": (with_sheet('<row r="0"/>'), r"row '0'; 1 to 1048576 are allowed$"),
    "row-after-last": (with_sheet('<row r="1048576"/><row/>'), r"row '1048577'; 1 to 1048576 are allowed$"),
    "cell-beyond-row": (with_sheet('<row r="1"><c r="A9999999"/></row>'), r"'A9999999' is no cell or area between A1"),
    "cell-beyond-column": (with_sheet('<row r="1"><c r="XFE1"/></row>'), r"'XFE1' is no cell or area"),
    "cell-prefixed": (
        pack(parts(sheet=f'<x:worksheet xmlns:x="{MAIN}"><x:row><x:c r="ZZZZ1"/></x:row></x:worksheet>')),
        r"'ZZZZ1' is no cell or area",
    ),
    "cells-in-row": (with_sheet(f'<row r="1">{"<c/>" * 20_000}</row>' + "<row/>"), r"more than 16,384 cells in"),
    "cells-in-last-row": (with_sheet("<row>" + "<c/>" * 20_000 + "</row>"), r"more than 16,384 cells in row 1$"),
    "merge-whole": (
        with_sheet(after=f'<mergeCells><mergeCell ref="{WHOLE}"/></mergeCells>'),
        r"17,179,869,184 cells in areas so far; at most 2,000,000 in a workbook$",
    ),
    "merge-columns": (
        with_sheet(after='<mergeCells><mergeCell ref="A:XFD"/></mergeCells>'),
        r"17,179,869,184 cells in",
    ),
    "merges": (
        with_sheet(after="".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 210_001))),
        r"2\d\d,\d+ ranges so far; at most 200,000 in a workbook$",
    ),
    "hyperlink-whole": (
        with_sheet(after=f'<hyperlink ref="{WHOLE}" location="A1"/>'),
        r"17,179,869,184 cells in areas",
    ),
    "array-whole": (
        with_sheet(f'<row r="1"><c r="A1"><f t="array" ref="{WHOLE}">1</f></c></row>'),
        r"17,179,869,184 cells in areas",
    ),
    "data-table": (
        with_sheet('<row r="1"><c r="A1"><f t="dataTable" ref="A1:Z900000" r1="B1"/></c></row>'),
        r"23,400,000 cells in areas",
    ),
    "no-area": (with_sheet(after='<mergeCell ref="A1:B2:C3"/>'), r"'A1:B2:C3' is no cell or area"),
    "format-ranges": (
        with_sheet(after=f'<conditionalFormatting sqref="{"A1 " * 60_000}"/>' * 4),
        r"240,004 ranges so far; at most 200,000",
    ),
    "format-beyond": (with_sheet(after='<conditionalFormatting sqref="A1 XFE1"/>'), r"'XFE1' is no cell or area"),
    "validation-beyond": (with_sheet(after='<dataValidation sqref="A1:A1048577"/>'), r"'A1:A1048577' is no cell or"),
    "shared-formula": (
        with_sheet(shared(length=60_000, cells=20_000)),
        r"1,\d+,\d+,\d+ shared characters so far; at most 1,000,000,000 in a workbook$",
    ),
    "million-rows": (
        later(lambda: parts() | {f"xl/worksheets/sheet{n}.xml": sheet("<row/>" * 700_000) for n in (1, 2)}),
        r"1,2\d\d,\d+ rows so far; at most 1,200,000 in a workbook$",
    ),
    # the rest of a workbook
    "million-styles": (
        later(lambda: parts() | {STYLES: styles('<xf numFmtId="0"/>', 1_000_000)}),
        rf"^part '{STYLES}': 2\d\d,\d+ styles so far; at most 200,000",
    ),
    "million-strings": (
        later(lambda: parts() | {STRINGS: strings("a", 550_000)}),
        r"5\d\d,\d+ shared strings so far; at most 500,000",
    ),
    "many-sheets": (
        pack(parts(book=book(sheets='<sheet name="a" sheetId="1"/>' * 501))),
        r"501 sheets so far; at most 500 in a workbook$",
    ),
    "many-names": (pack(parts(book=named("A1", 20_001))), r"20,001 defined names so far; at most 20,000"),
    "long-name-text": (
        pack(parts(book=named("A1+" * 20_000))),
        r"a defined name of 60,000 characters; at most 32,767$",
    ),
    "many-points": (
        later(lambda: parts() | {"xl/charts/chart1.xml": f"<c:c xmlns:c='c'>{'<c:pt/>' * 1_100_000}</c:c>"}),
        r"1,0\d\d,\d+ chart points so far; at most 1,000,000",
    ),
    "many-drawings": (
        with_part("xl/drawings/drawing1.xml", f"<d xmlns:x='x'>{'<x:twoCellAnchor/>' * 20_001}</d>"),
        r"20,001 drawings so far; at most 20,000",
    ),
    "many-relations": (
        with_part("xl/worksheets/_rels/sheet1.xml.rels", relations(*[("image", "a.png")] * 20_001)),
        r"20,0\d\d relations so far; at most 20,000",
    ),
}

# name -> (how to build it, what is noted)
ALLOWED: dict[str, tuple[Builder, tuple[str, ...]]] = {
    "plain": (pack(parts()), ()),
    "stored": (pack(parts(), ZIP_STORED), ()),
    "utf-16": (pack(parts(sheet=sheet().encode("utf-16"))), ()),
    "prefixed": (pack(parts(sheet=f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData/></x:worksheet>')), ()),
    "template": (pack(parts(types=types(f"{SPREADSHEET}.template.main+xml"))), ()),
    "type-by-ending": (
        pack(parts(types=f'<Types xmlns="t"><Default Extension="XML" ContentType="{WORKBOOK}"/></Types>')),
        (),
    ),
    "folders": (pack({"xl/": "", "xl/worksheets/": ""} | parts()), ()),
    "rows-out-of-order": (with_sheet('<row r="9"/><row r="3"/><row><c/><c r="AB7"/></row>'), ()),
    "last-cell": (with_sheet('<row r="1048576"><c r="XFD1048576"/></row>'), ()),
    "false-dimension": (with_sheet(before=f'<dimension ref="{WHOLE}"/>'), ()),
    "formats-whole-sheet": (
        with_sheet(after=f'<conditionalFormatting sqref="{WHOLE}"/><dataValidation sqref="A:A"/>'),
        (),
    ),
    "merges": (with_sheet(after='<mergeCell ref="A1:B2"/><mergeCell ref="$A$3:$B$4"/><mergeCell ref="5:6"/>'), ()),
    "shared-formula": (with_sheet(shared(length=60, cells=1_000)), ()),
    "longest-text": (with_part(STRINGS, strings("\U0001f600" * 32_767)), ()),
    "escaped-text": (with_part(STRINGS, strings("&quot;" * 32_767)), ()),
    "cdata": (with_part(STRINGS, strings("<![CDATA[a < b]]>")), ()),
    "calculation-chain": (with_part("xl/calcChain.xml", "<calcChain>" + '<c r="A1"/>' * 30_000 + "</calcChain>"), ()),
    "cells-of-other-kinds": (with_part("customXml/item1.xml", f"<a>{'<c/>' * 20_000}</a>"), ()),
    "svg-doctype": (
        with_part("xl/media/image1.svg", '<!DOCTYPE svg [<!ENTITY ns "http://x">]><svg xmlns="&ns;"/>'),
        (),
    ),
    "vml-not-xml": (with_part("xl/drawings/vmlDrawing1.vml", "<xml><br></xml>"), ()),
    "macros": (
        pack(
            parts(types=types("application/vnd.ms-excel.sheet.macroEnabled.main+xml"))
            | {"xl/vbaProject.bin": ole("VBA")}
        ),
        ("holds macros, which were not run",),
    ),
    "links": (
        with_part("xl/externalLinks/externalLink1.xml", "<externalLink/>"),
        ("links to other workbooks, which were not opened",),
    ),
    "embedded-bomb": (
        with_part("xl/embeddings/a.zip", b"PK\x03\x04" + b"\0" * 900_000),
        ("holds embedded objects, which were not opened",),
    ),
}
