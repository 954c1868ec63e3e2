"""XML broken at random: attributes, elements, namespaces, the strict form, encodings, entities, nesting."""

import random
import re

from benchmarks.campaign.fuzz.text import NUMBERS, WORDS, broken_text

TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
CELLS = (
    "A1",
    "XFD1048576",
    "XFE1",
    "A0",
    "A1:XFD1048576",
    "A1:A1",
    "B1:A1",
    "ZZZZ9",
    "$A$1",
    "1A",
    "A",
    "#REF!",
    "Sheet!A1",
)
FORMULAS = (
    "A1", "1/0", "SUM(A:A)", "SUM(1:1048576)", "INDIRECT(A1)", "OFFSET(A1,1E9,0)", "WEBSERVICE(A1)", "A1#", "@A1",
    "(" * 70,
    "LAMBDA(x,x(x))(LAMBDA(x,x(x)))", "cmd|' /C calc'!A0", "[1]Sheet1!A1", "{1,2;3}", "1%%%%%", "1E308*10",
    "REPT(A1,32767)",
    "IF(A1,A2", '"', "'", "RAND()", "A1:B2 B2:C3", "_xlfn.LET(x,1,x)", "MMULT(A1:Z999,A1:Z999)", "2^2^2^2^2^2^2^9",
)  # fmt: skip
ENCODINGS = ("utf-16", "utf-16-le", "latin-1", "utf-32", "utf-7", "cp037", "utf-8-sig")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"<]*)"')
_ELEMENT = re.compile(r"<([\w:]+)((?:\s+[\w:]+=\"[^\"<]*\")*)\s*(/?)>")
_FORMULA = re.compile(r"(<f\b[^>]*>)([^<]*)(</f>)|(table:formula=\")([^\"]*)(\")")


def broken_xml(draw: random.Random, content: bytes) -> bytes:
    """One part of a workbook, still mostly XML."""
    text = content.decode("utf-8", "replace")
    for _ in range(draw.choice((1, 1, 2, 4))):
        text = draw.choice(_CHANGES)(draw, text)
    if draw.random() < 0.1:
        name = draw.choice(ENCODINGS)
        told = re.sub(r'encoding="[^"]*"', f'encoding="{draw.choice((name, "utf-8", "x-unknown"))}"', text, count=1)
        return told.encode(name, "replace")
    return text.encode("utf-8", "surrogatepass")


def _attribute(draw: random.Random, text: str) -> str:
    found = list(_ATTRIBUTE.finditer(text))
    if not found:
        return text
    at = draw.choice(found)
    new = draw.choice((draw.choice(NUMBERS), draw.choice(CELLS), draw.choice(WORDS).replace("<", "&lt;"), at[2] * 2))
    pair = draw.choice((f'{at[1]}="{new}"', "", f"{at[0]} {at[0]}", f"{at[1]}='{at[2]}'", f'x{at[1]}="{at[2]}"'))
    return text[: at.start()] + pair + text[at.end() :]


def _element(draw: random.Random, text: str) -> str:
    found = list(_ELEMENT.finditer(text))
    if not found:
        return text
    at = draw.choice(found)
    other = draw.choice(found)
    new = draw.choice(
        (
            "", at[0] * 2, other[0], f"<{other[1]}{at[2]}{at[3]}>", f"<x>{at[0]}</x>", f"<!--{at[0]}-->{at[0]}",
            f"<![CDATA[{at[0]}]]>", f"<?x {at[1]}?>{at[0]}", f"<a>{'<b>' * 200}{'</b>' * 200}</a>{at[0]}",
            f"&{at[1]};{at[0]}",
        )
    )  # fmt: skip
    return text[: at.start()] + new + text[at.end() :]


def _namespace(draw: random.Random, text: str) -> str:
    match draw.randrange(4):
        case 0:
            return text.replace(TRANSITIONAL, STRICT)
        case 1:
            return re.sub(r'xmlns="[^"]*"', draw.choice(("", 'xmlns="urn:x"', 'xmlns=""')), text, count=1)
        case 2:
            return re.sub(r"<(/?)(row|c|v|f|sheetData)\b", r"<\1x:\2", text).replace(
                "<worksheet", f'<worksheet xmlns:x="{TRANSITIONAL}"'
            )
        case _:
            return (
                text.replace("office:", "o:").replace("xmlns:office", "xmlns:o")
                if draw.random() < 0.5
                else text.replace("table:", "")
            )


def _formula(draw: random.Random, text: str) -> str:
    found = list(_FORMULA.finditer(text))
    if not found:
        return text
    at = draw.choice(found)
    before, formula, after = (at[1], at[2], at[3]) if at[1] else (at[4], at[5], at[6])
    new = draw.choice(FORMULAS) if draw.random() < 0.5 else broken_text(draw, formula)
    new = new.replace("<", "&lt;").replace('"', "&quot;")
    if at[1] and draw.random() < 0.3:
        before = draw.choice(
            ('<f t="array" ref="A1:C9">', '<f t="shared" si="0">',
             '<f t="shared" si="7" ref="A1:A9">',
             '<f t="dataTable" ref="A1:B2" r1="A1">')
        )  # fmt: skip
    return text[: at.start()] + before + new + after + text[at.end() :]


def _declared(draw: random.Random, text: str) -> str:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 9}">' for n in range(1, 9))
    doctype = draw.choice(
        (
            f'<!DOCTYPE x [<!ENTITY a0 "x">{entities}]>',
            '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
            "<!DOCTYPE x>",
            "<?xml version='1.1'?>",
        )
    )
    at = text.find("?>") + 2 if text.startswith("<?xml") else 0
    return text[:at] + doctype + text[at:]


def _text(draw: random.Random, text: str) -> str:
    return broken_text(draw, text)


_CHANGES = (
    _attribute,
    _attribute,
    _attribute,
    _element,
    _element,
    _namespace,
    _formula,
    _formula,
    _formula,
    _text,
    _declared,
)
