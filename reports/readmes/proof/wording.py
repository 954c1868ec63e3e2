"""What is said of a wrong row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from reports.readmes.proof.corrections import Correction
from reports.readmes.proof.findings import Edit, Finding, Kind
from reports.readmes.proof.layers import follows
from reports.readmes.reading.rows import Row, Table


def corrected_row(rows: Sequence[Row], correction: Correction, proven: bool) -> Finding:
    """What was wrong with a row that is corrected; an edit only where the row or a sum proves it."""
    old, new = rows[correction.index], correction.row
    before = rows[correction.index - 1] if correction.index else None
    over = f" over the {_shape(before)} before it" if before and before.shape else ""
    if new.count != old.count:
        text = f"{new.count:,}" if "," in old.count_text or new.count < 1_000 <= old.count else str(new.count)
        return Finding(
            old.line, Kind.PARAMETERS, f"{old.name}: {old.count_text} parameters", f"{new.count:,} parameters",
            f"{_layer(new)}{over} with output {_shape(old)} has {_sum(new, before)}",
            Edit(old.line, old.count_span[0], old.count_text, text) if proven else None,
        )  # fmt: skip
    return Finding(
        old.line, Kind.SHAPE, f"{old.name}: output shape {old.shape_text}", old.as_printed(new.shape),
        f"{_layer(new)}{over} with {old.count:,} parameters gives {_shape(new)}: "
        f"{_sum(new, before)}",
        Edit(old.line, old.shape_span[0], old.shape_text, old.as_printed(new.shape)) if proven else None,
    )  # fmt: skip


def unclear_row(rows: Sequence[Row], index: int, corrections: Sequence[Correction]) -> Finding:
    """What is wrong with a row that may be right in several ways, or in none."""
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


def other_batch(row: Row, table: Table) -> Finding | None:
    """The finding that a row of a picture has another batch than all others."""
    (usual, times), *_ = Counter(other.batch for other in table.rows).most_common(1)
    if row.batch in (None, usual) or usual is None or times < max(4, len(table.rows) - 1) or len(row.dims) != 4:
        return None
    return Finding(
        row.line, Kind.SHAPE, f"{row.name}: output shape {row.shape_text}",
        row.shape_text.replace(str(row.batch), str(usual), 1),
        f"a batch of {row.batch}; the other {times} layers have {usual}",
    )  # fmt: skip


def _layer(row: Row) -> str:
    kernel = f" with a {row.kernel[0]}×{row.kernel[1]} kernel" if row.kernel else ""
    return f"a {row.type}{kernel}"


def _sum(row: Row, before: Row | None) -> str:
    """How the count comes about: 8 · (16 · 1 · 1 + 1) = 136."""
    if row.type == "Conv2d" and before and all(before.shape[:1]) and before.shape and row.count % row.shape[0] == 0:
        inside = row.count // row.shape[0] - 1
        area, rest = divmod(inside, before.shape[0])
        side = round(area**0.5)
        if not rest and side * side == area:
            return f"{row.shape[0]} · ({before.shape[0]} · {side} · {side} + 1) = {row.count:,}"
    if row.type == "BatchNorm2d" and row.count:
        return f"2 · {row.shape[0]} = {row.count:,}"
    return f"{row.count:,}"


def _shape(row: Row) -> str:
    return "×".join(map(str, row.sides()))
