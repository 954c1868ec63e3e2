"""What sheets Explain and Check share: cells in which the reader chooses, and what they show of large networks."""

from collections.abc import Sequence
from typing import TypeVar

from openpyxl.styles import Alignment
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from backprop.derivation.equation import EPOCH
from backprop.workbook.layout import in_formula, relative, sheet_name
from backprop.workbook.look import style
from backprop.workbook.plan import Build, Plan

T = TypeVar("T")

MOST_RATES = 100  # one formula names all their sheets


def rate_sheets(plan: Plan) -> list[str]:
    """The sheets that can be chosen from."""
    return [sheet_name(rate) for rate in plan.rates[:MOST_RATES]]


def from_table(plan: Plan, name: str, sheet: str, row: str) -> str:
    """A quantity of a row of the chosen sheet, as a formula without '='; `sheet` holds its number in the list.

    An error for a row that the sheet has not.
    """
    ranges = ",".join(plan.table(number).range(title, name) for number, title in enumerate(rate_sheets(plan)))
    return f"INDEX(CHOOSE({sheet},{ranges}),{plan.layout.place(name, row)})"


def chosen_row(plan: Plan) -> str:
    """The name of the cell on sheet Explain that chooses an epoch or a step."""
    return f"explain_{plan.derivation.counted}"


def rows_of(plan: Plan, number: int) -> tuple[str, int]:
    """How many rows the sheet of that number has, as a formula and as a number."""
    return f"=ROWS({plan.table(number).range(sheet_name(plan.rates[number]), EPOCH)})", plan.spool.rows[number]


def evenly_spread(items: Sequence[T], most: int) -> list[T]:
    """At most that many of the items, the first among them."""
    count = min(len(items), most)
    return [items[number * len(items) // count] for number in range(count)]


def add_choice(
    result: Build,
    sheet: Worksheet,
    name: str,
    place: str,
    value: float | str,
    rule: DataValidation,
    *,
    label: str,
    shown: str = style.EXACT,
    align: str = "center",
) -> None:
    """A named yellow cell that takes only what the rule allows, its label on the left."""
    cell = sheet[relative(place)]
    style.label(cell.offset(column=-1), label)
    style.user_input(cell, value)
    cell.number_format, cell.alignment = shown, Alignment(horizontal=align)
    result.name(name, f"{in_formula(sheet.title)}!{place}")
    rule.showErrorMessage = True
    rule.add(cell.coordinate)
    sheet.add_data_validation(rule)


def whole_number(last: int) -> DataValidation:
    """Lets a cell hold a whole number from 1 to `last`."""
    return DataValidation("whole", "1", str(last), error=f"A whole number from 1 to {last:,}.")
