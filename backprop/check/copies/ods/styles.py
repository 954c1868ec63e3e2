"""Fills of cells in an OpenDocument spreadsheet: for each style in use a copy with another background."""

from copy import deepcopy

from lxml import etree

from backprop.check.copies.ods.annotations import BOLD
from backprop.spreadsheet.ods.edit import Content
from backprop.spreadsheet.ods.markup import FORMATTING, STYLE, tag

_NAME, _PROPERTIES = tag("name", STYLE), tag("table-cell-properties", STYLE)


class CellStyles:
    """The cell styles of a spreadsheet, and for each a copy with another fill."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.used = set(content.places.style_names)
        self.known: dict[tuple[str | None, str], str] = {}
        self.added: list[etree._Element] = []

    def filled(self, style: str | None, colour: str) -> str:
        """The name of a style that is the one of that name but for its fill, AARRGGBB; None is the sheet's own."""
        if (style, colour) not in self.known:
            number = len(self.known) + 1
            while (name := f"checked{number}") in self.used:
                number += 1
            self.used.add(name)
            self.known[style, colour] = name
            self.added.append(self._copy(style, name, colour))
        return self.known[style, colour]

    def new(self) -> list[etree._Element]:
        """The styles to be added; with them the bold letters of comments."""
        if not self.added:
            return []
        bold = etree.Element(tag("style", STYLE), {_NAME: BOLD, tag("family", STYLE): "text"})
        etree.SubElement(bold, tag("text-properties", STYLE), {tag("font-weight", FORMATTING): "bold"})
        return [*self.added, *([] if BOLD in self.content.places.style_names else [bold])]

    def _copy(self, style: str | None, name: str, colour: str) -> etree._Element:
        before = None if style is None else self.content.style(style)
        if before is None:  # of the file's styles.xml, which stays as it is
            copy = etree.Element(tag("style", STYLE), {_NAME: name, tag("family", STYLE): "table-cell"})
            copy.set(tag("parent-style-name", STYLE), style or "Default")
        else:
            copy = deepcopy(before)
            copy.tail = None
            copy.set(_NAME, name)
        properties = copy.find(_PROPERTIES)
        if properties is None:
            properties = etree.Element(_PROPERTIES)
            copy.insert(0, properties)
        properties.set(tag("background-color", FORMATTING), f"#{colour[2:].lower()}")
        return copy
