"""Workbooks of which nobody says what network they hold: chosen by signs, proven, and as quick as when it is said."""

from dataclasses import replace
from pathlib import Path

import pytest

from backprop.check import check
from backprop.check.check import check_any_book, check_book
from backprop.check.findings import FileReport
from backprop.derivation.derive import Derivation, derive
from backprop.network.generate import Changes, change_network, make_fields, parse_samples, parse_sizes
from backprop.network.load import load_network, presets
from backprop.spreadsheet.book import Book
from backprop.spreadsheet.formula import Binary, Bracket, Node, Number, parse
from backprop.spreadsheet.xlsx.read import read_book
from backprop.workbook.layout import rate_sheet
from backprop.workbook.write import write_workbook
from tests.backprop.check.layouts import BIASES, LAYOUTS, MAZUR_LAYOUTS, Layout, as_book, build
from tests.backprop.check.spellings import CLOSED, ORDER, biased

EPOCHS = 4
TWO_BY_TWO = {"inputs": parse_samples("0,0;0,1;1,0;1,1", "inputs"), "targets": parse_samples("0;1;1;0", "targets")}
SLIPS = {  # of each preset one formula, filled down, that is wrong
    "convolution": (  # one of the three places left out
        "dE_dw2",
        "=(W6-B6)*R6*(1-SUMSQ(M6))*D6+(W6-B6)*S6*(1-SUMSQ(O6))*E6",
    ),
    "recurrent": ("dE_dw_h", "=(R6-B6)*O6*(1-SUMSQ(N6))*L6"),  # the last step alone
    "eight-weight": ("dE_dw3", "=((S6-B6)*S6*(1-S6)*O6+(U6-C6)*U6*(1-U6)*Q6)*K6*(1-K6)*D6"),
    "mazur": ("dE_dw5", "=(U6-B6)*U6*L6"),
    "softmax-classifier": ("dE_dw7", "=(AQ6-D6)*R6"),
    "three-hidden": ("eta_t", "=$F$3+1/2*($C$2-$F$3)*(1+COS(PI()*A6/$C$3))"),
    "xor": ("v_w3", "=$C$3*BK5+BD6"),
}


def own(derivation: Derivation, folder: Path, form: str = "closed", epochs: int = EPOCHS) -> Book:
    file = folder / "own.xlsx"
    write_workbook(derivation, file, (0.5,), epochs, form, force=True)  # type: ignore[arg-type]
    return read_book(file)


def fill(book: Book, column: int, formula: str | Node, first: int) -> None:
    """A formula as it stands in that row, in all epochs from there on; stored numbers go, so that formulas speak."""
    cells = book.sheets["η = 0.5"].columns[column]
    book.trees.append(parse(formula, first, column) if isinstance(formula, str) else formula)
    for index, row in enumerate(cells.rows):
        if row >= first and cells.trees[index] >= 0:
            cells.trees[index] = len(book.trees) - 1
    for others in (column for sheet in book.sheets.values() for column in sheet.columns.values()):
        for index, row in enumerate(others.rows):
            if others.trees[index] >= 0:
                others.numbers[index] = float("nan")
                others.others[row] = None


def said(report: FileReport) -> FileReport:
    """What a report says, without the network's name."""
    return replace(report, network=None)


@pytest.fixture
def no_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbook's own loss is not differentiated: the network is known."""
    monkeypatch.setattr(check, "check_any_model", lambda _: pytest.fail("differentiated"))


@pytest.mark.parametrize("name", presets())
def test_the_workbook_of_every_preset_in_steps_is_recognised(name: str, tmp_path: Path, no_other_way: None):
    report = check_any_book(own(derive(load_network(name)), tmp_path, "steps"))
    assert (report.verdict, report.network, report.findings) == ("correct", name, ())
    assert len(report.tables) == 1


@pytest.mark.parametrize("name", presets())
def test_one_slip_gives_what_it_gives_where_the_network_is_named(name: str, tmp_path: Path, no_other_way: None):
    derivation = derive(load_network(name))
    quantity, formula = SLIPS[name]
    layout = rate_sheet(derivation, EPOCHS, "closed")
    column = 1 + list(layout.columns).index(quantity)
    book = own(derivation, tmp_path)
    fill(book, column, formula, layout.first_row + (quantity == "v_w3"))
    report = check_any_book(book)
    assert (report.verdict, report.network) == ("mistakes", name)
    assert [finding.quantity for finding in report.findings] == [quantity]
    assert said(report) == said(check_book(book, derivation))
    fill(book, column, report.findings[0].should_be or "", layout.first_row + (quantity == "v_w3"))
    assert check_any_book(book).verdict == "correct"


