"""The comments of one sheet: the part with their texts; their boxes lie in a drawing."""

import math
import re
from collections.abc import Mapping

from lxml import etree

from backprop.check.copies.places import places
from backprop.check.copies.workbook import Pieces
from backprop.check.copies.xlsx.comment_boxes import draw_boxes, remove_boxes
from backprop.spreadsheet.book import Place, address
from backprop.spreadsheet.package.parts import PartsError
from backprop.spreadsheet.xlsx.markup import MAIN, tag
from backprop.spreadsheet.xlsx.parts import Parts

COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
LINE_LETTERS = 62  # that fit into the width of a box


class Comments:
    """The comments of one sheet: the part with their texts and the drawing with their boxes."""

    def __init__(self, parts: Parts, sheet: str) -> None:
        self.parts, self.sheet = parts, sheet
        related = parts.related(sheet).values()
        self.part = next((part for kind, part in related if kind.endswith("/relationships/comments")), None)
        self.root = None if self.part is None else parts.xml(self.part)

    def threaded(self) -> set[Place]:
        """The cells whose comment Excel hides behind a conversation."""
        if self.root is None:
            return set()
        authors = [author.text or "" for author in self.root.iter(tag("author"))]
        cells: set[Place] = set()
        for comment in self.root.iter(tag("comment")):
            author = int(comment.get("authorId", "0"))
            if author < len(authors) and authors[author].startswith("tc="):
                cells.update(places(comment.get("ref", "A1"))[:1])
        return cells

    def forget(self, author: str) -> None:
        """Remove the comments of an author, with their boxes."""
        if self.part is None or self.root is None:
            return
        authors = [each.text or "" for each in self.root.iter(tag("author"))]
        gone: set[Place] = set()
        for comment in list(self.root.iter(tag("comment"))):
            number = int(comment.get("authorId", "0"))
            parent = comment.getparent()
            if number < len(authors) and authors[number] == author and parent is not None:
                parent.remove(comment)
                gone.update(places(comment.get("ref", "A1"))[:1])
        if gone:
            self.parts.put_xml(self.part, self.root)
            remove_boxes(self.parts, self.sheet, gone)

    def add(self, texts: Mapping[Place, Pieces], author: str) -> None:
        """Add comments, in boxes of their own; where a cell has a comment already, at its end."""
        if self.part is None or self.root is None:
            self.part = self.parts.free_name("comments%d.xml")
            self.parts.relate(self.sheet, "comments", self.part)
            self.parts.declare(self.part, COMMENTS_TYPE)
            self.root = etree.fromstring(f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>')
        authors, listed = self.root.find(tag("authors")), self.root.find(tag("commentList"))
        if authors is None or listed is None:
            raise PartsError(f"{self.parts.file}: part {self.part} has no list of comments")
        there = {places(comment.get("ref", "A1"))[0]: comment for comment in listed}
        number = str(len(authors))
        etree.SubElement(authors, tag("author")).text = author
        boxes: dict[Place, int] = {}
        for place, pieces in texts.items():
            if place in there:
                _append(there[place], pieces)
                continue
            comment = etree.SubElement(listed, tag("comment"), ref=address(*place), authorId=number)
            etree.SubElement(comment, tag("text")).extend(_elements(pieces))
            boxes[place] = _lines("".join(text for text, _ in pieces))
        self.parts.put_xml(self.part, self.root)
        draw_boxes(self.parts, self.sheet, boxes, list(there))


def _lines(text: str) -> int:
    return sum(max(1, math.ceil(len(line) / LINE_LETTERS)) for line in text.split("\n"))


def _elements(pieces: Pieces) -> list[etree._Element]:
    elements = []
    for text, bold in pieces:
        run = etree.Element(tag("r"))
        look = etree.SubElement(run, tag("rPr"))
        if bold:
            etree.SubElement(look, tag("b"))
        for name, value in (("sz", "9"), ("rFont", "Tahoma"), ("family", "2")):
            etree.SubElement(look, tag(name), val=value)
        shown = etree.SubElement(run, tag("t"))
        # _x0041_ would be read as A.
        shown.text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
        shown.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        elements.append(run)
    return elements


def _append(comment: etree._Element, pieces: Pieces) -> None:
    """Put the pieces behind the text that is there."""
    text = comment.find(tag("text"))
    if text is None:
        text = etree.Element(tag("text"))
        comment.insert(0, text)
    plain = text.find(tag("t"))
    if plain is not None:
        run = etree.Element(tag("r"))
        text.replace(plain, run)
        run.append(plain)
    position = sum(child.tag == tag("r") for child in text)
    for offset, element in enumerate(_elements([("\n", False), *pieces])):
        text.insert(position + offset, element)
