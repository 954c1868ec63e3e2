"""Functions of many numbers: sums, means, extremes, products."""

from functools import reduce

from backprop.calculus.functions.registry import MANY, Building, Takes, function, total
from backprop.calculus.values import Operand, UnfollowedError, as_block


@function("SUM", least=1, most=MANY, takes=Takes.FLAT)
def _sum(building: Building, nodes: list[int]) -> int:
    return total(building.tape, nodes)


@function("AVERAGE", least=1, most=MANY, takes=Takes.FLAT)
def _average(building: Building, nodes: list[int]) -> int:
    if not nodes:
        raise UnfollowedError("#DIV/0!: the average of nothing")
    return building.tape.apply("/", total(building.tape, nodes), building.tape.number(len(nodes)))


@function("PRODUCT", least=1, most=MANY, takes=Takes.FLAT)
def _product(building: Building, nodes: list[int]) -> int:
    return reduce(lambda x, y: building.tape.apply("*", x, y), nodes) if nodes else building.tape.number(0)


@function("MAX", least=1, most=MANY, takes=Takes.FLAT)
def _largest(building: Building, nodes: list[int]) -> int:
    return reduce(lambda x, y: building.tape.apply("max", x, y), nodes) if nodes else building.tape.number(0)


@function("MIN", least=1, most=MANY, takes=Takes.FLAT)
def _smallest(building: Building, nodes: list[int]) -> int:
    return reduce(lambda x, y: building.tape.apply("min", x, y), nodes) if nodes else building.tape.number(0)


@function("COUNT", least=1, most=MANY, takes=Takes.FLAT)
def _count(building: Building, nodes: list[int]) -> int:
    return building.tape.number(len(nodes))


@function("SUMSQ", least=1, most=MANY, takes=Takes.FLAT)
def _sum_of_squares(building: Building, nodes: list[int]) -> int:
    return total(building.tape, [building.tape.apply("*", node, node) for node in nodes])


@function("SUMPRODUCT", least=1, most=MANY, takes=Takes.VALUES)
def _sum_of_products(building: Building, *values: Operand) -> int:
    blocks = [as_block(value) for value in values]
    if len({(block.rows, block.columns) for block in blocks}) != 1:
        raise UnfollowedError("#VALUE!: SUMPRODUCT over areas of different sizes")
    tape = building.tape
    products = []
    for items in zip(*(block.items for block in blocks), strict=True):
        factors = [item if isinstance(item, int) else tape.number(0) for item in items]
        products.append(reduce(lambda x, y: tape.apply("*", x, y), factors))
    return total(tape, products)


def pairs(one: Operand, two: Operand) -> list[tuple[int, int]]:
    """The numbers of two areas of one size, place by place; those without a number in both are passed over."""
    first, second = as_block(one), as_block(two)
    if len(first.items) != len(second.items):
        raise UnfollowedError("#N/A: areas of different sizes")
    both = zip(first.items, second.items, strict=True)
    return [(x, y) for x, y in both if isinstance(x, int) and isinstance(y, int)]


@function("SUMXMY2", least=2, takes=Takes.VALUES)
def _sum_of_squared_differences(building: Building, one: Operand, two: Operand) -> int:
    tape = building.tape
    differences = [tape.apply("-", x, y) for x, y in pairs(one, two)]
    return total(tape, [tape.apply("*", difference, difference) for difference in differences])
