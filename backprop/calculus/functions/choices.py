"""Conditions, and what is chosen by them."""

import math
from collections.abc import Callable, Sequence
from functools import reduce

from backprop.calculus.functions.registry import MANY, Building, Takes, function, lifted
from backprop.calculus.values import Blank, Failure, Operand, Scalar, Text, UnfollowedError
from backprop.spreadsheet.formula import Missing, Node


@function("IF", least=2, most=3, takes=Takes.FORMULAS)
def _if(building: Building, condition: Node, yes: Node, no: Node | None = None) -> Operand:
    decided = building.follow(condition)
    tape = building.tape
    if isinstance(decided, int) and (exact := tape.exact(decided)) is not None:
        chosen = yes if exact else no
        return tape.number(0) if chosen is None or isinstance(chosen, Missing) else building.follow(chosen)
    otherwise = tape.number(0) if no is None else _branch(building, no)
    return lifted(lambda c, x, y: _one_if(building, c, x, y), [decided, _branch(building, yes), otherwise])


def _branch(building: Building, formula: Node) -> Operand:
    try:
        return building.tape.number(0) if isinstance(formula, Missing) else building.follow(formula)
    except UnfollowedError as error:  # it matters only where it is chosen
        return Failure(str(error))


def _one_if(building: Building, condition: Scalar, yes: Scalar, no: Scalar) -> Scalar:
    """What is chosen: an error as no number, a text by the workbook's own numbers."""
    tape, node = building.tape, building.number(condition)
    if (exact := tape.exact(node)) is not None:
        return yes if exact else no
    if yes == no:
        return yes
    try:
        return tape.apply("if", node, _as_node(building, yes), _as_node(building, no))
    except UnfollowedError:
        return yes if building.stored(node) else no


def _as_node(building: Building, value: Scalar) -> int:
    if isinstance(value, Failure):
        return building.tape.free(value.code, math.nan)
    return building.number(value)


@function("IFS", least=2, most=MANY, takes=Takes.FORMULAS)
def _ifs(building: Building, *formulas: Node) -> Operand:
    value: Operand = Failure("#N/A")
    for condition, formula in reversed(list(zip(formulas[::2], formulas[1::2], strict=False))):
        decided = [building.follow(condition), _branch(building, formula), value]
        value = lifted(lambda c, x, y: _one_if(building, c, x, y), decided)
    return value


@function("SWITCH", least=3, most=MANY, takes=Takes.FORMULAS)
def _switch(building: Building, of: Node, *formulas: Node) -> Operand:
    compared = building.follow(of)
    value: Operand = _branch(building, formulas[-1]) if len(formulas) % 2 else Failure("#N/A")
    for case, formula in reversed(list(zip(formulas[:-1:2], formulas[1::2], strict=False))):
        decided = lifted(lambda x, y: building.compared("=", x, y), [compared, building.follow(case)])
        value = lifted(lambda c, x, y: _one_if(building, c, x, y), [decided, _branch(building, formula), value])
    return value


@function("CHOOSE", least=2, most=MANY, takes=Takes.FORMULAS)
def _choose(building: Building, number: Node, *formulas: Node) -> Operand:
    """By the workbook's own number."""
    chosen = int(building.stored(building.follow(number)))
    if not 1 <= chosen <= len(formulas):
        raise UnfollowedError("#VALUE!: a choice that is not there")
    return building.follow(formulas[chosen - 1])


@function("IFERROR", "IFNA", least=2, takes=Takes.FORMULAS)
def _if_error(building: Building, formula: Node, instead: Node) -> Operand:
    """By the workbook's own numbers."""
    value = _tried(building, formula)
    return lifted(lambda x, y: y if _fails(building, x) else x, [value, _branch(building, instead)])


def _tried(building: Building, formula: Node) -> Operand:
    """What a formula gives, an error value too; what cannot be followed is none."""
    try:
        return building.follow(formula)
    except UnfollowedError as error:
        if not str(error).startswith("#"):
            raise
        return Failure(str(error))


def _fails(building: Building, value: Scalar) -> bool:
    return isinstance(value, Failure) or (isinstance(value, int) and not math.isfinite(building.tape.stored[value]))


def _is_absent(value: Scalar) -> bool:
    return isinstance(value, Failure) and value.code.startswith("#N/A")


def _register_test(name: str, holds: Callable[[Building, Scalar], bool]) -> None:
    @function(name, least=1, takes=Takes.FORMULAS)
    def _(building: Building, formula: Node) -> Operand:
        return lifted(lambda x: building.tape.number(int(holds(building, x))), [_tried(building, formula)])


_register_test("ISERROR", _fails)
_register_test("ISERR", lambda building, x: _fails(building, x) and not _is_absent(x))
_register_test("ISNA", lambda _, x: _is_absent(x))
_register_test("ISNUMBER", lambda building, x: isinstance(x, int) and not _fails(building, x))
_register_test("ISBLANK", lambda _, x: isinstance(x, Blank))
_register_test("ISTEXT", lambda _, x: isinstance(x, Text))
_register_test("ISNONTEXT", lambda _, x: not isinstance(x, Text))


_register_test("ISEVEN", lambda building, x: int(building.stored(x)) % 2 == 0)
_register_test("ISODD", lambda building, x: int(building.stored(x)) % 2 == 1)


@function("N", least=1, takes=Takes.VALUES)
def _number(building: Building, value: Operand) -> Operand:
    return lifted(lambda x: building.tape.number(0) if isinstance(x, Text) else building.number(x), [value])


@function("NA", least=0, takes=Takes.FORMULAS)
def _not_available(building: Building) -> Operand:
    return Failure("#N/A")


@function("TRUE", least=0)
def _true(building: Building) -> int:
    return building.tape.number(1)


@function("FALSE", least=0)
def _false(building: Building) -> int:
    return building.tape.number(0)


@function("NOT", least=1)
def _not(building: Building, number: int) -> int:
    return building.compared("=", number, building.tape.number(0))


@function("AND", least=1, most=MANY, takes=Takes.FLAT)
def _and(building: Building, nodes: list[int]) -> int:
    return reduce(lambda x, y: building.tape.apply("*", x, y), _truths(building, nodes))


@function("OR", least=1, most=MANY, takes=Takes.FLAT)
def _or(building: Building, nodes: list[int]) -> int:
    return reduce(lambda x, y: building.tape.apply("max", x, y), _truths(building, nodes))


@function("XOR", least=1, most=MANY, takes=Takes.FLAT)
def _odd(building: Building, nodes: list[int]) -> int:
    tape = building.tape
    return reduce(lambda x, y: building.compared("<>", x, y), _truths(building, nodes), tape.number(0))


def _truths(building: Building, nodes: Sequence[int]) -> list[int]:
    if not nodes:
        raise UnfollowedError("#VALUE!: no truth values")
    return [building.compared("<>", node, building.tape.number(0)) for node in nodes]
