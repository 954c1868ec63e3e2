"""One workbook against a network that is known: find its tables, prove, diagnose, give a verdict."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from openpyxl.utils import get_column_letter

from backprop.check.findings import FileReport, Finding, Kind, Note, TableReport, Verdict
from backprop.check.mistakes.changed_inputs import changed_inputs, given_anew
from backprop.check.mistakes.descent import last_loss_note
from backprop.check.mistakes.diagnose import Diagnosis
from backprop.check.mistakes.given_values import given_notes, uncomputable_given
from backprop.check.mistakes.notes import find_notes
from backprop.check.mistakes.outside.carried import check_outside
from backprop.check.mistakes.pasted.losses import check_losses
from backprop.check.mistakes.pasted.tables import PastedCheck, check_pasted, is_pasted
from backprop.check.mistakes.samples_in_turn import wrong_data
from backprop.check.mistakes.stored_values import wrong_stored_values
from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.prover import Prover
from backprop.check.proof.wrong_cells import WrongRun, wrong_cells
from backprop.check.recognition.find import NOTHING, find_tables
from backprop.check.recognition.given import Given
from backprop.check.tables.table import Table
from backprop.spreadsheet.book import Book, address
from groundfloor.process.isolate import doing

LINES_NEEDED = 0.6  # of the quantities, for a table to be this network's
RIGHT_NEEDED = 0.5  # of the formulas found


@dataclass(frozen=True, slots=True)
class Held:
    """A table held against the network: which of its cells are wrong, or what of its pasted numbers holds."""

    key: AnswerKey
    wrong: list[WrongRun]
    pasted: PastedCheck | None = None

    @property
    def doubted(self) -> set[str]:
        """The quantities of which something is wrong, or that change and should not."""
        if self.pasted:
            return {item.quantity for item in self.pasted.findings}
        return {item.name for item in self.wrong} | given_anew(self.key)


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a workbook that are this network's, and how many are not."""

    held: tuple[Held, ...]
    others: int

    @property
    def doubted(self) -> list[str]:
        """The quantities of which something is wrong, once for each table."""
        return sorted(name for held in self.held for name in held.doubted)


def read_tables(book: Book, prover: Prover, given: Given = NOTHING) -> Tables:
    """The tables that most of the network's quantities are found in, most of them right.

    `given` are the numbers that they should begin with, where somebody knows them.
    """
    keys = [AnswerKey(table, prover.model) for table in find_tables(book, prover, given)]
    held = [_hold(key, prover) for key in keys]
    return Tables(tuple(item for item in held if item is not None), held.count(None))


def _hold(key: AnswerKey, prover: Prover) -> Held | None:
    """What of the table is wrong; None where it is not this network's."""
    needed = key.model.needed
    if len(needed & key.table.lines.keys()) < LINES_NEEDED * len(needed):
        return None
    if is_pasted(key):
        pasted = check_pasted(key)
        return None if pasted.right < RIGHT_NEEDED * len(key.checked()) else Held(key, [], pasted)
    doing(f"proving the table on sheet {key.table.view.sheet.name!r}")
    wrong = wrong_cells(key, prover)
    bad = {item.name for item in wrong if item.tree is not None and item.steps[1] - item.steps[0] > 0}
    return None if len(bad) > (1 - RIGHT_NEEDED) * len(key.checked()) else Held(key, wrong)


def check_tables(book: Book, tables: Tables, prover: Prover) -> FileReport:
    """The report on a workbook whose tables have been read."""
    model = prover.model
    if not tables.held:
        message = "no epoch table of the network was found"
        message += f"; {tables.others} of another kind" if tables.others else ""
        message += "" if model.any_layout else "; of this network, tables with a row of headers and a row an epoch are"
        return FileReport("", None, "not_this_network", None, message)
    notes: list[Note] = []
    findings: list[Finding] = []
    for held in tables.held:
        of_table = held.pasted.findings if held.pasted else list(_findings(held, prover))
        findings += of_table
        notes += last_loss_note(held.key, of_table)
        notes += given_notes(held.key)
    keys = [held.key for held in tables.held]
    complete = any(_complete_epochs(key) >= 2 for key in keys)
    outside = check_outside(book, keys, prover)
    refuted = {(finding.sheet, finding.range) for finding in outside.findings}
    findings = [
        item for item in findings if item.kind is not Kind.STALE_VALUE or (item.sheet, item.range) not in refuted
    ]
    findings += outside.findings
    known = [key.table for key in keys]
    strange, inherited = check_losses(book, known, model, bool(findings))
    findings += strange
    notes += (*outside.notes, *inherited, *find_notes(book, known, model))
    verdict: Verdict = "not_understood" if outside.unchecked else "correct"
    if not complete and any(finding.kind is Kind.INCOMPLETE for finding in findings):
        verdict = "incomplete"
    elif findings:
        verdict = "mistakes"
    message = "; ".join(f"{note.sheet}: {note.text}" for note in outside.unchecked)
    reports = tuple(map(_table_report, outside.tables, map(_cells, tables.held)))
    return FileReport(
        "", None, verdict, model.network.name, message, reports, tuple(findings), tuple(notes), outside.unchecked
    )


def _findings(held: Held, prover: Prover) -> Iterator[Finding]:
    key = held.key
    yield from Diagnosis(key, prover).findings(held.wrong)
    yield from uncomputable_given(key)
    yield from wrong_stored_values(key)
    yield from changed_inputs(key)
    yield from wrong_data(key)


def _cells(held: Held) -> int:
    """How many were checked."""
    table = held.key.table
    return held.pasted.checked if held.pasted else len(table.lines) * (table.last - table.first + 1)


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
