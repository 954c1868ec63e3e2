"""The learning rate of each step."""

from math import cos, pi

import pytest
import torch
from pydantic import ValidationError
from torch.optim import lr_scheduler

from mnist.runs.recipe import Recipe
from mnist.training.steps.schedule import plateaus, share

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


SCHEDULES = {
    "step": ({"step_epochs": 3}, lambda optimiser: lr_scheduler.StepLR(optimiser, 3, 0.5)),
    "multi-step": ({"milestones": "2+7+8"}, lambda optimiser: lr_scheduler.MultiStepLR(optimiser, [2, 7, 8], 0.5)),
    "exponential": ({}, lambda optimiser: lr_scheduler.ExponentialLR(optimiser, 0.5)),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_that_fall_in_steps_are_those_of_torch(name: str):
    fields, make = SCHEDULES[name]
    recipe = Recipe(epochs=10, batch_size=1, learning_rate=0.2, momentum=0.9, schedule=name, gamma=0.5, **fields)
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=0.2)
    scheduler = make(optimiser)

    for epoch in range(10):
        for batch in range(4):
            assert 0.2 * share(recipe, 4 * epoch + batch, 40) == pytest.approx(optimiser.param_groups[0]["lr"])
        optimiser.step()
        scheduler.step()


@pytest.mark.parametrize("patience", [0, 1, 2])
def test_a_plateau_is_that_of_torch(patience: int):
    losses = [1, 0.9, 0.95, 0.9, 0.90001, 0.5, 0.5, 0.5, 0.5, 0.6, 0.49999, 0.4, 0.41, 0.42, 0.43, 0.44]
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=1.0)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimiser, factor=0.5, patience=patience)

    for epoch, loss in enumerate(losses, 1):
        scheduler.step(loss)
        assert 0.5 ** plateaus(losses[:epoch], patience) == optimiser.param_groups[0]["lr"]
    assert optimiser.param_groups[0]["lr"] < 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"schedule": "step"}, "schedule step needs step_epochs of 1 or more"),
        ({"step_epochs": 3}, "schedule step needs step_epochs of 1 or more, and only that"),
        ({"schedule": "multi-step"}, "schedule multi-step needs milestones such as 6"),
        ({"schedule": "multi-step", "milestones": "6,9"}, "milestones"),
        ({"schedule": "multi-step", "milestones": "9+6"}, "in rising order"),
        ({"schedule": "multi-step", "milestones": "0+6"}, "epochs from 1 on are needed"),
        ({"schedule": "exponential", "warm_up": 0.1}, "schedule exponential has no warm-up"),
        ({"optimiser": "adam", "nesterov": True}, "Nesterov's method is for SGD and Muon, not for Adam"),
        ({"optimiser": "adamw", "rest_learning_rate": 0.1}, "AdamW moves all parameters with learning_rate"),
        ({"beta2": 0.99}, "beta2 is for Adam, AdamW and RMSprop, not for SGD"),
    ],
    ids=str,
)
def test_fields_that_do_not_go_together_are_refused(fields: dict[str, object], message: str):
    with pytest.raises(ValidationError, match=message):
        Recipe(epochs=10, batch_size=1, learning_rate=0.2, momentum=0.9, **fields)
