"""Spread, order and fits: variances, medians, lines through points."""

from backprop.calculus.functions.aggregates import average, pairs
from backprop.calculus.functions.registry import Building, Takes, function, numbers_of, of_list
from backprop.calculus.terms import Term, added
from backprop.calculus.values import Operand, UnfollowedError

Point = tuple[Term, Term]


@of_list("DEVSQ")
def _squared_deviations(numbers: list[Term]) -> Term:
    mean = average(numbers)
    deviations = [number - mean for number in numbers]
    return added([deviation * deviation for deviation in deviations])


@of_list("VAR", "VAR.S", count=2)
def _variance(numbers: list[Term]) -> Term:
    return _squared_deviations(numbers) / (len(numbers) - 1)


@of_list("VAR.P", "VARP")
def _variance_of_all(numbers: list[Term]) -> Term:
    return _squared_deviations(numbers) / len(numbers)


@of_list("STDEV", "STDEV.S", count=2)
def _deviation(numbers: list[Term]) -> Term:
    return _variance(numbers).apply("sqrt")


@of_list("STDEV.P", "STDEVP")
def _deviation_of_all(numbers: list[Term]) -> Term:
    return _variance_of_all(numbers).apply("sqrt")


@of_list("AVEDEV")
def _absolute_deviation(numbers: list[Term]) -> Term:
    mean = average(numbers)
    return average([(number - mean).apply("abs") for number in numbers])


def ordered(numbers: list[Term]) -> list[Term]:
    """From the least to the greatest, by a network of comparisons (Knuth 5.2.2, algorithm M): right in every state."""
    found, top = list(numbers), 1 << max(len(numbers) - 1, 0).bit_length() >> 1
    step = top
    while step > 0:
        width, offset, distance = top, 0, step
        while True:
            for low in range(len(found) - distance):
                if low & step == offset:
                    one, two = found[low], found[low + distance]
                    found[low], found[low + distance] = one.apply("min", two), one.apply("max", two)
            if width == step:
                break
            distance, width, offset = width - step, width >> 1, step
        step >>= 1
    return found


@of_list("MEDIAN")
def _median(numbers: list[Term]) -> Term:
    found, middle = ordered(numbers), len(numbers) // 2
    return found[middle] if len(found) % 2 else (found[middle - 1] + found[middle]) / 2


def _ordered_of(building: Building, values: Operand) -> list[Term]:
    return ordered([Term(building.tape, node) for node in numbers_of(building, [values])])


@function("SMALL", least=2, takes=Takes.VALUES)
def _small(building: Building, values: Operand, rank: Operand) -> int:
    return _ranked(_ordered_of(building, values), int(building.stored(rank)))


@function("LARGE", least=2, takes=Takes.VALUES)
def _large(building: Building, values: Operand, rank: Operand) -> int:
    return _ranked(_ordered_of(building, values)[::-1], int(building.stored(rank)))


def _ranked(found: list[Term], rank: int) -> int:
    if not 1 <= rank <= len(found):
        raise UnfollowedError("#NUM!: a rank that no number has")
    return found[rank - 1].node


@function("PERCENTILE", "PERCENTILE.INC", least=2, takes=Takes.VALUES)
def _percentile(building: Building, values: Operand, share: Operand) -> int:
    return _between(building, _ordered_of(building, values), Term(building.tape, building.number(share)))


@function("QUARTILE", "QUARTILE.INC", least=2, takes=Takes.VALUES)
def _quartile(building: Building, values: Operand, quarters: Operand) -> int:
    return _between(building, _ordered_of(building, values), Term(building.tape, building.number(quarters)) / 4)


def _between(building: Building, found: list[Term], share: Term) -> int:
    if not found:
        raise UnfollowedError("#NUM!: no numbers")
    place = share * (len(found) - 1)
    below = min(max(int(building.stored(place.node)), 0), len(found) - 1)
    above = min(below + 1, len(found) - 1)
    return (found[below] + (place - below) * (found[above] - found[below])).node


@function("RANK", "RANK.EQ", least=2, most=3, takes=Takes.VALUES)
def _rank(building: Building, number: Operand, values: Operand, ascending: Operand | None = None) -> int:
    own = Term(building.tape, building.number(number))
    others = [Term(building.tape, node) for node in numbers_of(building, [values])]
    up = ascending is not None and building.stored(ascending) != 0
    return (1 + added([other.apply("<", own) if up else own.apply("<", other) for other in others])).node


def _deviations(points: list[Point]) -> list[Point]:
    mean_x, mean_y = average([x for x, _ in points]), average([y for _, y in points])
    return [(x - mean_x, y - mean_y) for x, y in points]


def _products(points: list[Point]) -> tuple[Term, Term, Term]:
    """Σ xx, Σ xy and Σ yy of the deviations."""
    off = _deviations(points)
    return added([x * x for x, _ in off]), added([x * y for x, y in off]), added([y * y for _, y in off])


@function("COVARIANCE.P", "COVAR", least=2, takes=Takes.VALUES)
def _covariance(building: Building, one: Operand, two: Operand) -> int:
    points = pairs(building, one, two)
    return (_products(points)[1] / len(points)).node


@function("COVARIANCE.S", least=2, takes=Takes.VALUES)
def _covariance_of_sample(building: Building, one: Operand, two: Operand) -> int:
    points = pairs(building, one, two)
    return (_products(points)[1] / (len(points) - 1)).node


@function("CORREL", "PEARSON", least=2, takes=Takes.VALUES)
def _correlation(building: Building, one: Operand, two: Operand) -> int:
    xx, xy, yy = _products(pairs(building, one, two))
    return (xy / (xx * yy).apply("sqrt")).node


@function("RSQ", least=2, takes=Takes.VALUES)
def _squared_correlation(building: Building, ys: Operand, xs: Operand) -> int:
    xx, xy, yy = _products(pairs(building, xs, ys))
    return (xy * xy / (xx * yy)).node


@function("SLOPE", least=2, takes=Takes.VALUES)
def _slope(building: Building, ys: Operand, xs: Operand) -> int:
    xx, xy, _ = _products(pairs(building, xs, ys))
    return (xy / xx).node


@function("INTERCEPT", least=2, takes=Takes.VALUES)
def _intercept(building: Building, ys: Operand, xs: Operand) -> int:
    return _on_line(Term(building.tape, building.tape.number(0)), pairs(building, xs, ys))


@function("FORECAST", "FORECAST.LINEAR", least=3, takes=Takes.VALUES)
def _forecast(building: Building, x: Operand, ys: Operand, xs: Operand) -> int:
    return _on_line(Term(building.tape, building.number(x)), pairs(building, xs, ys))


def _on_line(x: Term, points: list[Point]) -> int:
    xx, xy, _ = _products(points)
    return (average([y for _, y in points]) + xy / xx * (x - average([x for x, _ in points]))).node
