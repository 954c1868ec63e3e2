"""Constraints are judged on exact fractions."""

from fractions import Fraction

import pytest

from reports.errors import ReportsError
from reports.figures.goals import Goals, goals, judge

GOOD = Fraction(9950, 10_000)


@pytest.mark.parametrize(
    ("expected", "accuracy"),
    [
        (False, Fraction(99_399, 100_000)),
        (False, Fraction(994_000_000 - 1, 1_000_000_000)),
        (True, Fraction(9940, 10_000)),
        (True, Fraction(9941, 10_000)),
    ],
)
def test_99_399_percent_is_not_99_4(expected, accuracy):
    verdict = judge(Goals(), last=accuracy, low=accuracy, best=GOOD, parameters=1, epochs=1)

    assert verdict.last_accuracy is expected
    assert verdict.all is expected
    assert verdict.all_at_best is True


@pytest.mark.parametrize(
    ("expected", "parameters", "epochs"),
    [
        ((True, True), 19_999, 19),
        ((False, True), 20_000, 19),
        ((True, False), 19_999, 20),
        ((False, False), 25_290, 21),
    ],
)
def test_the_limits_themselves_do_not_pass(expected, parameters, epochs):
    verdict = judge(Goals(), GOOD, GOOD, GOOD, parameters, epochs)

    assert (verdict.parameters, verdict.epochs) == expected
    assert verdict.all is all(expected)


@pytest.mark.parametrize(
    ("last", "low", "shown"),
    [(GOOD, Fraction(994, 1000), True), (GOOD, 0.9939999, False), (Fraction(993, 1000), 0.99, False)],
)
def test_an_accuracy_is_shown_where_the_lower_end_of_its_interval_holds(last, low, shown):
    verdict = judge(Goals(), last, low, GOOD, parameters=1, epochs=1)

    assert (verdict.last_shown, verdict.all_shown) == (shown, shown)
    assert verdict.last_accuracy is (last >= Goals().accuracy)
    assert judge(Goals(), last, low, GOOD, parameters=20_000, epochs=1).all_shown is False


def test_a_target_is_the_decimal_that_was_typed():
    assert goals(99.4, 20_000, 20) == Goals()
    assert goals(99.41, 1, 1).accuracy == Fraction(9941, 10_000)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((100.5, 1, 1), "target accuracy 100.5 is not a percentage; 0 to 100 needed"),
        ((float("nan"), 1, 1), "target accuracy nan"),
        ((99.4, 0, 1), "limit of 0 parameters; 1 or more needed"),
        ((99.4, 1, -3), "limit of -3 epochs"),
    ],
)
def test_an_impossible_goal_is_refused(arguments, message):
    with pytest.raises(ReportsError, match=message):
        goals(*arguments)
