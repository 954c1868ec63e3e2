"""One workbook of a wish: its program, its places, its cells with their values, and the same with cells changed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from benchmarks.any_model.layouts.arrangement import Arrangement
from benchmarks.any_model.layouts.layouts import arrange
from benchmarks.any_model.layouts.printing import Printer
from benchmarks.any_model.programs.expressions import ZERO, Expr, Num, Ref, over, stepped
from benchmarks.any_model.programs.forms import finish, reshape
from benchmarks.any_model.programs.optimisers import optimise
from benchmarks.any_model.programs.program import Program, Quantity
from benchmarks.any_model.programs.wish import Wish
from benchmarks.any_model.rewritings import REWRITINGS
from benchmarks.any_model.sheet.book import Book, Place
from benchmarks.any_model.sheet.calculator import Calculator

LARGEST = 1e4  # a number of a training that still goes somewhere


class NoPlaceError(ValueError):
    """A rewriting that finds nothing to rewrite in this workbook."""


Maker = Callable[[Wish, np.random.Generator], Program]
Change = Callable[[Expr, str, int, int, int], Expr]  # expression, quantity, row, column, step


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the formulas of one quantity: in some elements, in some steps, or in its array formula."""

    name: str
    change: Callable[[Expr, int, int, int], Expr]  # expression, row, column, step; row -1: the array formula
    elements: frozenset[tuple[int, int]] | None = None
    steps: frozenset[int] | None = None
    number: bool = False  # the stored value stands there instead of the formula


@dataclass
class Case:
    """A right workbook; `book(edit)` is the same with a change."""

    wish: Wish
    program: Program
    arrangement: Arrangement
    meaning: dict[Place, tuple[str, int, int, int]] = field(default_factory=dict)  # quantity, row, column, step

    @cached_property
    def right(self) -> Book:
        return self.book()

    @cached_property
    def values(self) -> dict[Place, float | str | None]:
        return Calculator(self.right).all()

    def is_array(self, quantity: Quantity, step: int = 0) -> bool:
        """Whether the quantity stands as one array formula."""
        if quantity.matrix is None or self.wish.arithmetic not in ("mmult", "lambda"):
            return False
        if quantity.rows * quantity.columns == 1 and self.program.samples == 1 and quantity.role != "forward":
            return False
        return self.arrangement.is_block(quantity.name, step) and self.wish.layout.startswith("blocks")

    def book(self, edit: Edit | None = None) -> Book:
        book = Book(names={})
        for place, text in self.arrangement.texts.items():
            book.put(place, text)
        printer = Printer(self.program, self.arrangement, self.wish.arithmetic)
        for name, defined in self.arrangement.names.items():
            book.names[defined] = f"={printer.everything(name)}"
        for step in range(self.wish.steps):
            for quantity in self.program.quantities.values():
                if step == 0 or quantity.name not in self.arrangement.once:
                    self._quantity(book, printer, quantity, step, edit)
        if any(text == "epoch" for text in self.arrangement.texts.values()):
            self._count(book)
        return book

    def _count(self, book: Book) -> None:
        first = next(place for place, text in self.arrangement.texts.items() if text == "epoch")
        down, along = self.arrangement.fill
        for step in range(self.wish.steps):
            book.put((first[0], first[1] + down * (step + 1), first[2] + along * (step + 1)), float(step + 1))

    def _quantity(self, book: Book, printer: Printer, quantity: Quantity, step: int, edit: Edit | None) -> None:
        name = quantity.name
        active = edit is not None and edit.name == name and (edit.steps is None or step in edit.steps)
        if self.is_array(quantity, step) and quantity.role not in ("parameter", "state", "input", "target", "initial"):
            anchor = self.arrangement.place(name, step, 0, 0)
            matrix = quantity.matrix
            assert matrix is not None
            if active:
                matrix = edit.change(matrix, -1, -1, step)  # type: ignore[union-attr]
            book.put(anchor, printer.block(matrix, name, step))
            for r, c in quantity.places():
                self.meaning[self.arrangement.place(name, step, r, c)] = (name, r, c, step)
            return
        for r, c in quantity.places():
            place = self.arrangement.place(name, step, r, c)
            self.meaning[place] = (name, r, c, step)
            found = self.expression(quantity, r, c, step)
            if active and (edit.elements is None or (r, c) in edit.elements):  # type: ignore[union-attr]
                if edit.number:  # type: ignore[union-attr]
                    stored = self.values[place]
                    book.put(place, round(float(stored or 0.0), 6))
                    continue
                if not isinstance(found, float):
                    found = edit.change(found, r, c, step)  # type: ignore[union-attr]
            book.put(place, found if isinstance(found, float) else printer.cell(found, place, step))

    def expression(self, quantity: Quantity, r: int, c: int, step: int) -> Expr | float:
        """What stands in an element at a step: a given number, or an expression."""
        if quantity.element is None:
            assert quantity.values is not None
            if step == 0 and quantity.initial:
                return Ref(quantity.initial, r, c)
            if quantity.values.ndim == 3:
                return float(quantity.values[step, r, c])
            if step == 0:
                return float(quantity.values[r, c])
            if quantity.carried:
                return self.carried(quantity, r, c, step)
            return Ref(quantity.name, r, c, -1) if self.wish.data == "copied" else float(quantity.values[r, c])
        found = quantity.element(r, c)
        if isinstance(found, Num):
            return float(found.text)
        if self.wish.merged:
            found = over(found, lambda part: self._merged(part, step))
        return found

    def carried(self, quantity: Quantity, r: int, c: int, step: int) -> Expr:
        if self.wish.merged and quantity.role == "parameter":
            update = self.program.facts_updates[quantity.name]
            return over(stepped(update(r, c), -1, lambda name: name not in self.arrangement.once),
                        lambda part: self._merged(part, step))  # fmt: skip
        return Ref(quantity.carried, r, c, -1)

    def _merged(self, part: Expr, step: int) -> Expr | None:
        """Old memory is the memory of the step before; 0 in the first."""
        if isinstance(part, Ref) and part.name.endswith("_old"):
            return Ref(part.name[:-4], part.row, part.column, part.step - 1) if step + part.step else ZERO
        return None


def make(wish: Wish, maker: Maker) -> Case:
    """The right workbook of a wish; its rate is made smaller while its numbers run away."""
    for slower in range(5):
        case = _made(wish, maker, 0.1**slower)
        if all(not isinstance(value, float) or abs(value) < LARGEST for value in case.values.values()):
            break
    return case


def _made(wish: Wish, maker: Maker, slower: float) -> Case:
    draw = np.random.default_rng(wish.seed)
    program = maker(wish, draw)
    reshape(program, wish)
    optimise(program, wish, draw)
    if "lr" in program.quantities and slower < 1:
        program["lr"].values = np.round(program["lr"].values * slower, 6)  # type: ignore[operator]
    finish(program, wish)
    if not wish.loss_cell:
        for quantity in program.role("loss"):
            del program.quantities[quantity.name]
    if wish.rewriting and not REWRITINGS[wish.rewriting](program, random.Random(wish.seed)):
        raise NoPlaceError(wish.rewriting)
    if wish.merged:
        for quantity in program.role("update"):
            program.facts_updates[quantity.by] = quantity.element  # type: ignore[assignment]
            del program.quantities[quantity.name]
        for quantity in program.role("state"):
            del program.quantities[quantity.name]
    case = Case(wish, program, arrange(program, wish))
    case.right  # noqa: B018
    return case
