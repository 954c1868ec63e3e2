"""Numbers as a reader sees them."""

from fractions import Fraction
from functools import partial

import pytest

from reports.figures import formats
from reports.figures.formats import NOT_MEASURED


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("99.39 %", Fraction(99_399, 100_000)),
        ("99.40 %", Fraction(994, 1000)),
        ("99.99 %", Fraction(999_999, 1_000_000)),
        ("100.00 %", Fraction(1)),
        ("0.00 %", Fraction(1, 100_000)),
        ("8.07 %", Fraction(807, 10_000)),
        (NOT_MEASURED, None),
    ],
)
def test_an_accuracy_is_cut_and_never_rounded_up(expected, value):
    assert formats.percent(value) == expected


@pytest.mark.parametrize(
    ("expected", "show", "value"),
    [
        ("99.4 %", formats.percent_given, Fraction("0.994")),
        ("99 %", formats.percent_given, Fraction("0.99")),
        ("99.425 %", formats.percent_given, Fraction("0.99425")),
        ("0.24", formats.points, Fraction(-24, 10_000)),
        ("−0.0161", formats.fixed, -0.01613),
        (NOT_MEASURED, formats.fixed, float("nan")),
        ("0.2425", formats.significant, 0.24251985),
        ("0.07990", formats.significant, 0.0799035),
        ("−0.00009016", formats.significant, -9.0156e-5),
        ("1.250 × 10⁻⁶", formats.significant, 1.25e-6),
        ("−1.250 × 10¹²", formats.significant, -1.25e12),
        ("1250000", formats.significant, 1_250_000.0),
        ("0", formats.significant, 0.0),
        (NOT_MEASURED, formats.significant, float("inf")),
        ("1", formats.shortest, 1.0),
        ("0.03772", formats.shortest, 0.03772),
        ("−0.7", formats.exact, -0.7),
        ("2", formats.exact, 2.0),
        ("1 × 10⁻⁸", formats.exact, 1e-8),
        ("−2.5 × 10²⁰", formats.exact, -2.5e20),
        (NOT_MEASURED, formats.exact, None),
        ("25,290", formats.thousands, 25_290),
        (NOT_MEASURED, formats.thousands, None),
        ("46.4", formats.factor, 46.41),
        ("12,300", formats.factor, 12_345.0),
        ("7.41 × 10³⁰", formats.factor, 7.41e30),
        ("11.8 to 12.0", formats.span, (11.8, 12.0)),
        ("5.00", formats.span, (5.0, 5.000001)),
        (NOT_MEASURED, formats.factor, None),
        ("59.9 s", formats.duration, 59.94),
        ("1 min 15 s", formats.duration, 75.3),
        ("2 h 5 min", formats.duration, 7_500.0),
        ("not reached", formats.reached, None),
        ("1,200", formats.reached, 1_200),
        ("−2.33", partial(formats.fixed, decimals=2), -2.3272),
    ],
)
def test_a_number_is_shown_as(expected, show, value):
    assert show(value) == expected
