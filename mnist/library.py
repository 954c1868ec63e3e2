"""What `import mnist` offers: networks, training, recorded runs and their statistics, as plain functions."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mnist.nets.catalogue import NETS, find_net
from mnist.nets.net import Net
from mnist.nets.settings import changed_recipe
from mnist.nets.summary import summarise
from mnist.requirements import need_libraries
from mnist.runs import folder as run_folders
from mnist.runs.folder import Run
from mnist.runs.record import EpochMetrics
from mnist.runs.statistics import Statistics, tabulate
from mnist.tables.table import ParameterTable

if TYPE_CHECKING:
    from torch import nn

    from mnist.tables.module import Inputs
    from mnist.training.loop import Progress


class Silence:
    """Hears how training goes, and says nothing."""

    def batch(self, _epoch: int, _done: int, _batches: int, _loss: float, /) -> None:
        """After each step."""

    def epoch(self, _metrics: EpochMetrics, /) -> None:
        """After each epoch."""


def network_names() -> list[str]:
    """The names that `load_network` knows."""
    return list(NETS)


def load_network(name: str) -> Net:
    """The network of that name, with the recipe it is trained by; UnknownNetError suggests the nearest."""
    return find_net(name)


def summary(network: "str | Net | nn.Module", inputs: "Inputs" = (1, 28, 28)) -> ParameterTable:
    """The parameter table of a network of ours or of any torch module; a notebook shows it as one.

    `inputs` is the shape of one sample without the batch; where a module takes several, a tuple of shapes or a
    dictionary of them; a tensor may stand in place of a shape. `.markdown()`, `.model_dump_json()` and
    `.xlsx("table.xlsx")` give it in other forms.
    """
    if isinstance(network, str | Net):
        return summarise(_network(network))
    need_libraries()
    from mnist.tables.module import summarise_module

    return summarise_module(network, inputs)


def train(
    network: str | Net,
    *,
    out: str | Path | None = None,
    seed: int = 0,
    epochs: int | None = None,
    batch_size: int | None = None,
    learning_rate: float | None = None,
    momentum: float | None = None,
    validation: int | None = None,
    settings: Mapping[str, object] | None = None,
    data: str | Path | None = None,
    device: str = "cpu",
    threads: int = 1,
    force: bool = False,
    progress: "Progress | None" = None,
) -> Run:
    """Train a network, leave the run as a folder and return it; prints nothing.

    What is None is the recipe's; `settings` are its other fields. `out` is runs/NAME-seedSEED by itself, `data` a
    folder of the MNIST files or "rendered"; without it the first of $MNIST_DIR, the cache, a download, rendered.
    KeyboardInterrupt ends the run with the epochs finished so far; before the first one it passes through.
    """
    net = _network(network)
    recipe = changed_recipe(
        net,
        [f"{name}={value}" for name, value in (settings or {}).items()],
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        momentum=momentum,
        validation=validation,
    )
    need_libraries()
    from mnist.jobs.single import begin

    job = begin(
        net,
        recipe,
        None if out is None else Path(out),
        seed=seed,
        data=None if data is None else str(data),
        device=device,
        threads=threads,
        force=force,
    )
    return job.train(progress or Silence())


def load_run(folder: str | Path) -> Run:
    """A recorded run; RunError says what is missing or damaged. A notebook shows what it is and reached."""
    return run_folders.load_run(Path(folder))


def find_runs(*paths: str | Path) -> list[Run]:
    """The runs among the paths and one level below them, "runs" by itself; RunError where a path has none."""
    folders = run_folders.find_runs([Path(path) for path in paths or ("runs",)])
    return [run_folders.load_run(folder) for folder in folders]


def table(*runs: str | Path | Run | Sequence[Run]) -> Statistics:
    """A line of statistics per network and configuration, over finished runs or those in folders, "runs" by itself."""
    records = []
    for entry in runs or ("runs",):
        if isinstance(entry, Run):
            records.append(entry.record)
        elif isinstance(entry, str | Path):
            records += [run.record for run in find_runs(entry)]
        else:
            records += [run.record for run in entry]
    return tabulate(records)


def _network(network: str | Net) -> Net:
    return network if isinstance(network, Net) else find_net(network)
