"""What a Python user of the package calls: reports, checks of READMEs, comparisons of runs, in one line each."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from backprop.epochs.trace import DEFAULT_EPOCHS
from reports.comparison import RunComparison, compare_runs
from reports.figures.goals import Goals
from reports.readmes.lint import lint as lint_file
from reports.readmes.proof.findings import FileReport
from reports.report import Report, make, write_report
from reports.request import Request, find_notes, find_requested, parse_link
from reports.verification import Verification
from reports.verification import verify as verify_file

AnyPath = str | PathLike[str]


def build_report(
    runs: Sequence[AnyPath] | None = None,
    folder: AnyPath | None = None,
    *,
    network: str = "eight-weight",
    learning_rates: Sequence[float] | None = None,
    epochs: int = DEFAULT_EPOCHS,
    goals: Goals | None = None,
    template: AnyPath | None = None,
    formats: Sequence[Literal["md", "html", "pdf"]] = ("md",),
    title: str | None = None,
    author: str | None = None,
    intro: AnyPath | None = None,
    links: Mapping[str, str] = MappingProxyType({}),
    only: Literal["part1", "part2"] | None = None,
    math: Literal["github", "dollar"] = "github",
    force: bool = False,
) -> Report:
    """The report of run folders (without any, those under runs/) and a network; written where a folder is given.

    In a notebook it shows itself. ReportsError and MnistError name what is wrong with a folder, a run or a template.
    """
    given = [Path(path) for path in runs] if runs is not None else None
    recorded, published = find_requested(given)
    request = Request(
        runs=recorded,
        published=published,
        network=network,
        learning_rates=learning_rates,
        epochs=epochs,
        goals=goals or Goals(),
        template=str(template) if template is not None else None,
        title=title,
        author=author,
        intro=Path(intro) if intro is not None else None,
        notes=find_notes(given),
        links=[parse_link(f"{words}={address}") for words, address in links.items()],
        only=only,
        math=math,
    )
    return make(request) if folder is None else write_report(request, Path(folder), force, formats=formats)


def lint(
    readme: AnyPath, runs: AnyPath | None = None, *, select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> FileReport:
    """What a README claims, held against its own tables and logs, the derivation and recorded runs: its findings.

    `select` and `ignore` take ids of rules, as `reports lint --rules` lists them.
    """
    return lint_file(Path(readme), Path(runs) if runs is not None else None, select=select, ignore=ignore)


def verify(readme: AnyPath) -> Verification:
    """A README that `build_report` wrote, held against what its runs give when it is computed again."""
    return verify_file(Path(readme))


def compare(*runs: AnyPath) -> RunComparison:
    """Runs, or folders or patterns of runs that differ in their seed, by their last accuracy, each with the first."""
    return compare_runs([Path(path) for path in runs])
