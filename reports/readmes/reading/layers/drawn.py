"""Networks drawn block by block, and columns set apart by blanks: a receptive field behind several layers at once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.readmes.reading.document import Document
from reports.readmes.reading.layers.parts import described_layers, told_layers, usual_kernel

_BORDER = re.compile(r"^\W*[┌└├╔╚╠+][─═▼┬┴v▲-]{3,}")
_SIDE = re.compile(r"^\s*[│║|]\s*(?P<inside>[^│║|]*)(?:[│║|](?P<beside>.*))?$")
_FIELD = re.compile(
    r"\b(?:RF|receptive field)\s*[:=]?\s*(?:(?P<before>\d{1,4})\s*(?:→|->|➔|to)\s*)?(?P<after>\d{1,4})\b", re.IGNORECASE
)
_PARAMETERS = re.compile(r"\bparam\w*\s*[:=]\s*(?P<count>\d[\d,]*)(?![\d.]|\s*[kKmM]\b)", re.IGNORECASE)
_HEAD = re.compile(r"^\s*layers?\s{2,}(?:rf|receptive field)\b", re.IGNORECASE)
_ROW = re.compile(r"^\s*(?P<name>\S(?:\S| (?! ))*)\s{2,}(?P<field>\d{1,4})(?:\s{2,}(?P<note>.*))?$")
_TITLE = re.compile(r":|\b(?:block|stage|layers?|network|net|module)\b", re.IGNORECASE)
_BEGIN = re.compile(r"\binput\b", re.IGNORECASE)
_END = re.compile(r"\b(?:gap|global|linear|fc|fully|flatten|output|softmax|head)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """A box, or a row of columns: its title, its layers where all are understood, and what it tells of itself."""

    first: int
    last: int
    title: str
    layers: tuple[dict[str, int], ...] | None
    field: tuple[int, int] | None = None  # its line, and the field behind the block
    parameters: tuple[int, str] | None = None  # its line, and the number as it stands


def read_blocks(document: Document) -> Iterator[list[Block]]:
    """Each drawn network, and each list in columns, from its first block that has a layer to its last."""
    usual = usual_kernel(document)
    for fence in document.of_kind("fence", "prose"):
        lines = list(enumerate(document.lines[fence.first - 1 : fence.last], fence.first))
        blocks = [*_boxes(lines, usual)] or [*_columns(lines, usual)]
        if blocks:
            yield blocks


def _boxes(lines: Sequence[tuple[int, str]], usual: int | None) -> Iterator[Block]:
    inside: list[tuple[int, str, str]] = []
    for number, line in lines:
        if _BORDER.match(line):
            if inside:
                yield _box(inside, usual)
            inside = []
        elif (side := _SIDE.match(line)) and side["beside"] is not None:
            inside.append((number, side["inside"], side["beside"]))
        else:
            inside = []


def _box(lines: Sequence[tuple[int, str, str]], usual: int | None) -> Block:
    layers: list[dict[str, int]] | None = []
    field: tuple[int, int] | None = None
    parameters: tuple[int, str] | None = None
    for at, (number, inside, beside) in enumerate(lines):
        title = at == 0 and len(lines) > 1 and _TITLE.search(inside) is not None
        found = [] if title else told_layers(inside, usual)
        layers = None if layers is None or found is None else layers + found
        for text in (inside, beside):
            if match := _FIELD.search(text):
                field = number, int(match["after"])
            if match := _PARAMETERS.search(text):
                parameters = number, match["count"].rstrip(",")
    return Block(
        lines[0][0], lines[-1][0], lines[0][1].strip(), None if layers is None else tuple(layers), field, parameters
    )


def _columns(lines: Sequence[tuple[int, str]], usual: int | None) -> Iterator[Block]:
    """Rows below a head of "Layer   RF"."""
    open_ = False
    for number, line in lines:
        row = _ROW.match(line) if open_ else None
        if row is None:
            open_ = _HEAD.match(line) is not None
        elif not _BEGIN.search(row["name"]) and not _END.search(row["name"]):
            layers = described_layers(f"{row['name']} {row['note'] or ''}", usual)
            told = None if not layers else tuple(layers)
            yield Block(number, number, row["name"], told, (number, int(row["field"])))
