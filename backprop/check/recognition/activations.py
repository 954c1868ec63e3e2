"""Which formulas are an activation of one other cell, told from what they give for a few numbers."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from backprop.check.proof.model import Model
from backprop.check.proof.printed import printed_functions
from backprop.functions.activations import ACTIVATIONS
from backprop.spreadsheet.arithmetic import NUMPY
from backprop.spreadsheet.book import Book
from backprop.spreadsheet.evaluate import evaluate
from backprop.spreadsheet.formula import Node, NotComputableError, Reference, references

ELEMENTWISE = tuple(row.name for row in ACTIVATIONS.values() if row.function is not None)
PROBES = np.array([-1.5, 0.25, 2.0])

Array = NDArray[np.float64]


def activation_trees(book: Book, model: Model) -> dict[int, Reference]:
    """The formulas that are one of the network's activations of one other cell, and that cell."""
    used = {layer.activation for layer in model.network.layers} - {"identity", "softmax"}
    known = at_probes(used)
    cells_read = {}
    for number, tree in enumerate(book.trees):
        if not isinstance(tree, str | Reference) and activation_of(tree, known):
            cells_read[number] = next(references(tree))
    return cells_read


def at_probes(activations: Collection[str] = ELEMENTWISE) -> dict[str, Array]:
    """What each activation gives for the probes."""
    return {name: _at_probes(name) for name in sorted(activations)}


def activation_of(tree: Node, known: dict[str, Array]) -> str | None:
    """The one of these activations that a formula is of the only cell that it reads."""
    if len(set(references(tree))) != 1:
        return None
    try:
        with np.errstate(all="ignore"):
            result = evaluate(tree, lambda _: PROBES, lambda _: [], NUMPY)
        equal = (name for name, value in known.items() if np.all(np.abs(result - value) < 1e-12))
        return next(equal, None)
    except (NotComputableError, TypeError):
        return None


def _at_probes(activation: str) -> Array:
    function = ACTIVATIONS[activation].function
    assert function is not None
    spelled = function.numpy.format("z", all="z")
    values: Array = eval(spelled, {**printed_functions(NUMPY), "z": PROBES})  # spelled here: no text from a file
    return values
