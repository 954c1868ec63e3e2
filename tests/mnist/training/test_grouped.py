"""Seeds trained together: the numbers of seeds trained one by one, to rounding."""

import pytest
import safetensors.torch
import torch

from mnist.data.dataset import Dataset
from mnist.errors import TrainingError
from mnist.nets.catalogue import NETS
from mnist.nets.module import build
from mnist.runs.recipe import Affine, Recipe
from mnist.training.grouped import group, member, train_together
from mnist.training.train import train
from tests.mnist.conftest import Recorder

# Rounding grows with every step, so the steps are few and small.
RECIPE = Recipe(
    epochs=2,
    batch_size=90,
    learning_rate=0.01,
    momentum=0.9,
    nesterov=True,
    weight_decay=1e-3,
    schedule="one-cycle",
    warm_up=0.3,
    label_smoothing=0.1,
    ema=0.9,
    augmentation=Affine(rotation=10, translation=2),
)


@pytest.mark.parametrize("net", ["tiny", "published-25290", "published-18138"])
def test_a_grouped_network_computes_each_of_its_members(net: str):
    models = [build(NETS[net]).eval() for _ in range(3)]
    for model in models:
        for name, tensor in model.state_dict().items():
            if name.endswith("running_mean"):
                tensor.uniform_(-0.1, 0.1)
    images = torch.rand(5, 3, 28, 28)

    with torch.no_grad():
        together = group(models).eval()(images).view(5, 3, 10)
        apart = [model(images[:, index : index + 1]) for index, model in enumerate(models)]

    assert torch.allclose(together, torch.stack(apart, 1), atol=1e-5)


def test_a_member_is_what_was_put_in():
    models = [build(NETS["tiny"]) for _ in range(3)]

    for index, model in enumerate(models):
        found = member(group(models), index, 3)
        assert all(torch.equal(found[name], tensor) for name, tensor in model.state_dict().items())


@pytest.mark.parametrize(
    "update",
    [{}, {"channels_last": True}, {"recalibration": 100}, {"optimiser": "muon", "rest_learning_rate": 0.01}],
    ids=str,
)
def test_seeds_trained_together_equal_seeds_trained_apart_to_rounding(digits: Dataset, update: dict[str, object]):
    net, recipe = NETS["tiny"], RECIPE.model_copy(update=update)

    together = train_together(net, recipe, digits, seeds=(4, 0), device="cpu", threads=1, progress=Recorder())

    for seed, run in zip((4, 0), together, strict=True):
        alone = train(net, recipe, digits, seed=seed, progress=Recorder())
        assert run.record.seed == seed
        for mine, other in zip(run.record.epochs, alone.record.epochs, strict=True):
            assert mine.train_loss == pytest.approx(other.train_loss, rel=1e-4)
            assert mine.test_loss == pytest.approx(other.test_loss, rel=1e-3)
            assert abs(mine.test_correct - other.test_correct) <= 1
        found, expected = (safetensors.torch.load(trained.weights) for trained in (run, alone))
        assert all(torch.allclose(found[name], expected[name], rtol=1e-3, atol=1e-4) for name in expected)


def test_a_network_with_dropout_is_refused(digits: Dataset):
    with pytest.raises(TrainingError, match="published-10066 has dropout: its seeds cannot be trained together"):
        train_together(
            NETS["published-10066"], RECIPE, digits, seeds=(0, 1), device="cpu", threads=1, progress=Recorder()
        )
