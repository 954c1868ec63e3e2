"""Runs that a table tells and words tell again: rows and lists of the same figures, of which one figure differs.

Which row is which list is certain by the figures alone, where others of both agree in all: two of three, or one between
neighbours that agree.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.claims import Said
from reports.readmes.reading.document import cells
from reports.readmes.rules.retold.columns import Figure, read_columns, read_figure

NEAR = 3  # lines between two figures of one list
LEAST = 2  # figures of a run, and runs that agree in all of them
MOST = 100  # rows of a table
_UNITS = {"parameters": " parameters"}


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    figures: dict[str, Figure]
    how: dict[str, str]  # best or last, of each

    def shared(self, told: dict[str, Said]) -> set[str]:
        """The kinds of figures that both tell; no best beside a last one."""
        return {
            what for what in self.figures.keys() & told.keys()
            if not (self.how[what] and told[what].how) or self.how[what] == told[what].how
        }  # fmt: skip


def check_records(evidence: Evidence) -> Judgements:
    """Every figure of every row that a list tells again."""
    lists = [told for told in _lists(evidence.said) if len(told) >= LEAST]
    for rows in _tables(evidence) if lists else ():
        yield from _judge(rows, lists)


def _lists(said: Sequence[Said]) -> Iterator[dict[str, Said]]:
    """The figures that stand together, one of each kind."""
    told: dict[str, Said] = {}
    for claim in said:
        if claim.what not in ("parameters", "test", "train") or not claim.exact:
            continue
        if claim.what in told or (told and claim.line - max(each.line for each in told.values()) > NEAR):
            yield told
            told = {}
        told[claim.what] = claim
    if told:
        yield told


def _tables(evidence: Evidence) -> Iterator[list[_Row]]:
    found: dict[tuple[int, tuple[str, ...]], list[_Row]] = defaultdict(list)
    table = last = 0
    for block in evidence.document.of_kind("row"):
        table += block.first != last + 1
        last = block.first
        row = [text for text, _ in cells(evidence.document.lines[block.first - 1])]
        columns = read_columns(block.header)
        kinds = [column.what for column in columns.values()]
        if len(row) != len(block.header):
            continue
        figures = {
            column.what if column.what != "validation" else "test": figure for at, column in columns.items()
            if kinds.count(column.what) == 1 and column.how != "mean"
            and (figure := read_figure(column, row[at])) is not None and not figure.about
        }  # fmt: skip
        how = {column.what if column.what != "validation" else "test": column.how for column in columns.values()}
        if len(figures) >= LEAST:
            found[table, block.header].append(_Row(block.first, figures, how))
    yield from (rows for rows in found.values() if LEAST < len(rows) <= MOST)


def _judge(rows: Sequence[_Row], lists: Sequence[dict[str, Said]]) -> Judgements:
    agree = {
        (at, to): [what for what in row.shared(told) if _same(row.figures[what], told[what])]
        for at, row in enumerate(rows) for to, told in enumerate(lists)
        if told["test" if "test" in told else next(iter(told))].line < rows[0].line
        or max(each.line for each in told.values()) > rows[-1].line
    }  # fmt: skip
    shared = {(at, to): rows[at].shared(lists[to]) for at, to in agree}
    whole = {pair for pair, same in agree.items() if len(same) == len(shared[pair]) >= LEAST}
    if len({at for at, _ in whole}) < LEAST:
        return
    yield from (None for _ in whole)
    rows_left = set(range(len(rows))) - {at for at, _ in whole}
    lists_left = set(range(len(lists))) - {to for _, to in whole}
    near = {
        (at, to) for at, to in agree
        if at in rows_left and to in lists_left and len(agree[at, to]) == len(shared[at, to]) - 1 >= 1
        and (len(agree[at, to]) >= LEAST or {(at - 1, to - 1), (at + 1, to + 1)} <= whole)
        and _in_order(at, to, whole)
    }  # fmt: skip
    for at, to in sorted(near):
        if sum(other[0] == at for other in near) == 1 == sum(other[1] == to for other in near):
            (what,) = shared[at, to] - set(agree[at, to])
            figure, claim = rows[at].figures[what], lists[to][what]
            unit = _UNITS.get(what, f" % on {what} images")
            yield Finding(
                rows[at].line, Kind.SUMMARY, f"{figure.text}{unit}",
                f"{claim.text}{unit}, or that in line {claim.line}",
                f"line {claim.line} has {claim.text} of the same run",
            )  # fmt: skip


def _in_order(at: int, to: int, whole: set[tuple[int, int]]) -> bool:
    """Whether it stands where the runs that agree leave a place for it."""
    return all((at > row) == (to > told) for row, told in whole)


def _same(figure: Figure, claim: Said) -> bool:
    return figure.same(claim.value, claim.decimals) if claim.unit == figure.unit else figure.value == claim.value
