"""`reports lint`: what READMEs claim, checked."""

import json
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

import typer

from groundfloor.command import list_option

Form = Literal["text", "json", "github", "sarif", "junit"]


def _print_rules(wanted: bool) -> None:
    from reports.readmes.rules.catalogue import rules_table

    if wanted:
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

    Exit code 0: no finding; 1: findings; 2: a file that cannot be read.
    """
    from groundfloor.text import shown
    from reports.readmes.corrected import check_target, write_corrected
    from reports.readmes.formats import as_github, as_junit, as_sarif
    from reports.readmes.lint import lint as lint_file
    from reports.readmes.results import as_json as json_document
    from reports.readmes.results import as_text, corrected_line

    check_target(fix, files)
    reports = [lint_file(file, runs, select=select or (), ignore=ignore or ()) for file in files]
    form = "json" if as_json else form
    printers: dict[str, Callable[[], Iterable[str]]] = {
        "text": lambda: map(shown, chain.from_iterable(map(as_text, reports))),
        "json": lambda: [json.dumps(json_document(reports), indent=2, ensure_ascii=False)],
        "github": lambda: as_github(reports),
        "sarif": lambda: [as_sarif(reports)],
        "junit": lambda: [as_junit(reports)],
    }
    for line in printers[form]():
        print(line)
    for report in reports:
        if fix is not None and report.findings:
            line = corrected_line(report, write_corrected(report, fix, force))
            if form == "text":
                print(line)
    raise typer.Exit(1 if any(report.findings for report in reports) else 0)
