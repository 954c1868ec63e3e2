"""The tables that sheet Explain works from: the epoch's numbers, every factor, the parameters and what they take.

Columns are those of the walk: name, in symbols, with numbers, value, in words; then the value as text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import reduce
from operator import add

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from sympy import Expr, Integer, Symbol

from backprop.derivation.equation import Equation, sample_name
from backprop.epochs.trace import SCALARS
from backprop.printers.excel import ExcelPrinter
from backprop.printers.numpy import NumpyPrinter
from backprop.printers.text import TextPrinter
from backprop.workbook import style
from backprop.workbook.plan import Build, Plan
from backprop.workbook.sheets.explain.chain import MOST_TERMS, NONE, Chain, Line
from backprop.workbook.sheets.selection import from_table, rate_sheets

RATE_CELL = "$G$5"  # number of the chosen sheet
FIRST_SAMPLE = 8  # column H: a column a sample, where an epoch has several
VALUE = 5  # column E
ONE = "1"  # what a bias is multiplied by
PLACES, FEWER = 9, 6  # of a derivative in a text, of other quantities
INDENTED = Alignment(horizontal="left", indent=1)
_TEXT = TextPrinter()

Values = dict[str, float]


@dataclass(slots=True)
class Row:
    """What a row of the listing shows, cell by cell, for the walk to take."""

    name: str
    symbols: str
    numbers: str
    value: float | str
    words: str
    text: str


@dataclass(slots=True)
class Listing:
    """Where the tables stand, and what their cells show."""

    result: Build
    sheet: Worksheet
    plan: Plan
    chain: Chain
    row: int  # the next to write
    cells: dict[str, int] = field(default_factory=dict)  # quantity -> its row
    lines: dict[str, int] = field(default_factory=dict)  # factor -> its row
    known: Values = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)  # of the factors
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)  # table -> its first and last row
    samples: list[Values] = field(default_factory=list)

    @property
    def batch(self) -> int:
        """Samples in columns of their own: 0 where an epoch has one."""
        return self.plan.derivation.network.batch if self.plan.derivation.per_sample else 0

    @property
    def sample(self) -> int:
        """The first to explain: one whose inputs all say something."""
        rows = self.plan.derivation.network.inputs
        return next((number for number, inputs in enumerate(rows, 1) if all(inputs)), 1)

    @property
    def sample_columns(self) -> list[str]:
        """Their letters."""
        return [get_column_letter(FIRST_SAMPLE + number) for number in range(self.batch)]

    def put(self, cell: str, formula: str, value: float | str, shown: str = "General") -> None:
        """A formula of this sheet and its value."""
        self.result.formula(self.sheet, cell, formula, value, shown)

    def place(self, name: str) -> int:
        """The row of what a factor is made of."""
        return self.lines.get(name) or self.cells[name]

    def span(self, table: str, column: str) -> str:
        """A column of a table: $B$40:$B$63."""
        first, last = self.spans[table]
        return f"${column}${first}:${column}${last}"

    def number_of(self, table: str, row: int) -> tuple[str, int]:
        """The number of a row in its table, as a formula and as a value."""
        first = self.spans[table][0]
        return f"=ROWS(B${first}:B{row})", row - first + 1

    def from_table(self, name: str) -> str:
        """The formula of a quantity of the chosen epoch."""
        return f"={from_table(self.plan, name, RATE_CELL, 'explain_epoch')}"

    def head(self, title: str, headings: tuple[str, ...]) -> None:
        """A table's title and column headings, two rows below what stands above."""
        style.section(self.sheet.cell(self.row + 2, 2), title)
        for column, text in enumerate(headings, 2):
            align = "right" if column == VALUE or (column > VALUE + 1 and text != "as text") else "left"
            style.heading(self.sheet.cell(self.row + 3, column), text, band=True, align=align)
            self.sheet.cell(self.row + 3, column).alignment = Alignment(
                horizontal=align, indent=int(column == VALUE + 1)
            )
        self.row += 4


def fixed(value: float, places: int) -> str:
    """FIXED(value, places, TRUE) as a spreadsheet gives it."""
    with localcontext(prec=400):
        return format(Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), "f")


