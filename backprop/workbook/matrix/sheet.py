"""A learning rate's sheet in the form in matrices: for each epoch a band of blocks, products as array formulas."""

from collections.abc import Iterator, Mapping
from functools import reduce
from operator import add

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import EPOCH, TOTAL_LOSS
from backprop.printers.text import TextPrinter
from backprop.workbook.layout import COUNTED_FROM, Column, NetworkSheet, formula_columns, printer
from backprop.workbook.look import style
from backprop.workbook.look.tints import TINTS
from backprop.workbook.matrix.blocks import Block, Product, back_name, hidden_deltas, of_sample
from backprop.workbook.matrix.layout import SHOWN_LOSS, MatrixSheet
from backprop.workbook.plan import Build, Plan
from backprop.workbook.sheets.rate import COLUMNS_A_PAGE, add_chart, add_head, pages_of

GAP, WIDE, NARROW = 2.5, 12, 9.5  # widths, in characters
PRINTED = 24  # rows of bands, in whole bands
GAPS = 4  # narrow columns of a page beside those with numbers, about
CHART_COLUMNS = 14
_TEXT = TextPrinter()


def matrix_columns(derivation: Derivation, network: NetworkSheet, layout: MatrixSheet) -> dict[str, Column]:
    """The formulas of every quantity but the products, as templates over the rows of bands."""
    columns = formula_columns(derivation, network, layout, "steps")
    for name, sample, expression in hidden_deltas(derivation):
        formula = f"={printer(derivation, layout, '{row}', sample=sample or 1).doprint(expression)}"
        columns[name] = Column(formula, formula)
    shown = f"={layout.cell(TOTAL_LOSS, '{row}')}"
    return columns | {SHOWN_LOSS: Column(shown, shown)}


def add_matrices(result: Build, sheet: Worksheet, plan: Plan, layout: MatrixSheet, number: int) -> None:
    """The sheet of the learning rate of that number: the table on the left, and a band for each epoch."""
    layout = layout.cut(plan.spool.rows[number])
    add_head(result, sheet, plan, number)
    sheet["H2"].alignment = style.ALIGNED["right"]  # over a gap between blocks
    add_chart(sheet, plan, number, CHART_COLUMNS)
    _add_headings(sheet, plan, layout)
    for count in range(1, layout.rows + 1):
        row = layout.first_row + count - 1
        values = _values(plan, number, count)
        for name in layout.columns:
            if name not in layout.offsets:
                _add_cell(result, sheet, plan, layout, name, row, values)
        top = layout.top(row)
        for block in layout.blocks:
            _add_block(result, sheet, plan, layout, block, row, top, values)
        label = sheet.cell(top, layout.starts[layout.blocks[0].title] - 1)
        style.label(label, f"{count}")
        label.font, label.alignment = style.SECTION, style.ALIGNED["right"]
    if diverged := plan.diverged(number):
        style.label(sheet[layout.cell(EPOCH, layout.last_row + 1)], diverged)
    label = get_column_letter(layout.starts[layout.blocks[0].title] - 1)
    rows = f"{layout.header_row}:{layout.header_row}"
    areas = list(_pages(layout))
    style.print_setup(sheet, "landscape", title_rows=rows, title_columns=f"{label}:{label}", areas=areas)


