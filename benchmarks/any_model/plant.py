"""A slip in a right workbook, with its truth: the wrong cells, what belongs there, whether the numbers show it."""

import random
from collections import Counter
from dataclasses import dataclass

from benchmarks.any_model.case import Case, Edit
from benchmarks.any_model.programs.expressions import Block, Ref, walk
from benchmarks.any_model.programs.program import Quantity
from benchmarks.any_model.sheet.book import Book, Formula, Place
from benchmarks.any_model.sheet.calculator import Calculator
from benchmarks.any_model.slips import SLIPS
from benchmarks.any_model.slips.base import sample
from benchmarks.any_model.truth import states

SAME = 1e-9
Values = dict[Place, float | str | None]


@dataclass(slots=True)
class Planted:
    """A workbook with one slip."""

    kind: str
    quantity: str
    book: Book
    values: Values
    wrong: list[Place]  # every cell whose own formula gives another number, the cells of arrays one by one
    right: dict[Place, str]  # what belongs into each cell, or each array's first cell
    visible: bool


def differs(new: object, old: object) -> bool:
    if not isinstance(new, float) or not isinstance(old, float):
        return new != old
    return abs(new - old) > SAME * max(abs(new), abs(old), 1e-3)


def plant(case: Case, kind: str, seed: int, hidden: bool = False) -> Planted | None:
    """One slip of a kind, if it fits, matters and has one cause; None otherwise. A hidden one does not show."""
    draw = random.Random(f"{seed}/{kind}")
    for _ in range(12):
        edit = SLIPS[kind](case, draw)
        made = _judged(case, edit, kind) if edit else None
        if made and not (hidden and made.visible):
            return made
    return None


def _judged(case: Case, edit: Edit, kind: str) -> Planted | None:
    book = case.book(edit)
    changed = [place for place, content in book.cells.items() if content != case.right.cells.get(place)]
    if not changed or any(_outside(book, place) for place in changed):
        return None
    values = Calculator(book).all()
    if any(values[place] is None for place in changed) or _huge(values):
        return None
    wrong, ratios = _wrong(case, book, changed)
    if kind == "number pasted":
        wrong = changed
    if not wrong or _is_convention(case, edit, ratios) or _all_scaled(case, book):
        return None
    right = {place: content.text for place in changed
             if isinstance(content := case.right.cells[place], Formula)}  # fmt: skip
    visible = any(differs(values[place], case.values[place]) for place in wrong)
    return Planted(kind, edit.name, book, values, wrong, right, visible)


def _outside(book: Book, place: Place) -> bool:
    content = book.cells[place]
    return isinstance(content, Formula) and "#" in content.text


def _huge(values: Values) -> bool:
    return any(isinstance(value, float) and abs(value) > 1e12 for value in values.values())


def _wrong(case: Case, book: Book, changed: list[Place]) -> tuple[list[Place], list[float]]:
    """The changed cells that give another number where everything that they read is right, and new / right."""
    wrong: dict[Place, None] = {}
    ratios: list[float] = []
    for given in states(case, 3):
        world = Calculator(case.right, given)
        for place in changed:
            content = book.cells[place]
            if not isinstance(content, Formula):
                continue
            result = world.result(content.text, place[0], content.is_array)
            for r in range(content.rows):
                for c in range(content.columns):
                    cell = (place[0], place[1] + r, place[2] + c)
                    wide = getattr(result, "shape", None)
                    new = result if wide is None else float(result[r % wide[0], c % wide[1]])  # type: ignore[index]
                    old = world.value(cell)
                    if differs(new, old):
                        wrong[cell] = None
                    if isinstance(new, float) and isinstance(old, float) and old:
                        ratios.append(new / old)
    return list(wrong), ratios


def _constant(ratios: list[float]) -> bool:
    return len(ratios) > 1 and max(ratios) - min(ratios) < 1e-7 * max(map(abs, ratios))


def _is_convention(case: Case, edit: Edit, ratios: list[float]) -> bool:
    """Whether nobody can say what is wrong: a factor beside another one, another loss where none is shown."""
    if _constant(ratios) and (abs(case.program.scale) != 1 or not case.wish.loss_cell):
        return True
    quantity = case.program[edit.name]
    everywhere = edit.elements is None or quantity.rows * quantity.columns == 1
    everywhere = everywhere and (edit.steps is None or edit.steps >= set(range(1, case.wish.steps)))
    outputs = (case.program.facts.get("last", ""), case.program.facts.get("output", ""))
    another_loss = not case.wish.loss_cell and quantity.role == "derivative" and quantity.by in outputs
    return everywhere and (another_loss or _another_optimiser(case, quantity, edit))


def _another_optimiser(case: Case, quantity: Quantity, edit: Edit) -> bool:
    """Whether only a coefficient is another one, and no other parameter shows which is meant."""
    if quantity.role not in ("memory", "update", "parameter") or len(case.program.role("parameter")) > 1:
        return False
    steps = sorted(edit.steps or {0})
    before = sample(case, quantity, steps[0])
    after = edit.change(before, -1 if case.is_array(quantity) else 0, 0, steps[0])
    names = [Counter(part.name for part in walk(e) if isinstance(part, Ref | Block)) for e in (before, after)]
    shifted = any(isinstance(part, Ref) and part.shift != (0, 0) for part in walk(after))
    other = (names[0] - names[1]) + (names[1] - names[0])
    return shifted or all(case.program[name].role == "constant" for name in other)


def _all_scaled(case: Case, book: Book) -> bool:
    """Whether every gradient (or every step of a parameter) is the same multiple of the right one: a convention too."""
    ratios: list[float] = []
    gradients = case.program.role("gradient") or case.program.role("update")
    for given in states(case, 2):
        right, now = Calculator(case.right, given), Calculator(book, given)
        for quantity in gradients:
            for r, c in quantity.places():
                place = case.arrangement.place(quantity.name, 0, r, c)
                old, new = right.value(place), now.value(place)
                before = right.value(case.arrangement.place(quantity.by, 0, r, c)) if quantity.role == "update" else 0.0
                if isinstance(old, float) and isinstance(new, float) and isinstance(before, float):
                    ratios += [(new - before) / (old - before)] if abs(old - before) > 1e-9 else []
    return _constant(ratios) and abs(ratios[0] - 1) > 1e-6
