"""The picture of training on a terminal: a bar, and a line when an epoch of a run or a run of a sweep ends."""

import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from mnist.jobs.sweeps.sweep import RunStatus
from mnist.runs.folder import Run
from mnist.runs.record import EpochMetrics
from mnist.runs.shown.curves import curves

HEADER = "  epoch   train loss   accuracy    test loss       correct   accuracy   seconds"


def epoch_line(metrics: EpochMetrics, epochs: int) -> str:
    """One line under HEADER, 79 columns."""
    return (
        f"{metrics.epoch:>4}/{epochs:<3} {metrics.train_loss:>11.4f} {metrics.train_accuracy:>9.2%}"
        f" {metrics.test_loss:>12.4f} {f'{metrics.test_correct}/{metrics.test_total}':>13}"
        f" {metrics.test_accuracy:>10.2%} {metrics.seconds:>9.1f}"
    )


class _Watched:
    """A bar at the foot of a terminal, while the block lasts, and lines above it."""

    _bar: Progress
    _console: Console

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def _line(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


class Picture:
    """A place of a notebook's cell whose picture changes."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._handle: Any = None

    def show(self, svg: str) -> None:
        """Put this picture there, in place of the one before."""
        content = {"text/html": svg, "text/plain": "curves"}
        if self._handle is None:
            self._handle = self._display(content, raw=True, display_id=True)
        else:
            self._handle.update(content, raw=True)


def notebook() -> Picture | None:
    """A place for a picture where a notebook's kernel runs this; else None."""
    interactive = sys.modules.get("IPython")  # which a notebook has imported
    shell = interactive.get_ipython() if interactive is not None else None
    if interactive is None or shell is None or "IPKernelApp" not in shell.config:
        return None
    return Picture(interactive.display.display)


class TerminalProgress(_Watched):
    """Draws on the console, only the lines where that is a file, and in a notebook curves that grow below them."""

    def __init__(self, console: Console, epochs: int) -> None:
        self._console = console
        self._epochs = epochs
        self._finished: list[EpochMetrics] = []
        self._notebook = notebook()
        self._bar = Progress(
            TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:.0f}/{task.total:.0f}  loss {task.fields[loss]:.4f}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.file.isatty(),
        )
        self._task = self._bar.add_task("", epoch=1, epochs=epochs, loss=0.0)

    def __enter__(self) -> Self:
        self._line(HEADER)
        return super().__enter__()

    def batch(self, epoch: int, done: int, batches: int, loss: float) -> None:
        """Move the bar."""
        self._bar.update(self._task, completed=done, total=batches, epoch=epoch, loss=loss)

    def epoch(self, metrics: EpochMetrics) -> None:
        """Print the line of a finished epoch above the bar, and start the bar anew."""
        self._line(epoch_line(metrics, self._epochs))
        self._finished.append(metrics)
        if self._notebook is not None:
            self._notebook.show(curves(self._finished, self._epochs))
        self._bar.reset(self._task, epoch=min(metrics.epoch + 1, self._epochs), loss=metrics.train_loss)


class TerminalSweepProgress(_Watched):
    """A line a finished run, and a bar over all epochs while it is a terminal; the time left by work done so far."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[left]}"),
            console=console,
            transient=True,
            disable=not console.file.isatty(),
        )
        self._task = self._bar.add_task("", left="")
        self._runs = self._finished = 0
        self._work = self._done = self._cost = 0.0
        self._started = time.monotonic()

    def begin(self, statuses: Sequence[RunStatus], /) -> None:
        """Count the runs and the work: an epoch costs as its network's multiply-adds."""
        self._runs = len(statuses)
        self._finished = sum(status.run is not None for status in statuses)
        self._work = sum(status.epochs_left * _cost(status) for status in statuses)
        self._started = time.monotonic()
        self._line(f"{self._finished} of {self._runs} runs are finished already")

    def taken(self, group: Sequence[RunStatus], /) -> None:
        """Say so; their work is no longer to be done here."""
        for status in group:
            self._work -= status.epochs_left * _cost(status)
            self._line(f"{status.planned.folder.name}: another process trains it")

    def start(self, group: Sequence[RunStatus], /) -> None:
        """Name the run on the bar; say where one goes on."""
        self._cost = sum(_cost(status) for status in group)
        name = group[0].planned.folder.name
        checkpoint = group[0].checkpoint
        if checkpoint is not None:
            self._line(f"{name}: goes on after epoch {len(checkpoint.run.epochs)}")
        if note := group[0].note:
            self._line(f"{name}: {note}")
        self._bar.update(self._task, description=name if len(group) == 1 else f"{name} and {len(group) - 1} more")

    def batch(self, _epoch: int, done: int, batches: int, _loss: float, /) -> None:
        """Move the bar."""
        self._bar.update(self._task, total=self._work, completed=self._done + self._cost * done / batches)

    def epoch(self, _metrics: EpochMetrics, /) -> None:
        """Estimate the time left anew."""
        self._worked(self._cost)

    def worked(self, status: RunStatus, /) -> None:
        """The same for an epoch of one of several runs that go on side by side."""
        self._worked(_cost(status))

    def _worked(self, cost: float) -> None:
        self._done += cost
        self._bar.update(self._task, total=self._work, completed=self._done, left=f"about {duration(self.left)} left")

    def end(self, runs: Sequence[Run], /) -> None:
        """Print a line for each run."""
        for run in runs:
            self._finished += 1
            self._line(
                f"{run.name}: {run.last.test_accuracy:.2%} in {sum(m.seconds for m in run.record.epochs):.0f} s; "
                f"{self._finished} of {self._runs} runs, about {duration(self.left)} left"
            )

    @property
    def left(self) -> float:
        """Seconds that the work left takes at the speed so far; 0 before the first epoch has ended."""
        return (time.monotonic() - self._started) / self._done * (self._work - self._done) if self._done else 0.0


def duration(seconds: float) -> str:
    """ "40 s", "12 min", "3 h 05 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"


def _cost(status: RunStatus) -> float:
    return float(status.fitted.summary.multiply_adds or 1)
