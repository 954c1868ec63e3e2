"""Networks beyond the eight weights: biases, other activations and losses, batches, optimisers, schedules."""

from pathlib import Path

import pytest

from backprop.check.check import check_book, check_file
from backprop.check.findings import FileReport
from backprop.check.isolated import check_files
from backprop.check.mistakes import diagnose
from backprop.check.recognition.activations import ELEMENTWISE
from backprop.derivation.derive import Derivation, derive
from backprop.errors import BackpropError
from backprop.functions.losses import LOSSES
from backprop.functions.optimisers import OPTIMISERS
from backprop.network.load import describe_network, load_network, presets
from backprop.network.network import Network
from backprop.spreadsheet.book import Book
from backprop.spreadsheet.formula import Binary, Bracket, Node, Number, parse
from backprop.spreadsheet.xlsx.read import read_book
from backprop.workbook.layout import rate_sheet
from backprop.workbook.write import write_workbook
from tests.backprop.check.layouts import BIASES, MAZUR_LAYOUTS, Layout, as_book, build
from tests.backprop.check.spellings import CLOSED, ORDER, WEIGHT_NAMES, biased, stacked
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def mazur() -> Derivation:
    return derive(load_network("mazur"))


def network(activation: str, last: str, loss: str, **more: object) -> Network:
    """2-2-2 with a bias a neuron."""
    layers = [
        {"activation": activation, "weights": [[0.15, -0.2], [0.25, 0.3]], "biases": [0.3, 0.35]},
        {"activation": last, "weights": [[0.4, 0.45], [-0.5, 0.55]], "biases": [0.6, 0.65]},
    ]
    targets = {"softmax_cross_entropy": [0.2, 0.8], "hinge": [-1, 1]}.get(loss, [0.01, 0.99])
    fields = {"name": "n", "title": "N", "inputs": [0.05, 0.1], "loss": loss, "layers": layers}
    given = {"targets": targets} if loss != "output" else {}
    return describe_network(fields | given | more, "test")


def own(derivation: Derivation, folder: Path, form: str = "closed", epochs: int = 6) -> Path:
    file = folder / f"{form}.xlsx"
    write_workbook(derivation, file, (0.5,), epochs, form, force=True)  # type: ignore[arg-type]
    return file


def correct(report: FileReport, tables: int = 1) -> bool:
    assert [(f.cell, f.quantity, f.kind, f.formula, f.explanation) for f in report.findings[:3]] == []
    return (report.verdict, report.message, len(report.tables)) == ("correct", "", tables)


@pytest.mark.parametrize("cached", [True, False], ids=["cached", "bare"])
@pytest.mark.parametrize("layout", MAZUR_LAYOUTS, ids=lambda layout: layout.name)
def test_a_correct_workbook_with_biases_is_correct(layout: Layout, cached: bool, mazur: Derivation):
    assert correct(check_book(as_book(build(layout), cached), mazur), len(layout.tables))


@pytest.mark.parametrize("form", ["closed", "steps"])
@pytest.mark.parametrize("name", presets())
def test_our_own_workbook_of_every_preset_is_correct(name: str, form: str, tmp_path: Path):
    derivation = derive(load_network(name))
    report = check_file(own(derivation, tmp_path, form), derivation)
    assert correct(report)
    columns = rate_sheet(derivation, 6, form).columns.keys()  # type: ignore[arg-type]
    assert columns - report.tables[0].columns.keys() <= {"epoch"}


@pytest.mark.parametrize("file", sorted((ROOT / "docs" / "examples").glob("*-*.toml")), ids=lambda file: file.stem)
def test_our_own_workbook_of_a_published_example_is_correct(file: Path, tmp_path: Path):
    derivation = derive(load_network(str(file)))
    assert correct(check_file(own(derivation, tmp_path, "steps", 3), derivation))


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_every_activation(activation: str, tmp_path: Path):
    derivation = derive(network(activation, activation, "mean_squared_error"))
    assert correct(check_file(own(derivation, tmp_path, "steps"), derivation))


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize(
    ("last", "loss"),
    [("sigmoid", "binary_cross_entropy"), ("softmax", "softmax_cross_entropy"), ("tanh", "half_squared")],
)
def test_every_optimiser_and_loss(last: str, loss: str, optimiser: str, tmp_path: Path):
    training = {"optimiser": optimiser, "weight_decay": 0.01}
    if optimiser != "rprop":
        training |= {"schedule": "step", "step_size": 3}
    derivation = derive(network("relu", last, loss, training=training))
    assert correct(check_file(own(derivation, tmp_path), derivation))


