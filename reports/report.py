"""From run folders and a network to a report: markdown, one page, PDF. All is made before a byte is written."""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import DEFAULT_EPOCHS, DEFAULT_LEARNING_RATES, Trace, run_trace
from backprop.network import DEFAULT_NETWORK
from backprop.network.load import load_network, presets
from backprop.printers.diagram import draw_network
from groundfloor.text import did_you_mean
from mnist.runs.folder import find_runs, load_run
from reports.errors import ReportsError
from reports.figures.configurations import ConfigurationSummary, compare, configure
from reports.figures.descent import NetworkSummary, courses, summarize_network
from reports.figures.goals import Goals
from reports.figures.published import PublishedFigures, find_published, load_published
from reports.figures.runs import RunSummary
from reports.figures.slugs import slugs
from reports.output.folder import check_folder, write
from reports.output.mark import MARK
from reports.output.page import page
from reports.output.pdf import find_printer, print_report
from reports.pictures import classes, images, plots
from reports.pictures.drawings import (
    ALL_RUNS,
    PARAMETERS,
    Drawings,
    drawings_of_all,
    drawings_of_configuration,
    drawings_of_published,
    drawings_of_run,
)
from reports.rendering.equations import CLOSED_WEIGHTS, mathematics
from reports.rendering.render import render

FRAME = "width: 100%; height: 40rem; border: 0"  # of a report in a notebook
PICTURE = re.compile(r"assets/[\w.-]+")

RUNS = Path("runs")

Progress = Callable[[int, int, str], None]  # steps done, steps in all, what comes next


@dataclass(frozen=True, slots=True)
class Request:
    """What a report is to hold."""

    runs: Sequence[Path] = ()  # run folders
    published: Sequence[Path] = ()  # folders of published runs
    network: str = DEFAULT_NETWORK
    learning_rates: Sequence[float] | None = None  # None: the network's own, or the package's
    epochs: int = DEFAULT_EPOCHS
    goals: Goals = field(default_factory=Goals)
    template: str | Path | None = None  # of the package by name, or a file; None: README
    with_png: bool = False  # each plot as PNG too


@dataclass(frozen=True, slots=True)
class Report:
    """A report in memory: files by their path below the folder, its text first, and the figures of its runs."""

    files: dict[str, bytes]
    configurations: tuple[ConfigurationSummary, ...]
    published: tuple[PublishedFigures, ...]  # runs of others
    text: str  # as markdown, without mark
    pictures: Mapping[str, bytes]

    @property
    def runs(self) -> tuple[RunSummary, ...]:
        """All runs, by configuration and seed."""
        return tuple(run for configuration in self.configurations for run in configuration.runs)

    def _repr_html_(self) -> str:
        """The page of the report, in a frame of its own: what a notebook shows."""
        document = html.escape(page(_body(self.text), self.pictures), quote=True)
        return f'<iframe sandbox="allow-scripts" style="{FRAME}" srcdoc="{document}"></iframe>'


