"""The quantities of the 8-weight network on random states, to 40 digits: what formulas are held against."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from backprop.derivation.derive import Derivation, derive
from backprop.derivation.written_names import is_learning_rate, quantity
from backprop.network import DEFAULT_NETWORK
from backprop.network.load import load_network
from backprop.printers.latex import LatexPrinter
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
from reports.readmes.reading.formulas import DERIVATIVE, parse_tokens, tokenize

STATES = 2
STEP = EXACT.mpf(10) ** -13  # of central differences, which are right to about 25 digits
CLOSE = EXACT.mpf(10) ** -18

State = Mapping[str, Any]


@dataclass(frozen=True)
class Reference8:
    """The derivation's equations as trees, in an order in which they can be computed."""

    derivation: Derivation
    forward: tuple[tuple[str, Node], ...]  # forward pass and losses
    backward: tuple[tuple[str, Node], ...]

    @property
    def names(self) -> frozenset[str]:
        """Every quantity that has a value."""
        given = (*self.derivation.inputs, *self.derivation.targets, *self.derivation.weights)
        return frozenset((*(s.name for s in given), *(name for name, _ in self.forward + self.backward), "eta"))


@cache
def reference() -> Reference8:
    """The 8-weight network's."""
    derivation = derive(load_network(DEFAULT_NETWORK))
    printer = LatexPrinter()

    def trees(equations: Any) -> tuple[tuple[str, Node], ...]:
        texts = (printer.equation(equation).partition("=")[2] for equation in equations)
        names = (equation.target.name for equation in equations)
        return tuple((name, parse_tokens(tokenize(text))) for name, text in zip(names, texts, strict=True))

    return Reference8(
        derivation,
        trees(derivation.forward + derivation.loss),
        trees(derivation.deltas + derivation.gradient),
    )


@cache
def state(number: int) -> State:
    """One whole epoch: random inputs, targets, weights and learning rate, everything else computed."""
    source = random.Random(number)
    known = reference().derivation
    given = (*known.inputs, *known.targets, *known.weights)
    values = {name: _draw(source) for name in (*(symbol.name for symbol in given), "eta")}
    for name, tree in reference().forward + reference().backward:
        values[name] = value(tree, values)
    return values


@lru_cache(maxsize=256)
def moved(by: str, number: int) -> tuple[State, State]:
    """The states in which `by` is a little more and a little less, and all that is computed from it follows."""
    ends = []
    for step in (STEP, -STEP):
        values = dict(state(number))
        values[by] = values[by] + step
        for name, tree in reference().forward:
            if name != by:
                values[name] = value(tree, values)
        ends.append(values)
    return ends[0], ends[1]


@lru_cache(maxsize=1024)
def slope(of: str, by: str, number: int) -> Any:
    """d of / d by."""
    more, less = moved(by, number)
    return (more[of] - less[of]) / (2 * STEP)


def grounded(tree: Node, number: int | None) -> Node:
    """The tree with each ∂(...)/∂x replaced by its number in that state; NotComputableError where x does not move."""

    def number_of(node: Node) -> Node:
        if not isinstance(node, Call) or node.function != DERIVATIVE:
            return node
        by = (
            resolve(node.arguments[1].text)
            if len(node.arguments) == 2 and isinstance(node.arguments[1], Name)
            else None
        )
        if by not in _moving() or number is None:
            raise NotComputableError("a derivative by what does not move")
        more, less = (value(node.arguments[0], values) for values in moved(by, number))
        exact = (more - less) / (2 * STEP)
        text = EXACT.nstr(abs(exact), 40, min_fixed=-EXACT.inf, max_fixed=EXACT.inf)
        return Unary("-", Number(text)) if exact < 0 else Number(text)

    return transform(tree, number_of)


def value(tree: Node, values: State, number: int | None = None) -> Any:
    """What a tree is worth; NotComputableError where it names something that the network does not have."""

    def lookup(node: Reference | Name) -> Any:
        if not isinstance(node, Name):
            raise NotComputableError("a cell, not a quantity")
        name = resolve(node.text)
        if name is not None and name in values:
            return values[name]
        of, _, by = (name or "").partition("/")
        if number is None or not by:
            raise NotComputableError(f"{node.text} is no quantity of the network")
        return slope(of, by, number)

    return evaluate(grounded(tree, number), lookup, _no_area, MPMATH)


@lru_cache(maxsize=4096)
def resolve(text: str) -> str | None:
    """The quantity that a name means: a_h1 for out_h1, dE_dw5 for ∂E/∂w5, "E1/a_o1" for ∂E1/∂a_o1."""
    if text.startswith("∂"):
        of, _, by = text.partition("/")
        names = [resolve(part.removeprefix("∂")) for part in (of, by)]
        if None in names or not set(names) <= _moving():
            return None
        weight = f"dE_d{names[1]}"
        return weight if names[0] == "E_total" and weight in reference().names else "/".join(map(str, names))
    if text.startswith("d") and "_d" in text and (name := quantity(text)) in reference().names:
        return name
    if (is_learning_rate(text) and len(text) > 1) or text == "η":
        return "eta"
    name = quantity(text)
    if name not in reference().names:  # a zero for the letter o; the total loss cut short
        name = quantity(re.sub(r"_?0(?=\d$)", "_o", text)) if re.search(r"0\d$", text) else name
        name = "E_total" if re.fullmatch(r"e_?tot", text, re.IGNORECASE) else name
    return name if name in reference().names else None


@cache
def _moving() -> frozenset[str]:
    """What is computed, and the weights."""
    return frozenset((*(name for name, _ in reference().forward), *(s.name for s in reference().derivation.weights)))


def equal(tree: Node, target: str, update: bool) -> bool:
    """Whether a tree is the quantity, or the weight of the next epoch; NotComputableError where it has no value."""
    for number in range(STATES):
        values = state(number)
        of, _, by = target.partition("/")
        expected = values[target] if target in values else slope(of, by, number)
        if update:
            expected = expected - values["eta"] * values[f"dE_d{target}"]
        if abs(value(tree, values, number) - expected) > CLOSE * (1 + abs(expected)):
            return False
    return True


def _draw(source: random.Random) -> Any:
    return MPMATH.number(Fraction(source.randint(100_000, 1_900_000), 1_000_000))


def _no_area(_: Area) -> list[Any]:
    raise NotComputableError("an area of cells")
