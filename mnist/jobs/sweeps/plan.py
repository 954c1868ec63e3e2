"""The runs of a sweep, planned: a folder for each network, recipe and seed. Imports no torch, reads no folder."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mnist.errors import MnistError
from mnist.nets.net import Network
from mnist.nets.settings import changed_recipe
from mnist.runs.recipe import Recipe, differences

MOST_SEEDS = 10_000


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One run of a sweep."""

    net: Network
    recipe: Recipe
    seed: int
    folder: Path


def parse_seeds(text: str) -> tuple[int, ...]:
    """ "0..29" or "0,3,5..7" as numbers in the order given; MnistError on anything else and on repetitions."""
    seeds: list[int] = []
    for part in text.split(","):
        first, dots, last = part.strip().partition("..")
        if not first.isdecimal() or (dots and not last.isdecimal()):
            raise MnistError(f"--seeds {text}: whole numbers and ranges are needed, as in 0..29 or 0,3,5..7")
        start, stop = int(first), int(last or first)
        if stop < start or stop - start >= MOST_SEEDS or stop >= 2**63:
            raise MnistError(f"--seeds {text}: {part.strip()} is no range of 1 to {MOST_SEEDS:,} seeds below 2^63")
        seeds += range(start, stop + 1)
    if len(set(seeds)) < len(seeds):
        raise MnistError(f"--seeds {text}: a seed occurs twice")
    return tuple(seeds)


def grid(
    nets: Iterable[Network],
    learning_rates: Sequence[float | None],
    batch_sizes: Sequence[int | None],
    settings: Sequence[str] = (),
    **given: float | None,
) -> list[tuple[Network, Recipe]]:
    """Each network with each learning rate and batch size, None for its recipe's own; MnistError on a repetition."""
    for option, values in (("--lr", learning_rates), ("--batch-size", batch_sizes)):
        if len(set(values)) < len(values):
            raise MnistError(f"{option} {','.join(map(str, values))}: a value occurs twice")
    return [
        (net, changed_recipe(net, settings, learning_rate=rate, batch_size=size, **given))
        for net in nets
        for rate in learning_rates
        for size in batch_sizes
    ]


def plan(recipes: Iterable[tuple[Network, Recipe]], seeds: Sequence[int], out: Path) -> list[PlannedRun]:
    """Seed by seed within a configuration; folders are named by what differs from the network's own recipe."""
    planned_runs = []
    for net, recipe in recipes:
        words = differences(recipe, net.recipe).replace(" ", "").replace("_", "").split(",")
        name = "-".join([net.name, *filter(None, words)])
        planned_runs += [PlannedRun(net, recipe, seed, out / f"{name}-seed{seed}") for seed in seeds]
    return planned_runs
