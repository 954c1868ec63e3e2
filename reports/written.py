"""What was written, for people and for programs."""

from collections.abc import Iterator
from pathlib import Path

from reports.figures.configurations import ConfigurationSummary
from reports.figures.goals import Verdict
from reports.figures.published import PublishedFigures
from reports.figures.runs import RunSummary
from reports.report import Report
from reports.request import RUNS


def written_lines(report: Report, folder: Path) -> Iterator[str]:
    """A line for each file that one opens, and how to make a run where there is none."""
    pictures = sum("/" in name for name in report.files)
    for name in report.files:
        if "/" not in name:
            yield f"{folder / name}" + (f" and {pictures} pictures" if name == "README.md" and pictures else "")
    if not report.runs and not report.published and report.told.context["tells_runs"]:
        yield f"No run under {RUNS}/. To make one: mnist train published-10066 --epochs 2 --out runs/first"


def report_as_json(report: Report, folder: Path) -> dict[str, object]:
    """Files, configurations and runs."""
    return {
        "folder": str(folder),
        "written": [str(folder / name) for name in report.files],
        "configurations": [_configuration(configuration) for configuration in report.configurations],
        "runs": [_run(run) for run in report.runs],
        "published": [_published(run) for run in report.published],
    }


def _published(run: PublishedFigures) -> dict[str, object]:
    return {
        "name": run.name,
        "source": run.source,
        "epochs": run.epochs,
        "parameters": run.parameters,
        "last_accuracy": float(run.last.accuracy),
        "best_accuracy": float(run.best.accuracy),
        "best_epoch": run.best.epoch,
        "holds": _holds(run.verdict),
    }


def _configuration(configuration: ConfigurationSummary) -> dict[str, object]:
    return {
        "name": configuration.name,
        "net": configuration.net,
        "images": configuration.shown.split,
        "mnist": not configuration.shown.other_data,
        "runs": [run.name for run in configuration.runs],
        "mean_last_accuracy": float(configuration.last),
        "deviation": configuration.deviation,
        "holds": configuration.verdict.all,
        "runs_that_hold": configuration.passed,
    }


def _run(run: RunSummary) -> dict[str, object]:
    return {
        "name": run.name,
        "net": run.record["net"],
        "mnist": not run.other_data,
        "interrupted": run.interrupted,
        "epochs": len(run.log),
        "last_accuracy": float(run.last.test_accuracy),
        "best_accuracy": float(run.best.test_accuracy),
        "best_epoch": run.best.number,
        "holds": _holds(run.verdict),
    }


def _holds(verdict: Verdict) -> dict[str, object]:
    """Which constraints a run holds; None where one does not apply."""
    return {
        "last_accuracy": verdict.last_accuracy,
        "best_accuracy": verdict.best_accuracy,
        "parameters": verdict.parameters,
        "epochs": verdict.epochs,
        "all": verdict.all,
    }
