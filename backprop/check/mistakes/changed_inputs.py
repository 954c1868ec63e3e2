"""Inputs and targets that do not stay what they are in the first epoch."""

from collections.abc import Iterator

import numpy as np

from backprop.check.findings import Finding, Kind
from backprop.check.mistakes.finding import finding
from backprop.check.mistakes.sentences import apart
from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.equality import same_number
from backprop.check.tables.view import View
from backprop.spreadsheet.book import address
from backprop.spreadsheet.formula import Reference


def changed_inputs(key: AnswerKey) -> Iterator[Finding]:
    """Inputs and targets that do not stay what they are in the first epoch."""
    table, view = key.table, key.table.view
    for name in key.model.given:
        line = table.lines.get(name)
        if line is None:
            continue
        numbers = view.numbers(line, table.first, table.last)
        steps = np.flatnonzero(~same_number(numbers, numbers[0]) & ~np.isnan(numbers))
        if len(steps) and not np.isnan(numbers[0]):
            first, last = (int(step) + table.first for step in (steps[0], steps[-1]))
            before, after = apart(float(numbers[0]), float(numbers[steps[0]]))
            yield finding(
                view, line, (first, last), name, Kind.INPUT_CHANGES,
                f"{name} changes from {before} to {after}; it is the same in every epoch",
                should_be=f"={address(*view.position(first - 1, line))}",
            )  # fmt: skip


def given_anew(key: AnswerKey) -> set[str]:
    """The inputs and targets that change by what is typed or computed: not by a stored number that is out of date.

    Where a formula only repeats the epoch before, or a cell beside the table, the same is meant whatever is stored.
    """
    table, view = key.table, key.table.view
    found = set()
    for item in changed_inputs(key):
        line = table.lines[item.quantity]
        numbers = view.numbers(line, table.first, table.last)
        steps = np.flatnonzero(~same_number(numbers, numbers[0]) & ~np.isnan(numbers))
        if any(not _repeats(view, int(step) + table.first, line) for step in steps):
            found.add(item.quantity)
    return found


def _repeats(view: View, step: int, line: int) -> bool:
    formula = view.formula(step, line)
    if not isinstance(formula, Reference):
        return False
    row, column = view.position(step, line)
    return (formula.fixed_row and formula.fixed_column) or formula.at(row, column) == view.position(step - 1, line)
