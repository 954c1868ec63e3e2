"""The sheet with the cells to fill in: headings, the row of given numbers, yellow cells."""

from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from backprop.classroom.blank.sheet_names import TO_FILL_IN
from backprop.classroom.levels import ASKED, asked_quantities
from backprop.derivation.equation import BATCH, EPOCH, EPOCH_LOSS, SAMPLE, STEP, TOTAL_LOSS
from backprop.epochs.trace import format_rate
from backprop.workbook.layout import COUNTED_FROM, RateSheet
from backprop.workbook.look import style
from backprop.workbook.notes import quantity_meanings
from backprop.workbook.plan import Build, Plan
from backprop.workbook.sheets.headings import ROOM, add_headings, look_of
from backprop.workbook.sheets.rate import COLUMNS_A_PAGE, areas_of, pages_of

COUNTS = (EPOCH, STEP, SAMPLE, BATCH, EPOCH_LOSS)  # given in every row
NOT_A_FORMULA = "A formula is asked for here, one that begins with =. Keep the number all the same?"


@dataclass(frozen=True, slots=True)
class Blanks:
    """Which columns are filled in by the student, in the first row and below it; the table that they are of."""

    table: RateSheet
    first: frozenset[str]
    below: frozenset[str]

    def empty(self, name: str, row: int) -> bool:
        """Whether the student fills this cell in."""
        return name in (self.first if row == self.table.first_row else self.below)

    def stretches(self) -> Iterator[tuple[str, int, int]]:
        """The cells to fill in: first and last column of neighbours, the row in which they begin."""
        for names, row in ((self.first, self.table.first_row), (self.below, self.table.first_row + 1)):
            numbers = [number for number, name in enumerate(self.table.columns, 1) if name in names]
            starts = [number for number in numbers if number - 1 not in numbers]
            ends = [number for number in numbers if number + 1 not in numbers]
            for start, end in zip(starts, ends, strict=True):
                yield f"{get_column_letter(start)}", end, row

    def areas(self) -> list[str]:
        """The same as ranges: K6:N6."""
        found = []
        for start, end, row in self.stretches():
            last = row if row == self.table.first_row else self.table.last_row
            found.append(f"{start}{row}:{get_column_letter(end)}{last}")
        return found


def blanks_of(plan: Plan, level: int) -> Blanks:
    """What is filled in at that level: of the first row what is computed there, below it everything but the counts."""
    first, below = asked_quantities(level, plan.derivation, plan.form)
    table = plan.layout if below else plan.layout.cut(1)
    others = frozenset(plan.columns) - set(COUNTS) if below else frozenset()
    return Blanks(table, frozenset(first) - set(COUNTS), others)


def add_table(result: Build, sheet: Worksheet, plan: Plan, number: int, level: int) -> None:
    """The table of the learning rate of that number, or of the single epoch."""
    blanks = blanks_of(plan, level)
    table, counting = blanks.table, len(plan.layout.groups[0].names)
    if ASKED[level].filled_down:
        rate = plan.rates[number]
        style.title(sheet, f"Fill in: {table.rows} {plan.derivation.counted}s at η = {format_rate(rate)}")
        style.label(sheet["A2"], "learning rate η")
        style.given(sheet["C2"], rate)
        for name, value in plan.derivation.network.constants(plan.spool.epochs).items():
            cell = sheet[table.constants[name].replace("$", "")]
            style.label(cell.offset(column=-1), name)
            result.formula(sheet, cell.coordinate, f"={plan.network.reference(name)}", value, style.EXACT)
    else:
        style.title(sheet, "Fill in: one epoch", "The yellow cells wait for your formulas.")
    notes = quantity_meanings(plan)
    add_headings(sheet, plan, plan.layout.groups, table.group_row, 1, notes)
    _add_rows(result, sheet, plan, blanks)
    for area in blanks.areas():
        _ask_for_formulas(sheet, area)
        name_to_fill_in(result, sheet, area)
    sheet.freeze_panes = f"{get_column_letter(counting + 1)}{table.first_row}"
    style.protect(sheet)
    pages = list(pages_of([len(group.names) for group in plan.layout.groups[1:]], COLUMNS_A_PAGE - counting))
    style.print_setup(
        sheet, "landscape", title_rows=f"{table.group_row}:{table.header_row}",
        title_columns=f"A:{get_column_letter(counting)}", areas=list(areas_of(table, counting, pages, False)),
    )  # fmt: skip


def _add_rows(result: Build, sheet: Worksheet, plan: Plan, blanks: Blanks) -> None:
    table, look, known = blanks.table, look_of(plan, plan.layout.groups), plan.spool.row(0, 1)
    for row in range(table.first_row, table.last_row + 1):
        for name, letter in table.columns.items():
            cell = sheet[f"{letter}{row}"]
            if blanks.empty(name, row):
                style.to_fill_in(cell, f"{style.number_format(name)}{ROOM}")
                continue
            column = plan.columns[name]
            template = column.first if row == table.first_row else column.filled
            value = _counted(plan, name, row - table.first_row) if name in COUNTS else known[name]
            if name == EPOCH_LOSS:
                value = 0.0 if TOTAL_LOSS in blanks.first else known[TOTAL_LOSS]  # of empty cells
            if template == COUNTED_FROM:
                style.computed(cell, None, f"{style.EXACT}{ROOM}")
                cell.value = 1
            else:
                formula = table.filled(template, row)
                result.formula(sheet, cell.coordinate, formula, value, f"{style.number_format(name)}{ROOM}")
            look.tint(name, cell)


def _counted(plan: Plan, name: str, row: int) -> float:
    """What a count is in that row, counted from 0."""
    steps = plan.spool.steps
    if plan.derivation.takes_turns:
        return {STEP: row + 1, EPOCH: row // steps + 1}.get(name, row % steps + 1)
    return row + 1


def _ask_for_formulas(sheet: Worksheet, area: str) -> None:
    """Typed numbers are met with a question, no more: a warning that can be passed."""
    rule = DataValidation(
        "custom", f"_xlfn.ISFORMULA({area.partition(':')[0]})", allow_blank=True, errorStyle="warning",
        errorTitle="A number", error=NOT_A_FORMULA, showErrorMessage=True,
    )  # fmt: skip
    rule.add(area)
    sheet.add_data_validation(rule)


def name_to_fill_in(result: Build, sheet: Worksheet, area: str) -> None:
    """Give cells that wait for the student the next name: exercise_1. A check knows by it what is missing."""
    number = 1 + sum(name.startswith(TO_FILL_IN) for name in result.workbook.defined_names)
    first, _, last = area.partition(":")
    result.name(
        f"{TO_FILL_IN}{number}", f"{quote_sheetname(sheet.title)}!{absolute_coordinate(f'{first}:{last or first}')}"
    )


def add_empty(result: Build, sheet: Worksheet, rate: float) -> None:
    """A sheet on which everything is the student's."""
    style.column_widths(sheet, [12] * 40)
    sheet["A1"].value, sheet["A1"].font = f"Your table at η = {format_rate(rate)} goes here.", style.TITLE
    sheet["A2"].value, sheet["A2"].font = (
        "This sheet is empty and unlocked. What is asked stands on sheet Task.",
        style.SUBTITLE,
    )
    style.print_setup(sheet, "landscape")
    name_to_fill_in(result, sheet, "A3:ZZ10000")
