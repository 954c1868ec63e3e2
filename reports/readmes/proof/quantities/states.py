"""A network's quantities on random states, to 40 digits, and how a formula is held against them."""

import random
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from backprop.spreadsheet.arithmetic import EXACT, MPMATH
from backprop.spreadsheet.evaluate import evaluate
from backprop.spreadsheet.formula import (
    Area,
    Call,
    Name,
    Node,
    NotComputableError,
    Number,
    Reference,
    Unary,
    transform,
)
from reports.readmes.reading.formulas import DERIVATIVE

STATES = 2
STEP = EXACT.mpf(10) ** -13  # of central differences, which are right to about 25 digits
CLOSE = EXACT.mpf(10) ** -18
ETA = "eta"

State = Mapping[str, Any]
Trees = Sequence[tuple[str, Node]]  # in an order in which they can be computed


class Quantities:
    """What is given and what is computed from it; what is random and what was computed is kept.

    `resolve` gives the quantity that a name means, "of/by" for a derivative, None for a name that is none of them.
    """

    def __init__(self, given: Sequence[str], forward: Trees, backward: Trees, resolve: Callable[[str], str | None]):
        self.given = tuple(given)
        self.forward = tuple(forward)
        self.backward = tuple(backward)
        self.resolve = resolve
        self._states: dict[int, State] = {}
        self._moved: dict[tuple[str, int], tuple[State, State]] = {}
        self._slopes: dict[tuple[str, str, int], Any] = {}

    @property
    def names(self) -> frozenset[str]:
        """Every quantity that has a value."""
        return frozenset((*self.given, *(name for name, _ in self.forward), *(name for name, _ in self.backward), ETA))

    @property
    def computed(self) -> frozenset[str]:
        """What the forward pass computes."""
        return frozenset(name for name, _ in self.forward)

    def state(self, number: int) -> State:
        """One whole epoch: everything given and the learning rate random, everything else computed."""
        if number not in self._states:
            source = random.Random(number)
            values = {name: _draw(source) for name in (*self.given, ETA)}
            for name, tree in (*self.forward, *self.backward):
                values[name] = self.value(tree, values)
            self._states[number] = values
        return self._states[number]

    def moved(self, by: str, number: int) -> tuple[State, State]:
        """The states in which `by` is a little more and a little less, and all that is computed from it follows."""
        if (by, number) not in self._moved:
            ends = []
            for step in (STEP, -STEP):
                values = dict(self.state(number))
                values[by] = values[by] + step
                for name, tree in self.forward:
                    if name != by:
                        values[name] = self.value(tree, values)
                ends.append(values)
            self._moved[by, number] = (ends[0], ends[1])
        return self._moved[by, number]

    def slope(self, of: str, by: str, number: int) -> Any:
        """d of / d by."""
        if (of, by, number) not in self._slopes:
            more, less = self.moved(by, number)
            self._slopes[of, by, number] = (more[of] - less[of]) / (2 * STEP)
        return self._slopes[of, by, number]

    def value(self, tree: Node, values: State, number: int | None = None) -> Any:
        """What a tree is worth; NotComputableError where it names something that the network does not have."""

        def lookup(node: Reference | Name) -> Any:
            if not isinstance(node, Name):
                raise NotComputableError("a cell, not a quantity")
            name = self.resolve(node.text)
            if name is not None and name in values:
                return values[name]
            of, _, by = (name or "").partition("/")
            if number is None or not by or not {of, by} <= self.names:
                raise NotComputableError(f"{node.text} is no quantity of the network")
            return self.slope(of, by, number)

        return evaluate(self._grounded(tree, number), lookup, _no_area, MPMATH)

    def _grounded(self, tree: Node, number: int | None) -> Node:
        """The tree with each ∂(...)/∂x replaced by its number in that state."""

        def number_of(node: Node) -> Node:
            if not isinstance(node, Call) or node.function != DERIVATIVE:
                return node
            by = (
                self.resolve(node.arguments[1].text)
                if len(node.arguments) == 2 and isinstance(node.arguments[1], Name)
                else None
            )
            if by is None or by not in {*self.given, *self.computed} or number is None:
                raise NotComputableError("a derivative by what does not move")
            more, less = (self.value(node.arguments[0], values) for values in self.moved(by, number))
            exact = (more - less) / (2 * STEP)
            text = EXACT.nstr(abs(exact), 40, min_fixed=-EXACT.inf, max_fixed=EXACT.inf)
            return Unary("-", Number(text)) if exact < 0 else Number(text)

        return transform(tree, number_of)

    def equal(self, tree: Node, target: str, update: bool) -> bool:
        """Whether a tree is the quantity, or the weight of the next epoch; NotComputableError where it has no value."""
        for number in range(STATES):
            values = self.state(number)
            of, _, by = target.partition("/")
            expected = values[target] if target in values else self.slope(of, by, number)
            if update:
                expected = expected - values[ETA] * self._gradient(target, number)
            if abs(self.value(tree, values, number) - expected) > CLOSE * (1 + abs(expected)):
                return False
        return True

    def _gradient(self, weight: str, number: int) -> Any:
        """d of the loss / d of a weight."""
        known = self.state(number).get(f"dE_d{weight}")
        return known if known is not None else self.slope(self.loss, weight, number)

    @property
    def loss(self) -> str:
        """What is computed last."""
        return self.forward[-1][0]


def _draw(source: random.Random) -> Any:
    return MPMATH.number(Fraction(source.randint(100_000, 1_900_000), 1_000_000))


def _no_area(_: Area) -> list[Any]:
    raise NotComputableError("an area of cells")
