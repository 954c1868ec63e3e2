"""A parameter table as data: its rows, in PyTorch's order of sides whoever printed them, and the sums beside them."""

import re
from dataclasses import dataclass, field
from typing import Literal

Span = tuple[int, int]  # columns, from 0
Style = Literal["torchsummary", "markdown", "torchinfo", "keras"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a table or beside it, and where it stands."""

    text: str
    line: int
    span: Span

    @property
    def value(self) -> int:
        """The whole number."""
        return whole(self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """One layer: its output shape without the batch, its parameters, its kernel where the row names it.

    A layer whose shape is not told has none, and a type that nothing is known of.
    """

    line: int
    type: str  # as PyTorch calls it, where it has such a layer
    number: int | None
    shape: tuple[int, ...]  # channels first
    count: int
    count_text: str
    count_span: Span
    shape_text: str
    shape_span: Span
    kernel: tuple[int, int] | None = None
    style: Style = "torchsummary"
    label: str = ""  # how a table that does not number its layers names this one
    given: tuple[int, ...] = ()  # the input shape where the row names it, with its batch if it has one
    channels_in: int | None = None  # the channels that go in, where the row names them
    batched: bool = True  # whether the printed shape begins with the batch
    bias: bool | None = None  # whether there is one, where the row says so
    chained: bool = False  # whether every step from row to row has a row of its own

    @property
    def name(self) -> str:
        """Conv2d-1, Conv2d: 1-1, conv2d (Conv2D), or the type alone."""
        return self.label or (self.type if self.number is None else f"{self.type}-{self.number}")

    @property
    def batch(self) -> int | None:
        """The batch that stands before the sides, where it is a number that a program printed."""
        match = re.match(r"[\[(]\s*(\d+)\s*,", self.shape_text) if self.batched else None
        return int(match[1]) if match else None

    @property
    def dims(self) -> tuple[int, ...]:
        """Every side, the batch too where it is printed; -1 where the program left it open."""
        first = re.match(r"[\[(]\s*(-?\d{1,9})\s*,", self.shape_text) if self.batched and self.shape else None
        return (int(first[1]), *self.shape) if first else self.shape

    def sides(self, shape: tuple[int, ...] | None = None) -> tuple[int, ...]:
        """A shape, or its own, in the order of the program that printed the row: Keras has the channels last."""
        sides = self.shape if shape is None else shape
        return (*sides[1:], *sides[:1]) if self.style == "keras" else sides

    def as_printed(self, shape: tuple[int, ...]) -> str:
        """A shape as the row would have it: [-1, 8, 26, 26], (None, 26, 26, 8), 8×26×26."""
        sides = [str(side) for side in self.sides(shape)]
        if not self.shape_text.startswith(("[", "(")):
            return "×".join(sides)
        batch = [self.shape_text[1:].split(",")[0].strip()] if self.batched else []
        return f"{self.shape_text[0]}{', '.join([*batch, *sides])}{self.shape_text[-1]}"


@dataclass(frozen=True, slots=True)
class Table:
    """The layers of one network and the sums printed with them."""

    rows: tuple[Row, ...]
    totals: dict[str, Figure] = field(default_factory=dict)
    sizes: dict[str, Figure] = field(default_factory=dict)
    shortened: bool = False  # whether dots stand for rows left out

    @property
    def style(self) -> Style:
        """Whose table it is."""
        return self.rows[0].style

    @property
    def first(self) -> int:
        """Its first line."""
        return self.rows[0].line

    @property
    def last(self) -> int:
        """The last line of its rows."""
        return self.rows[-1].line

    @property
    def sum(self) -> int:
        """The parameters of all rows."""
        return sum(row.count for row in self.rows)

    @property
    def whole(self) -> bool:
        """Whether no row is missing, as far as dots and numbers say."""
        numbers = [row.number for row in self.rows if row.number is not None]
        return not self.shortened and numbers == list(range(1, len(numbers) + 1))

    @property
    def total(self) -> int | None:
        """The parameters of the network as printed; where they are not, the sum of a table that is whole."""
        if "total" in self.totals:
            return self.totals["total"].value - self.optimiser
        return self.sum if self.whole else None

    @property
    def optimiser(self) -> int:
        """The numbers of the optimiser's own state, which Keras adds to the total of a trained network."""
        return self.totals["optimiser"].value if "optimiser" in self.totals else 0


def whole(text: str) -> int:
    """25,290 as 25290."""
    return int(text.replace(",", "")[:15])
