"""The smallest change that makes a wrong formula right: one reference, operator, sign, number, factor, bracket or `$`.

Every change is tried and proved; nothing is guessed from how a formula looks.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from backprop.check.findings import Kind
from backprop.check.proof.evaluator import HOLE
from backprop.spreadsheet.formula import (
    Binary,
    Bracket,
    Call,
    FormulaError,
    Node,
    Number,
    Reference,
    Unary,
    children,
    parse,
    references,
    render,
)

MOST_BRACKET_TRIALS = 4_000
_OPERATORS = "+-*/^"
_OPERAND = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]+|[0-9]+\.?[0-9]*(?:E[+-]?[0-9]+)?|[A-Z]+\(|[()*/+^,-]|.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Repair:
    """A change, what it makes of the formula, and which parts it exchanged."""

    kind: Kind
    tree: Node
    old: Node | None = None
    new: Node | None = None


Replace = Callable[[Node], Node]


def positions(tree: Node) -> Iterator[tuple[Node, Replace]]:
    """Every node of the tree, with a function that puts another in its place and returns the whole."""

    def walk(node: Node, rebuild: Replace) -> Iterator[tuple[Node, Replace]]:
        yield node, rebuild
        match node:
            case Unary(operator, operand):
                yield from walk(operand, lambda new: rebuild(Unary(operator, new)))
            case Binary(operator, left, right):
                yield from walk(left, lambda new: rebuild(Binary(operator, new, right)))
                yield from walk(right, lambda new: rebuild(Binary(operator, left, new)))
            case Bracket(inside):
                yield from walk(inside, lambda new: rebuild(Bracket(new)))
            case Call(function, arguments):
                for index, argument in enumerate(arguments):
                    before, after = arguments[:index], arguments[index + 1 :]
                    yield from walk(
                        argument,
                        lambda new, b=before, a=after: rebuild(Call(function, (*b, new, *a))),  # type: ignore[misc]
                    )

    yield from walk(tree, lambda new: new)


def substitute(tree: Node, old: Node, new: Node) -> Node:
    """The tree with every occurrence of a node exchanged."""
    if tree == old:
        return new
    match tree:
        case Unary(operator, operand):
            return Unary(operator, substitute(operand, old, new))
        case Binary(operator, left, right):
            return Binary(operator, substitute(left, old, new), substitute(right, old, new))
        case Bracket(inside):
            return Bracket(substitute(inside, old, new))
        case Call(function, arguments):
            return Call(function, tuple(substitute(argument, old, new) for argument in arguments))
    return tree


def shape(tree: Node) -> Node:
    """The formula with every reference made alike."""
    for reference in set(references(tree)):
        tree = substitute(tree, reference, HOLE)
    return tree


Candidates = Callable[[Reference], list[Reference]]


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of one place: `template` is the formula with HOLE there; (kind, what takes its place, old, new) each."""

    template: Node
    changes: Sequence[tuple[Kind, Node, Node | None, Node | None]]

    def repair(self, index: int) -> Repair:
        """One of the changes, carried out."""
        kind, node, old, new = self.changes[index]
        return Repair(kind, node if self.template is HOLE else substitute(self.template, HOLE, node), old, new)


def trials(
    tree: Node, stand_ins: Candidates, row: int, column: int, transposed: bool = False, biases: Sequence[Node] = ()
) -> Iterator[Changes]:
    """Changes to try, the likeliest first. `stand_ins` gives the references that could stand in a reference's place.

    `biases` are what may be forgotten as a term, as references or as numbers.
    """

    def kind(old: Reference, new: Reference) -> Kind:
        return _reference_kind(_turned(old), _turned(new)) if transposed else _reference_kind(old, new)

    distinct = list(dict.fromkeys(references(tree)))
    candidates = {old: [new for new in stand_ins(old) if new != old] for old in distinct}
    for old in distinct:
        yield Changes(substitute(tree, old, HOLE), [(kind(old, new), new, old, new) for new in candidates[old]])
    places = list(positions(tree))
    for node, rebuild in places:
        if isinstance(node, Reference):
            changes = [(kind(node, new), new, node, new) for new in candidates[node]]
            yield Changes(rebuild(HOLE), changes)
    for node, rebuild in places:
        numbers = [(Kind.WRONG_NUMBER, bias) for bias in biases if isinstance(node, Number) and bias != node]
        others = [*_operators(node), *_numbers(node), *numbers]
        yield Changes(rebuild(HOLE), [(kind, new, node, new) for kind, new in others])
    if biases:
        yield Changes(Binary("+", tree, HOLE), [(Kind.MISSING_FACTOR, bias, None, bias) for bias in biases])
    yield from _brackets(tree, row, column)
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


