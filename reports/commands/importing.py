"""`reports import`: the training logs of READMEs become records."""

import json
from pathlib import Path
from typing import Annotated

import typer


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="README", help="Markdown or text files.")],
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
    """Read the training logs of READMEs into records marked as published, which reports show beside your own runs.

    A log of test lines (`Accuracy: 9821/10000 (98%)`), with tqdm bars and a parameter table or without.
    """
    from reports.figures.published import save_published
    from reports.readmes.importing import read_all
    from reports.readmes.results import imported_line

    runs = read_all(files, name)
    folders = [save_published(run, out, force) for run in runs]
    if as_json:
        print(json.dumps([run.model_dump(mode="json") for run in runs], indent=2, ensure_ascii=False))
        return
    for run, folder in zip(runs, folders, strict=True):
        print(imported_line(run, folder))
