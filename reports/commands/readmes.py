"""The commands that read READMEs: what they claim is checked, the logs they show become records."""

import json
from pathlib import Path
from typing import Annotated

import typer

from reports.errors import OutputError


def add_commands(app: typer.Typer) -> None:
    """Add `lint` and `import` to a command line."""
    app.command(
        "lint",
        epilog="Examples:\n\n"
        "`reports lint README.md` - each claim that does not hold, by line\n\n"
        "`reports lint docs/report/README.md --runs runs` - against recorded runs too\n\n"
        "`reports lint README.md --fix corrected/` - a copy with what can be mended mechanically",
    )(lint_command)
    app.command(
        "import",
        epilog="Examples:\n\n"
        "`reports import README.md` - each training log of the file becomes runs/NAME/published.json\n\n"
        "`reports import README.md --name theirs --out out/runs` - under a name of your own",
    )(import_command)


def lint_command(
    files: Annotated[list[Path], typer.Argument(metavar="README...", help="Markdown or text files.")],
    runs: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Recorded runs that the README's figures are of.")
    ] = None,
    fix: Annotated[
        Path | None,
        typer.Option("--fix", metavar="FILE|DIR", help="Write a corrected copy, if anything can be mended."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let --fix overwrite a file, the README itself too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print findings and counts as JSON.")] = False,
) -> int:
    """Check what a README claims: parameter tables, logs, accuracies, limits, learning rates, formulas.

    Exit code 0 without findings, 1 with, 2 where a file cannot be read.
    """
    from reports.readmes.corrected import fix as write_fixed
    from reports.readmes.lint import lint
    from reports.readmes.present import as_json as json_document
    from reports.readmes.present import as_text

    if fix is not None and len(files) > 1 and not fix.is_dir():
        raise OutputError(f"{fix}: not a folder; the copies of {len(files)} files need one")
    reports = [lint(file, runs) for file in files]
    if as_json:
        print(json.dumps(json_document(reports), indent=2, ensure_ascii=False))
    for report in reports:
        lines = [] if as_json else list(as_text(report))
        if fix is not None and report.findings:
            fixed = write_fixed(report, fix, force)
            lines.append(
                f"  nothing in {report.file} can be mended mechanically: no copy written"
                if fixed is None
                else f"  corrected: {fixed.file}: {fixed.mended} mended, {fixed.left} left to mend by hand"
            )
        for line in () if as_json else lines:
            print(line)
    return 1 if any(report.findings for report in reports) else 0


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
    from reports.readmes.published import read_published, save_published

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
