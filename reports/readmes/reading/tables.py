"""Parameter tables in a README: torchsummary's, torchinfo's, Keras', with pipes and fences or without; markdown's."""

import re
from collections.abc import Iterator
from dataclasses import replace

from reports.readmes.reading.document import Document, cells
from reports.readmes.reading.keras import keras_rows
from reports.readmes.reading.rows import Figure, Row, Table, whole
from reports.readmes.reading.torchinfo import torchinfo_rows

_COUNT = r"\d[\d,]*"
_END = r"(?<!,)(?!\.?\d|,\d)"  # of a count; the full stop of a sentence may follow
_ROW = re.compile(
    r"^\W*(?P<type>[A-Za-z]\w*)-(?P<number>\d{1,5})\**\s*(?:\([^()\[\]|]{1,60}\)\s*)?[|\s]\s*(?:(?P=type)\s*\|\s*)?"
    rf"(?P<shape>\[\s*-?\d+(?:\s*,\s*-?\d+){{1,4}}\s*\]|\[\[[-\d, \[\]]{{1,120}}\]\])[\s|]*"
    rf"(?P<count>{_COUNT})(?![.\d])(?P<rest>.*)"
)
_TYPE = re.compile(r"([A-Za-z][A-Za-z0-9]*)(?:-(\d{1,5}))?")
_KERNEL = re.compile(r"(\d{1,2})\s*[x×*]\s*(\d{1,2})", re.IGNORECASE)
_SIDE = re.compile(r"\bk(?:ernel)?(?:[ _]?size)?\s*=\s*(\d{1,2})\b(?!\s*[x×*])", re.IGNORECASE)
_THROUGH = re.compile(r"\b(\d{1,5})\s*(?:→|->|⟶|to)\s*(\d{1,5})\b")
_SAID_KERNEL = re.compile(r"(\d{1,2})\s*[x×*]\s*(\d{1,2})(?:\s*[x×*]\s*\d+)?\s*kernels?\b", re.IGNORECASE)
_MANY_KERNELS = re.compile(r"\b(\d{1,2})\s*[x×*]\s*(\d{1,2})\s*[x×*]\s*\d+\s+kernels?\b", re.IGNORECASE)
_SIDES = re.compile(r"\d+(?:\s*×\s*\d+)*|\d+(?:\s*x\s*\d+){2}")
_LISTED = re.compile(r"[\[(]\s*(?:(?:-1|1|None|N|B)\s*,\s*)?(\d+(?:\s*,\s*\d+)*)\s*,?\s*[\])]")
_TOTALS = {
    "total": re.compile(
        rf"(?<!\w)total\s+(?:params?|parameters)\b\s*(?:#|\([^)]{{0,20}}\))?\W{{0,6}}({_COUNT}){_END}", re.IGNORECASE
    ),
    "trainable": re.compile(rf"(?<![\w-])trainable\s+params?\b\W{{0,6}}({_COUNT}){_END}", re.IGNORECASE),
    "optimiser": re.compile(rf"\boptimizer\s+params?\b\W{{0,6}}({_COUNT}){_END}", re.IGNORECASE),
    "non-trainable": re.compile(rf"\bnon-trainable\s+params?\b\W{{0,6}}({_COUNT}){_END}", re.IGNORECASE),
}
_KERAS_SIZE = rf"\b{{}} params:\s*{_COUNT}\s*\((\d[\d,]*\.\d+ [KMG]?B)\)"
_SIZES = {
    "input": re.compile(r"\binput size \(MB\):\s*(\d+\.\d+)", re.IGNORECASE),
    "pass": re.compile(r"\bforward/backward pass size \(MB\):\s*(\d+\.\d+)", re.IGNORECASE),
    "parameters": re.compile(r"\bparams size \(MB\):\s*(\d+\.\d+)", re.IGNORECASE),
    "all": re.compile(r"\bestimated total size \(MB\):\s*(\d+\.\d+)", re.IGNORECASE),
    "total size": re.compile(_KERAS_SIZE.format("total"), re.IGNORECASE),
    "trainable size": re.compile(_KERAS_SIZE.format("(?<!Non-)trainable"), re.IGNORECASE),
    "non-trainable size": re.compile(_KERAS_SIZE.format("non-trainable"), re.IGNORECASE),
    "optimiser size": re.compile(_KERAS_SIZE.format("optimizer"), re.IGNORECASE),
}
_HEAD = re.compile(r"\bLayer \(type.{0,200}(?:Output Shape|Param #)", re.IGNORECASE)
_DOTS = re.compile(r"[\s|│]*(?:\.\.\.|…|⋮|:(?!-))[\s|│.…⋮:]*")
_KERAS_ROW = re.compile(r"(?:\s{2}|[│|]\s*)\[?(?:\(None\b|multiple\b)")
_PIPED = re.compile(r"\s*\|.*\|\s*\**\d[\d,]*\**\s*(?:\||$)")
_RULE = re.compile(r"={20,}\s*$")
_SUMS = re.compile(r"\b(?:total|trainable)\b", re.IGNORECASE)
MOST_ROWS = 600
NEAR = 10  # a tenth of the sum
ALONE = ("torchinfo", "keras")  # whose table may be of one row, because a head stands above it
FAR = 6  # lines between the rows and their sums


