"""Functions of all numbers of their arguments, and of two areas place by place."""

from functools import reduce

from backprop.calculus.functions.registry import MANY, Building, Takes, function, of_list, total
from backprop.calculus.terms import Term, added
from backprop.calculus.values import BLANK, Blank, Failure, Operand, UnfollowedError, as_block
from backprop.spreadsheet.formula import Call, Node

_SUBTOTALS = ("AVERAGE", "COUNT", "COUNTA", "MAX", "MIN", "PRODUCT", "STDEV.S", "STDEV.P", "SUM", "VAR.S", "VAR.P")


@function("SUM", least=1, most=MANY, takes=Takes.FLAT)
def _sum(building: Building, nodes: list[int]) -> int:
    return total(building.tape, nodes)


@of_list("AVERAGE")
def average(numbers: list[Term]) -> Term:
    """The mean."""
    return added(numbers) / len(numbers)


@function("PRODUCT", least=1, most=MANY, takes=Takes.FLAT)
def _product(building: Building, nodes: list[int]) -> int:
    return reduce(lambda x, y: building.tape.apply("*", x, y), nodes) if nodes else building.tape.number(0)


@function("MAX", least=1, most=MANY, takes=Takes.FLAT)
def _largest(building: Building, nodes: list[int]) -> int:
    return reduce(lambda x, y: building.tape.apply("max", x, y), nodes) if nodes else building.tape.number(0)


@function("MIN", least=1, most=MANY, takes=Takes.FLAT)
def _smallest(building: Building, nodes: list[int]) -> int:
    return reduce(lambda x, y: building.tape.apply("min", x, y), nodes) if nodes else building.tape.number(0)


@function("SUMSQ", least=1, most=MANY, takes=Takes.FLAT)
def _sum_of_squares(building: Building, nodes: list[int]) -> int:
    return total(building.tape, [building.tape.apply("*", node, node) for node in nodes])


@of_list("GEOMEAN")
def _geometric_mean(numbers: list[Term]) -> Term:
    return average([number.apply("ln") for number in numbers]).apply("exp")


@of_list("HARMEAN")
def _harmonic_mean(numbers: list[Term]) -> Term:
    return 1 / average([1 / number for number in numbers])


@function("COUNT", least=1, most=MANY, takes=Takes.VALUES)
def _count(building: Building, *values: Operand) -> int:
    return building.tape.number(sum(isinstance(item, int) for value in values for item in as_block(value).items))


@function("COUNTA", least=1, most=MANY, takes=Takes.VALUES)
def _count_of_all(building: Building, *values: Operand) -> int:
    return building.tape.number(sum(item != BLANK for value in values for item in as_block(value).items))


@function("COUNTBLANK", least=1, takes=Takes.VALUES)
def _count_of_blanks(building: Building, value: Operand) -> int:
    return building.tape.number(sum(isinstance(item, Blank) for item in as_block(value).items))


@function("SUMPRODUCT", least=1, most=MANY, takes=Takes.VALUES)
def _sum_of_products(building: Building, *values: Operand) -> int:
    blocks = [as_block(value) for value in values]
    if len({(block.rows, block.columns) for block in blocks}) != 1:
        raise UnfollowedError("#VALUE!: SUMPRODUCT over areas of different sizes")
    tape = building.tape
    products = []
    for items in zip(*(block.items for block in blocks), strict=True):
        if (failure := next((item for item in items if isinstance(item, Failure)), None)) is not None:
            raise UnfollowedError(failure.code)
        factors = [item if isinstance(item, int) else tape.number(0) for item in items]
        products.append(reduce(lambda x, y: tape.apply("*", x, y), factors))
    return total(tape, products)


def pairs(building: Building, one: Operand, two: Operand) -> list[tuple[Term, Term]]:
    """The numbers of two areas of one size, place by place; those without a number in both are passed over."""
    first, second = as_block(one), as_block(two)
    if len(first.items) != len(second.items):
        raise UnfollowedError("#N/A: areas of different sizes")
    both = zip(first.items, second.items, strict=True)
    tape = building.tape
    found = [(Term(tape, x), Term(tape, y)) for x, y in both if isinstance(x, int) and isinstance(y, int)]
    if not found:
        raise UnfollowedError("#DIV/0!: areas without numbers")
    return found


@function("SUMXMY2", least=2, takes=Takes.VALUES)
def _sum_of_squared_differences(building: Building, one: Operand, two: Operand) -> int:
    differences = [x - y for x, y in pairs(building, one, two)]
    return added([difference * difference for difference in differences]).node


@function("SUMX2MY2", least=2, takes=Takes.VALUES)
def _sum_of_differences_of_squares(building: Building, one: Operand, two: Operand) -> int:
    return added([x * x - y * y for x, y in pairs(building, one, two)]).node


@function("SUMX2PY2", least=2, takes=Takes.VALUES)
def _sum_of_sums_of_squares(building: Building, one: Operand, two: Operand) -> int:
    return added([x * x + y * y for x, y in pairs(building, one, two)]).node


@function("SERIESSUM", least=4, takes=Takes.VALUES)
def _power_series(building: Building, x: Operand, first: Operand, step: Operand, coefficients: Operand) -> int:
    base, start, growth = (Term(building.tape, building.number(value)) for value in (x, first, step))
    items = [Term(building.tape, building.number(item)) for item in as_block(coefficients).items]
    return added([item * base ** (start + growth * number) for number, item in enumerate(items)]).node


@function("NPV", least=2, most=MANY, takes=Takes.VALUES)
def _present_value(building: Building, rate: Operand, *values: Operand) -> int:
    growth = 1 + Term(building.tape, building.number(rate))
    items = [item for value in values for item in as_block(value).items if isinstance(item, int)]
    return added([Term(building.tape, item) / growth**number for number, item in enumerate(items, 1)]).node


@function("SUBTOTAL", least=2, most=MANY, takes=Takes.FORMULAS)
def _subtotal(building: Building, number: Node, *areas: Node) -> Operand:
    """The aggregate of that number, over hidden rows too."""
    chosen = int(building.stored(building.follow(number))) % 100
    if not 1 <= chosen <= len(_SUBTOTALS):
        raise UnfollowedError("#VALUE!: SUBTOTAL has no such number")
    return building.follow(Call(_SUBTOTALS[chosen - 1], areas))
