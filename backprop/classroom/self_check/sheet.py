"""Sheet Self-check: a line for each quantity that the student computes, and what it says: right, or not yet.

The derivatives are held against central differences of the loss; no derivative stands on the sheet. What it computes
with is out of sight: hidden columns, whose formulas a locked sheet does not show.
"""

from dataclasses import dataclass

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from backprop.classroom.blank.sheet_names import table_sheets
from backprop.classroom.levels import ASKED
from backprop.classroom.self_check.items import Item, all_right, items, plain_descent
from backprop.classroom.self_check.moves import STEP, Work, compute, lay_out
from backprop.derivation.equation import TOTAL_LOSS
from backprop.printers.text import TextPrinter
from backprop.workbook.look import style
from backprop.workbook.plan import Build, Plan
from backprop.workbook.sheets.meanings import meanings
from backprop.workbook.sheets.selection import add_choice, from_table, rate_sheets, whole_number

RIGHT, WRONG, EMPTY, LATER = "✓ right", "✗ not yet", "to do", "first what it builds on"
HEADER_ROW, FIRST_ROW = 8, 9
FIRST_COLUMN = 8  # of what is computed out of sight: H
WIDTHS = (2, 18, 30, 18, 24, 3, 3)
VERDICT, NUMBER = "E", "D"
RATE, EPOCH, ETA = "$C$4", "$C$5", "$C$6"
INDENTED = Alignment(horizontal="left", indent=1)
OUT_OF_SIGHT = Protection(locked=True, hidden=True)
GENTLE = 5e-5  # largest step times input: the error of a central difference grows with the square of that
_TEXT = TextPrinter()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the student's numbers are looked for."""

    plan: Plan
    level: int
    counted: str  # self_check_epoch, at level 3

    def own(self, name: str, below: int = 0) -> str:
        """The expression of the cell of a quantity in the judged epoch, or so many epochs below it."""
        plan, table = self.plan, self.plan.layout
        if not ASKED[self.level].filled_down:
            sheet = quote_sheetname(table_sheets(self.level, plan.rates)[0])
            return f"{sheet}!${table.columns[name]}${table.first_row}"
        row = f"{self.counted}+{below}" if below else self.counted
        if len(plan.rates) == 1:
            return f"INDEX({table.range(table_sheets(3, plan.rates)[0], name)},{row})"
        return from_table(plan, name, "self_check_sheet", row)


def add_self_check(result: Build, sheet: Worksheet, plan: Plan, level: int) -> None:
    """The sheet of that level; WorkbookError for a network that is too large for one."""
    work = lay_out(plan.derivation, level, plan.form, FIRST_COLUMN, FIRST_ROW)
    counted = f"self_check_{plan.derivation.counted}"
    place = Place(plan, level, counted)
    linked = ASKED[level].table == "empty"
    style.title(
        sheet,
        "Self-check",
        "Right, or not yet: derivatives are held against the slope of the loss. No answer stands here.",
    )
    style.column_widths(sheet, WIDTHS)
    if ASKED[level].filled_down and not linked:
        _add_choices(result, sheet, plan, counted)
    elif linked:
        style.label(
            sheet["B4"],
            "Link each yellow cell to the cell of your table that has this quantity in its first row: = and a click.",
        )
    for letter, text in zip("BCDE", ("quantity", "what it is", "your number", "verdict"), strict=True):
        style.heading(sheet[f"{letter}{HEADER_ROW}"], text, align="right" if letter == NUMBER else "left")
    sheet[f"{VERDICT}{HEADER_ROW}"].alignment = INDENTED
    lines = list(items(plan, work, level, place.own if not linked else lambda name, _: f"\0{name}\0"))
    rows = {item.name: row for row, item in enumerate(lines, FIRST_ROW)}
    for item in lines:
        _add_line(result, sheet, plan, item, rows, linked)
    last = FIRST_ROW + len(lines) - 1
    _add_work(result, sheet, plan, work, place, level)
    _add_summary(result, sheet, plan, last, level)
    area = f"{VERDICT}{FIRST_ROW}:{VERDICT}{last}"
    for text, ink, fill in ((RIGHT, style.RIGHT_INK, style.RIGHT_FILL), (WRONG, style.WRONG_INK, style.WRONG_FILL)):
        look = PatternFill("solid", fgColor=fill, bgColor=fill)
        sheet.conditional_formatting.add(
            area, FormulaRule([f'${VERDICT}{FIRST_ROW}="{text}"'], font=Font(color=ink), fill=look)
        )
    result.name("self_check", f"{quote_sheetname(sheet.title)}!${VERDICT}$4")
    sheet.freeze_panes = f"A{FIRST_ROW}"
    style.protect(sheet)
    style.print_setup(sheet, "portrait", title_rows=f"{HEADER_ROW}:{HEADER_ROW}")
    sheet.print_area = f"A1:{VERDICT}{last}"


