"""`reports lint`: what READMEs claim is checked."""

import json
from pathlib import Path
from typing import Annotated

import typer

from reports.errors import OutputError

EXAMPLES = """Examples:

`reports lint README.md` - each claim that does not hold, by line

`reports lint docs/report/README.md --runs runs` - against recorded runs too

`reports lint README.md --fix corrected/` - a copy with what can be mended mechanically

`reports lint README.md --select total,log` - the claims of these rules only; `reports lint --rules` lists them"""


def add_to(app: typer.Typer) -> None:
    """Add `lint` to a command line."""
    app.command("lint", epilog=EXAMPLES)(lint_command)


def _print_rules(wanted: bool) -> None:
    from reports.readmes.rules.catalogue import rules_table

    if wanted:
        for line in rules_table():
            print(line)
        raise typer.Exit


def lint_command(
    files: Annotated[list[Path], typer.Argument(metavar="README...", help="Markdown or text files.")],
    runs: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Recorded runs that the README's figures are of.")
    ] = None,
    fix: Annotated[
        Path | None,
        typer.Option("--fix", metavar="FILE|DIR", help="Write a corrected copy, if anything can be mended."),
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option(metavar="RULE,...", help="Check claims of these rules only; repeatable.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="RULE,...", help="Check no claims of these rules.")
    ] = None,
    rules: Annotated[  # noqa: ARG001
        bool, typer.Option("--rules", callback=_print_rules, is_eager=True, help="Print the table of rules and exit.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Let --fix overwrite a file, the README itself too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print findings and counts as JSON.")] = False,
) -> int:
    """Check what a README claims: parameter tables, logs, accuracies, limits, learning rates, formulas.

    Exit code 0 without findings, 1 with, 2 where a file cannot be read.
    """
    from reports.readmes.corrected import fix as write_fixed
    from reports.readmes.lint import lint
    from reports.readmes.results import as_json as json_document
    from reports.readmes.results import as_text

    if fix is not None and len(files) > 1 and not fix.is_dir():
        raise OutputError(f"{fix}: not a folder; the copies of {len(files)} files need one")
    chosen, ignored = _split(select), _split(ignore)
    reports = [lint(file, runs, select=chosen, ignore=ignored) for file in files]
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


def _split(lists: list[str] | None) -> list[str]:
    return [item.strip() for text in lists or () for item in text.split(",") if item.strip()]
