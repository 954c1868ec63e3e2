"""A learning rate's sheet but for its epoch rows, which are streamed: constants, chart, headings, pages."""

from collections.abc import Iterator, Mapping, Sequence

from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from backprop.derivation.equation import EPOCH, EPOCH_LOSS, TOTAL_LOSS
from backprop.epochs.trace import DIVERGED
from backprop.printers.text import TextPrinter
from backprop.workbook.layout import FIRST_CONSTANT, LOSS_SHEET, NETWORK_SHEET, RateSheet, relative, sheet_name
from backprop.workbook.look import style
from backprop.workbook.look.charts import loss_chart
from backprop.workbook.look.tints import constants
from backprop.workbook.plan import Build, Plan
from backprop.workbook.rows import Streamed, epoch_rows, most_bytes, text_row
from backprop.workbook.sheets.headings import add_headings, column_styles
from backprop.workbook.sheets.loss import loss_series, shown_losses

COLUMNS_A_PAGE = 14  # of paper; more would be too small to read
FIRST_PAGE = 8  # columns at least, but for the epoch, if there are more
PRINTED_EPOCHS = 20  # all of them would be a pile of paper; a reader may widen the print area
WHY_IT_ENDS = "a number leaves the range of doubles; with a smaller η, fill the last row down"
CHART_ROW, CHART_HEIGHT = 3, 115  # points; the row folds away by its outline
_TEXT = TextPrinter()


def add_rate(result: Build, sheet: Worksheet, plan: Plan, number: int, notes: Mapping[str, str]) -> None:
    """The sheet of the learning rate of that number, with notes on its headings."""
    layout = plan.layout
    add_head(result, sheet, plan, number)
    add_headings(sheet, plan, layout.groups, layout.group_row, 1, notes)
    for name in constants(plan.derivation) & layout.columns.keys():
        sheet.column_dimensions[layout.columns[name]].outlineLevel = 1
    counting = len(layout.groups[0].names)
    sheet.freeze_panes = f"{get_column_letter(counting + 1)}{layout.first_row}"
    pages = list(pages_of([len(group.names) for group in layout.groups[1:]], COLUMNS_A_PAGE - counting))
    add_chart(sheet, plan, number, counting + pages[0])
    _stream_rows(result, sheet, plan, number)
    style.print_setup(
        sheet,
        "landscape",
        title_rows=f"{layout.group_row}:{layout.header_row}",
        title_columns=f"A:{get_column_letter(counting)}",
        areas=list(areas_of(plan.table(number), counting, pages, bool(plan.diverged(number)))),
    )


def add_head(result: Build, sheet: Worksheet, plan: Plan, number: int) -> None:
    """What stands above the table: title, learning rate, first and last loss, constants, links."""
    layout, rate, words = plan.table(number), plan.rates[number], plan.words
    style.title(sheet, f"{words('Backpropagation')}: {plan.derivation.network.title}")
    style.label(sheet["A2"], words("learning rate η"))
    style.user_input(sheet["C2"], rate)
    result.name("learning_rate", f"{quote_sheetname(sheet.title)}!{layout.eta_cell}", sheet)
    result.name("losses", layout.range(sheet.title, TOTAL_LOSS), sheet)
    first, last = shown_losses(plan, number)
    style.label(sheet["E2"], words("first loss"))
    result.formula(sheet, "F2", _first_loss(plan, number), first, style.WEIGHT)
    style.label(sheet["H2"], words("last loss"))
    result.formula(sheet, "I2", _last_loss(plan, number), last, style.WEIGHT)
    for name, value in plan.derivation.network.constants(plan.spool.epochs).items():
        cell = sheet[relative(layout.constants[name])]
        style.label(cell.offset(column=-1), words(_TEXT.symbol(name)))
        result.formula(sheet, cell.coordinate, f"={plan.network.reference(name)}", value, style.EXACT)
    column = FIRST_CONSTANT - 1 + 2 * (len(layout.constants) - 1)
    for target in (NETWORK_SHEET, LOSS_SHEET):
        style.link(sheet.cell(2, column), f"→ {words(target)}", f"{quote_sheetname(words(target))}!A1")
        column += 1


