"""The form in matrices, recalculated by engines nobody here wrote, against the trace."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from openpyxl.worksheet.formula import ArrayFormula

from backprop.check.isolated import check_files
from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import run_trace
from backprop.errors import WorkbookError
from backprop.network.load import load_network
from backprop.network.network import Network
from backprop.workbook.layout import rate_sheet
from backprop.workbook.matrix.layout import MatrixSheet, matrix_sheet
from backprop.workbook.write import write_workbook
from tests.backprop.conftest import Values, Written, recalculate_with_ironcalc
from tests.backprop.networks import any_networks
from tests.backprop.workbook.test_parts import schema_errors
from tests.backprop.workbook.test_stored_values import assert_stored_values_are_recalculated
from tests.examples import drawn

EPOCHS, RATES = 6, (0.1, 0.3)
PLAIN = ("eight-weight", "mazur", "softmax-classifier", "three-hidden", "xor")  # fully connected, own weights


@pytest.fixture(scope="session")
def in_matrices(written: Written) -> Callable[[Network], Path]:
    return lambda network: written(network, RATES, EPOCHS, "matrix")


def layout_of(derivation: Derivation) -> MatrixSheet:
    return matrix_sheet(derivation, rate_sheet(derivation, EPOCHS, "steps"))


def assert_equal(values: Values, derivation: Derivation, tolerance: float) -> None:
    """Every quantity of the trace in its cell of every band."""
    trace, layout = run_trace(derivation, RATES, EPOCHS, "steps"), layout_of(derivation)
    for number, rate in enumerate(RATES):
        for name in trace.names:
            for place, expected in enumerate(trace.column(name)[number].tolist()):
                found = values[f"η = {rate:g}"][layout.cell(name, layout.first_row + place)]
                assert abs(found - expected) <= max(tolerance * abs(expected), 1e-13), (rate, name, place, found)


@pytest.mark.parametrize("name", PLAIN)
def test_matrices_recalculated_by_ironcalc_equal_the_trace(
    name: str, in_matrices: Callable[[Network], Path], schemas: Path
) -> None:
    file = in_matrices(load_network(name))
    values = recalculate_with_ironcalc(file)
    assert_equal(values, derive(load_network(name)), 1e-11)
    assert_stored_values_are_recalculated(file, values)
    assert schema_errors(file, schemas) == []


def test_matrices_recalculated_by_libreoffice_equal_the_trace(
    in_matrices: Callable[[Network], Path], libreoffice_together: Callable[[list[Path]], dict[str, Values]]
) -> None:
    files = {name: in_matrices(load_network(name)) for name in ("xor", "three-hidden")}
    values = libreoffice_together([*files.values()])
    for name, file in files.items():
        assert_equal(values[file.stem], derive(load_network(name)), 1e-11)


@given(network=any_networks())
@drawn(5)
def test_matrices_of_random_networks_equal_the_trace(in_matrices: Callable[[Network], Path], network: Network) -> None:
    derivation = derive(network)
    try:
        layout_of(derivation)
    except WorkbookError:
        return
    assert_equal(recalculate_with_ironcalc(in_matrices(network)), derivation, 1e-9)


def test_products_are_written_as_in_lectures(in_matrices: Callable[[Network], Path]) -> None:
    derivation = derive(load_network("xor"))
    sheet = openpyxl.load_workbook(in_matrices(derivation.network))["η = 0.1"]
    products = {cell.value.text for row in sheet.iter_rows() for cell in row if isinstance(cell.value, ArrayFormula)}
    titles = [cell.value for cell in sheet[6] if isinstance(cell.value, str) and not cell.value.startswith("=")]
    before = ["1", "X", "W₁", "b₁", "Z₁", "A₁", "W₂", "b₂", "Z₂", "A₂", "T", "E", "E_total"]
    assert titles[: len(before)] == before
    assert {"δ₂", "∂W₂", "W₂ᵀδ₂", "δ₁", "∂W₁"} <= set(titles)
    layout = layout_of(derivation)
    first, last = layout.cell("h1_s1", 6), layout.cell("h2_s4", 6)
    weights = f"{layout.cell('w1', 6)}:{layout.cell('w4', 6)}"
    assert sheet[first].value.ref == f"{first}:{last}"
    inputs, biases = f"{layout.cell('i1_s1', 6)}:{layout.cell('i2_s4', 6)}", layout.cell("b1", 6)
    assert sheet[first].value.text == f"=MMULT({weights},{inputs})+{biases}:{layout.cell('b2', 6)}"
    assert any("TRANSPOSE" in text and text.endswith("/4") for text in products)
    assert len(products) == 2 * EPOCHS * 2 + EPOCHS  # Z and ∂W of both layers, W₂ᵀδ₂


@pytest.mark.parametrize("name", ["eight-weight", "xor"])
def test_check_proves_the_matrices(name: str, in_matrices: Callable[[Network], Path]) -> None:
    report = next(check_files([in_matrices(load_network(name))], None))
    assert report.verdict == "correct", report.message


def test_weights_that_are_shared_have_no_such_form(in_matrices: Callable[[Network], Path]) -> None:
    with pytest.raises(WorkbookError, match="--form matrix needs plain layers"):
        in_matrices(load_network("convolution"))


def test_too_many_epochs_for_matrices_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"500,000 cells .*: fewer --epochs"):
        write_workbook(derive(load_network("xor")), tmp_path / "m.xlsx", [0.1], 100_000, "matrix")
