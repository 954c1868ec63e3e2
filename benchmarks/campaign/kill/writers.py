"""Everything that writes, each as one call that leaves the old or the new of something in a folder."""

import hashlib
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.campaign.fuzz.bases import ROOT

State = dict[str, str]  # name of a file, or of what stands or falls as one -> what it holds
OUT = "out"
_FEW = ("--batch-size", 20, "--threads", 1)  # images a step, of sixty


@dataclass(frozen=True, slots=True)
class Writer:
    """What is killed. `write` writes version 0 or 1 into a folder; `look` says what is there, raises if it is torn."""

    write: Callable[[Path, int], None]
    look: Callable[[Path], State]
    prepare: Callable[[Path], None] = lambda _: None
    removes: bool = False  # the versions are alike: each removes some of it itself before it begins


def command(program: str, *words: object) -> None:
    """Run a command line in this process; its findings, exit code 1, are fine."""
    from groundfloor.command import run

    sys.argv = [program, *map(str, words)]
    try:
        run(program, f"{program}.commands.app")
    except SystemExit as ended:
        if ended.code not in (0, 1, None):
            raise


def files(folder: Path) -> State:
    """Every file that is not hidden, by its hash."""
    return {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in _files(folder / OUT)}


def strays(folder: Path) -> list[str]:
    """Hidden places for half-written things and locks."""
    found = (path.relative_to(folder) for path in folder.rglob(".*") if path.name.endswith((".part", ".lock")))
    return sorted(map(str, found))


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder)
        if file.is_file() and not any(part.startswith(".") for part in name.parts):
            yield str(name), file


def _runs(folder: Path) -> State:
    """Each run folder as one, and every checkpoint, which must be readable."""
    from mnist.runs.folder import load_run
    from mnist.training.checkpoint import read_checkpoint

    for checkpoint in (folder / OUT).glob("*.checkpoint"):
        read_checkpoint(checkpoint)
    runs = [load_run(path) for path in (folder / OUT).iterdir() if path.is_dir() and not path.name.startswith(".")]
    weights = {run.name: hashlib.sha256((run.path / "weights.safetensors").read_bytes()).hexdigest() for run in runs}
    return {run.name: f"{len(run.record.epochs)} epochs, {weights[run.name]}" for run in runs}


def _exercise(folder: Path) -> State:
    """The whole folder as one, known by its manifest."""
    names = files(folder)
    if names and "class/manifest.json" not in names:
        raise ValueError(f"an exercise without its manifest: {', '.join(names)}")
    return {"exercise": f"{len(names)} files, {names['class/manifest.json']}"} if names else {}


def _workbook(folder: Path, version: int) -> None:
    command("backprop", "workbook", "xor", "--epochs", 3 + version, "-o", folder / OUT / "a.xlsx", "--force")


def _explore(folder: Path, version: int) -> None:
    command("backprop", "explore", ("mazur", "xor")[version], "-o", folder / OUT / "a.html", "--force")


def _report(folder: Path, version: int) -> None:
    runs = ("published-18138-seed0", "published-10066-seed0")[version]
    command("reports", "build", ROOT / "runs" / runs, "--network", "mazur", "--epochs", 3 + version, "-o", folder / OUT)


def _check(way: str) -> Callable[[Path, int], None]:
    def write(folder: Path, version: int) -> None:
        given = folder / "given" / f"{version}.xlsx"
        target = folder / "in.xlsx"
        shutil.copy(given, target)
        command("backprop", "check", target, way, folder / OUT, "--markdown", folder / OUT / "r.md", "--force")

    return write


def _checked(folder: Path) -> None:
    (folder / "given").mkdir()
    for version, name in enumerate(("slip.xlsx", "matrix.xlsx")):
        shutil.copy(ROOT / "docs" / name, folder / "given" / f"{version}.xlsx")


def _class(folder: Path) -> None:
    for version, names in enumerate((("slip", "matrix"), ("matrix", "slip"))):
        handed = folder / f"in{version}"
        handed.mkdir()
        for student, name in zip(("anna", "bert"), names, strict=True):
            shutil.copy(ROOT / "docs" / f"{name}.xlsx", handed / f"{student}.xlsx")


def _grade(folder: Path, version: int) -> None:
    command("backprop", "grade", folder / f"in{version}", "--out", folder / OUT, "--force", "--jobs", 1)


