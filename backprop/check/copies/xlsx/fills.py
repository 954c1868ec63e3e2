"""Cell formats with another fill, made as a workbook's cells need them."""

from backprop.spreadsheet.xlsx.parts import Parts
from backprop.spreadsheet.xlsx.styles import Styles


class Fills:
    """The workbook's cell formats, and for each a copy with another fill."""

    def __init__(self, parts: Parts) -> None:
        self.styles = Styles(parts)
        self.known: dict[tuple[int, str], int] = {}

    def filled(self, style: int, colour: str) -> int:
        """The number of a format that is the one of that number but for its fill."""
        if (style, colour) not in self.known:
            self.known[style, colour] = self.styles.like(style, fillId=self.styles.fill(colour))
        return self.known[style, colour]

    def save(self) -> None:
        """Put the part back."""
        self.styles.save()
