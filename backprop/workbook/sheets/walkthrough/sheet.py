"""Sheet Walkthrough: one step of training for all weights at once, as a teacher writes it on the board.

A line is an equation in symbols, the same with its numbers, and its value; all three follow the chosen epoch, and the
values are computed here, from the data, the weights and what the optimiser kept before.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise, takewhile
from operator import add

from openpyxl.styles import Alignment, Font
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from backprop.derivation.derive import Derivation
from backprop.derivation.equation import ETA, sample_name
from backprop.printers.excel import ExcelPrinter
from backprop.printers.text import TextPrinter
from backprop.workbook.layout import EXPLAIN_SHEET, RateSheet
from backprop.workbook.look import style
from backprop.workbook.plan import Build, Plan
from backprop.workbook.sheets.meanings import meanings
from backprop.workbook.sheets.numbers import evaluate, plain, plain_formula, with_numbers
from backprop.workbook.sheets.selection import chosen_row, from_table, rate_sheets
from backprop.workbook.sheets.walkthrough.lines import NEXT, Board, Line, Section

WIDTHS = (2, 15, 47, 72, 17, 3, 14, 14, 3, 14, 14, 14)
NAME, SYMBOLS, NUMBERS, VALUE = "BCDE"
TEXTS = "GH"  # beside the board: the value as text, alone and as it stands in a product
BEFORE, TEXTS_BEFORE = "J", "KL"  # the same of what the optimiser kept of the epoch before
EQUALS = '"= "@'
RESULT, EXACT = (f'"= "{shown};"= -"{shown}' for shown in (style.SMALL, style.EXACT))
PAGE_HEIGHT = 550  # points of rows that a page takes
FIRST_ROW = 4
ROW_HEIGHT = 15  # points
_TEXT = TextPrinter()
_QUIET = Font(name=style.FONT, size=9, color=style.QUIET)
_RESULT = Font(name=style.FONT, size=11, bold=True, color=style.NAVY)
_LEFT = Alignment(vertical="center", wrap_text=True)


@dataclass(slots=True)
class Written:
    """The sheet as far as it is written: the row of each quantity, and what its cells show."""

    result: Build
    sheet: Worksheet
    plan: Plan
    board: Board
    rate: str  # the cell with the number of the chosen sheet
    row: int = FIRST_ROW
    rows: dict[str, int] = field(default_factory=dict)  # of the lines
    cells: dict[str, str] = field(default_factory=dict)  # of each quantity's value
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)  # the cells of its texts
    sections: list[int] = field(default_factory=list)  # the row of each heading
    known: dict[str, float] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)  # the text with numbers of each line

    @property
    def kept(self) -> frozenset[str]:
        """What the optimiser keeps from epoch to epoch."""
        return frozenset(equation.target.name for equation in self.plan.derivation.states)

    def put(self, letter: str, formula: str, value: float | str, shown: str = "General") -> None:
        """A formula of the row that is being written."""
        self.result.formula(self.sheet, f"{letter}{self.row}", formula, value, shown)

    def shown(self, name: str, alone: bool) -> tuple[str, str]:
        """A quantity's number in a text: where it stands, and what it is."""
        text = plain(self.known[name])
        return self.texts[name][not alone], text if alone else _operand(text)


def add_walkthrough(result: Build, sheet: Worksheet, plan: Plan, board: Board, rate: str) -> Written:
    """The step that is chosen on sheet Explain."""
    words = plan.words
    written = Written(result, sheet, plan, board, rate)
    style.title(sheet, words("Walkthrough: one step of training, every number in its formula"))
    counted = words(plan.derivation.counted)
    chosen = f'=explain_rate&", {counted} "&{chosen_row(plan)}'
    result.formula(sheet, "A2", chosen, f"{rate_sheets(plan)[0]}, {counted} 1", "General")
    sheet["A2"].font = style.SUBTITLE
    result.name("walkthrough", f"{quote_sheetname(sheet.title)}!$A$2")
    style.link(sheet["D2"], words("choose another on sheet Explain"), f"{quote_sheetname(words(EXPLAIN_SHEET))}!C5")
    style.column_widths(sheet, WIDTHS)
    _add_given(written)
    for number, section in enumerate(board.sections, 1):
        _add_heading(written, f"{number}   {_title(plan, section)}", words(section.words, row=counted))
        for place, line in enumerate(section.lines):
            if f"previous {line.key}" not in written.known:
                _add_kept(written, list(takewhile(lambda line: line.key in written.kept, section.lines[place:])))
            _add_line(written, line)
    style.print_setup(sheet, "landscape", areas=list(_pages(written)))
    return written


