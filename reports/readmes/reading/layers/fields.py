"""Receptive fields as READMEs list them: a row a layer, in tables, between commas, in trees, comments and arrows."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports.readmes.reading.document import Document, cells
from reports.readmes.reading.layers.code import constructs
from reports.readmes.reading.layers.columns import named, numbers, with_stride
from reports.readmes.reading.layers.drawn import Block, read_blocks
from reports.readmes.reading.layers.joined import read_joined
from reports.readmes.reading.layers.keyed import read_keyed, read_named
from reports.readmes.reading.layers.listed import Step, is_chained, read_listed

_CODE = re.compile(r"\b(?:nn\.|Conv2d\(|\w+Pool2d\()")
_FUNCTION = re.compile(r"\b(?:max|avg)_pool2d\(|\binterpolate\(")
_ASSIGNED, _CALLED = re.compile(r"\bself\.(\w*pool\w*)\s*="), re.compile(r"\bself\.(\w*pool\w*)\(")
_STRIDING = re.compile(r"pool|strid|downsampl|transition", re.IGNORECASE)
LONGEST = 300  # letters of a line


@dataclass(frozen=True, slots=True)
class FieldList:
    """The layers of one network in order; in a table every number has a column, in a list what is usual is left out."""

    steps: tuple[Step, ...]
    table: bool
    whole: bool = False  # code constructs every layer, or the channels of each fit those of the next
    functional: bool = False  # a function pools besides
    named: bool = False  # each layer by a name that code or words give to the kernel

    @property
    def closed(self) -> bool:
        """Whether no layer is left out, also where the sizes of each fit those of the next."""
        sizes = [(step.cells.get("n_in"), step.cells.get("n")) for step in self.steps]
        told = all(None not in pair for pair in sizes)
        return self.whole or (told and all(before[1] == after[0] for before, after in pairwise(sizes)))


def read_fields(document: Document) -> Iterator[FieldList]:
    """Every such table and list."""
    for rows in (_drawn(document), _separated(document)):
        yield from (FieldList(tuple(steps), True) for steps in _grouped(rows))
    blocks = list(read_blocks(document))
    for drawn in blocks:
        yield from (FieldList(tuple(steps), False) for steps in _of_blocks(drawn))
    taken = {line for drawn in blocks for block in drawn for line in range(block.first, block.last + 1)}
    elsewhere = _pools_elsewhere(document)
    for steps in read_listed(document, taken):
        code = all(_CODE.search(document.lines[step.line - 1]) for step in steps)
        pools = any("Pool2d(" in document.lines[step.line - 1] and "r" in step.cells for step in steps)
        told = 4 * sum("r" in step.cells for step in steps) >= 3 * len(steps)
        whole = (code and pools and told) or (is_chained(steps) and not _unread(document, steps))
        yield FieldList(tuple(steps), False, whole and not elsewhere, elsewhere)
    for steps in read_joined(document) if not elsewhere else ():
        yield FieldList(tuple(steps), False, whole=True, named=True)
    for steps in (*read_keyed(document), *read_named(document)):
        yield FieldList(tuple(steps), True)


def _pools_elsewhere(document: Document) -> bool:
    """Whether code pools by a function, or calls a pooling more often than it constructs one of that name."""
    called = Counter(name for line in document.lines for name in _CALLED.findall(line))
    assigned = Counter(name for line in document.lines for name in _ASSIGNED.findall(line))
    return any(_FUNCTION.search(line) for line in document.lines) or bool(called - assigned)


def _unread(document: Document, steps: Sequence[Step]) -> bool:
    """Whether a line between the layers tells of a stride, and is no layer that was understood."""
    read = {step.line for step in steps}
    lines = list(enumerate(document.lines[steps[0].line - 1 : steps[-1].line], steps[0].line))
    titles = [number for number, line in lines if number not in read and line.rstrip(" *").endswith(":")]
    ends = [*titles[1:], steps[-1].line + 1]
    kept = {  # titles of blocks in which a layer strides
        first for first, last in zip(titles, ends, strict=False)
        if any(first < step.line < last and step.cells.get("s", 1) > 1 for step in steps)
    }  # fmt: skip
    return any(
        _STRIDING.search(line) and number not in read | kept and not constructs(line)
        and not line.lstrip().startswith("#")
        for number, line in lines
    )  # fmt: skip


def _grouped(rows: Iterator[tuple[int, Sequence[str], Sequence[str]]]) -> Iterator[list[Step]]:
    """The rows of each table that have a kernel, and those between them that tell their receptive field only.

    Tables of one head are one, as where each block has its own, if what goes into the next is what the last one leaves.
    """
    steps: list[Step] = []
    last = -1
    head: Sequence[str] = ()
    broken = False  # by a row whose stride is not told: it may stand behind any
    for line, header, row in rows:
        if tuple(row) == tuple(header):
            continue
        left = steps[-1].cells.get("n") if steps and header == head else None
        if line > last + 2 and (left is None or numbers(header, row).get("n_in") != left):
            if steps:
                yield steps
            steps, broken = [], False
        last, head = line, header
        found = with_stride(numbers(header, row), steps[-1].cells if steps else {})
        strided = {"s", "j", "j_in"} & (named(header).keys() | found.keys())
        broken = broken or ("k" in found and not strided)
        if broken or "r" not in named(header) or (not strided and not steps):
            continue
        if "k" in found or ("r" in found and steps):
            steps.append(Step(line, found))
    if steps:
        yield steps


def _drawn(document: Document) -> Iterator[tuple[int, Sequence[str], Sequence[str]]]:
    """Rows of markdown tables: line, head, cells."""
    for block in document.of_kind("row"):
        yield block.first, block.header, [text for text, _ in cells(document.lines[block.first - 1])]


def _separated(document: Document) -> Iterator[tuple[int, Sequence[str], Sequence[str]]]:
    """Rows between commas, semicolons or tabs, or columns set apart by blanks, under a head of such names."""
    header: Sequence[str] = ()
    separator = ""
    drawn = {block.first for block in document.of_kind("row")}
    for number, raw in enumerate(document.lines, 1):
        line = raw.strip()
        if number in drawn or not line or len(line) > LONGEST:
            header = () if not line and separator != "," else header
            continue
        if re.search(r"\b(?:rf|receptive)", line, re.IGNORECASE):
            for candidate in (r"\s*\|\s*",) if line.count("|") > 2 else (",", ";", r"\t+", r"\s{2,}|\s*\|\s*"):
                names = [each.strip() for each in re.split(candidate, line.strip("|"))]
                if {"k", "r"} <= named(names).keys():
                    header, separator = names, candidate
                    break
        elif header:
            row = [each.strip() for each in re.split(separator, line.strip("|"))]
            if len(row) == len(header):
                yield number, header, row
            elif not re.fullmatch(r"[-=|+:\s]*", line):
                header = ()


def _of_blocks(blocks: Sequence[Block]) -> Iterator[list[Step]]:
    """The layers of drawn blocks, from the first that has any to one that is not understood."""
    steps: list[Step] = []
    for block in blocks:
        if block.layers is None or (steps and not block.layers):
            break
        for at, layer in enumerate(block.layers, 1):
            told = block.field if at == len(block.layers) else None
            steps.append(Step(told[0], layer | {"r": told[1]}) if told else Step(block.first, layer))
    if steps:
        yield steps