def read_tables(document: Document) -> tuple[Table, ...]:
    """Every parameter table of the document, in order of lines."""
    groups: list[list[Row]] = []
    printed, unread = torchinfo_rows(document.lines)
    rows = _markdown_rows(document) | dict(_detailed_rows(document)) | keras_rows(document.lines) | printed
    shortened: set[int] = set()  # first lines of the tables from which rows are left out, or not read
    apart = True  # a heading, a total, or the head of a table stands between the last row and this line
    lost = False  # a row since then was left out or not read
    for number, line in enumerate(document.lines, 1):
        if number in document.headings or _HEAD.search(line) or _TOTALS["total"].search(line):
            apart, lost = True, False
        row = _possible(rows.get(number) or _printed_row(number, line))
        if row is None:
            lost |= number in unread or _DOTS.fullmatch(line) is not None or _is_row(line, apart)
            continue
        last = groups[-1][-1] if groups else None
        restarts = last is not None and row.number is not None and last.number is not None and row.number <= last.number
        if last is None or restarts or apart or last.style != row.style or len(groups[-1]) >= MOST_ROWS:
            groups.append([])
        groups[-1].append(row)
        if lost:
            shortened.add(groups[-1][0].line)
        apart = lost = False
    tables = _with_totals(document, [group for group in groups if len(group) > 1 or group[0].style in ALONE])
    last_rows = {group[-1].line: group[0].line for group in groups}
    shortened |= _cut(document, last_rows, unread)
    return tuple(replace(table, shortened=table.first in shortened) for table in tables)


def _possible(row: Row | None) -> Row | None:
    """The row; where it has a kernel or an input of no extent, without them."""
    return replace(row, kernel=None, given=()) if row and 0 in (*(row.kernel or ()), *row.given) else row


def _is_row(line: str, apart: bool) -> bool:
    """Whether a line that is not understood may be a row: of Keras, or inside a table with pipes."""
    if _SUMS.search(line):
        return False
    return _KERAS_ROW.search(line) is not None or (not apart and _PIPED.match(line) is not None)


def _cut(document: Document, last_rows: dict[int, int], unread: set[int]) -> set[int]:
    """The first lines of tables behind whose last row more follow that are not understood."""
    cut: set[int] = set()
    current: int | None = None
    for number, line in enumerate(document.lines, 1):
        if number in last_rows:
            current = last_rows[number]
        elif number in document.headings or _HEAD.search(line) or _SUMS.search(line) or line.startswith("```"):
            current = None
        elif current is not None and not line.strip() and number < len(document.lines):
            if "[-1, " in document.lines[number - 2] and _RULE.match(document.lines[number]):
                cut.add(current)  # torchsummary prints no blank line there
        elif current is not None and (number in unread or _DOTS.fullmatch(line) or _is_row(line, False)):
            cut.add(current)
    return cut


