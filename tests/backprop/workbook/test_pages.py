"""How an epoch table prints, and how its columns are told apart on screen."""

from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from backprop.epochs.trace import Trace
from backprop.network.load import load_network, presets
from backprop.workbook.sheets.rate import COLUMNS_A_PAGE, PRINTED_EPOCHS, pages_of
from tests.backprop.conftest import Written


def areas(sheet) -> list[tuple[int, int, int, int]]:
    return [range_boundaries(area.rpartition("!")[2].replace("$", "")) for area in sheet.print_area.split(",")]


@pytest.mark.parametrize(
    ("groups", "pages"),
    [
        ([2, 2, 4, 4, 4, 4, 3, 8], [12, 11, 8]),  # whole groups
        ([1, 3, 2, 9, 6, 12], [13, 8, 12]),  # the first page is never nearly empty
        ([8, 9, 5], [8, 9, 5]),
        ([40, 3], [13, 13, 13, 4]),  # wider than a page
        ([26], [13, 13]),
        ([5], [5]),
    ],
)
def test_pages_break_between_groups(groups: list[int], pages: list[int]) -> None:
    assert list(pages_of(groups, COLUMNS_A_PAGE - 1)) == pages


@pytest.mark.parametrize("name", list(presets()))
def test_every_column_is_printed_once_in_the_first_epochs_at_most_fourteen_a_page(name: str, written: Written) -> None:
    sheet = openpyxl.load_workbook(written(load_network(name), [0.5], PRINTED_EPOCHS + 2))["η = 0.5"]
    counting = openpyxl.utils.cell.coordinate_from_string(sheet.freeze_panes)[0]
    repeated = openpyxl.utils.column_index_from_string(counting) - 1
    assert sheet.print_title_cols == f"$A:${openpyxl.utils.get_column_letter(repeated)}"
    assert sheet.print_title_rows == "$4:$5"
    printed = []
    for number, (first, top, last, bottom) in enumerate(areas(sheet)):
        assert bottom == 5 + PRINTED_EPOCHS
        assert top == (4 if number else 1)
        assert last - first + 1 + (repeated if number else 0) <= COLUMNS_A_PAGE
        printed += range(first, last + 1)
    assert printed == list(range(1, sheet.max_column + 1))
    chart = sheet._charts[0].anchor
    assert chart.to.col <= areas(sheet)[0][2]  # inside what the first page prints


def test_columns_that_never_change_are_narrow_and_fold_away(default_workbook: tuple[Path, Trace]) -> None:
    sheet = openpyxl.load_workbook(default_workbook[0])["η = 1"]
    folded = {cell.value for cell in sheet[5] if sheet.column_dimensions[cell.column_letter].outlineLevel}
    assert folded == {"t1", "t2", "i1", "i2"}
    assert sheet.column_dimensions["B"].width < sheet.column_dimensions["F"].width / 1.4


def test_groups_are_tinted_and_begin_with_a_rule(default_workbook: tuple[Path, Trace]) -> None:
    sheet = openpyxl.load_workbook(default_workbook[0])["η = 1"]
    tints = {cell.value: cell.fill.fgColor.rgb[2:] for cell in sheet[4] if cell.value}
    assert len({tints["Weights"], tints["Hidden layer"], tints["Loss"], tints["Gradient"], tints["Inputs"]}) == 5
    assert tints["Hidden layer"] == tints["Output layer"]
    ruled = [cell.value for cell in sheet[5] if sheet.cell(9, cell.column).border.left.style]
    assert ruled == ["t1", "i1", "w1", "h1", "w5", "o1", "E1", "∂E/∂w1"]
