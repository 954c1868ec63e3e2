"""What `import mnist` offers: networks, training, recorded runs and their statistics, as plain functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mnist.errors import TrainingError
from mnist.modules.find import find_network
from mnist.nets.catalogue import NETS, find_net
from mnist.nets.layers import INPUT
from mnist.nets.net import Net, Network
from mnist.nets.settings import augmentation_settings, changed_recipe
from mnist.nets.summary import summarise
from mnist.requirements import need_libraries
from mnist.runs import folder as run_folders
from mnist.runs.folder import Run
from mnist.runs.statistics import Statistics, tabulate
from mnist.tables.table import ParameterTable

if TYPE_CHECKING:
    from torch import nn

    from mnist.data.dataset import Dataset
    from mnist.data.given import Pairs
    from mnist.jobs.own_loop import OwnRun
    from mnist.runs.data_source import DataSource
    from mnist.tables.module import Inputs
    from mnist.training.loop import Progress


def network_names() -> list[str]:
    """The names that `load_network` knows."""
    return list(NETS)


def load_network(name: str) -> Net:
    """The network of that name, with the recipe it is trained by; UnknownNetError suggests the nearest."""
    return find_net(name)


def summary(
    network: "str | Network | nn.Module",
    inputs: "Inputs" = (1, 28, 28),
    *,
    arguments: Mapping[str, object] | None = None,
) -> ParameterTable:
    """The parameter table of a network of ours or of any torch module; a notebook shows it as one.

    The network is a name, FILE.py:NAME to be called with `arguments`, or a torch module. `inputs` is the shape of one
    sample without the batch; where a module takes several, a tuple of shapes or a dictionary of them; a tensor may
    stand in place of a shape. `.markdown()`, `.model_dump_json()` and `.xlsx("table.xlsx")` give it in other forms.
    """
    if isinstance(network, str):
        network = find_network(network, arguments)
    if isinstance(network, Net):
        return summarise(network if tuple(inputs) == INPUT else replace(network, image=tuple(map(int, inputs))))
    need_libraries()
    from mnist.modules.network import ModuleNetwork
    from mnist.tables.module import summarise_module

    if isinstance(network, ModuleNetwork):
        return summarise_module(network.make(), inputs, network.name)
    return summarise_module(network, inputs)  # type: ignore[arg-type]  # which complains of anything else


def train(
    network: "str | Network | nn.Module",
    *,
    arguments: Mapping[str, object] | None = None,
    out: str | Path | None = None,
    seed: int = 0,
    epochs: int | None = None,
    batch_size: int | None = None,
    learning_rate: float | None = None,
    lr: float | None = None,
    momentum: float | None = None,
    validation: int | None = None,
    settings: Mapping[str, object] | None = None,
    data: "str | Path | Dataset | tuple[Pairs, Pairs] | None" = None,
    size: str | int | None = None,
    augment: str | Callable[..., object] | None = None,
    device: str = "cpu",
    threads: int = 1,
    force: bool = False,
    progress: "Progress | bool" = False,
) -> Run:
    """Train a network, leave the run as a folder and return it; prints nothing but with `progress=True`.

    The network is a name, FILE.py:NAME to be called with `arguments`, or a torch module: (n, channels, height, width)
    images to (n, classes) logits or log-probabilities; which, is told from what it gives. A module is trained from the
    weights that it has, and has those of the run afterwards.
    What is None is the recipe's; `lr` is the learning rate too, and `settings` are its other fields. `out`
    is runs/NAME-seedSEED by itself. `data` is a name ("mnist", "fashion-mnist", "kmnist", "qmnist", "emnist-digits",
    "rendered"), a folder of four IDX files or of pictures, which are made `size` pixels, or two torch Datasets, to
    train and to test on; `mnist.dataset` gives them a name and classes. Without it MNIST from the
    first of $MNIST_DIR, the cache, a download, else rendered digits.
    `augment` is "none", "shift", "affine" or "elastic" in place of the recipe's, or a callable of one image, applied
    before the recipe's own: of torchvision.transforms.v2, of albumentations, or a function of a (channels, height,
    width) tensor of bytes. A seed repeats what draws from torch.
    KeyboardInterrupt ends the run with the epochs finished so far; before the first one it passes through.
    """
    if lr is not None and learning_rate is not None:
        raise TrainingError(f"lr={lr:g} and learning_rate={learning_rate:g} are the same; one of them is needed")
    net, module = _network(network, arguments or {})
    recipe = changed_recipe(
        net,
        [
            *augmentation_settings(augment if isinstance(augment, str) else None),
            *(f"{name}={value}" for name, value in (settings or {}).items()),
        ],
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=lr if learning_rate is None else learning_rate,
        momentum=momentum,
        validation=validation,
    )
    need_libraries()
    from mnist.data.dataset import Dataset
    from mnist.data.given import given_data
    from mnist.data.sources import load_data
    from mnist.jobs.single import begin
    from mnist.jobs.use import load_run_weights
    from mnist.training.loop import Silence
    from mnist.training.outside import described

    chosen = given_data(*data) if isinstance(data, tuple) else str(data) if isinstance(data, Path) else data
    if augment is not None and not isinstance(augment, str):
        if not isinstance(chosen, Dataset):
            chosen = load_data(chosen, size=None if size is None else str(size))
        source = chosen.source.model_copy(update={"augmented": described(augment)})
        chosen = replace(chosen, augment=augment, source=source)
    job = begin(
        net,
        recipe,
        None if out is None else Path(out),
        seed=seed,
        data=chosen,
        size=None if size is None or isinstance(chosen, Dataset) else str(size),
        device=device,
        threads=threads,
        force=force,
    )
    if progress is True:
        from groundfloor.terminal import console
        from mnist.jobs.progress import TerminalProgress

        with TerminalProgress(console(), job.recipe.epochs) as shown:
            run = job.train(shown)
    else:
        run = job.train(progress or Silence())
    if module is not None:
        load_run_weights(module, run.path)
    return run


def dataset(train: "Pairs", test: "Pairs", *, name: str = "given", classes: Sequence[str] | None = None) -> "Dataset":
    """Two torch Datasets, or other sequences of (image, label), as data for `train`, with a name and classes."""
    from mnist.data.given import given_data

    return given_data(train, test, name=name, classes=classes)


def record(
    folder: str | Path,
    model: object,
    *,
    config: Mapping[str, object] | None = None,
    data: "str | DataSource" = "data of its own",
    seed: int | None = None,
    force: bool = False,
) -> "OwnRun":
    """A run folder for a loop of your own: `with mnist.record("runs/x", model) as run:`, `run.epoch(...)` in it.

    `model` is a torch module, of which weights, layers, code and graph are kept, or a Keras model, of which weights and
    the number of parameters are. `config` is what the loop tells of itself. `data` is what it is trained on, "mnist" or
    another name; `seed` is by itself what torch's random numbers began with. What an epoch does not tell is not
    measured. An exception leaves the epochs so far, as an interrupted run.
    """
    need_libraries()
    from mnist.jobs.own_loop import record as begin

    return begin(folder, model, config=config, data=data, seed=seed, force=force)


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


def _network(
    network: "str | Network | nn.Module", arguments: Mapping[str, object]
) -> "tuple[Network, nn.Module | None]":
    """The network, and the module that it was given as, if it was."""
    if isinstance(network, Network):
        return network, None
    if isinstance(network, str):
        return find_network(network, arguments), None
    need_libraries()
    from mnist.modules.network import from_given

    return from_given(network, arguments), network
