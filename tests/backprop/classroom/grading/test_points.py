"""What mistakes cost: each once, at its quantity, in the right part; what is not there."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from backprop.classroom.grading.asked import Task, task_of_rubric
from backprop.classroom.grading.numbers import misread
from backprop.classroom.grading.points import Points, points_of
from backprop.classroom.grading.rubric import load_rubric
from backprop.classroom.judging.judged import Judged, JudgedTable, judge_book
from backprop.classroom.parts import Part
from backprop.network.load import load_network
from backprop.spreadsheet.book import Chart, Series
from backprop.spreadsheet.formula import parse, render
from tests.backprop.check.layouts import LAYOUTS, STEPS, Cells, Layout, as_book, build, changed

RUBRIC = load_rubric()
EIGHT = load_network("eight-weight")
ROWS = 6
TASK = replace(task_of_rubric(RUBRIC), rows=ROWS)
ALL = Task(frozenset(Part), ROWS, 2)
TOTAL = {Part.FORWARD: 15, Part.LOSS: 10, Part.OUTPUT_GRADIENTS: 15, Part.HIDDEN_GRADIENTS: 25, Part.UPDATES: 15,
         Part.FILLED_DOWN: 10}  # fmt: skip
SCALE = 100 / 90
CLASS = Layout("class", epochs=ROWS)
QUANTITIES = 27
Change = Callable[[Cells], dict[tuple[str, int, int], object]]


def edited(name: str, old: str, new: str, rows: slice = slice(None), table: int = 0) -> Change:
    """A piece of a quantity's formula replaced, in some of the rows that compute it."""

    def change(made: Cells) -> dict[tuple[str, int, int], object]:
        place = made.places[table]
        first = place.first + (name in place.updated)
        found = {}
        for step in list(range(first, place.last + 1))[rows]:
            cell = place.cell(name, step)
            text = f"={render(made.cells[cell], *cell[1:])}"  # type: ignore[arg-type]
            assert old in text, text
            found[cell] = parse(text.replace(old, new, 1), *cell[1:])
        return found

    return change


def put(name: str, value: float | str | None, rows: slice = slice(None)) -> Change:
    """Numbers typed over a quantity, or cells emptied."""
    return lambda made: {
        made.places[0].cell(name, step): value
        for step in list(range(made.places[0].first, made.places[0].last + 1))[rows]
    }


def judged(layout: Layout, *changes: Change, charts: tuple[Chart, ...] = ()) -> Judged:
    made = build(layout)
    for change in changes:
        made = changed(made, change(made))  # type: ignore[arg-type]
    made.cells = {cell: content for cell, content in made.cells.items() if content is not None}
    book = as_book(made)
    book.charts += charts
    return judge_book(book, EIGHT)


def lost(points: Points) -> dict[Part, float]:
    """The points that are missing, part by part."""
    found = {part.part: round(part.maximum - part.points, 6) for part in points.parts}
    assert round(sum(cost.points for cost in points.costs), 6) <= round(sum(found.values()), 6)
    return {part: points for part, points in found.items() if points}


def of(part: Part, share: float) -> dict[Part, float]:
    return {part: round(TOTAL[part] * SCALE * share, 6)}


