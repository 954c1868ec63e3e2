"""Nodes of the graph as a spreadsheet's formulas, in the workbook's own cells.

A formula stays under 2,000 characters and within the levels that spreadsheets take: its longest part goes into a cell
of its own before it would not. What several formulas need goes there too, if it is not short, so that what is printed
grows with the graph.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from backprop.calculus.graph import Graph
from backprop.calculus.tape import CELL, FREE, NUMBER, Tape
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import Reference, render

LONGEST, DEEPEST = 2_000, 30  # characters and levels of a formula; Excel takes 8,192 and 64
SHARED = 60  # characters from which a part that stands in several formulas becomes a cell
DIGITS = 15  # that a spreadsheet reads of a number
COMPARED, SUM, PRODUCT, ATOM = 0, 1, 2, 3  # how tightly a text holds together; a sign before it is as loose as a sum
FUNCTIONS = {
    "exp": "EXP", "ln": "LN", "sqrt": "SQRT", "tanh": "TANH", "sin": "SIN", "cos": "COS", "arctan": "ATAN",
    "erf": "ERF", "abs": "ABS", "floor": "INT", "max": "MAX", "min": "MIN", "^": "POWER",
}  # fmt: skip


def cell_name(cell: Cell) -> str:
    """Sheet1!B5, 'My sheet'!B5."""
    sheet, row, column = cell
    return render(Reference(row - 1, column - 1, sheet=sheet), 1, 1)


@dataclass(frozen=True, slots=True)
class Text:
    """A formula's text, how tightly it holds together, and how many levels deep it is."""

    text: str
    binding: int = ATOM
    depth: int = 0

    def within(self, binding: int) -> str:
        """As a part of what binds so tightly; a comparison as the number that it is."""
        if self.binding == COMPARED:
            return f"IF({self.text},1,0)"
        return self.text if self.binding >= binding else f"({self.text})"


