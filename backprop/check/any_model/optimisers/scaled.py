"""Optimisers that divide by what they keep of squared derivatives: RMSprop, Adagrad, Adadelta, Adam and its kin."""

from collections.abc import Iterator

import numpy as np

from backprop.check.any_model.optimisers.rule import (
    ROUGHLY,
    TINY,
    Numbers,
    Rule,
    averages,
    close,
    is_average,
    linear,
)

SMALL = 0.9  # the most that may be added below a fraction, so that it is never zero
Mean = tuple[Numbers, float | None, float]  # a·kept + b·g or b·g²: the numbers, a and b


def scaled(rule: Rule, change: Numbers) -> str | None:
    """RMSprop and Adagrad: the derivative over the root of a mean or a sum of squares."""
    if len(rule.kept) > 1:
        return None
    lagging = [(kept, None, 1.0) for kept in rule.kept] if rule.step == 1 else averages(rule, rule.before**2)
    for square, a, b in (*averages(rule, rule.g**2), *lagging):
        for rate, small in _divided(rule, rule.g, change, square):
            if not (rule.has(rate) and rule.has_small(small)):
                continue
            if close(b, 1) and (a is None or close(a, 1)):
                return "Adagrad"
            if is_average(rule, a, b):
                return "RMSprop"
    return None


def adadelta(rule: Rule, change: Numbers) -> str | None:
    """The derivative times the root of the mean square of the changes over that of its own squares."""
    if not 1 <= len(rule.kept) <= 2:
        return None
    for square, a, b in averages(rule, rule.g**2):
        for small in rule.constants if is_average(rule, a, b) else ():
            if not 0 <= small < SMALL:
                continue
            above = change / rule.g * np.sqrt(square + small)
            before = (np.zeros_like(above), *rule.kept)
            if any(_descends(rule, linear(above, np.sqrt(kept + small))) for kept in before if np.any(kept + small)):
                return "Adadelta"
    return None


def adam(rule: Rule, change: Numbers) -> str | None:
    """Adam, AMSGrad and NAdam: a mean of the derivative over the root of a mean of its squares."""
    for mean, a, b in averages(rule, rule.g):
        for (square, c, d), name in _squares(rule):
            if not (is_average(rule, a, b) and is_average(rule, c, d)):
                continue
            for of_mean, of_square in _corrections(rule, 1 - b, 1 - d):
                if any(
                    rule.has(rate * of_square**0.5 / of_mean)
                    and (rule.has_small(small * of_square**0.5) or rule.has_small(small * of_square))
                    for rate, small in _divided(rule, mean, change, square)
                ):
                    return name
            if _looks_ahead(rule, (mean, a, b), (square, c, d), change):
                return "NAdam"
    return None


def adamax(rule: Rule, change: Numbers) -> str | None:
    """A mean of the derivative over the largest of its sizes, each a little less than that of the step after."""
    for mean, a, b in averages(rule, rule.g):
        if not is_average(rule, a, b):
            continue
        for largest in rule.helpers:
            for small in (0.0, *(each for each in rule.constants if 0 < each < SMALL)):
                if np.any(largest + small <= 0) or not _descends(rule, linear(change * (largest + small), mean)):
                    continue
                sizes = (np.maximum(share * kept, np.abs(rule.g)) for kept in rule.kept for share in rule.constants)
                if any(np.allclose(largest, size, rtol=TINY) for size in sizes):
                    return "AdaMax"
    return None


def _descends(rule: Rule, parts: list[float] | None) -> bool:
    return parts is not None and rule.descends(parts[0])


def _divided(rule: Rule, above: Numbers, change: Numbers, square: Numbers) -> Iterator[tuple[float, float]]:
    """c and e of change = −c·above / (√square + e), and of −c·above / √(square + e)."""
    inverse = above / change
    root = linear(inverse, np.sqrt(square), np.ones_like(square))
    if root is not None and rule.descends(root[0]) and -TINY <= (small := root[1] / root[0]) < SMALL:
        yield 1 / abs(root[0]), max(0.0, small)
    within = linear(inverse**2, square, np.ones_like(square))
    down = rule.descends(float(np.sign(inverse[0])))
    if within is not None and within[0] > 0 and down and -TINY <= (small := within[1] / within[0]) < SMALL:
        yield within[0] ** -0.5, max(0.0, small)


def _squares(rule: Rule) -> Iterator[tuple[Mean, str]]:
    """The means of squares, and of AMSGrad the larger of such a mean and the largest so far."""
    means = list(averages(rule, rule.g**2))
    yield from ((mean, "Adam") for mean in means)
    inline = [
        (c * kept + (1 - c) * rule.g**2, c, 1 - c) for kept in rule.kept for c in rule.constants if 0 < c < 1
    ]  # a mean that no cell holds
    for values in rule.helpers:
        for mean, c, d in (*means, *inline):
            if any(np.array_equal(values, np.maximum(kept, mean)) for kept in rule.kept):
                yield (values, c, d), "AMSGrad"


def _looks_ahead(rule: Rule, mean: Mean, square: Mean, change: Numbers) -> bool:
    """Whether a step is NAdam's: by β of the mean and 1 − β of the derivative, each corrected for the first steps."""
    (m, _, b), (s, _, d) = mean, square
    for _, of_square in _corrections(rule, 1 - b, 1 - d):
        for small in rule.constants:
            if not 0 <= small < SMALL:
                continue
            parts = linear(change * (np.sqrt(s * of_square) + small), m, rule.g)
            if parts is not None and all(rule.descends(part) for part in parts):
                share = parts[1] * (1 - b) / (parts[0] * b)  # 1 where both are corrected alike
                turns = (1.0, *(turn for turn in rule.constants if 0 < turn < 1e6))
                alike = ((1 - (1 - b) ** (turn + 1)) / (1 - (1 - b) ** turn) for turn in turns if (1 - b) ** turn < 1)
                if close(share, 1) or any(abs(share - each) < ROUGHLY for each in alike):
                    return True
    return False


def _corrections(rule: Rule, a: float, c: float) -> Iterator[tuple[float, float]]:
    """What the mean and the mean square are multiplied with: nothing, or what corrects them for their first steps."""
    yield 1.0, 1.0
    for turn in (float(rule.step), *rule.constants):
        if 0 < turn < 1e6 and a**turn < 1 and c**turn < 1:
            yield 1 / (1 - a**turn), 1 / (1 - c**turn)
