"""Changes of a formula's shape: a range longer or shorter, another function of the same kind, a transposition."""

from collections.abc import Iterator
from dataclasses import replace

from backprop.check.findings import Kind
from backprop.check.repair.trees import positions
from backprop.spreadsheet.formula import Area, Binary, Bracket, Call, Node, Number, Reference, references, transform

AGGREGATES = ("SUM", "AVERAGE", "SUMSQ")
ALIKE = (
    AGGREGATES,
    ("ABS", "SIGN"),
    ("SUM", "MAX", "MIN", "MEDIAN", "COUNT", "PRODUCT"),
    ("SUMPRODUCT", "SUMXMY2", "SUMX2MY2"),
)
WEIGHTS = 8  # columns beside one that is added up in which what it is to be multiplied with may stand
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
            case Binary("^", base, Number("2")):
                yield Kind.EXTRA_FACTOR, rebuild(base)
            case Call("SUMPRODUCT", arguments) if len(arguments) > 1:
                for place in range(len(arguments)):
                    left = arguments[:place] + arguments[place + 1 :]
                    yield Kind.EXTRA_FACTOR, rebuild(Call("SUMPRODUCT" if len(left) > 1 else "SUM", left))
            case Call("SUM" | "AVERAGE", (Area() as area,)):
                yield from ((Kind.MISSING_FACTOR, rebuild(changed)) for changed in _weighted(node.function, area))
    for node, rebuild in places:
        match node:
            case Call("TRANSPOSE" | "ABS" | "SQRT", (inside,)):
                yield Kind.WRONG_FORMULA, rebuild(Bracket(inside) if isinstance(inside, Binary) else inside)
                yield from ((Kind.WRONG_OPERATOR, rebuild(Call(name, (inside,)))) for name in _others(node.function))
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


def count_changes(tree: Node) -> Iterator[tuple[Kind, Node]]:
    """A part of the formula as often as there are samples, and over their number."""
    places = list(positions(tree))
    areas = dict.fromkeys(node for node, _ in places if isinstance(node, Area))
    for node, rebuild in places:
        if areas and node is not tree and isinstance(node, Reference | Bracket | Call):
            for count in (Call("COUNT", (area,)) for area in areas):
                yield Kind.MISSING_FACTOR, rebuild(Binary("*", count, node))
                yield Kind.MISSING_FACTOR, rebuild(Binary("/", node, count))


def _weighted(function: str, area: Area) -> Iterator[Node]:
    """The sum or mean of a column, or a row, times another one beside it: an input that was left out."""
    for by in (sign * step for step in range(1, WEIGHTS + 1) for sign in (-1, 1)):
        row, column = (0, by) if area.first.column == area.last.column else (by, 0)
        beside = replace(area, first=_moved(area.first, row, column), last=_moved(area.last, row, column))
        added = Call("SUMPRODUCT", (area, beside))
        yield added if function == "SUM" else Binary("/", added, Call("COUNT", (area,)))


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
