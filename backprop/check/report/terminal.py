"""Reports for a terminal, and the words that every form of output shares. Text from a file is shown, never obeyed."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import PurePath

from openpyxl.utils import get_column_letter
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from backprop.check.findings import FileReport, Finding, Note, TableReport, Verdict
from backprop.printers.text import TextPrinter

FINDINGS_SHOWN, NOTES_SHOWN = 40, 8  # of one file, in a terminal
FORMULA_SHOWN = 1_000  # characters; Excel takes 8,192
COMPARED = 600  # pieces of a formula; more are not compared, as that takes the square of the time
ALIKE = 0.5  # formulas with less in common show no differences: all of it differs
INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # control, format (bidirectional, zero width), surrogates, separators

Pieces = list[tuple[str, bool]]  # (text, differs)


@dataclass(frozen=True, slots=True)
class Look:
    """How a verdict is shown; the symbol tells it apart where there is no colour."""

    symbol: str
    words: str
    style: str


LOOKS: dict[Verdict, Look] = {
    "correct": Look("✓", "correct", "bold green"),
    "mistakes": Look("✗", "mistakes", "bold red"),
    "incomplete": Look("…", "incomplete", "bold yellow"),
    "not_this_network": Look("≠", "not this network", "bold cyan"),
    "unreadable": Look("!", "unreadable", "bold magenta"),
}


def visible(text: str) -> str:
    r"""The text on one line, with what a terminal would obey or hide written out: \n, \x1b, \u202e."""
    if text.isprintable():
        return text
    return "".join(
        letter.encode("unicode_escape").decode() if unicodedata.category(letter) in INVISIBLE else letter
        for letter in text
    )


def shorten(text: str, most: int = FORMULA_SHOWN) -> str:
    """The text, made visible, or its beginning and how long it is."""
    shown = visible(text)
    return shown if len(shown) <= most else f"{shown[:most]}… ({len(text):,} characters)"


def quantity(name: str) -> str:
    """∂E/∂w3 for dE_dw3."""
    return visible(TextPrinter().symbol(name))


def words(kind: str) -> str:
    """A kind as words."""
    return kind.replace("_", " ")


def number(value: float) -> str:
    """The shortest text that reads back as the number: 0.1, 2."""
    return repr(float(value)).removesuffix(".0")


def count(quantity: int, noun: str) -> str:
    """1 epoch, 68 epochs."""
    return f"{quantity:,} {noun}{'' if quantity == 1 else 's'}"


def table_line(table: TableReport) -> str:
    """Where an epoch table lies and what of it was checked, in one line."""
    first, last = table.first_row, table.last_row
    if table.orientation == "rows":
        place = f"rows {first} to {last}" if last != first else f"row {first}"
    else:
        place = f"columns {get_column_letter(first)} to {get_column_letter(last)}"
        place = place if last != first else f"column {get_column_letter(first)}"
    rate = "learning rate not found" if table.learning_rate is None else f"η = {number(table.learning_rate)}"
    cell = f" ({visible(table.learning_rate_cell)})" if table.learning_rate_cell else ""
    epochs = count(last - first + 1, "epoch")
    return f"{visible(table.sheet)}: {epochs}, {place}, {rate}{cell}, {count(table.cells_checked, 'cell')} checked"


def note_line(note: Note) -> str:
    """A note with its place, in one line."""
    place = visible(note.sheet if note.cell is None else f"{note.sheet} {note.cell}")
    return f"{place + ': ' if place else ''}{visible(note.text)}"


def by_severity(report: FileReport) -> tuple[int, int]:
    """How many findings are errors, and how many latent."""
    latent = sum(finding.severity == "latent" for finding in report.findings)
    return len(report.findings) - latent, latent


def cells_checked(report: FileReport) -> int:
    """Over all tables of the file."""
    return sum(table.cells_checked for table in report.tables)


def short_names(reports: Sequence[FileReport]) -> tuple[str, list[str]]:
    """The folder that all the files lie in ("" where they name none) and each file's name from there."""
    files = [PurePath(report.file) for report in reports]
    folders = [file.parent for file in files]
    shared = [each for each in (folders[0], *folders[0].parents) if each.name] if folders else []
    common = next((each for each in shared if all(folder.is_relative_to(each) for folder in folders)), None)
    if common is None:
        return "", [visible(str(file)) for file in files]
    return visible(str(common)), [visible(str(file.relative_to(common))) for file in files]


def verdict_counts(reports: Sequence[FileReport]) -> dict[Verdict, int]:
    """How many files have each verdict, in the order in which verdicts are listed; none left out that occurs."""
    counted = Counter(report.verdict for report in reports)
    return {verdict: counted[verdict] for verdict in LOOKS if counted[verdict]}


