"""A blank filled in as a student would who makes no mistake: the key's formulas in the cells that are open."""

from collections.abc import Mapping
from pathlib import Path

import openpyxl
from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.utils.cell import column_index_from_string, coordinate_to_tuple, get_column_letter

from backprop.classroom.blank.write import without_training
from backprop.classroom.levels import ASKED
from backprop.derivation.derive import Derivation
from backprop.derivation.equation import EPOCH_LOSS, TOTAL_LOSS
from backprop.printers.quantities import written
from backprop.workbook.layout import COUNTED_FROM, RateSheet, formula_columns, network_sheet, rate_sheet

Contents = Mapping[str, str | float]  # of cells, by address


def sheet_of(derivation: Derivation, level: int, epochs: int) -> RateSheet:
    """Where the quantities of the sheet to fill in stand."""
    if not ASKED[level].filled_down:
        return rate_sheet(without_training(derivation), 1, "closed")
    return rate_sheet(derivation, epochs, "closed")


def right_formulas(derivation: Derivation, level: int, epochs: int) -> dict[str, str | float]:
    """The formulas of the key, by cell of the sheet to fill in."""
    layout = sheet_of(derivation, level, epochs)
    derivation = derivation if ASKED[level].filled_down else without_training(derivation)
    columns = formula_columns(derivation, network_sheet(derivation), layout, "closed")
    contents: dict[str, str | float] = {}
    for name, column in columns.items():
        for row in range(layout.first_row, layout.last_row + 1):
            template = column.first if row == layout.first_row else column.filled
            contents[layout.cell(name, row)] = 1 if template == COUNTED_FROM else layout.filled(template, row)
    return contents


def own_table(derivation: Derivation, epochs: int, rate: float) -> dict[str, str | float]:
    """What a student types into an empty sheet beside formulas: headings, η and the constants of the training."""
    layout = rate_sheet(derivation, epochs, "closed")
    contents: dict[str, str | float] = {
        f"{letter}{layout.header_row}": written(name) for name, letter in layout.columns.items()
    }
    for name, value in {"eta": rate, **derivation.network.constants(epochs)}.items():
        row, column = coordinate_to_tuple(layout.constants[name].replace("$", ""))
        contents[f"{get_column_letter(column - 1)}{row}"] = written(name)
        contents[f"{get_column_letter(column)}{row}"] = value
    return contents


def fill_in(file: Path, contents: Contents, target: Path, loss: RateSheet | None = None) -> Path:
    """Type contents into the cells that are open, and draw the loss of that table beside them."""
    workbook = openpyxl.load_workbook(file)
    sheet = workbook[next(name for name in workbook.sheetnames if name[0] in "ηO")]
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is not None:
                cell.comment = None  # openpyxl saves notes by places that IronCalc does not find
            if not cell.protection.locked:
                cell.value = contents[cell.coordinate]
    for place in () if sheet.protection.sheet else contents:
        sheet[place].value = contents[place]
    if loss is not None:
        column = column_index_from_string(loss.columns[EPOCH_LOSS if EPOCH_LOSS in loss.columns else TOTAL_LOSS])
        curve = Reference(sheet, min_col=column, min_row=loss.first_row, max_row=loss.last_row)
        chart = ScatterChart()
        chart.series.append(Series(curve, Reference(sheet, min_col=1, min_row=loss.first_row, max_row=loss.last_row)))
        sheet.add_chart(chart, "B2")
    workbook.save(target)
    return target
