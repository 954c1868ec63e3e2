"""Sheet Explain: one chosen derivative at a chosen epoch, walked factor by factor; all of it formulas.

The walk stands at the top. It takes its lines by their number from the tables below it, which hold every factor of
that epoch; those take their numbers from the epoch's row on the sheet of the chosen learning rate.
"""

from functools import reduce
from operator import add, mul

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from backprop.workbook.layout import relative, sheet_name
from backprop.workbook.look import style
from backprop.workbook.look.style import RIGHT, WRONG
from backprop.workbook.plan import Build, Plan
from backprop.workbook.sheets.explain.chain import MOST_TERMS, NONE, chain_rule
from backprop.workbook.sheets.explain.choices import add_parameters, add_rates
from backprop.workbook.sheets.explain.factors import add_factors
from backprop.workbook.sheets.explain.listing import INDENTED, ONE, PLACES, RATE_CELL, Listing, Row
from backprop.workbook.sheets.explain.quantities import add_quantities
from backprop.workbook.sheets.explain.steps import add_forward, add_update, forward_rows, update_rows
from backprop.workbook.sheets.numbers import fixed, in_brackets, in_brackets_formula
from backprop.workbook.sheets.selection import add_choice, chosen_row, whole_number
from backprop.workbook.sheets.walkthrough.sheet import Written

WIDTHS = (2, 20, 37, 48, 17, 78, 14)
HEADINGS = ("factor", "in symbols", "with the numbers of that epoch", "value", "in words")
PARAMETER, RATE, EPOCH, SAMPLE = "$C$4", "$C$5", "$C$6", "$C$7"
PARAMETER_NUMBER = "$G$4"  # of the chosen one, in its table
RULE_ROW, HEADER_ROW, FIRST_ROW = 9, 11, 12
PRODUCT_ROW = FIRST_ROW + 3
ROW_HEIGHT = 20  # points
SHORT = 6  # places of a sample's share in a text
_QUIET = Font(name=style.FONT, size=9, color=style.QUIET)
_STRONG = Font(name=style.FONT, size=11, bold=True, color=style.NAVY)
_EDGE = Side(style="thin", color=style.NAVY)


def add_explain(result: Build, sheet: Worksheet, plan: Plan, written: Written | None) -> None:
    """The walk of the first parameter at the first epoch; every choice is a yellow cell.

    `written` is sheet Walkthrough, from which the forward pass and the update come; None where there is none.
    """
    chain = chain_rule(plan.derivation)
    batch = bool(plan.derivation.per_sample)
    table_row = PRODUCT_ROW + 1 + batch
    update_row = table_row + 2
    paths_row = update_row + update_rows(written)
    last_path = paths_row + max(parameter.paths + 1 for parameter in chain.parameters)
    last_row = last_path + forward_rows(written)
    listing = Listing(result, sheet, plan, chain, last_row)
    for add_table in (add_quantities, add_factors, add_parameters, add_rates):
        add_table(listing)
    style.title(sheet, "Explain: one derivative, factor by factor", "Choose in the yellow cells; the rest follows.")
    style.column_widths(sheet, WIDTHS)
    for letter in ("H", "I", "J", "K", "L", *listing.sample_columns):
        sheet.column_dimensions[letter].width = 14
    _add_choices(listing)
    _add_walk(listing)
    shares = _add_shares(listing) if batch else []
    value = _add_product(listing, shares)
    _add_verdict(listing, table_row, value)
    _add_paths(listing, paths_row, last_path)
    if written is not None:
        add_update(listing, written, update_row, PARAMETER_NUMBER)
        add_forward(listing, written, last_path + 2)
    _align(sheet, last_row)
    for row in range(last_row + 2, listing.row):
        sheet.row_dimensions[row].outlineLevel = 1
    sheet.sheet_properties.outlinePr.summaryBelow = False
    style.print_setup(sheet, "landscape", one_page=True)
    sheet.print_area = f"A1:F{last_row}"


