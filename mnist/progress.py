"""The picture of a training run on a terminal: a bar with the loss while an epoch runs, a line when it ends."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from mnist.runs import EpochMetrics

HEADER = "  epoch   train loss   accuracy    test loss       correct   accuracy   seconds"


def epoch_line(metrics: EpochMetrics, epochs: int) -> str:
    """One line under HEADER, 79 columns."""
    return (
        f"{metrics.epoch:>4}/{epochs:<3} {metrics.train_loss:>11.4f} {metrics.train_accuracy:>9.2%}"
        f" {metrics.test_loss:>12.4f} {f'{metrics.test_correct}/{metrics.test_total}':>13}"
        f" {metrics.test_accuracy:>10.2%} {metrics.seconds:>9.1f}"
    )


class TerminalProgress:
    """Draws on the console; only the lines where the console is a file."""

    def __init__(self, console: Console, epochs: int) -> None:
        self._console = console
        self._epochs = epochs
        self._bar = Progress(
            TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:.0f}/{task.total:.0f}  loss {task.fields[loss]:.4f}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", epoch=1, epochs=epochs, loss=0.0)

    def __enter__(self) -> Self:
        self._line(HEADER)
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def batch(self, epoch: int, done: int, batches: int, loss: float) -> None:
        """Move the bar."""
        self._bar.update(self._task, completed=done, total=batches, epoch=epoch, loss=loss)

    def epoch(self, metrics: EpochMetrics) -> None:
        """Print the line of a finished epoch above the bar, and start the bar anew."""
        self._line(epoch_line(metrics, self._epochs))
        self._bar.reset(self._task, epoch=min(metrics.epoch + 1, self._epochs), loss=metrics.train_loss)

    def _line(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)