def add_listing(result: Build, sheet: Worksheet, plan: Plan, chain: Chain, row: int) -> Listing:
    """All tables, the first of them below `row`."""
    listing = Listing(result, sheet, plan, chain, row)
    _add_quantities(listing)
    _add_factors(listing)
    _add_parameters(listing)
    _add_rates(listing)
    return listing


def _add_quantities(listing: Listing) -> None:
    """What the factors are made of, from the epoch's row; a column a sample and the deltas of each where several."""
    derivation, layout = listing.plan.derivation, listing.plan.layout
    table = listing.plan.spool.row(0, 1)
    names = listing.chain.quantities(layout)
    samples = tuple(f"sample {number}" for number in range(1, listing.batch + 1))
    listing.head("Numbers of that epoch", ("name", "what it is", "", "value", "", "as text", *samples))
    meanings = _meanings(listing)
    start = listing.row
    listing.samples = [{} for _ in samples]
    for name in names:
        row = listing.cells[name] = listing.row
        style.label(listing.sheet[f"B{row}"], _TEXT.symbol(name))
        style.label(listing.sheet[f"C{row}"], meanings[name])
        shown = style.number_format(name)
        if name in derivation.per_sample:
            for number, letter in enumerate(listing.sample_columns, 1):
                each = sample_name(name, number)
                listing.put(f"{letter}{row}", listing.from_table(each), table[each], shown)
                listing.samples[number - 1][name] = table[each]
            _put_chosen(listing, name, shown)
        else:
            listing.put(f"E{row}", listing.from_table(name), table[name], shown)
            listing.known[name] = table[name]
            for values in listing.samples:
                values[name] = table[name]
        _put_text(listing, name, row, style.number_format(name))
        listing.row += 1
    if listing.batch:
        _add_sample_deltas(listing)
    listing.spans["quantities"] = start, listing.row - 1


def _add_sample_deltas(listing: Listing) -> None:
    """The delta of every neuron for every sample, sums of them for shared biases, and the 1 of a bias."""
    derivation = listing.plan.derivation

    def locate(letter: str) -> Callable[[str], str]:
        shared = derivation.per_sample
        return lambda name: f"{letter if name in shared else '$E'}{listing.cells[name]}"

    needed: list[Equation] = [e for e in derivation.deltas if e.target.name in listing.chain.deltas]
    sums = [parameter.deltas for parameter in listing.chain.parameters if len(parameter.deltas) > 1]
    columns = list(zip(listing.sample_columns, listing.samples, strict=True))
    for equation in needed:
        name = equation.target.name
        listing.cells[name] = listing.row
        style.label(listing.sheet[f"B{listing.row}"], _TEXT.symbol(name))
        style.label(listing.sheet[f"C{listing.row}"], "derivative of the loss by the sum")
        for letter, values in columns:
            values[name] = evaluate(equation.expression, values)
            formula = ExcelPrinter(locate(letter)).equation(equation)
            listing.put(f"{letter}{listing.row}", formula, values[name], style.SMALL)
        _put_chosen(listing, name, style.SMALL)
        listing.row += 1
    for deltas in sums:
        name = " + ".join(deltas)
        listing.cells[name] = listing.row
        style.label(listing.sheet[f"B{listing.row}"], "Σ δ")
        first, last = listing.cells[deltas[0]], listing.cells[deltas[-1]]
        for letter, values in columns:
            values[name] = reduce(add, (values[delta] for delta in deltas))
            listing.put(f"{letter}{listing.row}", f"=SUM({letter}{first}:{letter}{last})", values[name], style.SMALL)
        listing.row += 1
    if any(parameter.source is None for parameter in listing.chain.parameters):
        listing.cells[ONE] = listing.row
        style.label(listing.sheet[f"B{listing.row}"], ONE)
        style.label(listing.sheet[f"C{listing.row}"], "what a bias is multiplied by")
        for letter, values in columns:
            values[ONE] = 1.0
            listing.put(f"{letter}{listing.row}", "=1", 1, style.EXACT)
        listing.row += 1


