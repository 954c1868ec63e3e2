"""The parts of an Open XML workbook: its sheets, the relations and the content types of parts, in a copy."""

import posixpath
from pathlib import Path

from lxml import etree

from backprop.spreadsheet.package.markup import parse_xml
from backprop.spreadsheet.package.parts import PackageParts, PartsError
from backprop.spreadsheet.xlsx.markup import PACKAGE, RELATED, TYPES, strict, tag, transitional
from backprop.spreadsheet.xlsx.relations import related, relations_part

CONTENT_TYPES = "[Content_Types].xml"


class Parts(PackageParts):
    """The parts of a workbook's file, and which of them were changed, added or removed.

    Those of the strict form are changed as the usual, transitional ones, and written back in their own form.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.strict = False
        self.workbook = next((part for kind, part in self.related("").values() if kind.endswith("/officeDocument")), "")
        if not self.workbook or self.xml(self.workbook).tag != tag("workbook"):
            raise PartsError(f"{file}: is not a workbook of Open XML")
        self.strict = transitional(self.read(self.workbook)) != self.read(self.workbook)

    def xml(self, part: str) -> etree._Element:
        """A part's root element. Changes to it stay without effect until `put_xml`."""
        try:
            return parse_xml(transitional(self.read(part)))
        except etree.XMLSyntaxError as error:
            raise PartsError(f"{self.file}: part {part} is not XML ({error})") from error

    def put_xml(self, part: str, root: etree._Element) -> None:
        """Change or add a part."""
        content = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)
        assert isinstance(content, bytes)
        self.put(part, strict(content) if self.strict else content)

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
            root = etree.fromstring(f'<Relationships xmlns="{PACKAGE}"/>')
        used = {relation.get("Id") for relation in root}
        name = next(f"rId{number}" for number in range(1, len(used) + 2) if f"rId{number}" not in used)
        relative = posixpath.relpath(target, posixpath.dirname(part) or ".")
        etree.SubElement(root, tag("Relationship", PACKAGE), Id=name, Type=f"{RELATED}/{kind}", Target=relative)
        self.put_xml(relations, root)
        return name

    def unrelate(self, part: str, target: str) -> None:
        """Remove a part, its content type, and the relations that lead there from another."""
        ids = {name for name, (_, related_part) in self.related(part).items() if related_part == target}
        root = self.xml(relations_part(part))
        for relation in list(root):
            if relation.get("Id") in ids:
                root.remove(relation)
        self.put_xml(relations_part(part), root)
        types = self.xml(CONTENT_TYPES)
        for override in types.findall(tag("Override", TYPES)):
            if override.get("PartName", "").lower() == f"/{target}".lower():
                types.remove(override)
        self.put_xml(CONTENT_TYPES, types)
        self.put(target, None)

    def declare(self, name: str, content_type: str) -> None:
        """State the content type of a part (its path) or of an extension (no slash), unless the file does already."""
        root = self.xml(CONTENT_TYPES)
        kind, key, value = ("Override", "PartName", f"/{name}") if "/" in name else ("Default", "Extension", name)
        known = {element.get(key, "").lower() for element in root.findall(tag(kind, TYPES))}
        if value.lower() not in known:
            element = etree.Element(tag(kind, TYPES), {key: value, "ContentType": content_type})
            root.insert(0 if kind == "Default" else len(root), element)
            self.put_xml(CONTENT_TYPES, root)

    def free_name(self, *patterns: str) -> str:
        """The first that is no part yet: each pattern, beside the workbook, %d in it as 1, 2, ..."""
        used = {name.lower() for name in self.names()}
        folder = posixpath.dirname(self.workbook)
        numbered = (pattern.replace("%d", str(n)) for pattern in patterns for n in range(1, len(used) + 2))
        paths = (posixpath.join(folder, name) for name in numbered)
        return next(path for path in paths if path.lower() not in used)

    def sheets(self) -> dict[str, str]:
        """Name -> part of every worksheet, in order."""
        related = self.related(self.workbook)
        parts = {}
        for sheet in self.xml(self.workbook).iter(tag("sheet")):
            kind, part = related.get(sheet.get(tag("id", RELATED), ""), ("", ""))
            if kind.endswith("/worksheet"):
                parts[sheet.get("name", "")] = part
        return parts

    def sheet(self, name: str) -> str:
        """The part of a worksheet."""
        part = self.sheets().get(name)
        if part is None:
            raise PartsError(f"{self.file}: has no sheet {name!r}")
        return part

    def one(self, kind: str) -> str | None:
        """The part of a kind of which a workbook has at most one: styles, calcChain."""
        return next((part for type_, part in self.related(self.workbook).values() if type_.endswith(f"/{kind}")), None)

    def drop_calculation_chain(self) -> None:
        """Remove the list of formula cells, which a spreadsheet makes anew: it would lack new ones."""
        chain = self.one("calcChain")
        if chain is not None:
            self.unrelate(self.workbook, chain)
