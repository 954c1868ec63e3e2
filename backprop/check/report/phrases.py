"""What every form of a report says in the same words: verdicts, counts, names, lines. Text of a file is shown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from backprop.check.findings import FileReport, Note, TableReport, Verdict
from backprop.derivation.equation import EPOCH, STEP
from backprop.network import DEFAULT_NETWORK
from backprop.printers.quantities import written
from groundfloor.text import count, listed, shown

NAMED = 20  # of the files passed over


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
    "no_derivatives": Look("○", "no derivatives", "bold cyan"),
    "not_understood": Look("?", "not understood", "bold yellow"),
    "not_this_network": Look("≠", "not this network", "bold cyan"),
    "too_slow": Look("∞", "too slow", "bold magenta"),
    "unreadable": Look("!", "unreadable", "bold magenta"),
}


def quantity_name(name: str) -> str:
    """∂E/∂w3 for dE_dw3."""
    return shown(written(name))


def kind_name(kind: str) -> str:
    """A kind as words."""
    return kind.replace("_", " ")


def number(value: float) -> str:
    """The shortest text that reads back as the number: 0.1, 2."""
    return repr(float(value)).removesuffix(".0")


def table_line(table: TableReport) -> str:
    """Where an epoch table lies and what of it was checked, in one line."""
    first, last = table.first_row, table.last_row
    if table.orientation == "rows":
        place = f"rows {first} to {last}" if last != first else f"row {first}"
    else:
        from openpyxl.utils import get_column_letter  # a tenth of a second, which few reports need

        place = f"columns {get_column_letter(first)} to {get_column_letter(last)}"
        place = place if last != first else f"column {get_column_letter(first)}"
    rate = "learning rate not found" if table.learning_rate is None else f"η = {number(table.learning_rate)}"
    cell = f" ({shown(table.learning_rate_cell)})" if table.learning_rate_cell else ""
    rows = count(last - first + 1, STEP if STEP in table.columns else EPOCH)
    return f"{shown(table.sheet)}: {rows}, {place}, {rate}{cell}, {count(table.cells_checked, 'cell')} checked"


def table_lines(report: FileReport) -> list[str]:
    """The network, where it is another than the usual one, and a line for each of its tables."""
    known = report.network in (None, DEFAULT_NETWORK)
    network = [] if known else [f"network: {shown(report.network or '')}"]
    return [*network, *map(table_line, report.tables)]


def note_line(note: Note) -> str:
    """A note with its place, in one line."""
    place = shown(note.sheet if note.cell is None else f"{note.sheet} {note.cell}")
    return f"{place + ': ' if place else ''}{shown(note.text)}"


def by_severity(report: FileReport) -> tuple[int, int]:
    """How many findings are errors, and how many latent."""
    latent = sum(finding.severity == "latent" for finding in report.findings)
    return len(report.findings) - latent, latent


def cells_checked(report: FileReport) -> int:
    """Over all tables of the file."""
    proof = report.proof
    of_any_model = 0 if proof is None else proof.derivatives + proof.proven + proof.through_optimiser
    return of_any_model + sum(table.cells_checked for table in report.tables)


def short_names(reports: Sequence[FileReport]) -> tuple[str, list[str]]:
    """The folder that all the files lie in ("" where they name none) and each file's name from there."""
    files = [PurePath(report.file) for report in reports]
    folders = [file.parent for file in files]
    shared = [parent for parent in (folders[0], *folders[0].parents) if parent.name] if folders else []
    common = next((parent for parent in shared if all(folder.is_relative_to(parent) for folder in folders)), None)
    if common is None:
        return "", [shown(str(file)) for file in files]
    return shown(str(common)), [shown(str(file.relative_to(common))) for file in files]


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
    parts = [f"{total:,} {kind_name(kind)}" for kind, total in kinds.items()]
    return f"{count(sum(kinds.values()), 'finding')}{': ' if parts else ''}{', '.join(parts)}"


def passed_over_line(files: Sequence[str]) -> str:
    """3 files passed over: b.ods, c.xls, d.csv."""
    return f"{count(len(files), 'file')} passed over: {listed(map(shown, files), NAMED)}"
