import math
from array import array
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backprop.check.check import check_book
from backprop.check.findings import FileReport, Kind
from backprop.derivation.derive import Derivation
from backprop.epochs.trace import Trace, run_trace
from backprop.spreadsheet.book import CONSTANT, Book, Chart, Column, Series, Sheet
from backprop.spreadsheet.xlsx.read import read_book
from tests.backprop.check.calculator import Calculator
from tests.backprop.check.layouts import Layout, as_book, build
from tests.backprop.check.spellings import CLOSED


@pytest.fixture
def book(default_workbook: tuple[Path, Trace]) -> Book:
    return read_book(default_workbook[0])


def notes(report: FileReport) -> list[tuple[str, str | None, str, str]]:
    return [(note.sheet, note.cell, note.kind, note.text) for note in report.notes]


def write_text(book: Book, sheet: str, row: int, column: int, text: str) -> None:
    cells = book.sheets[sheet].columns.setdefault(column, Column())
    index = cells.index(row) if cells.rows else None
    if index is None:
        assert not cells.rows or cells.rows[-1] < row, "the helper only appends"
        cells.rows.append(row)
        cells.trees.append(CONSTANT)
        cells.numbers.append(math.nan)
    cells.others[row] = text


def test_our_own_workbook_has_nothing_to_note(book: Book, eight_weight: Derivation) -> None:
    report = check_book(book, eight_weight)
    assert (report.verdict, report.findings, report.notes) == ("correct", (), ())
    assert sum(table.cells_checked for table in report.tables) == 6 * 31 * 100


def test_a_header_that_lies_is_noted_and_believed_by_no_one(book: Book, eight_weight: Derivation) -> None:
    write_text(book, "η = 0.5", 5, 3, "i2")
    report = check_book(book, eight_weight)
    assert report.verdict == "correct"
    assert notes(report) == [("η = 0.5", "C5", "header", "headed 'i2', but it is used as t2")]


def test_a_sheet_named_after_another_learning_rate_is_noted(book: Book, eight_weight: Derivation) -> None:
    cells = book.sheets["η = 2"].columns[3]
    cells.numbers[cells.index(2)] = 3.0
    found = [note for note in notes(check_book(book, eight_weight)) if note[2] == "learning_rate"]
    text = "the sheet is named 'η = 2', but its formulas use the learning rate 3"
    assert found == [("η = 2", "C2", "learning_rate", text)]


PLOTTED = [
    ("'η = 1'!$X$6:$X$90", "a chart plots X6:X90; the table's losses are X6:X105"),
    ("'η = 1'!$X$7:$X$105", "a chart plots X7:X105; the table's losses are X6:X105"),
    ("'η = 1'!$W$6:$W$105", "a chart plots W6:W105, the column of E2; the loss is column X"),
    ("'η = 1'!$X$6:$X$105", None),
    ("'η = 1'!$X$5:$X$105", None),
    ("'other'!$X$5:$X$105", None),
    ("not a range at all(", None),
]


def test_charts_of_the_wrong_cells_are_noted(book: Book, eight_weight: Derivation) -> None:
    book.charts = [Chart("Loss", "", (Series(None, plotted),)) for plotted, _ in PLOTTED]
    expected = [("Loss", None, "chart", text) for _, text in PLOTTED if text is not None]
    assert notes(check_book(book, eight_weight)) == expected


TYPED = [  # and whether it is false
    ("∂E/∂w1 = ((a_o1 - t1)*a_o1*(1 - a_o1)*w5 + (a_o2 - t2)*a_o2*(1 - a_o2)*w7)*a_h1*(1 - a_h1)*i1", False),
    ("∂E_total/∂w5 = (out_o1 - t1) * out_o1 * (1 - out_o1) * out_h1", False),
    ("dE_total/dw5 = ∂E/∂a_o1 * ∂a_o1/∂o1 * ∂o1/∂w5 = (a_o1 − t1)·a_o1·(1 − a_o1)·a_h1", False),
    ("E1 = ½(t1 - a_o1)²", False),
    ("E2 = (1/2) * (t2 - out_o2)^2", False),
    ("a_h1 = σ(h1) = 1/(1 + e^-h1)", False),
    ("h1 = w1*i1 + w2*i2", False),
    ("∂o1/∂w5 = a_h1", False),
    ("t1 = 0.01", False),
    ("learning rate = 0.5", False),
    ("E2 = (1/2) * (t2 - out_o1)^2", True),
    ("∂E/∂w5 = a_o1 - t1*a_o1*(1 - a_o1)*a_h1", True),
    ("∂E_total/∂a_h2 = (a_o1 - t1)*a_o1*(1 - a_o1)*w5 + (a_o2 - t2)*a_o2*(1 - a_o2)*w7", True),
    ("∂E_total/∂a_h1 = (a_o1 - t1)*a_o1*(1 - a_o1)*w5 + (a_o2 - t2)*a_o2*(1 - a_o2)*w7", False),
    ("h1 = w3*i1 + w4*i2", True),
    ('=HYPERLINK("x")', False),
    ("E1 = (((((", False),
]


