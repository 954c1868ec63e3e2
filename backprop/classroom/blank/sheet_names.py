"""What the sheets of an exercise are called, and where the table with cells to fill in stands."""

from backprop.classroom.levels import ASKED
from backprop.workbook.layout import sheet_name

TASK_SHEET = "Task"
ONE_EPOCH_SHEET = "One epoch"  # where no rate enters
SELF_CHECK_SHEET = "Self-check"
TO_FILL_IN = "exercise_"  # what the names of cells to fill in begin with


def table_sheets(level: int, rates: tuple[float, ...]) -> tuple[str, ...]:
    """The sheets with cells to fill in: of a single epoch one, else one a learning rate."""
    return tuple(map(sheet_name, rates)) if ASKED[level].filled_down else (ONE_EPOCH_SHEET,)
