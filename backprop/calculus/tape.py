"""The graph: one list of scalar operations, each after those that it takes. Equal operations are one node."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from backprop.calculus.primitives import PRIMITIVES
from backprop.calculus.values import UnfollowedError
from backprop.spreadsheet.arithmetic import ARITHMETIC_ERRORS, DOUBLES
from backprop.spreadsheet.book import Cell

NUMBER, CELL, FREE = "number", "cell", "free"
MOST_NODES = 3_000_000
Key = tuple[str, tuple[int, ...], Fraction | Cell | str | None]


@dataclass(slots=True)
class Tape:
    """Nodes by number, in an order in which they can be computed.

    A node is a number (`content`: its exact value), a cell with a formula (`content`: which; it takes the formula's
    node), something free (`content`: a cell that holds a number, or a name), or a primitive of other nodes.
    """

    kinds: list[str] = field(default_factory=list)
    takes: list[tuple[int, ...]] = field(default_factory=list)
    contents: list[Fraction | Cell | str | None] = field(default_factory=list)
    stored: list[float] = field(default_factory=list)  # what each gives at the numbers that the workbook holds
    known: dict[Key, int] = field(default_factory=dict)
    rounds: bool = True  # False: ROUND to a digit behind the point or further is what it rounds, and has its slope

    def __len__(self) -> int:
        return len(self.kinds)

    def number(self, value: Fraction | int) -> int:
        """A number's node."""
        exact = value if type(value) is Fraction else Fraction(value)
        key = (NUMBER, (), exact)
        node = self.known.get(key)
        return self._node(key, _double(exact)) if node is None else node

    def free(self, what: Cell | str, stored: float) -> int:
        """Something that no formula computes."""
        return self._node((FREE, (), what), stored)

    def cell(self, cell: Cell, formula: int) -> int:
        """A cell that shows what its formula gives: a node of its own, so that it has a derivative of its own."""
        return self._node((CELL, (formula,), cell), self.stored[formula])

    def apply(self, kind: str, *takes: int) -> int:
        """A primitive of other nodes; of numbers alone, where that is exact, the number."""
        key = (kind, takes, None)
        node = self.known.get(key)
        if node is not None:
            return node
        if len(self.kinds) >= MOST_NODES:
            raise UnfollowedError(f"the formulas are more than {MOST_NODES:,} operations")
        folded = self._folded(kind, takes)
        if folded is not None:
            return self.number(folded)
        try:
            with_values = (self.stored[node] for node in takes)
            stored = float(PRIMITIVES[kind].value(DOUBLES, *with_values))
        except (*ARITHMETIC_ERRORS, TypeError):
            stored = math.nan
        return self._node(key, stored)

    def exact(self, node: int) -> Fraction | None:
        """The value of a number's node."""
        content = self.contents[node]
        return content if isinstance(content, Fraction) else None

    def _folded(self, kind: str, takes: tuple[int, ...]) -> Fraction | None:
        if kind not in ("+", "-", "*", "/", "neg"):
            return None
        numbers = [self.exact(node) for node in takes]
        match kind, numbers:
            case "neg", [Fraction() as one]:
                return -one
            case "+", [Fraction() as one, Fraction() as two]:
                return one + two
            case "-", [Fraction() as one, Fraction() as two]:
                return one - two
            case "*", [Fraction() as one, Fraction() as two]:
                return one * two
            case "/", [Fraction() as one, Fraction() as two] if two:
                return one / two
        return None

    def _node(self, key: Key, stored: float) -> int:
        node = self.known.get(key)
        if node is None:
            node = self.known[key] = len(self.kinds)
            self.kinds.append(key[0])
            self.takes.append(key[1])
            self.contents.append(key[2])
            self.stored.append(stored)
        return node


def _double(exact: Fraction) -> float:
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def reached(nodes: Iterable[int], below: Callable[[int], Iterable[int]]) -> set[int]:
    """The nodes, and all to which `below` leads from them."""
    seen: set[int] = set()
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            pending += below(node)
    return seen
