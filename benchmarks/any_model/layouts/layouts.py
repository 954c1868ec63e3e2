"""Every layout: from a program to the places of its quantities and the texts beside them."""

from collections.abc import Callable

from benchmarks.any_model.layouts.arrangement import Arrangement, Spot, block, flat
from benchmarks.any_model.layouts.headers import header
from benchmarks.any_model.programs.program import Program, Quantity
from benchmarks.any_model.programs.wish import Wish

LINES = ("epoch a row", "sample a row", "epoch a column", "sample a column", "epoch in two rows")
TABLES = ("table", "table down", "table right", "table a sheet")
BLOCKS = ("blocks", "blocks down", "blocks right", "blocks a sheet")
SPLIT = ("samples right", "samples down")  # a row a step for parameters, samples in blocks beside or below
LAYOUTS = (*LINES, *TABLES, *SPLIT, *BLOCKS, "labels beside")
BACKWARD = ("local", "derivative", "gradient", "memory", "update")
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
        tall, turns = 1, "turn" in self.program.quantities
        for quantity in self.program.role("input", "target"):
            if quantity.name in ("t", "turn") or (turns and not quantity.once):
                continue
            for c in range(quantity.columns):
                self.text(sheet, top, at + c, self.header(quantity, 0, c))
            self.made.spots[quantity.name, 0] = Spot(sheet, top + 1, at)
            self.made.once.add(quantity.name)
            if self.wish.names and self.wish.layout.startswith("blocks"):
                self.made.names[quantity.name] = f"{quantity.name}_data"
            at += quantity.columns + 1
            tall = max(tall, quantity.rows)
        return top + tall + 2 if sheet == SHEET else row

    def initials(self, row: int) -> int:
        """The first parameters in blocks of their own; the first row below them."""
        quantities = self.program.role("initial")
        sheet = "Start" if self.wish.other_sheet else SHEET
        top, at = 1 if self.wish.other_sheet else row, 1
        for quantity in quantities:
            self.text(sheet, top, at, self.header(quantity, -1, -1) or quantity.name)
            self.made.spots[quantity.name, 0] = Spot(sheet, top + 1, at)
            self.made.once.add(quantity.name)
            at += quantity.columns + 1
        if not quantities or sheet != SHEET:
            return row
        return top + 2 + max(quantity.rows for quantity in quantities)

    def top(self, width: int) -> int:
        """All that stands once; the first row below it."""
        return self.data_once(self.initials(self.constants()), width)

    def rest(self) -> list[Quantity]:
        return [each for each in self.program.quantities.values() if (each.name, 0) not in self.made.spots]

    def lines(self) -> None:
        """A step is a row: every quantity along it; or two rows, forward and backward."""
        self.along(self.top(4), self.rest(), 2 if self.wish.layout == "epoch in two rows" else 1)

    def along(self, top: int, quantities: list[Quantity], tall: int = 1, column: int = 2) -> int:
        """A table with a row (or two) a step; the first column after it."""
        self.text(SHEET, top, 1, "epoch" if self.wish.headers != "none" else "")
        second = [q for q in quantities if q.role in BACKWARD] if tall == 2 else []
        end = self._along(top, [q for q in quantities if q not in second], tall, column)
        if tall == 2:
            end = max(end, self._along(top + 1, second, tall, column))
        self.made.filled, self.made.fill = True, (tall, 0)
        return end

    def _along(self, top: int, quantities: list[Quantity], tall: int, column: int) -> int:
        for quantity in quantities:
            for r, c in quantity.places():
                several = self.program.samples > 1 and quantity.samples
                label = self.header(quantity, r, c) + (f" ({r + 1})" if several else "")
                self.text(
                    SHEET, top, column + r * quantity.columns + c, label.strip() if self.header(quantity, r, c) else ""
                )
            for step in range(self.wish.steps):
                self.made.spots[quantity.name, step] = flat(SHEET, top + tall * (1 + step), column, quantity)
            column += quantity.rows * quantity.columns
        return column

    def split(self) -> None:
        """Parameters, sums and updates in a table with a row a step; each step's samples in a block of their own."""
        top, wish, program = self.top(5), self.wish, self.program
        samples = [q for q in self.rest() if q.samples]
        column = self.along(top, [q for q in self.rest() if not q.samples])
        right = wish.layout.endswith("right")
        below = top + wish.steps + 2
        first, at = [], 1 if not right else column + 1
        for quantity in samples:
            row = top if right else below
            first.append((quantity, block(SHEET, row + 1, at), row))
            at += quantity.columns
        width = at - (column + 1)
        self.steps(first, program.samples + 2, width + 1)
        self.made.filled, self.made.fill = False, (1, 0)

    def tables(self) -> None:
        """A step is a table: given numbers in a line, a row a sample, and a line of sums and updates below."""
        top = self.top(5)
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
        top = self.top(5)
        own, wish = self.rest(), self.wish
        bands = [
            [q for q in own if q.role in ("input", "target", "parameter", "state", "forward")],
            [q for q in own if q.role in ("loss", "local", "derivative", "gradient")],
            [q for q in own if q.role in ("memory", "update", "extra")],
        ]
        height, width, first = 0, 0, []
        if wish.stacked:
            bands = [[quantity] for band in bands for quantity in band]
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
        top = self.top(5)
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
    **dict.fromkeys(BLOCKS, Arranger.blocks), **dict.fromkeys(SPLIT, Arranger.split), "labels beside": Arranger.beside,
}  # fmt: skip


def arrange(program: Program, wish: Wish) -> Arrangement:
    arranger = Arranger(program, wish)
    MAKERS[wish.layout](arranger)
    made = arranger.made
    if wish.layout.endswith("a column"):
        made.spots = {key: spot.turned() if spot.sheet == SHEET else spot for key, spot in made.spots.items()}
        made.texts = {(s, c, r) if s == SHEET else (s, r, c): text for (s, r, c), text in made.texts.items()}
        made.fill = made.fill[::-1]
    return moved(made, wish)


def moved(made: Arrangement, wish: Wish) -> Arrangement:
    """With a title, and with rows and columns left free."""
    down, right = wish.origin
    own = {"Settings", "Data", "Start"}
    made.spots = {key: spot if spot.sheet in own else spot.moved(down, right) for key, spot in made.spots.items()}
    made.texts = {(s, r, c) if s in own else (s, r + down, c + right): text for (s, r, c), text in made.texts.items()}
    if wish.title and down:
        made.texts[SHEET, 1, 1] = wish.title
    return made
