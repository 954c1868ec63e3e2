"""From run folders and a network to a report: markdown, one page, PDF. All is made before a byte is written."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import fmean

from matplotlib.figure import Figure

from backprop.derive import derive
from backprop.diagram import draw_network
from backprop.network import DEFAULT_NETWORK, load_network, presets
from backprop.trace import DEFAULT_EPOCHS, DEFAULT_LEARNING_RATES, run_trace
from mnist.runs import Run, find_runs, load_run
from reports import pictures, plots
from reports.descent import courses, summarize_network
from reports.equations import CLOSED_WEIGHTS, mathematics
from reports.errors import OutputError
from reports.goals import Goals
from reports.page import MARK, page
from reports.pdf import find_browser, print_page
from reports.published import PublishedRun, load_published
from reports.render import render
from reports.summarize import RunSummary, compare, slugs, summarize

MARKED_WITHIN = 400  # bytes from either end of a file of ours

Drawings = dict[str, Callable[[], Figure]]  # by path below the folder
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
    template: Path | None = None
    with_png: bool = False  # each plot as PNG too


@dataclass(frozen=True, slots=True)
class Report:
    """A report in memory: files by their path below the folder, its text first, and the figures of its runs."""

    files: dict[str, bytes]
    runs: tuple[RunSummary, ...]


def silent(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


def build(
    request: Request,
    folder: Path,
    force: bool = False,
    progress: Progress = silent,
    formats: Sequence[str] = ("md",),
) -> Report:
    """Make the report and write it into `folder` in each of `formats`; files of other names there stay."""
    check_folder(folder)
    browser = find_browser() if "pdf" in formats else None
    report = make(request, progress)
    files = report.files if "md" in formats else {}
    if browser is not None or "html" in formats:
        html = page(report.files["README.md"].decode(), report.files)
        if "html" in formats:
            files = {**files, "report.html": html.encode()}
        if browser is not None:
            files = {**files, "report.pdf": print_page(html, browser) + f"%{MARK}\n".encode()}
    write(files, folder, force)
    return Report(files, report.runs)


def make(request: Request, progress: Progress = silent) -> Report:
    """The report, in memory."""
    total = 3 + len(request.runs)
    progress(0, total, "runs")
    network = load_network(request.network)
    runs = [load_run(folder) for folder in request.runs]
    published = [load_published(folder) for folder in request.published]
    names = slugs([run.name for run in runs])
    summaries = tuple(
        summarize(run, slug, request.goals, plots.WRONG_SHOWN) for run, slug in zip(runs, names, strict=True)
    )

    progress(1, total, f"network {network.name}")
    derivation = derive(network)
    trace = run_trace(
        derivation,
        request.learning_rates or network.training.learning_rates or DEFAULT_LEARNING_RATES,
        request.epochs,
        form="closed" if len(derivation.weights) <= CLOSED_WEIGHTS else "steps",
    )
    argument = request.network if request.network in presets() else Path(request.network).name
    summary = summarize_network(derivation, trace, argument)
    losses = dict(zip(trace.learning_rates, courses(derivation, trace), strict=True))
    rates = [descent.learning_rate for descent in summary.descents]

    drawings: Drawings = {summary.picture: partial(draw_network, derivation)}
    for descent in summary.descents:
        rate = descent.learning_rate
        drawings[descent.image] = partial(plots.loss_of_rate, losses[rate].tolist(), rate, summary.unit)
    if len(rates) > 1:
        curves = [losses[rate] for rate in rates]
        drawings[summary.all_rates] = partial(plots.loss_of_all, curves, rates, summary.unit)
    files = pictures.draw_all(drawings, request.with_png)
    target = float(request.goals.accuracy * 100)
    for number, (run, each) in enumerate(zip(runs, summaries, strict=True)):
        progress(2 + number, total, f"run {run.name}")
        files |= pictures.draw_all(drawings_of_run(run, each, target), request.with_png)
    accuracy_plot = parameters_plot = None
    together: Drawings = {}
    if len(summaries) + len(published) > 1:
        accuracy_plot = "assets/accuracy-all-runs.svg"
        together[accuracy_plot] = _accuracy_of_all(runs, summaries, published, target)
    if scatter := _accuracy_of_parameters(runs, summaries, published, request.goals):
        parameters_plot = "assets/accuracy-parameters.svg"
        together[parameters_plot] = scatter
    files |= pictures.draw_all(together, request.with_png)

    progress(total - 1, total, "markdown")
    context = {
        "network": summary,
        "math": mathematics(derivation, trace.epochs),
        "runs": summaries,
        "comparison": compare(summaries),
        "goals": request.goals,
        "accuracy_plot": accuracy_plot,
        "parameters_plot": parameters_plot,
        "published": [run.figures for run in published],
    }
    text = f"{MARK}\n\n{render(context, request.template)}"
    progress(total, total, "done")
    return Report({"README.md": text.encode(), **files}, summaries)


def drawings_of_run(run: Run, summary: RunSummary, target: float) -> Drawings:
    """The pictures of one run, by path."""
    note = "rendered digits, not MNIST" if summary.rendered else ""
    log, wrong = summary.log, run.evaluation.wrong[: summary.wrong_shown]
    train, test = ([float(getattr(epoch, f"{part}_accuracy") * 100) for epoch in log] for part in ("train", "test"))
    train_loss, test_loss = [epoch.train_loss for epoch in log], [epoch.test_loss for epoch in log]
    drawings: Drawings = {
        summary.images.loss: partial(plots.loss_of_run, train_loss, test_loss, note),
        summary.images.accuracy: partial(
            plots.accuracy_of_run, train, test, None if summary.rendered else target, note
        ),
        summary.images.confusion: partial(plots.confusion, run.evaluation.confusion, note),
    }
    if summary.images.wrong is not None:
        labels, read = [digit.label for digit in wrong], [digit.predicted for digit in wrong]
        drawings[summary.images.wrong] = partial(plots.wrong_digits, run.wrong_images[: len(wrong)], labels, read, note)
    return drawings


def distinct(folders: Sequence[Path]) -> list[Path]:
    """The run folders in `folders`, each once, in the order of its first appearance."""
    first: dict[Path, Path] = {}
    for folder in find_runs(folders):
        first.setdefault(folder.resolve(), folder)
    return list(first.values())


def check_folder(folder: Path) -> None:
    """OutputError where `folder` cannot become or is not a folder to write in."""
    existing = folder
    while not existing.exists() and existing.parent != existing:
        existing = existing.parent
    if not existing.is_dir():
        raise OutputError(f"{folder}: {existing} is a file; a report is a folder")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise OutputError(f"{folder}: no permission to write in {existing}")


def write(files: dict[str, bytes], folder: Path, force: bool = False) -> None:
    """Write each file under a temporary name and rename it, the first last; OutputError where others' would be lost."""
    for name in () if force else files:
        file = folder / name
        if (file.exists() or file.is_symlink()) and not _is_ours(file if "/" not in name else folder / "README.md"):
            raise OutputError(f"{file}: exists and is not from reports build; --force overwrites it")
    try:
        for name, content in reversed(files.items()):
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            temporary = file.with_name(f".{file.name}.{os.getpid()}")
            try:
                temporary.write_bytes(content)
                temporary.replace(file)
            finally:
                temporary.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: not writable ({error.strerror})") from error


