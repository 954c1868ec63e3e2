"""What makes a run or a configuration again: its command, and what it was made with. Pure; runs nothing."""

import shlex
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from groundfloor.text import shown
from mnist.nets.catalogue import NETS
from mnist.nets.net import PLAIN, Network
from mnist.nets.settings import settings
from mnist.runs.architecture import SOURCE, KeptModule
from mnist.runs.data_source import TITLES, DataSource
from mnist.runs.recipe import OwnLoop, Recipe
from mnist.runs.record import Environment, Record
from reports.figures.formats import shortest
from reports.figures.names import OVERRULED

OPTIONS = {"epochs", "batch_size", "learning_rate", "momentum", "validation"}  # fields with options of `mnist train`
NO_COMMAND = "# trained by a loop of its own: no command of mnist makes it again"


@dataclass(frozen=True, slots=True)
class Made:
    """Runs of a configuration that were made in the same environment."""

    seeds: str
    environment: dict[str, object]  # as in run.json


def run_command(name: str, record: Record) -> str:
    """The command that makes the run again, beside the first; the number of threads is part of what makes it equal."""
    recipe = record.recipe
    if isinstance(recipe, OwnLoop):
        return NO_COMMAND
    words = ["mnist", "train", *_network(name, record)]
    words += ["--epochs", str(recipe.epochs), "--batch-size", str(recipe.batch_size)]
    words += ["--lr", shortest(recipe.learning_rate), "--momentum", shortest(recipe.momentum)]
    words += _others(record, recipe, checkout([record.environment]) is not None)
    words += ["--seed", str(record.seed), *_place(record)]
    return shown(shlex.join([*words, "--out", f"runs/{name}-again"]))


def sweep_command(name: str, first: Record, seeds: Sequence[int], environments: Sequence[Environment]) -> str:
    """The command that makes runs which differ from the first in their seed only again, into a folder of their own."""
    recipe = first.recipe
    if isinstance(recipe, OwnLoop):
        return NO_COMMAND
    words = ["mnist", "sweep", *_network(name, first), "--seeds", seed_ranges(seeds)]
    words += ["--epochs", str(recipe.epochs), "--batch-size", str(recipe.batch_size)]
    words += ["--lr", shortest(recipe.learning_rate)]
    words += [*_others(first, recipe, checkout(environments) is not None, OPTIONS - {"momentum"}), *_place(first)]
    words += ["--together", str(first.together)] if first.together > 1 else []
    return shown(shlex.join([*words, "--out", f"runs/{name}-again"]))


def checkout(environments: Iterable[Environment]) -> str | None:
    """The commit that all runs were made at; None where there is no single one or it had changes."""
    commits = {None if environment.modified else environment.commit for environment in environments}
    return commits.pop() if len(commits) == 1 else None


def made(seeds: Sequence[int], environments: Sequence[Environment]) -> tuple[Made, ...]:
    """The environments of runs, each once, with the seeds that it made."""
    together: list[tuple[Environment, list[int]]] = []
    for seed, environment in zip(seeds, environments, strict=True):
        for other, its_seeds in together:
            if other == environment:
                its_seeds.append(seed)
                break
        else:
            together.append((environment, [seed]))
    return tuple(Made(seed_ranges(its), environment.model_dump(mode="json")) for environment, its in together)


def seed_ranges(seeds: Sequence[int]) -> str:
    """Seeds as `mnist sweep` reads them: 0..4,7."""
    parts: list[list[int]] = []
    for seed in sorted(seeds):
        if parts and seed == parts[-1][-1] + 1:
            parts[-1].append(seed)
        else:
            parts.append([seed])
    return ",".join(str(part[0]) if len(part) == 1 else f"{part[0]}..{part[-1]}" for part in parts)


def _others(record: Record, recipe: Recipe, checked_out: bool, options: Set[str] = OPTIONS) -> list[str]:
    """The options for fields of the recipe that have none of their own, where they are overruled.

    At the run's own commit those are the fields that its record tells; the network's recipe may be another by now.
    """
    module = isinstance(record.network, KeptModule)
    known = Network(name=record.net, source=record.source, recipe=PLAIN) if module else NETS.get(record.net)
    if checked_out and not module:
        overruled = {match[1] for match in map(OVERRULED.fullmatch, record.choices) if match}
        changed = _settings(recipe, overruled - options)
    else:
        changed = settings(known, recipe) if known else []
        changed += _settings(recipe, {"momentum"} - options)
    words = [word for setting in changed for word in ("--set", setting)]
    return words + (["--validation", str(recipe.validation)] if recipe.validation else [])


def _network(name: str, record: Record) -> list[str]:
    """What `mnist train` calls the network: of a module the code that the run keeps, and what it is called with."""
    kept = record.network
    if not isinstance(kept, KeptModule):
        return [record.net]
    arguments = [word for key, value in (kept.arguments or {}).items() for word in ("--arg", f"{key}={value}")]
    return [f"runs/{name}/{SOURCE}:{kept.name}", *arguments]


def _settings(recipe: Recipe, names: Set[str]) -> list[str]:
    """The NAME=VALUE of fields; those of the augmentation one by one."""
    values = {name: value for name, value in recipe if name in names}
    values |= dict(values.pop("augmentation", ()))
    return [f"{name}={value}" for name, value in values.items()]


def _place(record: Record) -> list[str]:
    words = ["--threads", str(record.environment.threads)]
    device = record.environment.device.partition(":")[0]
    words += ["--device", device] if device != "cpu" else []
    return words + _data(record.data)


def _data(source: DataSource) -> list[str]:
    """Nothing for MNIST; a folder of others has a name for its reader to replace."""
    if source.is_mnist:
        return []
    name = "rendered" if source.name == "rendered-digits" else source.name
    size = "" if source.shape[1:] == (28, 28) else f"{source.height}x{source.width}"
    known = source.name in TITLES
    return ["--data", name if known else "FOLDER", *(["--size", size] if size and not known else [])]
