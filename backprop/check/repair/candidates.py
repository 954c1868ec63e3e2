"""Changes to try on a wrong formula, the likeliest first: one reference, operator, sign, number, factor, bracket, `$`.

Every change is tried and proved; nothing is guessed from how a formula looks.
"""

from collections.abc import Callable, Iterator, Sequence

from backprop.check.findings import Kind
from backprop.check.repair.brackets import bracket_changes
from backprop.check.repair.changes import Candidates
from backprop.check.repair.trees import Replace, positions, substitute
from backprop.spreadsheet.formula import HOLE, Binary, Bracket, Node, Number, Reference, Unary, references, walk

StandIns = Callable[[Reference], list[Reference]]  # what could stand in a reference's place
LONGEST = 500  # nodes of a formula whose repair is looked for: each of its places costs as much as the formula is long
_OPERATORS = "+-*/^"


def candidate_changes(
    tree: Node, stand_ins: StandIns, row: int, column: int, transposed: bool = False, biases: Sequence[Node] = ()
) -> Iterator[Candidates]:
    """Changes to try, the likeliest first. `stand_ins` gives the references that could stand in a reference's place.

    `biases` are what may be forgotten as a term, as references or as numbers.
    """

    def kind(old: Reference, new: Reference) -> Kind:
        return _reference_kind(_turned(old), _turned(new)) if transposed else _reference_kind(old, new)

    if sum(1 for _ in walk(tree)) > LONGEST:
        return
    distinct = list(dict.fromkeys(references(tree)))
    candidates = {old: [new for new in stand_ins(old) if new != old] for old in distinct}
    for old in distinct:
        yield Candidates(substitute(tree, old, HOLE), [(kind(old, new), new, old, new) for new in candidates[old]])
    places = list(positions(tree))
    for node, rebuild in places:
        if isinstance(node, Reference):
            changes = [(kind(node, new), new, node, new) for new in candidates[node]]
            yield Candidates(rebuild(HOLE), changes)
    for node, rebuild in places:
        numbers = [(Kind.WRONG_NUMBER, bias) for bias in biases if isinstance(node, Number) and bias != node]
        others = [*_operators(node), *_numbers(node), *numbers]
        yield Candidates(rebuild(HOLE), [(kind, new, node, new) for kind, new in others])
    if biases:
        yield Candidates(Binary("+", tree, HOLE), [(Kind.MISSING_FACTOR, bias, None, bias) for bias in biases])
    yield from bracket_changes(tree, row, column)
    yield from _factors(places, stand_ins(Reference(0, 0)))


def _turned(old: Reference) -> Reference:
    """The reference as it would be in the transposed sheet."""
    return Reference(old.column, old.row, old.fixed_column, old.fixed_row, old.sheet)


def _reference_kind(old: Reference, new: Reference) -> Kind:
    if old.fixed_row and not new.fixed_row:
        return Kind.FROZEN_ROW
    if new.fixed_row and new.fixed_column and not old.fixed_row:
        return Kind.MISSING_ABSOLUTE
    return Kind.WRONG_ROW if old.column == new.column and old.sheet == new.sheet else Kind.WRONG_REFERENCE


def _operators(node: Node) -> Iterator[tuple[Kind, Node]]:
    match node:
        case Binary(operator, left, right):
            for other in _OPERATORS:
                if other != operator:
                    sign = {operator, other} == {"+", "-"}
                    yield Kind.SIGN if sign else Kind.WRONG_OPERATOR, Binary(other, left, right)
            if operator == "-":
                yield Kind.SIGN, Binary("-", right, left)
        case Unary("-", operand):
            yield Kind.SIGN, operand
    if not isinstance(node, Number):
        yield Kind.SIGN, Unary("-", node if not isinstance(node, Binary) else Bracket(node))


def _numbers(node: Node) -> Iterator[tuple[Kind, Node]]:
    if isinstance(node, Number):
        yield from (
            (Kind.WRONG_NUMBER, Number(text)) for text in ("1", "2", "0.5", "4", "0", "-1") if text != node.text
        )


def _factors(places: list[tuple[Node, Replace]], readable: list[Reference]) -> Iterator[Candidates]:
    for node, rebuild in places:
        extra = Kind.EXTRA_FACTOR
        match node:
            case Binary("*" | "+" | "-", left, right):
                yield Candidates(rebuild(HOLE), [(extra, left, right, None), (extra, right, left, None)])
            case Binary("/", left, right):
                yield Candidates(rebuild(HOLE), [(extra, left, right, None)])
    factors: list[Node] = [*readable]
    factors += [Bracket(Binary("-", Number("1"), reference)) for reference in readable]
    factors += [Bracket(Binary("-", one, two)) for one in readable for two in readable if one != two]
    factors += [Number("0.5"), Number("2")]
    for node, rebuild in places:
        if isinstance(node, Binary | Bracket | Reference | Unary):
            whole = Bracket(node) if isinstance(node, Binary) and node.operator in "+-" else node
            yield Candidates(
                rebuild(Binary("*", whole, HOLE)), [(Kind.MISSING_FACTOR, factor, node, factor) for factor in factors]
            )
