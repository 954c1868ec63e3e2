"""What is mistaken in the formulas of optimisers: a square, a root, a power of the step, or two numbers exchanged."""

from collections.abc import Iterator
from itertools import combinations

from backprop.check.findings import Kind
from backprop.check.repair.trees import positions, substitute
from backprop.spreadsheet.formula import HOLE, Binary, Bracket, Call, Node, Number, Reference, references, walk


def optimiser_changes(tree: Node) -> Iterator[tuple[Kind, Node]]:
    """A formula with one of these mistakes undone, the likeliest first."""
    own = list(dict.fromkeys(references(tree)))
    for one, two in combinations(own, 2):
        yield Kind.WRONG_REFERENCE, substitute(substitute(substitute(tree, one, HOLE), two, one), HOLE, two)
    powers = dict.fromkeys(node.right for node in walk(tree) if isinstance(node, Binary) and node.operator == "^")
    for node, rebuild in positions(tree):
        match node:
            case Reference():
                yield Kind.MISSING_FACTOR, rebuild(Binary("^", node, Number("2")))
                for power in powers:
                    yield Kind.MISSING_FACTOR, rebuild(Binary("^", node, power))
            case Binary("^", base, _):
                yield Kind.WRONG_FORMULA, rebuild(base)
            case Binary("/", above, below):
                for changed in _with_root(below):
                    yield Kind.WRONG_FORMULA, rebuild(Binary("/", above, changed))


def _with_root(below: Node) -> Iterator[Node]:
    """What a fraction stands over, or its first summand, beneath a root."""
    match below:
        case Bracket(Binary("+", one, small)):
            yield Bracket(Binary("+", Call("SQRT", (_bare(one),)), small))
            yield Call("SQRT", (Binary("+", one, small),))
        case _:
            yield Call("SQRT", (_bare(below),))


def _bare(node: Node) -> Node:
    return node.inside if isinstance(node, Bracket) else node