def _pages(written: Written) -> Iterator[str]:
    """What each page prints: whole sections while they fit."""
    first, height = 1, 0.0
    for start, end in pairwise([*written.sections, written.row]):
        rows = {row: written.sheet.row_dimensions[row].height or ROW_HEIGHT for row in range(start, end)}
        breaks = height > PAGE_HEIGHT / 2 and height + sum(rows.values()) > PAGE_HEIGHT
        for row, points in rows.items():
            if breaks or height + points > PAGE_HEIGHT:
                yield f"A{first}:{VALUE}{row - 1}"
                first, height, breaks = row, 0.0, False
            height += points
    yield f"A{first}:{VALUE}{written.row - 1}"


def _title(plan: Plan, section: Section) -> str:
    title = plan.words(section.title)
    return f"{title}, {plan.words('sample {number}', number=section.sample)}" if section.sample else title


def _add_heading(written: Written, title: str, words: str) -> None:
    sheet = written.sheet
    written.row += 1
    written.sections.append(written.row)
    style.section(sheet[f"{NAME}{written.row}"], title)
    style.label(sheet[f"{NUMBERS}{written.row}"], words)
    sheet[f"{NUMBERS}{written.row}"].font = style.SUBTITLE
    for letter in (NAME, SYMBOLS, NUMBERS, VALUE):
        style.underline(sheet[f"{letter}{written.row}"])
    sheet.row_dimensions[written.row].height = 24
    written.row += 1


def _add_given(written: Written) -> None:
    """Everything that the step starts from, with where it comes from."""
    written.row -= 1
    _add_heading(written, written.plan.words("Given"), "")
    explained = meanings(written.plan.derivation, written.plan.words)
    for name, (formula, value) in given(written.plan, written.rate).items():
        style.label(written.sheet[f"{NAME}{written.row}"], _TEXT.symbol(name))
        style.label(written.sheet[f"{NUMBERS}{written.row}"], explained.get(name, ""))
        written.put(SYMBOLS, formula, value, EXACT)
        _finish(written, name, SYMBOLS, value)


def _add_kept(written: Written, lines: Sequence[Line]) -> None:
    """Beside the lines of what an optimiser keeps, the next to be written: what it kept of the row before."""
    start = written.row
    for written.row, line in enumerate(lines, start):
        chosen = chosen_row(written.plan)
        before = from_table(written.plan, line.key, written.rate, f"{chosen}-1")
        written.put(BEFORE, f"=IF({chosen}=1,0,{before})", 0.0, style.SMALL)
        _add_texts(written, f"previous {line.key}", BEFORE, TEXTS_BEFORE, 0.0)
    written.row = start


def _add_line(written: Written, line: Line) -> None:
    """An equation: in symbols, with numbers, its value."""
    derivation, per_sample = written.plan.derivation, written.plan.derivation.per_sample
    samples = derivation.network.batch if per_sample else 0
    formula, numbers = with_numbers(line.expression, written.shown, per_sample, line.sample, samples)
    name = written.plan.words("new {name}", name=line.name) if line.key.startswith(NEXT) else line.name
    style.label(written.sheet[f"{NAME}{written.row}"], name)
    style.label(written.sheet[f"{SYMBOLS}{written.row}"], line.symbols)
    written.sheet[f"{SYMBOLS}{written.row}"].number_format = EQUALS
    if formula is None:
        style.label(written.sheet[f"{NUMBERS}{written.row}"], numbers)
        written.sheet[f"{NUMBERS}{written.row}"].number_format = EQUALS
    else:
        written.put(NUMBERS, formula, numbers, EQUALS)
    located = [_locate(written, sample) for sample in range(samples + 1)]
    printed = ExcelPrinter(located[line.sample], located[1:]).doprint(line.expression)
    value = _value(derivation, line, written.known)
    written.put(VALUE, f"={printed}", value, RESULT)
    written.rows[line.key], written.numbers[line.key] = written.row, numbers
    longest = max(len(line.symbols) / WIDTHS[2], len(numbers) / WIDTHS[3])
    written.sheet.row_dimensions[written.row].height = 16 + 15 * int(longest * 1.05)
    _finish(written, line.key, VALUE, value)