@pytest.mark.parametrize("loss", [name for name, row in LOSSES.items() if row.activation is None])
def test_every_loss_of_any_outputs(loss: str, tmp_path: Path):
    derivation = derive(network("tanh", "bipolar_sigmoid", loss, training={"optimiser": "momentum", "dampening": 0.2}))
    assert correct(check_file(own(derivation, tmp_path), derivation))


# -- mistakes ---------------------------------------------------------------------------------------------------------


def planted(mazur: Derivation, name: str, template: str, layout: str = "stacked names") -> tuple[FileReport, str]:
    """The report on a layout with one column's formula exchanged, and the cell where it begins."""
    chosen = next(each for each in MAZUR_LAYOUTS if each.name == layout)
    made = build(chosen)
    place = made.places[0]
    first = place.first + (name in WEIGHT_NAMES)
    for step in range(first, place.last + 1):
        made.put(place.cell(name, step), _filled(template, place.lines, step))
    report = check_book(as_book(made, cached=False), mazur)
    return report, _filled(f"{{{name}}}", place.lines, first).removeprefix("=")


def _filled(template: str, lines: dict[str, int], step: int) -> str:
    from openpyxl.utils import get_column_letter

    text = template
    for name, line in lines.items():
        text = text.replace(f"{{{name}}}", f"{get_column_letter(line)}{step}")
    return f"={text}"


@pytest.mark.parametrize(
    ("name", "template", "kind", "right", "layout"),
    [
        ("h1", "{w1}*{i1}+{w2}*{i2}", "missing_factor", "{w1}*{i1}+{w2}*{i2}+{b1}", "stacked names"),
        ("h1", "{w1}*{i1}+{w2}*{i2}+{b2}", "wrong_reference", "{w1}*{i1}+{w2}*{i2}+{b1}", "stacked names"),
        ("o2", "{w7}*{a_h1}+{w8}*{a_h2}-{b2}", "sign", "{w7}*{a_h1}+{w8}*{a_h2}+{b2}", "stacked names"),
        ("h2", "{w3}*{i1}+{w4}*{i2}", "missing_factor", "{w3}*{i1}+{w4}*{i2}+0.35", "biases typed"),
        ("o1", "{w5}*{a_h1}+{w6}*{a_h2}+0.35", "wrong_number", "{w5}*{a_h1}+{w6}*{a_h2}+0.6", "biases typed"),
        ("a_h1", "TANH({h1})", "wrong_formula", "1/(1+EXP(-{h1}))", "stacked names"),
    ],
)  # fmt: skip
def test_a_mistake_about_a_bias_is_named(
    name: str, template: str, kind: str, right: str, layout: str, mazur: Derivation
):
    report, cell = planted(mazur, name, template, layout)
    lines = build(next(each for each in MAZUR_LAYOUTS if each.name == layout)).places[0].lines
    (finding,) = report.findings
    assert (finding.cell, finding.kind, finding.severity) == (cell, kind, "error")
    step = int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assert finding.should_be == _filled(right, lines, step)


WRONG_SLOPES = [
    ("tanh", "{a_h1}*(1-{a_h1})"),
    ("tanh", "1-{a_h1}"),
    ("relu", "1"),
    ("relu", "IF({h1}>0,1,0.01)"),
    ("leaky_relu", "IF({h1}>0,1,0)"),
    ("elu", "EXP({h1})"),
    ("sigmoid", "1-{a_h1}"),
]
SAME_SLOPES = [
    ("tanh", "(1-{a_h1})*(1+{a_h1})"),
    ("tanh", "1-TANH({h1})^2"),
    ("relu", "IF({h1}>=0,1,0)"),
    ("relu", "({a_h1}>0)*1"),
    ("leaky_relu", "IF({a_h1}<0,1%,1)"),
    ("elu", "IF({h1}>0,1,{a_h1}+1)"),
]


def with_slope(activation: str, new: str, folder: Path) -> tuple[FileReport, dict[str, int], str]:
    """The report on our own workbook with another derivative of the first hidden neuron; its delta's column."""
    derivation = derive(network(activation, "sigmoid", "mean_squared_error"))
    book = read_book(own(derivation, folder, "steps"))
    layout = rate_sheet(derivation, 6, "steps")
    lines = {name: number for number, name in enumerate(layout.columns, 1)}
    line, sheet = lines["delta_h1"], book.sheets["η = 0.5"]
    text = _filled(f"({{delta_o1}}*{{w5}}+{{delta_o2}}*{{w7}})*({new})", lines, layout.first_row)
    book.trees.append(parse(text, layout.first_row, line))
    column = sheet.columns[line]
    for index in range(len(column.rows)):
        if column.rows[index] >= layout.first_row:
            column.trees[index] = len(book.trees) - 1
    return check_book(bare(book), derivation), lines, f"{layout.columns['delta_h1']}{layout.first_row}"


