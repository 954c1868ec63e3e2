"""Inputs and targets that do not stay what they are in the first epoch."""

from collections.abc import Iterator

import numpy as np

from backprop.check.findings import Finding, Kind
from backprop.check.mistakes.finding import finding
from backprop.check.mistakes.sentences import apart
from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.equality import same_number
from backprop.spreadsheet.book import address


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
