"""Accuracy against parameters: a point for each run, and for each figure that others publish. Pure."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from reports.figures.configurations import ConfigurationSummary
from reports.figures.published import PublishedRun


class Point(NamedTuple):
    """A network, its parameters and an accuracy in percent."""

    name: str
    parameters: int
    percent: float


def points(
    configurations: Sequence[ConfigurationSummary], published: Sequence[PublishedRun]
) -> tuple[list[Point], list[Point]]:
    """Our runs after their last epoch, and what is published of the same networks and of others."""
    ours = [
        Point(name, configuration.parameters, _percent(run.last.test_accuracy))
        for configuration in configurations
        for name in [picture_name(configuration, configuration.net)]
        for run in configuration.runs
    ]
    theirs = {
        configuration.net: Point(
            configuration.net, configuration.parameters, _percent(configuration.published.accuracy)
        )
        for configuration in configurations
        if configuration.published is not None
        and configuration.published.accuracy is not None
        and not configuration.shown.other_data
    } | {
        run.name: Point(run.name, run.parameters, _percent(run.best.accuracy))
        for run in published
        if run.parameters is not None
    }
    return ours, list(theirs.values())


def picture_name(configuration: ConfigurationSummary, name: str) -> str:
    """A name for a picture, which says what is not MNIST's test images."""
    shown = configuration.shown
    kinds = (shown.data if shown.other_data else "", "validation" if shown.split != "test" else "")
    return ", ".join(filter(None, (name, *kinds)))


def _percent(accuracy: Fraction) -> float:
    return float(accuracy * 100)
