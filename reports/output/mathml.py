"""LaTeX into MathML that a page may hold: known elements and attributes only. Draws nothing."""

import html
import re

from lxml import etree
from math_core import LatexError, LatexToMathML

NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
ELEMENTS = {
    "math", "mfrac", "mi", "mn", "mo", "mover", "mroot", "mrow", "mspace", "msqrt", "msub", "msubsup", "msup",
    "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
}  # fmt: skip
ATTRIBUTES = {
    "display", "displaystyle", "fence", "form", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits",
    "rspace", "scriptlevel", "separator", "stretchy", "width",
}  # fmt: skip
ALIGNMENT = re.compile(r"[a-z0-9:; -]*")  # the style of a cell: words and lengths, nothing with a bracket
ENTITY = re.compile(r"&(?!lt;|gt;|amp;|quot;|apos;)[A-Za-z]+;")  # of HTML, which XML does not know
DEEPEST = 60  # groups one in another; the library, which is compiled, ends the process at some thousand
NESTING = re.compile(
    r"\\\\|\\(?:left|begin)(?![A-Za-z])|\\(?:right|end)(?![A-Za-z])|[{}\[\]]|(?:(?:\\[A-Za-z]+|[\^_])\s*)+"
)
ROW_DISTANCE = re.compile(r"\\\\\[\d+pt\]")  # which the library takes for a part of the formula


def mathml(latex: str, display: bool = False) -> str | None:
    """The formula as one <math> element, or None where it holds what cannot be converted or must not be in a page."""
    if _depth(latex) > DEEPEST:
        return None
    try:
        converted = LatexToMathML(xml_namespace=True).convert_with_local_state(
            ROW_DISTANCE.sub(r"\\\\ ", latex), displaystyle=display
        )
    except (LatexError, UnicodeEncodeError):
        return None
    root = etree.fromstring(ENTITY.sub(lambda match: html.unescape(match[0]), converted))
    if not len(root):
        return None
    for element in root.iter():
        name = str(element.tag).removeprefix(NAMESPACE)
        if name not in ELEMENTS:
            return None
        for attribute, value in element.attrib.items():
            kept = attribute in ATTRIBUTES or (
                name == "mtd" and attribute == "style" and ALIGNMENT.fullmatch(str(value))
            )
            if not kept:
                del element.attrib[attribute]
    return etree.tostring(root, encoding="unicode")


def _depth(latex: str) -> int:
    """How deep groups stand in one another at most; commands without braces, one behind the other, count as well."""
    depth = deepest = 0
    for match in NESTING.finditer(latex):
        token = match[0]
        if token in ("{", "[", r"\left", r"\begin"):
            depth += 1
        elif token in ("}", "]", r"\right", r"\end"):
            depth -= 1
        deepest = max(deepest, depth + len(re.findall(r"\\[A-Za-z]|[\^_]", token)))
    return deepest
