"""The command line of the reports package. Imports nothing heavy, so that --help starts fast."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop.errors import BackpropError
from mnist.errors import MnistError
from reports.commands import compare, importing, lint
from reports.errors import ReportsError

if TYPE_CHECKING:
    from reports.figures.configurations import ConfigurationSummary
    from reports.figures.runs import RunSummary
    from reports.report import Progress, Report

INTERRUPTED = 130
RUNS = Path("runs")


class Format(StrEnum):
    """What a report is written as."""

    MD = "md"
    HTML = "html"
    PDF = "pdf"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not a number") from None


def _whole_number(text: str | int) -> int:
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not a whole number") from None


app = typer.Typer(
    help="README-style reports from derivations and recorded runs.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


@app.callback()
def _root() -> None:
    """README-style reports from derivations and recorded runs."""


@app.command(
    "build",
    epilog="Examples:\n\n"
    "`reports build -o report` - the 8-weight network and all runs under runs/\n\n"
    "`reports build runs/published-15738 -o report` - one run\n\n"
    "`reports build -o report --network networks/my.toml --eta 0.5 --eta 1 --epochs 200` - another network\n\n"
    "`reports build -o report --format html --format pdf` - one page in one file, and the same printed\n\n"
    "`reports build runs/seeds -o card --template model-card` - a model card for the Hugging Face hub\n\n"
    "`reports build -o report --template mine.md.j2` - your own words; templates/README.md lists blocks and variables",
)
def build_command(
    runs: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[RUN]...",
            help="Run folders, recorded or published, or folders of runs. Default: runs/",
            show_default=False,
        ),
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder to write into.")] = Path(
        "report"
    ),
    formats: Annotated[
        list[Format],
        typer.Option(
            "--format",
            help="md: README.md and assets/; html: report.html, all in one file; pdf: report.pdf, printed by Chromium, "
            "else by LibreOffice. "
            "Repeatable.",
        ),
    ] = [Format.MD],  # noqa: B006
    network: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="Network of Part 1: a preset or a TOML file.")
    ] = "eight-weight",
    eta: Annotated[
        list[float] | None,
        typer.Option(
            metavar="RATE",
            parser=_number,
            help="Learning rate of Part 1; repeatable. Default: the network's, or 0.1 0.2 0.5 0.8 1 2",
        ),
    ] = None,
    epochs: Annotated[int, typer.Option(metavar="N", parser=_whole_number, help="Epochs of Part 1.")] = 100,
    target_accuracy: Annotated[
        float, typer.Option(metavar="PERCENT", parser=_number, help="Constraint: at least this test accuracy.")
    ] = 99.4,
    max_parameters: Annotated[
        int, typer.Option(metavar="N", parser=_whole_number, help="Constraint: fewer parameters than this.")
    ] = 20_000,
    max_epochs: Annotated[
        int, typer.Option(metavar="N", parser=_whole_number, help="Constraint: fewer epochs than this.")
    ] = 20,
    template: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE", help="README, model-card, or a Jinja template of your own.  [default: README]"
        ),
    ] = None,
    png: Annotated[bool, typer.Option("--png", help="Write each plot as PNG too, beside its SVG.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are not from this command.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write a report into DIR: Part 1 on backpropagation, Part 2 on recorded runs, those of several seeds together."""
    from reports.figures.goals import goals
    from reports.figures.published import find_published
    from reports.report import Request, build

    request = Request(
        runs=_run_folders(runs or []),
        published=find_published(runs or [RUNS]),
        network=network,
        learning_rates=eta,
        epochs=epochs,
        goals=goals(target_accuracy, max_parameters, max_epochs),
        template=template,
        with_png=png,
    )
    with _progress() as progress:
        report = build(request, output, force, progress, formats, workers=os.cpu_count() or 1)
    if as_json:
        print(json.dumps(_as_json(report, output), indent=2, ensure_ascii=False))
        return
    pictures = sum("/" in name for name in report.files)
    for name in report.files:
        if "/" not in name:
            print(f"{output / name}" + (f" and {pictures} pictures" if name == "README.md" and pictures else ""))
    if not report.runs:
        print(f"No run under {RUNS}/. To make one: mnist train published-10066 --epochs 2 --out runs/first")


for command in (compare, lint, importing):
    command.add_to(app)


def main() -> None:
    """Run the command line: 0 fine, 2 bad input, 130 interrupted."""
    try:
        code = app(standalone_mode=False, prog_name="reports")
    except typer.TyperException as error:  # wrong arguments; with none at all the help has been printed
        if message := error.format_message():
            print(f"reports: {message}", file=sys.stderr)
        sys.exit(2)
    except (ReportsError, MnistError, BackpropError) as error:
        print(f"reports: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    if code == INTERRUPTED:  # what typer makes of Ctrl-C inside a command
        print("reports: interrupted, the report is not complete", file=sys.stderr)
    sys.exit(code if isinstance(code, int) else 0)


def _run_folders(given: list[Path]) -> list[Path]:
    """The runs asked for; without any, those under runs/, which may be none."""
    from reports.figures.published import find_published
    from reports.report import distinct

    if given:
        own = [path for path in given if not find_published([path]) or _holds_runs(path)]
        return distinct(own) if own else []
    return distinct([RUNS]) if _holds_runs(RUNS) else []


def _holds_runs(folder: Path) -> bool:
    return (folder / "run.json").is_file() or any(folder.glob("*/run.json"))


@contextmanager
def _progress() -> "Iterator[Progress]":
    """A bar on a terminal's stderr; elsewhere nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Bar(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("")
        yield lambda done, total, what: bar.update(task, completed=done, total=total, description=what)


def _as_json(report: "Report", output: Path) -> dict[str, object]:
    return {
        "folder": str(output),
        "written": [str(output / name) for name in report.files],
        "configurations": [_configuration_as_json(each) for each in report.configurations],
        "runs": [_run_as_json(run) for run in report.runs],
    }


def _configuration_as_json(configuration: "ConfigurationSummary") -> dict[str, object]:
    return {
        "name": configuration.name,
        "net": configuration.net,
        "images": configuration.shown.split,
        "mnist": not configuration.shown.rendered,
        "runs": [run.name for run in configuration.runs],
        "mean_last_accuracy": float(configuration.last),
        "deviation": configuration.deviation,
        "holds": configuration.verdict.all,
        "runs_that_hold": configuration.passed,
    }


def _run_as_json(run: "RunSummary") -> dict[str, object]:
    return {
        "name": run.name,
        "net": run.record["net"],
        "mnist": not run.rendered,
        "interrupted": run.interrupted,
        "epochs": len(run.log),
        "last_accuracy": float(run.last.test_accuracy),
        "best_accuracy": float(run.best.test_accuracy),
        "best_epoch": run.best.number,
        "holds": {
            "last_accuracy": run.verdict.last_accuracy,
            "best_accuracy": run.verdict.best_accuracy,
            "parameters": run.verdict.parameters,
            "epochs": run.verdict.epochs,
            "all": run.verdict.all,
        },
    }
