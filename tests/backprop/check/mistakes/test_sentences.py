"""Numbers in messages."""

import pytest

from backprop.check.mistakes.sentences import apart


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (0.1, 0.2, ("0.1", "0.2")),
        (0.2425198571, 0.2425198572, ("0.2425198571", "0.2425198572")),
        (0.1 + 0.2, 0.3, ("0.30000000000000004", "0.3")),
    ],
)
def test_two_different_numbers_are_never_shown_as_one(one: float, other: float, expected: tuple[str, str]) -> None:
    assert apart(one, other) == expected
