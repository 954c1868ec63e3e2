"""Where the tables below the walk of sheet Explain stand, and what their cells show; how a cell is filled.

Columns are those of the walk: name, in symbols, with numbers, value, in words; then the value as text.
"""

from dataclasses import dataclass, field

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from backprop.workbook.look import style
from backprop.workbook.plan import Build, Plan
from backprop.workbook.sheets.explain.chain import Chain
from backprop.workbook.sheets.numbers import fixed, in_brackets, in_brackets_formula
from backprop.workbook.sheets.selection import chosen_row, from_table

RATE_CELL = "$G$5"  # number of the chosen sheet
FIRST_SAMPLE = 8  # column H: each sample has a column, where a step has several
VALUE = 5  # column E
ONE = "1"  # what a bias is multiplied by
PLACES, FEWER = 9, 6  # of a derivative in a text, of other quantities
INDENTED = Alignment(horizontal="left", indent=1)

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
        """How many samples have a column: 0 where a step has only one."""
        return self.plan.derivation.network.batch if self.plan.derivation.per_sample else 0

    @property
    def sample(self) -> int:
        """The first to explain: one whose inputs all say something."""
        rows = self.plan.derivation.network.inputs[: self.batch]
        return next((number for number, inputs in enumerate(rows, 1) if all(inputs)), 1)

    @property
    def sample_columns(self) -> list[str]:
        """The letters of the samples' columns."""
        return [get_column_letter(FIRST_SAMPLE + number) for number in range(self.batch)]

    @property
    def sample_headings(self) -> tuple[str, ...]:
        """What stands above the samples' columns."""
        return tuple(f"sample {number}" for number in range(1, self.batch + 1))

    def put(self, cell: str, formula: str, value: float | str, shown: str = "General") -> None:
        """A formula of this sheet and its value."""
        self.result.formula(self.sheet, cell, formula, value, shown)

    def put_text(self, name: str, row: int, shown: str) -> str:
        """Column G: a value as it stands in a product or a sum, in brackets where negative."""
        value = self.known[name]
        if shown == style.EXACT:
            text = in_brackets(f"{round(value, 6):.15g}")
            formula = f'=IF(E{row}<0,"("&ROUND(E{row},6)&")",ROUND(E{row},6)&"")'
        else:
            places = PLACES if shown == style.SMALL else FEWER
            text = in_brackets(fixed(value, places))
            formula = in_brackets_formula(f"E{row}", places)
        self.put(f"G{row}", formula, text)
        self.texts[name] = text
        return text

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
        return f"={from_table(self.plan, name, RATE_CELL, chosen_row(self.plan))}"

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
