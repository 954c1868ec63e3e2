"""LaTeX into MathML that a page may hold: known elements and attributes only. Draws nothing."""

import re

from latex2mathml.converter import convert
from lxml import etree

NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
ELEMENTS = {
    "math", "mfrac", "mi", "mn", "mo", "mover", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup",
    "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
}  # fmt: skip
ATTRIBUTES = {
    "columnalign", "display", "displaystyle", "fence", "form", "mathvariant", "maxsize", "minsize", "movablelimits",
    "scriptlevel", "separator", "stretchy", "width",
}  # fmt: skip
# The library knows align*, not aligned, and takes a row's distance for a part of the formula.
ROW_DISTANCE = re.compile(r"\\\\\[\d+pt\]")


def mathml(latex: str, display: bool = False) -> str | None:
    """The formula as one <math> element, or None where it holds what cannot be converted or must not be in a page."""
    known = ROW_DISTANCE.sub(r"\\\\ ", latex).replace("{aligned}", "{align*}")
    try:
        root = etree.fromstring(convert(known, display="block" if display else "inline"))
    except Exception:  # the library raises IndexError, KeyError and its own on what it does not know
        return None
    for element in root.iter():
        name = str(element.tag).removeprefix(NAMESPACE)
        if name not in ELEMENTS or (element.text or "").startswith("\\"):
            return None
        for attribute in set(element.attrib) - ATTRIBUTES:
            del element.attrib[attribute]
    return etree.tostring(root, encoding="unicode")
