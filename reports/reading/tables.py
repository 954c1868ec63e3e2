"""Parameter tables in a README: torchsummary's, with or without pipes and fences, and markdown tables of layers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from reports.reading.document import Document, cells

Span = tuple[int, int]  # columns, from 0

_COUNT = r"\d[\d,]*"
_ROW = re.compile(
    r"^\W*(?P<type>[A-Za-z][A-Za-z0-9]*)-(?P<number>\d{1,5})\s*[|\s]\s*"
    rf"(?P<shape>\[\s*-?\d+(?:\s*,\s*-?\d+){{1,4}}\s*\])[\s|]*(?P<count>{_COUNT})(?![.\d])(?P<rest>.*)"
)
_TYPE = re.compile(r"([A-Za-z][A-Za-z0-9]*)(?:-(\d{1,5}))?")
_KERNEL = re.compile(r"(\d{1,2})\s*[x×*]\s*(\d{1,2})", re.IGNORECASE)
_SAID_KERNEL = re.compile(r"(\d{1,2})\s*[x×*]\s*(\d{1,2})(?:\s*[x×*]\s*\d+)?\s*kernels?\b", re.IGNORECASE)
_MANY_KERNELS = re.compile(r"\b(\d{1,2})\s*[x×*]\s*(\d{1,2})\s*[x×*]\s*\d+\s+kernels?\b", re.IGNORECASE)
_TOTALS = {
    "total": re.compile(
        rf"(?<!\w)total\s+(?:params?|parameters)\b\s*(?:#|\([^)]{{0,20}}\))?\W{{0,6}}({_COUNT})(?![.\d])", re.IGNORECASE
    ),
    "trainable": re.compile(rf"(?<![\w-])trainable\s+params?\b\W{{0,6}}({_COUNT})(?![.\d])", re.IGNORECASE),
    "non-trainable": re.compile(rf"\bnon-trainable\s+params?\b\W{{0,6}}({_COUNT})(?![.\d])", re.IGNORECASE),
}
_SIZES = {
    "input": re.compile(r"\binput size \(MB\):\s*(\d+\.\d+)", re.IGNORECASE),
    "pass": re.compile(r"\bforward/backward pass size \(MB\):\s*(\d+\.\d+)", re.IGNORECASE),
    "parameters": re.compile(r"\bparams size \(MB\):\s*(\d+\.\d+)", re.IGNORECASE),
    "all": re.compile(r"\bestimated total size \(MB\):\s*(\d+\.\d+)", re.IGNORECASE),
}
MOST_ROWS = 600
NEAR = 10  # a tenth of the sum


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a table or beside it, and where it stands."""

    text: str
    line: int
    span: Span

    @property
    def value(self) -> int:
        """The whole number."""
        return int(self.text.replace(",", "")[:15])


@dataclass(frozen=True, slots=True)
class Row:
    """One layer: its output shape without the batch, its parameters, its kernel where the row names it."""

    line: int
    type: str
    number: int | None
    shape: tuple[int, ...]
    count: int
    count_text: str
    count_span: Span
    shape_text: str
    shape_span: Span
    kernel: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """Conv2d-1, or the type alone."""
        return self.type if self.number is None else f"{self.type}-{self.number}"


@dataclass(frozen=True, slots=True)
class Table:
    """The layers of one network and the sums printed with them."""

    rows: tuple[Row, ...]
    totals: dict[str, Figure] = field(default_factory=dict)
    sizes: dict[str, Figure] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """Its first line."""
        return self.rows[0].line

    @property
    def last(self) -> int:
        """The last line of its rows."""
        return self.rows[-1].line

    @property
    def sum(self) -> int:
        """The parameters of all rows."""
        return sum(row.count for row in self.rows)

    @property
    def whole(self) -> bool:
        """Whether no row is missing, as far as their numbers say."""
        numbers = [row.number for row in self.rows if row.number is not None]
        return numbers == list(range(1, len(numbers) + 1))

    @property
    def total(self) -> int | None:
        """The total as printed; where none is, the sum of a table that is whole."""
        if "total" in self.totals:
            return self.totals["total"].value
        return self.sum if self.whole else None


