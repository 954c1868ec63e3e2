"""The range test: its rates climb by one factor, its steps are the optimiser's, its proposal lies before the rise."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it

from mnist.data.dataset import Dataset
from mnist.errors import TrainingError
from mnist.modules.network import from_given
from mnist.nets.catalogue import NETS
from mnist.runs.recipe import Recipe
from mnist.training.evaluate import normalised
from mnist.training.range_test import RangeTest, range_test
from tests.mnist.commands.commands import Mnist

RECIPE = Recipe(epochs=1, batch_size=25, learning_rate=0.01, momentum=0.0)


def linear() -> nn.Module:
    torch.manual_seed(5)
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def of_linear(digits: Dataset, recipe: Recipe = RECIPE, **how: float) -> RangeTest:
    given = {"low": 1e-3, "high": 10.0, "steps": 30, **how}
    network = from_given(linear(), {})
    return range_test(network, recipe, digits, seed=2, device="cpu", threads=1, **given)  # type: ignore[arg-type]


def test_each_step_is_plain_gradient_descent_at_a_rate_that_climbs_by_one_factor(digits: Dataset):
    test = of_linear(digits, high=1.0, steps=10)

    assert test.rates[:8] == pytest.approx([1e-3 * 10 ** (3 * step / 9) for step in range(8)])
    model = linear()
    images = normalised(digits.train_images, "cpu", digits.source.mean, digits.source.deviation)
    labels = torch.from_numpy(digits.train_labels.astype("int64"))
    order = torch.randperm(200, generator=torch.Generator().manual_seed(2))
    for step, batch in enumerate(torch.split(order, 25)):  # eight, the first pass
        loss = F.cross_entropy(model(images[batch]), labels[batch])
        assert test.losses[step] == pytest.approx(loss.item(), rel=1e-4)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.sub_(test.rates[step] * parameter.grad)


def test_the_proposal_is_a_tenth_of_the_rate_of_the_lowest_loss_and_the_test_ends_where_it_diverges(digits: Dataset):
    test = of_linear(digits, high=1e4)

    assert test.diverged
    assert len(test.rates) < 30
    bottom = test.smoothed.index(min(test.smoothed))
    assert (test.lowest, test.proposal) == (test.rates[bottom], pytest.approx(test.rates[bottom] / 10, rel=0.05))
    assert test.rates[0] < test.steepest <= test.lowest < test.rates[-1]
    # (1 - 0.9) · Σ 0.9^(n - k) loss_k / (1 - 0.9^n), by hand for the third
    weights = [0.1 * 0.9**2, 0.1 * 0.9, 0.1]
    by_hand = sum(w * loss for w, loss in zip(weights, test.losses, strict=False)) / (1 - 0.9**3)
    assert test.smoothed[2] == pytest.approx(by_hand)


def test_the_test_set_is_not_read_and_validation_images_are_held_out(digits: Dataset):
    empty = replace(digits, test_images=digits.test_images[:0], test_labels=digits.test_labels[:0])
    held_out = RECIPE.model_copy(update={"validation": 100})

    test = of_linear(empty, high=1.0, steps=12)

    assert all(map(math.isfinite, test.losses))
    assert of_linear(digits, high=1.0, steps=12).losses == test.losses
    assert of_linear(digits, held_out, high=1.0, steps=12).losses != test.losses


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"low": 1.0, "high": 0.1}, "--from 1 --to 0.1 --steps 30: a rising range above 0"),
        ({"low": 0.0}, "a rising range above 0"),
        ({"steps": 3}, "10 steps or more"),
        ({"low": 1e6, "high": 1e8}, "the loss falls at no rate from 1e"),
    ],
    ids=str,
)
def test_a_range_that_tells_nothing_is_refused(digits: Dataset, how: dict[str, float], message: str):
    with pytest.raises(TrainingError, match=message):
        of_linear(digits, **how)


def test_muon_has_a_range_too(digits: Dataset):
    tiny = NETS["tiny"]
    recipe = tiny.recipe.model_copy(update={"batch_size": 50})

    test = range_test(tiny, recipe, digits, seed=0, device="cpu", threads=1, low=1e-4, high=1.0, steps=12)

    assert test.network == "tiny"
    assert test.rates[0] < test.proposal * 10 <= 1.0


def test_the_command_prints_a_table_a_proposal_and_a_picture(cli: Mnist, tmp_path: Path):
    arguments = ("find-lr", "published-18138", "--data", "rendered", "--steps", 20, "--batch-size", 50, "--from", 0.001)
    code, out, err = cli(*arguments, "-o", "rates.svg")
    as_json = cli(*arguments, "--json")[1]
    again = cli(*arguments, "-o", "rates.svg")
    other = cli(*arguments, "-o", "rates.txt")

    assert (code, err) == (0, "")
    assert "Loss  Smoothed\n" in out
    test = RangeTest.model_validate_json(as_json)
    assert f"Proposal: --lr {test.proposal:g}, a tenth of the rate with the lowest loss\n" in out
    assert (tmp_path / "rates.svg").read_text().count("<svg") == 1
    assert (again[0], again[2]) == (2, "mnist: rates.svg exists; --force overwrites it\n")
    assert (other[0], other[2]) == (2, "mnist: rates.txt: a picture is a file that ends in .svg or .png\n")
