"""From run folders and a network to a report: markdown, one page, PDF. All is made before a byte is written."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from backprop.explorer.view import view_script
from backprop.printers.diagram import draw_network
from backprop.workbook.layout import RateSheet, sheet_name
from backprop.workbook.write import write_workbook
from groundfloor.disk.scratch import temporary_folder
from reports.claims import CLAIMS, as_json, claims
from reports.figures.configurations import ConfigurationSummary
from reports.figures.descent import courses
from reports.figures.published import PublishedFigures
from reports.figures.runs import RunSummary
from reports.figures.sheet import read_sheet
from reports.output.dialect import together
from reports.output.folder import check_folder, write
from reports.output.mark import MARK
from reports.output.page import Live, page
from reports.output.pdf import find_printer, print_report
from reports.pictures import images, plots
from reports.pictures.drawings import (
    Drawings,
    drawings_of_all,
    drawings_of_configuration,
    drawings_of_published,
    drawings_of_run,
)
from reports.pictures.sheet import draw_sheet
from reports.request import Request
from reports.telling import ALL_RUNS, PARAMETERS, Descended, Progress, Told, silent, tell

FRAME = "width: 100%; height: 40rem; border: 0"  # of a report in a notebook
SHEET_ROWS = 10  # of the sheet that is shown
PICTURE = re.compile(r"assets/[\w.-]+")


@dataclass(frozen=True, slots=True)
class Report:
    """A report in memory: files by their path below the folder, its text first, and the figures of its runs."""

    files: dict[str, bytes]
    pictures: Mapping[str, bytes]
    workbook: Mapping[str, bytes]  # of Part 1, by its name
    told: Told

    @property
    def text(self) -> str:
        """All of it as one markdown text, as the template has it."""
        return self.told.whole

    @property
    def configurations(self) -> tuple[ConfigurationSummary, ...]:
        """Runs that differ in their seed only, together."""
        return self.told.configurations

    @property
    def published(self) -> tuple[PublishedFigures, ...]:
        """Runs of others."""
        return self.told.theirs

    @property
    def runs(self) -> Sequence[RunSummary]:
        """All runs, by configuration and seed."""
        return self.told.runs

    @property
    def page(self) -> str:
        """The report as one page, in which the network of Part 1 runs."""
        network = self.told.network
        script = None if network is None else view_script(network.derivation)
        live = None if network is None or script is None else Live(network.summary.picture, script)
        return page(_set(self.text), self.pictures, live=live)

    def _repr_html_(self) -> str:
        """The page of the report, in a frame of its own: what a notebook shows."""
        document = html.escape(self.page, quote=True)
        return f'<iframe sandbox="allow-scripts" style="{FRAME}" srcdoc="{document}"></iframe>'


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
    files = dict(report.workbook)
    if "md" in formats:
        beside = {name: content for name, content in report.files.items() if not name.endswith(".md")}
        files = {**report.files, CLAIMS: as_json(claims(report.told, request, folder, beside))}
    text = _set(report.text)
    if "html" in formats:
        files = {**files, "report.html": report.page.encode()}
    if printer is not None:
        files = {**files, "report.pdf": print_report(text, report.pictures, printer) + f"%{MARK}\n".encode()}
    write(files, folder, force)
    return replace(report, files=files)


def make(request: Request, progress: Progress = silent, workers: int = 1) -> Report:
    """The report, in memory. Of the pictures only those that its text names are drawn, in up to `workers` processes."""
    told = tell(request, progress)
    workbook = {} if told.network is None or not _names_workbook(told) else _workbook(told.network)
    drawings = _drawings(told, request, workbook)
    total = len(drawings)
    pictures = images.draw_all(drawings, request.with_png, workers, lambda done: progress(done, total, "pictures"))
    texts = {name: text.encode() for name, text in told.files.items()}
    return Report({**texts, **workbook, **pictures}, pictures, workbook, told)


def _drawings(told: Told, request: Request, workbook: Mapping[str, bytes]) -> Drawings:
    """The pictures that the texts name, by path."""
    names = {name for text in (told.whole, *told.files.values()) for name in PICTURE.findall(text)}
    drawings = {} if told.network is None else _drawings_of_network(told.network, workbook)
    accuracy, parameters = drawings_of_all(told.configurations, told.published, request.goals)
    drawings |= {ALL_RUNS: accuracy, PARAMETERS: parameters}
    target = float(request.goals.accuracy * 100)
    for configuration, folders in told.configured:
        for folder, run in zip(folders, configuration.runs, strict=True):
            if not names.isdisjoint((run.images.loss, run.images.accuracy, run.images.confusion, run.images.wrong)):
                drawings |= drawings_of_run(folder, run, target)
        if not names.isdisjoint((configuration.images.loss, configuration.images.accuracy)):
            drawings |= drawings_of_configuration(configuration, target)
    for other in told.theirs:
        drawings |= drawings_of_published(other, target)
    return {path: draw for path, draw in drawings.items() if path in names}


def _names_workbook(told: Told) -> bool:
    """Whether the text does, as that of a template of one's own may not."""
    name = None if told.network is None else told.network.summary.workbook
    return name is not None and f"({name})" in told.whole


def _workbook(network: Descended) -> dict[str, bytes]:
    """The workbook of Part 1 by its name, where it goes with the report."""
    summary, trace = network.summary, network.trace
    if summary.workbook is None:
        return {}
    with temporary_folder("report") as folder:
        file = folder / summary.workbook
        write_workbook(network.derivation, file, trace.learning_rates, trace.epochs, network.form)
        return {summary.workbook: file.read_bytes()}


def _drawings_of_network(network: Descended, workbook: Mapping[str, bytes]) -> Drawings:
    """The pictures of Part 1, by path."""
    summary, trace = network.summary, network.trace
    losses = dict(zip(trace.learning_rates, courses(trace), strict=True))
    drawings: Drawings = {summary.picture: partial(draw_network, network.derivation)}
    for content in workbook.values():
        sheet = read_sheet(content, sheet_name(summary.excerpt_rate), RateSheet.first_row, SHEET_ROWS)
        drawings[summary.sheet] = partial(draw_sheet, sheet, RateSheet.group_row)
    for descent in summary.descents:
        rate = descent.learning_rate
        drawings[descent.image] = partial(plots.loss_of_rate, losses[rate].tolist(), rate, descent.diverged)
    rates = [descent.learning_rate for descent in summary.descents]
    if len(rates) > 1:
        diverged = [descent.diverged for descent in summary.descents]
        drawings[summary.all_rates] = partial(plots.loss_of_all, [losses[rate] for rate in rates], rates, diverged)
    return drawings


def _set(text: str) -> str:
    """The text for a page: without front matter, which no browser shows, numbers beside their units."""
    return together(text.partition("\n---\n")[2] if text.startswith("---\n") else text)