def _add_choices(listing: Listing) -> None:
    sheet, plan = listing.sheet, listing.plan
    counted, steps = plan.derivation.counted, plan.spool.steps
    first = listing.chain.parameters[0]
    choices: list[tuple[str, str, str, float | str, DataValidation]] = [
        ("parameter", "explain_parameter", PARAMETER, first.name, _one_of(listing, "parameters")),
        ("learning rate", "explain_rate", RATE, sheet_name(plan.rates[0]), _one_of(listing, "rates")),
        (counted, chosen_row(plan), EPOCH, 1, whole_number(plan.layout.rows)),
    ]
    if listing.batch:
        choices.append(("sample", "explain_sample", SAMPLE, listing.sample, whole_number(listing.batch)))
    for label, name, place, value, rule in choices:
        add_choice(listing.result, sheet, name, place, value, rule, label=label)
    number = f"=MATCH(explain_parameter,{listing.span('parameters', 'B')},0)"
    _helper(listing, PARAMETER_NUMBER, number, 1)
    _helper(listing, RATE_CELL, f"=MATCH(explain_rate,{listing.span('rates', 'B')},0)", 1)
    listing.put("D4", f"=INDEX({listing.span('parameters', 'D')},{PARAMETER_NUMBER})", first.place)
    listing.put(f"B{RULE_ROW}", f"=INDEX({listing.span('parameters', 'F')},{PARAMETER_NUMBER})", first.rule)
    sheet.merge_cells(f"B{RULE_ROW}:F{RULE_ROW}")
    sheet[f"B{RULE_ROW}"].font = Font(name=style.FONT, size=15, bold=True, color=style.NAVY)
    sheet.row_dimensions[RULE_ROW].height = 26
    last, rows = f"INDEX({listing.span('rates', 'C')},{RATE_CELL})", plan.spool.rows[0]
    if plan.derivation.takes_turns:
        this = "epoch {}, " + f"{plan.derivation.turn} {{}}"
        formula = this.format(f'"&INT((explain_step-1)/{steps})+1&"', f'"&MOD(explain_step-1,{steps})+1')
        listing.put("D6", f'="1 to "&{last}&"; this one is {formula}', f"1 to {rows}; this one is {this.format(1, 1)}")
    else:
        listing.put("D6", f'="1 to "&{last}', f"1 to {rows}")
    batch = " of the batch" * plan.derivation.takes_turns
    if listing.batch:
        style.label(sheet["D7"], f"1 to {listing.batch:,}{batch}: each has its share of the derivative")
    offered, trained = len(listing.chain.parameters), len(plan.derivation.trained)
    if offered < trained:
        style.label(sheet["F4"], f"{offered:,} of {trained:,} parameters can be chosen, evenly spread.")
    for place in ("D4", "D6", "D7", "F4"):
        sheet[place].font = style.SUBTITLE
        sheet[place].alignment = INDENTED


def _align(sheet: Worksheet, last: int) -> None:
    """Room around the lines of the walk."""
    for row in range(HEADER_ROW, last + 1):
        sheet.row_dimensions[row].height = ROW_HEIGHT
        for column in range(2, 7):
            look = Alignment(horizontal="right" if column == 5 else "left", vertical="center", indent=int(column > 4))
            sheet.cell(row, column).alignment = look


def _one_of(listing: Listing, table: str) -> DataValidation:
    return DataValidation("list", listing.span(table, "B"), error="Choose one of the list.")


def _helper(listing: Listing, place: str, formula: str, value: float | str) -> None:
    """A number that the walk needs and no reader does, beside it."""
    cell = relative(place)
    listing.put(cell, formula, value)
    listing.sheet[cell].font = _QUIET


def _add_walk(listing: Listing) -> None:
    """The three factors."""
    sheet, chosen = listing.sheet, listing.chain.parameters[0]
    for column, text in enumerate(HEADINGS, 2):
        style.heading(sheet.cell(HEADER_ROW, column), text)
    for offset, factor in enumerate(chosen.factors):
        row = FIRST_ROW + offset
        numbers = listing.span("parameters", "GHI"[offset])
        _helper(listing, f"G{row}", f"=INDEX({numbers},{PARAMETER_NUMBER})", factor + 1)
        _add_line(listing, row, listing.rows[factor])
        text = f"=INDEX({listing.span('factors', 'G')},$G{row})"
        _helper(listing, f"H{row}", text, listing.rows[factor].text)


