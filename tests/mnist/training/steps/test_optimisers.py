"""Optimisers are torch's own, each moves every parameter once, and a run with any goes on bit for bit."""

import pytest
import torch
from torch import nn

from mnist.data.dataset import Dataset
from mnist.errors import TrainingError
from mnist.nets.catalogue import NETS
from mnist.runs.recipe import Recipe
from mnist.training.checkpoint import Checkpoint
from mnist.training.grouped import train_together
from mnist.training.state import State
from mnist.training.steps.optimisers import optimisers
from mnist.training.train import train
from tests.mnist.conftest import Recorder

BASE = Recipe(epochs=3, batch_size=50, learning_rate=0.01, momentum=0.8)
MAKERS = {
    "adam": lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.95), weight_decay=0.1),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, betas=(0.8, 0.95), weight_decay=0.1),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.95, momentum=0.8, weight_decay=0.1),
}


def recipe(**fields: object) -> Recipe:
    return Recipe.model_validate(BASE.model_dump() | fields)


def network() -> nn.Sequential:
    torch.manual_seed(3)
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 12), nn.ReLU(), nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 10))


@pytest.mark.parametrize("name", MAKERS)
def test_a_step_is_torchs_own(name: str):
    ours, theirs = network(), network()
    state = State(ours, recipe(optimiser=name, beta2=0.95, weight_decay=0.1), [0])
    optimiser = MAKERS[name](theirs.parameters())
    images = torch.rand(20, 1, 28, 28, generator=torch.Generator().manual_seed(1))

    for share in (1.0, 1.0, 0.5):
        optimiser.param_groups[0]["lr"] = 0.01 * share
        optimiser.zero_grad()
        theirs(images).square().mean().backward()
        optimiser.step()
        state.step(ours(images).square().mean(), share)

    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(mine, other)


def test_muon_moves_hidden_matrices_by_torchs_own_and_sgd_the_rest():
    model = network()
    muon = recipe(optimiser="muon", nesterov=True, rest_learning_rate=0.1, weight_decay=0.01)

    moved, rest = optimisers(model, muon)

    assert isinstance(moved, torch.optim.Muon)
    assert [tuple(weight.shape) for weight in moved.param_groups[0]["params"]] == [(12, 784), (8, 12)]
    assert moved.param_groups[0]["weight_decay"] == 0.01
    assert isinstance(rest, torch.optim.SGD)
    taken = [id(one) for optimiser in (moved, rest) for one in optimiser.param_groups[0]["params"]]
    assert sorted(taken) == sorted(map(id, model.parameters()))
    with pytest.raises(TrainingError, match="or a linear layer that is not the last"):
        optimisers(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), muon)


def test_a_gradient_is_clipped_to_the_length_that_is_said():
    model = network()
    before = [parameter.detach().clone() for parameter in model.parameters()]
    state = State(model, recipe(momentum=0.0, learning_rate=1.0, clip_norm=0.25), [0])

    state.step(1_000 * model(torch.ones(2, 1, 28, 28)).square().sum(), 1.0)

    moved = torch.cat([(now - old).flatten() for now, old in zip(model.parameters(), before, strict=True)])
    assert moved.norm().item() == pytest.approx(0.25, rel=1e-3)


@pytest.mark.parametrize(
    "fields",
    [
        {"optimiser": "adamw", "schedule": "plateau", "patience": 0, "clip_norm": 1.0},
        {"optimiser": "rmsprop", "schedule": "exponential", "gamma": 0.5},
    ],
    ids=str,
)
def test_a_run_that_goes_on_ends_bit_equal(digits: Dataset, fields: dict[str, object]):
    net, settings = NETS["published-18138"], recipe(**fields)
    kept: list[Checkpoint] = []

    whole = train(net, settings, digits, seed=1, progress=Recorder(), keep=kept.append)
    again = train(net, settings, digits, seed=1, progress=Recorder(), resumed=kept[0])

    assert again.weights == whole.weights
    rates = [metrics.learning_rate for metrics in whole.record.epochs]
    assert rates == [metrics.learning_rate for metrics in again.record.epochs]
    if fields["schedule"] == "exponential":
        assert rates == [0.01, 0.005, 0.0025]


@pytest.mark.parametrize("fields", [{"clip_norm": 1.0}, {"schedule": "plateau"}], ids=str)
def test_what_looks_at_each_seed_by_itself_is_not_trained_together(digits: Dataset, fields: dict[str, object]):
    with pytest.raises(TrainingError, match="looks at each seed by itself"):
        train_together(
            NETS["tiny"], recipe(**fields), digits, seeds=[0, 1], device="cpu", threads=1, progress=Recorder()
        )
