"""Formula trees with a part exchanged, and what their shape tells."""

from collections.abc import Callable, Iterator

from backprop.spreadsheet.formula import HOLE, Binary, Bracket, Node, Number, Reference, children, transform, walk
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