CASES: dict[str, tuple[tuple[Change, ...], dict[Part, float], int]] = {
    "nothing is wrong": ((), {}, 0),
    "a gradient": ((edited("dE_dw3", "L", "J"),), of(Part.HIDDEN_GRADIENTS, 1 / 4), 1),
    "two gradients": (
        (edited("dE_dw3", "L", "J"), edited("dE_dw8", "T", "R")),
        of(Part.HIDDEN_GRADIENTS, 1 / 4) | of(Part.OUTPUT_GRADIENTS, 1 / 4), 2,
    ),
    "a sum, and what only follows": ((edited("h1", "+", "-"),), of(Part.FORWARD, 1 / 8), 1),
    "the loss": ((edited("E_total", "+", "-"),), of(Part.LOSS, 1 / 3), 1),
    "an update": ((edited("w5", "-", "+"),), of(Part.UPDATES, 1 / 8), 1),
    "a gradient of one row": ((edited("dE_dw3", "L", "J", slice(3, 4)),), of(Part.FILLED_DOWN, 1 / QUANTITIES), 1),
    "a gradient from the second row on": (
        (edited("dE_dw3", "L", "J", slice(1, None)),), of(Part.FILLED_DOWN, 1 / QUANTITIES), 1,
    ),
    "a gradient of the first row": ((edited("dE_dw3", "L", "J", slice(0, 1)),), of(Part.HIDDEN_GRADIENTS, 1 / 4), 1),
    "the same quantity twice": (
        (edited("dE_dw3", "L", "J", slice(0, 1)), edited("dE_dw3", "L", "K", slice(3, 4))),
        of(Part.HIDDEN_GRADIENTS, 1 / 4), 2,
    ),
    "a number for a formula": ((put("a_h1", 0.51),), of(Part.FORWARD, 1 / 8), 1),
    "an empty column": ((put("dE_dw3", None),), of(Part.HIDDEN_GRADIENTS, 1 / 4), 1),
    "an empty column that many read": ((put("a_h1", None),), of(Part.FORWARD, 1 / 8), 1),
    "an input that changes": ((put("i1", 0.7, slice(3, None)),), of(Part.FILLED_DOWN, 1 / QUANTITIES), 1),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "expected", "mistakes"), CASES.values(), ids=CASES)
def test_a_mistake_costs_its_quantity_once(changes: tuple[Change, ...], expected: dict[Part, float], mistakes: int):
    points = points_of(judged(CLASS, *changes), RUBRIC, TASK)
    assert lost(points) == expected
    assert sum(cost.points > 0 for cost in points.costs) <= mistakes
    assert points.review == ()


def test_what_only_follows_is_named_and_costs_nothing():
    (cost,) = points_of(judged(CLASS, edited("dE_dw3", "L", "J")), RUBRIC, TASK).costs
    assert (cost.finding.quantity, cost.follows) == ("dE_dw3", ("w3",))
    (cost,) = points_of(judged(CLASS, edited("o1", "+", "-")), RUBRIC, TASK).costs
    assert cost.follows[:4] == ("a_o1", "E1", "E_total", "dE_dw1")
    assert "h1" not in cost.follows
    assert "E2" not in cost.follows


def test_a_wrong_helper_column_costs_one_quantity():
    layout = Layout("helpers", (*LAYOUTS[0].lines[:23], *[n for n in STEPS if n not in LAYOUTS[0].lines],
                                *LAYOUTS[0].lines[23:]), STEPS, epochs=ROWS)  # fmt: skip
    helper = next(name for name in STEPS if name not in LAYOUTS[0].lines)
    right, wrong = (judged(layout, *changes) for changes in ((), (edited(helper, "-", "+"),)))
    assert lost(points_of(right, RUBRIC, TASK)) == {}
    points = points_of(wrong, RUBRIC, TASK)
    assert sum(cost.points > 0 for cost in points.costs) == 1
    (part,) = lost(points)
    assert part in (Part.OUTPUT_GRADIENTS, Part.HIDDEN_GRADIENTS)
    assert lost(points)[part] <= of(part, 1 / 4)[part]


def test_numbers_without_formulas_are_worth_nothing_and_a_human_looks():
    points = points_of(judged(replace(CLASS, pasted=0)), RUBRIC, TASK)
    assert sum(part.points for part in points.parts) == 0
    assert points.review == ("sheet 'Sheet1' holds numbers without formulas",)


def test_rows_that_are_numbers_are_not_filled_down():
    points = points_of(judged(replace(CLASS, pasted=4)), RUBRIC, TASK)
    assert lost(points) == of(Part.FILLED_DOWN, 2 / 5)
    assert points.lacking == ("4 rows with formulas; 6 were asked for",)


