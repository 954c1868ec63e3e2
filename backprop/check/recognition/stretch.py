"""A stretch of steps that looks like an epoch table, before anyone knows which of its lines is which quantity."""

from dataclasses import dataclass

from backprop.check.tables.view import View
from backprop.spreadsheet.formula import Node

Usual = dict[int, Node | None]  # line -> the formula that most of its steps share


@dataclass(frozen=True, slots=True)
class Stretch:
    """Between which steps it lies and which lines hold anything there."""

    view: View
    first: int
    last: int
    header: int | None
    lines: tuple[int, ...]
