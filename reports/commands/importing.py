"""`reports import`: the training logs of READMEs become records."""

import json
from pathlib import Path
from typing import Annotated

import typer

from reports.errors import OutputError

EXAMPLES = """Examples:

`reports import README.md` - each training log of the file becomes runs/NAME/published.json

`reports import README.md --name theirs --out out/runs` - under a name of your own"""


def add_to(app: typer.Typer) -> None:
    """Add `import` to a command line."""
    app.command("import", epilog=EXAMPLES)(import_command)


def import_command(
    files: Annotated[list[Path], typer.Argument(metavar="README...", help="Markdown or text files.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of runs to write into.")] = Path("runs"),
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="What to call the run. Default: the file's or its folder's name.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace published runs of the same name.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the records as JSON.")] = False,
) -> None:
    """Read the training logs of READMEs into records marked as published, which reports show beside your own runs.

    A log of test lines (`Accuracy: 9821/10000 (98%)`), with tqdm bars and a parameter table or without.
    """
    from reports.figures.formats import percent, thousands
    from reports.figures.published import save_published
    from reports.readmes.importing import read_published

    runs = [run for file in files for run in read_published(file, name)]
    twice = sorted({run.name for run in runs if sum(run.name == other.name for other in runs) > 1})
    if twice:
        raise OutputError(f"{', '.join(str(file) for file in files)}: two runs would be called {twice[0]}")
    folders = [save_published(run, out, force) for run in runs]
    if as_json:
        print(json.dumps([run.model_dump(mode="json") for run in runs], indent=2, ensure_ascii=False))
        return
    for run, folder in zip(runs, folders, strict=True):
        count = len(run.epochs)
        parameters = f", {thousands(run.parameters)} parameters" if run.parameters is not None else ""
        best = f"best {percent(run.best.accuracy)} in epoch {run.best.epoch}"
        print(f"{folder}: published, {count} epoch{'' if count == 1 else 's'}, {best}{parameters}")
