"""Sheet Check: every derivative of a chosen epoch against central differences of the loss, all of it formulas."""

from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from backprop.derivation.equation import EPOCH, TOTAL_LOSS, derivative_name
from backprop.functions.activations import ACTIVATIONS
from backprop.functions.losses import LOSSES
from backprop.printers.text import TextPrinter
from backprop.workbook.layout import CHECK_SHEET, relative
from backprop.workbook.look import style
from backprop.workbook.look.style import RIGHT, WRONG
from backprop.workbook.plan import Build, Plan
from backprop.workbook.sheets.check.moves import (
    BASE_ROW,
    FIRST_COLUMN,
    FIRST_ROW,
    TOLERANCE,
    Proof,
    Values,
    prove,
)
from backprop.workbook.sheets.headings import add_headings
from backprop.workbook.sheets.selection import add_choice, from_table, rate_sheets, rows_of, whole_number

BAND_ROW, HEADER_ROW = 10, 11
RATE, ROW, STEP, LIMIT, ALLOWED = "$C$4", "$C$5", "$C$6", "$C$7", "$C$8"
CHOSEN = "$K$5"  # number of the chosen rate among those that row 4 lists
ROWS = "$K$7"  # of its sheet
WIDTHS = (2, 18, 14, 15, 19, 19, 14, 12, 3)
HEADINGS = ("parameter", "moved", "E_total", "slope of E_total", "derivative", "difference", "verdict")
NUMBER = Alignment(horizontal="right", vertical="center")
_SCIENTIFIC = "0.0E+00"
_SPACED, _SPACED_SCIENTIFIC = f"{style.SMALL}_W", f"{_SCIENTIFIC}_W"  # a W of space behind; to exceljs M is a month
_TEXT = TextPrinter()


def add_check(result: Build, plan: Plan) -> None:
    """The sheet, unless the network is too large for one."""
    proof = prove(plan)
    if proof is None:
        return
    sheet = result.workbook.create_sheet(plan.words(CHECK_SHEET))
    style.title(
        sheet,
        "Check: is every derivative right?",
        "Move one parameter a little up and down, nothing else: the slope of the loss must equal its derivative.",
    )
    style.column_widths(sheet, WIDTHS)
    _add_choices(result, sheet, plan, proof)
    _add_words(sheet, plan, proof)
    _add_headings(sheet, plan, proof)
    _add_base(result, sheet, plan, proof)
    for number in range(len(proof.parameters)):
        _add_parameter(result, sheet, plan, proof, number)
    _add_verdict(result, sheet, plan, proof)
    sheet.freeze_panes = f"D{BASE_ROW}"
    style.print_setup(sheet, "landscape", title_rows=f"{BAND_ROW}:{HEADER_ROW}")
    sheet.print_area = f"A1:H{proof.last_row}"


def _add_choices(result: Build, sheet: Worksheet, plan: Plan, proof: Proof) -> None:
    """The cells one may change, and the learning rates to choose from."""
    names, counted = rate_sheets(plan), plan.derivation.counted
    last = get_column_letter(FIRST_COLUMN + len(names))
    style.label(sheet["J4"], "sheets")
    for column, name in enumerate(names, FIRST_COLUMN + 1):
        style.label(sheet.cell(4, column), name)
    style.label(sheet["J5"], "chosen")
    result.formula(sheet, relative(CHOSEN), f"=MATCH(check_rate,$K$4:${last}$4,0)", 1, style.EXACT)

    style.label(sheet["J6"], f"{counted}s")
    for number in range(len(names)):
        place = f"{get_column_letter(FIRST_COLUMN + 1 + number)}6"
        result.formula(sheet, place, *rows_of(plan, number), style.EXACT)
    style.label(sheet["J7"], "of the chosen")
    result.formula(
        sheet, relative(ROWS), f"=IFERROR(INDEX($K$6:${last}$6,{CHOSEN}),$K$6)", plan.spool.rows[0], style.EXACT
    )

    one_of_them = DataValidation("list", f"$K$4:${last}$4", error="Choose one of the sheets of the list.")
    above_0 = DataValidation("decimal", "0", operator="greaterThan", error="A number above 0, such as 0.00001.")
    from_0 = DataValidation("decimal", "0", operator="greaterThanOrEqual", error="0 or more.")
    choices: tuple[tuple[str, str, str, float | str, DataValidation, str], ...] = (
        ("learning rate", "check_rate", RATE, names[0], one_of_them, style.EXACT),
        (counted, f"check_{counted}", ROW, 1, whole_number(plan.layout.rows), "0"),
        ("step h", "check_h", STEP, proof.step, above_0, _SCIENTIFIC),
        ("tolerance", "check_tolerance", LIMIT, TOLERANCE, from_0, _SCIENTIFIC),
    )
    for label, name, place, value, rule, shown in choices:
        add_choice(result, sheet, name, place, value, rule, label=label, shown=shown, align="right")
    style.label(sheet["B8"], "allowed difference")
    derivatives = _column("F", proof)
    first_loss = from_table(plan, TOTAL_LOSS, CHOSEN, "1")
    largest = f"MAX(MAX({derivatives}),-MIN({derivatives}),$D${BASE_ROW},{first_loss})"
    result.formula(sheet, "C8", f"=MAX(check_tolerance*{largest},check_h*check_h)", proof.allowed, _SCIENTIFIC)


