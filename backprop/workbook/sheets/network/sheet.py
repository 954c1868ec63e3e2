"""Sheet Network: the numbers one may change, the picture of the network, links to every sheet, all equations."""

import io
import math
import re
from collections.abc import Mapping

from openpyxl.drawing.image import Image
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from backprop.network.load import presets
from backprop.printers.diagram import network_png
from backprop.printers.text import TextPrinter
from backprop.workbook.layout import CHECK_SHEET, WALKTHROUGH_SHEET, sheet_name
from backprop.workbook.look import style
from backprop.workbook.plan import Build, Plan
from backprop.workbook.sheets.network.equations import add_equations
from backprop.workbook.sheets.network.picture import can_draw, draw, last_column, rows_needed
from backprop.workbook.sheets.selection import rate_sheets
from backprop.workbook.titles import title

INPUTS = (2, 16, 12, 3)  # widths of the columns before the picture
FIRST, ROW = 5, 4  # where the picture begins
PICTURE_WIDTH = 760  # pixels
PICTURE_COLUMNS, PICTURE_COLUMN = 12, 10  # and widths below a picture that is an image
PIXELS = 20  # of a row
_TEXT = TextPrinter()


def add_network(result: Build, sheet: Worksheet, plan: Plan, others: Mapping[str, str]) -> None:
    """Inputs on the left, the picture on the right; `others` are all other sheets, each with what it shows."""
    derivation = plan.derivation
    style.title(sheet, derivation.network.title, plan.words("Change a yellow cell and every sheet follows."))
    style.column_widths(sheet, INPUTS)
    if can_draw(derivation):
        row, last = ROW + rows_needed(derivation) + 1, last_column(derivation, FIRST)
        listed = f"$E${row + 1}:$E${row + len(rate_sheets(plan))}"
        draw(result, sheet, plan, FIRST, ROW, listed)
    else:
        row, last = ROW + _add_image(sheet, plan), FIRST + PICTURE_COLUMNS - 1
    bottom = max(_add_links(sheet, plan, others, row), _add_inputs(result, sheet, plan))
    middle = _middle(sheet, last)
    end = add_equations(sheet, plan, bottom + 1, ((2, middle), (middle + 1, last)))
    letter = get_column_letter(last)
    style.print_setup(sheet, "landscape", areas=[f"A1:{letter}{bottom}", f"A{bottom + 1}:{letter}{end}"])


def _add_inputs(result: Build, sheet: Worksheet, plan: Plan) -> int:
    """The yellow cells; the row below them."""
    values = input_values(plan)
    row = plan.network.first_row
    for group in plan.network.groups:
        style.section(sheet.cell(row, 2), title(plan.words, group.title))
        for offset, name in enumerate(group.names, 1):
            style.label(sheet.cell(row + offset, 2), plan.words(_TEXT.symbol(name)))
            style.user_input(sheet.cell(row + offset, 3), values[name])
        if group.title == "Training":
            for name in group.names:
                result.name(name, plan.network.reference(name))
        else:
            first, last = (plan.network.reference(name) for name in (group.names[0], group.names[-1]))
            result.name(re.sub(r"\W+", "_", group.title.lower()), f"{first}:{last.rpartition('!')[2]}")
        row += len(group.names) + 2
    return row


def _add_links(sheet: Worksheet, plan: Plan, others: Mapping[str, str], row: int) -> int:
    """A link to each sheet and what it shows, those of learning rates first; the row below them."""
    style.section(sheet.cell(row, FIRST), plan.words("The sheets"))
    tables = [sheet_name(rate) for rate in plan.rates]
    ordered = {**{name: others[name] for name in tables}, **others}
    for row, (name, contents) in enumerate(ordered.items(), row + 1):  # noqa: B020, PLR1704 - counts on from the heading
        style.link(sheet.cell(row, FIRST), name, f"{quote_sheetname(name)}!A1")
        style.label(sheet.cell(row, FIRST + 2), contents)
        sheet.cell(row, FIRST + 2).font = style.SUBTITLE
    for name in (WALKTHROUGH_SHEET, CHECK_SHEET):
        if plan.words(name) not in others:
            row += 1
            style.label(sheet.cell(row, FIRST), plan.words(name))
            style.label(sheet.cell(row, FIRST + 2), plan.words("left out: the network is too large for this sheet"))
            sheet.cell(row, FIRST + 2).font = style.SUBTITLE
    _add_command(sheet, plan, row + 1)
    return row + 2


def _add_command(sheet: Worksheet, plan: Plan, row: int) -> None:
    """The command that writes the same network as a page; one of one's own is a description in a file."""
    name = plan.derivation.network.name
    style.label(sheet.cell(row, FIRST), plan.words("In the browser"))
    style.label(sheet.cell(row, FIRST + 2), f"backprop explore {name if name in presets() else f'{name}.toml'}")
    sheet.cell(row, FIRST + 2).font = style.SUBTITLE


def _add_image(sheet: Worksheet, plan: Plan) -> int:
    """The picture of a network that is too large for one in cells; how many rows it takes, with its heading."""
    style.section(sheet.cell(ROW, FIRST), plan.words("The network"))
    picture = Image(io.BytesIO(network_png(plan.derivation)))
    picture.width, picture.height = PICTURE_WIDTH, round(PICTURE_WIDTH * picture.height / picture.width)
    sheet.add_image(picture, f"{get_column_letter(FIRST)}{ROW + 1}")
    for column in range(FIRST, FIRST + PICTURE_COLUMNS):
        sheet.column_dimensions[get_column_letter(column)].width = PICTURE_COLUMN
    return int(2 + math.ceil(picture.height / PIXELS))


def _middle(sheet: Worksheet, last: int) -> int:
    """The column that ends the left half of the sheet."""
    widths = [sheet.column_dimensions[get_column_letter(column)].width for column in range(2, last + 1)]
    return next(number + 1 for number in range(1, len(widths)) if sum(widths[:number]) >= sum(widths) / 2)


def input_values(plan: Plan) -> dict[str, float]:
    """The numbers of the cells that one may change, by the quantity's name."""
    derivation = plan.derivation
    network = derivation.network
    values = {symbol.name: value for symbol, value in derivation.parameters.items()}
    if network.samples == 1:
        symbols = derivation.inputs + derivation.targets
        numbers = network.inputs[0] + network.targets[0]
        values |= {symbol.name: value for symbol, value in zip(symbols, numbers, strict=True)}
    return values | network.constants(plan.spool.epochs)