def _put_chosen(listing: Listing, name: str, shown: str) -> None:
    """The value of the chosen sample, from the columns of all."""
    row, letters = listing.cells[name], listing.sample_columns
    value = listing.known[name] = listing.samples[listing.sample - 1][name]
    listing.put(f"E{row}", f"=INDEX({letters[0]}{row}:{letters[-1]}{row},explain_sample)", value, shown)


def _add_factors(listing: Listing) -> None:
    """A row a line of the chain rule."""
    listing.head(
        "Every factor, from the output back",
        ("factor", "in symbols", "with numbers", "value", "in words", "as text"),
    )
    start = listing.row
    listing.spans["factors"] = start, start + len(listing.chain.lines) - 1
    listing.lines |= {line.name: start + number for number, line in enumerate(listing.chain.lines)}
    for line in listing.chain.lines:
        _add_line(listing, line, start)
        listing.row += 1


def _add_line(listing: Listing, line: Line, start: int) -> None:
    sheet, row = listing.sheet, listing.row
    value: float | str
    if line.added is not None:
        added = [listing.rows[number] for number in line.added]
        shown = added if len(added) <= MOST_TERMS else added[: MOST_TERMS - 1]
        more = " + …" * (len(added) > len(shown))
        symbols = " + ".join(each.symbols for each in shown) + more
        numbers = " + ".join(each.text for each in shown) + more
        cells = [f"G{start + number}" for number in line.added[: len(shown)]]
        listing.put(f"D{row}", "=" + '&" + "&'.join(cells) + f'&"{more}"' * bool(more), numbers)
        value = reduce(add, (float(each.value) for each in added))
        listing.put(f"E{row}", f"=SUM(E{start + line.added[0]}:E{start + line.added[-1]})", value, style.SMALL)
    elif line.expression is not None:
        symbols = str(_TEXT.doprint(line.expression))
        formula, numbers = _substituted(listing, line.expression)
        if formula is None:
            style.label(sheet[f"D{row}"], numbers)
        else:
            listing.put(f"D{row}", formula, numbers)
        value = evaluate(line.expression, listing.known)
        printed = ExcelPrinter(lambda name: f"E{listing.place(name)}").doprint(line.expression)
        listing.put(f"E{row}", f"={printed}", value, style.SMALL)
    else:
        symbols = numbers = value = NONE
        for letter in "DE":
            style.label(sheet[f"{letter}{row}"], NONE)
        sheet[f"E{row}"].alignment = Alignment(horizontal="right")
    name, words = _TEXT.symbol(line.name), line.words
    style.label(sheet[f"B{row}"], name)
    style.label(sheet[f"C{row}"], symbols)
    if line.told is not None:
        told, at = listing.rows[line.told], start + line.told
        words = f"{told.name} = {told.symbols} = {told.numbers}"
        listing.put(f"F{row}", f'=B{at}&" = "&C{at}&" = "&D{at}', words)
    else:
        style.label(sheet[f"F{row}"], words)
    sheet[f"F{row}"].alignment = INDENTED
    if isinstance(value, float):
        listing.known[line.name] = value
    if isinstance(line.expression, Symbol):
        text = listing.texts[line.expression.name]
        listing.put(f"G{row}", f"=G{listing.place(line.expression.name)}", text)
    elif isinstance(line.expression, Integer) or line.expression is line.added is None:
        text = numbers
        style.label(sheet[f"G{row}"], text)
    else:
        text = _put_text(listing, line.name, row, style.SMALL)
    listing.texts[line.name] = text
    listing.rows.append(Row(name, symbols, numbers, value, words, text))


def _put_text(listing: Listing, name: str, row: int, shown: str) -> str:
    """Column G: the value as it stands in a product or a sum, in brackets where negative."""
    value = listing.known[name]
    if shown == style.EXACT:
        written = f"{round(value, 6):.15g}"
        formula = f'=IF(E{row}<0,"("&ROUND(E{row},6)&")",ROUND(E{row},6)&"")'
    else:
        places = PLACES if shown == style.SMALL else FEWER
        written = fixed(value, places)
        formula = f'=IF(ROUND(E{row},{places})<0,"("&FIXED(E{row},{places},TRUE)&")",FIXED(ABS(E{row}),{places},TRUE))'
    text = f"({written})" if float(written) < 0 else written.removeprefix("-")
    listing.put(f"G{row}", formula, text)
    listing.texts[name] = text
    return text