def _add_line(listing: Listing, row: int, line: Row | None, optional: bool = False) -> None:
    """A line of the listing, by its number in column G, where there is one."""
    values = ("",) * 5 if line is None else (line.name, line.symbols, line.numbers, line.value, line.words)
    for letter, value in zip("BCDEF", values, strict=True):
        taken = f"INDEX({listing.span('factors', letter)},$G{row})"
        formula = f'=IF($G{row}="","",{taken})' if optional else f"={taken}"
        listing.put(f"{letter}{row}", formula, value, style.SMALL if letter == "E" else "General")


def _add_product(listing: Listing, shares: list[float]) -> float:
    """The factors multiplied and, of several samples, the mean of what each gives; the derivative."""
    sheet, chosen, row = listing.sheet, listing.chain.parameters[0], PRODUCT_ROW
    factors = [listing.rows[number] for number in chosen.factors]
    texts = [f"H{FIRST_ROW + offset}" for offset in range(3)]
    name = f"∂E/∂{chosen.name}"
    value = reduce(mul, (factor.value for factor in factors if isinstance(factor.value, float)))
    written = " · ".join(factor.text for factor in factors if factor.text != NONE)
    whose = '&" of sample "&explain_sample' if shares else ""
    listing.put(f"B{row}", f'="∂E/∂"&explain_parameter{whose}', name + f" of sample {listing.sample}" * bool(shares))
    style.label(sheet[f"C{row}"], "product of the factors")
    listing.put(f"D{row}", f'={texts[0]}&IF({texts[1]}="{NONE}",""," · "&{texts[1]})&" · "&{texts[2]}', written)
    listing.put(f"E{row}", f"=PRODUCT(E{FIRST_ROW}:E{row - 1})", value, style.SMALL)
    if shares:
        style.label(sheet[f"F{row}"], "The share of this sample.")
        row += 1
        first, last = (f"{listing.sample_columns[end]}{listing.row - 2}" for end in (0, -1))
        averaged = listing.plan.derivation.network.reduction == "mean"
        value = reduce(add, shares) / (len(shares) if averaged else 1)
        listing.put(f"B{row}", '="∂E/∂"&explain_parameter', name)
        style.label(sheet[f"C{row}"], f"{'mean' if averaged else 'sum'} over the {len(shares):,} samples")
        more = " + …" * (len(shares) > MOST_TERMS + 1)
        cells = [f"{letter}{listing.row - 1}" for letter in listing.sample_columns[: MOST_TERMS + 1]]
        terms = " + ".join(_share_text(share) for share in shares[: MOST_TERMS + 1])
        share = f"/{len(shares)}" * averaged
        formula = '="("&' + '&" + "&'.join(cells) + f'&"{more}){share}"'
        listing.put(f"D{row}", formula, f"({terms}{more}){share}")
        listing.put(f"E{row}", f"={'AVERAGE' if averaged else 'SUM'}({first}:{last})", value, style.SMALL)
    moved = f'="If "&explain_parameter&" grew by 0.001, the loss would change by about "&FIXED(E{row}/1000,9,TRUE)&"."'
    words = f"If {chosen.name} grew by 0.001, the loss would change by about {fixed(value / 1000, PLACES)}."
    listing.put(f"F{row}", moved, words)
    for cell in sheet[f"B{row}:F{row}"][0]:
        cell.font, cell.border, cell.fill = _STRONG, Border(top=_EDGE), style.MARKED
    sheet[f"F{row}"].font = style.PLAIN
    return value


def _add_shares(listing: Listing) -> list[float]:
    """What each sample gives, in its column: the delta of the neuron times what the parameter multiplies."""
    sheet, chosen = listing.sheet, listing.chain.parameters[0]
    headings = ("", "number of its delta", "number of what it multiplies", "", "", "", *listing.sample_headings)
    listing.head("Share of each sample", headings)
    row = listing.row
    style.label(sheet[f"B{row}"], "delta times it")
    style.label(sheet[f"B{row + 1}"], "as text")
    names = chosen.delta, chosen.source or ONE
    for letter, column, name in zip("CD", "KL", names, strict=True):
        formula = f"=INDEX({listing.span('parameters', column)},{PARAMETER_NUMBER})"
        listing.put(f"{letter}{row}", formula, listing.number_of("quantities", listing.cells[name])[1])
        sheet[f"{letter}{row}"].alignment = Alignment(horizontal="left")
    first, last = listing.spans["quantities"]
    shares = []
    for letter, values in zip(listing.sample_columns, listing.samples, strict=True):
        share = values[names[0]] * values[names[1]]
        cells = f"{letter}${first}:{letter}${last}"
        listing.put(f"{letter}{row}", f"=INDEX({cells},$C{row})*INDEX({cells},$D{row})", share, style.SMALL)
        listing.put(f"{letter}{row + 1}", in_brackets_formula(f"{letter}{row}", SHORT), _share_text(share))
        sheet[f"{letter}{row + 1}"].alignment = Alignment(horizontal="right")
        shares.append(share)
    listing.row += 2
    return shares


