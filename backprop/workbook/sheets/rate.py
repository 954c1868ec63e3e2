"""A learning rate's sheet but for its epoch rows, which are streamed: constants, headings, chart."""

from collections.abc import Mapping

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from backprop.derivation.equation import TOTAL_LOSS
from backprop.printers.text import TextPrinter
from backprop.workbook import style
from backprop.workbook.charts import loss_chart
from backprop.workbook.layout import LOSS_SHEET, relative
from backprop.workbook.plan import Build, Plan
from backprop.workbook.sheets.headings import add_headings
from backprop.workbook.sheets.loss import loss_series

_TEXT = TextPrinter()
COLUMNS_A_PAGE = 40  # of paper; more would be too small to read


def add_rate(result: Build, sheet: Worksheet, plan: Plan, number: int, notes: Mapping[str, str]) -> None:
    """The sheet of the learning rate of that number, with notes on its headings."""
    layout, rate, losses = plan.layout, plan.rates[number], plan.spool.losses[number]
    style.title(sheet, f"Backpropagation: {plan.derivation.network.title}")
    style.label(sheet["A2"], "learning rate η")
    style.user_input(sheet["C2"], rate)
    result.name("learning_rate", f"{quote_sheetname(sheet.title)}!{layout.eta_cell}", sheet)
    result.name("losses", layout.range(sheet.title, TOTAL_LOSS), sheet)
    loss = layout.columns[TOTAL_LOSS]
    style.label(sheet["E2"], "first loss")
    result.formula(sheet, "F2", f"={loss}{layout.first_row}", float(losses[0]), style.WEIGHT)
    style.label(sheet["H2"], "last loss")
    result.formula(sheet, "I2", f"={loss}{layout.last_row}", float(losses[-1]), style.WEIGHT)

    constants = plan.derivation.network.training.constants(layout.epochs)
    for name, value in constants.items():
        cell = sheet[relative(layout.constants[name])]
        style.label(cell.offset(column=-2 if cell.column == 3 else -1), _TEXT.symbol(name))
        result.formula(sheet, cell.coordinate, f"={plan.network.reference(name)}", value, style.EXACT)
    end = add_headings(sheet, layout.groups, layout.group_row, 1, notes)
    chart_cell = f"{get_column_letter(end + 1)}{layout.header_row}"
    style.link(sheet["K2"], "to the loss chart", f"{quote_sheetname(sheet.title)}!{chart_cell}")
    style.link(sheet["M2"], "to all learning rates", f"{LOSS_SHEET}!A1")
    sheet.freeze_panes = f"B{layout.first_row}"
    sheet.add_chart(
        loss_chart("Loss by epoch", [loss_series(layout, sheet.title, number)], losses, layout.epochs), chart_cell
    )
    pages_wide = -(-len(layout.columns) // COLUMNS_A_PAGE)
    titles = f"{layout.group_row}:{layout.header_row}"
    style.print_setup(sheet, "landscape", title_rows=titles, pages_wide=pages_wide)
    sheet.print_area = f"A1:{get_column_letter(end - 1)}{layout.last_row}"
