"""The totals below a parameter table, against its rows and against each other."""

from reports.readmes.proof.findings import Edit, Finding, Judgements, Kind
from reports.readmes.proof.layers import follows, is_known
from reports.readmes.reading.rows import Figure, Table


def judge_totals(table: Table, corrected: Table, changed: bool) -> Judgements:
    """Judge the totals of a table that is whole, its rows as printed and corrected."""
    total = table.totals.get("total")
    if not table.whole:
        yield from _parts(table)
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


def _parts(table: Table) -> Judgements:
    """Of a table with rows that were left out or not read: whether its totals fit each other."""
    if not {"total", "trainable", "non-trainable"} <= table.totals.keys():
        return
    total, trainable, rest = (table.totals[name] for name in ("total", "trainable", "non-trainable"))
    both = trainable.value + rest.value
    yield None if witnesses(table, total.value - table.optimiser) else Finding(
        trainable.line, Kind.TOTAL, f"trainable {trainable.text} and non-trainable {rest.text} parameters",
        f"{total.value - table.optimiser:,} together", f"the two add up to {both:,}; the total is {total.text}",
    )  # fmt: skip


def _running(table: Table) -> int:
    """The running means and variances that Keras counts among the parameters."""
    return sum(2 * row.shape[0] for row in table.rows if row.type == "BatchNormalization" and row.shape)


def _wrong_total(table: Table, total: Figure, right: int, changed: bool) -> Finding:
    rows = "the rows, corrected as above," if changed else "the rows"
    more = f" and {table.optimiser:,} of the optimiser" if table.optimiser else ""
    return Finding(
        total.line, Kind.TOTAL, f"total {total.text} parameters", f"{right:,}", f"{rows}{more} add up to {right:,}",
        Edit(total.line, total.span[0], total.text, _like(right, total.text)) if _is_alone(table, right) else None,
    )  # fmt: skip


def _is_alone(table: Table, right: int) -> bool:
    """Whether the printed total alone is off: the other totals, or rows all in order, speak for the sum."""
    if {"trainable", "non-trainable"} <= table.totals.keys():
        return witnesses(table, right - table.optimiser)
    return all(is_known(row) and follows(row, table.rows[:at]) for at, row in enumerate(table.rows))


def _like(number: int, text: str) -> str:
    return f"{number:,}" if "," in text or len(text) < 4 else str(number)


def witnesses(table: Table, number: int) -> bool:
    """Whether trainable and other parameters together are that number, so that the printed total stands alone."""
    both = [table.totals[name].value for name in ("trainable", "non-trainable") if name in table.totals]
    return len(both) == 2 and sum(both) == number
