"""Receptive fields beside names of layers, whose kernels the same text lists elsewhere: code, a printed net."""

import re
from collections.abc import Callable, Iterator, Sequence

from reports.readmes.reading.document import Document, cells, plain
from reports.readmes.reading.layers.code import constructed
from reports.readmes.reading.layers.listed import LONGEST, Step, told_layer

_ROW = re.compile(
    r"^[\s*+•-]*(?P<name>[A-Za-z]\w{2,30})\s*(?:[:|,\t]|\s{2,}|[-=]>|→)[\s*=]*(?:(?:RF|receptive field)\s*[:=]?\s*)?"
    r"(?P<field>\d{1,3})(?:\s*[x×]\s*(?P=field))?(?![\d.%]|\s*[x×])",
    re.IGNORECASE,
)
_HEAD = re.compile(r"^[\s|*#-]*(?:layers?|names?|blocks?)[\s|*:,]+(?:RF|receptive[ _-]?field)\b", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"^\s*(?:self\.(?P<name>\w+)\s*=\s*(?:nn\.)?|\((?P<printed>\w+)\):\s*)"
    r"(?P<call>(?:Conv2d|MaxPool2d|AvgPool2d)\(.*)$"
)
_SAID = re.compile(r"^[\s*+•-]*(?:\d+[.)]\s*)?(?P<name>[A-Za-z]\w{2,30})\s*[:(]")
_COUNTED = re.compile(r"conv|pool", re.IGNORECASE)
_WITHOUT = re.compile(
    r"(?:bn|batch_?norm|relu|dropout|drop|act)\w*|input\w*", re.IGNORECASE
)  # rows that leave the field as it is
_GLOBAL = re.compile(r"gap\w*|global\w*|adaptive\w*|avg_?pool\w*|fc\w*|linear\w*|flatten\w*|out\w*", re.IGNORECASE)
LEAST = 4  # layers of a list
FAR = 2  # lines between two of its rows


def read_joined(document: Document) -> Iterator[list[Step]]:
    """Each list every layer of which has its kernel elsewhere, in the same order, from the first on, none left out."""
    kernels: list[dict[str, dict[str, int]]] | None = None
    for rows in _lists(document):
        kernels = [_kernels(document, of) for of in (_called, _said)] if kernels is None else kernels
        joined = [steps for known in kernels if (steps := _joined(rows, known))]
        if joined and all(_same(joined[0], steps) for steps in joined):
            yield joined[0]


def _joined(rows: Sequence[tuple[int, str, int]], known: dict[str, dict[str, int]]) -> list[Step]:
    """The layers up to a pooling of all that is left, and behind it what has the field that was told last."""
    steps: list[Step] = []
    names = [name for _, name, _ in rows if not _WITHOUT.fullmatch(name)]
    ends = next((at for at, name in enumerate(names) if _GLOBAL.fullmatch(name)), len(names))
    if ends < LEAST or names[:ends] != list(known)[:ends]:
        return []
    for line, name, field in (row for row in rows if not _WITHOUT.fullmatch(row[1])):
        if len(steps) < ends:
            steps.append(Step(line, known[name] | {"r": field}))
        elif field == steps[-1].cells["r"]:
            steps.append(Step(line, {"k": 1, "s": 1, "d": 1, "r": field}))
        else:
            break
    return steps


def _same(one: Sequence[Step], other: Sequence[Step]) -> bool:
    return [step.cells for step in one] == [step.cells for step in other]


def _lists(document: Document) -> Iterator[list[tuple[int, str, int]]]:
    """Lines of a name and a field below a head that says so."""
    rows: list[tuple[int, str, int]] = []
    last = 0  # the head, or the row before
    drawn = {block.first for block in document.of_kind("row")}
    for number, raw in enumerate(document.lines, 1):
        if len(raw) > LONGEST:
            continue
        line = plain(raw)
        if number in drawn:
            line = "  ".join(text for text, _ in cells(raw))
        if _HEAD.match(line):
            if rows:
                yield rows
            rows, last = [], number
        elif last and number <= last + FAR and (match := _ROW.match(line)):
            rows.append((number, match["name"].lower(), int(match["field"])))
            last = number
    if rows:
        yield rows


def _kernels(document: Document, read: Callable[[str], tuple[str, dict[str, int] | None]]) -> dict[str, dict[str, int]]:
    """The layers with a kernel by their names, in order; none where a name means two, or a layer is not understood."""
    found: dict[str, dict[str, int]] = {}
    for raw in document.lines:
        line = plain(raw)
        if len(raw) > LONGEST or not _COUNTED.search(line):
            continue
        name, layer = read(line)
        if not name or _GLOBAL.fullmatch(name):
            continue
        own = {letter: layer[letter] for letter in ("k", "s", "d")} if layer else {}
        if not own or found.setdefault(name, own) != own:
            return {}
    return found


def _called(line: str) -> tuple[str, dict[str, int] | None]:
    """The layer that a line of code or of a printed network constructs under a name."""
    match = _ASSIGNED.match(line)
    return ((match["name"] or match["printed"]).lower(), constructed(match["call"])) if match else ("", None)


def _said(line: str) -> tuple[str, dict[str, int] | None]:
    """The layer that a line of words describes behind a name."""
    match = _SAID.match(line) if not _ASSIGNED.match(line) else None
    step = told_layer(0, line) if match else None
    return (match["name"].lower(), step.cells) if match and step else ("", None)
