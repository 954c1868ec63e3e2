"""Parts of a formula, the ways to them, and the formula with another part in their place."""

from collections.abc import Iterator

from backprop.spreadsheet.formula import Binary, Bracket, Call, Node, Unary

Path = tuple[int, ...]


def below(node: Node) -> list[Node]:
    match node:
        case Unary(_, operand):
            return [operand]
        case Binary(_, left, right):
            return [left, right]
        case Bracket(inside):
            return [inside]
        case Call(_, arguments):
            return list(arguments)
    return []


def paths(node: Node, here: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every part of a formula and the way to it."""
    yield here, node
    for number, child in enumerate(below(node)):
        yield from paths(child, (*here, number))


def put(node: Node, path: Path, new: Node) -> Node:
    """The formula with another part at the end of that way."""
    if not path:
        return new
    parts = below(node)
    parts[path[0]] = put(parts[path[0]], path[1:], new)
    match node:
        case Unary(operator, _):
            return Unary(operator, parts[0])
        case Binary(operator, _, _):
            return Binary(operator, *parts)
        case Bracket():
            return Bracket(parts[0])
        case Call(function, _):
            return Call(function, tuple(parts))
    raise ValueError(node)
