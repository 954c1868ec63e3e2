"""`reports compare`: groups of runs beside each other, and what can be said of the difference."""

import json
from pathlib import Path
from typing import Annotated

import typer

from groundfloor.terminal import print_table


def compare(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN", help="Runs, or folders or quoted patterns of runs that differ in their seed."),
    ],
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw all runs, means and intervals into an .svg or .png file.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let --plot overwrite a file.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print groups and differences as JSON.")] = False,
) -> None:
    """Compare groups of runs by the accuracy of their last epoch, each with the first.

    A difference is larger than seed noise where Welch's 95 % interval of it leaves out zero. Of single runs nothing
    can be said: another seed might turn it round.
    """
    from reports.comparison import COLUMNS, LEFT, compare_runs

    comparison = compare_runs(runs)
    if plot is not None:
        comparison.plot(plot, force=force)
    if as_json:
        print(json.dumps(comparison.as_json(), indent=2, ensure_ascii=False))
        return
    print_table(COLUMNS, comparison.rows(), left=LEFT)
    print()
    for line in comparison.statements():
        print(line)
    if plot is not None:
        print(plot)
