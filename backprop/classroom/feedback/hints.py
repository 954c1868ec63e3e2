"""How much a student is told."""

from enum import StrEnum


class Hints(StrEnum):
    """Levels, each with all of the one before."""

    NONE = "none"  # points
    CELL = "cell"  # which cells are wrong
    QUANTITY = "quantity"  # which quantity, what kind of mistake, what to think of
    FULL = "full"  # what stands there, what should, and why
