"""What a workbook computes: its parameters, its losses, and which cells equal a derivative of them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.model.cells import Cells, leaves, shown_by
from backprop.check.any_model.model.differences import Limits
from backprop.check.any_model.model.slopes import Match, Slope, SlopeTable, alike, as_states, ratio, ratios, stacked
from backprop.check.any_model.model.states import COUNT, States
from backprop.check.any_model.model.updates import Update

MOST_WORK = 600_000  # operations whose derivatives are followed


@dataclass
class Analysis:
    """A workbook's graph with what was found in it."""

    cells: Cells
    updates: list[Update]
    evaluation: Evaluation
    table: SlopeTable = field(default_factory=SlopeTable)
    losses: dict[int, str] = field(default_factory=dict)  # node -> the cell, or what it is in words
    matches: dict[int, list[Match]] = field(default_factory=dict)  # cell -> the derivatives that it equals
    claims: dict[int, Match] = field(default_factory=dict)  # cell -> the one that it is meant to be
    support: Counter[int] = field(default_factory=Counter)  # loss -> cells that equal one of its derivatives
    read_as: set[int] = field(default_factory=set)  # derivatives that the update of their own parameter reads
    descended: Counter[object] = field(default_factory=Counter)  # kind of loss -> updates by its derivatives
    settled: set[int] = field(default_factory=set)  # updates that are proven, or through an optimiser
    agreed: set[int] = field(default_factory=set)  # derivatives by the parameter that a settled update changes by them
    rates: set[int] = field(default_factory=set)  # what updates that are proven take for the learning rate
    settings: set[int] = field(default_factory=set)  # typed numbers that several updates multiply with
    cut: set[int] = field(default_factory=set)
    ends: set[int] = field(default_factory=set)  # where a step's model ends: at these, and at velocities
    trained: set[int] = field(default_factory=set)
    forward: set[int] = field(default_factory=set)
    implied: dict[int, object] = field(default_factory=dict)  # the kinds of those that no cell holds
    work: int = 0
    _below: dict[int, set[int]] = field(default_factory=dict)
    _sizes: dict[int, int] = field(default_factory=dict)
    _stored: dict[int, dict[int, float]] = field(default_factory=dict)

    def evaluated(self, given: Mapping[int, States]) -> Evaluation:
        """The values of nodes where these are given beside the drawn ones."""
        steps = self.evaluation.steps if isinstance(self.evaluation, Limits) else {}
        both = {**self.evaluation.given, **given}
        return Limits(self.cells.tape, both, steps) if steps else Evaluation(self.cells.tape, both)

    def values(self, node: int) -> States:
        """The values of a node in all states."""
        return as_states(self.evaluation.value(node))

    def loss_kind(self, of: int) -> object:
        """The same for losses of one formula, a row or block each."""
        if self.losses.get(of):
            return self.implied[of]
        tree = self.cells.graph.book.tree(self.cells.cell_of[of])
        return tree if tree is not None and tree >= 0 else of

    def kinds(self, slope: Slope) -> set[object]:
        """The kinds of the losses whose derivative by the same cell is a multiple of this: a sample's, the sum's."""
        return {self.loss_kind(of) for of in self.losses_like(slope)}

    def losses_like(self, slope: Slope) -> set[int]:
        """The losses whose derivative by the same cell is a multiple of this."""
        truth, found = self.table.value(slope), {slope.of}
        if truth is not None:
            others = ((other.of, self.table.value(other)) for other in self.table.by[slope.by] if other != slope)
            known = [(of, value) for of, value in others if value is not None]
            values = stacked([value for _, value in known])
            same = np.isfinite(ratios(values, np.broadcast_to(truth, values.shape)))
            found |= {of for (of, _), is_same in zip(known, same, strict=True) if is_same}
        return found

    @cached_property
    def parts(self) -> set[int]:
        """Losses that another loss is made of: those of its samples and outputs, not one that it is a multiple of."""
        cells = [of for of in self.losses if of in self.cells.reads]
        found = ((top, of) for top in cells for of in self.cells.below(self.cells.reads[top], self.ends))
        return {of for top, of in found if of in self.losses and ratio(self.values(top), self.values(of)) is None}

    @cached_property
    def totals(self) -> set[int]:
        """Losses in a cell that adds up others: of samples or outputs."""
        reads = self.cells.reads
        return {of for of in self.losses if of in reads and sum(read in self.losses for read in reads[of]) > 1}

    def may_train(self, slope: Slope) -> bool:
        """Whether a derivative is by something that is trained, or on a sheet where nothing is."""
        trained = not self.same(slope.by).isdisjoint(self.trained)
        return trained or self.cells.cell_of[slope.by][0] not in self._training_sheets

    @cached_property
    def _training_sheets(self) -> set[str]:
        return {self.cells.cell_of[node][0] for node in self.trained if node in self.cells.cell_of}

    def size(self, of: int) -> int:
        """On how many cells a loss stands."""
        if of not in self._sizes:
            self._sizes[of] = len(self.cells.below([of], self.ends)) if of in self.cells.reads else 0
        return self._sizes[of]

    @cached_property
    def chosen(self) -> Counter[object]:
        """How many derivatives there are of each kind of loss; by parameters, where something is trained."""
        claims = self.claims.values()
        counted = [claim for claim in claims if not self.trained or claim.slope.by in self.trained]
        return Counter(self.loss_kind(claim.slope.of) for claim in counted)

    def same(self, node: int) -> frozenset[int]:
        """The cell, those that only repeat it, and those that it only repeats."""
        tape = self.cells.tape
        while tape.kinds[node] == CELL and tape.kinds[tape.takes[node][0]] in (CELL, FREE) and node not in self.cut:
            node = tape.takes[node][0]
        return frozenset({node, *self._repeated.get(node, ())})

    def is_by(self, slope: Slope, parameter: int) -> bool:
        """Whether a derivative is that by a parameter, not only by one of several cells that repeat it."""
        same = self.same(parameter)
        if slope.by not in same:
            return False
        whole = Slope(slope.of, min(same))
        if slope.by == parameter or slope == whole or whole not in self.table.at:
            return True
        one, two = self.table.value(slope), self.table.value(whole)
        return one is not None and two is not None and alike(one, two)

    def likeliest(self, node: int, matches: Sequence[Match]) -> Match:
        """The derivative that a cell is meant to be: of the loss with most, by a parameter, with factor 1.

        Of as likely ones that by the cell which is as far away as for most others: a block holds the derivatives by a
        block, and of two classes one derivative is the other's negative.
        """
        return max(matches, key=lambda match: self._likely(node, match))

    def _likely(self, node: int, match: Match) -> tuple[object, ...]:
        of, by = match.slope.of, match.slope.by
        given = self.cells.tape.kinds[shown_by(self.cells.tape, by)] == FREE and by not in self.trained
        return (
            self._supported[self.loss_kind(of)] >= 2,
            by in self.trained,
            not self.losses.get(of),
            round(abs(match.factor), 9) == 1,
            not given,
            self._alike_away[self._away(node, by)],
            round(match.factor, 9) == 1,
            self.plainly[self.loss_kind(of)],
            self._supported[self.loss_kind(of)],
            self.support[of],
            self.size(of),
            -abs(by),
        )

    def _away(self, node: int, by: int) -> tuple[str, str, int, int]:
        (sheet, row, column), (other, *at) = self.cells.cell_of[node], self.cells.cell_of[by]
        return sheet, other, at[0] - row, at[1] - column

    @cached_property
    def _alike_away(self) -> Counter[tuple[str, str, int, int]]:
        """How many cells may be the derivative by a cell so far away."""
        found = Counter[tuple[str, str, int, int]]()
        for node, matches in self.matches.items():
            found.update({self._away(node, match.slope.by) for match in matches})
        return found

    @cached_property
    def _supported(self) -> Counter[object]:
        """How many cells equal a derivative of each kind of loss."""
        found = Counter[object]()
        for of, count in self.support.items():
            found[self.loss_kind(of)] += count
        return found

    @cached_property
    def plainly(self) -> Counter[object]:
        """How many cells equal a derivative of each kind of loss itself, not a share of it: E, not 100 E."""
        found = Counter[object]()
        for matches in self.matches.values():
            found.update({self.loss_kind(match.slope.of) for match in matches if round(abs(match.factor), 9) == 1})
        return found

    @cached_property
    def _repeated(self) -> dict[int, list[int]]:
        tape, source = self.cells.tape, dict[int, int]()
        found: dict[int, list[int]] = defaultdict(list)
        for node in self.cells.nodes:
            below = tape.takes[node][0]
            if tape.kinds[below] in (CELL, FREE) and node not in self.cut:
                source[node] = source.get(below, below)
                found[source[node]].append(node)
        return dict(found)

    @cached_property
    def starts(self) -> set[int]:
        """The typed numbers with which parameters begin, or what they show else."""
        return {shown_by(self.cells.tape, node) for node in self.trained if node in self.cells.cell_of}

    @cached_property
    def training(self) -> set[int]:
        """The cells in which a parameter has a part."""
        return self._made_of(self.trained)

    @cached_property
    def _derived(self) -> set[int]:
        """The cells in which something has a part by which a derivative is."""
        return self._made_of({claim.slope.by for claim in self.claims.values()})

    def _made_of(self, nodes: set[int]) -> set[int]:
        found = set(nodes)
        for node in self.cells.nodes:
            if any(read in found for read in self.cells.reads[node]):
                found.add(node)
        return found

    @cached_property
    def model_of(self) -> dict[int, int]:
        """For each cell in which a parameter has a part a cell of its model: one that nothing trained binds is another.

        A sheet may hold several, which share typed numbers at most.
        """
        first = {node: node for node in sorted(self.training)}

        def find(node: int) -> int:
            while first[node] != node:
                first[node] = node = first[first[node]]
            return node

        for node in first:
            for read in self.cells.reads.get(node, ()):
                if read in first:
                    first[find(node)] = find(read)
        return {node: find(node) for node in first}

    def is_open(self, node: int) -> bool:
        """Whether a formula stands on a parameter, and its cell is no part of a loss, no update and no parameter.

        Where nothing is trained, on something by which a derivative is.
        """
        known = node in self.forward or node in self.cut or node in self.trained
        stands = self.training if self.trained else self._derived
        return self.cells.tape.kinds[node] == CELL and node in stands and not known

    @cached_property
    def tied(self) -> NDArray[np.bool_]:
        """The states in which MAX or MIN has two equal numbers to choose from: either's derivative may be meant."""
        tape, found = self.cells.tape, np.zeros(COUNT, dtype=bool)
        for node, kind in enumerate(tape.kinds):
            if kind in ("max", "min"):
                one, two = (self.values(taken) for taken in tape.takes[node])
                found |= one == two
        return found

    def below_loss(self, of: int) -> set[int]:
        """The cells on which a loss stands; one that no cell holds is made of cells."""
        cells = self.cells
        if of not in self._below:
            tops = {of} if of in cells.reads else leaves(cells.tape, of) & cells.cell_of.keys()
            self._below[of] = cells.below(tops, self.ends)
        return self._below[of]

    def helpers(self, node: int, depth: int) -> set[int]:
        """The formula cells so many cells below one that are no part of a loss, no derivative and no parameter.

        One that only repeats a derivative may be meant to be the next.
        """
        tape, found, level = self.cells.tape, set[int](), {node}
        for _ in range(depth):
            read = {below for top in level for below in self.cells.reads.get(top, ()) if tape.kinds[below] == CELL}
            parts = (self.forward, self.cut, found)
            read = {below for below in read if below not in self.claims or tape.takes[below][0] in self.claims}
            level = {below for below in read if not any(below in part for part in parts)}
            found |= level
        return found

    def slopes_as_stored(self, of: int) -> dict[int, float]:
        """The derivatives of a loss at the numbers that the workbook holds."""
        if of not in self._stored:
            self._stored[of] = Evaluation(self.cells.tape, {}).derivatives({of: 1.0})
        return self._stored[of]

    def loss_name(self, node: int) -> str:
        """A loss in words."""
        return self.losses.get(node) or self.cells.name(node)
