"""Which column is which, told by the numbers that somebody was given, and by headings over emptied columns."""

import pytest

from backprop.check.proof.prover import Prover
from backprop.check.recognition.find import find_tables
from backprop.derivation.derive import Derivation
from backprop.epochs.outline import outline_of
from tests.backprop.check.calculator import Content
from tests.backprop.check.layouts import LAYOUTS, Cells, as_book, build, changed
from tests.backprop.check.spellings import GIVEN, ORDER, WEIGHT_NAMES, WEIGHTS

BY_NAME = {layout.name: layout for layout in LAYOUTS}
NUMBERS = {**GIVEN, **dict(zip(WEIGHT_NAMES, WEIGHTS, strict=True))}


def spoilt(layout: str, name: str, content: Content | None) -> Cells:
    """The layout's workbook with one column that holds something else."""
    made = build(BY_NAME[layout])
    (place,) = made.places
    cells = [place.cell(name, step) for step in range(place.first, place.last + 1)]
    if content is not None:
        return changed(made, dict.fromkeys(cells, content))
    made.cells = {cell: held for cell, held in made.cells.items() if cell not in cells}
    return made


def lines(made: Cells, derivation: Derivation, given: dict[str, float]) -> dict[str, int]:
    (table,) = find_tables(as_book(made), Prover(outline_of(derivation.network)), given)
    return {name: line for name, line in table.lines.items() if name in ORDER}


def test_own_numbers_tell_outputs_apart_where_an_activation_is_typed(eight_weight: Derivation):
    made = spoilt("other-order, no header", "a_o1", 0.749)
    assert lines(made, eight_weight, NUMBERS) == made.places[0].lines
    assert lines(made, eight_weight, {}) != made.places[0].lines  # nothing else tells them apart


def test_numbers_of_somebody_else_name_nothing(eight_weight: Derivation):
    made = build(BY_NAME["class"])
    others = {name: value + 10 for name, value in NUMBERS.items()}
    assert lines(made, eight_weight, others) == made.places[0].lines


@pytest.mark.parametrize("name", ["a_h1", "a_o2"])
def test_an_emptied_column_keeps_its_heading(name: str, eight_weight: Derivation):
    made = spoilt("chain at the end", name, None)
    assert lines(made, eight_weight, {})[name] == made.places[0].lines[name]
