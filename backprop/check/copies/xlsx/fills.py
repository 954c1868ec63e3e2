"""Cell formats with another fill, made as a workbook's cells need them; what a fill covers can be had back."""

from collections.abc import Collection

from backprop.spreadsheet.xlsx.parts import Parts
from backprop.spreadsheet.xlsx.styles import Styles


class Fills:
    """The workbook's cell formats, and for each a copy with another fill."""

    def __init__(self, parts: Parts) -> None:
        self.styles = Styles(parts)
        self.known: dict[tuple[int, str], int] = {}
        self.uncovered: dict[int, int] = {}

    def filled(self, style: int, colour: str) -> int:
        """The number of a format that is the one of that number but for its fill."""
        if (style, colour) not in self.known:
            fill = self.styles.fill(colour, self.styles.colour(style))
            self.known[style, colour] = self.styles.like(style, fillId=fill)
        return self.known[style, colour]

    def without(self, style: int, colours: Collection[str]) -> int:
        """The number of the format as it was before `filled` gave it one of these colours."""
        if style not in self.uncovered:
            fill = self.styles.covered(style, colours)
            self.uncovered[style] = style if fill is None else self.styles.like(style, fillId=fill)
        return self.uncovered[style]

    def save(self) -> None:
        """Put the part back."""
        self.styles.save()
