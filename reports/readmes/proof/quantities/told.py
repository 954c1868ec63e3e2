"""A network as a text tells it: its own forward equations, whatever they are called and however many there are.

h1 = w1·x1 + b1, y = σ(h1), E = ½(t − y)² are a network; what no equation gives is given. Its derivatives are those of
these equations, so that other networks, other letters and biases need no names that are known beforehand.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from backprop.spreadsheet.formula import Name, Node, NotComputableError, walk
from reports.readmes.proof.quantities.eight import is_rate
from reports.readmes.proof.quantities.states import ETA, STATES, Quantities

_LOSSES = ("etotal", "etot", "et", "e", "totalerror", "error", "totalloss", "loss", "l", "j", "c", "cost")
LEAST = 4  # equations of a forward pass
MOST = 200


def told_network(equations: Iterable[tuple[str, Node]]) -> Quantities | None:
    """The network of equations "name = tree", in any order; None where they make none with a loss that ends it.

    Of several equations for one name the first counts that closes no circle.
    """
    trees: dict[str, Node] = {}
    for name, tree in equations:
        key = _key(name)
        if key in trees or len(trees) >= MOST or key in _reached(tree, trees):
            continue
        if any(node.text.startswith("∂") or is_rate(node.text) for node in walk(tree) if isinstance(node, Name)):
            continue
        trees[key] = tree
    order = _order(trees)
    if len(order) < LEAST:
        return None
    read = {key for tree in trees.values() for key in _names(tree)}
    ends = [key for key in order if key not in read]
    loss = next((name for name in _LOSSES if name in ends), None)
    if loss is None:
        return None
    order = [key for key in order if key != loss] + [loss]
    given = sorted(read - trees.keys())
    names = _Names(frozenset((*given, *order)), loss)
    network = Quantities(given, [(key, trees[key]) for key in order], (), names.resolve)
    try:
        for number in range(STATES):
            network.state(number)
    except (NotComputableError, KeyError):
        return None
    return network


class _Names:
    """The names of a told network: as its equations have them, but for signs between letters."""

    def __init__(self, known: frozenset[str], loss: str) -> None:
        self.known = known
        self.loss = loss

    def resolve(self, text: str) -> str | None:
        """The quantity of a name; "of/by" of a derivative."""
        if text.startswith("∂"):
            of, _, by = (part.removeprefix("∂") for part in text.partition("/"))
            names = (self.resolve(of), self.resolve(by))
            return None if None in names else "/".join(map(str, names))
        key = _key(text)
        if key in self.known:
            return key
        if is_rate(text):
            return ETA
        other = re.sub(r"0(?=\d$)", "o", key)
        if other in self.known:
            return other
        return self.loss if key in _LOSSES else None


def _key(name: str) -> str:
    return re.sub(r"[\s_{}\\()]", "", name).lower()


def _names(tree: Node) -> list[str]:
    return [_key(node.text) for node in walk(tree) if isinstance(node, Name)]


def _reached(tree: Node, trees: dict[str, Node]) -> set[str]:
    """Every name that a tree needs, itself or by other equations."""
    found: set[str] = set()
    open_ = _names(tree)
    while open_:
        name = open_.pop()
        if name not in found:
            found.add(name)
            open_ += _names(trees[name]) if name in trees else []
    return found


def _order(trees: dict[str, Node]) -> list[str]:
    """The equations so that each needs earlier ones only."""
    order: list[str] = []
    while len(order) < len(trees):
        ready = [
            name for name, tree in trees.items()
            if name not in order and all(read in order or read not in trees for read in _names(tree))
        ]  # fmt: skip
        if not ready:
            return []
        order += ready
    return order


def aliased(network: Quantities, aliases: dict[str, str]) -> Quantities:
    """The same network, some names of which mean other quantities of it."""

    def resolve(text: str) -> str | None:
        for name, meant in aliases.items():
            text = re.sub(rf"(?<![\w]){re.escape(name)}(?![\w])", meant, text)
        return network.resolve(text)

    return Quantities(network.given, network.forward, network.backward, resolve)


def likely(unknown: str, network: Quantities) -> Sequence[str]:
    """The quantities that a misspelt name may mean: those of which it repeats or leaves out letters."""
    key = _key(unknown)
    plain = re.sub(r"(.)\1+", r"\1", key)
    single = {re.sub(r"(.)\1+", r"\1", a + b[1:]) for a, b in pairwise([key, key])}
    near = {plain, *single, *(key[:at] + key[at + 1 :] for at in range(len(key)))}
    return [name for name in sorted(network.names) if _key(name) in near]
