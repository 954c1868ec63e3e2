"""What the sheets are built from and into: the plan of the workbook, and the openpyxl workbook with what it lacks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from backprop.derivation.derive import Derivation, Form
from backprop.derivation.equation import EPOCH
from backprop.epochs.columns import Group
from backprop.epochs.trace import DIVERGED
from backprop.errors import WorkbookError
from backprop.spreadsheet.formula import MAX_CHARACTERS
from backprop.workbook.layout import Column, NetworkSheet, RateSheet
from backprop.workbook.look import style
from backprop.workbook.look.shapes import LineShape
from backprop.workbook.rows import Streamed
from backprop.workbook.spool import Spool
from groundfloor.words import Words


@dataclass(frozen=True, slots=True)
class Plan:
    """The network, where everything stands, and every number."""

    derivation: Derivation
    form: Form
    network: NetworkSheet
    layout: RateSheet
    columns: dict[str, Column]  # the formulas of an epoch table
    spool: Spool
    words: Words

    def table(self, number: int) -> RateSheet:
        """The epoch table of the learning rate of that number, which ends where the training diverged."""
        return self.layout.cut(self.spool.rows[number])

    @property
    def losses(self) -> RateSheet:
        """The table of the loss of each epoch, a column for each rate, where a row of the epoch tables is a step."""
        names = [EPOCH, *map(str, range(len(self.rates)))]
        columns = {name: get_column_letter(column) for column, name in enumerate(names, 1)}
        return RateSheet((Group("", tuple(names)),), columns, max(map(len, self.spool.losses)), {})

    def diverged(self, number: int) -> str:
        """What is said where the training of the rate of that number diverged; else nothing."""
        epoch = self.spool.diverged(number)
        return "" if epoch is None else f"{self.words(DIVERGED)} {epoch}"

    @property
    def rates(self) -> tuple[float, ...]:
        """The learning rates, a sheet each."""
        return self.spool.rates


@dataclass(slots=True)
class Build:
    """The workbook with what openpyxl does not write: cached values by sheet and cell, and those of charts."""

    workbook: Workbook
    styles: list[int]  # of the epoch table's columns
    cached: dict[str, dict[str, float | str]] = field(default_factory=dict)
    streamed: dict[str, Streamed] = field(default_factory=dict)  # sheets whose rows are written past openpyxl
    labels: dict[str, str] = field(default_factory=dict)  # cell of a series' name -> its text
    lines: dict[str, list[LineShape]] = field(default_factory=dict)  # straight lines over cells, by sheet

    def formula(self, sheet: Worksheet, cell: str, formula: str, value: float | str, shown: str) -> None:
        """Put a formula whose value is known."""
        if len(formula) > MAX_CHARACTERS:
            raise WorkbookError(
                f"sheet {sheet.title}: the formula of {cell} has {len(formula):,} characters, "
                f"Excel takes {MAX_CHARACTERS:,}"
            )
        style.computed(sheet[cell], formula, shown)
        self.cached.setdefault(sheet.title, {})[cell] = value

    def array(self, sheet: Worksheet, area: str, formula: str, values: Mapping[str, float], shown: str) -> None:
        """Put an array formula over an area, the values of its cells known."""
        for cell in values:
            style.computed(sheet[cell], None, shown)
        sheet[area.partition(":")[0]].value = ArrayFormula(area, formula)
        self.cached.setdefault(sheet.title, {}).update(values)

    def name(self, name: str, cells: str, sheet: Worksheet | None = None) -> None:
        """Give cells a name, in the whole workbook or on one sheet."""
        scope = self.workbook if sheet is None else sheet
        scope.defined_names[name] = DefinedName(name, attr_text=cells)
