"""One workbook from file to report: scan, read, find the tables, prove, diagnose, prover."""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from openpyxl.utils import get_column_letter

from backprop.check.findings import FileReport, Finding, Kind, Note, TableReport, Verdict
from backprop.check.mistakes.diagnose import Diagnosis
from backprop.check.mistakes.notes import find_notes
from backprop.check.mistakes.pasted_losses import check_losses, descent
from backprop.check.mistakes.pasted_tables import check_pasted, is_pasted
from backprop.check.mistakes.samples_in_turn import wrong_data
from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.model import refuse_unchecked
from backprop.check.proof.prover import Prover
from backprop.check.proof.stored_values import on_stored_values
from backprop.check.proof.wrong_cells import wrong_cells
from backprop.check.recognition.find import find_tables
from backprop.check.tables.table import Table
from backprop.derivation.derive import Derivation, derive
from backprop.derivation.equation import TOTAL_LOSS
from backprop.network.network import Network
from backprop.spreadsheet.book import CONSTANT, Book, address, span
from backprop.spreadsheet.formula import render
from backprop.spreadsheet.xlsx.read import read_book
from backprop.spreadsheet.xlsx.scan import scan
from groundfloor.errors import UnreadableError
from groundfloor.isolate import map_isolated

LINES_NEEDED = 0.6  # of the quantities, for a table to be this network's
RIGHT_NEEDED = 0.5  # of the formulas found
STALE = 1e-6  # relative difference of a stored value from what its formula gives; caches may hold ten digits


SECONDS, MEMORY_MB = 300.0, 1_500  # of the process that reads a file


def check_files(files: Sequence[Path], network: Network, jobs: int = 1) -> Iterator[FileReport]:
    """The reports, in order, each file read in a process of its own with a limit on time and memory.

    BackpropError for a network whose workbooks are not checked.
    """
    refuse_unchecked(network)
    arguments = [(file, network) for file in files]
    for (file, _), result in map_isolated(_check_one, arguments, jobs=jobs, seconds=SECONDS, memory_mb=MEMORY_MB):
        yield FileReport(str(file), None, "unreadable", None, str(result)) if isinstance(result, Exception) else result


def _check_one(argument: tuple[Path, Network]) -> FileReport:
    file, network = argument
    return _check(file, _judge(network))


@lru_cache(maxsize=1)
def _judge(network: Network) -> Prover:
    return Prover(derive(network))


def check_file(file: Path, derivation: Derivation) -> FileReport:
    """The report on one workbook; a file that cannot be read is a report too."""
    refuse_unchecked(derivation.network)
    return _check(file, Prover(derivation))


def _check(file: Path, prover: Prover) -> FileReport:
    digest = None
    try:
        notes = scan(file)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        report = _check_book(read_book(file), prover)
        return replace(report, file=str(file), sha256=digest,
                       notes=(*(Note("", None, "file", text) for text in notes), *report.notes))  # fmt: skip
    except UnreadableError as error:
        return FileReport(str(file), digest, "unreadable", None, str(error))


def check_book(book: Book, derivation: Derivation) -> FileReport:
    """The report on a workbook that has been read."""
    return _check_book(book, Prover(derivation))


def _check_book(book: Book, prover: Prover) -> FileReport:
    model = prover.model
    tables: list[TableReport] = []
    kept: list[Table] = []
    notes: list[Note] = []
    findings: list[Finding] = []
    others = 0
    complete = False
    for table in find_tables(book, prover):
        key = AnswerKey(table, model)
        checked = _check_table(key, prover)
        if checked is None:
            others += 1
            continue
        found, cells = checked
        findings += found
        notes += _last_loss(key, found)
        tables.append(_table_report(table, cells))
        kept.append(table)
        complete |= _complete_epochs(key) >= 2
    name = model.network.name
    if not tables:
        message = "no epoch table of the network was found" + (f"; {others} of another kind" if others else "")
        message += "" if model.any_layout else "; of this network, tables with a row of headers and a row an epoch are"
        return FileReport("", None, "not_this_network", None, message)
    findings += check_losses(book, kept, model)
    notes += find_notes(book, kept, model)
    verdict: Verdict = "correct"
    if not complete and any(finding.kind is Kind.INCOMPLETE for finding in findings):
        verdict = "incomplete"
    elif findings:
        verdict = "mistakes"
    return FileReport("", None, verdict, name, "", tuple(tables), tuple(findings), tuple(notes))


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
    findings += _stale(key)
    findings += _inputs_change(key)
    findings += wrong_data(key)
    cells = len(table.lines) * (table.last - table.first + 1)
    return findings, cells


