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


_PART_1, _PART_2 = "Part 1, backpropagation", "Part 2, recorded runs"


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
    png: Annotated[bool, typer.Option("--png", help="Write each plot as PNG too, beside its SVG.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are not from this command.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write a report: Part 1 on backpropagation, Part 2 on recorded runs, those of several seeds together.

    Part 2 judges the runs by three constraints, whose limits are the options.
    """
    from reports.figures.goals import goals
    from reports.report import Request, find_requested, write_report
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
    )
    with reporting() as progress:
        report = write_report(request, out, force, progress, formats or [Format.MD], workers=os.cpu_count() or 1)
    if as_json:
        print(json.dumps(report_as_json(report, out), indent=2, ensure_ascii=False))
        return
    for line in written_lines(report, out):
        print(line)
