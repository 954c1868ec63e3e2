"""One workbook from file to report: scan, read, find the tables, prove, diagnose, give a verdict."""

import hashlib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from openpyxl.utils import get_column_letter

from backprop.check.any_model.check import check_any_model
from backprop.check.findings import FileReport, Finding, Kind, Note, TableReport, Verdict
from backprop.check.mistakes.changed_inputs import changed_inputs
from backprop.check.mistakes.descent import last_loss_note
from backprop.check.mistakes.diagnose import Diagnosis
from backprop.check.mistakes.given_values import given_notes, uncomputable_given
from backprop.check.mistakes.notes import find_notes
from backprop.check.mistakes.outside.carried import check_outside
from backprop.check.mistakes.pasted.losses import check_losses
from backprop.check.mistakes.pasted.tables import check_pasted, is_pasted
from backprop.check.mistakes.samples_in_turn import wrong_data
from backprop.check.mistakes.stored_values import wrong_stored_values
from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.model import refuse_unchecked
from backprop.check.proof.prover import Prover
from backprop.check.proof.wrong_cells import wrong_cells
from backprop.check.recognition.find import find_tables
from backprop.check.tables.table import Table
from backprop.derivation.structure import Structure
from backprop.epochs.outline import outline_of
from backprop.network import DEFAULT_NETWORK
from backprop.network.load import load_network
from backprop.network.network import Network
from backprop.spreadsheet.book import Book, address
from backprop.spreadsheet.read import read_workbook
from backprop.spreadsheet.scan import scan_workbook
from groundfloor.errors import UnreadableError
from groundfloor.isolate import doing

LINES_NEEDED = 0.6  # of the quantities, for a table to be this network's
RIGHT_NEEDED = 0.5  # of the formulas found
MOST_AGAIN = 60_000  # cells of a workbook of a known network that is also held against its own loss
FORMULA_KINDS = set(Kind) - {Kind.STALE_VALUE, Kind.ERROR_VALUE, Kind.PASTED_VALUES_DIFFER, Kind.REPEATED_ROWS,
                             Kind.INPUT_CHANGES, Kind.INCOMPLETE, Kind.NOT_COMPUTABLE}  # fmt: skip


def check_any_file(file: Path, network: Network | None) -> FileReport:
    """The report on one workbook; without a network it may be of any model.

    Then the 8-weight network is tried first, then the workbook's own formulas are differentiated.
    """
    return _check(
        file, _judge(network or load_network(DEFAULT_NETWORK), network is not None), any_model=network is None
    )


@lru_cache(maxsize=1)
def _judge(network: Network, is_told: bool) -> Prover:
    return Prover(outline_of(network), is_told)


def check_file(file: Path, of: Structure) -> FileReport:
    """The report on one workbook of that network; a file that cannot be read is a report too."""
    refuse_unchecked(of.network)
    return _check(file, _judge(of.network, True))


def _check(file: Path, prover: Prover, any_model: bool = False) -> FileReport:
    digest = None
    try:
        notes = scan_workbook(file)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        doing("reading it")
        book = read_workbook(file)
        doing("looking for epoch tables")
        report = _check_book(book, prover)
        report = _of_any_model(book, report) if any_model else report
        return replace(report, file=str(file), sha256=digest,
                       notes=(*(Note("", None, "file", text) for text in notes), *report.notes))  # fmt: skip
    except UnreadableError as error:
        return FileReport(str(file), digest, "unreadable", None, str(error))


def _of_any_model(book: Book, known: FileReport) -> FileReport:
    """The report by the workbook's own formulas, where that by the known network is none, too harsh or too mild.

    Too harsh: the formulas are right derivatives of the loss that they belong to, of another network. Too mild: tables
    of one epoch, whose updates stand elsewhere.
    """
    if known.verdict == "not_this_network":
        return check_any_model(book)
    match known.verdict:
        case "mistakes":
            about_formulas = all(finding.kind in FORMULA_KINDS for finding in known.findings)
            doubtful, better = about_formulas and _cells(book) <= MOST_AGAIN, {"correct"}
        case "not_understood":
            doubtful, better = True, {"correct", "mistakes"}
        case "correct":
            doubtful, better = all(table.first_row == table.last_row for table in known.tables), {"mistakes"}
        case _:
            return known
    own = check_any_model(book, repairs="mistakes" in better) if doubtful else known
    return own if own.verdict in better else known


