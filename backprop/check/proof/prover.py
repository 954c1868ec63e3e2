"""Proof: whether a cell's formula is the function that the derivation wants.

Two functions that agree on random states of the network to 30 digits are taken as equal. Doubles come first: they
refute nearly everything that is wrong.
"""

import numpy as np

from backprop.check.proof.equality import alike, same_function
from backprop.check.proof.evaluator import Evaluator
from backprop.check.proof.model import Model
from backprop.check.proof.states import States
from backprop.check.tables.table import Table
from backprop.epochs.outline import Outline
from backprop.spreadsheet.arithmetic import MPMATH, NUMPY
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import Node, NotComputableError


class Prover:
    """Proves in doubles first, which refutes nearly everything that is wrong, then to 30 digits on several states."""

    def __init__(self, outline: Outline, is_told: bool = True) -> None:
        self.model = Model(outline)
        self.is_told = is_told  # that workbooks hold this network; else tables in which little proves are another's
        self.quick, self.exact = States(self.model, NUMPY), States(self.model, MPMATH)

    def names(self, table: Table, tree: Node, step: int, line: int) -> list[str]:
        """Every quantity that the formula, standing there, could be; in doubles, so not yet proven."""
        evaluator = Evaluator(table, self.quick)
        try:
            with np.errstate(all="ignore"):
                value = evaluator.value(tree, step, line)
        except NotComputableError:
            return []
        names, values = self.quick.named_values(table.literals)
        return [names[index] for index in np.flatnonzero(alike(value, values))]

    def holds(
        self, table: Table, tree: Node, step: int, line: int, name: str, replaced: dict[Cell, Node] | None = None,
        thorough: bool = True,
    ) -> bool:  # fmt: skip
        """Whether the formula, standing there, is that quantity."""
        return self.explain(table, tree, step, line, name, replaced, thorough) == ""

    def explain(
        self, table: Table, tree: Node, step: int, line: int, name: str, replaced: dict[Cell, Node] | None = None,
        thorough: bool = True,
    ) -> str:  # fmt: skip
        """Empty where the formula is that quantity; else why not, as far as computing it says."""
        try:
            for states, samples in ((self.quick, 1), (self.exact, 2 if thorough else 0)):
                for sample in range(samples):
                    evaluator = Evaluator(table, states, sample, replaced or {})
                    with np.errstate(all="ignore"):
                        value = evaluator.value(tree, step, line)
                    if not same_function(value, evaluator.expected(name)):
                        return "another function"
        except NotComputableError as error:
            return str(error)
        return ""