def _add_choices(result: Build, sheet: Worksheet, plan: Plan, counted: str) -> None:
    """Which epoch is judged, and of which learning rate."""
    names = rate_sheets(plan)
    quoted = quote_sheetname(sheet.title)
    first = get_column_letter(FIRST_COLUMN)
    if len(names) > 1:
        for column, name in enumerate(names, FIRST_COLUMN):
            style.label(sheet.cell(5, column), name)
        listed = f"${first}$5:${get_column_letter(FIRST_COLUMN + len(names) - 1)}$5"
        one_of_them = DataValidation("list", listed, error="Choose one of the sheets of the list.")
        add_choice(result, sheet, "self_check_rate", RATE, names[0], one_of_them, label="learning rate", align="right")
        result.formula(sheet, f"{first}4", f"=MATCH(self_check_rate,{listed},0)", 1, style.EXACT)
        result.name("self_check_sheet", f"{quoted}!${first}$4")
        sheet[RATE.replace("$", "")].protection = style.UNLOCKED
        etas = ",".join(f"{quote_sheetname(name)}!{plan.layout.eta_cell}" for name in names)
        eta = f"=CHOOSE(self_check_sheet,{etas})"
    else:
        eta = f"={quote_sheetname(names[0])}!{plan.layout.eta_cell}"
    add_choice(
        result, sheet, counted, EPOCH, 1, whole_number(plan.layout.rows), label=plan.derivation.counted, shown="0",
        align="right",
    )  # fmt: skip
    sheet[EPOCH.replace("$", "")].protection = style.UNLOCKED
    style.label(sheet["B6"], "η")
    result.formula(sheet, ETA.replace("$", ""), eta, plan.rates[0], style.EXACT)
    result.name("self_check_eta", f"{quoted}!{ETA}")


def _add_line(
    result: Build, sheet: Worksheet, plan: Plan, item: Item, rows: dict[str, int], linked: bool
) -> None:  # fmt: skip
    row = rows[item.name]
    following = item.name.startswith(" ")
    name = item.name.strip()
    style.label(sheet[f"B{row}"], _TEXT.symbol(name) + f", next {plan.derivation.counted}" * following)
    style.label(sheet[f"C{row}"], _meaning(plan, name, following))
    own, agrees = item.own, item.agrees
    if linked:
        own = f"${NUMBER}${row}"
        agrees = agrees.replace(item.own, own)
        style.to_fill_in(sheet[f"{NUMBER}{row}"], style.number_format(name))
    else:
        shown = f'=IF(ISNUMBER({own}),{own},"–")'
        result.formula(sheet, f"{NUMBER}{row}", shown, "–", style.number_format(name))
        sheet[f"{NUMBER}{row}"].alignment = Alignment(horizontal="right")
    judged = f'IF({agrees},"{RIGHT}","{WRONG}")'
    before = [f"${VERDICT}${rows[source]}" for source in item.builds_on if source in rows]
    if before:
        judged = f'IF({all_right(before, RIGHT)},{judged},"{LATER}")'
    verdict = f'=IF(ISERROR({own}),"{WRONG}",IF(ISNUMBER({own}),IFERROR({judged},"{WRONG}"),"{EMPTY}"))'
    if following:  # there is no epoch after the last
        verdict = f'=IF({place_of(plan)}>={plan.layout.rows},"–",{verdict[1:]})'
    result.formula(sheet, f"{VERDICT}{row}", verdict, EMPTY, "General")
    sheet[f"{VERDICT}{row}"].protection = OUT_OF_SIGHT
    sheet[f"{VERDICT}{row}"].alignment = INDENTED


def place_of(plan: Plan) -> str:
    """The name of the cell that chooses the epoch."""
    return f"self_check_{plan.derivation.counted}"


