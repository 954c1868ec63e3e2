"""`mnist table`: statistics of recorded runs."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundfloor.terminal import print_table
from mnist.commands.options import AsJson

if TYPE_CHECKING:
    from mnist.runs.record import Record
    from mnist.runs.statistics import Statistics


def table(
    runs: Annotated[
        list[Path] | None, typer.Argument(metavar="RUNS", help="Run folders, or folders of those.  [default: runs]")
    ] = None,
    reach: Annotated[
        float | None,
        typer.Option(metavar="PERCENT", help="How soon the seeds are at this accuracy: epochs and seconds."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the statistics of recorded runs: a line per network and configuration, over its seeds.

    Accuracy is that of the last epoch; ± is the standard deviation over n seeds, 95 % the interval of their mean
    (Student's t), Holding the share of seeds with at least 99.40 % in each of the last five epochs, beside it the 95 %
    interval of that share (Clopper and Pearson). Shares are cut, not rounded; intervals are widened outwards.
    """
    from mnist.runs.folder import find_runs, load_run
    from mnist.runs.statistics import tabulate

    records = [load_run(folder).record for folder in find_runs(runs or [Path("runs")])]
    unfinished = sum(record.status != "finished" for record in records)
    if unfinished:
        print(f"mnist: left out: {unfinished} of {len(records)} runs, not finished", file=sys.stderr)
    if reach is not None:
        _print_reaching(records, reach, as_json)
        return
    print_statistics(tabulate(records), as_json)


def _print_reaching(records: "list[Record]", percent: float, as_json: bool) -> None:
    from mnist.runs.reaching import reaching, reaching_table

    lines = reaching(records, percent)
    if as_json:
        print(json.dumps([line.model_dump(mode="json") for line in lines], indent=2, ensure_ascii=False))
        return
    texts = reaching_table(lines)
    print_table(texts.columns, texts.rows, left=texts.left)


def print_statistics(statistics: "Statistics", as_json: bool) -> None:
    """Statistics as a table or as JSON, and what is to be known of them on standard error."""
    from mnist.runs.shown.text_table import statistics_table

    if as_json:
        lines = [line.model_dump(mode="json") for line in statistics]
        print(json.dumps(lines, indent=2, ensure_ascii=False))
    else:
        texts = statistics_table(statistics)
        print_table(texts.columns, texts.rows, left=texts.left)
    if statistics.note is not None:
        print(f"mnist: {statistics.note}", file=sys.stderr)
