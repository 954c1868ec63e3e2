"""The learning-rate range test: a short training whose rate climbs from step to step. Writes and tests nothing."""

import math
from collections.abc import Callable

import torch

from mnist.data.dataset import Dataset
from mnist.errors import TrainingError
from mnist.modules.fit import fit
from mnist.nets.net import Network
from mnist.runs.model import Finite, Model
from mnist.runs.recipe import Recipe
from mnist.training.device import isolated
from mnist.training.evaluate import black, normalised
from mnist.training.loop import class_indices, forward, split
from mnist.training.state import State
from mnist.training.train import Single

SMOOTHING = 0.9  # the share of the smoothed loss that is kept at each step
DIVERGED = 4.0  # times the lowest smoothed loss; what lies beyond is not tried
SHARE = 0.1  # of the rate with the lowest loss


class RangeTest(Model):
    """The rate and the loss of each step; `smoothed` is the running average of the losses, corrected for its start.

    `lowest` is the rate at which that is lowest, `steepest` the one at which it falls fastest against the logarithm of
    the rate, `proposal` a tenth of the lowest's: there the loss still falls, with room before it rises.
    """

    network: str
    seed: int
    batch_size: int
    rates: tuple[Finite, ...]
    losses: tuple[Finite, ...]
    smoothed: tuple[Finite, ...]
    diverged: bool  # whether it ended before the highest rate
    lowest: Finite
    steepest: Finite
    proposal: Finite


def range_test(
    network: Network,
    recipe: Recipe,
    data: Dataset,
    *,
    seed: int,
    device: str,
    threads: int,
    low: float = 1e-5,
    high: float = 10.0,
    steps: int = 200,
    done: Callable[[int], None] = lambda _: None,
) -> RangeTest:
    """Train by the recipe for `steps` steps, the rate climbing from `low` to `high` by the same factor at each.

    Smith 2017 (Cyclical learning rates, section 3.3), with the rate's logarithm in place of the rate. On the training
    images without those held out; the test set is not read. TrainingError where the loss falls at no rate.
    """
    if not 0 < low < high or steps < 10:
        needed = "a rising range above 0 and 10 steps or more are needed"
        raise TrainingError(f"--from {low:g} --to {high:g} --steps {steps}: {needed}")
    fitted = fit(network, data.source)
    rest = recipe.rest_learning_rate * high / recipe.learning_rate  # in the proportion of the recipe
    recipe = recipe.model_copy(update={"learning_rate": high, "rest_learning_rate": rest})
    data = split(data, recipe)
    pixels = data.source.mean, data.source.deviation
    images, labels = normalised(data.train_images, device, *pixels), class_indices(data.train_labels, device)
    background = black(*pixels).to(device)
    rates: list[float] = []
    losses: list[float] = []
    smoothed: list[float] = []
    average = 0.0
    with isolated(seed, device, threads):
        state = State(fitted.make().to(device), recipe, [seed])
        learner = Single(state, fitted)
        state.model.train()
        order: list[torch.Tensor] = []
        for step in range(steps):
            if not order:
                order = list(torch.split(torch.randperm(len(labels), generator=state.randoms[0]), recipe.batch_size))
            batch = order.pop(0).to(device)
            share = (low / high) ** (1 - step / (steps - 1))
            _, loss = forward(learner, images[batch], labels[batch], background, recipe)
            value = loss.item()
            average = SMOOTHING * average + (1 - SMOOTHING) * value
            even = average / (1 - SMOOTHING ** (step + 1))
            if not math.isfinite(value) or (smoothed and even > DIVERGED * min(smoothed)):
                break
            rates.append(high * share)
            losses.append(value)
            smoothed.append(even)
            state.step(loss.sum(), share)
            done(1)
    return _told(fitted.network.name, seed, recipe.batch_size, rates, losses, smoothed, diverged=len(rates) < steps)


def _told(
    name: str, seed: int, size: int, rates: list[float], losses: list[float], smoothed: list[float], *, diverged: bool
) -> RangeTest:
    bottom = smoothed.index(min(smoothed)) if smoothed else 0
    if bottom == 0:
        raise TrainingError(f"{name}: the loss falls at no rate from {rates[0] if rates else 0:g} on")
    slopes = [smoothed[step] - smoothed[step - 1] for step in range(1, bottom + 1)]
    return RangeTest(
        network=name,
        seed=seed,
        batch_size=size,
        rates=tuple(rates),
        losses=tuple(losses),
        smoothed=tuple(smoothed),
        diverged=diverged,
        lowest=rates[bottom],
        steepest=rates[slopes.index(min(slopes)) + 1],
        proposal=float(f"{SHARE * rates[bottom]:.1e}"),
    )