def _pages(layout: MatrixSheet) -> Iterator[str]:
    """What each page prints of the first bands: whole blocks while they fit."""
    bands = min(max(1, PRINTED // layout.height), layout.rows)
    bottom = layout.top(layout.first_row + bands) - 1
    starts = [layout.starts[block.title] for block in layout.blocks]
    widths = [len(block.names[0]) + 1 for block in layout.blocks]  # with the gap behind
    before, row = 0, 1
    for width in pages_of([starts[0] - 1 + widths[0], *widths[1:]], COLUMNS_A_PAGE + GAPS):
        yield f"{get_column_letter(before + 1)}{row}:{get_column_letter(before + width)}{bottom}"
        before, row = before + width, layout.header_row


def _add_headings(sheet: Worksheet, plan: Plan, layout: MatrixSheet) -> None:
    for name, letter in layout.columns.items():
        if name not in layout.offsets:
            text = TOTAL_LOSS if name == SHOWN_LOSS else name
            style.heading(sheet[f"{letter}{layout.header_row}"], plan.words(_TEXT.symbol(text)), align="right")
            sheet.column_dimensions[letter].width = WIDE
    for block in layout.blocks:
        start = layout.starts[block.title]
        sheet.column_dimensions[get_column_letter(start - 1)].width = GAP
        for column, name in enumerate(block.names[0], start):
            wide = style.number_format(name) == style.SMALL
            sheet.column_dimensions[get_column_letter(column)].width = WIDE if wide else NARROW
            style.heading(sheet.cell(layout.header_row, column), block.title * (column == start), align="left")
    first = layout.starts[layout.blocks[0].title]
    sheet.column_dimensions[get_column_letter(first - 1)].width = 6
    sheet.freeze_panes = f"{get_column_letter(first - 1)}{layout.first_row}"


def _add_block(
    result: Build, sheet: Worksheet, plan: Plan, layout: MatrixSheet, block: Block, row: int, top: int,
    values: Mapping[str, float],
) -> None:  # fmt: skip
    """Its title, and its cells: an array formula where it is a product, else a formula each."""
    start, tints = layout.starts[block.title], TINTS[block.kind]
    heading = sheet.cell(top, start)
    style.label(heading, block.title)
    heading.font = style.BAND
    for column in range(start, start + len(block.names[0])):
        style.tint(sheet.cell(top, column), tints[0])
    if block.product is not None:
        _add_product(result, sheet, layout, block, block.product, row, values)
    for names in block.names:
        for name in names:
            if block.product is None:
                _add_cell(result, sheet, plan, layout, name, row, values)
            style.tint(sheet[layout.cell(name, row)], tints[1])


def _add_cell(
    result: Build, sheet: Worksheet, plan: Plan, layout: MatrixSheet, name: str, row: int, values: Mapping[str, float]
) -> None:
    column = plan.columns[name]
    formula = layout.filled(column.first if row == layout.first_row else column.filled, row)
    cell = sheet[layout.cell(name, row)]
    if formula == COUNTED_FROM:
        style.computed(cell, None, style.EXACT)
        cell.value = 1
    else:
        result.formula(sheet, cell.coordinate, formula, values[name], style.number_format(name))


def _add_product(
    result: Build, sheet: Worksheet, layout: MatrixSheet, block: Block, of: Product, row: int,
    values: Mapping[str, float],
) -> None:  # fmt: skip
    """=MMULT(W,A)+b, =MMULT(TRANSPOSE(W),δ), =MMULT(δ,TRANSPOSE(A))/4 over the block's cells."""
    areas = {each.title: _area(layout, each, row) for each in layout.blocks}
    left, right = (
        f"TRANSPOSE({areas[title]})" if turned else areas[title]
        for title, turned in zip((of.left, of.right), of.turned, strict=True)
    )
    formula = f"=MMULT({left},{right})" + (f"+{areas[of.plus]}" if of.plus else "") + f"/{of.over}" * (of.over > 1)
    cells = {layout.cell(name, row): values[name] for names in block.names for name in names}
    shown = style.number_format(block.names[0][0])
    result.array(sheet, _area(layout, block, row), formula, cells, shown)


def _area(layout: MatrixSheet, block: Block, row: int) -> str:
    first, last = layout.cell(block.names[0][0], row), layout.cell(block.names[-1][-1], row)
    return first if first == last else f"{first}:{last}"


def _values(plan: Plan, number: int, row: int) -> dict[str, float]:
    """Every number of a row, with what the trace leaves inside other numbers: G, and the loss once more."""
    derivation, values = plan.derivation, plan.spool.row(number, row)
    samples = [*range(1, derivation.network.batch + 1)] if derivation.per_sample else [0]
    for layer, following in zip(derivation.layers, derivation.layers[1:], strict=False):
        for place, neuron in enumerate(layer):
            for sample in samples:
                deltas = [values[of_sample(after.delta.name, sample)] for after in following]
                terms = [values[n.weights[place].name] * delta for n, delta in zip(following, deltas, strict=True)]
                values[of_sample(back_name(neuron), sample)] = reduce(add, terms)
    return values | {SHOWN_LOSS: values[TOTAL_LOSS]}
