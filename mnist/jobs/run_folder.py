"""The folder that a training leaves: checked beforehand, trained into, gone on with. Prints nothing."""

from collections.abc import Sequence
from pathlib import Path

import safetensors.torch

from groundfloor import files
from groundfloor.process.claim import Claim, ClaimedError, claim
from mnist.data.dataset import Dataset
from mnist.errors import BusyError, RunError
from mnist.jobs.signals import uninterrupted
from mnist.modules.fit import Fitted
from mnist.modules.restore import restore
from mnist.nets.catalogue import find_net
from mnist.nets.net import Network
from mnist.paths import folder_fault
from mnist.runs.folder import FILES, NETWORK_FILES, Run, load_run
from mnist.runs.recipe import Recipe
from mnist.training.checkpoint import Checkpoint, checkpoint_file, read_checkpoint, write_checkpoint
from mnist.training.grouped import train_together
from mnist.training.loop import Progress
from mnist.training.recording import TrainedRun
from mnist.training.train import train


def claim_run(folder: Path) -> Claim:
    """The run folder for this process alone, while it trains; RunError where another has it or it cannot be written."""
    try:
        return claim(folder)
    except ClaimedError as error:
        raise BusyError(f"{folder}: another process is training it; name another --out, or wait for it") from error
    except files.FileError as error:
        raise RunError(str(error)) from error


def check_free(folder: Path, force: bool = False, *, begun: bool = False) -> None:
    """RunError unless a run can be written to `folder` without losing anything else; leaves no trace.

    A checkpoint beside it is something else, unless the run that is `begun` may go on.
    """
    if folder.is_symlink() or folder.exists():
        if not force:
            raise RunError(f"{folder}: exists already; name another --out, or --force to replace a run")
        entries = {entry.name for entry in folder.iterdir()} if folder.is_dir() and not folder.is_symlink() else set()
        if FILES[0] not in entries or not entries <= {*FILES, *NETWORK_FILES}:
            raise RunError(
                f"{folder}: is not a run folder ({FILES[0]} and nothing but {', '.join(FILES[1:])}); "
                "--force replaces only those"
            )
    check_writable(folder)
    checkpoint = checkpoint_file(folder)
    if checkpoint.exists() and not force and not begun:
        raise RunError(f"{checkpoint}: an unfinished run; --resume {folder} goes on with it, --force starts anew")


def check_writable(folder: Path) -> None:
    """RunError unless a folder can be made by that name, as save_run will; leaves no trace."""
    try:
        files.check_writable(folder)
    except files.FileError as error:
        raise RunError(str(error)) from error


def unfinished(folder: Path) -> Checkpoint:
    """What the run in `folder` goes on from; RunError where it has ended or never begun."""
    file = checkpoint_file(folder)
    if not file.exists() and (folder / FILES[0]).is_file():
        status = load_run(folder).record.status
        raise RunError(f"{folder}: the run is {status} and has no checkpoint beside it, {file.name}, to go on from")
    if not file.exists() and (
        fault := folder_fault(folder, f"a run with its checkpoint, {file.name}, beside it is needed")
    ):
        raise RunError(fault)
    return read_checkpoint(file)


def train_into(
    folder: Path,
    network: Network | Fitted,
    recipe: Recipe,
    data: Dataset,
    *,
    seed: int,
    device: str,
    threads: int,
    progress: Progress,
    resumed: Checkpoint | None = None,
) -> Run:
    """Train and leave a run folder; while the run is unfinished, its checkpoint lies beside it.

    KeyboardInterrupt as `train` treats it. RunError where the folder or the checkpoint cannot be written.
    """
    file = checkpoint_file(folder)

    def keep(checkpoint: Checkpoint) -> None:
        write_checkpoint(file, checkpoint)

    trained = train(
        network,
        recipe,
        data,
        seed=seed,
        device=device,
        threads=threads,
        progress=progress,
        keep=keep,
        resumed=resumed,
    )
    return save_trained(folder, trained)


def save_trained(folder: Path, trained: TrainedRun) -> Run:
    """Leave the run folder of what was trained with a checkpoint after each epoch, which goes where all are finished.

    RunError where that cannot be written.
    """
    file = checkpoint_file(folder)
    with uninterrupted():  # a second Ctrl-C must not cost the record
        try:
            trained.save(folder)
        except RunError as error:
            kept = f"{file} keeps all {len(trained.record.epochs)} epochs: --resume {folder}"
            raise RunError(f"{error}; {kept}") from error
        if trained.record.status == "finished":
            file.unlink(missing_ok=True)
        return load_run(folder)


def train_group_into(
    folders: Sequence[Path],
    network: Network | Fitted,
    recipe: Recipe,
    data: Dataset,
    *,
    seeds: Sequence[int],
    device: str,
    threads: int,
    progress: Progress,
) -> list[Run]:
    """Train the seeds together and leave a run folder each; none, and no checkpoint, where that is interrupted."""
    trained = train_together(network, recipe, data, seeds=seeds, device=device, threads=threads, progress=progress)
    with uninterrupted():
        for folder, run in zip(folders, trained, strict=True):
            run.save(folder)
        return [load_run(folder) for folder in folders]


def begun_network(folder: Path, checkpoint: Checkpoint, *, trust: bool = False) -> Network | Fitted:
    """The network of an unfinished run; RunError where its graph cannot be gone on with and its code is not trusted."""
    run = checkpoint.run
    if run.about is None or run.about.network is None:  # a checkpoint of version 1
        return find_net(run.net)
    weights = safetensors.torch.load(checkpoint.weights)
    restored = restore(
        run.about.network,
        run.net,
        run.data.shape,
        checkpoint.files,
        weights,
        where=folder,
        trust=trust,
        recipe=run.recipe,
    )
    network = Network(name=run.net, source=run.about.source, recipe=run.recipe)
    return Fitted(
        network, restored.make, restored.outputs, run.about.summary, run.about.network, files=checkpoint.files
    )


def check_data(folder: Path, sha256: object, data: Dataset) -> None:
    """RunError unless the hashes of a run's data are those of `data`."""
    if sha256 != data.source.sha256:
        raise RunError(f"{folder}: was trained on other data than this, {data.source.name}: the hashes differ")
