"""A learning rate and an epoch that the reader chooses: what sheets Explain and Check share."""

from openpyxl.worksheet.datavalidation import DataValidation

from backprop.workbook.layout import sheet_name
from backprop.workbook.plan import Plan

MOST_RATES = 100  # one formula names all their sheets


def rate_sheets(plan: Plan) -> list[str]:
    """The sheets that can be chosen from."""
    return [sheet_name(rate) for rate in plan.rates[:MOST_RATES]]


def from_table(plan: Plan, name: str, sheet: str, epoch: str) -> str:
    """A quantity of an epoch of the chosen sheet, as a formula without '='; `sheet` holds its number in the list."""
    ranges = ",".join(plan.layout.range(each, name) for each in rate_sheets(plan))
    return f"INDEX(CHOOSE({sheet},{ranges}),{epoch})"


def whole_number(last: int) -> DataValidation:
    """Lets a cell hold a whole number from 1 to `last`."""
    return DataValidation("whole", "1", str(last), error=f"A whole number from 1 to {last:,}.")