def test_typed_equations_are_judged_where_they_can_be_computed(book: Book, eight_weight: Derivation) -> None:
    for row, (typed, _) in enumerate(TYPED, 60):
        write_text(book, "Loss", row, 30, typed)
    book.boxes = [("Loss", f"first line\n{typed}") for typed, _ in TYPED]
    false = {f"AD{row}": typed for row, (typed, is_false) in enumerate(TYPED, 60) if is_false}
    expected = [("Loss", cell, "typed", f"not true of the network: {typed}") for cell, typed in false.items()]
    expected += [("Loss", None, "typed", f"not true of the network (text box): {typed}") for typed in false.values()]
    assert notes(check_book(book, eight_weight)) == expected


def paste_losses(book: Book, heading: str | float, losses: np.ndarray, first: int = 41) -> None:
    """A column of numbers on sheet Loss, under a heading."""
    numbers = [float(loss) for loss in losses]
    text = isinstance(heading, str)
    book.sheets["Loss"].columns[20] = Column(
        array("q", range(first - 1, first + len(numbers))),
        array("q", [CONSTANT] * (len(numbers) + 1)),
        array("d", [math.nan if text else heading, *numbers]),
        {first - 1: heading} if text else {},
    )


@pytest.mark.parametrize("heading", ["η = 0.5", "LR 0.5", "lr = .5", "rate.0.5", "0.5", 0.5])
def test_pasted_losses_of_this_table_are_right(book: Book, eight_weight: Derivation, heading) -> None:
    losses = run_trace(eight_weight, [0.5], 60).column("E_total")[0]
    paste_losses(book, heading, np.round(losses, 9))
    assert check_book(book, eight_weight).findings == ()


def test_pasted_losses_of_another_start_are_found(book: Book, eight_weight: Derivation) -> None:
    network = eight_weight.network
    layer = network.layers[0].model_copy(update={"weights": ((0.15, 0.20), (0.25, 0.9))})
    other = replace(eight_weight, network=network.model_copy(update={"layers": (layer, network.layers[1])}))
    losses = run_trace(other, [0.5], 60).column("E_total")[0]
    paste_losses(book, "η = 0.5", losses)
    (finding,) = check_book(book, eight_weight).findings
    assert (finding.sheet, finding.range, finding.kind) == ("Loss", "T41:T100", Kind.PASTED_VALUES_DIFFER)
    assert "they come from other inputs, targets or weights" in finding.explanation


@pytest.mark.parametrize("losses", [np.linspace(5, 1, 60), np.linspace(0.1, 0.3, 60), np.full(60, 0.2425)])
def test_other_columns_of_numbers_are_left_alone(book: Book, eight_weight: Derivation, losses: np.ndarray) -> None:
    paste_losses(book, "η = 0.5", losses)
    assert check_book(book, eight_weight).findings == ()


@pytest.mark.parametrize("digits", [17, 10])
def test_curves_of_the_tables_own_mistakes_are_called_so(digits: int, eight_weight: Derivation) -> None:
    wrong = {**CLOSED, "dE_dw3": CLOSED["dE_dw1"].replace("{i1}", "{i1}*{w5}")}
    made = [build(Layout("x", formulas=wrong, tables=(("S", 5, 1, rate),), epochs=40)) for rate in (0.5, 2.0)]
    pasted = Calculator(made[1].cells, made[1].names)
    losses = [pasted.value(made[1].places[0].cell("E_total", step)) for step in range(6, 46)]
    book = as_book(made[0])
    book.sheets["Loss"] = Sheet("Loss")
    paste_losses(book, "lr = 2", np.array([float(f"{loss:.{digits}g}") for loss in losses]))
    report = check_book(book, eight_weight)
    assert {finding.quantity for finding in report.findings} == {"dE_dw3"}
    text = "the losses pasted in T41:T80 are those of the table's own formulas, with their mistakes"
    assert [note.text.startswith(text) for note in report.notes if note.kind == "pasted_losses"] == [True]


def test_a_mistake_that_leaves_the_last_loss_has_no_note_on_it(eight_weight: Derivation) -> None:
    made = build(Layout("x", formulas={**CLOSED, "E1": "{t1}&{a_o1}"}, tables=(("S", 5, 1, 0.5),)))
    report = check_book(as_book(made), eight_weight)
    assert report.verdict == "mistakes"
    assert [note for note in report.notes if note.kind == "effect"] == []


def test_a_function_of_one_program_is_understood_and_named(eight_weight: Derivation) -> None:
    formulas = {**CLOSED, "E1": "POW({t1}-{a_o1},2)/2", "E2": "MULTIPLY(0.5,POW({t2}-{a_o2},2))"}
    made = build(Layout("x", formulas=formulas, tables=(("S", 5, 1, 0.5),), epochs=4))
    report = check_book(as_book(made, cached=False), eight_weight)
    assert report.verdict == "correct"
    assert [(note.cell, note.text) for note in report.notes] == [
        ("U6", "POW exists in Google Sheets only; Excel shows #NAME?; write POWER (8 cells)"),
        ("V6", "MULTIPLY exists in Google Sheets only; Excel shows #NAME?; write the sign * (4 cells)"),
    ]
