"""Parameter tables: each row against itself, the rows together against their sums.

What stands in a row is never held against the rows around it alone, because a function or a branch may lie between
any two: only Keras says which row feeds which, and only then does the chain of rows prove anything. Elsewhere the
rows around say what should stand there once the row itself, a total or the size of all outputs proves it wrong.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reports.readmes.proof.corrections import (
    Correction,
    around,
    between,
    by_size,
    corrections,
    is_proven,
    of_itself,
)
from reports.readmes.proof.findings import Finding, Kind
from reports.readmes.proof.layers import follows, is_known
from reports.readmes.proof.own import changed_shape, contradiction, is_judged, own_counts
from reports.readmes.proof.sizes import judge_sizes
from reports.readmes.proof.totals import judge_totals, witnesses
from reports.readmes.proof.wording import corrected_row, other_batch, unclear_row
from reports.readmes.reading.rows import Row, Table

SEQUENTIAL = 5  # a table of Keras with more than every fifth row unexplained is read wrongly
OWN_KIND = 3  # where more than a third of the rows of one type contradict themselves, the type is another than it seems


@dataclass(frozen=True, slots=True)
class JudgedTable:
    """A table as it should be, as far as that is certain, and the claims of the printed one by kind."""

    corrected: Table
    claims: Mapping[Kind, Sequence[Finding | None]]


def judge_table(table: Table) -> JudgedTable:
    """Judge every row, sum and size."""
    judged = [is_judged(row) or is_known(row) for row in table.rows]
    rows, wrong, clear = _chained(table) if table.rows[0].chained else _unchained(table)
    claims: dict[Kind, Sequence[Finding | None]] = {}
    known = [wrong.get(at) for at, row in enumerate(table.rows) if judged[at] or at in wrong]
    for kind in (Kind.PARAMETERS, Kind.SHAPE):
        claims[kind] = [finding if finding and finding.kind is kind else None for finding in known]
    corrected = replace(table, rows=tuple(rows))
    if not clear:
        return JudgedTable(corrected, claims)
    claims[Kind.TOTAL] = tuple(judge_totals(table, corrected, bool(wrong)))
    claims[Kind.MEMORY] = tuple(judge_sizes(corrected))
    total = table.totals.get("total")
    if total is not None and table.whole:
        right = replace(total, text=str(corrected.sum + corrected.optimiser))
        corrected = replace(corrected, totals=table.totals | {"total": right})
    return JudgedTable(corrected, claims)


Rows = tuple[list[Row], dict[int, Finding], bool]  # corrected, what is wrong by place, whether that explains everything


def _chained(table: Table) -> Rows:
    """The rows of a network in which every step has a row: each is fed by rows before it, and by nothing else."""
    rows = list(table.rows)
    wrong: dict[int, Finding] = {}
    if sum(not follows(row, rows[:index]) for index, row in enumerate(rows)) > max(3, len(rows) // SEQUENTIAL):
        return rows, wrong, False
    unclear: int | None = None
    for index in range(len(rows)):
        if (unclear is not None and index == unclear + 1) or follows(rows[index], rows[:index]):
            continue
        possible = corrections(rows, index, table)
        if len(possible) == 1:
            _correct(rows, possible[0], table, wrong)
        else:
            wrong[index] = unclear_row(rows, index, possible)
            unclear = index
    return rows, wrong, unclear is None


def _unchained(table: Table) -> Rows:
    """The rows of any other network: what contradicts itself, or what the sums say is wrong."""
    rows = list(table.rows)
    wrong: dict[int, Finding] = {}
    gap = _gap(table)
    own = _contradicting(rows)
    if gap and (index := _by_sum(rows, gap, own, table)) is not None:
        _correct(rows, Correction(index, replace(rows[index], count=rows[index].count + gap)), table, wrong)
        own, gap = [at for at in own if at != index], 0
    clear = True
    for index in own:
        if gap == 0 and own_counts(rows[index]) == [0]:
            continue  # the sum has it: a layer of their own that is called so
        correction = of_itself(rows, index, counted=gap == 0)
        possible = [correction] if correction is not None else around(rows, index, counted=gap == 0)
        if len(possible) == 1:
            _correct(rows, possible[0], table, wrong)
        else:
            wrong[index] = unclear_row(rows, index, possible)
            clear = False
    if not wrong and (correction := by_size(rows, table) or between(rows, table)) is not None:
        _correct(rows, correction, table, wrong)
    for index, row in enumerate(table.rows):
        if index not in wrong and (finding := other_batch(row, table)) is not None:
            wrong[index] = finding
    return rows, wrong, clear


def _gap(table: Table) -> int | None:
    """What the printed total has more than the rows; None where that says nothing."""
    total = table.totals.get("total")
    return total.value - table.optimiser - table.sum if total is not None and table.whole else None


def _contradicting(rows: Sequence[Row]) -> list[int]:
    """The rows that contradict themselves, but for types of which many do: those are not what they are called."""
    found = [index for index, row in enumerate(rows) if contradiction(row) or changed_shape(row)]
    of_type, wrong_of_type = Counter(row.type for row in rows), Counter(rows[index].type for index in found)
    strange = {kind for kind, times in wrong_of_type.items() if times > 1 and OWN_KIND * times > of_type[kind]}
    return [index for index in found if rows[index].type not in strange]


def _by_sum(rows: list[Row], gap: int, own: Sequence[int], table: Table) -> int | None:
    """The one row whose count the total corrects: of those that contradict themselves, else that do not follow."""
    if witnesses(table, table.sum):
        return None

    def mended(index: int) -> bool:
        row = replace(rows[index], count=rows[index].count + gap)
        fits = row.count > 0 and contradiction(row) is None and is_judged(row)
        return fits and (bool(own) or follows(row, rows[:index]))

    broken = own or [index for index, row in enumerate(rows) if not follows(row, rows[:index])]
    able = [index for index in broken if mended(index)]
    if not able and not own:
        able = _biased(rows, gap)
    return able[0] if len(able) == 1 else None


def _biased(rows: Sequence[Row], gap: int) -> list[int]:
    """The rows that have a bias which the total has not, where no other of their type has one; or the other way."""
    able = [at for at, row in enumerate(rows) if row.count + gap in own_counts(row) and row.count in own_counts(row)]
    if len(able) != 1:
        return []
    told = own_counts(rows[able[0]])
    others = [row for row in rows if row.type == rows[able[0]].type and row is not rows[able[0]] and own_counts(row)]
    which = told.index(rows[able[0]].count + gap)
    return able if others and all(row.count == own_counts(row)[which] for row in others) else []


def _correct(rows: list[Row], correction: Correction, table: Table, wrong: dict[int, Finding]) -> None:
    """Put the corrected row in its place, and say what was wrong."""
    wrong[correction.index] = corrected_row(rows, correction, is_proven(rows, correction, table))
    rows[correction.index] = correction.row