def _printed_row(number: int, line: str) -> Row | None:
    match = _ROW.match(line) if "[" in line else None
    if match is None:
        return None
    nested = match["shape"].startswith("[[")  # of a layer with several outputs
    shape = () if nested else tuple(int(part) for part in re.findall(r"-?\d{1,9}", match["shape"]))[1:]
    return Row(
        number, "" if nested else match["type"], int(match["number"]), shape, whole(match["count"]), match["count"],
        match.span("count"), match["shape"], match.span("shape"), _said_kernel(match["rest"]),
    )  # fmt: skip


def _markdown_rows(document: Document) -> dict[int, Row]:
    """The rows of markdown tables whose head names layer, output shape and parameters, and perhaps the type."""
    rows: dict[int, Row] = {}
    for block in document.of_kind("row"):
        head = [name.casefold() for name in block.header]
        line = document.lines[block.first - 1]
        row = cells(line)
        if _printed_row(block.first, line):
            continue  # with every side of its shape
        shape_place = _only(head, r"\bshape\b")
        places = [
            _only(head, r"^layer\b"),
            shape_place if shape_place is not None else _only(head, r"\boutput shape\b"),
        ]
        places.append(_only(head, r"\bparam"))
        if None in places or len(row) != len(head):
            continue
        (kind, _), (shape, shape_at), (count, count_at) = (row[place] for place in places if place is not None)
        typed = _only(head, r"^type\b")
        type_ = _TYPE.fullmatch(kind if typed is None else row[typed][0])
        dims = _dims(shape)
        if type_ is None or "total" in kind.lower() or not re.fullmatch(_COUNT, count) or dims is None:
            continue
        kernel = _only(head, r"^kernel\b")
        said = _KERNEL.fullmatch(row[kernel][0]) if kernel is not None else None
        as_told = shape.isdigit() or ("×" in shape and len(dims) == shape.count("×") + 1)
        rows[block.first] = Row(
            block.first, type_[1], int(type_[2]) if type_[2] else None, dims, whole(count), count,
            (count_at, count_at + len(count)), shape if as_told else "",
            (shape_at, shape_at + len(shape)) if as_told else (shape_at, shape_at),
            (int(said[1]), int(said[2])) if said else None, "markdown",
        )  # fmt: skip
    return rows


def _dims(text: str) -> tuple[int, ...] | None:
    """The numbers of a shape whose channels stand first; else those alone. None where it is no shape, or unclear.

    A picture is square, so that the side that is unlike the others is that of the channels.
    """
    listed = _LISTED.fullmatch(text)
    if listed is None and not _SIDES.fullmatch(text):
        return None
    dims = tuple(int(part[:9]) for part in re.findall(r"\d+", listed[1] if listed else text))
    if len(dims) == len("CHW") and dims[0] == dims[1] != dims[2]:
        return dims[2:]
    if "×" in text:
        return dims
    return dims[:1] if len(dims) == 1 or (len(dims) == len("CHW") and dims[1] == dims[2]) else None


