"""A long table with shared formulas, read by those who read workbooks: values and translated formulas."""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import ironcalc
import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import Trace, run_trace
from backprop.network.load import load_network
from backprop.workbook.layout import formula_columns, network_sheet, rate_sheet
from backprop.workbook.look.charts import CACHED_POINTS
from backprop.workbook.rows import epoch_rows
from backprop.workbook.write import write_workbook
from tests.backprop.conftest import Values

EPOCHS, MIDDLE = 1_500, 755
SHEET = "η = 0.5"


@pytest.fixture(scope="module")
def long_workbook(tmp_path_factory: pytest.TempPathFactory, eight_weight: Derivation) -> tuple[Path, Trace]:
    file = tmp_path_factory.mktemp("long") / "long.xlsx"
    write_workbook(eight_weight, file, [0.5], EPOCHS)
    return file, run_trace(eight_weight, [0.5], EPOCHS)


@pytest.fixture(scope="module")
def middle_formulas(eight_weight: Derivation) -> list[str]:
    layout = rate_sheet(eight_weight, EPOCHS, "closed")
    columns = formula_columns(eight_weight, network_sheet(eight_weight), layout, "closed")
    return [column.filled.format(row=MIDDLE, previous=MIDDLE - 1) for column in columns.values()]


def sheet_xml(file: Path) -> str:
    with ZipFile(file) as archive:
        return archive.read("xl/worksheets/sheet2.xml").decode()


def test_each_column_holds_its_formula_once_unless_it_points_to_another_sheet(
    long_workbook: tuple[Path, Trace],
) -> None:
    formulas = re.findall(r"<f([^>]*?)(?:/>|>([^<]*)</f>)", sheet_xml(long_workbook[0]))
    written = [text for attributes, text in formulas if "shared" in attributes and text]
    assert len(written) == 32 - 4  # all but inputs and targets
    assert not any("!" in text for text in written)
    assert sum("shared" in attributes for attributes, _ in formulas) == 28 * EPOCHS - 9  # epoch 1, first weights
    assert {text for attributes, text in formulas[32:] if "!" in text} >= {"Network!$C$5", "Network!$C$9"}


@pytest.mark.parametrize("read_only", [False, True])  # read-only and data only is how pandas opens a workbook
def test_openpyxl_reads_every_value(long_workbook: tuple[Path, Trace], read_only: bool) -> None:
    file, trace = long_workbook
    with closing(openpyxl.load_workbook(file, data_only=True, read_only=read_only)) as workbook:
        rows = list(workbook[SHEET].iter_rows(min_row=6, max_col=32, values_only=True))
    assert [row[0] for row in rows] == list(range(1, EPOCHS + 1))
    assert [list(row[1:]) for row in rows] == trace.values[0].tolist()


@pytest.mark.parametrize("read_only", [False, True])
def test_openpyxl_translates_shared_formulas(
    long_workbook: tuple[Path, Trace], middle_formulas: list[str], read_only: bool
) -> None:
    with closing(openpyxl.load_workbook(long_workbook[0], read_only=read_only)) as workbook:
        row = next(workbook[SHEET].iter_rows(min_row=MIDDLE, max_row=MIDDLE, max_col=32, values_only=True))
    assert list(row) == middle_formulas


def test_ironcalc_translates_and_recalculates_shared_formulas(
    long_workbook: tuple[Path, Trace], middle_formulas: list[str]
) -> None:
    file, trace = long_workbook
    model = ironcalc.load_from_xlsx(str(file))
    assert [model.get_cell_content(1, MIDDLE, column) for column in range(1, 33)] == middle_formulas
    model.evaluate()
    for row in (6, 7, 8, MIDDLE, EPOCHS + 5):
        found = [model.get_cell_value(1, row, column) for column in range(2, 33)]
        assert found == pytest.approx(trace.values[0, row - 6].tolist(), rel=1e-15)


def test_libreoffice_recalculates_shared_formulas(
    long_workbook: tuple[Path, Trace], libreoffice: Callable[[Path], Values]
) -> None:
    file, trace = long_workbook
    values = libreoffice(file)[SHEET]
    letters = list(rate_sheet(derive(load_network("eight-weight")), EPOCHS, "closed").columns.values())
    for row in (6, 7, 8, MIDDLE, EPOCHS + 5):
        found = [values[f"{letter}{row}"] for letter in letters[1:]]
        assert found == pytest.approx(trace.values[0, row - 6].tolist(), rel=1e-12)


def test_a_long_series_is_cached_thinly_from_its_first_point_to_its_last(long_workbook: tuple[Path, Trace]) -> None:
    file, trace = long_workbook
    with ZipFile(file) as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
    _, after = chart.split(f"<f>'{SHEET}'!$X$6:$X${EPOCHS + 5}</f>")
    cached = after[: after.index("</numCache>")]
    points = {int(index): float(value) for index, value in re.findall(r'idx="(\d+)"><v>([^<]*)<', cached)}
    assert f'<ptCount val="{EPOCHS}"/>' in cached
    assert CACHED_POINTS / 2 < len(points) <= CACHED_POINTS + 1
    assert list(points)[:: len(points) - 1] == [0, EPOCHS - 1]
    losses = trace.column("E_total")[0].tolist()
    assert all(value == losses[index] for index, value in points.items())
    assert '<dispBlanksAs val="span"/>' in chart  # a previewer joins the points it has


def test_no_part_is_dated(long_workbook: tuple[Path, Trace]) -> None:
    with ZipFile(long_workbook[0]) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=31, max_size=31))
def test_every_double_is_written_to_read_back_as_itself(eight_weight: Derivation, values: list[float]) -> None:
    layout = rate_sheet(eight_weight, 1, "closed")
    columns = formula_columns(eight_weight, network_sheet(eight_weight), layout, "closed")
    [(count, xml)] = epoch_rows(layout, columns, [0] * 32, [np.array([values])])
    written = [float(text) for text in re.findall("<v>([^<]*)</v>", xml)]
    assert count == 1
    assert np.array(written).tobytes() == np.array([1.0, *values]).tobytes()
