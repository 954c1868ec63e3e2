"""Every layout: from a program to the places of its quantities and the texts beside them."""

from collections.abc import Callable

from benchmarks.any_model.layouts.arrangement import Arrangement, Spot, block, flat
from benchmarks.any_model.layouts.headers import header
from benchmarks.any_model.programs.program import Program, Quantity
from benchmarks.any_model.programs.wish import Wish

LINES = ("epoch a row", "sample a row", "epoch a column", "sample a column")
TABLES = ("table", "table down", "table right", "table a sheet")
BLOCKS = ("blocks", "blocks down", "blocks right", "blocks a sheet")
LAYOUTS = (*LINES, *TABLES, *BLOCKS, "labels beside")
SHEET = "Sheet1"


class Arranger:
    """Fills an arrangement; each method places some quantities."""

    def __init__(self, program: Program, wish: Wish) -> None:
        self.program, self.wish = program, wish
        self.made = Arrangement()
        self.settings = "Settings" if wish.other_sheet else SHEET
        self.turned = False

    def text(self, sheet: str, row: int, column: int, text: str) -> None:
        if text:
            self.made.texts[sheet, row, column] = text

    def header(self, quantity: Quantity, r: int, c: int) -> str:
        by = self.program.quantities.get(quantity.by)
        return header(quantity, by, r, c, self.wish.headers)

    def constants(self) -> int:
        """Constants in two columns at the top; the first row below them."""
        row = 1
        for quantity in self.program.role("constant"):
            self.text(self.settings, row, 1, self.header(quantity, 0, 0) or quantity.name)
            self.made.spots[quantity.name, 0] = Spot(self.settings, row, 2)
            self.made.once.add(quantity.name)
            if self.wish.names:
                self.made.names[quantity.name] = {"lr": "rate"}.get(quantity.name, f"{quantity.name}_")
            row += 1
        return row + 1 if not self.wish.other_sheet else 1

    def data_once(self, row: int, width: int = 1) -> int:
        """Inputs and targets in a table that stands once; the first row below it."""
        if self.wish.data != "once":
            return row
        sheet, at = ("Data" if self.wish.other_sheet else SHEET), width
        top = 1 if self.wish.other_sheet else row
        tall = 1
        for quantity in self.program.role("input", "target"):
            if quantity.kind == "fixed" and quantity.name == "t":
                continue
            for c in range(quantity.columns):
                self.text(sheet, top, at + c, self.header(quantity, 0, c))
            self.made.spots[quantity.name, 0] = Spot(sheet, top + 1, at)
            self.made.once.add(quantity.name)
            at += quantity.columns + 1
            tall = max(tall, quantity.rows)
        return top + tall + 2 if sheet == SHEET else row

    def rest(self) -> list[Quantity]:
        return [each for each in self.program.quantities.values() if (each.name, 0) not in self.made.spots]

    def lines(self) -> None:
        """A step is a row: every quantity along it."""
        top = self.data_once(self.constants(), 4)
        column = 2
        self.text(SHEET, top, 1, "epoch" if self.wish.headers != "none" else "")
        for quantity in self.rest():
            for r, c in quantity.places():
                several = self.program.samples > 1 and quantity.samples
                label = self.header(quantity, r, c) + (f" ({r + 1})" if several else "")
                self.text(
                    SHEET, top, column + r * quantity.columns + c, label.strip() if self.header(quantity, r, c) else ""
                )
            for step in range(self.wish.steps):
                self.made.spots[quantity.name, step] = flat(SHEET, top + 1 + step, column, quantity)
            column += quantity.rows * quantity.columns
        self.made.filled, self.made.fill = True, (1, 0)

    def tables(self) -> None:
        """A step is a table: given numbers in a line, a row a sample, and a line of sums and updates below."""
        top = self.data_once(self.constants(), 5)
        own = self.rest()
        bands = [
            [q for q in own if q.role in ("parameter", "state") or (q.role == "input" and not q.samples)],
            [q for q in own if q.samples],
        ]
        bands.append([q for q in own if q not in bands[0] and q not in bands[1]])
        height, width, first = 0, 0, []
        for number, band in enumerate(bands):
            column = 1
            for quantity in band:
                spot = (
                    block(SHEET, top + height + 1, column)
                    if number == 1
                    else flat(SHEET, top + height + 1, column, quantity)
                )
                first.append((quantity, spot, top + height))
                column += quantity.columns * (1 if number == 1 else quantity.rows)
            height += (1 + (self.program.samples if number == 1 else 1)) if band else 0
            width = max(width, column)
        self.steps(first, height + 1, width + 1)

    def steps(self, first: list[tuple[Quantity, Spot, int]], height: int, width: int) -> None:
        """The same places for every step: further down, further right, or on a sheet of its own; with headers."""
        way = self.wish.layout.rpartition(" ")[2]
        for step in range(self.wish.steps):
            sheet = f"Step {step + 1}" if way == "sheet" else SHEET
            by = (height * step, 0) if way == "down" else (0, width * step) if way == "right" else (0, 0)
            for quantity, spot, label_row in first:
                moved = spot.moved(*by, sheet)
                self.made.spots[quantity.name, step] = moved
                if quantity.rows * quantity.columns > 1 and self.wish.layout.startswith("blocks"):
                    self.text(sheet, label_row + by[0], moved.column, self.header(quantity, -1, -1))
                    continue
                for r, c in quantity.places():
                    _, _row, column = moved.at(r, c)
                    if spot.at(r, c)[1] == label_row + 1:
                        self.text(sheet, label_row + by[0], column, self.header(quantity, r, c))
        self.made.filled = way in ("down", "right")
        self.made.fill = (height, 0) if way == "down" else (0, width)

    def blocks(self) -> None:
        """A step is a sheet of matrices with titles above: forward, backward and updates each in a band."""
        top = self.data_once(self.constants(), 5)
        own, wish = self.rest(), self.wish
        bands = [
            [q for q in own if q.role in ("input", "target", "parameter", "state", "forward")],
            [q for q in own if q.role in ("loss", "derivative", "gradient")],
            [q for q in own if q.role in ("memory", "update")],
        ]
        height, width, first = 0, 0, []
        for band in bands:
            column, tall = 1, 0
            for quantity in band:
                rows, columns = quantity.rows, quantity.columns
                turned = not wish.wide
                if wish.headers in ("dw", "grad w") and quantity.role == "gradient" and rows > 1 and columns > 1:
                    turned = not turned
                if turned:
                    rows, columns = columns, rows
                first.append((quantity, block(SHEET, top + height + 1, column, turned), top + height))
                column += columns + 1
                tall = max(tall, rows)
            height += tall + 2 if band else 0
            width = max(width, column)
        self.steps(first, height, width)

    def beside(self) -> None:
        """One step, a label left of every number, in three pairs of columns."""
        top = self.data_once(self.constants(), 5)
        groups = [("input", "target", "parameter", "state"), ("forward", "loss"), ()]
        column, placed = 1, set()
        for group in groups:
            row = top
            for quantity in self.rest():
                if quantity.name in placed or (group and quantity.role not in group):
                    continue
                placed.add(quantity.name)
                self.made.spots[quantity.name, 0] = Spot(SHEET, row, column + 1, (quantity.columns, 0), (1, 0))
                for r, c in quantity.places():
                    several = self.program.samples > 1 and quantity.samples
                    label = self.header(quantity, r, c)
                    self.text(SHEET, row, column, label + (f" ({r + 1})" if several and label else ""))
                    row += 1
            column += 3


MAKERS: dict[str, Callable[[Arranger], None]] = {
    **dict.fromkeys(LINES, Arranger.lines), **dict.fromkeys(TABLES, Arranger.tables),
    **dict.fromkeys(BLOCKS, Arranger.blocks), "labels beside": Arranger.beside,
}  # fmt: skip


def arrange(program: Program, wish: Wish) -> Arrangement:
    arranger = Arranger(program, wish)
    MAKERS[wish.layout](arranger)
    made = arranger.made
    if wish.layout.endswith("a column"):
        made.spots = {key: spot.turned() if spot.sheet == SHEET else spot for key, spot in made.spots.items()}
        made.texts = {(s, c, r) if s == SHEET else (s, r, c): text for (s, r, c), text in made.texts.items()}
        made.fill = made.fill[::-1]
    return made
