"""Stored values against formulas: values that are not what their formula gives, and error values where they arise."""

from collections.abc import Iterator

import numpy as np

from backprop.check.findings import Finding, Kind
from backprop.check.formula import Area, Node, children, references, render
from backprop.check.grid import CONSTANT, address, span
from backprop.check.verify import Key, Steps, cached

STALE = 1e-6  # relative difference of a stored value from what its formula gives; caches may hold ten digits
LITTLE = 1e-8  # of the largest number of its column


def check_stored(key: Key, found: list[Finding]) -> Iterator[Finding]:
    """Stale values and error values; not at formulas that a finding already concerns, whose values follow from it.

    Nor are error values told beside a wrong formula: numbers run away from it and overflow.
    """
    wrong = any(finding.severity == "error" for finding in found)
    known = {finding.cell for finding in found if finding.sheet == key.table.view.sheet.name}
    view = key.table.view
    for name, line in key.checked():
        for tree, first, last in _formula_runs(key, line):
            node = view.book.trees[tree]
            told = any(address(*view.position(step, line)) in known for step in range(first, last + 1))
            if isinstance(node, str) or told:
                continue
            errors = [step for step in range(first, last + 1) if _is_error(view.value(step, line))]
            errors = [step for step in errors if not _inherits(key, node, step, line)]
            if errors and not wrong:
                text = f"the stored value is {view.value(errors[0], line)}"
                yield _finding(key, name, line, errors, Kind.ERROR_VALUE, text)
            yield from _stale(key, name, line, node, (first, last))


def _stale(key: Key, name: str, line: int, node: Node, steps: Steps) -> Iterator[Finding]:
    stored = key.table.view.numbers(line, *steps)
    computed = cached(key.table, node, line, steps)
    if computed is None:
        return
    scale = max(float(np.nanmax(np.abs(stored), initial=0.0)), 1e-6)
    with np.errstate(invalid="ignore"):
        off = np.abs(stored - computed) > STALE * np.abs(computed) + LITTLE * scale
    wrong = (np.flatnonzero(off) + steps[0]).tolist()
    if wrong:
        at = wrong[0] - steps[0]
        text = (
            f"the stored value {float(stored[at])!r} is not what the formula gives on the stored cells, "
            f"{float(computed[at])!r}"
        )
        yield _finding(key, name, line, wrong, Kind.STALE_VALUE, text)


def _formula_runs(key: Key, line: int) -> Iterator[tuple[int, int, int]]:
    """(tree, first step, last step) of every run of one formula."""
    first = key.table.first
    trees = key.table.view.trees(line, first, key.table.last)
    start = 0
    for index in range(1, len(trees) + 1):
        if index == len(trees) or trees[index] != trees[start]:
            tree = trees[start]
            if tree is not None and tree != CONSTANT:
                yield tree, first + start, first + index - 1
            start = index


def _inherits(key: Key, node: Node, step: int, line: int) -> bool:
    """Whether a cell that the formula reads shows an error already."""
    view = key.table.view
    row, column = view.position(step, line)

    def cells(part: Node) -> Iterator[tuple[str, int, int]]:
        if isinstance(part, Area):
            (top, left), (bottom, right) = part.first.at(row, column), part.last.at(row, column)
            sheet = part.first.sheet or view.sheet.name
            if (abs(bottom - top) + 1) * (abs(right - left) + 1) <= 1_000:
                for r in range(min(top, bottom), max(top, bottom) + 1):
                    yield from ((sheet, r, c) for c in range(min(left, right), max(left, right) + 1))
            return
        if not children(part):
            yield from ((r.sheet or view.sheet.name, *r.at(row, column)) for r in references(part))
        for child in children(part):
            yield from cells(child)

    return any(
        sheet in view.book.sheets and min(r, c) >= 1 and _is_error(view.book.sheets[sheet].value(r, c))
        for sheet, r, c in cells(node)
    )


def _finding(key: Key, name: str, line: int, steps: list[int], kind: Kind, text: str) -> Finding:
    view = key.table.view
    first, last = view.position(steps[0], line), view.position(steps[-1], line)
    tree = view.formula(steps[0], line)
    formula = None if tree is None else f"={render(tree, *first)}"
    return Finding(view.sheet.name, address(*first), span(first, last), name, kind, "error", formula, formula, text)


def _is_error(value: object) -> bool:
    return isinstance(value, str) and value.startswith("#")
