"""Places: for each quantity and step the cell of its first element and the ways to its rows and columns."""

from dataclasses import dataclass, field, replace

from benchmarks.any_model.programs.program import Quantity
from benchmarks.any_model.sheet.book import Place

Way = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a quantity begins, and how far its next row and its next column are, in rows and columns."""

    sheet: str
    row: int
    column: int
    down: Way = (1, 0)
    along: Way = (0, 1)

    def at(self, r: int, c: int) -> Place:
        return (
            self.sheet,
            self.row + r * self.down[0] + c * self.along[0],
            self.column + r * self.down[1] + c * self.along[1],
        )

    def moved(self, rows: int, columns: int, sheet: str | None = None) -> "Spot":
        return replace(self, row=self.row + rows, column=self.column + columns, sheet=sheet or self.sheet)

    def turned(self) -> "Spot":
        """Rows and columns of the whole sheet exchanged."""
        return Spot(self.sheet, self.column, self.row, self.down[::-1], self.along[::-1])


def flat(sheet: str, row: int, column: int, quantity: Quantity) -> Spot:
    """Row after row of the quantity along one row of the sheet."""
    return Spot(sheet, row, column, (0, quantity.columns), (0, 1))


def block(sheet: str, row: int, column: int, turned: bool = False) -> Spot:
    return Spot(sheet, row, column, (0, 1), (1, 0)) if turned else Spot(sheet, row, column)


@dataclass(slots=True)
class Arrangement:
    """All places of a workbook, its titles, and which way its steps go."""

    spots: dict[tuple[str, int], Spot] = field(default_factory=dict)  # quantity, step
    texts: dict[Place, str] = field(default_factory=dict)
    once: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)  # quantity -> defined name
    filled: bool = False  # formulas of a step are those of the step before, filled on
    fill: Way = (0, 0)  # from a step to the next

    def spot(self, name: str, step: int) -> Spot:
        return self.spots[name, 0 if name in self.once else step]

    def place(self, name: str, step: int, r: int, c: int) -> Place:
        return self.spot(name, step).at(r, c)

    def is_block(self, name: str, step: int) -> bool:
        """Whether it stands as a matrix, upright or turned."""
        spot = self.spot(name, step)
        return (spot.down, spot.along) in (((1, 0), (0, 1)), ((0, 1), (1, 0)))

    def is_turned(self, name: str, step: int) -> bool:
        return self.spot(name, step).down == (0, 1)
