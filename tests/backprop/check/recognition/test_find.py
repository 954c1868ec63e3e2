"""Where epoch tables are and which of their lines is which quantity, in the layouts that people use."""

import pytest

from backprop.check.proof.prover import Prover
from backprop.check.recognition.find import find_tables
from backprop.check.tables.table import Table
from backprop.derivation.derive import Derivation
from backprop.epochs.outline import outline_of
from backprop.epochs.trace import run_trace
from tests.backprop.check.calculator import Calculator
from tests.backprop.check.layouts import LAYOUTS, Cells, Layout, as_book, build
from tests.backprop.check.spellings import CLOSED, GIVEN, GRADIENT, ORDER, WEIGHT_NAMES, spelled

BY_NAME = {layout.name: layout for layout in LAYOUTS}


def found(made: Cells, derivation: Derivation, cached: bool = True) -> list[Table]:
    return find_tables(as_book(made, cached), Prover(outline_of(derivation.network)))


@pytest.mark.parametrize(
    "layout", [layout for layout in LAYOUTS if layout.targets == (0.01, 0.99)], ids=lambda x: x.name
)
def test_the_layouts_hold_the_trace(layout: Layout, eight_weight: Derivation):
    made = build(layout)
    numbers = Calculator(made.cells, made.names)
    for place, (_, _, _, rate) in zip(made.places, layout.tables, strict=True):
        trace = run_trace(eight_weight, [rate], layout.epochs)
        for name in ORDER:
            if name in place.lines:
                values = [numbers.value(place.cell(name, step)) for step in range(place.first, place.last + 1)]
                assert values == pytest.approx(trace.column(name)[0].tolist(), rel=1e-9, abs=1e-15), name


@pytest.mark.parametrize("cached", [True, False], ids=["cached", "bare"])
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_table_is_found_with_its_lines_and_steps(layout: Layout, cached: bool, eight_weight: Derivation):
    made = build(layout)
    tables = found(made, eight_weight, cached)
    expected = [
        (p.sheet, p.transposed, p.first, p.last, {name: line for name, line in p.lines.items() if name in ORDER})
        for p in made.places
    ]
    assert [
        (t.view.sheet.name, t.view.transposed, t.first, t.last, {n: line for n, line in t.lines.items() if n in ORDER})
        for t in tables
    ] == expected


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("class", ("Sheet1", 30, 7)),
        ("spelled out", ("Sheet1", 30, 7)),  # without $
        ("rate by formula", ("Sheet1", 30, 7)),
        ("rate by name", ("Parameters", 2, 2)),
        ("transposed", ("Sheet1", 11, 2)),
    ],
)
def test_the_learning_rate_is_the_cell_that_the_updates_read(name: str, cell: object, eight_weight: Derivation):
    for cached in (True, False):
        (table,) = found(build(BY_NAME[name]), eight_weight, cached)
        assert (table.rate_cell, table.rate) == (cell, 0.5)


@pytest.mark.parametrize(("name", "line"), [("rate in a column", 5), ("rate copied down", 32)])
def test_the_learning_rate_may_be_a_column(name: str, line: int, eight_weight: Derivation):
    (table,) = found(build(BY_NAME[name]), eight_weight)
    assert (table.rate_cell, table.rate_line, table.rate) == (None, line, 0.5)


def test_a_learning_rate_typed_as_text_is_a_number(eight_weight: Derivation):
    made = build(Layout("x"))
    made.cells["Sheet1", 30, 7] = "0.5 "
    (table,) = found(made, eight_weight, cached=False)
    assert table.rate == 0.5


def test_parameter_cells_stand_for_inputs_and_targets_without_a_column(eight_weight: Derivation):
    (table,) = found(build(BY_NAME["block, no input columns"]), eight_weight)
    assert {name: cell for cell, name in table.parameters.items()} == {
        "i1": ("Sheet1", 3, 3), "i2": ("Sheet1", 4, 3), "t1": ("Sheet1", 5, 3), "t2": ("Sheet1", 6, 3)
    }  # fmt: skip


def test_updates_through_columns_of_new_weights_are_followed(eight_weight: Derivation):
    formulas, new = dict(CLOSED), []
    for k, name in enumerate(WEIGHT_NAMES, 1):
        formulas[f"n{k}"] = f"{{{name}}}-{{eta}}*{{dE_d{name}}}"
        formulas[name] = f"{{n{k}<}}"
        new.append(f"n{k}")
    layout = Layout("x", (*ORDER, *new), formulas, lambda name: f"{name} new" if name in new else spelled()(name))
    (table,) = found(build(layout), eight_weight)
    assert table.rate_cell == ("Sheet1", 30, 7)


def test_a_row_of_averages_below_is_no_epoch(eight_weight: Derivation):
    made = build(Layout("x"))
    for line in made.places[0].lines.values():
        letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(line - 1) % 26]
        column = letter if line <= 26 else f"A{letter}"
        made.put(("Sheet1", 45, line), f"=AVERAGE({column}33:{column}44)")
    assert [table.last for table in found(made, eight_weight)] == [44]


def test_an_epoch_without_sigmoids_stays_in_its_table(eight_weight: Derivation):
    made = build(Layout("x"))
    for name in ("a_h1", "a_h2", "a_o1", "a_o2"):
        made.cells[made.places[0].cell(name, 38)] = 0.5
    assert [(table.first, table.last) for table in found(made, eight_weight)] == [(33, 44)]


def test_a_table_may_lack_its_losses_or_its_gradient(eight_weight: Derivation):
    inline = dict(CLOSED)
    for name in WEIGHT_NAMES:
        gradient = CLOSED[f"dE_d{name}"].replace("}", "<}")
        inline[name] = f"{{{name}<}}-{{eta}}*({gradient})"
    for lines, formulas in (((*ORDER[:20], *GRADIENT), CLOSED), (ORDER[:23], inline)):
        (table,) = found(build(Layout("x", lines, formulas)), eight_weight)
        assert {name for name in table.lines if name in ORDER} == set(lines)


def test_numbers_under_other_headers_are_no_table(eight_weight: Derivation):
    made = Cells()
    for column, name in enumerate(["x", "y", *GIVEN], 1):
        made.put(("Sheet1", 1, column), name)
        made.put(("Sheet1", 2, column), 1.0)
    assert found(made, eight_weight) == []