@pytest.mark.parametrize("wrong", ["TANH(R6)", "1/(1+EXP(R6))"])
def test_a_lone_neuron_with_another_activation_is_a_mistake(wrong: str, tmp_path: Path, no_other_way: None):
    book = own(derive(load_network("xor")), tmp_path)
    fill(book, 19, f"={wrong}", 6)  # a_o1_s1: of the output layer one neuron, of which this is one of four samples
    report = check_any_book(book)
    assert (report.network, [finding.quantity for finding in report.findings]) == ("xor", ["a_o1_s1"])


@pytest.mark.parametrize(
    ("layers", "changes"),
    [
        ("3,2,1", Changes(activation="leaky_relu", biases="neuron", training=(("train_biases", False),))),
        ("2,3,3", Changes(loss="softmax_cross_entropy", training=(("optimiser", "rmsprop"),))),
        ("2,2,1", Changes(loss="binary_cross_entropy", training=(("optimiser", "nesterov"), ("schedule", "step")))),
        ("2,2,1", Changes(training=(("optimiser", "adam"), ("weight_decay", 0.01)))),
        ("2,2,1", Changes(activation="softsign", training=(("optimiser", "adamw"),))),
        ("2,2,1", Changes(activation="hard_sigmoid", training=(("optimiser", "adagrad"), ("schedule", "cosine")))),
        ("2,2,1", Changes(activation="selu", training=(("optimiser", "rprop"),))),
        ("2,2,1", Changes(loss="squared_error", training=(("optimiser", "momentum"), ("dampening", 0.2)))),
        ("2,2,1", Changes(loss="mean_absolute_error", activation="bipolar_sigmoid")),
        ("2,2,2", Changes(loss="huber_error", training=(("optimiser", "adam"), ("epsilon", 0)))),
        ("2,2,2", Changes(loss="hinge", activation="tanh")),
        ("2,2,1", Changes(biases="neuron", training=(("batch", "full"),), **TWO_BY_TWO)),
        ("2,2,1", Changes(biases="layer", training=(("batch", "stochastic"),), **TWO_BY_TWO)),
        ("2,2,3,1", Changes(activation="swish", notation=(("sum", "net_{}"), ("activation", "out_{}")))),
        (
            "2,2,1",
            Changes(activation="bipolar_sigmoid", loss="squared_error", own=(("reduction", "sum"),), **TWO_BY_TWO),
        ),
        ("2,2,1", Changes(biases="threshold", own=(("input_gradient", True),))),
        ("2,1", Changes(biases="neuron", loss="output", own=(("input_gradient", True),))),
        ("1,1", Changes(biases="neuron", loss="mean_squared_error", training=(("optimiser", "nesterov"),))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_workbooks_of_other_networks_are_recognised(
    layers: str, changes: Changes, tmp_path: Path, no_other_way: None
):
    network = change_network(make_fields(parse_sizes(layers)), changes, "test")
    report = check_any_book(own(derive(network), tmp_path))
    assert (report.verdict, report.network, report.findings) == ("correct", layers.replace(",", "-"), ())


@pytest.mark.parametrize("name", ["stacked names", "biases typed, no header", "biases in cells", "pasted"])
def test_biases_are_recognised_in_any_layout(name: str):
    made = build(next(layout for layout in MAZUR_LAYOUTS if layout.name == name))
    report = check_any_book(as_book(made))
    assert (report.verdict, report.network) == ("correct", "mazur")
    place = made.places[0]
    if made.pasted:
        return
    for step in range(place.first, place.last + 1):
        cell = place.cell("dE_dw3", step)
        made.cells[cell] = Binary("*", Bracket(made.cells[cell]), Number("1.5"))  # type: ignore[arg-type]
    report = check_any_book(as_book(made))
    assert (report.network, [finding.quantity for finding in report.findings]) == ("mazur", ["dE_dw3"])


def test_samples_that_take_turns_are_the_workbooks_own(tmp_path: Path, no_other_way: None):
    book = own(derive(load_network("softmax-classifier")), tmp_path, epochs=2)
    samples = book.sheets["Samples"].columns[3]
    samples.numbers[samples.index(6) or 0] = 0.625  # i1 of the second sample: a number that one may change
    fill(book, 8, "=INDEX(Samples!$D$5:$D$10,C6)", 6)  # i2, as it stood
    assert check_any_book(book).verdict == "correct"
    names, book.names = book.names, {}
    assert check_any_book(book).verdict == "correct"
    book.names = names
    fill(book, 7, "=INDEX(Samples!$D$5:$D$10,C6)", 6)
    assert {finding.quantity for finding in check_any_book(book).findings} == {"i1"}


def test_stored_inputs_that_are_out_of_date_do_not_make_it_another_network(tmp_path: Path):
    book = own(derive(load_network("eight-weight")), tmp_path, epochs=6)
    sheet = book.sheets["η = 0.5"]
    for name in ("i1", "i2"):
        column = next(at for row, at, text in sheet.texts() if text == name and row < 8)
        numbers = sheet.columns[column]
        numbers.numbers[numbers.index(8) or 0] = 7.0
    report = check_any_book(book)
    assert (report.verdict, report.network) == ("mistakes", "eight-weight")


def test_biases_are_recognised_where_no_heading_names_anything(tmp_path: Path):
    book = own(derive(load_network("mazur")), tmp_path)
    for column in book.sheets["η = 0.5"].columns.values():
        column.others = {row: text for row, text in column.others.items() if row != 5}
    book.names.clear()
    fill(book, 28, "=((U6-B6)*U6*(1-U6)*O6+(W6-C6)*W6*(1-W6)*Q6)*L6*(1-L6)*D6", 6)
    report = check_any_book(book)
    assert (report.verdict, report.network) == ("mistakes", "mazur")
    assert [(finding.quantity, finding.should_be) for finding in report.findings] == [
        ("dE_dw2", "=((U6-B6)*U6*(1-U6)*O6+(W6-C6)*W6*(1-W6)*Q6)*L6*(1-L6)*E6")
    ]


def test_trained_biases_are_no_inputs_that_change(tmp_path: Path):
    trained = Changes(biases="neuron", training=(("train_biases", True),))
    network = change_network(load_network("eight-weight").model_dump(exclude_unset=True), trained, "test")
    book = own(derive(network), tmp_path)
    for column in book.sheets["η = 0.5"].columns.values():
        column.others = {row: text for row, text in column.others.items() if row != 5}
    book.names.clear()
    report = check_any_book(book)
    assert (report.verdict, report.network, report.findings) == ("correct", "2-2-2", ())


def test_sheets_of_two_networks_are_each_held_against_their_own():
    without = build(replace(next(layout for layout in LAYOUTS if layout.header), tables=(("One", 4, 1, 0.5),)))
    biases = build(Layout("x", ORDER, biased(CLOSED), biases=BIASES, tables=(("Two", 4, 1, 0.5),)))
    without.cells |= biases.cells
    report = check_any_book(as_book(without))
    assert (report.verdict, report.network, len(report.tables)) == ("correct", "eight-weight, mazur", 2)
    cell = biases.places[0].cell("dE_dw7", 9)
    without.cells[cell] = Binary("*", Bracket(biases.cells[cell]), Number("1.5"))  # type: ignore[arg-type]
    (finding,) = check_any_book(as_book(without)).findings
    assert (finding.sheet, finding.quantity) == ("Two", "dE_dw7")


def test_what_a_workbook_says_of_itself_makes_nothing_right(tmp_path: Path):
    derivation = derive(load_network("xor"))
    book = own(derivation, tmp_path)
    layout = rate_sheet(derivation, EPOCHS, "closed")
    places = {name: 1 + number for number, name in enumerate(layout.columns)}
    headings = book.sheets["η = 0.5"]
    for name in ("dE_db1", "dE_db2", "dE_db3"):  # biases that seem not to be trained
        headings.columns[places[name]].others[layout.header_row] = "x"
    for texts in book.sheets["Network"].columns.values():
        texts.others = {row: "tanh" if isinstance(text, str) else text for row, text in texts.others.items()}
    assert check_any_book(book).verdict == "correct"  # what the formulas compute is right all the same
    fill(book, places["dE_db1"], "=(S6-K6)*H6", layout.first_row)
    assert check_any_book(book).verdict != "correct"