def _give_out(folder: Path, version: int) -> None:
    words = ("--students", folder / "class.csv", "--epochs", 2, "--seed", version, "--jobs", 1, "--force")
    command("backprop", "exercise", "mazur", *words, "-o", folder / OUT / "class")


def _roster(folder: Path) -> None:
    (folder / "class.csv").write_text("id,name\na1,Anna\nb2,Bert\n", encoding="utf-8")


def _digits(folder: Path) -> None:
    """Four IDX files of sixty pictures of MNIST's size."""
    import numpy as np

    from tests.mnist.data.test_folders import idx_folder

    draw = np.random.default_rng(0)
    pictures, labels = draw.integers(0, 256, (60, 28, 28), np.uint8), np.arange(60, dtype=np.uint8) % 10
    idx_folder(folder / "data", train_images=pictures, train_labels=labels, test_images=pictures, test_labels=labels)


def _train(folder: Path, version: int) -> None:
    words = (*_FEW, "--epochs", 2 + version, "--seed", 0, "--out", folder / OUT / "run", "--force")
    command("mnist", "train", "tiny", "--data", folder / "data", *words)


def _sweep(folder: Path, version: int) -> None:
    for run in (folder / OUT).iterdir() if version == 0 else ():  # the folder itself stays, wherever this is killed
        gone = folder / f"gone-{run.name}"  # a removal that is killed is no fault of what is tried
        shutil.rmtree(gone, ignore_errors=True)
        run.rename(gone)
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    words = (*_FEW, "--epochs", 1, "--seeds", f"0..{version}", "--out", folder / OUT)
    command("mnist", "sweep", "tiny", "--data", folder / "data", *words)


def _page(folder: Path, version: int) -> None:
    run = ROOT / "runs" / ("published-18138-seed0", "published-10066-seed0")[version]
    command("mnist", "page", run, "-o", folder / OUT / "draw.html", "--force", "--data", folder / "data")


def _import(folder: Path, version: int) -> None:
    (folder / "README.md").write_text((folder / f"log{version}.md").read_text(encoding="utf-8"), encoding="utf-8")
    command("reports", "import", folder / "README.md", "--name", "theirs", "-o", folder / OUT, "--force")


def _logs(folder: Path) -> None:
    for version in (0, 1):
        told = "Epoch {0}: Test set: Average loss: 0.05, Accuracy: 98{0}{1}/10000 (98.{0}%)"
        lines = [told.format(epoch, version) for epoch in (1, 2)]
        (folder / f"log{version}.md").write_text("\n".join(["# A net", "", "```", *lines, "```", ""]), encoding="utf-8")


def _download(folder: Path, version: int) -> None:
    """All four files from a mirror on this machine, the first removed first."""
    from mnist.data import download
    from tests.mnist.data.mirror import serving

    (folder / OUT).mkdir(exist_ok=True)
    given = {file.name: file.read_bytes() for file in (folder / "mirror").iterdir()}
    for name in sorted(given)[: 1 + version]:
        (folder / OUT / name).unlink(missing_ok=True)
    with ExitStack() as stack:
        mirror = stack.enter_context(serving(given))
        download.MIRRORS = (f"{mirror.url}/good/",)
        said: list[str] = []
        if not download.fetch(folder / OUT, said.append):
            print(f"mnist: {said[-1]}", file=sys.stderr)
            sys.exit(2)


def _mirror(folder: Path) -> None:
    from benchmarks.campaign.fuzz.bases import _beside

    source = next(iter(_beside("MNIST_DIR", "mnist")))
    shutil.copytree(source, folder / "mirror", ignore=shutil.ignore_patterns("README*"))


WRITERS: Mapping[str, Writer] = {
    "workbook": Writer(_workbook, files),
    "explore": Writer(_explore, files),
    "report": Writer(_report, files),
    "annotate": Writer(_check("--annotate"), files, _checked),
    "fix": Writer(_check("--fix"), files, _checked),
    "exercise": Writer(_give_out, _exercise, _roster),
    "grade": Writer(_grade, files, _class),
    "page": Writer(_page, files, _digits),
    "train": Writer(_train, _runs, _digits),
    "sweep": Writer(_sweep, _runs, _digits, removes=True),
    "import": Writer(_import, files, _logs),
    "download": Writer(_download, files, _mirror, removes=True),
}
