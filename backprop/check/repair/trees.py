"""Formula trees with a part exchanged, and what their shape tells."""

from collections.abc import Callable, Iterator

from backprop.spreadsheet.formula import (
    HOLE,
    Binary,
    Bracket,
    Call,
    Name,
    Node,
    Number,
    Reference,
    Unary,
    children,
    transform,
    walk,
)
from backprop.spreadsheet.formula.tree import with_children

Replace = Callable[[Node], Node]


def positions(tree: Node) -> Iterator[tuple[Node, Replace]]:
    """Every node of the tree, with a function that puts another in its place and returns the whole."""

    def below(node: Node, rebuild: Replace) -> Iterator[tuple[Node, Replace]]:
        yield node, rebuild
        siblings = children(node)
        for index, child in enumerate(siblings):
            before, after = siblings[:index], siblings[index + 1 :]
            yield from below(
                child,
                lambda new, before=before, after=after: rebuild(with_children(node, (*before, new, *after))),  # type: ignore[misc]
            )

    yield from below(tree, lambda new: new)


def substitute(tree: Node, old: Node, new: Node) -> Node:
    """The tree with every occurrence of a node exchanged."""
    return transform(tree, lambda node: new if node == old else node)


def shape(tree: Node) -> Node:
    """The formula with every reference made alike."""
    return transform(tree, lambda node: HOLE if isinstance(node, Reference) else node)


def without_let(tree: Node) -> Node:
    """The formula with what each name of a LET stands for written where the name stood."""
    return transform(tree, _written_out)


def _written_out(node: Node) -> Node:
    if not isinstance(node, Call) or node.function.upper().removeprefix("_XLFN.") != "LET":
        return node
    *named, last = node.arguments
    if len(named) % 2 or not all(isinstance(name, Name) for name in named[::2]):
        return node
    for index in range(len(named) - 2, -1, -2):  # a later value may use an earlier name
        name, value = named[index], named[index + 1]
        whole = value if isinstance(value, Number | Reference | Call) else Bracket(value)
        last = substitute(last, name, whole)
    return last


def negated(tree: Node) -> Node:
    """The formula with the other sign, written as one would."""
    match tree:
        case Unary("-", Bracket(inside)) | Unary("-", inside):
            return inside
        case Binary("*" | "/", Unary() as left, right):
            return Binary(tree.operator, negated(left), right)
        case Binary("-", left, right):
            return Binary("-", right, Bracket(left) if isinstance(left, Binary) and left.operator in "+-" else left)
        case Binary("*" | "/") | Reference() | Call() | Bracket() | Number():
            return Unary("-", tree)
    return Unary("-", Bracket(tree))


def product_with_complement(tree: Node, reference: Reference) -> bool:
    """Whether the tree multiplies by x*(1 - x) of that reference, the sigmoid's derivative."""

    def is_complement(node: Node) -> bool:
        match node:
            case Bracket(inside):
                return is_complement(inside)
            case Binary("-", Number(text), right):
                return text == "1" and right == reference
        return False

    return any(map(is_complement, walk(tree))) and reference in children_of_products(tree)


def children_of_products(tree: Node) -> set[Node]:
    """The factors that stand in any product of the tree."""
    return {
        child for node in walk(tree) if isinstance(node, Binary) and node.operator == "*" for child in children(node)
    }