def silent(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


def write_report(
    request: Request,
    folder: Path,
    force: bool = False,
    progress: Progress = silent,
    formats: Sequence[str] = ("md",),
    workers: int = 1,
) -> Report:
    """Make the report and write it into `folder` in each of `formats`; files of other names there stay."""
    check_folder(folder)
    printer = find_printer() if "pdf" in formats else None
    report = make(request, progress, workers)
    files = report.files if "md" in formats else {}
    text = _body(report.text)
    if "html" in formats:
        files = {**files, "report.html": page(text, report.pictures).encode()}
    if printer is not None:
        files = {**files, "report.pdf": print_report(text, report.pictures, printer) + f"%{MARK}\n".encode()}
    write(files, folder, force)
    return replace(report, files=files)


def make(request: Request, progress: Progress = silent, workers: int = 1) -> Report:
    """The report, in memory. Of the pictures only those that its text names are drawn, in up to `workers` processes."""
    progress(0, 3, "runs")
    network = load_network(request.network)
    runs = [load_run(folder) for folder in request.runs]
    published = [load_published(folder) for folder in request.published]
    names = slugs([run.name for run in published])
    theirs = tuple(run.figures(request.goals, slug) for run, slug in zip(published, names, strict=True))
    configured = configure(runs, request.goals, classes.WRONG_SHOWN)
    configurations = tuple(configuration for configuration, _ in configured)

    progress(1, 3, f"network {network.name}")
    derivation = derive(network)
    trace = run_trace(
        derivation,
        request.learning_rates or network.training.learning_rates or DEFAULT_LEARNING_RATES,
        request.epochs,
        form="closed" if len(derivation.weights) <= CLOSED_WEIGHTS else "steps",
    )
    argument = request.network if request.network in presets() else Path(request.network).name
    summary = summarize_network(derivation, trace, argument)
    together = drawings_of_all(configurations, published, request.goals)

    progress(2, 3, "text")
    context = {
        "network": summary,
        "math": mathematics(derivation, trace.epochs),
        "configurations": configurations,
        "runs": tuple(run for configuration in configurations for run in configuration.runs),
        "comparison": compare(configurations),
        "goals": request.goals,
        "accuracy_plot": ALL_RUNS if ALL_RUNS in together else None,
        "parameters_plot": PARAMETERS if PARAMETERS in together else None,
        "published": theirs,
    }
    text = render(context, request.template)

    target = float(request.goals.accuracy * 100)
    drawings = _drawings_of_network(derivation, trace, summary) | together
    for configuration, group in configured:
        for run, figures in zip(group, configuration.runs, strict=True):
            drawings |= drawings_of_run(run, figures, target)
        drawings |= drawings_of_configuration(configuration, target)
    for other in theirs:
        drawings |= drawings_of_published(other, target)
    shown = set(PICTURE.findall(text))
    drawings = {path: draw for path, draw in drawings.items() if path in shown}
    total = len(drawings)
    pictures = images.draw_all(drawings, request.with_png, workers, lambda done: progress(done, total, "pictures"))
    return Report({"README.md": _marked(text).encode(), **pictures}, configurations, theirs, text, pictures)


def find_requested(paths: Sequence[str | Path] | None = None) -> tuple[list[Path], list[Path]]:
    """The recorded and the published runs of folders, each once; without any, those under runs/, which may be none.

    ReportsError names a folder that does not exist, RunError one that holds no run.
    """
    if not paths:
        folder = [RUNS] if _holds_runs(RUNS) else []
        return distinct(folder), find_published([RUNS])
    given = [Path(path) for path in paths]
    for path in given:
        if not path.exists():
            hint = did_you_mean(path.name, (other.name for other in path.absolute().parent.glob("*")))
            raise ReportsError(f"{path}: no such folder; {hint}a run is a folder that holds run.json")
    recorded = [path for path in given if _holds_runs(path) or not find_published([path])]
    return distinct(recorded), find_published(given)


def distinct(folders: Sequence[Path]) -> list[Path]:
    """The run folders in `folders`, each once, in the order of its first appearance."""
    first: dict[Path, Path] = {}
    for folder in find_runs(folders):
        first.setdefault(folder.resolve(), folder)
    return list(first.values())


def _holds_runs(folder: Path) -> bool:
    return (folder / "run.json").is_file() or any(folder.glob("*/run.json"))


def _drawings_of_network(derivation: Derivation, trace: Trace, summary: NetworkSummary) -> Drawings:
    """The pictures of Part 1, by path."""
    losses = dict(zip(trace.learning_rates, courses(trace), strict=True))
    drawings: Drawings = {summary.picture: partial(draw_network, derivation)}
    for descent in summary.descents:
        rate = descent.learning_rate
        drawings[descent.image] = partial(plots.loss_of_rate, losses[rate].tolist(), rate, descent.diverged)
    rates = [descent.learning_rate for descent in summary.descents]
    if len(rates) > 1:
        diverged = [descent.diverged for descent in summary.descents]
        drawings[summary.all_rates] = partial(plots.loss_of_all, [losses[rate] for rate in rates], rates, diverged)
    return drawings


def _marked(text: str) -> str:
    """The text with the mark of our files: first, or last where it begins with the front matter of a model card."""
    return f"{text}\n{MARK}\n" if text.startswith("---\n") else f"{MARK}\n\n{text}"


def _body(text: str) -> str:
    """The text without front matter, which no browser shows."""
    return text.partition("\n---\n")[2] if text.startswith("---\n") else text