def read_tables(document: Document) -> tuple[Table, ...]:
    """Every parameter table of the document, in order of lines."""
    groups: list[list[Row]] = []
    rows = _markdown_rows(document)
    apart = False  # a heading stands between the last row and this line
    for number, line in enumerate(document.lines, 1):
        apart |= number in document.headings
        row = _printed_row(number, line) or rows.get(number)
        if row is None:
            continue
        last = groups[-1][-1] if groups else None
        restarts = last is not None and row.number is not None and last.number is not None and row.number <= last.number
        if last is None or restarts or apart or len(groups[-1]) >= MOST_ROWS:
            groups.append([])
        groups[-1].append(row)
        apart = False
    return tuple(_with_totals(document, [group for group in groups if len(group) > 1]))


def _printed_row(number: int, line: str) -> Row | None:
    match = _ROW.match(line) if "[" in line else None
    if match is None:
        return None
    shape = tuple(int(part) for part in re.findall(r"-?\d{1,9}", match["shape"]))[1:]
    return Row(
        number, match["type"], int(match["number"]), shape, _whole(match["count"]), match["count"],
        match.span("count"), match["shape"], match.span("shape"), _said_kernel(match["rest"]),
    )  # fmt: skip


def _markdown_rows(document: Document) -> dict[int, Row]:
    """The rows of markdown tables whose head names layer, output shape and parameters."""
    found: dict[int, Row] = {}
    for block in document.of_kind("row"):
        head = [name.casefold() for name in block.header]
        places = [_only(head, word) for word in (r"^layer\b", r"\bshape\b", r"\bparam")]
        row = cells(document.lines[block.first - 1])
        if None in places or len(row) != len(head):
            continue
        (kind, _), (shape, shape_at), (count, count_at) = (row[place] for place in places if place is not None)
        type_ = _TYPE.fullmatch(kind)
        if type_ is None or not re.fullmatch(_COUNT, count) or not re.fullmatch(r"\d+(?:\s*×\s*\d+)*", shape):
            continue
        kernel = _only(head, r"^kernel\b")
        said = _KERNEL.fullmatch(row[kernel][0]) if kernel is not None else None
        found[block.first] = Row(
            block.first, type_[1], int(type_[2]) if type_[2] else None,
            tuple(int(part[:9]) for part in re.findall(r"\d+", shape)), _whole(count), count,
            (count_at, count_at + len(count)), shape, (shape_at, shape_at + len(shape)),
            (int(said[1]), int(said[2])) if said else None,
        )  # fmt: skip
    return found


def _with_totals(document: Document, groups: list[list[Row]]) -> Iterator[Table]:
    """The tables with their sums: those that follow a table under its heading, and before the first one its own."""
    totals: list[dict[str, Figure]] = [{} for _ in groups]
    sizes: list[dict[str, Figure]] = [{} for _ in groups]
    ahead: dict[str, Figure] = {}
    at, below = -1, False
    for number, line in enumerate(document.lines, 1):
        below |= number in document.headings
        while at + 1 < len(groups) and groups[at + 1][0].line <= number:
            at, below = at + 1, False
        for known, patterns in ((totals, _TOTALS), (sizes, _SIZES)):
            for name, pattern in patterns.items():
                match = pattern.search(line)
                if match is None:
                    continue
                figure = Figure(match[1], number, match.span(1))
                if at >= 0 and not below:
                    known[at].setdefault(name, figure)
                elif at < 0 and known is totals:
                    ahead.setdefault(name, figure)
    for block in document.of_kind("row"):
        row = cells(document.lines[block.first - 1])
        place = _only([name.casefold() for name in block.header], r"\bparam")
        owner = [index for index, group in enumerate(groups) if group[-1].line == block.first - 1]
        if owner and place is not None and len(row) > place and row[0][0].casefold() == "total":
            text, column = row[place]
            if re.fullmatch(_COUNT, text):
                totals[owner[0]]["total"] = Figure(text, block.first, (column, column + len(text)))
    for index, group in enumerate(groups):
        table = Table(tuple(group), totals[index], sizes[index])
        # said before the table, a total may be another network's, unless it comes near
        own = "total" in ahead and index == 0 and abs(ahead["total"].value - table.sum) <= table.sum / NEAR
        yield replace(table, totals=ahead | totals[index]) if own else table


def _said_kernel(text: str) -> tuple[int, int] | None:
    """The kernel that a comment names: "3*3 kernel", "1 * 1 * 32 kernels"."""
    match = _SAID_KERNEL.search(text) or _MANY_KERNELS.search(text)
    return (int(match[1]), int(match[2])) if match else None


def _only(head: list[str], pattern: str) -> int | None:
    places = [index for index, name in enumerate(head) if re.search(pattern, name)]
    return places[0] if len(places) == 1 else None


def _whole(text: str) -> int:
    return int(text.replace(",", "")[:15])
