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


def lint_command(
    files: Annotated[list[Path], typer.Argument(metavar="README...", help="Markdown or text files.")],
    runs: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Recorded runs that the README's figures are of.")
    ] = None,
    fix: Annotated[
        Path | None, typer.Option("--fix", metavar="FILE|DIR", help="Write a corrected copy, if anything can be mended.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let --fix overwrite a file, the README itself too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print findings and counts as JSON.")] = False,
) -> int:
    """Check what a README claims: parameter tables, logs, accuracies, limits, learning rates, formulas.

    Exit code 0 without findings, 1 with, 2 where a file cannot be read.
    """
    from reports.lint.fix import fix as write_fixed
    from reports.lint.lint import lint
    from reports.lint.present import as_json as json_document
    from reports.lint.present import as_text

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
