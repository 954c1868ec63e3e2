"""One workbook, read and proven in a process of its own, as what grading needs: the check's report, and per table which
quantities it has, which of their cells are wrong, whose numbers it holds. Knows no points."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from backprop.check.check import check_any_book, check_chosen
from backprop.check.choice import choose
from backprop.check.findings import FileReport, Finding, Note, TableReport
from backprop.check.known import Held, check_tables, read_tables
from backprop.check.proof.prover import Prover
from backprop.check.recognition.find import NOTHING
from backprop.check.recognition.given import Given
from backprop.check.recognition.naming import header_names
from backprop.classroom.judging.blame import Wrong, blamed
from backprop.classroom.judging.charts import charted
from backprop.classroom.judging.quantities import Quantities, quantities_of
from backprop.epochs.outline import outline_of
from backprop.network.network import Network
from backprop.spreadsheet.book import CONSTANT, Book
from backprop.spreadsheet.contents import cell_number
from backprop.spreadsheet.read import read_workbook
from backprop.spreadsheet.scan import scan_workbook
from groundfloor.errors import UnreadableError
from groundfloor.process.isolate import doing


@dataclass(frozen=True, slots=True)
class Mistake:
    """A finding, and which quantities of which table are wrong by it, without what only follows."""

    finding: Finding
    table: int | None  # None: of none of them
    wrong: tuple[Wrong, ...]  # through a helper column the first quantity alone
    shared: tuple[str, ...]  # the others that are wrong by the same helper
    said: str  # the formula in the quantities' names, the same in every layout


@dataclass(frozen=True, slots=True)
class JudgedTable:
    """A table of the network."""

    sheet: str
    first: int
    last: int
    filled_to: int  # the last row with formulas
    begins: Mapping[str, int]  # quantity that it has a line for and that is computed -> the first row that computes it
    given: Mapping[str, float]  # inputs, targets and first parameters, as far as numbers stand for them
    rate: float | None
    pasted: bool  # numbers, and no formulas
    charted: bool | None  # whether a chart shows its loss; None where there are charts of what nobody can tell
    wrong: tuple[str, ...] = ()  # quantities of which something is wrong
    guessed: tuple[str, ...] = ()  # those of them in lines that no heading calls so


@dataclass(frozen=True, slots=True)
class Judged:
    """What grading knows of a workbook."""

    report: FileReport
    contents: str  # the same for the same cells, whatever the file's bytes
    tables: tuple[JudgedTable, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    quantities: Quantities | None = None  # of the network that the tables are of
    charts: int = 0


def judge(file: Path, network: Network | None, given: Given = NOTHING) -> Judged:
    """The workbook, held against that network; else against those that it may be of. What cannot be read is told.

    The student's own numbers, where they are `given`, tell which column is which before headings do.
    """
    digest = None
    try:
        notes = tuple(Note("", None, "file", text) for text in scan_workbook(file))
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        doing("reading it")
        book = read_workbook(file)
        judged = judge_book(book, network, given)
        report = replace(judged.report, file=str(file), sha256=digest, notes=(*notes, *judged.report.notes))
        return replace(judged, report=report)
    except UnreadableError as error:
        return Judged(FileReport(str(file), digest, "unreadable", None, str(error)), "")


def judge_book(book: Book, network: Network | None, given: Given = NOTHING) -> Judged:
    """The same of a workbook that has been read."""
    doing("looking for epoch tables")
    report, held, provers = _checked(book, network, given)
    if report.proof is not None or len(held) != len(report.tables):  # by the workbook's own formulas alone
        held = []
    tables = tuple(_table(book, item, told) for item, told in zip(held, report.tables, strict=False))
    quantities = quantities_of(held[0].key.model) if held else None
    return Judged(report, _contents(book), tables, _mistakes(report, held, provers), quantities, len(book.charts))


def _checked(book: Book, network: Network | None, given: Given) -> tuple[FileReport, list[Held], list[Prover]]:
    """The report, the tables that are the network's, and what each was proven by."""
    if network is None:
        choices = choose(book)
        pairs = [(item, choice.prover) for choice in choices for item in choice.tables.held]
        return check_chosen(book, choices), [item for item, _ in pairs], [prover for _, prover in pairs]
    prover = _prover(network)
    tables = read_tables(book, prover, given)
    report = check_tables(book, tables, prover)
    if report.verdict == "not_this_network":
        return check_any_book(book), [], []
    return report, list(tables.held), [prover] * len(tables.held)


@lru_cache(maxsize=1)
def _prover(network: Network) -> Prover:
    return Prover(outline_of(network))


def _table(book: Book, held: Held, told: TableReport) -> JudgedTable:
    key, table = held.key, held.key.table
    given: dict[str, float] = {}
    for name in (*key.model.inputs, *key.model.targets, *key.model.trained, *key.model.held_biases):
        number = None
        if name in table.lines:
            number = cell_number(book, table.view.cell(table.first, table.lines[name]))
        elif name in key.parameter_cells:
            number = cell_number(book, key.parameter_cells[name])
        elif name in key.literals:
            number = float(key.literals[name])
        if number is not None:
            given[name] = number
    headed = {} if table.header is None else header_names(table.view, table.header, key.model)
    wrong = tuple(sorted({run.name for run in held.wrong}))
    return JudgedTable(
        table.view.sheet.name, table.first, table.last, table.first - 1 if held.pasted else key.last_computed,
        {name: key.first_step(name) for name, _ in key.checked()}, given, told.learning_rate,
        held.pasted is not None, charted(book, table),
        wrong, tuple(name for name in wrong if headed.get(table.lines[name]) != name),
    )  # fmt: skip


def _mistakes(report: FileReport, held: list[Held], provers: list[Prover]) -> tuple[Mistake, ...]:
    if not held:
        return tuple(Mistake(finding, None, (), (), finding.formula or "") for finding in report.findings)
    return tuple(Mistake(*blame) for blame in blamed(report.findings, held, provers))


def _contents(book: Book) -> str:
    """A digest of all constants and formulas, and where they stand."""
    digest = hashlib.sha256()
    trees = [repr(tree).encode() for tree in book.trees]
    for name, sheet in sorted(book.sheets.items()):
        digest.update(name.encode())
        for letter, column in sorted(sheet.columns.items()):
            digest.update(f"/{letter}/".encode() + column.rows.tobytes())
            for row, tree, number in zip(column.rows, column.trees, column.numbers, strict=True):
                own = trees[tree] if tree != CONSTANT else repr(column.others.get(row, number)).encode()
                digest.update(own)
    return digest.hexdigest()