def _is_ours(file: Path) -> bool:
    """Whether the file has the mark near its beginning or, a PDF, at its end."""
    try:
        content = file.read_bytes()
    except OSError:
        return False
    return MARK.encode() in content[:MARKED_WITHIN] + content[-MARKED_WITHIN:]


def _accuracy_of_all(
    runs: Sequence[Run], summaries: Sequence[RunSummary], published: Sequence[PublishedRun], target: float
) -> Callable[[], Figure]:
    """A line for each run; runs that differ in their seed only share one, their mean, with a band."""
    alike: dict[tuple[object, ...], list[RunSummary]] = {}
    for run, summary in zip(runs, summaries, strict=True):
        key = (run.record.net, run.record.recipe, summary.rendered, len(summary.log))
        alike.setdefault(key, []).append(summary)
    names, curves, bands = [], [], {}
    for number, ((net, *_), group) in enumerate(alike.items()):
        name = group[0].name if len(group) == 1 else f"{net}, {len(group)} seeds"
        names.append(f"{name}, rendered digits" if group[0].rendered else name)
        epochs = list(zip(*([float(e.test_accuracy * 100) for e in run.log] for run in group), strict=True))
        curves.append([fmean(epoch) for epoch in epochs])
        if len(group) > 1:
            bands[number] = [min(epoch) for epoch in epochs], [max(epoch) for epoch in epochs]
    judged = bool(published) or not all(run.rendered for run in summaries)
    others = [
        (run.name, [epoch.epoch for epoch in run.epochs], [float(epoch.accuracy * 100) for epoch in run.epochs])
        for run in published
    ]
    return partial(plots.accuracy_of_all, curves, names, target if judged else None, others, bands)


def _accuracy_of_parameters(
    runs: Sequence[Run], summaries: Sequence[RunSummary], published: Sequence[PublishedRun], goals: Goals
) -> Callable[[], Figure] | None:
    """Last accuracies by network, and the best that its source or somebody else's log tells; None for one point."""
    own: list[tuple[str, int, float]] = []
    theirs: dict[str, tuple[int, float]] = {}
    for run, summary in zip(runs, summaries, strict=True):
        net, parameters = run.record.net, run.record.summary.total
        name = f"{net}, rendered digits" if summary.rendered else net
        own.append((name, parameters, float(summary.last.test_accuracy * 100)))
        if summary.published is not None and summary.published.accuracy is not None and not summary.rendered:
            theirs[net] = (parameters, float(summary.published.accuracy * 100))
    for other in published:
        if other.parameters is not None:
            theirs[other.name] = (other.parameters, float(other.best.accuracy * 100))
    if len(own) + len(theirs) < 2:
        return None
    judged = bool(theirs) or not all(summary.rendered for summary in summaries)
    return partial(
        plots.accuracy_of_parameters,
        own,
        [(name, *point) for name, point in theirs.items()],
        float(goals.accuracy * 100) if judged else None,
        goals.parameters if judged else None,
    )
