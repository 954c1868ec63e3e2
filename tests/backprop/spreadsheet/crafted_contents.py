"""Workbooks to refuse for what is in their parts: hostile XML, places out of bounds, too much; odd ones to accept."""

import os
from zipfile import ZIP_STORED

from tests.backprop.spreadsheet.crafted import (
    MAIN,
    SHEET,
    SPREADSHEET,
    STRINGS,
    STYLES,
    WORKBOOK,
    Builder,
    book,
    later,
    ole,
    pack,
    parts,
    relations,
    sheet,
    types,
    with_part,
    with_sheet,
)


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


def called(name: str, content: str | bytes) -> Builder:
    """A workbook whose one sheet is a part of that name."""
    return pack(parts() | {"xl/_rels/workbook.xml.rels": relations(("worksheet", name)), f"xl/{name}": content})


def named(text: str, times: int = 1) -> str:
    names = "".join(f'<definedName name="n{n}">{text}</definedName>' for n in range(times))
    return book(f"<definedNames>{names}</definedNames>")


def styles(element: str, times: int) -> str:
    return f'<styleSheet xmlns="{MAIN}"><cellXfs count="1">{element * times}</cellXfs></styleSheet>'


def strings(text: str, times: int = 1) -> str:
    return f'<sst xmlns="{MAIN}">{f"<si><t>{text}</t></si>" * times}</sst>'


WHOLE = "A1:XFD1048576"
NOISE = os.urandom  # what does not shrink, so that no limit but the one meant is met

# name -> (how to build it, what is said of it)
CONTENTS: dict[str, tuple[Builder, str]] = {
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
    # parts that are read, whatever they are called and begin with
    "sheet-called-picture": (
        called("worksheets/sheet1.svg", f"<!DOCTYPE a>{sheet()}"),
        r"sheet1\.svg': it declares a DOCTYPE",
    ),
    "sheet-broken-picture": (called("worksheets/sheet1.vml", "<worksheet>"), r"sheet1\.vml' is not proper XML"),
    "sheet-after-blanks": (called("worksheets/sheet1.dat", " " * 270_000 + sheet()), r"262,144 bytes without a tag"),
    "sheet-in-ebcdic": (
        called("worksheets/sheet1.dat", f'<?xml version="1.0" encoding="cp037"?>{sheet()}'.encode("cp037")),
        r"sheet1\.dat' is not proper XML",
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
