"""Receptive fields as READMEs list them: a row a layer, in tables, between commas, in trees, comments and arrows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports.readmes.reading.document import Document, cells, plain
from reports.readmes.reading.layers.code import constructed, constructs, told_sizes
from reports.readmes.reading.layers.columns import named, numbers
from reports.readmes.reading.layers.drawn import Block, read_blocks

_LAYER = re.compile(
    r"(?:\b|(?<=_))(?:conv\w*|\w*conv(?:olution)?|depthwise\w*|dilated\w*|max[ -]?pool\w*|avg[ -]?pool\w*|"
    r"average[ -]?pool\w*|pool\w*|transition\w*)(?:\b|(?=_))",
    re.IGNORECASE,
)
_GLOBAL = re.compile(r"\b(?:global|adaptive\w*|gap|upsampl\w*|transposed?|convtranspose\w*)\b", re.IGNORECASE)
_POOL = re.compile(r"pool", re.IGNORECASE)
_KERNEL = re.compile(
    r"(?<![\d.,\[×x*])([12357])\s*[x×]\s*\1(?!\s*[x×\d]|\s*(?:→|->))"
    r"|\bk(?:ernel)?(?:[ _]?size)?\s*[=:]?\s*\(?(\d{1,2})\b"
    r"|\bnn\.Conv2d\(\s*\d+\s*,\s*\d+\s*,\s*\(?(\d{1,2})\b|\b(?:Max|Avg)_?Pool(?:2d)?\(\s*\(?(\d)\b",
    re.IGNORECASE,
)
_STRIDE = re.compile(r"\bs(?:tride)?s?\s*[=:]\s*\(?(\d)\b|\bstrides?\s+(?:of\s+)?(\d)\b", re.IGNORECASE)
_DILATION = re.compile(r"\bd(?:ilation)?\s*[=:]\s*\(?(\d{1,2})\b|\bdilation\s+(?:of\s+)?(\d{1,2})\b", re.IGNORECASE)
_STRIDED, _DILATED = (re.compile(rf"\b{word}\b", re.IGNORECASE) for word in ("strided", "dilated"))
_FIELD = re.compile(
    r"\b(?:rf|receptive[ _-]?field)\b(?:\s*(?:out|size|after|is|of))?\s*(?:[:=]|[-–—](?=\s*\d))?\s*"
    r"(?P<chain>\d{1,4}(?:\s*[x×]\s*\d{1,4})?(?:\s*(?:→|->|-->|➔|➜|to)\s*\d{1,4}(?:\s*[x×]\s*\d{1,4})?)*)(?![\d.]|\s*%)",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"(?<![\d×x])(\d{1,2})\s*[x×]\s*(?=[A-Za-z])")
_ARROW = re.compile(r"→|->|-->|➔|➜|\bto\b")
_CODE = re.compile(r"\b(?:nn\.|Conv2d\(|\w+Pool2d\()")
_FUNCTION = re.compile(r"\b(?:max|avg)_pool2d\(|\binterpolate\(")
APART = 4  # lines between two layers of one list
LONGEST = 300  # letters of a line
MOST = 500  # layers


@dataclass(frozen=True, slots=True)
class Step:
    """A layer: its line, and its numbers by their letters: k, s, p, d, sizes n, fields r and jumps j, in and out."""

    line: int
    cells: dict[str, int]


@dataclass(frozen=True, slots=True)
class FieldList:
    """The layers of one network in order; in a table every number has a column, in a list what is usual is left out."""

    steps: tuple[Step, ...]
    table: bool
    code: bool = False  # lines of code that construct every layer, pooling too

    @property
    def closed(self) -> bool:
        """Whether no layer is left out: code constructs each, or the sizes of each fit those of the next."""
        sizes = [(step.cells.get("n_in"), step.cells.get("n")) for step in self.steps]
        told = all(None not in pair for pair in sizes)
        return self.code or (told and all(before[1] == after[0] for before, after in pairwise(sizes)))


def read_fields(document: Document) -> Iterator[FieldList]:
    """Every such table and list."""
    for rows in (_drawn(document), _separated(document)):
        yield from (FieldList(tuple(steps), True) for steps in _grouped(rows))
    blocks = list(read_blocks(document))
    for drawn in blocks:
        yield from (FieldList(tuple(steps), False) for steps in _of_blocks(drawn))
    taken = {line for drawn in blocks for block in drawn for line in range(block.first, block.last + 1)}
    by_function = any(_FUNCTION.search(line) for line in document.lines)
    for steps in _listed(document, taken):
        code = all(_CODE.search(document.lines[step.line - 1]) for step in steps)
        pools = any("Pool2d(" in document.lines[step.line - 1] and "r" in step.cells for step in steps)
        told = 4 * sum("r" in step.cells for step in steps) >= 3 * len(steps)
        yield FieldList(tuple(steps), False, code and pools and told and not by_function)


def _grouped(rows: Iterator[tuple[int, Sequence[str], Sequence[str]]]) -> Iterator[list[Step]]:
    """The rows of each table that have a kernel, and those between them that tell their receptive field only."""
    steps: list[Step] = []
    last = -1
    for line, header, row in rows:
        if line > last + 2 and steps:
            yield steps
            steps = []
        last = line
        found = numbers(header, row)
        strided = {"s", "j", "j_in"} & (named(header).keys() | found.keys())
        if "r" not in named(header) or (not strided and ("k" in found or not steps)):
            continue  # a stride that is not told may stand behind any row
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


def _listed(document: Document, taken: set[int]) -> Iterator[list[Step]]:
    """Lists of layers with their kernels, of which most tell their receptive field on the line or the next."""
    steps: list[Step] = []
    rows = taken | {block.first for block in document.of_kind("row", "heading")}
    for number, raw in enumerate(document.lines, 1):
        line = plain(raw)
        if number in rows or len(line) > LONGEST or len(steps) >= MOST:
            continue
        layer = _LAYER.search(line) is not None
        field = _FIELD.search(line)
        if steps and number - steps[-1].line > APART and (layer or field):
            yield steps
            steps = []
        if layer and _GLOBAL.search(line):
            if steps:
                yield steps
            steps = []
        elif layer and (found := list(_steps(number, line, field))):
            steps += found
        elif layer and steps and (_KERNEL.search(line) or constructs(line)):  # a layer that is not understood
            yield steps
            steps = []
        elif field and steps and "r" not in steps[-1].cells and not _ARROW.search(field["chain"]):
            steps[-1] = Step(number, steps[-1].cells | {"r": _first(field["chain"])})
    if steps:
        yield steps


def _steps(number: int, line: str, field: re.Match[str] | None) -> Iterator[Step]:
    """The layer of a line, or as many equal ones as an arrow or "3x" tells; none where a number is not told."""
    if constructs(line):
        layer = constructed(line)
        if layer is not None:
            sizes = told_sizes(line)
            told = {"r": _first(field["chain"])} if field else {}
            yield Step(number, layer | told | (dict(zip(("n_in", "n"), sizes, strict=True)) if sizes else {}))
        return
    kernel = _KERNEL.search(line)
    if kernel is None:
        return
    k = int(next(group for group in kernel.groups() if group))
    stride, dilation = (_number(pattern.search(line)) for pattern in (_STRIDE, _DILATION))
    if (_STRIDED.search(line) and not stride) or (_DILATED.search(line) and not dilation):
        return
    own = {"k": k, "s": stride or (k if _POOL.search(line) else 1), "d": dilation or 1}
    chain = [_first(part) for part in _ARROW.split(field["chain"])] if field else []
    several = _SEVERAL.search(line)
    times = int(several[1]) if several else 1
    if len(chain) < 2:
        for each in range(times):
            yield Step(number, own | ({"r": chain[0]} if chain and each == times - 1 else {}))
    elif len(chain) - 1 == times:
        for before, after in pairwise(chain):
            yield Step(number, own | {"r_in": before, "r": after})


def _number(match: re.Match[str] | None) -> int | None:
    return int(next(group for group in match.groups() if group)) if match else None


def _first(text: str) -> int:
    match = re.search(r"\d+", text)
    return int(match[0]) if match else 0