def bare(book: Book) -> Book:
    """The book without stored results, so that only formulas speak."""
    for sheet in book.sheets.values():
        for column in sheet.columns.values():
            for index, row in enumerate(column.rows):
                if column.trees[index] >= 0:
                    column.numbers[index] = float("nan")
                    column.others[row] = None
    return book


@pytest.mark.parametrize(("activation", "wrong"), WRONG_SLOPES)
def test_the_derivative_of_another_activation_is_found(activation: str, wrong: str, tmp_path: Path):
    report, _, cell = with_slope(activation, wrong, tmp_path)
    (finding,) = report.findings
    assert (report.verdict, finding.cell, finding.quantity) == ("mistakes", cell, "delta_h1")
    offered = (finding.should_be or "=").removeprefix("=").replace("$", "")
    again, _, _ = with_slope(activation, f"({offered})/({{delta_o1}}*{{w5}}+{{delta_o2}}*{{w7}})", tmp_path)
    assert correct(again)


@pytest.mark.parametrize(("activation", "equal"), SAME_SLOPES)
def test_an_equal_derivative_is_right(activation: str, equal: str, tmp_path: Path):
    report, _, _ = with_slope(activation, equal, tmp_path)
    assert correct(report)


@pytest.mark.parametrize("name", ["mazur", "xor", "softmax-classifier", "three-hidden"])
@pytest.mark.parametrize("form", ["closed", "steps"])
def test_a_change_in_any_formula_column_is_found(name: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(diagnose, "MOST_SEARCHES", 0)  # only where, not what
    derivation = derive(load_network(name))
    layout = rate_sheet(derivation, 1, form)  # type: ignore[arg-type]
    columns = list(layout.columns)[1:]
    book = bare(read_book(own(derivation, tmp_path, form, epochs=len(columns) + 4)))
    sheet = book.sheets["η = 0.5"]
    planted_at = {}
    for step, column in enumerate(columns, layout.first_row + 3):  # each in an epoch of its own
        line = 1 + list(layout.columns).index(column)
        cells = sheet.columns[line]
        tree: Node = book.trees[cells.trees[cells.index(step)]]  # type: ignore[assignment, index]
        book.trees.append(Binary("+", Bracket(Binary("*", Bracket(tree), Number("1.25"))), Number("0.125")))
        cells.trees[cells.index(step)] = len(book.trees) - 1  # type: ignore[index]
        planted_at[f"{layout.columns[column]}{step}"] = column
    report = check_book(book, derivation)
    assert {finding.cell: finding.quantity for finding in report.findings} == planted_at


NEW_WEIGHTS = {f"new_{name}": f"{{{name}}}-{{eta}}*{{dE_d{name}}}" for name in WEIGHT_NAMES}
ONE_STEP = (*ORDER[:8], "b1", *ORDER[8:16], "b2", *ORDER[16:], "eta", *NEW_WEIGHTS)


@pytest.mark.parametrize("new", ["{} new", "new {}", "{}+", "{}"])
@pytest.mark.parametrize("transposed", [False, True], ids=["across", "down"])
def test_a_worksheet_of_one_step_with_its_new_weights_is_checked(new: str, transposed: bool, mazur: Derivation):
    def header(name: str) -> str:
        return new.format(name.removeprefix("new_")) if name.startswith("new_") else stacked(name)

    layout = Layout(
        "x", ONE_STEP, biased(CLOSED) | NEW_WEIGHTS, header, (("Step", 4, 2, 0.5),), 1, transposed, rate="column",
        biases=BIASES,
    )  # fmt: skip
    made = build(layout)
    report = check_book(as_book(made), mazur)
    assert correct(report)
    assert {"new_w1", "new_w8"} <= report.tables[0].columns.keys()
    place = made.places[0]
    cell = place.cell("new_w5", place.first)
    made.cells[cell] = Binary("*", made.cells[cell], Number("2"))  # type: ignore[arg-type]
    (finding,) = check_book(as_book(made, cached=False), mazur).findings
    assert finding.quantity == "new_w5"


def test_a_network_too_large_is_refused_in_one_line():
    wide = [[0.01] * 40 for _ in range(40)]
    layers = [{"activation": "tanh", "weights": wide} for _ in range(2)]
    large = {
        "name": "large",
        "title": "L",
        "inputs": [0.1] * 40,
        "targets": [0.1] * 40,
        "loss": "mse",
        "layers": layers,
    }
    with pytest.raises(BackpropError, match=r"network 'large': workbooks of about [\d,]+ columns are not checked"):
        next(check_files([Path("x.xlsx")], describe_network(large, "test")))
