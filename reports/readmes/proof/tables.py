"""Parameter tables: each row against its layer's arithmetic and the rows around it, totals against the sum."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from reports.readmes.proof.findings import Edit, Finding, Judgements, Kind
from reports.readmes.proof.layers import counts, follows, is_known, shapes
from reports.readmes.proof.sizes import judge_sizes
from reports.readmes.reading.rows import Figure, Row, Table

ALIKE = 0.5  # how much of a row's figures a correction keeps, unless the total speaks for it
SEQUENTIAL = 5  # a table with more than every fifth row unexplained is of a network that is not a sequence


@dataclass(frozen=True, slots=True)
class Correction:
    """A row as it should be."""

    index: int
    row: Row


@dataclass(frozen=True, slots=True)
class JudgedTable:
    """A table as it should be, as far as that is certain, and the claims of the printed one by kind."""

    corrected: Table
    claims: Mapping[Kind, Sequence[Finding | None]]


def judge_table(table: Table) -> JudgedTable:
    """Judge every row, sum and size."""
    rows = list(table.rows)
    unexplained, most = 0, max(3, len(rows) // SEQUENTIAL)
    for index, row in enumerate(rows):
        unexplained += not follows(row, rows[:index])
        if unexplained > most:
            return JudgedTable(table, {})
    wrong: dict[int, Finding] = {}
    unclear: int | None = None
    for index in range(len(rows)):
        if (unclear is not None and index == unclear + 1) or follows(rows[index], rows[:index]):
            continue
        corrections = _corrections(rows, index, table)
        if len(corrections) == 1:
            correction = corrections[0]
            wrong[correction.index] = _finding(rows, correction)
            rows[correction.index] = correction.row
        else:
            wrong[index] = _unclear(rows, index, corrections)
            unclear = index
    known = [wrong.get(at) or _other_batch(row, table) for at, row in enumerate(table.rows) if is_known(row)]
    claims: dict[Kind, Sequence[Finding | None]] = {
        kind: [finding if finding and finding.kind is kind else None for finding in known]
        for kind in (Kind.PARAMETERS, Kind.SHAPE)
    }
    corrected = replace(table, rows=tuple(rows))
    if unclear is not None:
        return JudgedTable(corrected, claims)
    claims[Kind.TOTAL] = tuple(_totals(table, corrected, bool(wrong)))
    claims[Kind.MEMORY] = tuple(judge_sizes(corrected))
    total = table.totals.get("total")
    if total is not None and table.whole:
        right = replace(total, text=str(corrected.sum + corrected.optimiser))
        corrected = replace(corrected, totals=table.totals | {"total": right})
    return JudgedTable(corrected, claims)


def _corrections(rows: list[Row], index: int, table: Table) -> list[Correction]:
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


def _finding(rows: Sequence[Row], correction: Correction) -> Finding:
    old, new = rows[correction.index], correction.row
    before = rows[correction.index - 1] if correction.index else None
    over = f" over the {_shape(before)} before it" if before and before.shape else ""
    if new.count != old.count:
        text = f"{new.count:,}" if "," in old.count_text or new.count < 1_000 <= old.count else str(new.count)
        return Finding(
            old.line, Kind.PARAMETERS, f"{old.name}: {old.count_text} parameters", f"{new.count:,} parameters",
            f"{_layer(new)}{over} with output {_shape(old)} has {_sum(new, before)}",
            Edit(old.line, old.count_span[0], old.count_text, text),
        )  # fmt: skip
    return Finding(
        old.line, Kind.SHAPE, f"{old.name}: output shape {old.shape_text}", old.as_printed(new.shape),
        f"{_layer(new)}{over} with {old.count:,} parameters gives {_shape(new)}: "
        f"{_sum(new, before)}",
        Edit(old.line, old.shape_span[0], old.shape_text, old.as_printed(new.shape)),
    )  # fmt: skip


def _unclear(rows: Sequence[Row], index: int, corrections: Sequence[Correction]) -> Finding:
    row, before = rows[index], rows[index - 1] if index else None
    ways = [
        f"{c.row.name} with {c.row.count:,} parameters" if c.row.count != rows[c.index].count
        else f"{c.row.name} with shape {c.row.as_printed(c.row.shape)}"
        for c in corrections[:3]
    ]  # fmt: skip
    after = f" after {before.name} {before.shape_text}" if before else ""
    counted = row.shape and any(row.shape != c.row.shape for c in corrections if c.index == index)
    kind = (
        Kind.SHAPE
        if counted or (not follows(replace(row, count=0), rows[:index]) and row.count == 0)
        else Kind.PARAMETERS
    )
    return Finding(
        row.line, kind, f"{row.name}: output shape {row.shape_text}, {row.count_text} parameters",
        " or ".join(ways) or "a shape and a count that fit the row before",
        f"no {row.type}{after} gives this shape with this many parameters",
    )  # fmt: skip


def _other_batch(row: Row, table: Table) -> Finding | None:
    """The finding that a row has another batch than most."""
    (usual, times), *_ = Counter(other.batch for other in table.rows).most_common(1)
    if row.batch is None or row.batch == usual or 2 * times <= len(table.rows):
        return None
    return Finding(
        row.line, Kind.SHAPE, f"{row.name}: output shape {row.shape_text}",
        row.shape_text.replace(str(row.batch), str(usual), 1),
        f"a batch of {row.batch}; {times} of {len(table.rows)} layers have {usual}",
        Edit(row.line, row.shape_span[0] + row.shape_text.index(str(row.batch)), str(row.batch), str(usual)),
    )  # fmt: skip


def _totals(table: Table, corrected: Table, changed: bool) -> Judgements:
    total = table.totals.get("total")
    if not table.whole:
        return
    sums = [version.sum + table.optimiser for version in (table, corrected)]
    if total is not None:
        yield None if total.value in sums else _wrong_total(table, total, sums[1], changed)
    trainable, rest = table.totals.get("trainable"), table.totals.get("non-trainable")
    printed = total.value if total is not None else sums[1]
    if trainable is None or printed not in sums:
        return
    whole = printed - table.optimiser
    running = _running(corrected)
    if rest is not None and rest.value != running and trainable.value == whole - running:
        yield Finding(
            rest.line, Kind.TOTAL, f"{rest.text} non-trainable parameters", f"{running:,}",
            f"all {whole:,} but the {trainable.text} trainable ones",
            Edit(rest.line, rest.span[0], rest.text, _like(running, rest.text)),
        )  # fmt: skip
    elif rest is not None and trainable.value + rest.value != whole:
        yield Finding(
            trainable.line, Kind.TOTAL, f"trainable {trainable.text} and non-trainable {rest.text} parameters",
            f"{whole:,} together", f"the two add up to {trainable.value + rest.value:,}; the total is {whole:,}",
            Edit(trainable.line, trainable.span[0], trainable.text, _like(whole - running, trainable.text))
            if rest.value == running else None,
        )  # fmt: skip
    elif trainable.value > whole:
        yield Finding(
            trainable.line, Kind.TOTAL, f"{trainable.text} trainable parameters", f"at most {whole:,}",
            f"all layers together have {whole:,}",
        )  # fmt: skip
    elif rest is not None and rest.value < running:
        yield Finding(
            rest.line, Kind.TOTAL, f"{rest.text} non-trainable parameters", f"at least {running:,}",
            "two a channel of each BatchNormalization, its running mean and variance, are not trained",
        )  # fmt: skip
    else:
        yield None


def _running(table: Table) -> int:
    """The running means and variances that Keras counts among the parameters."""
    return sum(2 * row.shape[0] for row in table.rows if row.type == "BatchNormalization")


def _wrong_total(table: Table, total: Figure, right: int, changed: bool) -> Finding:
    rows = "the rows, corrected as above," if changed else "the rows"
    more = f" and {table.optimiser:,} of the optimiser" if table.optimiser else ""
    return Finding(
        total.line, Kind.TOTAL, f"total {total.text} parameters", f"{right:,}", f"{rows}{more} add up to {right:,}",
        Edit(total.line, total.span[0], total.text, _like(right, total.text)),
    )  # fmt: skip


def _like(number: int, text: str) -> str:
    return f"{number:,}" if "," in text or len(text) < 4 else str(number)


def _layer(row: Row) -> str:
    kernel = f" with a {row.kernel[0]}×{row.kernel[1]} kernel" if row.kernel else ""
    return f"a {row.type}{kernel}"


def _sum(row: Row, before: Row | None) -> str:
    """How the count comes about: 8 · (16 · 1 · 1 + 1) = 136."""
    if row.type.lower() == "conv2d" and before is not None and row.count % row.shape[0] == 0:
        inside = row.count // row.shape[0] - 1
        area, rest = divmod(inside, before.shape[0])
        side = round(area**0.5)
        if not rest and side * side == area:
            return f"{row.shape[0]} · ({before.shape[0]} · {side} · {side} + 1) = {row.count:,}"
    if row.type.lower() == "batchnorm2d" and row.count:
        return f"2 · {row.shape[0]} = {row.count:,}"
    return f"{row.count:,}"


def _shape(row: Row) -> str:
    return "×".join(map(str, row.sides()))
