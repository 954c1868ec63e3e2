"""What a cell of an OpenDocument spreadsheet shows: numbers, dates, logicals, texts in paragraphs, errors."""

import re
from collections.abc import Iterator
from datetime import date

from lxml import etree

from backprop.spreadsheet.book import Value
from backprop.spreadsheet.filling import days, number_or_text
from backprop.spreadsheet.ods.markup import DRAW, EXTENDED, OFFICE, TEXT, tag

NUMBERS = ("float", "percentage", "currency")
_VALUE, _STRING, _ERROR = tag("value", OFFICE), tag("string-value", OFFICE), tag("value-type", EXTENDED)
_PARAGRAPH, _SPACES, _TAB, _BREAK = (tag(name, TEXT) for name in ("p", "s", "tab", "line-break"))
_DURATION = re.compile(
    r"(-?)P(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,12})?)S)?)?"
)
# LibreOffice's own errors, as it writes them for Excel: 503 is a number out of range.
_OWN_ERROR = re.compile(r"Err:([0-9]{3})")
MOST_SPACES = 20  # of one element that stands for several: no text grows by being read


def stored_value(cell: etree._Element, kind: str | None, origin: date) -> Value:
    """The value beside a formula, or a constant; None where there is none."""
    if kind in NUMBERS:
        return number_or_text(cell.get(_VALUE, ""))
    if kind == "boolean":
        return cell.get(tag("boolean-value", OFFICE)) == "true"
    if kind == "date":
        return days(cell.get(tag("date-value", OFFICE), ""), origin)
    if kind == "time":
        return _part_of_day(cell.get(tag("time-value", OFFICE), ""))
    text = cell.get(_STRING) or paragraphs(cell)
    if cell.get(_ERROR) == "error" and (own := _OWN_ERROR.fullmatch(text)):
        return "#NUM!" if own[1] == "503" else "#VALUE!"
    return text if text or kind is not None else None


def paragraphs(element: etree._Element) -> str:
    """The text of the paragraphs directly in an element, a line each."""
    return "\n".join("".join(_pieces(line)) for line in element.iterchildren(_PARAGRAPH))


def _pieces(line: etree._Element) -> Iterator[str]:
    yield line.text or ""
    for child in line:
        if child.tag == _SPACES:
            count = child.get(tag("c", TEXT), "1")
            yield " " * (min(int(count), MOST_SPACES) if re.fullmatch("[0-9]{1,9}", count, re.ASCII) else 1)
        elif child.tag in (_TAB, _BREAK):
            yield "\t" if child.tag == _TAB else "\n"
        elif isinstance(child.tag, str) and not child.tag.startswith((f"{{{DRAW}}}", f"{{{OFFICE}}}")):
            yield from _pieces(child)
        yield child.tail or ""


def _part_of_day(text: str) -> float | str:
    """PT06H00M00S is 0.25."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return text
    day, hour, minute, second = (float(part or 0) for part in match.groups()[1:])
    return (-1 if match[1] else 1) * (day + (hour + (minute + second / 60) / 60) / 24)
