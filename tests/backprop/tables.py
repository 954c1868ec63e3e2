"""The epoch tables alone, as cells: no pictures, charts or styles, so hundreds of networks take seconds."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import ironcalc
import openpyxl
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from backprop.derivation.derive import Derivation, Form
from backprop.derivation.equation import sample_name
from backprop.epochs.trace import Trace
from backprop.workbook.layout import (
    NETWORK_SHEET,
    SAMPLES_SHEET,
    RateSheet,
    formula_columns,
    network_sheet,
    rate_sheet,
    sheet_name,
)
from tests.backprop.conftest import Values

Cells = dict[str, dict[str, float | str]]  # sheet -> cell -> number or formula


def input_values(derivation: Derivation, epochs: int) -> dict[str, float]:
    """Every number one may change but the learning rate, by its name; those of several samples with their number."""
    network = derivation.network
    values = {symbol.name: value for symbol, value in derivation.parameters.items()}
    for sample, (inputs, targets) in enumerate(zip(network.inputs, network.targets, strict=True), 1):
        for symbol, value in zip(derivation.inputs + derivation.targets, (*inputs, *targets), strict=True):
            values[sample_name(symbol.name, sample) if network.samples > 1 else symbol.name] = value
    return values | network.constants(epochs)


def table_cells(
    derivation: Derivation,
    rates: Sequence[float],
    epochs: int,
    form: Form,
    changed: Mapping[str, float] | None = None,
) -> Cells:
    """Inputs, some of them changed, and the formulas of every table, where the workbook has them."""
    layout, network = rate_sheet(derivation, epochs, form), network_sheet(derivation)
    columns = formula_columns(derivation, network, layout, form)
    cells: Cells = {name: {} for name in (NETWORK_SHEET, SAMPLES_SHEET, *map(sheet_name, rates))}
    for name, value in {**input_values(derivation, epochs), **(changed or {})}.items():
        sheet, cell = network.cells[name].replace("$", "").split("!")
        cells[sheet][cell] = value
    for rate in rates:
        table = cells[sheet_name(rate)]
        table[layout.eta_cell.replace("$", "")] = rate
        for name in derivation.network.constants(epochs):
            table[layout.constants[name].replace("$", "")] = f"={network.cells[name]}"
        for name, column in columns.items():
            for row in range(layout.first_row, layout.last_row + 1):
                formula = column.first if row == layout.first_row else column.filled
                table[layout.cell(name, row)] = formula.format(row=row, previous=row - 1)
    return cells


def calculated_by_ironcalc(cells: Cells) -> Values:
    """The value of each cell."""
    model = ironcalc.create("tables")
    places: dict[str, dict[str, tuple[int, int, int]]] = {}
    for number, (sheet, contents) in enumerate(cells.items()):
        model.rename_sheet(0, sheet) if number == 0 else model.add_sheet(sheet)
        places[sheet] = {}
        for cell in contents:
            letters, row = coordinate_from_string(cell)
            places[sheet][cell] = number, row, column_index_from_string(letters)
    for sheet, contents in cells.items():
        for cell, content in contents.items():
            model.set_user_input(*places[sheet][cell], content if isinstance(content, str) else repr(content))
    model.evaluate()
    return {
        sheet: {cell: model.get_cell_value(*place) for cell, place in inside.items()}
        for sheet, inside in places.items()
    }


def save_cells(cells: Cells, file: Path) -> None:
    """A workbook of them, for another engine."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, contents in cells.items():
        sheet = workbook.create_sheet(name)
        for cell, content in contents.items():
            sheet[cell] = content
    workbook.save(file)


def worst_difference(values: Values, trace: Trace, layout: RateSheet, of_row: float = 0.0) -> float:
    """Largest difference over every cell of every epoch table, relative to the cell's number.

    `of_row` is a share of the row's largest number: smaller numbers are held to that, since they may be what is left of
    larger ones that cancel.
    """
    worst, cells = 0.0, 0
    for rate, table in zip(trace.learning_rates, trace.values.tolist(), strict=True):
        sheet = values[sheet_name(rate)]
        for offset, row in enumerate(table):
            least = of_row * max(map(abs, row))
            assert sheet[layout.cell("epoch", layout.first_row + offset)] == offset // layout.steps + 1
            for name, expected in zip(trace.names, row, strict=True):
                found = sheet[layout.cell(name, layout.first_row + offset)]
                assert isinstance(found, (int, float)), (rate, name, offset, found)
                worst = max(worst, abs(found - expected) / (max(abs(expected), least) or 1))
                cells += 1
    assert cells == trace.values.size > 0
    return worst
