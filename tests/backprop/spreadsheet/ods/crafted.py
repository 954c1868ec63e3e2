"""OpenDocument spreadsheets by part: small ones, ones to refuse, odd ones to accept."""

from zipfile import ZIP_BZIP2, ZIP_STORED

from tests.backprop.spreadsheet.crafted import Builder, Parts, later, pack
from tests.backprop.spreadsheet.crafted_archives import forge, patched
from tests.backprop.spreadsheet.crafted_contents import NOISE

FORMAT = "urn:oasis:names:tc:opendocument:xmlns"
NAMESPACES = {
    **{name: f"{FORMAT}:{name}:1.0" for name in ("office", "table", "text", "style", "chart")},
    "fo": f"{FORMAT}:xsl-fo-compatible:1.0",
    "draw": f"{FORMAT}:drawing:1.0",
    "of": f"{FORMAT}:of:1.2",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}
KIND = "application/vnd.oasis.opendocument.spreadsheet"
CONTENT, MANIFEST, CHART = "content.xml", "META-INF/manifest.xml", "Object 1/content.xml"
CELL = '<table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'
ROW = f"<table:table-row>{CELL}</table:table-row>"


def document(inside: str, styles: str = "", part: str = "spreadsheet") -> str:
    names = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMESPACES.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {names} office:version="1.3">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:{part}>{inside}"
        f"</office:{part}></office:body></office:document-content>"
    )


def table(rows: str = ROW, name: str = "One", before: str = "") -> str:
    return f'<table:table table:name="{name}">{before}{rows}</table:table>'


def row(cells: str, repeated: object = None) -> str:
    often = "" if repeated is None else f' table:number-rows-repeated="{repeated}"'
    return f"<table:table-row{often}>{cells}</table:table-row>"


def cell(
    value: object = None, formula: str | None = None, repeated: object = None, text: str = "", more: str = ""
) -> str:
    """A cell with a number, a formula, a text."""
    attributes = "" if formula is None else f' table:formula="{formula}"'
    attributes += "" if value is None else f' office:value-type="float" office:value="{value}"'
    attributes += "" if repeated is None else f' table:number-columns-repeated="{repeated}"'
    return f"<table:table-cell{attributes}{more}>{text}</table:table-cell>"


def manifest(inside: str = "") -> str:
    name = f"{FORMAT}:manifest:1.0"
    entry = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}">{}</manifest:file-entry>'
    return (
        f'<manifest:manifest xmlns:manifest="{name}" manifest:version="1.3">{entry.format("/", KIND, "")}'
        f"{entry.format(CONTENT, 'text/xml', inside)}</manifest:manifest>"
    )


def parts(content: str | bytes | None = None, **others: str | bytes) -> Parts:
    """A small spreadsheet by part."""
    return {
        "mimetype": KIND,
        CONTENT: document(table()) if content is None else content,
        MANIFEST: others.get("manifest", manifest()),
    }


def stored(inside: Parts) -> Builder:
    return pack(inside, ZIP_STORED)


def of_rows(rows: str, before: str = "") -> Builder:
    return stored(parts(document(table(rows, before=before))))


def of_tables(tables: str, styles: str = "") -> Builder:
    return stored(parts(document(tables, styles)))


def nested(times: int) -> str:
    """A table in a cell of a table in a cell."""
    inside = ROW
    for _ in range(times):
        inside = row(cell(text=table(inside)))
    return inside


def span(kind: str, columns: int, rows: int) -> str:
    return f' table:number-{kind}columns-spanned="{columns}" table:number-{kind}rows-spanned="{rows}"'


def formats(ranges: int) -> str:
    return f'<calcext:conditional-format calcext:target-range-address="{"One.A1 " * ranges}"/>'


def laughs() -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>'
    return document(table(row(cell(1, text="<text:p>&l9;</text:p>")))).replace("?>\n", f"?>{doctype}")