def _add_words(sheet: Worksheet, plan: Plan, proof: Proof) -> None:
    style.label(
        sheet["E6"],
        "slope = (E(w + h) − E(w − h)) / ((w + h) − (w − h)), with h·|w| for h where |w| is above 1. "
        f"{RIGHT} where the difference is at most h² or tolerance × the largest of the derivatives, E_total and "
        f"E_total of {plan.derivation.counted} 1; what is smaller counts as 0.",
    )
    derivation = plan.derivation
    notes = []
    if len(proof.parameters) < len(derivation.trained):
        notes.append(f"{len(proof.parameters):,} of {len(derivation.trained):,} parameters are checked, evenly spread.")
    activations = [layer.activation for layer in derivation.network.layers]
    if kinked := [ACTIVATIONS[name] for name in activations if ACTIVATIONS[name].kinks]:
        places = " and ".join(f"{z:g}".replace("-", "−") for z, _ in kinked[0].kinks)
        notes.append(
            f"{kinked[0].name.replace('_', ' ')} bends abruptly at {places}: where a weighted sum is that, the slope "
            f"over both sides is not the derivative, and a {WRONG} says nothing."
        )
    loss = LOSSES[derivation.network.loss]
    if loss.kink:
        notes.append(
            f"{loss.name.replace('_', ' ')} bends abruptly {loss.kink}: a {WRONG} there says nothing.".capitalize()
        )
    style.label(sheet["B9"], "  ".join(notes))
    for area in ("E6:H8", "B9:H9"):
        sheet.merge_cells(area)
        sheet[area[:2]].alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
    for row in range(4, 9):
        sheet.row_dimensions[row].height = 20
    sheet.row_dimensions[9].height = 20 * max(1, len(notes))


def _add_headings(sheet: Worksheet, plan: Plan, proof: Proof) -> None:
    for column, text in enumerate(HEADINGS, 2):
        style.heading(sheet.cell(BAND_ROW, column), {2: "Move", 5: "Compare"}.get(column, ""), band=True)
        style.heading(sheet.cell(HEADER_ROW, column), text)
        if text in HEADINGS[2:6]:
            sheet.cell(HEADER_ROW, column).alignment = Alignment(horizontal="right", vertical="center", indent=1)
    for area in ("B{0}:D{0}", "E{0}:H{0}"):
        sheet.merge_cells(area.format(BAND_ROW))
    add_headings(sheet, plan, proof.layout.groups, BAND_ROW, FIRST_COLUMN)


def _add_base(result: Build, sheet: Worksheet, plan: Plan, proof: Proof) -> None:
    """The chosen epoch's parameters and data, from its table."""
    given = {
        name: f"={from_table(plan, name, CHOSEN, f'check_{plan.derivation.counted}')}"
        for name in proof.layout.columns
        if name not in proof.formulas
    }
    _add_row(result, sheet, proof, BASE_ROW, given, proof.base, "nothing")


