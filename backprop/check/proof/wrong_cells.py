"""An epoch table against the derivation, cell by cell: which formulas are wrong, which cells are constants or empty."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.equality import same_number
from backprop.check.proof.evaluator import Evaluator
from backprop.check.proof.prover import Prover
from backprop.check.proof.stored_values import Steps
from backprop.check.tables.table import Table
from backprop.spreadsheet.book import CONSTANT, Cell
from backprop.spreadsheet.contents import cell_number
from backprop.spreadsheet.formula import Node, NotComputableError, references


@dataclass(frozen=True, slots=True)
class WrongRun:
    """Steps of one line whose cells share one formula and are not the quantity; `tree` None for a constant."""

    name: str
    line: int
    steps: Steps
    tree: Node | None
    reason: str  # "another function", "constant", "empty", or why it cannot be computed


def wrong_cells(key: AnswerKey, prover: Prover) -> list[WrongRun]:
    """Every cell of a computed quantity that is not what it should be, runs of one formula together."""
    wrong: list[WrongRun] = []
    for name, line in key.checked():
        for tree, first, last in key.table.view.runs(line, key.first_step(name), key.last_computed):
            wrong += _wrong_run(key, prover, name, line, tree, (first, last))
    return wrong + _wrong_given(key, prover)


def _wrong_given(key: AnswerKey, prover: Prover) -> list[WrongRun]:
    """Formulas of inputs and targets that read something else, where no stored number shows it."""
    table, wrong = key.table, list[WrongRun]()
    for name in key.model.given:
        line = table.lines.get(name)
        if line is None:
            continue
        given = table.view.number(table.first, line)
        for tree, first, last in table.view.runs(line, table.first + 1, table.last):
            stored = table.view.numbers(line, first, last)
            shown = given is not None and not np.all(same_number(stored, given) | np.isnan(stored))
            if tree is not None and tree != CONSTANT and not shown and not _gives(key, prover, line, first):
                wrong += _wrong_run(key, prover, name, line, tree, (first, last))
    return wrong


def _gives(key: AnswerKey, prover: Prover, line: int, step: int) -> bool:
    """Whether a formula gives one number in any state of the network (=0.05, =$C$3), and the first epoch's at that."""
    table = key.table
    formula = table.view.formula(step, line)
    sheet = table.view.sheet.name
    try:
        value = np.asarray(Evaluator(table, prover.quick).value(formula, step, line) if formula is not None else np.nan)
    except NotComputableError:
        return False
    first = cell_number(table.view.book, (sheet, *table.view.position(table.first, line)))
    return bool(np.ptp(value) == 0) and (first is None or bool(same_number(float(np.max(value)), first)))


def _wrong_run(key: AnswerKey, prover: Prover, name: str, line: int, tree: int | None, steps: Steps) -> list[WrongRun]:
    table = key.table
    if tree is None:
        return [WrongRun(name, line, steps, None, "empty")]
    if tree == CONSTANT:
        return [] if _is_fixed(key, name, line, steps) else [WrongRun(name, line, steps, None, "constant")]
    node = table.view.book.trees[tree]
    if isinstance(node, str):
        return [WrongRun(name, line, steps, None, f"a formula that cannot be read: {node}")]
    first, last = steps
    if is_steady(table, node, line, steps):
        probes = sorted({first, (first + last) // 2, last})
        for probe in probes:
            if reason := prover.explain(table, node, probe, line, name, thorough=probe == probes[0]):
                return [WrongRun(name, line, steps, node, reason)]
        return []
    reasons = [
        (step, prover.explain(table, node, step, line, name, thorough=step == first)) for step in range(first, last + 1)
    ]
    wrong = []
    for bad, group in groupby(reasons, lambda pair: bool(pair[1])):
        pairs = list(group)
        if bad:
            said = {reason for _, reason in pairs}
            reason = said.pop() if len(said) == 1 else "another function"
            wrong.append(WrongRun(name, line, (pairs[0][0], pairs[-1][0]), node, reason))
    return wrong


def _is_fixed(key: AnswerKey, name: str, line: int, steps: Steps) -> bool:
    """Whether the cells hold the one number that the quantity always is."""
    computed = key.model.computed.get(name)
    number = None if computed is None else key.model.outline.fixed.get(computed.target)
    return number is not None and bool(np.all(key.table.view.numbers(line, *steps) == number))


def is_steady(table: Table, tree: Node, line: int, steps: Steps, depth: int = 0) -> bool:
    """Whether the formula means the same in each of the steps, so that one proof serves them all."""
    view = table.view
    first, last = steps
    row, column = view.position(first, line)
    named = table.by_line
    for reference in references(tree):
        fixed_step = reference.fixed_column if view.transposed else reference.fixed_row
        cell: Cell = (reference.sheet or view.sheet.name, *reference.at(row, column))
        if cell == table.rate_cell or cell in table.parameters:
            if not fixed_step and first != last:
                return False
            continue
        step, at = view.position(*cell[1:])
        inside = cell[0] == view.sheet.name and table.first <= step <= table.last
        if fixed_step:
            if inside and at in named:
                return False
            continue
        if cell[0] != view.sheet.name or not inside or (at not in named and at != table.rate_line):
            offset = step - first
            if depth > 3 or cell[0] != view.sheet.name:
                return first == last
            trees = view.trees(at, first + offset, last + offset)
            if len(set(trees)) != 1 or trees[0] in (None, CONSTANT):
                return first == last
            node = view.book.trees[trees[0]]
            if isinstance(node, str) or not is_steady(table, node, at, (first + offset, last + offset), depth + 1):
                return first == last
    return True
