"""The pictures of recorded runs, as functions that draw them: figures into plots. Draws nothing by itself."""

import math
from array import array
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from statistics import fmean

from mnist.runs.folder import Run, load_run
from mnist.runs.record import Evaluation
from reports.errors import DisagreementError
from reports.figures.configurations import ConfigurationSummary
from reports.figures.goals import Goals
from reports.figures.points import picture_name, points
from reports.figures.published import PublishedFigures, PublishedRun
from reports.figures.runs import Epoch, RunSummary
from reports.pictures import classes, plots, together
from reports.pictures.canvas import Picture
from reports.pictures.images import Draw

Drawings = dict[str, Draw]  # by path below the folder


def drawings_of_run(folder: Path, summary: RunSummary, target: float) -> Drawings:
    """The pictures of one run, by path; what it predicted is read again from its folder when it is drawn."""
    note = _note(summary)
    drawings = _curves(summary.images.loss, summary.images.accuracy, [summary], target)
    if summary.images.confusion is not None:
        drawings[summary.images.confusion] = partial(_confusion, folder, note, summary.split)
    if summary.images.wrong is not None:
        drawings[summary.images.wrong] = partial(_wrong_images, folder, note, summary.wrong_shown)
    return drawings


def drawings_of_configuration(configuration: ConfigurationSummary, target: float) -> Drawings:
    """The learning curves over several seeds; of a single run they are its own."""
    if len(configuration.runs) == 1:
        return {}
    return _curves(configuration.images.loss, configuration.images.accuracy, configuration.runs, target)


def drawings_of_published(run: PublishedFigures, target: float) -> Drawings:
    """The learning curves that somebody else's text tells; no line is drawn over epochs that it leaves out."""
    shown = {epoch.epoch: epoch for epoch in run.log}
    epochs = [shown.get(number) for number in range(1, run.last.epoch + 1)]
    test = [_measured(epoch.accuracy if epoch else None, 100) for epoch in epochs]
    train = [_measured(epoch.train_accuracy if epoch else None, 100) for epoch in epochs]
    loss = [_measured(epoch.test_loss if epoch else None) for epoch in epochs]
    note = f"{run.data}, as published" if run.data not in (None, "MNIST") else "as published"
    judged = target if run.verdict.best_accuracy is not None else None
    drawings: Drawings = {run.accuracy_image: partial(plots.accuracy_of_run, train, test, judged, note)}
    if run.loss_image is not None:
        drawings[run.loss_image] = partial(plots.loss_of_run, [], loss, note)
    return drawings


def drawings_of_all(
    configurations: Sequence[ConfigurationSummary], published: Sequence[PublishedRun], goals: Goals
) -> tuple[Callable[[], Picture], Callable[[], Picture]]:
    """What sets configurations beside each other: accuracy by epoch, and against parameters."""
    ours, theirs = points(configurations, published)
    judged = _any_judged(configurations) or bool(theirs)
    return _accuracy_of_all(configurations, published, goals), partial(
        plots.accuracy_of_parameters,
        ours,
        theirs,
        float(goals.accuracy * 100) if judged else None,
        goals.parameters if judged else None,
    )


def _accuracy_of_all(
    configurations: Sequence[ConfigurationSummary], published: Sequence[PublishedRun], goals: Goals
) -> Callable[[], Picture]:
    """A line for each configuration, over several seeds their mean with a band."""
    curves, bands = [], {}
    for number, configuration in enumerate(configurations):
        ((curve, band),) = _over_seeds(configuration.runs, lambda epoch: float(epoch.test_accuracy * 100))
        curves.append(curve)
        if len(configuration.runs) > 1:
            bands[number] = band
    others = [
        (run.name, [epoch.epoch for epoch in run.epochs], [float(epoch.accuracy * 100) for epoch in run.epochs])
        for run in published
    ]
    return partial(
        together.accuracy_of_all,
        curves,
        [picture_name(configuration, configuration.name) for configuration in configurations],
        float(goals.accuracy * 100) if published or _any_judged(configurations) else None,
        others,
        bands,
    )


def _confusion(folder: Path, note: str, split: str) -> Picture:
    run, evaluation = _predicted(folder)
    return classes.confusion(evaluation.confusion, note, split, run.record.data.classes)


def _wrong_images(folder: Path, note: str, most: int) -> Picture:
    run, evaluation = _predicted(folder)
    if run.wrong_images is None:
        raise DisagreementError(f"{folder}: its wrong.npz went while the report was made")
    wrong, names = evaluation.wrong[:most], run.record.data.classes
    labels, read = [names[each.label] for each in wrong], [names[each.predicted] for each in wrong]
    return classes.wrong_images(run.wrong_images[: len(wrong)], labels, read, note)


def _predicted(folder: Path) -> tuple[Run, Evaluation]:
    run = load_run(folder)
    if run.evaluation is None:
        raise DisagreementError(f"{folder}: its evaluation.json went while the report was made")
    return run, run.evaluation


def _curves(loss: str, accuracy: str, runs: Sequence[RunSummary], target: float) -> Drawings:
    """Loss and accuracy by path: of one run, or means over seeds with bands from least to most."""
    shown = runs[0]
    note = ", ".join(filter(None, (f"mean and range of {len(runs)} seeds" if len(runs) > 1 else "", _note(shown))))
    train_loss, test_loss, train, test = _over_seeds(
        runs,
        lambda epoch: _measured(epoch.train_loss),
        lambda epoch: _measured(epoch.test_loss),
        lambda epoch: _measured(epoch.train_accuracy, 100),
        lambda epoch: _measured(epoch.test_accuracy, 100),
    )
    several = len(runs) > 1
    losses, accuracies = [(train_loss[1], test_loss[1]), (train[1], test[1])] if several else [(), ()]
    judged = target if shown.verdict.all is not None else None
    return {
        loss: partial(plots.loss_of_run, train_loss[0], test_loss[0], note, losses, shown.split),
        accuracy: partial(plots.accuracy_of_run, train[0], test[0], judged, note, accuracies, shown.split),
    }


def _measured(value: float | Fraction | None, times: int = 1) -> float:
    """The number; what was not measured is none, and no line is drawn there."""
    return math.nan if value is None else float(value * times)


def _over_seeds(
    runs: Sequence[RunSummary], *values: Callable[[Epoch], float]
) -> list[tuple[list[float], tuple[list[float], list[float]]]]:
    """For each of the values, of each epoch the mean over the runs, and the least and the most."""
    measured = [[array("d", map(value, run.log)) for value in values] for run in runs]
    curves = []
    for of_runs in zip(*measured, strict=True):
        epochs = list(zip(*of_runs, strict=True))
        curves.append((list(map(fmean, epochs)), (list(map(min, epochs)), list(map(max, epochs)))))
    return curves


def _note(run: RunSummary) -> str:
    """What a picture must say of its images, where they are not MNIST's test images."""
    return ", ".join(
        filter(None, (f"{run.data}, not MNIST" if run.other_data else "", "held out" if run.split != "test" else ""))
    )


def _any_judged(configurations: Sequence[ConfigurationSummary]) -> bool:
    return any(configuration.verdict.all is not None for configuration in configurations)
