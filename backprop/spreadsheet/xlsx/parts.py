"""A workbook's file as its parts: some are changed, added or removed, all others copied byte for byte.

What saves a workbook whole, openpyxl or any other library, drops what it does not know: text boxes, drawings, chart
styles. Here nothing is saved that was not meant to change.
"""

import posixpath
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice, product
from pathlib import Path
from types import TracebackType
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from lxml import etree
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from backprop.errors import BackpropError
from backprop.spreadsheet.book import Place
from backprop.spreadsheet.xlsx.relations import related, relations_part
from groundfloor.files import refuse_existing, writing

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CONTENT_TYPES = "[Content_Types].xml"

MOST_PLACES = 2_000_000  # cells of one range


class PartsError(BackpropError):
    """A workbook that cannot be edited as asked, or a copy that cannot be written there."""


def tag(name: str) -> str:
    """A spreadsheet element's full name."""
    return f"{{{MAIN}}}{name}"


class Parts:
    """The parts of a workbook's file and what has become of them."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self.archive = ZipFile(file)
        except (OSError, BadZipFile) as error:
            raise PartsError(f"{file}: cannot be opened ({error})") from error
        self.changed: dict[str, bytes | None] = {}  # None: removed
        self.workbook = next((part for kind, part in self.related("").values() if kind.endswith("/officeDocument")), "")
        if not self.workbook or self.xml(self.workbook).tag != tag("workbook"):
            raise PartsError(f"{file}: is not a workbook in the transitional form of Open XML")

    def __enter__(self) -> "Parts":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.archive.close()

    def names(self) -> list[str]:
        """Every part that there is now."""
        names = [name for name in self.archive.namelist() if name not in self.changed]
        return names + [name for name, content in self.changed.items() if content is not None]

    def read(self, part: str) -> bytes:
        """A part as it is now; PartsError where there is none."""
        try:
            content = self.changed[part] if part in self.changed else self.archive.read(part)
        except (KeyError, BadZipFile) as error:
            raise PartsError(f"{self.file}: part {part} cannot be read") from error
        if content is None:
            raise PartsError(f"{self.file}: part {part} has been removed")
        return content

    def xml(self, part: str) -> etree._Element:
        """A part's root element. Changes to it stay without effect until `put_xml`."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        try:
            return etree.fromstring(self.read(part), parser)
        except etree.XMLSyntaxError as error:
            raise PartsError(f"{self.file}: part {part} is not XML ({error})") from error

    def put(self, part: str, content: bytes | None) -> None:
        """Change or add a part; None removes it."""
        self.changed[part] = content

    def put_xml(self, part: str, root: etree._Element) -> None:
        """Change or add a part."""
        content = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)
        assert isinstance(content, bytes)
        self.put(part, content)

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id -> (type, part), what lies outside the file left out; "" is the file itself."""
        relations = relations_part(part)
        return related(self.xml(relations), part) if relations in self.names() else {}

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation to another part and return its id."""
        relations = relations_part(part)
        if relations in self.names():
            root = self.xml(relations)
        else:
            root = etree.fromstring(f'<Relationships xmlns="{_PACKAGE}"/>')
        used = {relation.get("Id") for relation in root}
        name = next(f"rId{number}" for number in range(1, len(used) + 2) if f"rId{number}" not in used)
        relative = posixpath.relpath(target, posixpath.dirname(part) or ".")
        etree.SubElement(root, f"{{{_PACKAGE}}}Relationship", Id=name, Type=f"{RELATED}/{kind}", Target=relative)
        self.put_xml(relations, root)
        return name

    def unrelate(self, part: str, target: str) -> None:
        """Remove a part, its content type, and the relations that lead there from another."""
        ids = {name for name, (_, found) in self.related(part).items() if found == target}
        root = self.xml(relations_part(part))
        for relation in list(root):
            if relation.get("Id") in ids:
                root.remove(relation)
        self.put_xml(relations_part(part), root)
        types = self.xml(CONTENT_TYPES)
        for override in types.findall(f"{{{_TYPES}}}Override"):
            if override.get("PartName", "").lower() == f"/{target}".lower():
                types.remove(override)
        self.put_xml(CONTENT_TYPES, types)
        self.put(target, None)

    def declare(self, name: str, content_type: str) -> None:
        """Tell the content type of a part (its path) or of an extension (no slash), unless that has been told."""
        root = self.xml(CONTENT_TYPES)
        kind, key, value = ("Override", "PartName", f"/{name}") if "/" in name else ("Default", "Extension", name)
        known = {element.get(key, "").lower() for element in root.findall(f"{{{_TYPES}}}{kind}")}
        if value.lower() not in known:
            element = etree.Element(f"{{{_TYPES}}}{kind}", {key: value, "ContentType": content_type})
            root.insert(0 if kind == "Default" else len(root), element)
            self.put_xml(CONTENT_TYPES, root)

    def free_name(self, *patterns: str) -> str:
        """The first that is no part yet: each pattern, beside the workbook, %d in it as 1, 2, ..."""
        used = {name.lower() for name in self.names()}
        folder = posixpath.dirname(self.workbook)
        numbered = (pattern.replace("%d", str(n)) for pattern in patterns for n in range(1, len(used) + 2))
        return next(name for name in (posixpath.join(folder, each) for each in numbered) if name.lower() not in used)

    def sheets(self) -> dict[str, str]:
        """Name -> part of every worksheet, in order."""
        related = self.related(self.workbook)
        found = {}
        for sheet in self.xml(self.workbook).iter(tag("sheet")):
            kind, part = related.get(sheet.get(f"{{{RELATED}}}id", ""), ("", ""))
            if kind.endswith("/worksheet"):
                found[sheet.get("name", "")] = part
        return found

    def sheet(self, name: str) -> str:
        """The part of a worksheet."""
        part = self.sheets().get(name)
        if part is None:
            raise PartsError(f"{self.file}: has no sheet {name!r}")
        return part

    def one(self, kind: str) -> str | None:
        """The part of that kind which the workbook has at most one of: styles, calcChain."""
        return next((part for found, part in self.related(self.workbook).values() if found.endswith(f"/{kind}")), None)

    def save(self, target: Path, force: bool = False) -> None:
        """Write the copy whole or not at all; FileError where it cannot be written."""
        check_target(self.file, target, force)
        with writing(target, force=force) as finished:
            self._write(finished)

    def _write(self, target: Path) -> None:
        with ZipFile(target, "w", ZIP_DEFLATED) as copy:
            for old in self.archive.infolist():
                there = old.filename not in self.changed
                content = self.archive.read(old) if there else self.changed[old.filename]
                if content is None:
                    continue
                info = ZipInfo(old.filename, old.date_time)
                info.compress_type, info.external_attr = old.compress_type, old.external_attr
                copy.writestr(info, content)
            old_names = set(self.archive.namelist())
            for name, content in self.changed.items():
                if name not in old_names and content is not None:
                    info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                    info.compress_type = ZIP_DEFLATED
                    copy.writestr(info, content)