def _cells(book: Book) -> int:
    return sum(len(column.rows) for sheet in book.sheets.values() for column in sheet.columns.values())


def check_book(book: Book, of: Structure) -> FileReport:
    """The report on a workbook of that network that has been read."""
    return _check_book(book, _judge(of.network, True))


def _check_book(book: Book, prover: Prover) -> FileReport:
    model = prover.model
    counted: list[int] = []  # cells
    kept: list[AnswerKey] = []
    notes: list[Note] = []
    findings: list[Finding] = []
    others = 0
    complete = False
    for table in find_tables(book, prover):
        key = AnswerKey(table, model)
        doing(f"proving the table on sheet {table.view.sheet.name!r}")
        checked = _check_table(key, prover)
        if checked is None:
            others += 1
            continue
        table_findings, cells = checked
        findings += table_findings
        notes += last_loss_note(key, table_findings)
        notes += given_notes(key)
        counted.append(cells)
        kept.append(key)
        complete |= _complete_epochs(key) >= 2
    name = model.network.name
    if not kept:
        message = "no epoch table of the network was found" + (f"; {others} of another kind" if others else "")
        message += "" if model.any_layout else "; of this network, tables with a row of headers and a row an epoch are"
        return FileReport("", None, "not_this_network", None, message)
    outside = check_outside(book, kept, prover)
    refuted = {(finding.sheet, finding.range) for finding in outside.findings}
    findings = [
        item for item in findings if item.kind is not Kind.STALE_VALUE or (item.sheet, item.range) not in refuted
    ]
    findings += outside.findings
    tables = tuple(map(_table_report, outside.tables, counted))
    known = [key.table for key in kept]
    strange, inherited = check_losses(book, known, model, bool(findings))
    findings += strange
    notes += (*outside.notes, *inherited, *find_notes(book, known, model))
    verdict: Verdict = "not_understood" if outside.unchecked else "correct"
    if not complete and any(finding.kind is Kind.INCOMPLETE for finding in findings):
        verdict = "incomplete"
    elif findings:
        verdict = "mistakes"
    message = "; ".join(f"{note.sheet}: {note.text}" for note in outside.unchecked)
    return FileReport(
        "", None, verdict, name, message, tables, tuple(findings), tuple(notes), outside.unchecked
    )  # fmt: skip


def _check_table(key: AnswerKey, prover: Prover) -> tuple[list[Finding], int] | None:
    """Findings and cells checked; None where the table is not this network's."""
    table = key.table
    needed = key.model.needed
    if len(needed & table.lines.keys()) < LINES_NEEDED * len(needed):
        return None
    if is_pasted(key):
        pasted = check_pasted(key)
        return None if pasted.right < RIGHT_NEEDED * len(key.checked()) else (pasted.findings, pasted.checked)
    wrong = wrong_cells(key, prover)
    bad = {item.name for item in wrong if item.tree is not None and item.steps[1] - item.steps[0] > 0}
    if len(bad) > (1 - RIGHT_NEEDED) * len(key.checked()):
        return None
    findings = Diagnosis(key, prover).findings(wrong)
    findings += uncomputable_given(key)
    findings += wrong_stored_values(key)
    findings += changed_inputs(key)
    findings += wrong_data(key)
    cells = len(table.lines) * (table.last - table.first + 1)
    return findings, cells


def _complete_epochs(key: AnswerKey) -> int:
    """Epochs that hold something in every computed cell."""
    filled = np.ones(key.table.last - key.table.first + 1, dtype=bool)
    for _, line in key.checked():
        trees = key.table.view.trees(line, key.table.first, key.table.last)
        filled &= np.array([tree is not None for tree in trees])
    return int(filled.sum())


def _table_report(table: Table, cells: int) -> TableReport:
    view = table.view
    place = {name: (str(line) if view.transposed else get_column_letter(line)) for name, line in table.lines.items()}
    rate_cell = None
    if table.rate_cell is not None:
        sheet, row, column = table.rate_cell
        rate_cell = address(row, column) if sheet == view.sheet.name else f"{sheet}!{address(row, column)}"
    return TableReport(
        view.sheet.name, table.header, table.first, table.last, "columns" if view.transposed else "rows",
        place, table.rate, rate_cell, cells,
    )  # fmt: skip
