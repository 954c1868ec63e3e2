"""From a wrong cell to a finding: the smallest change that makes it right, in a sentence with the cells' own names."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from openpyxl.utils import get_column_letter

from backprop.check.findings import Finding, Kind, Severity
from backprop.check.mistakes.finding import finding
from backprop.check.mistakes.helper_columns import HelperColumns
from backprop.check.mistakes.pasted.tables import check_pasted
from backprop.check.mistakes.sentences import Sentences
from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.equality import DOUBLES
from backprop.check.proof.prover import Prover
from backprop.check.proof.stored_values import Steps, on_stored_values
from backprop.check.proof.wrong_cells import WrongRun
from backprop.check.repair.search import RepairSearch, anchored
from backprop.check.repair.trees import shape
from backprop.printers.quantities import written
from backprop.spreadsheet.book import address, span
from backprop.spreadsheet.formula import Node

MOST_SEARCHES = 80  # smallest changes looked for in one table, each up to a second; the formulas beyond are only named
BROKEN_EPOCH = 5  # lines wrong in the same steps, for it to be these epochs that went wrong and not each formula


class Diagnosis:
    """Findings about the wrong cells of one table."""

    def __init__(self, key: AnswerKey, prover: Prover) -> None:
        self.key, self.prover, self.table, self.view = key, prover, key.table, key.table.view
        self.search, self.sentences = RepairSearch(key, prover), Sentences(key.table)
        self.alike: Counter[Steps] = Counter()
        self.searches = 0

    def findings(self, wrong: list[WrongRun]) -> list[Finding]:
        """All of them, in the order of the sheet."""
        formulas = self._merged([item for item in wrong if item.tree is not None])
        self.alike = Counter(item.steps for item in formulas)
        helpers = HelperColumns(self.search, formulas)
        constants = [item for item in wrong if item.reason == "constant"]
        empty = [item for item in wrong if item.reason == "empty"]
        unread = [item for item in wrong if item.tree is None and item.reason not in ("constant", "empty")]
        # One helper's mistake shows in several lines.
        formula_findings = dict.fromkeys(reported for item in formulas for reported in self._formula(item, helpers))
        return [
            *formula_findings,
            *map(self._constant, constants),
            *map(self._unreadable, unread),
            *self._incomplete(empty),
            *self._pasted(bool(formulas or constants) or self._given_changes()),
        ]

    def _pasted(self, wrong: bool) -> list[Finding]:
        """What is wrong with the epochs of pasted numbers below the formulas.

        They need not continue formulas that are wrong; and changed inputs are said of every table.
        """
        last = self.key.last_computed
        pasted = [] if last >= self.table.last else check_pasted(self.key, last + 1).findings
        weights = set(self.key.model.trained)
        continued = {(name, address(*self.view.position(last + 1, self.table.lines[name])))
                     for name in weights & self.table.lines.keys()}  # fmt: skip
        return [
            reported
            for reported in pasted
            if reported.kind is not Kind.INPUT_CHANGES
            and not (wrong and (reported.quantity, reported.cell) in continued)
        ]

    def _given_changes(self) -> bool:
        """Whether an input or a target changes among the epochs with formulas."""
        lines = [self.table.lines[name] for name in self.key.model.given if name in self.table.lines]
        numbers = [self.view.numbers(line, self.table.first, self.key.last_computed) for line in lines]
        return any(np.nanmax(line, initial=-np.inf) - np.nanmin(line, initial=np.inf) > 1e-9 for line in numbers)

    def _merged(self, wrong: list[WrongRun]) -> list[WrongRun]:
        """Neighbouring steps of a line joined where one formula, or one but for an unanchored constant, fills them."""
        merged: list[WrongRun] = []
        for item in wrong:
            last = merged[-1] if merged else None
            if (
                last is not None
                and (last.name, last.steps[1] + 1) == (item.name, item.steps[0])
                and (last.tree == item.tree or self._anchored(last) == self._anchored(item))
            ):
                reason = last.reason if last.reason == item.reason else "another function"
                merged[-1] = replace(last, steps=(last.steps[0], item.steps[1]), reason=reason)
            else:
                merged.append(item)
        return merged

    def _anchored(self, item: WrongRun) -> object:
        return item.tree and anchored(item.tree, self.key, *self.view.position(item.steps[0], item.line))

    def _finding(
        self, item: WrongRun, kind: Kind, explanation: str, should_be: Node | str | None, severity: Severity = "error",
        effect: str | None = None,
    ) -> Finding:  # fmt: skip
        return finding(
            self.view, item.line, item.steps, item.name, kind, explanation,
            formula=item.tree, should_be=should_be, severity=severity, effect=effect,
        )  # fmt: skip

    def _formula(self, item: WrongRun, helpers: HelperColumns) -> Iterator[Finding]:
        tree, (first, _) = item.tree, item.steps
        assert tree is not None
        broken = self.alike[item.steps] >= BROKEN_EPOCH and self.search.usual(item.line) not in (None, tree)
        self.searches += not broken
        broken |= self.searches > MOST_SEARCHES
        odd = helpers.odd(item)
        explained = bool(odd) and self.search.all_hold([item], odd)
        if explained or broken:
            yield from (helpers.odd_finding(cell, usual, item, broken) for cell, usual in odd.items())
        if explained:
            return
        shared = not broken and (helpers.read_by_others(item) or self._like_its_kind(item))
        if shared and (blamed := helpers.shared(item)):
            yield blamed
            return
        row, column = self.view.position(first, item.line)
        repair = None if broken else self.search.repair(item.name, item.line, item.steps, tree)
        if repair is not None:
            severity, effect = self._effect(item, tree, repair.tree)
            text = f"{written(item.name)} {self.sentences.sentence(repair, tree, row, column)}"
            yield self._finding(item, repair.kind, text, repair.tree, severity, effect)
            return
        if not broken and not shared and (blamed := helpers.shared(item)):
            yield blamed
            return
        severity, effect = self._effect(item, tree, self.key.tree(item.name, first))
        kind, text = self._beyond_repair(item)
        yield self._finding(item, kind, text, self.search.right_formula(item), severity, effect)

    def _like_its_kind(self, item: WrongRun) -> bool:
        """Whether a right quantity of the same kind (∂E/∂w2 beside ∂E/∂w1) has a formula of the same shape."""
        assert item.tree is not None
        own_shape, kind, step = shape(item.tree), item.name.rstrip("0123456789"), item.steps[0]
        kin = ((name, line) for name, line in self.key.checked() if name != item.name and name.startswith(kind))
        return any(
            (other := self.view.formula(step, line)) is not None
            and shape(other) == own_shape
            and self.prover.holds(self.table, other, step, line, name, thorough=False)
            for name, line in kin
        )

    def _beyond_repair(self, item: WrongRun) -> tuple[Kind, str]:
        first = item.steps[0]
        assert item.tree is not None
        for other, _ in self.key.checked():
            if other != item.name and self.prover.holds(self.table, item.tree, first, item.line, other, thorough=False):
                return Kind.OVERWRITTEN, f"{written(item.name)} holds the formula of {written(other)}"
        if item.reason != "another function":
            return Kind.NOT_COMPUTABLE, f"{written(item.name)} cannot be computed: {item.reason}"
        steps = self.table.last - self.key.first_step(item.name) + 1
        if item.steps[1] - item.steps[0] + 1 < steps:
            return Kind.OVERWRITTEN, f"{written(item.name)} is computed here by another formula than in other epochs"
        return Kind.WRONG_FORMULA, f"{written(item.name)} is another function, by more than one change"

    def _effect(self, item: WrongRun, tree: Node, right: Node | None) -> tuple[Severity, str | None]:
        """Whether the numbers are wrong here, and by how much in the first epoch concerned."""
        name, line, steps = item.name, item.line, item.steps
        values = on_stored_values(self.table, tree, line, steps)
        expected = None if right is None else on_stored_values(self.table, right, line, steps)
        if values is None or expected is None or not np.all(np.isfinite([values, expected])):
            return "error", None
        difference, scale = np.abs(values - expected), np.abs(expected)
        if np.all(difference <= DOUBLES * scale):
            return "latent", "none with these numbers"
        at = int(np.argmax(difference > DOUBLES * scale))
        if scale[at] == 0:
            return "error", f"{written(name)} off by {difference[at]:.2g}"
        return "error", f"{written(name)} off by {difference[at] / scale[at]:.2g} relative at first"

    def _constant(self, item: WrongRun) -> Finding:
        first, last = item.steps
        expected = self.key.tree(item.name, first)
        right = None if expected is None else on_stored_values(self.table, expected, item.line, item.steps)
        stored = self.view.numbers(item.line, first, last)
        same = right is not None and bool(np.all(np.abs(right - stored) <= 1e-7 * np.abs(right) + 1e-12))
        value = self.view.value(first, item.line)
        text = f"{written(item.name)} is the number {value!r} where its formula belongs"
        if isinstance(value, str):
            text = f"{written(item.name)} is the text {value[:30]!r} where its formula belongs"
        right_formula = self.search.right_formula(item)
        return self._finding(item, Kind.HARD_CODED, text, right_formula, "latent" if same else "error")

    def _unreadable(self, item: WrongRun) -> Finding:
        text = f"{written(item.name)}: {item.reason}"
        return self._finding(item, Kind.NOT_COMPUTABLE, text, self.search.right_formula(item))

    def _incomplete(self, empty: list[WrongRun]) -> Iterator[Finding]:
        """Empty cells of the same epochs as one finding."""
        by_steps: dict[Steps, list[WrongRun]] = defaultdict(list)
        for item in sorted(empty, key=lambda item: item.line):
            by_steps[item.steps].append(item)
        for steps, items in by_steps.items():
            names = ", ".join(written(item.name) for item in items)
            lines = [item.line for item in items]
            text = f"nothing stands in {self._lanes(lines, steps)}, though the epoch's weights are given"
            first = finding(self.view, items[0].line, steps, names, Kind.INCOMPLETE, text,
                            should_be=self.key.formula(items[0].name, steps[0]))  # fmt: skip
            yield replace(first, range=",".join(self._ranges(lines, steps)))

    def _lanes(self, lines: list[int], steps: Steps) -> str:
        """Row 6 in columns I to L and Q, or columns C to D in rows 9 to 12."""
        rows = ("row", str)
        columns = ("column", get_column_letter)
        along, across = (columns, rows) if self.view.transposed else (rows, columns)
        return f"{_named_lanes([steps], *along)} in {_named_lanes(_neighbours(lines), *across)}"

    def _ranges(self, lines: list[int], steps: Steps) -> Iterator[str]:
        """The cells of those lines, ascending, neighbours in one range."""
        for first, last in _neighbours(lines):
            yield span(self.view.position(steps[0], first), self.view.position(steps[1], last))


def _neighbours(lines: list[int]) -> list[tuple[int, int]]:
    """First and last of the lines, ascending, that lie side by side."""
    starts = [line for line in lines if line - 1 not in lines]
    ends = [line for line in lines if line + 1 not in lines]
    return list(zip(starts, ends, strict=True))


def _named_lanes(runs: list[tuple[int, int]], kind: str, name: Callable[[int], str]) -> str:
    """Column I; columns I to L, Q."""
    texts = [name(first) if first == last else f"{name(first)} to {name(last)}" for first, last in runs]
    return f"{kind}{'' if len(texts) == 1 and runs[0][0] == runs[0][1] else 's'} {', '.join(texts)}"
