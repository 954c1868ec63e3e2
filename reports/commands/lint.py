"""`reports lint`: what READMEs claim, checked."""

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from groundfloor.command import list_option

if TYPE_CHECKING:
    from reports.readmes.proof.findings import FileReport

Form = Literal["text", "json", "github", "sarif", "junit"]


def _print_rules(wanted: bool) -> None:
    if wanted:
        from reports.readmes.rules.catalogue import rules_table

        for line in rules_table():
            print(line)
        raise typer.Exit


def lint(
    files: Annotated[list[Path], typer.Argument(metavar="README", help="Markdown or text files.")],
    runs: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Recorded runs that the README's figures are of.")
    ] = None,
    select: Annotated[
        list[str] | None, list_option(str, "a rule", metavar="RULE,...", help="Check claims of these rules only.")
    ] = None,
    ignore: Annotated[
        list[str] | None, list_option(str, "a rule", metavar="RULE,...", help="Check no claims of these rules.")
    ] = None,
    _: Annotated[
        bool, typer.Option("--rules", callback=_print_rules, is_eager=True, help="Print the table of rules and exit.")
    ] = False,
    fix: Annotated[
        Path | None,
        typer.Option("--fix", metavar="PATH", help="Write a corrected copy, a file or into a folder."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let --fix overwrite a file, the README itself too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print findings and counts as JSON.")] = False,
    form: Annotated[
        Form, typer.Option("--format", help="For people, or for GitHub's annotations and other programs.")
    ] = "text",
) -> None:
    """Check what a README claims: parameter tables, logs, accuracies, limits, learning rates, formulas.

    Exit code 0: no finding; 1: findings; 2: a file that cannot be read, or takes too long.
    """
    from reports.readmes.corrected import check_target, write_corrected
    from reports.readmes.isolated import lint_files
    from reports.readmes.results import corrected_line

    check_target(fix, files)
    reports = list(lint_files(files, runs, select or (), ignore or ()))
    form = "json" if as_json else form
    for line in _lines(reports, form):
        print(line)
    for report in reports:
        if fix is not None and report.findings:
            line = corrected_line(report, write_corrected(report, fix, force))
            if form == "text":
                print(line)
    raise typer.Exit(1 if any(report.findings for report in reports) else 0)


def _lines(reports: "Sequence[FileReport]", form: Form) -> Iterable[str]:
    if form in ("text", "json"):
        from groundfloor.text import shown
        from reports.readmes.results import as_json, as_text

        if form == "text":
            return map(shown, chain.from_iterable(map(as_text, reports)))
        return [json.dumps(as_json(reports), indent=2, ensure_ascii=False)]
    from reports.readmes.formats import as_github, as_junit, as_sarif

    if form == "github":
        return as_github(reports)
    return [as_sarif(reports) if form == "sarif" else as_junit(reports)]
