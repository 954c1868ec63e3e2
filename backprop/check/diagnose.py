"""From a wrong cell to a finding: the smallest change that makes it right, in a sentence with the cells' own names."""

from collections import defaultdict
from dataclasses import replace

import numpy as np

from backprop.check.findings import Finding, Kind, Severity
from backprop.check.formula import Binary, Node, Reference, references, render
from backprop.check.grid import CONSTANT, address, span
from backprop.check.prove import Cell, Judge
from backprop.check.repair import Candidates, Repair, product_with_complement, substitute, trials
from backprop.check.trials import Trials
from backprop.check.verify import Key, Steps, Wrong, cached
from backprop.derive import Stage
from backprop.printers.text import TextPrinter

LATENT = 1e-9  # relative difference under which a wrong formula gives the right number here
_TEXT = TextPrinter()


class Diagnosis:
    """Findings about the wrong cells of one table."""

    def __init__(self, key: Key, judge: Judge) -> None:
        self.key, self.judge, self.table, self.view = key, judge, key.table, key.table.view

    def findings(self, wrong: list[Wrong]) -> list[Finding]:
        """All of them, in the order of the sheet."""
        formulas = self._merged([item for item in wrong if item.tree is not None])
        constants = [item for item in wrong if item.reason == "constant"]
        empty = [item for item in wrong if item.reason == "empty"]
        unread = [item for item in wrong if item.tree is None and item.reason not in ("constant", "empty")]
        found = {self._formula(item): None for item in formulas}  # one helper's mistake shows in several lines
        return [
            *found,
            *map(self._constant, constants),
            *map(self._unreadable, unread),
            *self._incomplete(empty),
        ]

    def _merged(self, wrong: list[Wrong]) -> list[Wrong]:
        """Neighbouring steps of a line joined where only an unanchored reference to one cell tells them apart."""
        merged: list[Wrong] = []
        for item in wrong:
            last = merged[-1] if merged else None
            if (
                last is not None
                and (last.name, last.steps[1] + 1, last.reason) == (item.name, item.steps[0], item.reason)
                and self._anchored(last) == self._anchored(item)
            ):
                merged[-1] = replace(last, steps=(last.steps[0], item.steps[1]))
            else:
                merged.append(item)
        return merged

    def _anchored(self, item: Wrong) -> Node | None:
        """The formula with `$` wherever it means the learning rate or a parameter cell."""
        tree = item.tree
        row, column = self.view.position(item.steps[0], item.line)
        for reference in set(references(tree)) if tree is not None else ():
            at = reference.at(row, column)
            cell: Cell = (reference.sheet or self.view.sheet.name, *at)
            if tree is not None and (cell == self.table.rate_cell or cell in self.table.aliases):
                tree = substitute(tree, reference, Reference(*at, True, True, reference.sheet))
        return tree

    # -- one finding ----------------------------------------------------------------------------------------------

    def _finding(
        self, name: str, line: int, steps: Steps, kind: Kind, explanation: str,
        formula: str | None = None, should_be: str | None = None, severity: Severity = "error",
        effect: str | None = None,
    ) -> Finding:  # fmt: skip
        first, last = self.view.position(steps[0], line), self.view.position(steps[1], line)
        return Finding(
            self.view.sheet.name, address(*first), span(first, last), name, kind, severity, formula, should_be,
            explanation, effect,
        )  # fmt: skip

    def _formula(self, item: Wrong) -> Finding:
        tree, (first, _) = item.tree, item.steps
        assert tree is not None
        blamed = self._blamed_helper(item)
        if blamed is not None:
            return blamed
        row, column = self.view.position(first, item.line)
        stands = f"={render(tree, row, column)}"
        severity, effect = self._effect(item.name, item.line, item.steps, tree)
        if item.reason != "another function":
            text = f"{self._name(item.name)} cannot be computed: {item.reason}"
            return self._finding(item.name, item.line, item.steps, Kind.NOT_COMPUTABLE, text, stands,
                                 self.key.formula(item.name, first))  # fmt: skip
        repair = self._repair(item.name, item.line, item.steps, tree)
        if repair is None:
            kind, text = self._beyond_repair(item)
            should_be = self.key.formula(item.name, first)
        else:
            kind, text = repair.kind, f"{self._name(item.name)} {self._sentence(repair, tree, row, column)}"
            should_be = f"={render(repair.tree, row, column)}"
        return self._finding(item.name, item.line, item.steps, kind, text, stands, should_be, severity, effect)

    def _repair(
        self, name: str, line: int, steps: Steps, tree: Node, holder: tuple[int, int] | None = None
    ) -> Repair | None:
        """The first change under which the cell is its quantity, at both ends of its steps.

        With `holder` the tree is that of another cell, which the formula of the line reads; it is changed in its place.
        """
        probes = sorted({steps[0], steps[1]})
        place = holder or self.view.position(steps[0], line)
        cell: Cell | None = None if holder is None else (self.view.sheet.name, *holder)
        filter_ = Trials(self.key, self.judge, name, steps[0], cell)
        own = self.view.formula(steps[0], line)
        for trial in trials(tree, self._stand_ins(name, *place), *place):
            for index in filter_.fitting(trial.template, [node for _, node, _, _ in trial.changes]):
                repair = trial.repair(index)
                if cell is None:
                    right = all(
                        self.judge.holds(self.table, repair.tree, step, line, name, thorough=False, rate=self.key.rate)
                        for step in probes
                    )
                else:
                    right = own is not None and self.judge.holds(
                        self.table, own, steps[0], line, name, {cell: repair.tree}, False, self.key.rate
                    )
                if right:
                    return self._named_kind(repair, *place)
        return None

    def _named_kind(self, repair: Repair, row: int, column: int) -> Repair:
        """A reference to the learning rate lacks its `$` only where it began on the right cell."""
        if repair.kind is Kind.MISSING_ABSOLUTE and isinstance(repair.old, Reference):
            quantity = self._quantity(repair.old, row, column)
            if quantity is not None and quantity != "eta":
                return replace(repair, kind=Kind.WRONG_REFERENCE)
        return repair

    def _stand_ins(self, name: str, row: int, column: int) -> Candidates:
        """References to every quantity of the table, in the epoch that the formula reads; and to the learning rate."""
        update = self.key.equations[name].stage is Stage.UPDATE
        usual = -1 if update else 0
        step, _ = self.view.position(row, column)
        lines = dict(self.table.lines)
        if self.table.rate_line is not None:
            lines["eta"] = self.table.rate_line

        def make(old: Reference) -> list[Reference]:
            old_step, _ = self.view.position(*old.at(row, column))
            offsets = dict.fromkeys([usual, *([old_step - step] if abs(old_step - step) <= 1 else [])])
            made = []
            for offset in offsets:
                made += [self._reference(old, step + offset, line, row, column) for line in lines.values()]
            if self.table.rate_cell is not None:
                sheet, at_row, at_column = self.table.rate_cell
                made.append(Reference(at_row, at_column, True, True, None if sheet == self.view.sheet.name else sheet))
            return made

        return make

    def _reference(self, old: Reference, step: int, line: int, row: int, column: int) -> Reference:
        """A reference to that place, moving along the epochs; across them as fixed as the old one."""
        at_row, at_column = self.view.position(step, line)
        fixed_row = old.fixed_row and self.view.transposed
        fixed_column = old.fixed_column and not self.view.transposed
        return Reference(
            at_row if fixed_row else at_row - row,
            at_column if fixed_column else at_column - column,
            fixed_row,
            fixed_column,
        )

    # -- helper cells ---------------------------------------------------------------------------------------------

    def _blamed_helper(self, item: Wrong) -> Finding | None:
        """The finding at a cell that the formula reads and that is no quantity itself, if the mistake is there."""
        tree, (first, last) = item.tree, item.steps
        assert tree is not None
        sheet = self.view.sheet.name
        for cell in self._helpers(tree, first, item.line):
            step, line = self.view.position(*cell[1:])
            own = self.view.formula(step, line)
            usual = self._usual(line)
            trials = [usual] if usual is not None and own is not None and usual != own else []
            if cell[0] != sheet or (own is None and not trials):
                continue
            for trial in trials:
                if self.judge.holds(self.table, tree, first, item.line, item.name, {cell: trial}, False, self.key.rate):
                    text = f"{self._helper_name(line)} is not computed as in its other epochs"
                    stands = None if own is None else f"={render(own, *cell[1:])}"
                    return self._finding(self._helper_name(line), line, (step, step + last - first), Kind.OVERWRITTEN,
                                         text, stands, f"={render(trial, *cell[1:])}")  # fmt: skip
            if own is None:
                continue
            repair = self._repair(item.name, item.line, item.steps, own, cell[1:])
            if repair is not None:
                text = f"{self._helper_name(line)} {self._sentence(repair, own, *cell[1:])}"
                return self._finding(self._helper_name(line), line, (step, step + last - first), repair.kind, text,
                                     f"={render(own, *cell[1:])}", f"={render(repair.tree, *cell[1:])}")  # fmt: skip
        return None

    def _helpers(self, tree: Node, step: int, line: int, depth: int = 0) -> list[Cell]:
        """Cells of formulas that a formula reads, directly and through others, and that are no quantity."""
        row, column = self.view.position(step, line)
        found: list[Cell] = []
        for reference in references(tree):
            cell: Cell = (reference.sheet or self.view.sheet.name, *reference.at(row, column))
            at_step, at_line = self.view.position(*cell[1:])
            own = cell[0] == self.view.sheet.name
            if not own or cell == self.table.rate_cell or cell in self.table.aliases or depth > 3 or cell in found:
                continue
            if self.table.first <= at_step <= self.table.last and at_line in self.table.by_line:
                continue
            formula = self.view.formula(at_step, at_line) if min(at_step, at_line) > 0 else None
            if formula is not None or self._usual(at_line) is not None:
                found.append(cell)
            if formula is not None:
                found += self._helpers(formula, at_step, at_line, depth + 1)
        return list(dict.fromkeys(found))

    def _usual(self, line: int) -> Node | None:
        """The formula that most steps of a line share."""
        counted: dict[int, int] = defaultdict(int)
        for tree in self.view.trees(line, self.table.first, self.table.last):
            if tree is not None and tree != CONSTANT:
                counted[tree] += 1
        if not counted:
            return None
        tree = max(counted, key=lambda number: counted[number])
        node = self.view.book.trees[tree]
        return None if isinstance(node, str) or counted[tree] < 2 else node

    def _helper_name(self, line: int) -> str:
        header = self.view.value(self.table.header, line) if self.table.header is not None else None
        return header.strip() if isinstance(header, str) and header.strip() else "helper cell"

    # -- words ----------------------------------------------------------------------------------------------------

    def _name(self, quantity: str) -> str:
        return _TEXT.symbol(quantity)

    def _quantity(self, reference: Reference, row: int, column: int) -> str | None:
        cell: Cell = (reference.sheet or self.view.sheet.name, *reference.at(row, column))
        if cell == self.table.rate_cell:
            return "eta"
        if cell in self.table.aliases:
            return self.table.aliases[cell]
        step, line = self.view.position(*cell[1:])
        inside = cell[0] == self.view.sheet.name and self.table.first <= step <= self.table.last
        if inside and line == self.table.rate_line:
            return "eta"
        return self.table.by_line.get(line) if inside else None

    def _say(self, reference: Reference, row: int, column: int) -> str:
        """a_h1 (J33)."""
        quantity = self._quantity(reference, row, column)
        cell = render(reference, row, column)
        return f"{self._name(quantity)} ({cell})" if quantity else f"cell {cell}"

    def _sentence(self, repair: Repair, tree: Node, row: int, column: int) -> str:
        old, new = repair.old, repair.new
        shown = [None if node is None else render(node, row, column) for node in (old, new)]
        match repair.kind:
            case Kind.WRONG_REFERENCE if isinstance(old, Reference) and isinstance(new, Reference):
                before, after = self._say(old, row, column), self._say(new, row, column)
                one, two = self._quantity(old, row, column), self._quantity(new, row, column)
                if one and two and product_with_complement(tree, old) and old not in set(references(repair.tree)):
                    return (
                        f"multiplies by {one}·(1 − {one}) ({self._lane(old, row, column)}); "
                        f"should be {two}·(1 − {two}) ({self._lane(new, row, column)})"
                    )
                return f"reads {before} where {after} belongs"
            case Kind.WRONG_ROW if isinstance(old, Reference) and isinstance(new, Reference):
                return f"reads {self._say(old, row, column)} of another epoch; should be {self._say(new, row, column)}"
            case Kind.FROZEN_ROW if isinstance(old, Reference) and isinstance(new, Reference):
                right = self._say(new, row, column)
                return f"reads {self._say(old, row, column)} in every epoch, because the $ holds it; should be {right}"
            case Kind.MISSING_ABSOLUTE:
                return f"reads {shown[0]}, which moves when filled down; the learning rate stands in {shown[1]}"
            case Kind.WRONG_OPERATOR if isinstance(old, Binary) and isinstance(new, Binary):
                return f"has {old.operator} where {new.operator} belongs: {shown[0]} should be {shown[1]}"
            case Kind.SIGN:
                return f"has a wrong sign: {shown[0]} should be {shown[1]}"
            case Kind.WRONG_NUMBER:
                return f"has {shown[0]} where {shown[1]} belongs"
            case Kind.MISSING_FACTOR:
                return f"lacks the factor {shown[1]}"
            case Kind.EXTRA_FACTOR:
                return f"has {shown[0]} too many"
            case Kind.MISSING_PARENTHESES:
                return "lacks a pair of brackets: without them a factor multiplies only the last term"
            case Kind.EXTRA_PARENTHESES:
                return "has a pair of brackets too many"
            case Kind.MOVED_PARENTHESIS:
                return "has a bracket in the wrong place"
        return "is another function"

    def _lane(self, reference: Reference, row: int, column: int) -> str:
        at_row, at_column = reference.at(row, column)
        return f"row {at_row}" if self.view.transposed else f"column {address(at_row, at_column).rstrip('0123456789')}"

    def _beyond_repair(self, item: Wrong) -> tuple[Kind, str]:
        first = item.steps[0]
        assert item.tree is not None
        for other, _ in self.key.checked():
            if other != item.name and self.judge.holds(
                self.table, item.tree, first, item.line, other, thorough=False, rate=self.key.rate
            ):
                return Kind.OVERWRITTEN, f"{self._name(item.name)} holds the formula of {self._name(other)}"
        steps = self.key.table.last - self.key.first_step(item.name) + 1
        if item.steps[1] - item.steps[0] + 1 < steps:
            return Kind.OVERWRITTEN, f"{self._name(item.name)} is computed here by another formula than in other epochs"
        return Kind.WRONG_FORMULA, f"{self._name(item.name)} is another function, by more than one change"

    # -- numbers --------------------------------------------------------------------------------------------------

    def _effect(self, name: str, line: int, steps: Steps, tree: Node) -> tuple[Severity, str | None]:
        """Whether the numbers are wrong here, and by how much in the first epoch concerned."""
        right = self.key.tree(name, steps[0])
        found = cached(self.table, tree, line, steps)
        expected = None if right is None else cached(self.table, right, line, steps)
        if found is None or expected is None or not np.all(np.isfinite(found)) or not np.all(np.isfinite(expected)):
            return "error", None
        difference = np.abs(found - expected)
        scale = np.abs(expected)
        if np.all(difference <= LATENT * scale):
            return "latent", "none with these numbers"
        at = int(np.argmax(difference > LATENT * scale))
        if scale[at] == 0:
            return "error", f"{self._name(name)} off by {difference[at]:.2g}"
        return "error", f"{self._name(name)} off by {difference[at] / scale[at]:.2g} relative at first"

    def _constant(self, item: Wrong) -> Finding:
        first, last = item.steps
        expected = self.key.tree(item.name, first)
        right = None if expected is None else cached(self.table, expected, item.line, item.steps)
        stored = self.view.numbers(item.line, first, last)
        same = right is not None and bool(np.all(np.abs(right - stored) <= 1e-7 * np.abs(right) + 1e-12))
        value = self.view.value(first, item.line)
        text = f"{self._name(item.name)} is the number {value!r} where its formula belongs"
        if isinstance(value, str):
            text = f"{self._name(item.name)} is the text {value[:30]!r} where its formula belongs"
        return self._finding(item.name, item.line, item.steps, Kind.HARD_CODED, text, None,
                             self.key.formula(item.name, first), "latent" if same else "error")  # fmt: skip

    def _unreadable(self, item: Wrong) -> Finding:
        return self._finding(item.name, item.line, item.steps, Kind.NOT_COMPUTABLE,
                             f"{self._name(item.name)}: {item.reason}", None,
                             self.key.formula(item.name, item.steps[0]))  # fmt: skip

    def _incomplete(self, empty: list[Wrong]) -> list[Finding]:
        """Empty cells of the same epochs as one finding."""
        by_steps: dict[Steps, list[Wrong]] = defaultdict(list)
        for item in empty:
            by_steps[item.steps].append(item)
        found = []
        for steps, items in by_steps.items():
            ranges = []
            lines = sorted(item.line for item in items)
            start = lines[0]
            for line, following in zip(lines, [*lines[1:], None], strict=True):
                if following != line + 1:
                    ranges.append(span(self.view.position(steps[0], start), self.view.position(steps[1], line)))
                    start = following or 0
            names = ", ".join(self._name(item.name) for item in sorted(items, key=lambda item: item.line))
            first = self.view.position(steps[0], lines[0])
            found.append(
                Finding(
                    self.view.sheet.name, address(*first), ",".join(ranges), names, Kind.INCOMPLETE, "error", None,
                    self.key.formula(min(items, key=lambda item: item.line).name, steps[0]),
                    f"nothing stands in {len(items)} cells of an epoch whose weights are given",
                )
            )  # fmt: skip
        return found