def kind_counts(reports: Sequence[FileReport]) -> dict[str, int]:
    """How many findings there are of each kind, the most frequent first."""
    counted = Counter(str(finding.kind) for report in reports for finding in report.findings)
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def verdict_line(reports: Sequence[FileReport]) -> str:
    """3 files: 1 correct, 2 mistakes."""
    parts = [f"{total:,} {LOOKS[verdict].words}" for verdict, total in verdict_counts(reports).items()]
    return f"{count(len(reports), 'file')}: {', '.join(parts)}"


def kind_line(reports: Sequence[FileReport]) -> str:
    """4 findings: 3 wrong reference, 1 sign."""
    kinds = kind_counts(reports)
    parts = [f"{total:,} {words(kind)}" for kind, total in kinds.items()]
    return f"{count(sum(kinds.values()), 'finding')}{': ' if parts else ''}{', '.join(parts)}"


_PIECE = re.compile(r"\s+|\$?[A-Za-z]{1,3}\$?[0-9]+|[A-Za-z_.][\w.]*|[0-9]+\.?[0-9]*(?:[Ee][+-]?[0-9]+)?|.", re.DOTALL)


def differences(formula: str, should_be: str) -> tuple[Pieces, Pieces]:
    """Both formulas in pieces, each piece with whether it is missing from the other; spaces never differ."""
    old, new = _PIECE.findall(formula), _PIECE.findall(should_be)
    if max(len(old), len(new)) > COMPARED:
        return [(formula, False)], [(should_be, False)]
    left, right = ([piece for piece in pieces if not piece.isspace()] for pieces in (old, new))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < ALIKE:
        return [(formula, False)], [(should_be, False)]
    blocks = matcher.get_matching_blocks()
    kept_left = {block.a + index for block in blocks for index in range(block.size)}
    kept_right = {block.b + index for block in blocks for index in range(block.size)}
    return _marked(old, kept_left), _marked(new, kept_right)


def _marked(pieces: list[str], kept: set[int]) -> Pieces:
    """Neighbours that differ alike become one piece; `kept` numbers the pieces that are no space."""
    marked: Pieces = []
    position = -1
    for piece in pieces:
        space = piece.isspace()
        position += not space
        differs = not space and position not in kept
        if marked and (marked[-1][1] == differs or (space and not marked[-1][1])):
            marked[-1] = (marked[-1][0] + piece, marked[-1][1])
        else:
            marked.append((piece, differs))
    return marked


def print_reports(reports: Sequence[FileReport], console: Console) -> None:
    """Each file with its tables, findings and first notes; for several files a table of verdicts at the end."""
    for report in reports:
        _print_file(report, console)
    if len(reports) > 1:
        console.print(_summary(reports))
        console.print(Text(verdict_line(reports)))
        console.print(Text(kind_line(reports)))


def _print_file(report: FileReport, console: Console) -> None:
    look = LOOKS[report.verdict]
    head = Text.assemble((f"{look.symbol} {look.words}", look.style), "  ", (visible(report.file), "bold"))
    console.print(head)
    if report.message:
        _line(console, Text(visible(report.message)))
    for table in report.tables:
        _line(console, Text(table_line(table)))
    for finding in report.findings[:FINDINGS_SHOWN]:
        console.print()
        _print_finding(finding, console)
    if len(report.findings) > FINDINGS_SHOWN:
        console.print()
        _line(console, Text(f"… and {count(len(report.findings) - FINDINGS_SHOWN, 'finding')} more (all in --json)"))
    if report.findings and report.notes:
        console.print()
    for note in report.notes[:NOTES_SHOWN]:
        _line(console, Text(f"note: {note_line(note)}", "dim"))
    if len(report.notes) > NOTES_SHOWN:
        _line(console, Text(f"… and {count(len(report.notes) - NOTES_SHOWN, 'note')} more (all in --json)", "dim"))
    console.print()


def _line(console: Console, text: Text) -> None:
    console.print(Padding(text, (0, 0, 0, 2), expand=False))


def _print_finding(finding: Finding, console: Console) -> None:
    style = "bold red" if finding.severity == "error" else "bold yellow"
    place = f"{visible(finding.sheet)} {shorten(finding.range, 200)}"
    head = Text.assemble((finding.severity, style), f"  {place}  ", (quantity(finding.quantity), "bold"), "  ")
    head.append(words(finding.kind))
    _line(console, head)
    _line(console, Text(visible(finding.explanation)))
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    is_now, should_be = _formulas(finding)
    for label, text in (("is", is_now), ("should be", should_be), ("effect", _plain(finding.effect))):
        if text is not None:
            grid.add_row(Text(label, "dim"), text)
    if grid.row_count:
        console.print(Padding(grid, (0, 0, 0, 4), expand=False))


def _formulas(finding: Finding) -> tuple[Text | None, Text | None]:
    if finding.formula is None or finding.should_be is None:
        return _plain(finding.formula), _plain(finding.should_be)
    left, right = differences(shorten(finding.formula), shorten(finding.should_be))
    return _coloured(left, "bold red underline"), _coloured(right, "bold green underline")


def _plain(text: str | None) -> Text | None:
    return None if text is None else Text(shorten(text))


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
