"""Sums, means and counts of the places that meet conditions: ">0", "<>x", "a*" or a value."""

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from backprop.calculus.functions.registry import MANY, MOST_ITEMS, Building, Takes, function, lifted
from backprop.calculus.terms import Term, added
from backprop.calculus.values import Blank, Block, Failure, Operand, Scalar, Text, UnfollowedError, as_block, simplest

_CONDITION = re.compile(r"(<>|<=|>=|<|>|=)?(.*)", re.DOTALL)
_NUMBER = re.compile(r"\s*([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?)(%?)\s*")


def like(pattern: str, text: str) -> bool:
    """Whether a text is what a pattern says: ? is any character, * any text, ~ before them means themselves."""
    parts = re.findall(r"~[?*~]|.", pattern.lower(), re.DOTALL)
    signs = {"?": ".", "*": ".*"}
    expression = "".join(signs.get(part) or re.escape(part.removeprefix("~") or part) for part in parts)
    return re.fullmatch(re.sub(r"(\.\*)+", ".*", expression), text.lower(), re.DOTALL) is not None


def met(building: Building, item: Scalar, condition: Scalar) -> int:
    """The node that is 1 where a value meets a condition, else 0."""
    operator, wanted = _parsed(building, condition)
    if isinstance(wanted, str):
        return building.tape.number(int(_text_met(operator, item, wanted)))
    if not isinstance(item, int):
        return building.tape.number(int(operator == "<>"))
    return building.compared(operator, item, wanted)


def _parsed(building: Building, condition: Scalar) -> tuple[str, int | str]:
    if not isinstance(condition, Text):
        return "=", building.number(condition)
    match = _CONDITION.fullmatch(condition.text)
    operator, rest = (match[1] or "=", match[2]) if match else ("=", condition.text)
    number = _NUMBER.fullmatch(rest)
    if number is not None:
        return operator, building.tape.number(Fraction(number[1]) / (100 if number[2] else 1))
    return operator, building.tape.number(int(rest.upper() == "TRUE")) if rest.upper() in ("TRUE", "FALSE") else rest


def _text_met(operator: str, item: Scalar, wanted: str) -> bool:
    if operator in ("=", "<>"):
        alike = isinstance(item, Blank) if not wanted else isinstance(item, Text) and like(wanted, item.text)
        return alike == (operator == "=")
    if not isinstance(item, Text):
        return False
    text, other = item.text.lower(), wanted.lower()
    return {"<": text < other, "<=": text <= other, ">": text > other, ">=": text >= other}[operator]


def _same_size(building: Building, block: Block, other: Block) -> Block:
    """The other area in the size of the first, from its own first cell on."""
    if (block.rows, block.columns) == (other.rows, other.columns):
        return other
    if other.area is None:
        raise UnfollowedError("#VALUE!: areas of different sizes")
    return building.area(*other.area, block.rows, block.columns)


def _selected(building: Building, values: Block, tests: tuple[Operand, ...]) -> Iterator[tuple[Term, Term]]:
    """The condition of each number of an area, as 1 or 0, and the number."""
    areas = [_same_size(building, values, as_block(area)) for area in tests[::2]]
    for index, item in enumerate(values.items):
        condition = Term(building.tape, building.tape.number(1))
        for area, criterion in zip(areas, tests[1::2], strict=True):
            condition = condition * Term(building.tape, met(building, area.items[index], as_block(criterion).items[0]))
        if building.tape.exact(condition.node) == 0:
            continue
        if isinstance(item, Failure):
            raise UnfollowedError(item.code)
        if isinstance(item, int):
            yield condition, Term(building.tape, item)


def _sum(building: Building, values: Block, tests: tuple[Operand, ...]) -> int:
    chosen = [condition.chooses(number, 0) for condition, number in _selected(building, values, tests)]
    return added(chosen).node if chosen else building.tape.number(0)


def _average(building: Building, values: Block, tests: tuple[Operand, ...]) -> int:
    selected = list(_selected(building, values, tests))
    if not selected:
        raise UnfollowedError("#DIV/0!: the average of nothing")
    total = added([condition.chooses(number, 0) for condition, number in selected])
    return (total / added([condition for condition, _ in selected])).node


def _paired(tests: tuple[Operand, ...], conditions: Sequence[Scalar]) -> tuple[Operand, ...]:
    """Each area of the tests and its condition, single ones in their place."""
    if len(tests) % 2:
        raise UnfollowedError("#VALUE!: an area without a condition")
    return tuple(part for pair in zip(tests[::2], conditions, strict=True) for part in pair)


def _lifted(compute: Callable[..., int], area: Block, conditions: list[Operand]) -> Operand:
    """One value for each condition; each looks at every cell of the area."""
    most = max(len(as_block(condition).items) for condition in conditions)
    if most * len(area.items) > MOST_ITEMS:
        raise UnfollowedError(f"{most:,} conditions on {len(area.items):,} cells")
    return simplest(as_block(lifted(compute, conditions)))


Computed = Callable[[Building, Block, tuple[Operand, ...]], int]


def _register(name: str, compute: Computed) -> None:
    """SUMIF(area, condition, [values]) and SUMIFS(values, area, condition, ...) of one computation."""

    @function(name, least=2, most=3, takes=Takes.AREAS)
    def _(building: Building, area: Operand, condition: Operand, values: Operand | None = None) -> Operand:
        tested = as_block(area)
        numbers = tested if values is None else _same_size(building, tested, as_block(values))
        return _lifted(lambda one: compute(building, numbers, (tested, one)), tested, [condition])

    @function(f"{name}S", least=3, most=MANY, takes=Takes.AREAS)
    def _(building: Building, values: Operand, *tests: Operand) -> Operand:
        block = as_block(values)
        return _lifted(lambda *items: compute(building, block, _paired(tests, items)), block, list(tests[1::2]))


_register("SUMIF", _sum)
_register("AVERAGEIF", _average)


@function("COUNTIF", "COUNTIFS", least=2, most=MANY, takes=Takes.AREAS)
def _count(building: Building, *tests: Operand) -> Operand:
    first = as_block(tests[0])
    ones = Block(first.rows, first.columns, (building.tape.number(1),) * len(first.items))
    return _lifted(lambda *items: _sum(building, ones, _paired(tests, items)), first, list(tests[1::2]))


@function("MAXIFS", least=3, most=MANY, takes=Takes.AREAS)
def _largest(building: Building, values: Operand, *tests: Operand) -> int:
    return _extreme(building, "max", as_block(values), tests)


@function("MINIFS", least=3, most=MANY, takes=Takes.AREAS)
def _smallest(building: Building, values: Operand, *tests: Operand) -> int:
    return _extreme(building, "min", as_block(values), tests)


def _extreme(building: Building, kind: str, values: Block, tests: tuple[Operand, ...]) -> int:
    """Of the numbers whose conditions hold by the workbook's own numbers."""
    tape = building.tape
    chosen = _selected(building, values, _paired(tests, [as_block(test).items[0] for test in tests[1::2]]))
    found = [number for condition, number in chosen if tape.stored[condition.node]]
    result = found[0] if found else Term(tape, tape.number(0))
    for number in found[1:]:
        result = result.apply(kind, number)
    return result.node
