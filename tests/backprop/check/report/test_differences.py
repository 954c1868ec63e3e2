"""What a formula and the one that belongs there do not share."""

import pytest

from backprop.check.report.differences import COMPARED, differences


def test_differences_are_whole_references_and_never_spaces() -> None:
    left, right = differences("=$J33 * A33", "=$L33+1*A33")
    assert left == [("=", False), ("$J33", True), (" * A33", False)]
    assert right == [("=", False), ("$L33+1", True), ("*A33", False)]


@pytest.mark.parametrize(
    ("formula", "should_be"), [("=A1", "=EXP(B2)*(1-C3)"), (f"={'+A1' * COMPARED}", f"={'+A2' * COMPARED}")]
)
def test_formulas_with_little_in_common_or_too_long_show_no_differences(formula: str, should_be: str) -> None:
    assert differences(formula, should_be) == ([(formula, False)], [(should_be, False)])