def overlapping(content: bytearray) -> None:
    """The directory says that the manifest lies where the content does."""
    first = content.index(b"PK\x03\x04", content.index(CONTENT.encode()) - 30)
    entry = content.index(b"PK\x01\x02", content.rindex(MANIFEST.encode()) - 46)
    content[entry + 42 : entry + 46] = first.to_bytes(4, "little")


def swap(old: bytes, new: bytes) -> "Builder":
    """A stored spreadsheet with other bytes of the same length, behind the back of its checksums."""
    assert len(old) == len(new)
    return patched(stored(parts()), lambda content: content.__setitem__(slice(None), content.replace(old, new)))


OF_MILLIONS = document(table(row(cell(1, repeated=16_000), 1_000)))
DOCTYPE = rf"^part '{CONTENT}': it declares a DOCTYPE"

# name -> (how to build it, what is said of it)
REFUSED: dict[str, tuple[Builder, str]] = {
    # archives
    "checksum": (swap(b'office:value="1"', b'office:value="2"'), rf"^part '{CONTENT}' is damaged: Bad CRC-32"),
    "overlapping": (patched(pack(parts()), overlapping), r"^parts '\S+' and '\S+' overlap in the zip archive$"),
    "twice-by-case": (pack(parts() | {"Content.xml": "<x/>"}), r"^part '[Cc]ontent\.xml' is there twice$"),
    "upwards": (pack(parts() | {"Object 1/../../x.xml": "<x/>"}), r"name that leads out of the archive$"),
    "encrypted-part": (forge(CONTENT, flag=1, inside=parts()), rf"^part '{CONTENT}' is encrypted"),
    "password": (
        pack(parts(b"\x8a\x11\x93", manifest=manifest("<manifest:encryption-data/>"))),
        r"^encrypted with a password; open it in LibreOffice and save it without one$",
    ),
    "bzip2": (pack(parts(), ZIP_BZIP2), r"is packed by method 12; only 0 and 8 are allowed$"),
    "many-parts": (
        stored(parts() | {f"Pictures/{n}.png": "" for n in range(5_000)}),
        r"^a zip archive of 5,003 parts; at most 5,000$",
    ),
    "zip-bomb": (
        pack(parts(document(table(row(cell(text=f"<text:p>{' ' * 8_000_000}</text:p>")))))),
        rf"^part '{CONTENT}' unpacks from [\d,]+ to 8,00\d,\d+ bytes; at most 250 times",
    ),
    "says-less": (forge(CONTENT, size=50, inside=parts()), rf"^part '{CONTENT}' is damaged: Bad CRC-32"),
    "says-more": (
        forge(CONTENT, size=1_000_000, inside=parts()),
        rf"^part '{CONTENT}' says it has 1,000,000 bytes, but unpacks to [\d,]+$",
    ),
    "says-4-gb": (forge(CONTENT, size=4_000_000_000, inside=parts()), r"bytes when unpacked; at most 536,870,912$"),
    "template-of-texts": (
        pack(parts() | {"mimetype": "application/vnd.oasis.opendocument.text-template"}),
        r"^an OpenDocument file that is not a spreadsheet$",
    ),
    # XML
    "billion-laughs": (pack(parts(laughs())), DOCTYPE),
    "laughs-utf-16": (pack(parts(laughs().replace("UTF-8", "UTF-16").encode("utf-16"))), DOCTYPE),
    "laughing-manifest": (pack(parts(manifest=laughs())), rf"^part '{MANIFEST}': it declares a DOCTYPE"),
    "laughing-chart": (pack(parts() | {CHART: laughs()}), rf"^part '{CHART}': it declares a DOCTYPE"),
    "laughing-styles": (pack(parts() | {"styles.xml": laughs()}), r"^part 'styles\.xml': it declares a DOCTYPE"),
    "laughs-as-png": (pack(parts() | {"Pictures/1.png": laughs()}), r"'Pictures/1\.png': it declares a DOCTYPE"),
    "not-xml": (pack(parts("<office:body><table></office:body>")), rf"^part '{CONTENT}' is not proper XML: mismatched"),
    "half-xml": (pack(parts(document(table())[:-30])), rf"^part '{CONTENT}' is not proper XML: "),
    "utf-7": (
        pack(parts(document(table()).replace("UTF-8", "utf-7"))),
        rf"^part '{CONTENT}': encoding 'utf-7'; one of: utf-8, utf-16, us-ascii$",
    ),
    "ebcdic": (
        pack(parts(document(table()).replace("UTF-8", "cp037").encode("cp037"))),
        rf"^part '{CONTENT}' is not proper XML",
    ),
    "after-blanks": (pack(parts(" " * 270_000 + document(table()))), r"262,144 bytes without a tag"),
    "chart-after-blanks": (pack(parts() | {CHART: " " * 270_000 + "<x/>"}), r"262,144 bytes without a tag"),
    "deep": (of_rows(row(cell(text="<text:span>" * 50_000 + "</text:span>" * 50_000))), r"nested more than 128 deep$"),
    "deep-tables": (of_rows(nested(50)), r"nested more than 128 deep$"),
    "giant-formula": (of_rows(row(cell(1, formula=NOISE(500_000).hex()))), r"262,144 bytes without a tag"),
    "giant-comment": (of_rows(f"<!--{'<>' + NOISE(50).hex()}{'<' * 900_000}-->{ROW}"), r"a comment, tag or CDATA"),
    "giant-cdata": (
        of_rows(row(cell(text=f"<text:p><![CDATA[{NOISE(50).hex()}{'<' * 900_000}]]></text:p>"))),
        r"a comment, tag or CDATA section of more than 262,144 bytes$",
    ),
    # what repeats itself
    "repeated-cells": (
        of_rows(row(cell(1, repeated=16_000), repeated=1_000)),
        r"16,000,000 cells so far; at most 4,000,000 in a workbook$",
    ),
    "repeated-texts": (
        of_rows(row(cell(text="<text:p>a</text:p>", repeated=16_000), repeated=1_000)),
        r"16,000,000 cells so far; at most 4,000,000 in a workbook$",
    ),
    "repeated-covered": (
        of_rows(row(cell(1, repeated=16_000).replace("table-cell", "covered-table-cell"), repeated=1_000)),
        r"16,000,000 cells so far; at most 4,000,000 in a workbook$",
    ),
    "repeated-prefix": (
        stored(parts(OF_MILLIONS.replace("table:", "t:").replace(":table=", ":t="))),
        r"16,000,000 cells so far; at most 4,000,000 in a workbook$",
    ),
    "repeated-rows": (
        of_tables(table(row(cell(1), repeated=700_000)) + table(row(cell(1), repeated=700_000), "Two")),
        r"1,400,000 rows so far; at most 1,200,000 in a workbook$",
    ),
    "repeated-around-a-table": (
        of_rows(row(cell(text=table(row(cell(1)), "In")) + cell(1, repeated=16_000), repeated=1_000)),
        r"16,000,00\d cells so far; at most 4,000,000 in a workbook$",
    ),
    "repeated-beyond": (
        of_rows(row(cell(1, repeated=9_999_999_999))),
        r"something in column 9,999,999,999; at most 16,384 columns are allowed$",
    ),
    "cell-beyond-column": (
        of_rows(row(cell(repeated=16_384) + cell(1))),
        r"something in column 16,385; at most 16,384 columns are allowed$",
    ),
    "row-beyond": (
        of_rows(row(cell(), repeated=1_048_576) + ROW),
        r"something in row 1,048,577; at most 1,048,576 rows are allowed$",
    ),
    "cells-in-row": (of_rows(row("<table:table-cell/>" * 20_000)), r"more than 16,384 cells in row 1$"),
    "million-rows": (
        later(lambda: parts(document(table("<table:table-row/>" * 1_300_000)))),
        r"1,2\d\d,\d+ rows so far; at most 1,200,000 in a workbook$",
    ),
    # the rest of a workbook
    "matrix-whole": (
        of_rows(row(cell(1, "of:=1", more=span("matrix-", 16_384, 1_048_576)))),
        r"17,\d+,\d+,\d+ cells in areas so far; at most 2,000,000 in a workbook$",
    ),
    "merge-whole": (
        of_rows(row(cell(1, more=span("", 16_384, 1_048_576)))),
        r"17,179,869,184 cells in areas so far; at most 2,000,000 in a workbook$",
    ),
    "million-styles": (
        later(lambda: parts(document(table(), '<style:style style:name="a"/>' * 300_000))),
        r"2\d\d,\d+ styles so far; at most 200,000",
    ),
    "many-sheets": (of_tables("".join(table(name=f"s{n}") for n in range(501))), r"501 sheets so far; at most 500"),
    "many-names": (
        of_tables(table() + '<table:named-range table:name="a" table:cell-range-address="$One.$A$1"/>' * 20_001),
        r"20,001 defined names so far; at most 20,000",
    ),
    "long-name-text": (
        of_tables(table() + f'<table:named-expression table:name="a" table:expression="{"[.A1]+" * 10_000}1"/>'),
        r"a defined name of 60,001 characters; at most 32,767$",
    ),
    "many-points": (
        later(lambda: parts() | {CHART: document(row("<table:table-cell/>" * 1_100_000), part="chart")}),
        r"1,0\d\d,\d+ chart points so far; at most 1,000,000",
    ),
    "many-drawings": (of_rows(ROW, before="<draw:frame/>" * 20_001), r"20,001 drawings so far; at most 20,000"),
    "many-comments": (
        of_rows(row(cell(text="<office:annotation/>" * 100_001))),
        r"100,001 comments so far; at most 100,000",
    ),
    "many-formats": (of_rows(ROW, before=formats(30_000) * 7), r"210,007 ranges so far; at most 200,000"),
}

