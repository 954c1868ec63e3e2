"""How a wrong row would be right: what the row itself, the sums, or else the rows around it would have there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from reports.readmes.proof.layers import counts, follows, is_known, shapes
from reports.readmes.proof.own import contradiction, own_channels, own_counts
from reports.readmes.proof.sizes import pass_gap
from reports.readmes.reading.rows import Row, Table

ALIKE = 0.5  # how much of a row's figures a correction keeps, unless the total speaks for it


@dataclass(frozen=True, slots=True)
class Correction:
    """A row as it should be."""

    index: int
    row: Row


def of_itself(rows: list[Row], index: int, counted: bool) -> Correction | None:
    """The one change that the row proves: its channels where the sum has its count, else its count."""
    row = rows[index]
    if contradiction(row) is None:  # the input's shape is another
        return Correction(index, replace(row, shape=row.given[row.batched :]))
    numbers = own_counts(row)
    if row.kernel and row.channels_in and len(numbers) == 1:  # it names all that its count follows from
        return Correction(index, replace(row, count=numbers[0]))
    if not counted:
        return Correction(index, replace(row, count=numbers[0])) if numbers == [0] else None
    channels = own_channels(row)
    return Correction(index, replace(row, shape=_with_channels(row, channels[0]))) if len(channels) == 1 else None


def _with_channels(row: Row, channels: int) -> tuple[int, ...]:
    return (*row.shape[:-1], channels) if row.type == "Linear" else (channels, *row.shape[1:])


def around(rows: list[Row], index: int, counted: bool) -> list[Correction]:
    """What the rows around would have there: at most a few, never written into a copy."""
    row, before = rows[index], rows[:index]
    made = [Correction(index, replace(row, shape=shape)) for shape in shapes(row, before) if all(shape)]
    if not counted:
        made = [
            *(Correction(index, replace(row, count=count)) for count in (own_counts(row) or counts(row, before))),
            *made,
        ]
    right = [each for each in made if contradiction(each.row) is None and follows(each.row, before)]
    if counted:
        right = [each for each in right if each.row.shape[1:] == row.shape[1:]] or right
    following = [each for each in right if index + 1 == len(rows) or follows(rows[index + 1], [*before, each.row])]
    best = max((_likeness(row, each.row) for each in following), default=0.0)
    return [each for each in following if _likeness(row, each.row) == best][: 1 if best >= ALIKE else 3]


def by_size(rows: list[Row], table: Table) -> Correction | None:
    """The one side that the size of all outputs corrects."""
    gap = pass_gap(table)
    if gap is None or gap == 0:
        return None
    able: list[tuple[bool, Correction]] = []  # with whether the row behind is mended too
    for index, row in enumerate(rows):
        before, behind = rows[:index], rows[index + 1 : index + 2]
        for shape in _one_changed(row, before):
            new = replace(row, shape=shape)
            mended = pass_gap(replace(table, rows=(*before, new, *rows[index + 1 :]))) == 0
            if mended and contradiction(new) is None and row.shape not in shapes(row, before):
                passed_on = [each.shape in shapes(each, [*before, new]) for each in behind]
                able.append((passed_on == [True], Correction(index, new)))
    surest = [correction for passed_on, correction in able if passed_on == max(able, key=lambda each: each[0])[0]]
    return surest[0] if len(surest) == 1 else None


def between(rows: list[Row], table: Table) -> Correction | None:
    """The one side of one row without which the row fits neither what is before it nor what is behind it.

    Never of a number of channels, which a function may have cut, and only where the size of all outputs cannot tell.
    """
    if pass_gap(table):
        return None
    able = []
    for index in range(1, len(rows) - 1):
        row, before, behind = rows[index], rows[:index], rows[index + 1]
        near = before[-1:]
        if not (is_known(row) and is_known(behind)) or follows(row, near) or follows(behind, [row]):
            continue
        for shape in _one_changed(row, before):
            mended = replace(row, shape=shape)
            alike = shape[0] == row.shape[0] and follows(mended, near) and follows(behind, [mended])
            if alike and not pass_gap(replace(table, rows=(*before, mended, *rows[index + 1 :]))):
                able.append(Correction(index, mended))
    return able[0] if len(able) == 1 else None


def _one_changed(row: Row, before: Sequence[Row]) -> list[tuple[int, ...]]:
    """The usual shapes there that differ from the row's in one number."""
    usual = dict.fromkeys(shapes(row, before)) if is_known(row) and before else {}
    return [
        shape for shape in usual
        if len(shape) == len(row.shape) and all(shape) and sum(map(int.__ne__, shape, row.shape)) == 1
    ]  # fmt: skip


def is_proven(rows: Sequence[Row], correction: Correction, table: Table) -> bool:
    """Whether the row itself or a sum gives the correction, so that it may be written into a copy."""
    old, new = rows[correction.index], correction.row
    changed = [*rows[: correction.index], new, *rows[correction.index + 1 :]]
    if new.count != old.count:
        return _agrees(changed, table) or own_counts(old) == [new.count] == [0]
    if new.shape != old.shape and contradiction(old) is not None and contradiction(new) is None:
        channels = own_channels(old)
        return len(channels) == 1 and new.shape == _with_channels(old, channels[0]) and _agrees(rows, table)
    return pass_gap(replace(table, rows=tuple(rows))) not in (None, 0) and (
        pass_gap(replace(table, rows=tuple(changed))) == 0
    )


def corrections(rows: list[Row], index: int, table: Table) -> list[Correction]:
    """The single changes after which the rows around `index` are explained: the most likely, or several as likely.

    A change that makes the rows add up to the printed total is likelier than others, then one that makes a square,
    then one that changes less text.
    """
    kept: dict[tuple[int, tuple[int, ...], int], tuple[tuple[bool, bool, float], Correction]] = {}
    for correction in _candidates(rows, index):
        changed = [*rows]
        changed[correction.index] = correction.row
        near = range(correction.index, min(index + 2, len(rows)))
        if all(follows(changed[at], changed[:at]) for at in near):
            square = len(set(correction.row.shape[1:])) < 2
            likely = (_agrees(changed, table), square, _likeness(rows[correction.index], correction.row))
            kept[correction.index, correction.row.shape, correction.row.count] = (likely, correction)
    best = max((likely for likely, _ in kept.values()), default=None)
    certain = best is not None and (best[0] or best[2] >= ALIKE)
    return [correction for likely, correction in kept.values() if likely == best or not certain]


def _likeness(old: Row, new: Row) -> float:
    """How much of the printed figures stays: 1 where all does."""
    before, after = ([row.count, *row.shape] for row in (old, new))
    if new.count != old.count:
        return SequenceMatcher(None, str(old.count), str(new.count)).ratio()
    return sum(a == b for a, b in zip(before, after, strict=False)) / max(len(before), len(after))


def _agrees(rows: Sequence[Row], table: Table) -> bool:
    """Whether the rows add up to the printed total."""
    total = table.totals.get("total")
    return total is not None and sum(row.count for row in rows) == total.value


def _candidates(rows: list[Row], index: int) -> Iterator[Correction]:
    row = rows[index]
    for count in counts(row, rows[:index]):
        if count != row.count:
            yield Correction(index, replace(row, count=count))
    for at in (index, index - 1):
        if at >= 0:
            after = [row.shape] if at < index else []  # the row before, so that this one passes it on
            for shape in [*after, *shapes(rows[at], rows[:at])]:
                if shape != rows[at].shape and all(shape):
                    yield Correction(at, replace(rows[at], shape=shape))
