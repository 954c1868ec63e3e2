"""The four levels of an exercise: which quantities a student computes, in which rows."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from backprop.derivation.derive import Derivation, Form
from backprop.derivation.equation import Stage, sample_name

Level = Annotated[int, Field(ge=1, le=4)]
LEVELS = (1, 2, 3, 4)
Headings = Literal["given", "empty"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked at a level."""

    level: int
    about: str
    stages: frozenset[Stage]  # of the first row; where it is filled down, of every row
    filled_down: bool  # rows below the first, with their updates
    table: Headings  # whether headings stand there, or the student makes the table
    chart: bool


_GRADIENT = frozenset({Stage.BACKWARD})
_FORWARD = _GRADIENT | {Stage.FORWARD, Stage.LOSS}
_ALL = _FORWARD | {Stage.UPDATE, Stage.STATE, Stage.SCHEDULE}

ASKED = {
    1: Asked(1, "the gradients of one epoch", _GRADIENT, filled_down=False, table="given", chart=False),
    2: Asked(
        2, "forward pass, loss and gradients of one epoch", _FORWARD, filled_down=False, table="given", chart=False
    ),
    3: Asked(3, "a table to fill down, and a chart of the loss", _ALL, filled_down=True, table="given", chart=True),
    4: Asked(4, "everything, on an empty sheet", _ALL, filled_down=True, table="empty", chart=True),
}


def asked_quantities(level: int, derivation: Derivation, form: Form) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns that a student computes in the first row, and in every row below it."""
    asked = ASKED[level]
    computed = {stage: tuple[str, ...]() for stage in Stage}
    for equation in derivation.equations(form):
        name = equation.target.name
        names: tuple[str, ...] = (name,)
        if name in derivation.per_sample:
            names = tuple(sample_name(name, sample) for sample in range(1, derivation.network.batch + 1))
        computed[equation.stage] += names
    first = tuple(name for stage, names in computed.items() if stage in asked.stages - {Stage.UPDATE} for name in names)
    below = first + computed[Stage.UPDATE] if asked.filled_down else ()
    return first, below
