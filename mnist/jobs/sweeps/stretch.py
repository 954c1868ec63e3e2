"""A stretch of a run: the epochs that fit into some seconds, by any process, from one checkpoint to the next.

The process needs no disk that it shares with whoever asks: the network comes as what makes it, a module of somebody's
own as its source; the data are told by their hashes; what goes back is a checkpoint, the same bytes that `mnist train`
keeps beside a run folder. Writes nothing.
"""

import pickle
import time
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mnist.data.by_hash import find_by_hash
from mnist.modules.fit import Fitted, fit
from mnist.nets.net import Network
from mnist.runs.data_source import DataSource
from mnist.runs.recipe import Recipe
from mnist.training.checkpoint import checkpoint_bytes, parse_checkpoint
from mnist.training.device import find_device
from mnist.training.loop import Silence
from mnist.training.train import checkpoints


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is to be trained, from which checkpoint on, and for how long: until the epoch in which `seconds` are over.

    `network` is a pickled Network, whose code runs where this is trained. `handed_on` says that the checkpoint is that
    of the stretch before, so that the run was never stopped. Whoever asks knows the run by its number.
    """

    number: int
    network: bytes
    recipe: Recipe
    seed: int
    source: DataSource
    device: str
    threads: int
    seconds: float
    begun: bytes | None = None
    handed_on: bool = False


def train_stretch(stretch: Stretch, data_file: Path | None = None) -> bytes | None:
    """The checkpoint that it ends with; None where the data are not here and no file of them is. MnistError as `train`.

    Torch's random numbers are the process's: one stretch at a time.
    """
    data = find_by_hash(stretch.source, data_file)
    if data is None:
        return None
    last = None if stretch.begun is None else parse_checkpoint(stretch.begun, "the checkpoint of the stretch before")
    until = time.monotonic() + stretch.seconds
    with closing(
        checkpoints(
            _fitted(stretch.network, stretch.source.model_dump_json()),
            stretch.recipe,
            data,
            seed=stretch.seed,
            device=find_device(stretch.device),
            threads=stretch.threads,
            progress=Silence(),
            resumed=last,
            handed_on=stretch.handed_on,
        )
    ) as epochs:
        for checkpoint in epochs:
            last = checkpoint
            if time.monotonic() >= until:
                break
    assert last is not None  # a recipe has at least one epoch
    return checkpoint_bytes(last)


@lru_cache(maxsize=4)
def _fitted(network: bytes, source: str) -> Fitted:
    """Once a process: a module is probed and its graph exported, which takes longer than many an epoch."""
    unpickled: Network = pickle.loads(network)
    return fit(unpickled, DataSource.model_validate_json(source))
