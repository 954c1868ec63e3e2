"""Huge and tiny pre-activations in spreadsheet engines: the right limit, never #NUM!, in IronCalc and LibreOffice."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import mpmath
import pytest
import sympy
from openpyxl.utils import get_column_letter

from backprop.derivation.derive import derive
from backprop.derivation.functions import ACTIVATIONS, output_loss
from backprop.epochs.trace import run_trace
from backprop.functions.losses import Output
from backprop.network.layer import Layer
from backprop.network.load import load_network
from backprop.network.network import Network
from backprop.network.training import Training
from backprop.printers.excel import ExcelPrinter
from backprop.workbook.layout import rate_sheet, sheet_name
from backprop.workbook.write import write_workbook
from tests.backprop.conftest import Values
from tests.backprop.exact import EXTREMES, Z, cross_entropy, definition, exact, exact_slope, near, softmax
from tests.backprop.networks import wide_network
from tests.backprop.tables import Cells, calculated_by_ironcalc, save_cells, table_cells, worst_difference

TARGETS = (0.0, 0.3, 1.0)
LOGITS = ((1e308, 0.0, -1.0), (-1e308, 0.0, 5.0), (1e4, -1e4, 0.0), (745.0, 700.0, 744.0), (-1e150, -1e150, 1e-300))
MANY = 350  # epochs; 0.1^350 is below the smallest double
SQUARING = ("rmsprop", "adam")
WIDE = {"fan-in": ((40, 3, 2), "sigmoid"), "fan-out": ((2, 40, 2), "tanh"), "classes": ((2, 120), "softmax")}
WHOLE = ("mazur", "xor", "softmax-classifier", "three-hidden", "convolution", "recurrent")


def function_cells() -> tuple[Cells, dict[str, mpmath.mpf]]:
    """Every activation, its slope and the cross-entropy at every extreme, and what each cell should hold."""
    cells: dict[str, float | str] = {}
    expected: dict[str, mpmath.mpf] = {}
    a, t = sympy.symbols("a1 t1")
    for row, z in enumerate(EXTREMES, 1):
        cells[f"A{row}"] = z
        places = map(get_column_letter, count(2))
        for name in ACTIVATIONS:
            value, slope = f"{next(places)}{row}", f"{next(places)}{row}"
            printer = ExcelPrinter({"z1": f"A{row}", "a1": value}.__getitem__)
            cells[value] = f"={printer.doprint(ACTIVATIONS[name](Z))}"
            cells[slope] = f"={printer.doprint(ACTIVATIONS[name](Z).slope(a))}"
            expected[value], expected[slope] = exact(definition(name), z), exact_slope(name, z)
        for target in TARGETS:
            cell = f"{next(places)}{row}"
            printer = ExcelPrinter({"z1": f"A{row}", "t1": str(target)}.__getitem__)
            cells[cell] = f"={printer.doprint(output_loss('binary_cross_entropy', Output(Z, a, t, 1)))}"
            expected[cell] = cross_entropy(target, z)
    return {"Functions": cells}, expected


def lone_layer(activation: str, weights: tuple[float, ...], loss: str, **training: object) -> Network:
    """Input 1, one weight an output: the weights are the sums."""
    layer = Layer(activation=activation, weights=tuple((weight,) for weight in weights))
    targets = (1.0,) + (0.0,) * (len(weights) - 1)
    return Network(
        name="lone", title="", inputs=(1.0,), targets=targets, loss=loss, layers=(layer,), training=Training(**training)
    )


def saturated(optimiser: str) -> Network:
    """Its second gradient is near 1e-174, of which the square is below the smallest double."""
    return lone_layer("sigmoid", (200.0, -200.0), "half_squared_error", optimiser=optimiser)


LONG = lone_layer("tanh", (0.3,), "half_squared_error", optimiser="adam", beta1=0.1)


@pytest.fixture(scope="module")
def by_libreoffice(
    tmp_path_factory: pytest.TempPathFactory,
    libreoffice_together: Callable[[list[Path]], dict[str, Values]],
) -> dict[str, Values]:
    """Everything here that LibreOffice is asked, in one run of it."""
    folder = tmp_path_factory.mktemp("libreoffice")
    cells = {"functions": function_cells()[0]}
    for number, logits in enumerate(LOGITS):
        derivation = derive(lone_layer("softmax", logits, "softmax_cross_entropy"))
        cells[f"softmax{number}"] = table_cells(derivation, [0.5], 1, "closed")
    for optimiser in SQUARING:
        cells[optimiser] = table_cells(derive(saturated(optimiser)), [0.5], 4, "closed")
    cells["long"] = table_cells(derive(LONG), [0.01], MANY, "closed")
    for name, (sizes, output) in WIDE.items():
        cells[name] = table_cells(derive(wide_network(sizes, output, 1)), [0.1], 2, "steps")
    for name, each in cells.items():
        save_cells(each, folder / f"{name}.xlsx")
    for name in WHOLE:
        write_workbook(derive(load_network(name)), folder / f"{name}.xlsx", [0.1, 0.3], 8, "steps")
    return libreoffice_together([*folder.iterdir()])


def test_functions_go_to_their_limits_in_ironcalc() -> None:
    cells, expected = function_cells()
    found = calculated_by_ironcalc(cells)["Functions"]
    tiny = EXTREMES.index(1e-300) + 1  # IronCalc takes what is below 2e-16 for 0 where it compares: slopes of the relus
    bent = [number for number, name in enumerate(ACTIVATIONS) if name in ("relu", "leaky_relu", "selu")]
    at_the_kink = {f"{get_column_letter(3 + 2 * number)}{tiny}" for number in bent}
    for cell, value in expected.items():
        assert isinstance(found[cell], (int, float)), (cell, found[cell])
        assert cell in at_the_kink or near(found[cell], value), (cell, found[cell], value)


def test_functions_go_to_their_limits_in_libreoffice(by_libreoffice: dict[str, Values]) -> None:
    found = by_libreoffice["functions"]["Functions"]
    for cell, value in function_cells()[1].items():
        assert isinstance(found[cell], (int, float)), (cell, found[cell])
        assert near(found[cell], value), (cell, found[cell], value)


@pytest.mark.parametrize("number", range(len(LOGITS)))
def test_softmax_of_huge_logits_is_right_in_every_engine(number: int, by_libreoffice: dict[str, Values]) -> None:
    logits = LOGITS[number]
    network = lone_layer("softmax", logits, "softmax_cross_entropy")
    trace = run_trace(derive(network), [0.5], 1)
    layout = rate_sheet(derive(network), 1, "closed")
    tables = [
        calculated_by_ironcalc(table_cells(derive(network), [0.5], 1, "closed")),
        by_libreoffice[f"softmax{number}"],
    ]
    shares = softmax(logits)
    with mpmath.workdps(50):
        loss = -mpmath.log(shares[0])
    assert near(trace.column("E_total")[0, 0], loss)
    for output, share in enumerate(shares, 1):
        slope = share - (output == 1)
        for table in tables:
            sheet = table[sheet_name(0.5)]
            assert near(sheet[layout.cell(f"a_o{output}", 6)], share)
            assert near(sheet[layout.cell(f"dE_dw{output}", 6)], slope)
            assert near(sheet[layout.cell("E_total", 6)], loss)
        assert near(trace.column(f"dE_dw{output}")[0, 0], slope)


@pytest.mark.parametrize("optimiser", SQUARING)
def test_squares_of_vanishing_gradients_are_0_in_every_engine(
    optimiser: str, by_libreoffice: dict[str, Values]
) -> None:
    derivation = derive(saturated(optimiser))
    trace = run_trace(derivation, [0.5], 4)
    gradient = trace.column("dE_dw2")[0]
    assert 0 < abs(gradient[0]) < 1e-160
    assert gradient[0] ** 2 == 0
    layout = rate_sheet(derivation, 4, "closed")
    assert worst_difference(calculated_by_ironcalc(table_cells(derivation, [0.5], 4, "closed")), trace, layout) <= 1e-12
    assert worst_difference(by_libreoffice[optimiser], trace, layout) <= 1e-12


@pytest.mark.parametrize("name", WIDE)
def test_wide_tables_recalculated_by_libreoffice_equal_the_trace(name: str, by_libreoffice: dict[str, Values]) -> None:
    derivation = derive(wide_network(*WIDE[name], 1))
    trace = run_trace(derivation, [0.1], 2, "steps")
    assert worst_difference(by_libreoffice[name], trace, rate_sheet(derivation, 2, "steps")) <= 1e-12


@pytest.mark.parametrize("name", WHOLE)
def test_whole_workbooks_recalculated_by_libreoffice_equal_the_trace(
    name: str, by_libreoffice: dict[str, Values]
) -> None:
    """Shared biases, batches, samples in turn, momentum, Adam, a cosine: as written, sheets beside the tables too."""
    derivation = derive(load_network(name))
    trace = run_trace(derivation, [0.1, 0.3], 8, "steps")
    assert worst_difference(by_libreoffice[name], trace, rate_sheet(derivation, 8, "steps")) <= 1e-12
    errors = [cell for sheet in by_libreoffice[name].values() for cell in sheet.values() if str(cell).startswith("#")]
    assert errors == []


def test_adams_powers_are_0_after_many_epochs_in_every_engine(by_libreoffice: dict[str, Values]) -> None:
    derivation = derive(LONG)
    assert 0.1**MANY == 0
    trace = run_trace(derivation, [0.01], MANY)
    layout = rate_sheet(derivation, MANY, "closed")
    tables = by_libreoffice["long"], calculated_by_ironcalc(table_cells(derivation, [0.01], MANY, "closed"))
    for table in tables:
        assert worst_difference(table, trace, layout) <= 1e-9
