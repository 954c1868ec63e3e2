"""Shares are cut, intervals widened outwards and exact."""

from fractions import Fraction

import pytest

from mnist.runs.shares import cut, outwards, share_interval


@pytest.mark.parametrize(
    ("share", "decimals", "expected"),
    [
        (199 / 200, 0, "99"),
        (Fraction(199, 200), 0, "99"),
        (0.99399, 1, "99.3"),
        (0.9941, 2, "99.41"),  # 99.41 as a double times 10,000 is not 9941
        (0.29, 2, "29.00"),
        (1.0, 2, "100.00"),
        (sum([0.1] * 10) / 10 * 10, 0, "100"),  # 0.9999999999999999
    ],
)
def test_a_share_is_cut_and_never_rounded_up(share: Fraction | float, decimals: int, expected: str):
    assert cut(share, decimals) == expected


def test_the_ends_of_an_interval_go_outwards():
    assert outwards(0.99634499, 0.99697001) == ("99.634", "99.698")
    assert outwards(0.995, 1.0, 0) == ("99", "100")
    assert outwards(-0.00115, 0.00061) == ("-0.115", "0.061")


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [  # Clopper and Pearson's, as printed in tables
        (10, 10, 0.6915, 1.0),
        (0, 10, 0.0, 0.3085),
        (8, 10, 0.4439, 0.9748),
        (18, 30, 0.4060, 0.7734),
        (1, 1, 0.025, 1.0),
    ],
)
def test_the_interval_of_a_share_is_clopper_and_pearsons(hits: int, total: int, low: float, high: float):
    assert share_interval(hits, total) == pytest.approx((low, high), abs=5e-5)
