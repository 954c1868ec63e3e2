"""Many candidates for one place of a formula at once, in doubles: a filter before proofs. Proves nothing itself."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.equality import alike
from backprop.check.proof.evaluator import Evaluator
from backprop.check.proof.prover import Prover
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import HOLE, Binary, Bracket, Node, NotComputableError, Number, Reference


class Screening:
    """Candidates for the formula in one cell of a quantity; or, with `holder`, for that of a cell which it reads."""

    def __init__(self, key: AnswerKey, prover: Prover, name: str, step: int, holder: Cell | None = None) -> None:
        self.name, self.step, self.holder = name, step, holder
        view = key.table.view
        self.cell: Cell = (view.sheet.name, *view.position(step, key.table.lines[name]))
        self.formula = view.formula(step, key.table.lines[name])
        self.evaluator = Evaluator(key.table, prover.quick)
        self.values: dict[Node, Any] = {}

    def fitting(self, template: Node, candidates: Sequence[Node]) -> list[int]:
        """Which candidates, in the place of HOLE in the template, give the right numbers."""
        evaluator = self.evaluator
        evaluator.replaced = {}
        if self.holder is not None:
            evaluator.known.clear()
        with np.errstate(all="ignore"):
            worth = [self._worth(candidate) for candidate in candidates]
            kept = [index for index, value in enumerate(worth) if value is not None]
            if not kept:
                return []
            evaluator.hole = np.array([worth[index] for index in kept])
            try:
                if self.holder is None:
                    values = evaluator.hole if template is HOLE else evaluator.value_in(template, self.cell, self.step)
                else:
                    evaluator.replaced = {self.holder: template}
                    evaluator.known.clear()
                    values = (
                        evaluator.value_in(self.formula, self.cell, self.step) if self.formula is not None else np.nan
                    )
            except NotComputableError:
                return []
            fits = alike(values, evaluator.expected(self.name))
        return [kept[index] for index in np.flatnonzero(np.broadcast_to(fits, (len(kept),)))]

    def _worth(self, candidate: Node) -> Any:
        """What a candidate gives; differences, of which there are many, from what their sides give."""
        if candidate not in self.values:
            match candidate:
                case Bracket(inside):
                    self.values[candidate] = self._worth(inside)
                case Binary("-", Reference() | Number() as left, Reference() | Number() as right):
                    sides = self._worth(left), self._worth(right)
                    self.values[candidate] = None if any(side is None for side in sides) else sides[0] - sides[1]
                case _:
                    self.values[candidate] = self._computed(candidate)
        return self.values[candidate]

    def _computed(self, candidate: Node) -> Any:
        try:
            value = self.evaluator.value_in(candidate, self.holder or self.cell, self.step)
        except NotComputableError:
            return None
        return np.broadcast_to(np.asarray(value, dtype=float), (self.evaluator.states.samples,))