def _detailed_rows(document: Document) -> Iterator[tuple[int, Row]]:
    """The rows of markdown tables that name layers, parameters and details: conv1 (Conv2d) | 36 | 1→4, kernel 3x3."""
    for block in document.of_kind("row"):
        head = [name.casefold() for name in block.header]
        layer, count_place = _only(head, r"^layer\b"), _only(head, r"\bparam")
        row = cells(document.lines[block.first - 1])
        if layer is None or count_place is None or _only(head, r"\bshape\b") is not None or len(row) != len(head):
            continue
        named = re.fullmatch(r"(?P<label>[\w.]{1,40})?\s*\(?(?P<type>[A-Z]\w{1,30})\)?", row[layer][0])
        text, column = row[count_place]
        if named is None or not re.fullmatch(_COUNT, text) or named["type"].lower() in ("total", "sum"):
            continue
        details = " ".join(cell for at, (cell, _) in enumerate(row) if at not in (layer, count_place))
        sides, kernel, side = (pattern.search(details) for pattern in (_THROUGH, _KERNEL, _SIDE))
        of = re.search(r"\b(\d{1,5}) (?:features|channels)\b", details)
        out = int(sides[2]) if sides else int(of[1]) if of else 0
        yield (
            block.first,
            Row(
                block.first, named["type"] if out else "", None, (out,) if out else (), whole(text), text,
                (column, column + len(text)), "", (column, column),
                (int(kernel[1]), int(kernel[2])) if kernel else (int(side[1]), int(side[1])) if side else None,
                "markdown", named["label"] or named["type"],
                (int(sides[1]),) if sides and named["type"] == "Linear" else (), int(sides[1]) if sides else None,
                bias=False if re.search(r"\bno bias\b", details) else None,
            ),
        )  # fmt: skip


def _with_totals(document: Document, groups: list[list[Row]]) -> Iterator[Table]:
    """The tables with their sums: those that follow a table under its heading, and before the first one its own."""
    totals: list[dict[str, Figure]] = [{} for _ in groups]
    sizes: list[dict[str, Figure]] = [{} for _ in groups]
    ahead: dict[str, Figure] = {}
    at, below, last = -1, False, 0
    outside = False  # a fence ended since the table did: the text may show a part of it
    for number, line in enumerate(document.lines, 1):
        below |= number in document.headings
        while at + 1 < len(groups) and groups[at + 1][0].line <= number:
            at, below, outside = at + 1, False, False
            last = groups[at][-1].line
        below |= at >= 0 and number > last + FAR
        outside |= at >= 0 and line.startswith("```")
        for known, patterns in ((totals, _TOTALS), (sizes, _SIZES)):
            for name, pattern in patterns.items():
                match = pattern.search(line)
                if match is None:
                    continue
                figure = Figure(match[1], number, match.span(1))
                if at >= 0 and not below and not (outside and name == "total" and not _is_near(figure, groups[at])):
                    known[at].setdefault(name, figure)
                    last = max(last, number)
                elif at < 0 and known is totals:
                    ahead.setdefault(name, figure)
    for block in document.of_kind("row"):
        row = cells(document.lines[block.first - 1])
        place = _only([name.casefold() for name in block.header], r"\bparam")
        owner = [index for index, group in enumerate(groups) if group[-1].line == block.first - 1]
        named = place is not None and any("total" in text.casefold() for text, _ in row[:place])
        if owner and place is not None and len(row) > place and named:
            text, column = row[place]
            if re.fullmatch(_COUNT, text):
                totals[owner[0]]["total"] = Figure(text, block.first, (column, column + len(text)))
    for index, group in enumerate(groups):
        table = Table(tuple(group), totals[index], sizes[index])
        # said before the table, a total may be another network's, unless it comes near
        is_its_total = "total" in ahead and index == 0 and _is_near(ahead["total"], group)
        yield replace(table, totals=ahead | totals[index]) if is_its_total else table


def _is_near(total: Figure, rows: list[Row]) -> bool:
    made = Table(tuple(rows), {}, {}).sum
    return abs(total.value - made) <= made / NEAR


def _said_kernel(text: str) -> tuple[int, int] | None:
    """The kernel that a comment names: "3*3 kernel", "1 * 1 * 32 kernels"."""
    match = _SAID_KERNEL.search(text) or _MANY_KERNELS.search(text)
    return (int(match[1]), int(match[2])) if match else None


def _only(head: list[str], pattern: str) -> int | None:
    places = [index for index, name in enumerate(head) if re.search(pattern, name)]
    return places[0] if len(places) == 1 else None