def _meaning(plan: Plan, name: str, following: bool) -> str:
    if following:
        return "after the update"
    if name.startswith("dE_d"):
        return f"slope of {_TEXT.symbol(TOTAL_LOSS)} by {_TEXT.symbol(name.removeprefix('dE_d'))}"
    if name == TOTAL_LOSS:
        return "the loss"
    found = meanings(plan.derivation, plan.words).get(name)
    if found:
        return found
    return (
        "loss of an output" if name.startswith("E") else "of the forward pass" if name[0] in "ez" else "error sent back"
    )


def _add_work(result: Build, sheet: Worksheet, plan: Plan, work: Work, place: Place, level: int) -> None:
    """The columns out of sight."""
    largest = max(abs(value) for row in plan.derivation.network.inputs for value in row)
    h = float(f"{min(STEP, GENTLE / max(1, largest)):.0e}")
    known = plan.spool.row(0, 1)
    own = ASKED[level].filled_down and ASKED[level].table == "given"
    names = get_column_letter(FIRST_COLUMN - 1)
    for name, row in work.rows.items():
        style.label(sheet[f"{names}{row}"], _TEXT.symbol(name))
    columns: list[tuple[int, str | None, float]] = [(0, None, 0.0)]
    for number, move in enumerate(work.moves):
        columns += [(2 * number + 1, move.moved, h), (2 * number + 2, move.moved, -h)]
    for number, moved, by in columns:
        letter = work.column(number)
        scaled = by * max(1.0, abs(known.get(moved, 0.0))) if moved else 0.0
        values = compute(work, known, moved, scaled)
        for name, row in work.rows.items():
            if name in work.formulas:
                formula = work.formulas[name].format(column=letter)
            elif number:
                formula = f"=${work.column()}{row}"
            else:
                formula = f"={_given(plan, name, place, own)}"
            if name == moved:
                formula = f"=({formula[1:]}){'+' if by > 0 else '-'}{abs(by):.0E}*MAX(1,ABS(${work.column()}{row}))"
            result.formula(sheet, f"{letter}{row}", formula, values[name], style.EXACT)
            sheet[f"{letter}{row}"].protection = OUT_OF_SIGHT
    for number in range(FIRST_COLUMN - 1, FIRST_COLUMN + len(columns)):
        sheet.column_dimensions[get_column_letter(number)].hidden = True


def _given(plan: Plan, name: str, place: Place, own: bool) -> str:
    """Where data and parameters of the judged epoch stand: data on their sheet, parameters in the student's table."""
    derivation = plan.derivation
    parameters = {symbol.name for symbol in derivation.parameters}
    if name in parameters:
        trained = {symbol.name for symbol in derivation.trained}
        return place.own(name) if own and name in trained else plan.network.reference(name)
    if not derivation.takes_turns:
        return plan.network.reference(name)
    plain, _, sample = name.rpartition("_s") if derivation.per_sample else (name, "", "1")
    batch, steps = derivation.network.batch, derivation.network.steps
    turn = f"MOD({place.counted}-1,{steps})*{batch}+{sample}" if own else sample
    return f"INDEX({plan.network.columns[plain]},{turn})"


def _add_summary(result: Build, sheet: Worksheet, plan: Plan, last: int, level: int) -> None:
    """How many are right, and of a table how many rows are filled."""
    count = last - FIRST_ROW + 1
    formula = f'=COUNTIF(${VERDICT}${FIRST_ROW}:${VERDICT}${last},"{RIGHT}")&" of {count} right"'
    result.formula(sheet, f"{VERDICT}4", formula, f"0 of {count} right", "General")
    sheet[f"{VERDICT}4"].font = style.SECTION
    if ASKED[level].filled_down and ASKED[level].table == "given":
        sheets = table_sheets(level, plan.rates)
        rows = "+".join(f"COUNT({plan.layout.range(name, TOTAL_LOSS)})" for name in sheets)
        needed = plan.layout.rows * len(sheets)
        result.formula(
            sheet, f"{VERDICT}5", f'={rows}&" of {needed} rows filled"', f"0 of {needed} rows filled", "General"
        )
        if not plain_descent(plan):
            style.label(sheet["C6"].offset(column=1), "Updates and what the optimiser keeps are not judged here.")