def _factors(places: list[tuple[Node, Replace]], own: list[Reference]) -> Iterator[Changes]:
    for node, rebuild in places:
        extra = Kind.EXTRA_FACTOR
        match node:
            case Binary("*" | "+" | "-", left, right):
                yield Changes(rebuild(HOLE), [(extra, left, right, None), (extra, right, left, None)])
            case Binary("/", left, right):
                yield Changes(rebuild(HOLE), [(extra, left, right, None)])
    factors: list[Node] = [*own]
    factors += [Bracket(Binary("-", Number("1"), reference)) for reference in own]
    factors += [Bracket(Binary("-", one, two)) for one in own for two in own if one != two]
    factors += [Number("0.5"), Number("2")]
    for node, rebuild in places:
        if isinstance(node, Binary | Bracket | Reference | Unary):
            whole = Bracket(node) if isinstance(node, Binary) and node.operator in "+-" else node
            yield Changes(
                rebuild(Binary("*", whole, HOLE)), [(Kind.MISSING_FACTOR, factor, node, factor) for factor in factors]
            )


def _brackets(tree: Node, row: int, column: int) -> Iterator[Changes]:
    """Brackets dropped, moved by one end, and put around any stretch between two operands."""
    tokens = [token for token in _OPERAND.findall(render(tree, row, column)) if token.strip()]
    pairs = _pairs(tokens)
    trials = 0

    def tried(kind: Kind, changed: list[str]) -> Iterator[Changes]:
        try:
            yield Changes(HOLE, [(kind, parse("=" + "".join(changed), row, column), None, None)])
        except FormulaError:
            return

    ends = [
        index
        for index, token in enumerate(tokens)
        if token not in "*/+^,-" and token != "(" and not token.endswith("(")
    ]
    starts = [index for index, token in enumerate(tokens) if token not in "*/+^,)"]
    for start in starts:
        for end in ends:
            if end > start and (trials := trials + 1) <= MOST_BRACKET_TRIALS:
                changed = [*tokens[:start], "(", *tokens[start : end + 1], ")", *tokens[end + 1 :]]
                if _balanced(tokens[start : end + 1]):
                    yield from tried(Kind.MISSING_PARENTHESES, changed)
    for opening, closing in pairs:
        without = [token for index, token in enumerate(tokens) if index not in (opening, closing)]
        if tokens[opening] == "(":
            yield from tried(Kind.EXTRA_PARENTHESES, without)
    for opening, closing in pairs:
        for moved in (opening, closing):
            rest = tokens[:moved] + tokens[moved + 1 :]
            for place in range(len(rest) + 1):
                if place != moved and tokens[moved] in "()" and (trials := trials + 1) <= MOST_BRACKET_TRIALS:
                    yield from tried(Kind.MOVED_PARENTHESIS, [*rest[:place], tokens[moved], *rest[place:]])


def _pairs(tokens: list[str]) -> list[tuple[int, int]]:
    stack, pairs = [], []
    for index, token in enumerate(tokens):
        if token.endswith("("):
            stack.append(index)
        elif token == ")" and stack:
            pairs.append((stack.pop(), index))
    return pairs


def _balanced(tokens: list[str]) -> bool:
    depth = 0
    for token in tokens:
        depth += token.endswith("(") - (token == ")")
        if depth < 0:
            return False
    return depth == 0


def product_with_complement(tree: Node, reference: Reference) -> bool:
    """Whether the tree multiplies by x*(1 - x) of that reference, the sigmoid's derivative."""

    def is_complement(node: Node) -> bool:
        match node:
            case Bracket(inside):
                return is_complement(inside)
            case Binary("-", Number(text), right):
                return text == "1" and right == reference
        return False

    return any(is_complement(node) for node, _ in positions(tree)) and reference in children_of_products(tree)


def children_of_products(tree: Node) -> set[Node]:
    """The factors that stand in any product of the tree."""
    return {
        child
        for node, _ in positions(tree)
        if isinstance(node, Binary) and node.operator == "*"
        for child in children(node)
    }
