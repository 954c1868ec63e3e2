"""Muon: the formula of its docstring, written once more with singular values."""

import pytest
import torch
from torch import Tensor, nn

from mnist.data.dataset import Dataset
from mnist.errors import TrainingError
from mnist.nets.catalogue import NETS
from mnist.nets.module import build
from mnist.runs.recipe import Recipe
from mnist.training.state import State
from mnist.training.steps.muon import NEWTON_SCHULZ, Muon, normalised_weights, orthogonal
from mnist.training.train import train
from tests.mnist.conftest import Recorder


def by_singular_values(matrix: Tensor) -> Tensor:
    """What `orthogonal` does to one matrix: the quintic, five times, on the singular values alone."""
    left, values, right = torch.linalg.svd(matrix, full_matrices=False)
    values = values / (values.norm() + 1e-7)
    a, b, c = NEWTON_SCHULZ
    for _ in range(5):
        values = a * values + b * values**3 + c * values**5
    return left @ values.diag() @ right


@pytest.mark.parametrize("shape", [(4, 9), (12, 108), (30, 8), (6, 6), (1, 5)])
def test_orthogonal_keeps_the_singular_vectors_and_evens_out_the_values(shape: tuple[int, int]):
    matrices = torch.randn(3, *shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))

    found = orthogonal(matrices)

    for matrix, near in zip(matrices, found, strict=True):
        assert torch.allclose(near, by_singular_values(matrix), atol=1e-9)
        values = torch.linalg.svdvals(matrix) / matrix.norm()
        large = torch.linalg.svdvals(near)[values > 0.01]
        assert 0.6 < large.min() <= large.max() < 1.3


def test_orthogonal_of_nothing_is_nothing():
    assert not orthogonal(torch.zeros(1, 3, 5)).any()


def test_two_steps_are_the_formula():
    generator = torch.Generator().manual_seed(2)
    weight = nn.Parameter(torch.randn(6, 2, 1, 1, dtype=torch.float64, generator=generator))
    gradients = torch.randn(2, 6, 2, 1, 1, dtype=torch.float64, generator=generator)
    w, b = weight.detach().view(6, 2).clone(), torch.zeros(6, 2, dtype=torch.float64)

    optimiser = Muon([weight], lr=0.05, momentum=0.9)
    for gradient in gradients:
        weight.grad = gradient.clone()
        optimiser.step()
        b = 0.9 * b + gradient.view(6, 2)
        w = 6**0.5 * w / w.norm() - 0.05 * 3**0.5 * by_singular_values(gradient.view(6, 2) + 0.9 * b)

    assert torch.allclose(weight.detach().view(6, 2), w, atol=1e-9)


def test_it_moves_the_convolutions_of_several_channels_whose_scale_is_undone():
    model = build(NETS["small"])

    found = normalised_weights(model)

    names = {id(parameter): name for name, parameter in model.named_parameters()}
    assert [names[id(weight)] for weight in found] == [f"conv{number}.weight" for number in (2, 3, 4, 5, 6)]


def test_a_convolution_with_bias_or_without_normalisation_is_left_to_sgd():
    biased = nn.Sequential(nn.Conv2d(2, 3, 1), nn.BatchNorm2d(3))
    free = nn.Sequential(
        nn.Conv2d(2, 3, 1, bias=False), nn.Sigmoid(), nn.BatchNorm2d(3), nn.Conv2d(3, 3, 1, bias=False)
    )

    assert normalised_weights(biased) == normalised_weights(free) == []


def test_a_network_without_any_such_convolution_is_an_error(digits: Dataset):
    recipe = Recipe(
        epochs=1, batch_size=32, learning_rate=0.02, momentum=0.9, nesterov=True, optimiser="muon", rest_learning_rate=1
    )

    with pytest.raises(TrainingError, match="Muon needs a convolution of several channels"):
        train(NETS["published-25290"], recipe, digits, seed=0, progress=Recorder())


def test_every_parameter_moves():
    recipe = Recipe(
        epochs=1,
        batch_size=8,
        learning_rate=0.02,
        momentum=0.9,
        nesterov=True,
        optimiser="muon",
        rest_learning_rate=0.1,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        state = State(build(NETS["tiny"]), recipe, [0])
        before = [parameter.detach().clone() for parameter in state.model.parameters()]
        logits = state.model.train()(torch.rand(8, 1, 28, 28))

    state.step(logits.logsumexp(1).mean(), 0.5)

    assert state.learning_rate == 0.01
    for (name, parameter), old in zip(state.model.named_parameters(), before, strict=True):
        assert not torch.equal(parameter, old), name