def test_rows_that_are_not_there_cost_their_share():
    points = points_of(judged(CLASS), RUBRIC, replace(TASK, rows=11))
    assert lost(points) == of(Part.FILLED_DOWN, 1 / 2)


def test_parts_that_are_not_asked_leave_the_total():
    task = Task(frozenset({Part.HIDDEN_GRADIENTS, Part.OUTPUT_GRADIENTS}), 1, 1)
    points = points_of(judged(CLASS, edited("h1", "+", "-"), edited("dE_dw1", "J", "L")), RUBRIC, task)
    assert sum(part.maximum for part in points.parts) == pytest.approx(100)
    assert lost(points) == {Part.HIDDEN_GRADIENTS: round(100 * 25 / 40 / 4, 6)}
    assert [cost.points > 0 for cost in points.costs] == [True, False]


def chart(column: str) -> Chart:
    return Chart("Sheet1", "Loss", (Series(None, f"Sheet1!${column}$33:${column}$38"),))


@pytest.mark.parametrize(
    ("charts", "share", "review"),
    [
        ((chart("W"),), 0, 0),
        ((chart("E"), chart("W")), 0, 0),
        ((), 1, 0),
        ((chart("E"),), 1, 0),  # a weight
        ((chart("ZZ"),), 1, 1),  # who knows
    ],
)
def test_a_chart_shows_the_loss(charts: tuple[Chart, ...], share: float, review: int):
    task = replace(TASK, parts=TASK.parts | {Part.CHART})
    points = points_of(judged(CLASS, charts=charts), RUBRIC, task)
    assert lost(points).get(Part.CHART, 0) == pytest.approx(share * 5 * 100 / 95, abs=1e-6)
    assert len(points.review) == review


TWO = replace(CLASS, tables=(("A", 32, 1, 0.5), ("B", 32, 1, 2.0)))


@pytest.mark.parametrize(
    ("layout", "changes", "share"),
    [
        (TWO, (), 0),
        (CLASS, (), 1),
        (TWO, (edited("dE_dw3", "L", "J", table=1),), 1 / QUANTITIES),
        (TWO, (edited("dE_dw3", "L", "J"), edited("dE_dw3", "L", "J", table=1)), 0),  # copied with the sheet
    ],
)
def test_further_learning_rates_cost_what_is_new_in_them(layout: Layout, changes: tuple[Change, ...], share: float):
    task = replace(TASK, parts=TASK.parts | {Part.OTHER_RATES}, tables=2, rates=(0.5, 2.0) if layout is TWO else ())
    points = points_of(judged(layout, *changes), RUBRIC, task)
    assert lost(points).get(Part.OTHER_RATES, 0) == pytest.approx(share * 5 * 100 / 95, abs=1e-6)


def test_a_column_that_is_empty_on_every_sheet_costs_once():
    task = replace(TASK, parts=TASK.parts | {Part.OTHER_RATES}, tables=2, rates=(0.5, 2.0))
    made = build(TWO)
    empty = {place.cell("dE_dw3", step): None for place in made.places for step in range(place.first, place.last + 1)}
    points = points_of(judged(TWO, lambda _: empty), RUBRIC, task)
    assert set(lost(points)) == {Part.HIDDEN_GRADIENTS}


def test_columns_that_others_do_without_may_be_left_out():
    lines = tuple(name for name in LAYOUTS[0].lines if name not in ("E1", "E2"))
    layout = next(each for each in LAYOUTS if each.name == "roots, total directly")
    assert set(layout.lines) == set(lines)
    assert lost(points_of(judged(replace(layout, epochs=ROWS)), RUBRIC, TASK)) == {}


