"""The statistics of runs, against figures worked out by hand and printed tables."""

import math

import pytest

from mnist.errors import MnistError
from mnist.runs.recipe import differences
from mnist.runs.record import Record
from mnist.runs.statistics import interval, t_quantile, tabulate
from tests.mnist.runs.test_runs import NET, record

# The 0.975 quantile of Student's distribution, as printed in any table of it.
PRINTED = {1: 12.706, 2: 4.303, 4: 2.776, 9: 2.262, 10: 2.228, 29: 2.045, 100: 1.984}


def finished(seed: int, *correct: int, **update: object) -> Record:
    """A run whose epochs got so many of 20 right."""
    return record(*correct).model_copy(update={"seed": seed, **update})


@pytest.mark.parametrize(("freedom", "expected"), PRINTED.items())
def test_the_quantile_of_students_distribution_is_the_printed_one(freedom: int, expected: float):
    assert t_quantile(0.975, freedom) == pytest.approx(expected, abs=5e-4)


def test_the_interval_of_a_mean_is_t_standard_errors_to_both_sides():
    # mean 3, sd √2.5, n 5, t 2.776
    assert interval([1, 2, 3, 4, 5]) == pytest.approx((3 - 1.9632, 3 + 1.9632), abs=1e-3)
    # mean 1.5, sd √0.5, n 2, t 12.706
    assert interval([1, 2]) == pytest.approx((1.5 - 6.353, 1.5 + 6.353), abs=1e-3)
    assert interval([1.0]) is None


def test_a_line_holds_the_last_epochs_over_the_seeds():
    lines = tabulate([finished(4, 20, 17), finished(2, 20, 19), finished(3, 20, 18)])

    assert [line.seeds for line in lines] == [(2, 3, 4)]
    line = lines[0]
    assert (line.net, line.parameters, line.images, line.configuration) == (NET.name, 18_138, "rendered test", "")
    assert (line.mean, line.sd) == (pytest.approx(0.9), pytest.approx(0.05))
    assert (line.min, line.max) == (0.85, 0.95)
    assert (line.low, line.high) == pytest.approx((0.9 - 4.303 * 0.05 / math.sqrt(3), 1), abs=1e-4)
    assert line.seconds == 3.0


@pytest.mark.parametrize(
    ("share", "correct"),
    [
        (1.0, (0, 20, 20, 20, 20, 20)),  # the last five of six
        (0.0, (20, 20, 20, 20, 20, 19)),
        (0.0, (20, 0, 20, 20, 20, 20)),
        (1.0, (20, 20)),
    ],
)
def test_a_seed_holds_if_each_of_its_last_five_epochs_does(share: float, correct: tuple[int, ...]):
    assert tabulate([finished(0, *correct)])[0].holding == share


def test_holding_is_the_share_of_the_seeds():
    assert tabulate([finished(0, 20), finished(1, 20), finished(2, 19), finished(3, 20)])[0].holding == 0.75


def test_holding_is_at_least_9940_of_10000():
    def of(correct: int) -> float:
        run = record(20)
        epoch = run.epochs[0].model_copy(update={"test_correct": correct, "test_total": 10_000})
        return tabulate([run.model_copy(update={"epochs": (epoch,)})])[0].holding

    assert (of(9939), of(9940)) == (0.0, 1.0)


def test_a_single_seed_has_no_deviation_and_no_interval():
    line = tabulate([finished(0, 18)])[0]

    assert (line.sd, line.low, line.high) == (None, None, None)


def test_recipes_and_data_are_told_apart_and_named_by_their_difference():
    recipe = NET.recipe.model_copy(update={"learning_rate": 0.05, "batch_size": 64})
    other = finished(0, 18).data.model_copy(update={"name": "mnist", "sha256": {"train_images": "1" * 64}})

    lines = tabulate([finished(0, 18), finished(0, 19, recipe=recipe), finished(0, 20, data=other)])

    assert [line.configuration for line in lines] == ["", "batch_size 64, learning_rate 0.05", ""]
    assert [line.images for line in lines] == ["rendered test", "rendered test", "test"]


def test_validation_runs_say_so():
    recipe = NET.recipe.model_copy(update={"validation": 10})

    assert tabulate([finished(0, 18, recipe=recipe)])[0].images == "rendered validation"


def test_unfinished_runs_are_left_out():
    assert tabulate([finished(0, 18, status="interrupted")]) == []


def test_a_seed_counts_once():
    with pytest.raises(MnistError, match="published-18138: seed 3 occurs 2 times with the same recipe"):
        tabulate([finished(3, 18), finished(3, 18)])


def test_differences_are_named_with_their_values():
    changed = NET.recipe.model_copy(update={"epochs": 3, "ema": 0.99})

    assert differences(NET.recipe, NET.recipe) == ""
    assert differences(changed, NET.recipe) == "epochs 3, ema 0.99"


def test_no_interval_passes_0_or_1():
    (high,) = tabulate([finished(0, 20), finished(1, 19)])
    (low,) = tabulate([finished(0, 0), finished(1, 1)])

    assert (high.high, low.low) == (1.0, 0.0)
    assert high.low is not None
    assert high.low < 0.975


def test_the_share_that_holds_has_its_exact_interval():
    (line,) = tabulate([finished(seed, 20) for seed in range(10)])

    assert (line.holding, line.holding_high) == (1.0, 1.0)
    assert line.holding_low == pytest.approx(0.6915, abs=5e-5)
