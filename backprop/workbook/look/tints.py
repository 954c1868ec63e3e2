"""What a quantity of an epoch table is, and the tint of its columns: data, weights, forward pass, loss, gradient."""

from collections.abc import Iterable, Mapping

from sympy import Symbol

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import EPOCH_LOSS, Equation, sample_name
from backprop.epochs.columns import Group
from backprop.workbook.look.style import MIST

# kind -> the tint of its headings, and the paler one of its cells
TINTS = {
    "count": (MIST, None),
    "data": (MIST, None),
    "weights": ("D5E5F8", "F3F8FE"),
    "forward": ("D3F0DC", "F2FBF5"),
    "loss": ("F9D9E5", "FEF4F8"),
    "gradient": ("E3DBF9", "F8F5FE"),
    "state": ("CDEEF2", "F0FBFC"),
}


def kinds(derivation: Derivation) -> dict[str, str]:
    """The kind of each column by its name; what is not there is a count, like the epoch."""
    found = dict.fromkeys(_names(derivation.inputs + derivation.targets), "data")
    found |= dict.fromkeys(_names(derivation.parameters), "weights")
    found |= dict.fromkeys(_targets(derivation.forward), "forward")
    found |= dict.fromkeys((*_targets(derivation.loss), EPOCH_LOSS), "loss")
    backward = derivation.deltas + derivation.gradient + derivation.input_gradient
    found |= dict.fromkeys(_targets(backward), "gradient")
    found |= dict.fromkeys(_targets(derivation.states), "state")
    for name in derivation.per_sample:
        for sample in range(1, derivation.network.batch + 1):
            found[sample_name(name, sample)] = found[name]
    return found


def constants(derivation: Derivation) -> frozenset[str]:
    """The columns that hold the same number in every epoch: data, unless samples take turns; parameters not trained."""
    found = set(_names(derivation.parameters)) - set(_names(derivation.trained))
    if not derivation.takes_turns:
        data = _names(derivation.inputs + derivation.targets)
        found |= set(data) | {sample_name(name, n) for name in data for n in range(1, derivation.network.batch + 1)}
    return frozenset(found)


def firsts(groups: Iterable[Group], kinds: Mapping[str, str]) -> frozenset[str]:
    """The columns before which a rule stands: the first of each titled group, and of each kind inside a group."""
    found = set()
    for group in filter(lambda group: group.title, groups):
        before = None
        for name in group.names:
            if kinds.get(name) != before or name == group.names[0]:
                found.add(name)
            before = kinds.get(name)
    return frozenset(found)


def _names(symbols: Iterable[Symbol]) -> list[str]:
    return [symbol.name for symbol in symbols]


def _targets(equations: Iterable[Equation]) -> list[str]:
    return [equation.target.name for equation in equations]
