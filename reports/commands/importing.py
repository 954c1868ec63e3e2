"""`reports import`: the training logs of READMEs and notebooks become records."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from groundfloor.text import one_line


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="README", help="Markdown or text files, notebooks.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder of runs to write into.")] = Path(
        "runs"
    ),
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What to call the run.  [default: the name of the file or of its folder]"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace published runs of the same name.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the records as JSON.")] = False,
) -> None:
    """Read the training logs of READMEs and notebooks into records marked as published, which reports show.

    A log of test lines (`Accuracy: 9821/10000 (98%)`, `Val Acc: 97.91%`), of Keras, or a table with a row an epoch; of
    a notebook what its cells printed. Each log becomes a run. Exit code 2 where one cannot; the others are written.
    """
    from reports.figures.published import PublishedError, save_published
    from reports.readmes.importing import read_all
    from reports.readmes.results import imported_line

    imported = read_all(files, name)
    folders = [save_published(run, out, force) for run in imported.runs]
    if as_json:
        print(json.dumps([run.model_dump(mode="json") for run in imported.runs], indent=2, ensure_ascii=False))
    else:
        for run, folder in zip(imported.runs, folders, strict=True):
            print(imported_line(run, folder))
    for note in imported.notes if not as_json else ():
        print(f"  {one_line(note)}")
    for problem in imported.problems[:-1]:
        print(f"reports: {one_line(problem)}", file=sys.stderr)
    if imported.problems:
        raise PublishedError(imported.problems[-1])
