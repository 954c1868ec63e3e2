"""How soon seeds are at an accuracy: each by its own epochs, medians over all of them."""

import pytest

from mnist.errors import MnistError
from mnist.runs.reaching import reaching, reaching_table
from tests.mnist.runs.test_statistics import finished


def test_each_seed_counts_its_own_epochs_and_seconds_to_the_first_at_the_accuracy():
    (one,) = reaching([finished(2, 17, 20, 18), finished(0, 19, 19, 19), finished(1, 10, 11, 19)], 95)

    assert one.line.seeds == (0, 1, 2)
    assert one.epochs == (1, 3, 2)
    assert one.seconds == (1.5, 4.5, 3.0)
    assert (one.reached, one.median_epochs, one.median_seconds) == (3, 2, 3.0)


def test_a_seed_that_is_never_at_it_is_later_than_all_others():
    (some,) = reaching([finished(0, 19), finished(1, 20), finished(2, 18)], 95)
    (few,) = reaching([finished(0, 19), finished(1, 18), finished(2, 18)], 95)
    (none,) = reaching([finished(0, 18)], 95)

    assert (some.epochs, some.median_epochs, few.median_epochs) == ((1, 1, None), 1, None)
    assert some.reached_low == pytest.approx(0.0943, abs=1e-4)  # Clopper and Pearson's of 2 of 3
    rows = reaching_table([some, few, none]).rows
    assert [row[2:] for row in rows] == [
        ("2 (66%)", "9 to 100%", "1.0 (1 to never)", "1.5 (2 to never)"),
        ("1 (33%)", "0 to 91%", "never (1 to never)", "never (2 to never)"),
        ("0 (0%)", "0 to 98%", "not reached", "not reached"),
    ]


@pytest.mark.parametrize("percent", [0, -1, 100.5, float("nan")])
def test_what_is_no_percentage_is_refused(percent: float):
    with pytest.raises(MnistError, match=rf"^--reach {percent:g}: a percentage above 0 and at most 100 is needed"):
        reaching([finished(0, 18)], percent)
