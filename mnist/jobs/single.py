"""One run from its beginning, or from its checkpoint, to its folder: checked first, then trained. Prints nothing."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from groundfloor.process.claim import Claim
from groundfloor.text import count
from mnist.data.dataset import Dataset
from mnist.data.folders import holds_pictures
from mnist.data.named import NAMED
from mnist.data.sources import RENDERED, Say, load_data
from mnist.errors import RunError, TrainingError
from mnist.jobs.run_folder import begun_network, check_data, check_free, claim_run, train_into, unfinished
from mnist.modules.fit import Fitted, fit
from mnist.nets.net import Network
from mnist.runs.architecture import KeptModule
from mnist.runs.data_source import DataSource
from mnist.runs.environment import versions
from mnist.runs.folder import Run
from mnist.runs.recipe import Recipe, recipe_sentence
from mnist.runs.versions import resumption_note
from mnist.training.checkpoint import Checkpoint
from mnist.training.device import find_device
from mnist.training.loop import Progress, split

MOST_THREADS = 1024


@dataclass(frozen=True, slots=True)
class Job:
    """A run about to be trained; `resumed` is what it goes on from."""

    folder: Path
    fitted: Fitted
    recipe: Recipe
    data: Dataset
    seed: int
    device: str
    threads: int
    claim: Claim  # on the folder, until the training ends
    resumed: Checkpoint | None = None

    @property
    def note(self) -> str | None:
        """What is said of a run that goes on with other versions than it began with."""
        if self.resumed is None:
            return None
        return resumption_note(self.resumed.run.environment.versions, versions())

    @property
    def heading(self) -> tuple[str, ...]:
        """What is trained, and how, in some lines."""
        name = self.fitted.network.name
        if self.resumed is not None:
            first = f"{name}: seed {self.seed}; goes on after epoch {len(self.resumed.run.epochs)}"
        else:
            place = f"{self.device}, {count(self.threads, 'thread')}"
            first = f"{name}: {self.fitted.summary.total:,} parameters; seed {self.seed}; {place}"
        return first, recipe_sentence(self.recipe), *self._notes()

    def _notes(self) -> Iterator[str]:
        """Of a module: which loss it is given, and what its run folder will lack."""
        kept = self.fitted.kept
        if not isinstance(kept, KeptModule):
            return
        how = "log-softmax and negative log-likelihood" if kept.outputs == "logits" else "negative log-likelihood alone"
        yield f"gives {kept.outputs}: the loss is cross-entropy, by {how}"
        if kept.no_graph is not None:
            yield f"no graph is kept ({kept.no_graph}): the run can be used with --trust only"
        elif not kept.graph_trains:
            yield "its graph gives the same only in use: --resume needs --trust"

    def train(self, progress: Progress) -> Run:
        """Train to the end, or to a KeyboardInterrupt, which passes through before an epoch is finished."""
        with self.claim:
            return self._train(progress)

    def _train(self, progress: Progress) -> Run:
        if self.resumed is not None:
            check_data(self.folder, self.resumed.run.data.sha256, self.data)
        return train_into(
            self.folder,
            self.fitted,
            self.recipe,
            self.data,
            seed=self.seed,
            device=self.device,
            threads=self.threads,
            progress=progress,
            resumed=self.resumed,
        )


def begin(
    network: Network,
    recipe: Recipe,
    out: Path | None,
    *,
    seed: int,
    data: str | Dataset | None,
    size: str | None = None,
    device: str,
    threads: int,
    force: bool,
    say: Say = lambda _: None,
) -> Job:
    """A new run into `out` or runs/NAME-seedSEED, claimed; MnistError on what cannot be trained or written."""
    check_seed(seed)
    check_threads(threads)
    folder = run_folder(network, seed, out)
    check_free(folder, force)
    with contextlib.ExitStack() as stack:
        claim = stack.enter_context(claim_run(folder))
        check_free(folder, force)  # another process may have ended in between
        place = find_device(device)
        dataset = data if isinstance(data, Dataset) else load_data(data, say=say, size=size)
        split(dataset, recipe)  # complains before anything is trained
        fitted = fit(network, dataset.source)
        stack.pop_all()
    return Job(folder, fitted, recipe, dataset, seed, place, threads, claim)


def run_folder(network: Network, seed: int, out: Path | None) -> Path:
    """Where a run goes: to `out`, if that is told."""
    return out if out is not None else Path("runs") / f"{network.name}-seed{seed}"


def go_on(folder: Path, *, data: str | Dataset | None, say: Say, trust: bool = False) -> Job:
    """An unfinished run, as it was begun; RunError where there is none, or where its code would have to be trusted."""
    unfinished(folder)
    with contextlib.ExitStack() as stack:
        claim = stack.enter_context(claim_run(folder))
        checkpoint = unfinished(folder)  # as it stands now: another process may have gone on with it
        run = checkpoint.run
        place = find_device(run.environment.device)
        dataset = data if isinstance(data, Dataset) else _same_data(run.data, data, say)
        fitted = fit(begun_network(folder, checkpoint, trust=trust), dataset.source)
        stack.pop_all()
    return Job(folder, fitted, run.recipe, dataset, run.seed, place, run.environment.threads, claim, checkpoint)


def _same_data(source: DataSource, data: str | None, say: Say) -> Dataset:
    """The data that a run was begun with, by its name where it has one; pictures are made the size that they had."""
    if source.augmented is not None:
        raise RunError(f"its training images are changed by {source.augmented}, which no folder keeps: train anew")
    if data is None:
        data = RENDERED if source.name == "rendered-digits" else source.name if source.name in NAMED else None
    if data is None and not source.is_mnist:
        raise RunError(f"its data is {source.name}; name its folder with --data")
    pictures = data is not None and holds_pictures(Path(data))
    return load_data(data, say=say, size=f"{source.height}x{source.width}" if pictures else None)


def check_seed(seed: int) -> None:
    """TrainingError on a seed that torch does not take."""
    if not 0 <= seed < 2**63:
        raise TrainingError(f"--seed {seed}: a whole number from 0 to 2^63 - 1 is needed")


def check_threads(threads: int) -> None:
    """TrainingError on a number of threads that no machine has."""
    if not 1 <= threads <= MOST_THREADS:
        raise TrainingError(f"--threads {threads}: 1 to {MOST_THREADS} are allowed")
