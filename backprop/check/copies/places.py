"""The places that a range of a finding names."""

from itertools import islice, product

from openpyxl.utils import range_boundaries

from backprop.spreadsheet.book import Place
from backprop.spreadsheet.package.parts import PartsError

MOST_PLACES = 2_000_000  # cells of one range


def places(areas: str, most: int = MOST_PLACES) -> list[Place]:
    """The first cells of A1, A1:B2 or several of these with commas between, row by row, each once."""
    cells_in_order: dict[Place, None] = {}
    for area in areas.split(","):
        try:
            left, top, right, bottom = range_boundaries(area.strip())
            cells = product(range(top, bottom + 1), range(left, right + 1))
        except (TypeError, ValueError) as error:
            raise PartsError(f"{areas!r} is not a range of cells") from error
        cells_in_order.update(dict.fromkeys(islice(cells, most - len(cells_in_order))))
    return list(cells_in_order)
