"""Changes of a formula's shape: a range longer or shorter, another function of the same kind, a transposition."""

from collections.abc import Iterator
from dataclasses import replace

from backprop.check.findings import Kind
from backprop.check.repair.trees import positions
from backprop.spreadsheet.formula import Area, Binary, Bracket, Call, Node, Number, Reference, references, transform

AGGREGATES = ("SUM", "AVERAGE", "SUMSQ")
ALIKE = (AGGREGATES, ("SUM", "MAX", "MIN", "MEDIAN", "COUNT", "PRODUCT"), ("SUMPRODUCT", "SUMXMY2", "SUMX2MY2"))
NEAR = 3  # rows and columns by which an end of a range may be wrong


def shape_changes(tree: Node) -> Iterator[tuple[Kind, Node]]:
    """Every such change, the smallest first."""
    places = list(positions(tree))
    for node, rebuild in places:
        if isinstance(node, Area):
            yield from ((Kind.WRONG_REFERENCE, rebuild(area)) for area in _stretched(node))
    if sum(isinstance(node, Area) for node, _ in places) > 1:
        yield from ((Kind.WRONG_REFERENCE, changed) for changed in _together(tree))
    for node, rebuild in places:
        match node:
            case Call("TRANSPOSE" | "ABS" | "SQRT", (inside,)):
                yield Kind.WRONG_FORMULA, rebuild(Bracket(inside) if isinstance(inside, Binary) else inside)
            case Call(function, arguments):
                for name in _others(function):
                    yield Kind.WRONG_OPERATOR, rebuild(Call(name, arguments))
                if function.upper() == "MMULT" and len(arguments) == 2:
                    one, two = arguments
                    yield Kind.WRONG_FORMULA, rebuild(Call(function, (two, one)))
            case Area():
                yield Kind.WRONG_FORMULA, rebuild(Call("TRANSPOSE", (node,)))
    for node, rebuild in places:  # 1 − (t − a) for 1 − a
        match node:
            case Binary("-", Number() as one, Bracket(Binary("-", _, _) as difference)):
                for reference in dict.fromkeys(references(difference)):
                    yield Kind.WRONG_FORMULA, rebuild(Binary("-", one, reference))


def _stretched(area: Area) -> Iterator[Area]:
    """The range with one end elsewhere, and the whole range moved."""
    for by in range(1, NEAR + 1):
        for sign in (1, -1):
            for row, column in ((by * sign, 0), (0, by * sign)):
                first, last = _moved(area.first, row, column), _moved(area.last, row, column)
                yield replace(area, last=last)
                yield replace(area, first=first)
                yield replace(area, first=first, last=last)


def _together(tree: Node) -> Iterator[Node]:
    """All ranges longer or shorter at the same end."""

    def with_end(last: bool, row: int, column: int) -> Node:
        def stretched(node: Node) -> Node:
            if not isinstance(node, Area):
                return node
            end = _moved(node.last if last else node.first, row, column)
            return replace(node, last=end) if last else replace(node, first=end)

        return transform(tree, stretched)

    for by in range(1, NEAR + 1):
        for row, column in ((by, 0), (-by, 0), (0, by), (0, -by)):
            yield with_end(True, row, column)
            yield with_end(False, row, column)


def _moved(reference: Reference, row: int, column: int) -> Reference:
    return replace(reference, row=reference.row + row, column=reference.column + column)


def _others(function: str) -> Iterator[str]:
    for names in ALIKE:
        if function.upper() in names:
            yield from (name for name in names if name != function.upper())