def check_target(file: Path, target: Path, force: bool) -> None:
    """PartsError where the copy would replace the workbook itself; FileError, without `force`, for any other file."""
    if target.exists() and file.exists() and target.samefile(file):
        raise PartsError(f"{target}: is the workbook itself; a copy goes into another file")
    if not force:
        refuse_existing(target)


def places(areas: str, most: int = MOST_PLACES) -> list[Place]:
    """The first cells of A1, A1:B2 or several of these with commas between, row by row, each once."""
    found: dict[Place, None] = {}
    for area in areas.split(","):
        try:
            left, top, right, bottom = range_boundaries(area.strip())
            cells = product(range(top, bottom + 1), range(left, right + 1))
        except (TypeError, ValueError) as error:
            raise PartsError(f"{areas!r} is not a range of cells") from error
        found.update(dict.fromkeys(islice(cells, most - len(found))))
    return list(found)


def in_order(root: etree._Element, element: etree._Element, before: str) -> None:
    """Put an element behind all its siblings of those names."""
    names = set(before.split())
    last = [index for index, child in enumerate(root) if _local(child) in names]
    root.insert(last[-1] + 1 if last else 0, element)


def find_cells(root: etree._Element, wanted: Iterable[Place]) -> dict[Place, etree._Element]:
    """The sheet's elements of those cells. What is not there is made, in the style of its row or column."""
    by_row: dict[int, set[int]] = defaultdict(set)
    for row, column in wanted:
        by_row[row].add(column)
    data = root.find(tag("sheetData"))
    if data is None:
        raise PartsError("a sheet without cells")
    rows: dict[int, etree._Element] = {}
    number = 0
    for element in data.iterchildren(tag("row")):
        number = int(element.get("r", number + 1))
        rows[number] = element
    styles, known = _column_styles(root), sorted(rows)
    found = {}
    for number in sorted(by_row):
        if number not in rows:
            rows[number] = etree.Element(tag("row"), r=str(number))
            _insert(data, rows[number], rows, known, number)
        for column, cell in _cells_of(rows[number], number, by_row[number], styles).items():
            found[number, column] = cell
    return found


def _insert(
    parent: etree._Element, new: etree._Element, there: dict[int, etree._Element], known: list[int], number: int
) -> None:
    """Put a row or a cell before the next of those known from the start; new ones come in order."""
    index = bisect(known, number)
    if index < len(known):
        there[known[index]].addprevious(new)
    else:
        last = next(parent.iterchildren(reversed=True), None)
        if last is not None and last.tag == tag("extLst"):  # a row may end in one
            last.addprevious(new)
        else:
            parent.append(new)


def _cells_of(row: etree._Element, number: int, wanted: set[int], styles: dict[int, str]) -> dict[int, etree._Element]:
    there: dict[int, etree._Element] = {}
    column = 0
    for cell in row.iterchildren(tag("c")):
        letters = cell.get("r", "").rstrip("0123456789")
        column = column_index_from_string(letters) if letters else column + 1
        there[column] = cell
    known = sorted(there)
    for column in sorted(wanted - there.keys()):
        cell = etree.Element(tag("c"), r=f"{get_column_letter(column)}{number}")
        style = row.get("s") if row.get("customFormat") in ("1", "true") else styles.get(column)
        if style is not None:
            cell.set("s", style)
        _insert(row, cell, there, known, column)
        there[column] = cell
        row.attrib.pop("spans", "")  # a hint that may no longer hold
    return {column: there[column] for column in wanted}


def _column_styles(root: etree._Element) -> dict[int, str]:
    styles = {}
    for column in root.iterfind(f"{tag('cols')}/{tag('col')}"):
        if (style := column.get("style")) is not None:
            first, last = int(column.get("min", "1")), int(column.get("max", "1"))
            styles.update(dict.fromkeys(range(first, min(last, 16_384) + 1), style))
    return styles


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
