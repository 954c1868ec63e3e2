"""`mnist table`: statistics of recorded runs."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundfloor.terminal import print_table
from mnist.commands.options import AsJson

if TYPE_CHECKING:
    from mnist.runs.statistics import Statistics


def table(
    runs: Annotated[
        list[Path] | None, typer.Argument(metavar="RUNS", help="Run folders, or folders of those.  [default: runs]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the statistics of recorded runs: a line per network and configuration, over its seeds.

    Accuracy is that of the last epoch; ± is the standard deviation over n seeds, 95 % the interval of their mean
    (Student's t), Holding the share of seeds with at least 99.40 % in each of the last five epochs.
    """
    from mnist.runs.folder import find_runs, load_run
    from mnist.runs.statistics import tabulate

    records = [load_run(folder).record for folder in find_runs(runs or [Path("runs")])]
    unfinished = sum(record.status != "finished" for record in records)
    if unfinished:
        print(f"mnist: left out: {unfinished} of {len(records)} runs, not finished", file=sys.stderr)
    print_statistics(tabulate(records), as_json)


def print_statistics(statistics: "Statistics", as_json: bool) -> None:
    """Statistics as a table or as JSON, and what is to be known of them on standard error."""
    from mnist.runs.text_table import statistics_table

    if as_json:
        lines = [line.model_dump(mode="json") for line in statistics]
        print(json.dumps(lines, indent=2, ensure_ascii=False))
    else:
        texts = statistics_table(statistics)
        print_table(texts.columns, texts.rows, left=texts.left)
    if statistics.note is not None:
        print(f"mnist: {statistics.note}", file=sys.stderr)
