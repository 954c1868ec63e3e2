"""Weights that a table takes over: each must be the same weight, and new where the other table computes new ones."""

from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl.utils import quote_sheetname

from backprop.check.findings import Finding, Kind, Note
from backprop.check.mistakes.finding import finding_between
from backprop.check.mistakes.outside.places import Places
from backprop.check.mistakes.outside.updates import Update, Updates
from backprop.check.proof.answer_key import AnswerKey
from backprop.check.proof.model import NEW
from backprop.check.proof.prover import Prover
from backprop.check.tables.table import Table
from backprop.printers.quantities import written
from backprop.spreadsheet.book import Book, Cell, Place, address, span
from groundfloor.text import count, listed


@dataclass(frozen=True, slots=True)
class Outside:
    """What was found about the updates outside a workbook's tables, and what of them was not checked."""

    findings: tuple[Finding, ...] = ()
    notes: tuple[Note, ...] = ()
    unchecked: tuple[Note, ...] = ()
    tables: tuple[Table, ...] = ()  # with the learning rates that the updates outside them read


@dataclass(frozen=True, slots=True)
class Carried:
    """A weight that a table is given by reference: where it stands and which cell it repeats."""

    weight: str
    key: int
    cell: Cell
    origin: Cell


def check_outside(book: Book, keys: list[AnswerKey], prover: Prover) -> Outside:
    """Every update outside the tables, and every weight that one table takes over from another."""
    places = Places(book, keys)
    carried = list(_carried(places))
    updates = Updates(places, prover, {item.origin: item.weight for item in carried})
    wrong = {update.cell: finding for update in updates.all
             if not update.proven and (finding := updates.finding(update)) is not None}  # fmt: skip
    unchecked = [update for update in updates.all if not update.proven and update.cell not in wrong]
    taken = list(_wrongly_taken(places, carried, updates.all))
    doubtful = 2 * len(taken) > sum(item.origin in _weights(places, updates.all) for item in carried)
    findings = [*wrong.values(), *(() if doubtful else taken)]
    not_checked = [*_unchecked(unchecked), *(_doubtful(carried, taken) if doubtful and taken else ())]
    tables = tuple(updates.tables.get(number, key.table) for number, key in enumerate(keys))
    return Outside(tuple(findings), tuple(_proven(keys, updates.all)), tuple(not_checked), tables)


def _carried(places: Places) -> Iterator[Carried]:
    for number, key in enumerate(places.keys):
        for name in key.model.trained:
            if name in key.table.lines:
                cell = key.table.view.cell(key.table.first, key.table.lines[name])
                origin = places.origin(cell)
                if origin != cell:
                    yield Carried(name, number, cell, origin)


def _weights(places: Places, updates: list[Update]) -> dict[Cell, tuple[str, int]]:
    """Cells that hold a weight -> which, and the number of its table."""
    held = {update.cell: (update.weight, update.key) for update in updates if update.weight is not None}
    for number, key in enumerate(places.keys):
        for name in key.model.names:
            weight = name.removeprefix(NEW)
            if weight in key.model.trained and name in key.table.lines:
                for step in range(key.table.first, key.table.last + 1) if key.table.last - key.table.first < 2 else (
                    key.table.first, key.table.last
                ):  # fmt: skip
                    held[key.table.view.cell(step, key.table.lines[name])] = weight, number
    return held


def _wrongly_taken(places: Places, carried: list[Carried], updates: list[Update]) -> Iterator[Finding]:
    """Weights that repeat another one of the table from which they are taken."""
    held = _weights(places, updates)
    new = {(update.key, update.weight): update.cell for update in updates}
    for item in carried:
        weight, key = held.get(item.origin, (item.weight, item.key))
        if weight == item.weight or key == item.key:
            continue
        others = (cell for cell, of in held.items() if of == (item.weight, key))
        right = new.get((key, item.weight)) or next(others, None)
        tree = places.book.formula(item.cell)
        place = item.cell[1], item.cell[2]
        text = f"{written(item.weight)} is taken from {_shown(item.origin, item.cell[0])}, which is {written(weight)}"
        text += "" if right is None else f"; {written(item.weight)} stands in {_shown(right, item.cell[0])}"
        yield finding_between(
            item.cell[0], place, place, item.weight, Kind.WRONG_REFERENCE, text, formula=tree,
            should_be=None if right is None else f"={_shown(right, item.cell[0])}",
        )  # fmt: skip


def _shown(cell: Cell, sheet: str) -> str:
    prefix = "" if cell[0] == sheet else f"{quote_sheetname(cell[0])}!"
    return f"{prefix}{address(*cell[1:])}"


def _unchecked(updates: list[Update]) -> Iterator[Note]:
    for sheet in dict.fromkeys(update.cell[0] for update in updates):
        places = [update.cell[1:] for update in updates if update.cell[0] == sheet]
        were = "was" if len(places) == 1 else "were"
        text = f"{count(len(places), 'update')} {were} not checked: {listed(_spans(places))}"
        yield Note(sheet, address(*places[0]), "updates", text)


def _doubtful(carried: list[Carried], taken: list[Finding]) -> Iterator[Note]:
    text = f"{count(len(taken), 'weight')} taken from another table could not be matched with its weights"
    yield Note(taken[0].sheet, taken[0].cell, "updates", f"{text} ({len(carried)} are taken over)")


def _proven(keys: list[AnswerKey], updates: list[Update]) -> Iterator[Note]:
    for number, _ in enumerate(keys):
        cells = [update.cell for update in updates if update.proven and update.key == number]
        for sheet in dict.fromkeys(cell[0] for cell in cells):
            places = [cell[1:] for cell in cells if cell[0] == sheet]
            text = f"{count(len(places), 'update')} outside the table proven: {listed(_spans(places))}"
            yield Note(sheet, address(*places[0]), "updates", text)


def _spans(places: list[Place]) -> Iterator[str]:
    """The cells, those one below the other as one range."""
    first, *others = sorted(places, key=lambda place: place[::-1])
    last = first
    for place in others:
        if place != (last[0] + 1, last[1]):
            yield span(first, last)
            first = place
        last = place
    yield span(first, last)
