"""The learning rate of each step."""

from math import cos, pi

import pytest

from mnist.runs.recipe import Recipe
from mnist.training.schedule import share

CONSTANT = Recipe(epochs=1, batch_size=1, learning_rate=0.2, momentum=0.9)
ONE_CYCLE = CONSTANT.model_copy(update={"schedule": "one-cycle", "warm_up": 0.4})


def test_a_constant_rate_is_the_highest_at_every_step():
    assert {share(CONSTANT, step, 10) for step in range(10)} == {1.0}


def test_a_one_cycle_climbs_in_a_line_and_falls_in_a_line_to_zero_after_the_last_step():
    shares = [share(ONE_CYCLE, step, 10) for step in range(10)]

    assert shares == pytest.approx([1 / 4, 2 / 4, 3 / 4, 1, 1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6])
    assert share(ONE_CYCLE, 10, 10) == 0


def test_a_cosine_climbs_in_a_line_and_falls_along_half_a_cosine():
    cosine = ONE_CYCLE.model_copy(update={"schedule": "cosine"})

    shares = [share(cosine, step, 10) for step in range(10)]

    falling = [(1 + cos(pi * step / 6)) / 2 for step in range(6)]
    assert shares == pytest.approx([1 / 4, 2 / 4, 3 / 4, 1, *falling])
    assert share(cosine, 10, 10) == 0


def test_without_warm_up_a_one_cycle_begins_at_the_highest():
    falling = ONE_CYCLE.model_copy(update={"warm_up": 0.0})

    assert [share(falling, step, 4) for step in range(4)] == pytest.approx([1, 3 / 4, 2 / 4, 1 / 4])
