"""Stored values that are not what their formulas give, and error values."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from backprop.check.findings import Finding, Kind
from backprop.check.mistakes.finding import finding
from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.stored_values import Array, on_stored_values
from backprop.check.tables.view import View
from backprop.spreadsheet.book import CONSTANT

STALE = 1e-6  # relative difference of a stored value from what its formula gives; caches may hold ten digits


def wrong_stored_values(key: AnswerKey) -> Iterator[Finding]:
    """Stored values that are not what their formulas give; and error values."""
    table, view = key.table, key.table.view
    for name, line in key.checked():
        for tree, first, last in view.runs(line, key.first_step(name), table.last):
            if tree is None or tree == CONSTANT:
                continue
            errors = [step for step in range(first, last + 1) if _is_error(view.value(step, line))]
            if errors:
                text = f"the stored value is {view.value(errors[0], line)}"
                yield _finding(view, line, errors, name, Kind.ERROR_VALUE, text)
            node = view.book.trees[tree]
            computed = None if isinstance(node, str) else on_stored_values(table, node, line, (first, last))
            if computed is None:
                continue
            stored = view.numbers(line, first, last)
            steps = np.flatnonzero(_differ(stored, computed))
            if len(steps):
                pair = float(stored[steps[0]]), float(computed[steps[0]])
                text = "the stored value {!r} is not what the formula gives on the stored cells, {!r}".format(*pair)
                yield _finding(view, line, (steps + first).tolist(), name, Kind.STALE_VALUE, text)


def _differ(stored: Array, computed: Array) -> NDArray[np.bool_]:
    scale = np.nanmax(np.abs(stored), initial=0.0)
    with np.errstate(invalid="ignore"):
        differ: NDArray[np.bool_] = np.abs(stored - computed) > STALE * np.abs(computed) + 1e-8 * max(scale, 1e-6)
    return differ


def _finding(view: View, line: int, steps: list[int], name: str, kind: Kind, text: str) -> Finding:
    formula = view.formula(steps[0], line)
    return finding(view, line, (steps[0], steps[-1]), name, kind, text, formula=formula, should_be=formula)


def _is_error(value: object) -> bool:
    return isinstance(value, str) and value.startswith("#")
