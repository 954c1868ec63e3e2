"""The learning rate of each step."""

import pytest

from mnist.runs import Recipe
from mnist.schedule import learning_rate

CONSTANT = Recipe(epochs=1, batch_size=1, learning_rate=0.2, momentum=0.9)
ONE_CYCLE = CONSTANT.model_copy(update={"schedule": "one-cycle", "warm_up": 0.4})


def test_a_constant_rate_is_the_recipes_at_every_step():
    assert {learning_rate(CONSTANT, step, 10) for step in range(10)} == {0.2}


def test_a_one_cycle_climbs_in_a_line_and_falls_in_a_line_to_zero_after_the_last_step():
    rates = [learning_rate(ONE_CYCLE, step, 10) for step in range(10)]

    assert rates == pytest.approx([0.05, 0.1, 0.15, 0.2, 0.2, 0.2 * 5 / 6, 0.2 * 4 / 6, 0.1, 0.2 * 2 / 6, 0.2 / 6])
    assert learning_rate(ONE_CYCLE, 10, 10) == 0


def test_without_warm_up_a_one_cycle_begins_at_its_highest():
    falling = ONE_CYCLE.model_copy(update={"warm_up": 0.0})

    assert [learning_rate(falling, step, 4) for step in range(4)] == pytest.approx([0.2, 0.15, 0.1, 0.05])
