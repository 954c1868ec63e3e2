"""One workbook from file to report: scan, read, tell which network it holds, prove, give a verdict."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from backprop.check.any_model.check import check_any_model
from backprop.check.choice import Choice, choose
from backprop.check.findings import FileReport, Kind, Note, Verdict
from backprop.check.known import check_tables, read_tables
from backprop.check.mistakes.unfilled import with_unfilled
from backprop.check.proof.model import refuse_unchecked
from backprop.check.proof.prover import Prover
from backprop.check.tables.own_workbooks import sheet_of_differences
from backprop.derivation.structure import Structure
from backprop.epochs.outline import outline_of
from backprop.network.network import Network
from backprop.spreadsheet.book import Book
from backprop.spreadsheet.read import read_workbook
from backprop.spreadsheet.scan import scan_workbook
from groundfloor.errors import UnreadableError
from groundfloor.process.isolate import doing

MOST_AGAIN = 60_000  # cells of a workbook of a known network that is also held against its own loss
UNEXPLAINED = 4  # mistakes, as which one counts that no change of a formula mends
MANY = 6  # mistakes in a known network's formulas, for another to be asked whether it needs fewer
OTHER = 2  # doubts of the forward pass, for it to be another network's
FORMULA_KINDS = set(Kind) - {Kind.STALE_VALUE, Kind.ERROR_VALUE, Kind.PASTED_VALUES_DIFFER, Kind.REPEATED_ROWS,
                             Kind.INPUT_CHANGES, Kind.INCOMPLETE, Kind.NOT_COMPUTABLE}  # fmt: skip
WORST_FIRST: tuple[Verdict, ...] = ("mistakes", "not_understood", "incomplete", "correct")


def check_any_file(file: Path, network: Network | None) -> FileReport:
    """The report on one workbook; without a network it may be of any model.

    Then the known networks are tried first, then the workbook's own formulas are differentiated.
    """
    return _check(file, None if network is None else _judge(network))


@lru_cache(maxsize=1)
def _judge(network: Network) -> Prover:
    return Prover(outline_of(network))


def check_file(file: Path, of: Structure) -> FileReport:
    """The report on one workbook of that network; a file that cannot be read is a report too."""
    refuse_unchecked(of.network)
    return _check(file, _judge(of.network))


def _check(file: Path, prover: Prover | None) -> FileReport:
    digest = None
    try:
        notes = scan_workbook(file)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        doing("reading it")
        book = read_workbook(file)
        doing("looking for epoch tables")
        report = check_any_book(book) if prover is None else _check_book(book, prover)
        report = with_unfilled(book, report)
        return replace(report, file=str(file), sha256=digest,
                       notes=(*(Note("", None, "file", text) for text in notes), *report.notes))  # fmt: skip
    except UnreadableError as error:
        return FileReport(str(file), digest, "unreadable", None, str(error))


def check_book(book: Book, of: Structure) -> FileReport:
    """The report on a workbook of that network that has been read."""
    return _check_book(book, _judge(of.network))


def _check_book(book: Book, prover: Prover) -> FileReport:
    return check_tables(book, read_tables(book, prover), prover)


def check_any_book(book: Book) -> FileReport:
    """The report on a workbook that has been read and of which nobody says what it holds."""
    return check_chosen(book, choose(book))


def check_chosen(book: Book, choices: Sequence[Choice]) -> FileReport:
    """The same where the known networks that it may hold have been chosen."""
    tried = sum(_doubts_of_forward_pass(choice) for choice in choices) >= OTHER and _cells(book) <= MOST_AGAIN
    if tried:
        judged = check_any_model(book, repairs=False)  # before each doubt is looked into, which takes long
        if judged.verdict == "correct":
            return judged
    known = _merged([check_tables(book, choice.tables, choice.prover) for choice in choices])
    own = known.tables and sheet_of_differences(book)
    return known if own else _of_any_model(book, known, tried)


def _doubts_of_forward_pass(choice: Choice) -> int:
    """How many weighted sums, outputs and losses a known network does not explain."""
    return sum(not name.startswith("dE_d") for name in choice.tables.doubted)


def _merged(reports: Sequence[FileReport]) -> FileReport:
    """The report on a workbook whose sheets hold several networks: the worst verdict, and what each gave."""
    if len(reports) == 1:
        return reports[0]
    worst = min((report.verdict for report in reports), key=WORST_FIRST.index)
    messages = dict.fromkeys(report.message for report in reports if report.message)
    return FileReport(
        "", None, worst, ", ".join(report.network or "" for report in reports), "; ".join(messages),
        tuple(table for report in reports for table in report.tables),
        tuple(finding for report in reports for finding in report.findings),
        tuple(dict.fromkeys(note for report in reports for note in report.notes)),
        tuple(note for report in reports for note in report.unchecked),
    )  # fmt: skip


def _of_any_model(book: Book, known: FileReport, tried: bool) -> FileReport:
    """The report by the workbook's own formulas, where that by the known network is none, too harsh or too mild.

    Too harsh: the formulas are right derivatives of the loss that they belong to, of another network. Too mild: tables
    of one epoch, whose updates stand elsewhere. `tried`: its own loss was asked already, and it is not all right.
    """
    if known.verdict == "not_this_network":
        return check_any_model(book)
    match known.verdict:
        case "mistakes":
            other = _another_network(known) and not _some_derivatives(known)
            if other and _cells(book) <= MOST_AGAIN and (tried or len(known.findings) >= MANY):
                return _simpler(known, check_any_model(book))
            doubtful, better = other and not tried and _cells(book) <= MOST_AGAIN, {"correct"}
        case "not_understood":
            doubtful, better = True, {"correct", "mistakes"}
        case "correct":
            doubtful, better = all(table.first_row == table.last_row for table in known.tables), {"mistakes"}
        case _:
            return known
    own = check_any_model(book, repairs="mistakes" in better) if doubtful else known
    return own if own.verdict in better else known


def _simpler(known: FileReport, own: FileReport) -> FileReport:
    """Of two reports on a workbook with mistakes the one that asks less: half as much, or nothing.

    What the workbook's own formulas do not explain either is left open where a known network's key fits almost nothing.
    """
    if own.verdict == "correct" or (own.verdict == "mistakes" and 2 * _asked(own) <= _asked(known)):
        return own
    named = {name for table in known.tables for name in table.columns}
    wrong = {finding.quantity for finding in known.findings if finding.kind in FORMULA_KINDS}
    fits_nothing = {name for name in named if name.startswith("dE_d")} <= wrong
    return own if fits_nothing and own.verdict == "not_understood" else known


def _asked(report: FileReport) -> int:
    """How much a report asks one to believe: a mistake that no small change mends is several."""
    return sum(1 if finding.should_be else UNEXPLAINED for finding in report.findings)


def _another_network(known: FileReport) -> bool:
    """Whether it may be another network's: all findings are of formulas, or some of those of the forward pass."""
    of_formulas = [finding for finding in known.findings if finding.kind in FORMULA_KINDS]
    forward = any(not finding.quantity.startswith("dE_d") for finding in of_formulas)
    return forward or len(of_formulas) == len(known.findings)


def _some_derivatives(known: FileReport) -> bool:
    """Whether the smaller part of the derivatives is wrong and nothing else: they are no other network's."""
    wrong = {finding.quantity for finding in known.findings}
    named = {name for table in known.tables for name in table.columns if name.startswith("dE_d")}
    return wrong <= named and 2 * len(wrong) < len(named)


def _cells(book: Book) -> int:
    return sum(len(column.rows) for sheet in book.sheets.values() for column in sheet.columns.values())