EMPTY_END = row('<table:table-cell table:number-columns-repeated="16384"/>', repeated=1_048_575)
SPACES = '<text:s text:c="999999999"/>'

# name -> (how to build it, what is noted)
ALLOWED: dict[str, tuple[Builder, tuple[str, ...]]] = {
    "plain": (pack(parts()), ()),
    "stored": (stored(parts()), ()),
    "template": (pack(parts() | {"mimetype": f"{KIND}-template"}), ()),
    "without-manifest": (pack({name: text for name, text in parts().items() if name != MANIFEST}), ()),
    "utf-16": (pack(parts(document(table()).replace("UTF-8", "UTF-16").encode("utf-16"))), ()),
    "empty-to-the-end": (of_rows(ROW + EMPTY_END), ()),
    "empty-beyond-the-end": (of_rows(ROW + EMPTY_END * 3), ()),
    "odd-repeats": (
        of_rows(row(cell(1, repeated="²") + cell(2, repeated="-5") + cell(3, repeated="0"), repeated="x")),
        (),
    ),
    "many-spaces": (of_rows(row(cell(text=f"<text:p>a{SPACES * 1_000}b</text:p>"))), ()),
    "styled-to-the-end": (of_tables("".join(table(ROW + EMPTY_END, f"s{n}") for n in range(40))), ()),
    "doctype-in-svg": (
        pack(parts() | {"Pictures/1.svg": '<!DOCTYPE svg [<!ENTITY ns "http://x">]><svg xmlns="&ns;"/>'}),
        (),
    ),
    "macros": (pack(parts() | {"Basic/Standard/Module1.xml": "<x/>"}), ("holds macros, which were not run",)),
    "links": (
        of_tables(table() + table("<table:table-source/>" + ROW, "'file:///a.ods'#$One")),
        ("links to other workbooks, which were not opened",),
    ),
}
