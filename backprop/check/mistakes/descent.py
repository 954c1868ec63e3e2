"""Plain gradient descent from a table's first epoch: the losses it should show, and how far off its last one is."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from backprop.check.findings import Finding, Note
from backprop.check.mistakes.sentences import apart
from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.model import Model
from backprop.check.proof.printed import printed_functions
from backprop.check.tables.table import Table
from backprop.derivation.equation import TOTAL_LOSS
from backprop.epochs.compiled import compile_epoch
from backprop.spreadsheet.arithmetic import NUMPY
from backprop.spreadsheet.book import address
from backprop.spreadsheet.contents import cell_number

UNCHANGED = 1e-9  # relative; what a stored loss may be rounded by
NOTHING = 1e-10  # below it Google Sheets stores 0

Array = NDArray[np.float64]


def descent(table: Table, model: Model, rate: float, epochs: int) -> Array | None:
    """The losses of plain gradient descent from the table's first epoch; None where its start is incomplete."""
    held = {name: float(value) for name, value in table.literals}
    held |= {name: number for cell, name in table.parameters.items() if (number := cell_number(table.view.book, cell))}

    def start(names: Iterable[object]) -> list[float] | None:
        lines = ((str(name), table.lines.get(str(name), 0)) for name in names)
        numbers = [table.view.number(table.first, line) if line else held.get(name) for name, line in lines]
        return [float(number) for number in numbers if number is not None] if None not in numbers else None

    inputs, targets, weights = map(start, (model.inputs, model.targets, model.outline.parameters))
    if model.constants or model.network.samples > 1:
        return None
    if inputs is None or targets is None or weights is None:
        return None
    epoch = compile_epoch(model.outline.source, printed_functions(NUMPY))
    losses = np.empty(epochs)
    with np.errstate(all="ignore"):
        for number in range(epochs):
            computed, weights = epoch(inputs, targets, weights, rate)
            losses[number] = computed[TOTAL_LOSS]
    return losses


def last_loss_note(key: AnswerKey, findings: list[Finding]) -> Iterator[Note]:
    """What a table's mistakes together do to the loss of its last epoch."""
    table = key.table
    line = table.lines.get(TOTAL_LOSS)
    rate = table.rate or (float(key.literals["eta"]) if "eta" in key.literals else None)
    if line is None or rate is None or not any(finding.severity == "error" for finding in findings):
        return
    stored = table.view.number(table.last, line)
    true = descent(table, key.model, rate, table.last - table.first + 1)
    if stored is None or true is None or not np.isfinite(true[-1]):
        return
    off = abs(stored - true[-1])
    if off <= UNCHANGED * abs(true[-1]) or (stored == 0 and off < NOTHING):
        return
    shown = apart(stored, float(true[-1]), 9)
    text = f"the last loss is {shown[0]}; without the mistakes it would be {shown[1]}, {off:.2g} away"
    yield Note(table.view.sheet.name, address(*table.view.position(table.last, line)), "effect", text)