def test_columns_that_nobody_computes_are_missing():
    lines = tuple(name for name in LAYOUTS[0].lines if name not in ("E_total", "E1", "E2"))
    points = points_of(judged(replace(CLASS, lines=lines)), RUBRIC, TASK)
    assert lost(points) == of(Part.LOSS, 1)
    assert points.lacking == ("loss: nothing was found for E1, E2, E_total",)


def test_a_mistake_in_what_reads_an_empty_column_costs_too():
    points = points_of(judged(CLASS, put("dE_dw3", None), edited("w3", "-", "+")), RUBRIC, TASK)
    assert lost(points) == of(Part.HIDDEN_GRADIENTS, 1 / 4) | of(Part.UPDATES, 1 / 8)


ONE_ROW = Task(frozenset({Part.FORWARD, Part.LOSS, Part.OUTPUT_GRADIENTS, Part.HIDDEN_GRADIENTS}), 1, 1)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((), {}),
        ((put("dE_dw3", None),), {Part.HIDDEN_GRADIENTS: 1 / 4}),
        ((put("E_total", None),), {Part.LOSS: 1 / 3}),
        (tuple(put(f"dE_dw{n}", None) for n in range(1, 9)), {Part.HIDDEN_GRADIENTS: 1, Part.OUTPUT_GRADIENTS: 1}),
        ((put("dE_dw3", None), edited("dE_dw4", "L", "J")), {Part.HIDDEN_GRADIENTS: 1 / 2}),
        ((put("dE_dw3", 0.1),), {Part.HIDDEN_GRADIENTS: 1 / 4}),
    ],
)
def test_in_a_table_of_one_row_what_is_empty_is_missing(changes: tuple[Change, ...], expected: dict[Part, float]):
    points = points_of(judged(replace(CLASS, epochs=1), *changes), RUBRIC, ONE_ROW)
    found = {part.part: 1 - part.points / part.maximum for part in points.parts if part.points < part.maximum}
    assert found == pytest.approx(expected)


def test_one_row_where_rows_were_asked_has_no_updates():
    points = points_of(judged(replace(CLASS, epochs=1)), RUBRIC, TASK)
    assert lost(points) == of(Part.UPDATES, 1) | of(Part.FILLED_DOWN, 1)
    assert points.lacking[0] == "updates: nothing was found for w1, w2, w3, w4, w5, w6, w7, w8"


def test_a_column_that_is_empty_is_told_as_lacking_not_as_a_mistake_of_what_reads_it():
    points = points_of(judged(CLASS, put("dE_dw3", None)), RUBRIC, TASK)
    assert points.lacking == ("hidden gradients: nothing was found for ∂E/∂w3",)
    assert [cost.points for cost in points.costs] == [0] * len(points.costs)


def test_a_workbook_of_nothing_that_is_known_has_no_points():
    points = points_of(judged(CLASS), RUBRIC, TASK)
    assert points.parts
    assert points_of(Judged(judged(CLASS).report, ""), RUBRIC, TASK).parts == ()


def table(wrong: int, guessed: int, **given: float) -> JudgedTable:
    names = tuple(f"w{n}" for n in range(wrong))
    return JudgedTable("Sheet1", 2, 9, 9, {}, given, 0.5, False, False, names, names[:guessed])


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (table(6, 6), "6 quantities look wrong in columns whose headings do not name them"),
        (table(9, 5), ""),  # all headings say so: many mistakes
        (table(1, 0, i1=0.2, i2=0.1), "i1, i2 hold each other's numbers"),
        (table(0, 0, i1=0.2, i2=0.1), ""),  # exchanged, and everything right
        (table(1, 0, i1=0.1, i2=0.2), ""),
    ],
)
def test_columns_that_may_have_been_misread_are_left_to_a_human(found: JudgedTable, said: str):
    told = misread(found, {"i1": 0.1, "i2": 0.2})
    assert [text.partition(":")[0].partition(", and")[0] for text in told] == [said] * bool(said)