class _Slots(TextPrinter):
    """Text with each quantity between two marks, for its number to be put in."""

    def symbol(self, name: str) -> str:
        return f"\0{name}\0"


class _Values(NumpyPrinter):
    """Python over a table of the quantities, whatever their names."""

    def symbol(self, name: str) -> str:
        return f"known[{name!r}]"


def evaluate(expression: Expr, known: Mapping[str, float]) -> float:
    """The expression's value, computed as the trace computes it."""
    return float(eval(_Values().doprint(expression), {**SCALARS, "known": known}))


def _substituted(listing: Listing, expression: Expr) -> tuple[str | None, str]:
    """The expression with numbers for its symbols: as a formula, None if it has none, and as text."""
    if isinstance(expression, Integer):
        return None, str(expression)
    parts = str(_Slots().doprint(expression)).split("\0")
    pieces, text = [], ""
    for number, part in enumerate(parts):
        if number % 2:
            row = listing.place(part)
            if parts[number - 1].endswith("(") and parts[number + 1].startswith(")"):
                pieces.append(f"FIXED(E{row},{FEWER},TRUE)")
                text += fixed(listing.known[part], FEWER)
            else:
                pieces.append(f"G{row}")
                text += listing.texts[part]
        elif part:
            pieces.append(f'"{part}"')
            text += part
    return f"={'&'.join(pieces)}", text


def _meanings(listing: Listing) -> dict[str, str]:
    derivation = listing.plan.derivation
    meanings = {symbol.name: "input" for symbol in derivation.inputs}
    meanings |= {symbol.name: "target" for symbol in derivation.targets}
    for layer in derivation.layers:
        for neuron in layer:
            meanings |= {
                weight.name: f"weight from {source} to {neuron.name}"
                for weight, source in zip(neuron.weights, neuron.incoming, strict=True)
            }
            meanings |= {neuron.z.name: f"weighted sum of {neuron.name}", neuron.a.name: f"output of {neuron.name}"}
    return meanings


def _add_parameters(listing: Listing) -> None:
    """What may be chosen, and which factors its walk takes, by their numbers in the table above."""
    chain = listing.chain
    headings = ("parameter", "", "where it is", "in the epoch table", "chain rule")
    numbers = ("factor 1", "factor 2", "factor 3", "lines", *("delta", "times") * bool(listing.batch))
    listing.head("Parameters, and the numbers of the factors that each takes", headings + numbers)
    listing.spans["parameters"] = listing.row, listing.row + len(chain.parameters) - 1
    table = listing.plan.spool.row(0, 1)
    factors = listing.spans["factors"][0]
    for parameter in chain.parameters:
        row = listing.row
        style.label(listing.sheet[f"B{row}"], parameter.name)
        style.label(listing.sheet[f"D{row}"], parameter.place)
        style.label(listing.sheet[f"F{row}"], parameter.rule)
        listing.sheet[f"F{row}"].alignment = INDENTED
        derivative = parameter.derivative
        listing.put(f"E{row}", listing.from_table(derivative), table[derivative], style.SMALL)
        for letter, factor in zip("GHI", parameter.factors, strict=True):
            listing.put(f"{letter}{row}", *listing.number_of("factors", factors + factor))
        first = factors + parameter.factors[0]
        lines = f"=ROWS(B{first - parameter.paths}:B{first})" if parameter.paths else "=0"
        listing.put(f"J{row}", lines, parameter.paths + 1 if parameter.paths else 0)
        if listing.batch:
            for letter, name in (("K", " + ".join(parameter.deltas)), ("L", parameter.source or ONE)):
                listing.put(f"{letter}{row}", *listing.number_of("quantities", listing.cells[name]))
        listing.row += 1


def _add_rates(listing: Listing) -> None:
    """The sheets to choose from."""
    names = rate_sheets(listing.plan)
    listing.head("Learning rates", ("sheet",))
    listing.spans["rates"] = listing.row, listing.row + len(names) - 1
    for name in names:
        style.label(listing.sheet[f"B{listing.row}"], name)
        listing.row += 1
