"""Whose value an update is: the parameter's first value, and how many updates lie between."""

from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.updates import Update


class Lineage:
    """The updates of a workbook, each with the one before it."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.by_new = {update.node: update for update in analysis.updates}
        self._origins: dict[int, tuple[int, int]] = {}

    def step_of(self, update: Update) -> tuple[str, int]:
        """The sheet of an update and how many updates of its parameter lie before it."""
        return self.analysis.cells.cell_of[update.node][0], self.origin(update)[1]

    def parameter(self, node: int) -> int:
        """The cell, or the one that it repeats."""
        tape, cut = self.analysis.cells.tape, self.analysis.cut
        while tape.kinds[node] == CELL and node not in cut and tape.kinds[tape.takes[node][0]] in (CELL, FREE):
            node = tape.takes[node][0]
        return node

    def origin(self, update: Update) -> tuple[int, int]:
        """The cell of a parameter's first value, and how many updates lie before this one."""
        pending = []
        while update.node not in self._origins:
            pending.append(update)
            before = self.by_new.get(self.parameter(update.old))
            if before is None or before.node >= update.node:
                self._origins[update.node] = self.parameter(update.old), 0
                break
            update = before
        for later in reversed(pending):
            if later.node not in self._origins:
                first, count = self._origins[self.by_new[self.parameter(later.old)].node]
                self._origins[later.node] = first, count + 1
        return self._origins[(pending[0] if pending else update).node]

    def before(self, update: Update) -> Update | None:
        """The update that gave an update's old value."""
        before = self.by_new.get(self.parameter(update.old))
        return before if before is not None and before.node < update.node else None

    def oldest(self, update: Update) -> int:
        """The node after which those come that stand on an update's old value; any where no formula computes it."""
        return update.old if self.analysis.cells.tape.kinds[update.old] == CELL else -1
