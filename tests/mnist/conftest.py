"""What the tests of training share: few rendered digits, and an ear for progress."""

import hashlib
import math
import sys
from functools import cache
from pathlib import Path

import pytest

import mnist.data.sources
from mnist.__main__ import main
from mnist.data.dataset import Dataset
from mnist.data.idx import idx_bytes
from mnist.data.rendered import render_digits
from mnist.data.sources import rendered_digits
from mnist.runs.data_source import DataSource
from mnist.runs.record import EpochMetrics
from tests.mnist.commands.commands import Mnist


class Recorder:
    """Keeps what training tells, and interrupts it after `stop_after` steps."""

    def __init__(self, stop_after: float = math.inf) -> None:
        self.steps: list[tuple[int, int, int, float]] = []
        self.epochs: list[EpochMetrics] = []
        self._stop_after = stop_after

    def batch(self, epoch: int, done: int, batches: int, loss: float, /) -> None:
        self.steps.append((epoch, done, batches, loss))
        if len(self.steps) >= self._stop_after:
            raise KeyboardInterrupt

    def epoch(self, metrics: EpochMetrics, /) -> None:
        self.epochs.append(metrics)


@pytest.fixture
def recorder() -> type[Recorder]:
    return Recorder


@pytest.fixture(scope="session")
def digits() -> Dataset:
    """200 rendered digits to train on, 60 to test on."""
    images, labels = render_digits(260, seed=1)
    arrays = {
        "train_images": images[:200],
        "train_labels": labels[:200],
        "test_images": images[200:],
        "test_labels": labels[200:],
    }
    hashes = {name: hashlib.sha256(idx_bytes(array)).hexdigest() for name, array in arrays.items()}
    return Dataset(
        **arrays, source=DataSource(name="rendered-digits", train_samples=200, test_samples=60, sha256=hashes)
    )


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Mnist:
    """Runs the command in an empty folder, with 300 rendered digits: (exit code, stdout, stderr)."""
    return _command(tmp_path, monkeypatch, capsys, terminal=False)


@pytest.fixture
def on_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Mnist:
    """The same where standard output is a terminal of 80 columns."""
    return _command(tmp_path, monkeypatch, capsys, terminal=True)


@cache
def few_digits() -> Dataset:
    """300 rendered digits to train on, 40 to test on."""
    return rendered_digits(300, 40)


def _command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, terminal: bool
) -> Mnist:
    few = few_digits()
    monkeypatch.setattr(mnist.data.sources, "rendered_digits", lambda: few)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")  # no colours
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mnist", *map(str, arguments)])
        monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
        with pytest.raises(SystemExit) as exited:
            main()
        out, err = capsys.readouterr()
        return int(exited.value.code or 0), out, err

    return run
