"""The relations between the parts of a workbook's file: where they are kept, and which part one leads to."""

import posixpath

from lxml import etree

FOLDER, ENDING = "_rels", ".rels"
# Kinds of parts that are read here: whoever scans a file looks at all of them, whatever they are called.
READ = ("officeDocument", "worksheet", "sharedStrings", "styles", "table", "drawing", "chart", "comments")


def relations_part(part: str) -> str:
    """The part that holds a part's relations; "" is the file itself."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, FOLDER, f"{name}{ENDING}")


def holds_relations(part: str) -> bool:
    """Whether a part holds relations of another."""
    return part.endswith(ENDING) and posixpath.basename(posixpath.dirname(part)) == FOLDER


def related(root: etree._Element, part: str) -> dict[str, tuple[str, str]]:
    """Relation id -> (type, part) of a part's relations, what lies outside the file left out."""
    relations = {}
    for relation in root.iterchildren("{*}Relationship"):
        if relation.get("TargetMode") != "External":
            target = resolve(posixpath.dirname(part), relation.get("Target", ""))
            relations[relation.get("Id", "")] = (relation.get("Type", ""), target)
    return relations


def resolve(folder: str, target: str) -> str:
    """The part that a relation of a part in that folder leads to."""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


class ReadParts:
    """The parts that relations lead to and that are read, heard from the scan of the parts that hold relations."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._folder = ""

    def begin(self, part: str) -> "ReadParts":
        """Hear of another part that holds relations."""
        self._folder = posixpath.dirname(posixpath.dirname(part))
        return self

    def element(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear of one element."""
        if tag == "Relationship" and attributes.get("Type", "").rpartition("/")[2] in READ:
            self.names.add(resolve(self._folder, attributes.get("Target", "")))
