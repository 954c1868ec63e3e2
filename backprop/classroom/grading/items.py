"""What of a table counts: the table itself, its quantities by part, which of them are missing. Pure."""

from collections.abc import Mapping, Sequence

from backprop.check.proof.model import NEW
from backprop.classroom.grading.asked import Task
from backprop.classroom.judging.judged import JudgedTable
from backprop.classroom.judging.quantities import Quantities
from backprop.classroom.parts import Part

OF_TABLE = {Part.FILLED_DOWN, Part.CHART, Part.OTHER_RATES}  # what is no quantity's


def main_table(tables: Sequence[JudgedTable], task: Task) -> int | None:
    """The table that counts: with formulas, of the first rate that is asked, with the student's numbers, the first."""

    def fitness(number: int) -> tuple[bool, bool, bool, int]:
        table = tables[number]
        other_rate = bool(task.rates) and (table.rate is None or not same(table.rate, task.rates[0]))
        return table.pasted, other_rate, bool(unlike(table.given, task.given)), number

    return min(range(len(tables)), key=fitness, default=None)


def same(one: float, other: float) -> bool:
    """Whether two numbers are one, but for the digits that a file may lose."""
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other))


def unlike(found: Mapping[str, float], wanted: Mapping[str, float]) -> tuple[str, ...]:
    """The names of which both have a number, and not the same."""
    return tuple(name for name in wanted if name in found and not same(found[name], wanted[name]))


def items(table: JudgedTable, quantities: Quantities) -> dict[str, Part]:
    """The quantities that a table is worth something for: those that it has, and those that it should."""
    one_row = table.first == table.last

    def counts(name: str, part: Part) -> bool:
        if name in table.begins:
            return True
        weight = name.removeprefix(NEW)
        if weight in quantities.trained:  # in the next row, or as new_w1 beside the old where there is one row
            return one_row == (name != weight)
        return part not in OF_TABLE and name in quantities.needed

    return {name: part for name, part in quantities.parts.items() if counts(name, part)}


def missing(name: str, table: JudgedTable, quantities: Quantities) -> bool:
    """Whether the table lacks the quantity and cannot do without: where all that reads it is there, it can."""
    if name in table.begins:
        return False
    waiting, seen = [name], {name}
    while waiting:
        absent = waiting.pop()
        readers = () if absent.removeprefix(NEW) in quantities.trained else quantities.readers.get(absent, ())
        if not readers:  # nothing shows that it was ever computed
            return True
        fresh = {each for each in readers if not {each, NEW + each} & table.begins.keys()} - seen
        seen |= fresh
        waiting += fresh
    return False
