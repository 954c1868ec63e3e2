"""The XML of a stranger's workbook, counted part by part against the limits. Keeps nothing of what it reads.

Every part goes through expat once. Elements are known by their local name alone: that can only count too much. Which
elements count as what is each format's own matter.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NoReturn, Protocol
from xml.parsers import expat

from backprop.spreadsheet.limits import BLOCK, Limits, error_line
from groundfloor.errors import UnreadableError
from groundfloor.text import quoted

WORDS = {
    "area_cells": "cells in areas",
    "names": "defined names",
    "points": "chart points",
    "columns": "column formats",
}

# Pictures, which tools write with DOCTYPEs (SVG) or as HTML (VML): whatever is counted in them counts, no more.
PICTURES = (".svg", ".vml")
ENCODINGS = ("utf-8", "utf-16", "us-ascii")


class Listener(Protocol):
    """Hears of the elements of a part."""

    def element(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear of one element, by its local name."""


Rule = Callable[[dict[str, str]], None]


class Rules(dict[str, Rule | None]):
    """What to do at an element, by its local name."""

    def __missing__(self, tag: str) -> Rule | None:
        prefix, _, local = tag.rpartition(":")
        rule = self.get(local) if prefix else None
        if len(self) < 1_000:  # names are the file's
            self[tag] = rule
        return rule


class Scanner:
    """Counts over all XML parts of one workbook; each part is read once, by expat."""

    def __init__(self, limits: Limits, counted: Mapping[str, Sequence[str]], others: Sequence[str]) -> None:
        """`counted` says which limit counts which elements; `others` are limits that rules of their own count."""
        self.limits = limits
        self.part = ""
        self.counts = dict.fromkeys((*counted, *others, "tags"), 0)
        self.most: dict[str, int] = {field: getattr(limits, field) for field in self.counts}
        self.cdata: int | None = None  # where the open CDATA section began
        self.rules = Rules({element: self.counter(field) for field in counted for element in counted[field]})
        self.ends = Rules()  # what to do where an element ends; they are given no attributes

    def begin(self) -> None:
        """Make ready for another part, whose name is in `part`."""

    def check(self) -> None:
        """Compare more of what was counted, once a block."""

    def scan(self, part: str, blocks: Iterator[bytes], listener: Listener | None = None, lenient: bool = False) -> None:
        """One part; the listener hears of its elements. A lenient scan accepts what is no proper XML."""
        self.part, self.cdata = part, None
        self.begin()
        self.parser = parser = expat.ParserCreate()
        if not lenient:
            parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declaration
        parser.StartCdataSectionHandler, parser.EndCdataSectionHandler = self._cdata_starts, self._cdata_ends
        rules, ends, deepest, depth = self.rules, self.ends, self.limits.depth, 0

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > deepest:
                self.refuse(f"elements are nested more than {deepest} deep")
            rule = rules[tag]
            if rule is not None:
                rule(attributes)
            if listener is not None:
                listener.element(tag.rpartition(":")[2], attributes)

        def end(tag: str) -> None:
            nonlocal depth
            depth -= 1
            if ends:
                ended = ends[tag]
                if ended is not None:
                    ended({})

        parser.StartElementHandler, parser.EndElementHandler = start, end
        try:
            fed = 0
            for block in blocks:
                tags = block.count(b"<")
                self.counts["tags"] += tags
                if not tags and len(block) == BLOCK:
                    self.refuse(f"{BLOCK:,} bytes without a tag: no text or attribute may be as long")
                parser.Parse(block, False)
                fed += len(block)
                self._check(fed)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            if not lenient:
                raise UnreadableError(f"part {quoted(part)} is not proper XML: {error_line(error)}") from error
            for _ in blocks:  # for its size and checksum
                pass
        finally:
            del self.parser  # it holds the handlers, which hold it

    def _check(self, fed: int) -> None:
        """Compare what was counted with what is allowed, once a block: the rules themselves only count."""
        for field, most in self.most.items():
            if self.counts[field] > most:
                words = WORDS.get(field, field.replace("_", " "))
                self.refuse(f"{self.counts[field]:,} {words} so far; at most {most:,} in a workbook")
        self.check()
        at = self.parser.CurrentByteIndex  # of the last thing understood; comments and CDATA may be full of '<'
        if fed - at > BLOCK or (self.cdata is not None and at - self.cdata > BLOCK):
            self.refuse(f"a comment, tag or CDATA section of more than {BLOCK:,} bytes")

    def _cdata_starts(self) -> None:
        self.cdata = self.parser.CurrentByteIndex

    def _cdata_ends(self) -> None:
        self.cdata = None

    def refuse(self, message: str) -> NoReturn:
        """Say what is wrong with the part."""
        raise UnreadableError(f"part {quoted(self.part)}: {message}")

    def counter(self, field: str) -> Rule:
        """The rule that an element counts as one of the limit's."""

        def count(_: dict[str, str]) -> None:
            self.counts[field] += 1

        return count

    def _doctype(self, *_: object) -> None:
        self.refuse("it declares a DOCTYPE, which could hold entities")

    def _declaration(self, _: str, encoding: str | None, __: int) -> None:
        if encoding is not None and encoding.lower() not in ENCODINGS:
            self.refuse(f"encoding {quoted(encoding)}; one of: {', '.join(ENCODINGS)}")
