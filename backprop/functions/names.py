"""The names that a description may use, as it writes them and as people do: half-squared, mse and SiLU too."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, Protocol

from backprop.functions.activations import ACTIVATIONS
from backprop.functions.losses import LOSSES
from backprop.functions.optimisers import OPTIMISERS
from backprop.functions.schedules import SCHEDULES

if TYPE_CHECKING:  # mypy takes literals only as text
    ActivationName = str
    LossName = str
    OptimiserName = str
    ScheduleName = str
else:
    ActivationName = Literal[tuple(ACTIVATIONS)]
    LossName = Literal[tuple(LOSSES)]
    OptimiserName = Literal[tuple(OPTIMISERS)]
    ScheduleName = Literal[tuple(SCHEDULES)]


class Named(Protocol):
    """A row with a name and other spellings of it."""

    @property
    def name(self) -> str:
        """The name in descriptions."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other spellings that are understood."""


_ROWS: tuple[Named, ...] = (*ACTIVATIONS.values(), *LOSSES.values())
ALIASES: dict[str, str] = {alias: row.name for row in _ROWS for alias in row.aliases}


def spelled(value: Any) -> Any:
    """An activation or loss as descriptions write it; what is no text stays as it is."""
    if not isinstance(value, str):
        return value
    name = value.strip().lower().replace("-", "_")
    return ALIASES.get(name, name)


def listed(rows: Iterable[Named]) -> str:
    """The names for a line of help, as one types them: identity (linear), sigmoid, leaky-relu."""
    names = [row.name + f" ({', '.join(row.aliases)})" * bool(row.aliases) for row in rows]
    return ", ".join(names).replace("_", "-")
