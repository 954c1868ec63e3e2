"""The training loop by itself: which images, in which order, at which learning rate. Nothing is trained."""

import torch
from torch import Tensor, nn

from mnist.runs.recipe import Recipe
from mnist.training.loop import _train_epoch
from tests.mnist.conftest import Recorder

RECIPE = Recipe(epochs=2, batch_size=4, learning_rate=1.0, momentum=0, schedule="one-cycle", warm_up=1 / 3)
IMAGES = torch.arange(10.0).view(10, 1, 1, 1).expand(10, 1, 28, 28)  # image n is n everywhere


class Listener:
    """A learner, and its state, that learns nothing and remembers what it is given."""

    def __init__(self, *seeds: int) -> None:
        self.state = self
        self.model = nn.Identity()
        self.randoms = [torch.Generator().manual_seed(seed) for seed in seeds]
        self.batches: list[list[int]] = []
        self.shares: list[float] = []

    def outputs(self, inputs: Tensor) -> Tensor:
        self.batches.append(inputs[:, 0, 0, 0].int().tolist())
        return torch.zeros(len(inputs), 10)

    def losses(self, _logits: Tensor, labels: Tensor, _smoothing: float) -> Tensor:
        assert self.batches[-1] == labels.tolist()
        return torch.zeros(len(self.randoms))

    def step(self, _loss: Tensor, share: float) -> None:
        self.shares.append(share)


def heard(*seeds: int) -> Listener:
    listener = Listener(*seeds)
    for epoch in (1, 2):
        _train_epoch(listener, IMAGES, torch.arange(10), torch.zeros(1), RECIPE, epoch, Recorder())
    return listener


def test_every_epoch_has_each_image_once_in_an_order_that_the_seed_draws_anew():
    random = torch.Generator().manual_seed(3)
    orders = [torch.randperm(10, generator=random).tolist() for _ in range(2)]

    batches = heard(3).batches

    assert batches == [order[start : start + 4] for order in orders for start in (0, 4, 8)]
    assert orders[0] != orders[1]


def test_networks_side_by_side_have_their_own_orders():
    one, other = heard(3).batches, heard(5).batches

    assert heard(3, 5).batches == [mine + its for mine, its in zip(one, other, strict=True)]


def test_the_steps_of_all_epochs_are_one_schedule():
    assert heard(0).shares == [1 / 2, 1.0, 1.0, 3 / 4, 2 / 4, 1 / 4]  # two steps up, four down
