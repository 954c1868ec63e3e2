"""`reports build`: a report of recorded runs and a network."""

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from groundfloor.command import list_option
from groundfloor.terminal import reporting


class Format(StrEnum):
    """What a report is written as."""

    MD = "md"
    HTML = "html"
    PDF = "pdf"


class Part(StrEnum):
    """A part of a report."""

    PART1 = "part1"
    PART2 = "part2"


class Math(StrEnum):
    """A way to write formulas in markdown."""

    GITHUB = "github"
    DOLLAR = "dollar"


_PART_1, _PART_2, _WORDS = "Part 1, backpropagation", "Part 2, recorded runs", "Your words"


def build(
    runs: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[RUN]", help="Run folders, recorded or published, or folders of runs.  [default: runs/]"
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder to write into.")] = Path("report"),
    formats: Annotated[
        list[Format] | None,
        list_option(
            Format,
            "md, html or pdf",
            "--format",
            metavar="FORMAT,...",
            help="md: README.md and assets/; html: report.html, all in one file; pdf: report.pdf, printed by Chromium, "
            "else by LibreOffice.  [default: md]",
        ),
    ] = None,
    network: Annotated[
        str, typer.Option(metavar="NETWORK", help="A name or a TOML file.", rich_help_panel=_PART_1)
    ] = "eight-weight",
    eta: Annotated[
        list[float] | None,
        list_option(
            float,
            "a number",
            metavar="RATE,...",
            rich_help_panel=_PART_1,
            help="Learning rates.  [default: the network's, or 0.1,0.2,0.5,0.8,1,2]",
        ),
    ] = None,
    epochs: Annotated[int, typer.Option(metavar="N", min=1, help="Epochs to show.", rich_help_panel=_PART_1)] = 100,
    target_accuracy: Annotated[
        float,
        typer.Option(metavar="PERCENT", min=0, max=100, help="At least this test accuracy.", rich_help_panel=_PART_2),
    ] = 99.4,
    max_parameters: Annotated[
        int, typer.Option(metavar="N", min=1, help="Fewer parameters than this.", rich_help_panel=_PART_2)
    ] = 20_000,
    max_epochs: Annotated[
        int, typer.Option(metavar="N", min=1, help="Fewer epochs than this.", rich_help_panel=_PART_2)
    ] = 20,
    template: Annotated[
        str | None,
        typer.Option(
            metavar="TEMPLATE", help="README, model-card, or a Jinja template of your own.  [default: README]"
        ),
    ] = None,
    only: Annotated[
        Part | None, typer.Option(metavar="PART", help="part1 or part2: leave the other out.", rich_help_panel=_WORDS)
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Its heading.", rich_help_panel=_WORDS)] = None,
    author: Annotated[str | None, typer.Option(metavar="TEXT", help="Who hands it in.", rich_help_panel=_WORDS)] = None,
    intro: Annotated[
        Path | None,
        typer.Option(metavar="FILE.md", help="Your words under the title.", rich_help_panel=_WORDS),
    ] = None,
    link: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORDS=ADDRESS", help="A link under the title: Notebook=..., Colab=...", rich_help_panel=_WORDS
        ),
    ] = None,
    math: Annotated[
        Math,
        typer.Option(
            metavar="github|dollar",
            help="How formulas stand in README.md: as GitHub takes them all, or between $ and $$ for VS Code, Jupyter "
            "and Obsidian.",
        ),
    ] = Math.GITHUB,
    png: Annotated[bool, typer.Option("--png", help="Write each plot as PNG too, beside its SVG.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are not from this command.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write a report: Part 1 on backpropagation, Part 2 on recorded runs, those of several seeds together.

    Part 2 judges the runs by three constraints, whose limits are the options. Your own words stand in notes/SECTION.md
    beside the runs, SECTION being summary, part1, numbers, part2, comparison, plots, end or a configuration.
    """
    from groundfloor.process.claim import claim
    from reports.figures.goals import goals
    from reports.report import write_report
    from reports.request import Request, find_notes, find_requested, parse_link
    from reports.written import report_as_json, written_lines

    recorded, published = find_requested(runs)
    request = Request(
        runs=recorded,
        published=published,
        network=network,
        learning_rates=eta,
        epochs=epochs,
        goals=goals(target_accuracy, max_parameters, max_epochs),
        template=template,
        with_png=png,
        title=title,
        author=author,
        intro=intro,
        notes=find_notes(runs),
        links=[parse_link(each) for each in link or ()],
        only=None if only is None else only.value,
        math=math.value,
    )
    with claim(out), reporting() as progress:
        report = write_report(request, out, force, progress, formats or [Format.MD], workers=os.cpu_count() or 1)
    if as_json:
        print(json.dumps(report_as_json(report, out), indent=2, ensure_ascii=False))
        return
    for line in written_lines(report, out):
        print(line)