def _locate(written: Written, sample: int) -> Callable[[str], str]:
    per_sample = written.plan.derivation.per_sample
    return lambda name: written.cells[sample_name(name, sample) if name in per_sample else name]


def _value(derivation: Derivation, line: Line, known: Mapping[str, float]) -> float:
    def of(sample: int) -> dict[str, float]:
        own = {name: known[sample_name(name, sample)] for name in derivation.per_sample if _is_known(name, sample)}
        return {**known, **own}

    def _is_known(name: str, sample: int) -> bool:
        return sample_name(name, sample) in known

    kind = type(line.expression).__name__
    if kind in ("mean", "summed"):
        values = [evaluate(line.expression.args[0], of(sample)) for sample in range(1, derivation.network.batch + 1)]
        return reduce(add, values) / (len(values) if kind == "mean" else 1)
    return evaluate(line.expression, of(line.sample) if line.sample else known)


def _operand(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _add_texts(written: Written, key: str, column: str, texts: str, value: float) -> None:
    """The value in that column as text, beside the board."""
    row, text = written.row, plain(value)
    alone, operand = (f"{letter}{row}" for letter in texts)
    written.put(texts[0], plain_formula(f"{column}{row}"), text)
    written.put(texts[1], f'=IF(LEFT({alone})="-","("&{alone}&")",{alone})', _operand(text))
    for cell in (alone, operand):
        written.sheet[cell].font = _QUIET
    written.known[key], written.cells[key], written.texts[key] = value, f"{column}{row}", (alone, operand)


def _finish(written: Written, key: str, column: str, value: float) -> None:
    """The value as text, and how the row looks; the next row."""
    sheet, row = written.sheet, written.row
    _add_texts(written, key, column, TEXTS, value)
    for letter in (SYMBOLS, NUMBERS):
        sheet[f"{letter}{row}"].alignment = _LEFT
    sheet[f"{NAME}{row}"].alignment = style.ALIGNED["right"]
    result = sheet[f"{column}{row}"]
    result.alignment = style.ALIGNED["left"]
    sheet[f"{NAME}{row}"].font = result.font = _RESULT
    written.row += 1


def given(plan: Plan, rate: str) -> dict[str, tuple[str, float]]:
    """What a step starts from: of each quantity its formula and, at the first rate and row, its value."""
    derivation, row, chosen = plan.derivation, plan.spool.row(0, 1), chosen_row(plan)
    found: dict[str, tuple[str, float]] = {}
    for name in _data(derivation):
        found[name] = f"={from_table(plan, name, rate, chosen)}", row[name]
    for symbol in derivation.parameters:
        found[symbol.name] = f"={from_table(plan, symbol.name, rate, chosen)}", row[symbol.name]
    rates = ",".join(f"{quote_sheetname(sheet)}!{RateSheet.eta_cell}" for sheet in rate_sheets(plan))
    found[ETA] = f"=CHOOSE({rate},{rates})", plan.rates[0]
    for name, value in derivation.network.constants(plan.spool.epochs).items():
        found[name] = f"={plan.network.reference(name)}", float(value)
    for number in derivation.numbers:
        counts = number == derivation.counted
        found[number] = f"={chosen if counts else from_table(plan, number, rate, chosen)}", 1.0
    return found


def _data(derivation: Derivation) -> Iterator[str]:
    names = [symbol.name for symbol in derivation.inputs + derivation.targets]
    if not derivation.per_sample:
        yield from names
        return
    for sample in range(1, derivation.network.batch + 1):
        yield from (sample_name(name, sample) for name in names)
