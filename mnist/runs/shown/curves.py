"""The curves of a run, loss and accuracy by epoch, as a picture; and figures as SVG or PNG without date or chance."""

import io
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mnist.runs.record import EpochMetrics

TRAIN, TEST = "#E69F00", "#0072B2"  # Okabe and Ito, safe for colour-blind readers
GRID = "#E8EEF5"


def curves(epochs: "Sequence[EpochMetrics]", of: int, split: str = "test") -> str:
    """SVG of the losses and the accuracies of the finished of `of` epochs, side by side."""

    def draw(figure: "Figure") -> None:
        losses, accuracies = figure.subplots(1, 2)
        numbers = [metrics.epoch for metrics in epochs]
        train_losses, test_losses = [m.train_loss for m in epochs], [m.test_loss for m in epochs]
        scale = "log" if any(train_losses + test_losses) else "linear"  # none measured, none to scale
        _lines(losses, numbers, train_losses, test_losses, split)
        trained = [None if m.train_accuracy is None else 100 * m.train_accuracy for m in epochs]
        shares = (trained, [100 * m.test_accuracy for m in epochs])
        _lines(accuracies, numbers, *shares, split)
        losses.set(title="loss", xlabel="epoch", xlim=(0.5, of + 0.5), yscale=scale)
        accuracies.set(title="accuracy in %", xlabel="epoch", xlim=(0.5, of + 0.5))

    text = picture(draw, "svg", (8, 2.8)).decode()
    return text[text.index("<svg") :]


def picture(draw: "Callable[[Figure], None]", kind: str, inches: tuple[float, float]) -> bytes:
    """What `draw` makes of an empty figure, as "svg" or "png"; the same figure has the same bytes."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({"svg.hashsalt": "mnist", "axes.axisbelow": True, "legend.frameon": False})
        figure = Figure(figsize=inches, layout="constrained")
        draw(figure)
        stream = io.BytesIO()
        if kind == "png":
            FigureCanvasAgg(figure).print_png(stream, metadata={"Software": None})  # type: ignore[no-untyped-call]
        else:
            FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    return stream.getvalue()


def _lines(
    axes: "Axes", numbers: Sequence[int], train: Sequence[float | None], test: Sequence[float | None], split: str
) -> None:
    """A line of each; where a figure was not measured it has a gap."""
    from matplotlib.ticker import MaxNLocator

    for values, colour, label in ((train, TRAIN, "training"), (test, TEST, split)):
        measured = [math.nan if value is None else value for value in values]
        axes.plot(numbers, measured, ".-", color=colour, label=label)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(color=GRID)
    axes.legend()
