"""A program: the quantities of one step of training, in the order in which they are computed."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.any_model.programs.expressions import Block, Expr, Num, Ref, over

Element = Callable[[int, int], Expr]
GIVEN = ("input", "target", "parameter", "constant", "state")


@dataclass(slots=True)
class Quantity:
    """A matrix of numbers with a meaning. `element` says one cell, `matrix` all of them as one array formula."""

    name: str
    rows: int
    columns: int
    role: str  # input target parameter constant state forward loss local derivative gradient memory update initial
    element: Element | None = None
    matrix: Expr | None = None
    values: np.ndarray | None = None  # (rows, columns), or (steps, rows, columns) where each step has its own
    by: str = ""  # of a derivative or gradient: the quantity it belongs to
    samples: bool = False  # its rows are samples
    once: bool = False  # stands once, for all steps
    kind: str = "real"  # of given numbers: real, unit (0 to 1), fixed, rate, positive
    initial: str = ""  # of a parameter: the quantity that its first values are read from
    ones: bool = False  # its last column is 1
    carried: str = ""  # of parameters and states: the quantity of the step before that it takes over

    def places(self) -> list[tuple[int, int]]:
        return [(r, c) for r in range(self.rows) for c in range(self.columns)]


@dataclass(slots=True)
class Program:
    """Quantities by name; `loss` names the cell that is differentiated; `facts` say what was drawn."""

    quantities: dict[str, Quantity] = field(default_factory=dict)
    loss: str = ""
    samples: int = 1
    facts: dict[str, str] = field(default_factory=dict)
    facts_updates: dict[str, Element] = field(default_factory=dict)  # of merged layouts: a parameter's update
    scale: float = 1.0  # what every gradient is of the loss's derivative: a convention

    def __getitem__(self, name: str) -> Quantity:
        return self.quantities[name]

    def add(self, quantity: Quantity) -> Quantity:
        self.quantities[quantity.name] = quantity
        return quantity

    def role(self, *roles: str) -> list[Quantity]:
        return [each for each in self.quantities.values() if each.role in roles]

    def inline(self, name: str) -> None:
        """Do away with a quantity: its formula stands in the formulas that read it."""
        gone = self.quantities.pop(name)
        for quantity in self.quantities.values():
            if quantity.element is not None:
                quantity.element = _inlined(quantity.element, gone)
            if quantity.matrix is not None:
                quantity.matrix = _substituted(quantity.matrix, gone)

    def needed(self) -> None:
        """Leave out constants that nobody reads."""
        read = set()
        for quantity in self.quantities.values():
            for place in quantity.places() if quantity.element else []:
                over(quantity.element(*place), lambda e: read.add(e.name) if isinstance(e, Ref) else None)  # type: ignore[misc, func-returns-value]
        for quantity in list(self.quantities.values()):
            if quantity.role == "constant" and quantity.name not in read:
                del self.quantities[quantity.name]


def _inlined(element: Element, gone: Quantity) -> Element:
    inside = gone.element
    assert inside is not None

    def changed(row: int, column: int) -> Expr:
        return over(element(row, column), lambda e: inside(e.row, e.column)
                    if isinstance(e, Ref) and e.name == gone.name and not e.step else None)  # fmt: skip

    return changed


def _substituted(matrix: Expr, gone: Quantity) -> Expr | None:
    failed = False

    def change(part: Expr) -> Expr | None:
        nonlocal failed
        if isinstance(part, Block) and part.name == gone.name:
            failed |= gone.matrix is None or part.rows is not None or part.columns is not None
            return gone.matrix
        return None

    found = over(matrix, change)
    return None if failed else found


def refs(name: str, row: int | None, column: int | None, count: int) -> tuple[Ref, ...]:
    """A row (`column` None) or a column (`row` None) of a quantity."""
    return tuple(Ref(name, i if row is None else row, i if column is None else column) for i in range(count))


def number(value: float) -> Num:
    return Num(f"{value:g}")
