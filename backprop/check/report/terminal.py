"""Reports for a terminal; where the output goes elsewhere, each text whole on one line, to be pasted and searched."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from backprop.check.findings import FileReport, Finding
from backprop.check.report.differences import Pieces, differences
from backprop.check.report.phrases import (
    LOOKS,
    by_severity,
    cells_checked,
    kind_line,
    kind_name,
    note_line,
    passed_over_line,
    quantity_name,
    short_names,
    table_lines,
    verdict_line,
)
from groundfloor.text import count, shortened, shown

FINDINGS_SHOWN, NOTES_SHOWN = 40, 8  # of one file
FORMULA_SHOWN, RANGE_SHOWN = 1_000, 200  # characters, where someone watches
WHOLE = sys.maxsize


def print_reports(reports: Sequence[FileReport], console: Console, passed_over: Sequence[str] = ()) -> None:
    """Each file with its tables, findings and first notes; for several files a table of verdicts at the end."""
    for report in reports:
        _print_file(report, console)
    if len(reports) > 1:
        console.print(_summary(reports), width=None if console.is_terminal else WHOLE, crop=False)
        _print(console, Text(verdict_line(reports)), 0)
        _print(console, Text(kind_line(reports)), 0)
    if passed_over:
        _print(console, Text(passed_over_line(passed_over)), 0)


def _print_file(report: FileReport, console: Console) -> None:
    look = LOOKS[report.verdict]
    _print(console, Text.assemble((f"{look.symbol} {look.words}", look.style), "  ", (shown(report.file), "bold")), 0)
    if report.message:
        _print(console, Text(shown(report.message)))
    for line in table_lines(report):
        _print(console, Text(line))
    for finding in report.findings[:FINDINGS_SHOWN]:
        console.print()
        _print_finding(finding, console)
    if len(report.findings) > FINDINGS_SHOWN:
        console.print()
        _print(console, Text(f"… and {count(len(report.findings) - FINDINGS_SHOWN, 'finding')} more (all in --json)"))
    if report.findings and report.notes:
        console.print()
    for note in report.notes[:NOTES_SHOWN]:
        _print(console, Text(f"note: {note_line(note)}", "dim"))
    if len(report.notes) > NOTES_SHOWN:
        _print(console, Text(f"… and {count(len(report.notes) - NOTES_SHOWN, 'note')} more (all in --json)", "dim"))
    console.print()


def _print(console: Console, text: Text, indent: int = 2) -> None:
    """A text, indented; wrapped at the width of a terminal only."""
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, indent), expand=False))
    else:
        console.print(Text.assemble(" " * indent, text), soft_wrap=True)


def _print_finding(finding: Finding, console: Console) -> None:
    style = "bold red" if finding.severity == "error" else "bold yellow"
    formula, area = (FORMULA_SHOWN, RANGE_SHOWN) if console.is_terminal else (WHOLE, WHOLE)
    place = f"{shown(finding.sheet)} {shortened(finding.range, area)}"
    head = Text.assemble((finding.severity, style), f"  {place}  ", (quantity_name(finding.quantity), "bold"), "  ")
    head.append(kind_name(finding.kind))
    _print(console, head)
    _print(console, Text(shown(finding.explanation)))
    stands, should_be = _formulas(finding, formula)
    labelled = {"is": stands, "should be": should_be, "effect": _plain(finding.effect, formula)}
    _print_labelled({label: text for label, text in labelled.items() if text is not None}, console)


def _print_labelled(texts: dict[str, Text], console: Console) -> None:
    """Each text behind its label, all beginning in one column."""
    if not texts:
        return
    if not console.is_terminal:
        width = max(map(len, texts))
        for label, text in texts.items():
            _print(console, Text.assemble((label.ljust(width), "dim"), "  ", text), 4)
        return
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in texts.items():
        grid.add_row(Text(label, "dim"), text)
    console.print(Padding(grid, (0, 0, 0, 4), expand=False))


def _formulas(finding: Finding, most: int) -> tuple[Text | None, Text | None]:
    if finding.formula is None or finding.should_be is None:
        return _plain(finding.formula, most), _plain(finding.should_be, most)
    left, right = differences(shortened(finding.formula, most), shortened(finding.should_be, most))
    return _coloured(left, "bold red underline"), _coloured(right, "bold green underline")


def _plain(text: str | None, most: int) -> Text | None:
    return None if text is None else Text(shortened(text, most))


def _coloured(pieces: Pieces, style: str) -> Text:
    return Text.assemble(*((piece, style if differs else "") for piece, differs in pieces))


def _summary(reports: Sequence[FileReport]) -> Table:
    folder, names = short_names(reports)
    table = Table(caption=Text(f"in {folder}", "dim") if folder else None, caption_justify="left")
    table.add_column("file", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    for name in ("errors", "latent", "cells"):
        table.add_column(name, justify="right", no_wrap=True)
    for report, name in zip(reports, names, strict=True):
        look = LOOKS[report.verdict]
        errors, latent = by_severity(report)
        numbers = (
            Text(f"{total:,}") if total else Text("–", "dim") for total in (errors, latent, cells_checked(report))
        )
        table.add_row(Text(name), Text(f"{look.symbol} {look.words}", look.style), *numbers)
    return table