@dataclass(slots=True)
class Printer:
    """Formulas of nodes. `places` says where some nodes stand; what becomes a cell of its own is put into it."""

    tape: Tape
    places: dict[int, str]
    new_place: Callable[[], str]  # where the next cell of its own stands
    helpers: dict[int, str] = field(default_factory=dict)  # node of such a cell -> its formula, in order
    texts: dict[int, Text] = field(default_factory=dict)

    def formulas(self, nodes: Iterable[int]) -> list[str]:
        """The formula of each node, without '='."""
        roots = list(nodes)
        inner, uses = self._inner(roots)
        for node in inner:
            text = self._fitting(node)
            if uses[node] > 1 and len(text.text) > SHARED and node not in self.helpers:
                text = self._apart(node, text)
            self.texts[node] = text
        return [self._root(node) for node in roots]

    def _inner(self, roots: list[int]) -> tuple[list[int], Counter[int]]:
        """The nodes that have to be printed, each after those that it takes, and how many others take each."""
        uses: Counter[int] = Counter()
        seen: set[int] = set()
        pending = list(roots)
        while pending:
            node = pending.pop()
            if node in seen or node in self.places:
                continue
            seen.add(node)
            uses.update(self.tape.takes[node])
            pending += self.tape.takes[node]
        return sorted(seen), uses

    def _root(self, node: int) -> str:
        return self._of(node).within(SUM)

    def _of(self, node: int) -> Text:
        place = self.places.get(node)
        return self.texts[node] if place is None else Text(place)

    def _fitting(self, node: int) -> Text:
        """A node's text, its longest parts put into cells of their own until it fits."""
        text = self._print(node)
        while len(text.text) > LONGEST or text.depth > DEEPEST:
            parts = [taken for taken in self.tape.takes[node] if taken not in self.places]
            if not parts:
                break
            longest = max(parts, key=lambda taken: (self.texts[taken].depth > DEEPEST // 2, len(self._of(taken).text)))
            self._apart(longest, self.texts[longest])
            text = self._print(node)
        return text

    def _apart(self, node: int, text: Text) -> Text:
        """Put a node into a cell of its own; how it is read from there."""
        self.helpers[node] = text.within(SUM)
        self.places[node] = self.new_place()
        return Text(self.places[node])

    def _print(self, node: int) -> Text:
        kind, takes = self.tape.kinds[node], self.tape.takes[node]
        if kind == NUMBER:
            exact = self.tape.exact(node)
            assert exact is not None
            return number(exact)
        if kind == FREE:
            return Text("PI()")  # the one free node that is no cell and has no place
        sign = self._sign_of(node)
        parts = [self._of(taken) for taken in takes] if sign is None else [self._of(sign)]
        depth = max((part.depth for part in parts), default=0) + 1
        if sign is not None:
            return Text(f"SIGN({parts[0].within(SUM)})", depth=depth)
        text, binding = _joined(kind, parts)
        return Text(text, binding, depth if binding in (ATOM, COMPARED) else max(_bracketed(parts, binding)))

    def _sign_of(self, node: int) -> int | None:
        """x where the node is 1 for x > 0 less 1 for x < 0."""
        tape = self.tape
        if tape.kinds[node] != "-" or [tape.kinds[taken] for taken in tape.takes[node]] != ["<", "<"]:
            return None
        (zero, x), (same, other) = (tape.takes[taken] for taken in tape.takes[node])
        return x if (x, zero) == (same, other) and tape.exact(zero) == 0 else None


def printer_of(graph: Graph, others: Mapping[int, str], new_place: Callable[[], str]) -> Printer:
    """A printer in the cells of a workbook; what a cell's formula gives stands in that cell. `others` stand there."""
    tape = graph.tape
    places = {node: cell_name(content) for node, content in enumerate(tape.contents) if isinstance(content, tuple)}
    for node in list(places):
        if tape.kinds[node] == CELL and tape.kinds[tape.takes[node][0]] not in (NUMBER, FREE):
            places.setdefault(tape.takes[node][0], places[node])
    return Printer(tape, places | dict(others), new_place)


def number(exact: Fraction) -> Text:
    """A number as it is typed: 0.25, 1/3."""
    if exact < 0:
        return Text(f"-{number(-exact).text}", SUM)
    digits = f"{float(exact):.{DIGITS}g}".replace("e", "E")
    if Fraction(digits) == exact:
        return Text(digits)
    above, below = exact.numerator, exact.denominator
    if max(above, below) < 10**DIGITS:
        return Text(f"{above}/{below}", PRODUCT)
    return Text(digits)


def _joined(kind: str, parts: list[Text]) -> tuple[str, int]:
    match kind, parts:
        case "+", [left, right]:
            return f"{left.within(SUM)}+{_behind(right, SUM)}", SUM
        case "-", [left, right]:
            return f"{left.within(SUM)}-{right.within(PRODUCT)}", SUM
        case "*", [left, right]:
            return f"{left.within(PRODUCT)}*{right.within(PRODUCT)}", PRODUCT
        case "/", [left, right]:
            return f"{left.within(PRODUCT)}/{right.within(ATOM)}", PRODUCT
        case "neg", [inside]:
            return f"-{inside.within(PRODUCT)}", SUM
        case "<" | "<=" | "=", [left, right]:
            return f"{left.within(SUM)}{kind}{right.within(SUM)}", COMPARED
        case "if", [condition, yes, no]:
            return f"IF({condition.text},{yes.within(SUM)},{no.within(SUM)})", ATOM
    return f"{FUNCTIONS[kind]}({','.join(part.within(SUM) for part in parts)})", ATOM


def _behind(text: Text, binding: int) -> str:
    """A part behind a sign, which itself begins with none."""
    return f"({text.text})" if text.text.startswith("-") else text.within(binding)


def _bracketed(parts: list[Text], binding: int) -> Iterable[int]:
    """How deep each part is within an operation: brackets are a level."""
    return (part.depth + (part.binding <= binding) for part in parts)