def _share_text(share: float) -> str:
    return in_brackets(fixed(share, SHORT))


def _add_verdict(listing: Listing, row: int, value: float) -> None:
    """The derivative that stands in the epoch table, beside the walk's."""
    sheet, chosen = listing.sheet, listing.chain.parameters[0]
    in_table = listing.plan.spool.row(0, 1)[chosen.derivative]
    listing.put(f"B{row}", '="∂E/∂"&explain_parameter', f"∂E/∂{chosen.name}")
    style.label(sheet[f"C{row}"], "in the epoch table")
    counted = listing.plan.derivation.counted
    where = f"{sheet_name(listing.plan.rates[0])}, {counted} 1"
    listing.put(f"D{row}", f'=explain_rate&", {counted} "&explain_{counted}', where)
    listing.put(f"E{row}", f"=INDEX({listing.span('parameters', 'E')},{PARAMETER_NUMBER})", in_table, style.SMALL)
    allowed = f"=1E-9*MAX(ABS(E{row - 1}),ABS(E{row}))+1E-15"
    limit = 1e-9 * max(abs(value), abs(in_table)) + 1e-15
    if listing.batch:  # large shares may cancel
        first, last = (f"{listing.sample_columns[end]}{listing.row - 2}" for end in (0, -1))
        allowed += f"*MAX(1,MAX({first}:{last}),-MIN({first}:{last}))"
    _helper(listing, f"G{row}", allowed, limit)
    sheet[f"G{row}"].number_format = "0.0E+00"
    right, wrong = f"{RIGHT}  the same number", f"{WRONG}  another number: a formula on that sheet is wrong"
    verdict = f'=IFERROR(IF(ABS(E{row - 1}-E{row})<=$G{row},"{right}","{wrong}"),"{WRONG}  choose from the lists")'
    listing.put(f"F{row}", verdict, right if abs(value - in_table) <= limit else wrong)
    style.right_or_wrong(sheet, f"E{row}:F{row}", f'LEFT($F${row})="{RIGHT}"')


def _add_paths(listing: Listing, row: int, last: int) -> None:
    """Where the first factor comes from, a line for each path and one for their sum, from the same listing."""
    sheet, chosen = listing.sheet, listing.chain.parameters[0]
    lines = chosen.paths + 1 if chosen.paths else 0
    _helper(listing, f"G{row}", f"=INDEX({listing.span('parameters', 'J')},{PARAMETER_NUMBER})", lines)
    factor = chosen.factors[0]
    name = listing.rows[factor].name
    first = f"B{FIRST_ROW}"
    heading = f'=IF($G{row}=0,{first}&" comes straight from the loss: an output neuron feeds no other.",'
    heading += f'"Where "&{first}&" comes from: through each neuron on the way to the loss")'
    text = f"Where {name} comes from: through each neuron on the way to the loss"
    listing.put(
        f"B{row}", heading, text if lines else f"{name} comes straight from the loss: an output neuron feeds no other."
    )
    sheet[f"B{row}"].font = style.SECTION
    for path_row in range(row + 1, last + 1):
        number = path_row - row
        counted = f"ROWS(G${row + 1}:G{path_row})"
        formula = f'=IF({counted}>$G${row},"",$G${FIRST_ROW}-$G${row}+{counted})'
        at = factor - lines + number
        line = listing.rows[at] if number <= lines else None
        _helper(listing, f"G{path_row}", formula, "" if line is None else at + 1)
        _add_line(listing, path_row, line, optional=True)
    if last > row:
        sum_line = FormulaRule([f"$G{row + 1}=$G${FIRST_ROW}"], font=Font(bold=True), border=Border(top=_EDGE))
        sheet.conditional_formatting.add(f"B{row + 1}:E{last}", sum_line)