def _stream_rows(result: Build, sheet: Worksheet, plan: Plan, number: int) -> None:
    """The epoch rows and, where the training diverged, a row below that says so."""
    table, diverged, styles, after = plan.table(number), plan.diverged(number), result.styles, ""
    if diverged:
        styles = column_styles(sheet, plan, style.EXACT)  # numbers of any size
        texts = {table.columns[EPOCH]: diverged, "D": plan.words(WHY_IT_ENDS)}
        after = text_row(table.last_row + 1, style.number(sheet, style.EXACT), texts)
    result.streamed[sheet.title] = Streamed(
        table,
        most_bytes(table, plan.columns, styles),
        lambda: epoch_rows(table, plan.columns, styles, plan.spool.chunks(number)),
        after,
    )


def _loss_of_epoch(plan: Plan) -> str:
    """What holds the loss of an epoch in its last row."""
    return TOTAL_LOSS if plan.spool.steps == 1 else EPOCH_LOSS


def _first_loss(plan: Plan, number: int) -> str:
    """The formula of the loss of the first epoch; of a text, where the training diverged before its end."""
    table = plan.table(number)
    if not len(plan.spool.losses[number]):
        return f"={table.cell(EPOCH, table.last_row + 1)}"
    return f"={table.cell(_loss_of_epoch(plan), table.first_row + table.steps - 1)}"


def _last_loss(plan: Plan, number: int) -> str:
    """The formula of the loss of the last epoch; of a text, where the training diverged or does so by a new η."""
    table = plan.table(number)
    if plan.diverged(number):
        return f"={table.cell(EPOCH, table.last_row + 1)}"
    loss = _loss_of_epoch(plan)
    last = table.cell(loss, table.last_row)
    losses = table.range(sheet_name(plan.rates[number]), loss).partition("!")[2]
    rows = f"COUNT({losses})" if table.steps == 1 else f"INT(COUNT({losses})/{table.steps})"
    return f'=IF(ISNUMBER({last}),{last},"{plan.words(DIVERGED)} "&{rows}+1)'


def pages_of(groups: Sequence[int], most: int) -> Iterator[int]:
    """How many columns each page has: whole groups while they fit.

    A group wider than a page is cut, and one that would leave little to the first page, where title and chart stand.
    """
    page, on_first = 0, True
    for whole in groups:
        group = whole
        if page and page + group > most:
            if on_first and page < FIRST_PAGE:
                group -= most - page
                page = most
            yield page
            page, on_first = 0, False
        for _ in range((group - 1) // most):
            yield most
        page += group if group <= most else (group - 1) % most + 1
    yield page


def areas_of(layout: RateSheet, counting: int, pages: Sequence[int], ends: bool) -> Iterator[str]:
    """What each page prints: the first with all above the table, each with the first rows; which end early says so."""
    last_row = min(layout.last_row + ends, layout.first_row + PRINTED_EPOCHS - 1)
    column = counting
    for number, width in enumerate(pages):
        first, row = (1, 1) if not number else (column + 1, layout.group_row)
        column += width
        yield f"{get_column_letter(first)}{row}:{get_column_letter(column)}{last_row}"


def add_chart(sheet: Worksheet, plan: Plan, number: int, columns: int) -> None:
    """The loss above the table, over the columns of the first page, in a row that folds away."""
    losses, log = plan.spool.losses[number], bool(plan.diverged(number))
    if not len(losses):
        return
    series, title = [loss_series(plan, number)], plan.words("Loss by epoch")
    chart = loss_chart(title, series, [losses], plan.spool.epochs, log=log, small=True)
    start, end = AnchorMarker(col=0, row=CHART_ROW - 1, rowOff=30_000), AnchorMarker(col=columns, row=CHART_ROW)
    chart.anchor = TwoCellAnchor(editAs="twoCell", _from=start, to=end)
    sheet.row_dimensions[CHART_ROW].height = CHART_HEIGHT
    sheet.row_dimensions[CHART_ROW].outlineLevel = 1
    sheet.add_chart(chart)