def _add_parameter(result: Build, sheet: Worksheet, plan: Plan, proof: Proof, number: int) -> None:
    """The two rows of a parameter, and their result in cells merged over both."""
    name, row = proof.parameters[number], FIRST_ROW + 2 * number
    column = proof.layout.columns[name]
    for offset, sign in enumerate("+-"):
        given = {
            other: f"={letter}${BASE_ROW}"
            for other, letter in proof.layout.columns.items()
            if other not in proof.formulas
        }
        given[name] += f"{sign}check_h*MAX(1,ABS({column}${BASE_ROW}))"
        shown = f"{_TEXT.symbol(name)} {'+−'[offset]} h"
        _add_row(result, sheet, proof, row + offset, given, proof.moved[number][offset], shown)
        sheet[f"{column}{row + offset}"].fill = style.MARKED
    slope, derivative = proof.slope(number), proof.derivatives[number]
    style.label(sheet[f"B{row}"], _TEXT.symbol(name))
    result.formula(sheet, f"E{row}", f"=(D{row}-D{row + 1})/({column}{row}-{column}{row + 1})", slope, _SPACED)
    from_epoch = from_table(plan, derivative_name(name), CHOSEN, f"check_{plan.derivation.counted}")
    result.formula(sheet, f"F{row}", f"={from_epoch}", derivative, _SPACED)
    result.formula(sheet, f"G{row}", f"=F{row}-E{row}", derivative - slope, _SPACED_SCIENTIFIC)
    verdict = f'=IFERROR(IF(ABS(G{row})<={ALLOWED},"{RIGHT}","{WRONG}"),"{WRONG}")'
    result.formula(sheet, f"H{row}", verdict, _verdict(proof, number), "General")
    for letter in "BCDEFGH":
        style.underline(sheet[f"{letter}{row + 1}"])
    for letter in "BEFGH":
        sheet.merge_cells(f"{letter}{row}:{letter}{row + 1}")
        sheet[f"{letter}{row}"].alignment = style.CENTRED if letter in "BH" else NUMBER


def _add_row(
    result: Build, sheet: Worksheet, proof: Proof, row: int, given: dict[str, str], values: Values, moved: str
) -> None:
    style.label(sheet.cell(row, 3), moved)
    sheet.cell(row, 3).alignment = style.CENTRED
    result.formula(sheet, f"D{row}", f"={proof.layout.cell(TOTAL_LOSS, row)}", values[TOTAL_LOSS], _SPACED)
    sheet.cell(row, 4).alignment = NUMBER
    for name, letter in proof.layout.columns.items():
        formula = given.get(name) or proof.formulas[name].format(row=row)
        result.formula(sheet, f"{letter}{row}", formula, values[name], style.number_format(name))


def _add_verdict(result: Build, sheet: Worksheet, plan: Plan, proof: Proof) -> None:
    """What all rows say together, and the colours."""
    count = len(proof.parameters)
    right = sum(_verdict(proof, number) == RIGHT for number in range(count))
    verdicts = f'COUNTIF({_column("H", proof)},"{RIGHT}")'
    agree = f"all {count:,} derivatives agree" if count > 1 else "the derivative agrees"
    differ = f" of {count:,} derivatives " if count > 1 else " of 1 derivative "
    counted = plan.derivation.counted
    article = "an" if counted == EPOCH else "a"
    formula = (
        f"=IF(OR(ISNA({CHOSEN}),check_{counted}<1,check_{counted}>{ROWS}),"
        f'"choose a sheet and {article} {counted} from 1 to "&{ROWS},'
        f'IF({verdicts}={count},"{agree}",{count}-{verdicts}&"{differ}"&IF({count}-{verdicts}=1,"differs","differ")))'
    )
    wrong = count - right
    text = f"{wrong}{differ}{'differs' if wrong == 1 else 'differ'}" if wrong else agree
    result.formula(sheet, "E4", formula, text, "General")
    sheet.merge_cells("E4:H5")
    sheet["E4"].alignment = style.CENTRED
    sheet["E4"].font = Font(name=style.FONT, size=18, bold=True, color=style.NAVY)
    style.right_or_wrong(sheet, "E4:H5", f"{verdicts}={count}")
    style.right_or_wrong(sheet, f"H{FIRST_ROW}:H{proof.last_row}", f'$H{FIRST_ROW}="{RIGHT}"')


def _column(letter: str, proof: Proof) -> str:
    return f"${letter}${FIRST_ROW}:${letter}${proof.last_row}"


def _verdict(proof: Proof, number: int) -> str:
    return RIGHT if abs(proof.derivatives[number] - proof.slope(number)) <= proof.allowed else WRONG
