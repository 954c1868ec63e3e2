"""One run from its beginning, or from its checkpoint, to its folder: checked first, then trained. Prints nothing."""

from dataclasses import dataclass
from pathlib import Path

from groundfloor.text import count
from mnist.data.sources import RENDERED, Dataset, Say, load_data
from mnist.errors import TrainingError
from mnist.jobs.run_folder import check_free, resume, train_into, unfinished
from mnist.nets.catalogue import find_net
from mnist.nets.net import Net
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
    net: Net
    recipe: Recipe
    data: Dataset
    seed: int
    device: str
    threads: int
    resumed: Checkpoint | None = None

    @property
    def note(self) -> str | None:
        """What is said of a run that goes on with other versions than it began with."""
        if self.resumed is None:
            return None
        return resumption_note(self.resumed.run.environment.versions, versions())

    @property
    def heading(self) -> tuple[str, ...]:
        """What is trained, and how, in two lines."""
        if self.resumed is not None:
            first = f"{self.net.name}: seed {self.seed}; goes on after epoch {len(self.resumed.run.epochs)}"
        else:
            place = f"{self.device}, {count(self.threads, 'thread')}"
            first = f"{self.net.name}: {self.net.parameters:,} parameters; seed {self.seed}; {place}"
        return first, recipe_sentence(self.recipe)

    def train(self, progress: Progress) -> Run:
        """Train to the end, or to a KeyboardInterrupt, which passes through before an epoch is finished."""
        if self.resumed is not None:
            return resume(
                self.folder, self.resumed, self.data, device=self.device, threads=self.threads, progress=progress
            )
        return train_into(
            self.folder,
            self.net,
            self.recipe,
            self.data,
            seed=self.seed,
            device=self.device,
            threads=self.threads,
            progress=progress,
        )


def begin(
    net: Net,
    recipe: Recipe,
    out: Path | None,
    *,
    seed: int,
    data: str | None,
    device: str,
    threads: int,
    force: bool,
    say: Say = lambda _: None,
) -> Job:
    """A new run into `out` or runs/NAME-seedSEED; MnistError on what cannot be trained or written."""
    if not 0 <= seed < 2**63:
        raise TrainingError(f"--seed {seed}: a whole number from 0 to 2^63 - 1 is needed")
    check_threads(threads)
    folder = out if out is not None else Path("runs") / f"{net.name}-seed{seed}"
    check_free(folder, force)
    place = find_device(device)
    dataset = load_data(data, say=say)
    split(dataset, recipe)  # complains before anything is trained
    return Job(folder, net, recipe, dataset, seed, place, threads)


def go_on(folder: Path, *, data: str | None, say: Say) -> Job:
    """An unfinished run, as it was begun; RunError where there is none."""
    checkpoint = unfinished(folder)
    run = checkpoint.run
    place = find_device(run.environment.device)
    rendered = run.data.name == "rendered-digits" and data is None
    dataset = load_data(RENDERED if rendered else data, say=say)
    net = find_net(run.net)
    return Job(folder, net, run.recipe, dataset, run.seed, place, run.environment.threads, checkpoint)


def check_threads(threads: int) -> None:
    """TrainingError on a number of threads that no machine has."""
    if not 1 <= threads <= MOST_THREADS:
        raise TrainingError(f"--threads {threads}: 1 to {MOST_THREADS} are allowed")