def _last_loss(key: AnswerKey, findings: list[Finding]) -> Iterator[Note]:
    """What a table's mistakes together do to the loss of its last epoch."""
    table = key.table
    line = table.lines.get(TOTAL_LOSS.name)
    rate = table.rate or (float(key.literals["eta"]) if "eta" in key.literals else None)
    if line is None or rate is None or not any(finding.severity == "error" for finding in findings):
        return
    stored = table.view.number(table.last, line)
    true = descent(table, key.model, rate, table.last - table.first + 1)
    if stored is None or true is None or not np.isfinite(true[-1]):
        return
    off = abs(stored - true[-1])
    text = f"the last loss is {stored:.9g}; without the mistakes it would be {true[-1]:.9g}, {off:.2g} away"
    yield Note(table.view.sheet.name, address(*table.view.position(table.last, line)), "effect", text)


def _complete_epochs(key: AnswerKey) -> int:
    """Epochs that hold something in every computed cell."""
    filled = np.ones(key.table.last - key.table.first + 1, dtype=bool)
    for _, line in key.checked():
        trees = key.table.view.trees(line, key.table.first, key.table.last)
        filled &= np.array([tree is not None for tree in trees])
    return int(filled.sum())


def _stale(key: AnswerKey) -> Iterator[Finding]:
    """Stored values that are not what their formulas give; and error values."""
    table, view = key.table, key.table.view
    for name, line in key.checked():
        first = key.first_step(name)
        stored = view.numbers(line, first, table.last)
        for tree, start, stop in _formula_runs(key, line, first):
            node = view.book.trees[tree]
            computed = None if isinstance(node, str) else on_stored_values(table, node, line, (start, stop))
            part = stored[start - first : stop - first + 1]
            errors = [step for step in range(start, stop + 1) if _is_error(view.value(step, line))]
            if errors:
                yield _value_finding(key, name, line, errors, Kind.ERROR_VALUE,
                                     f"the stored value is {view.value(errors[0], line)}")  # fmt: skip
            if computed is None:
                continue
            scale = np.nanmax(np.abs(part), initial=0.0)
            with np.errstate(invalid="ignore"):
                off = np.abs(part - computed) > STALE * np.abs(computed) + 1e-8 * max(scale, 1e-6)
            steps = (np.flatnonzero(off) + start).tolist()
            if steps:
                at = steps[0] - start
                text = (
                    f"the stored value {part[at]!r} is not what the formula gives on the stored cells, {computed[at]!r}"
                )
                yield _value_finding(key, name, line, steps, Kind.STALE_VALUE, text.replace("np.float64", ""))


def _formula_runs(key: AnswerKey, line: int, first: int) -> Iterator[tuple[int, int, int]]:
    step = first
    trees = key.table.view.trees(line, first, key.table.last)
    start = 0
    for index in range(1, len(trees) + 1):
        if index == len(trees) or trees[index] != trees[start]:
            tree = trees[start]
            if tree is not None and tree != CONSTANT:
                yield tree, step + start, step + index - 1
            start = index


def _value_finding(key: AnswerKey, name: str, line: int, steps: list[int], kind: Kind, text: str) -> Finding:
    view = key.table.view
    first, last = view.position(steps[0], line), view.position(steps[-1], line)
    tree = view.formula(steps[0], line)
    formula = None if tree is None else f"={render(tree, *first)}"
    return Finding(view.sheet.name, address(*first), span(first, last), name, kind, "error", formula, formula, text)


def _is_error(value: object) -> bool:
    return isinstance(value, str) and value.startswith("#")


def _inputs_change(key: AnswerKey) -> Iterator[Finding]:
    """Inputs and targets that do not stay what they are in the first epoch."""
    table, view = key.table, key.table.view
    for name in key.model.given:
        line = table.lines.get(name)
        if line is None:
            continue
        numbers = view.numbers(line, table.first, table.last)
        with np.errstate(invalid="ignore"):
            off = np.abs(numbers - numbers[0]) > 1e-9 * max(1.0, abs(numbers[0]))
        steps = np.flatnonzero(off)
        if len(steps) and not math.isnan(numbers[0]):
            first, last = (int(step) + table.first for step in (steps[0], steps[-1]))
            top, bottom = view.position(first, line), view.position(last, line)
            yield Finding(
                view.sheet.name, address(*top), span(top, bottom), name, Kind.INPUT_CHANGES, "error", None,
                f"={address(*view.position(first - 1, line))}",
                f"{name} changes from {numbers[0]:g} to {numbers[steps[0]]:g}; it is the same in every epoch",
            )  # fmt: skip


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
