"""Is a workbook right? Its gradients against differences of its loss, its values against another engine."""

from pathlib import Path

import numpy as np

from benchmarks.any_model.case import Case
from benchmarks.any_model.programs.program import Quantity
from benchmarks.any_model.sheet.book import Formula, Place
from benchmarks.any_model.sheet.calculator import Calculator

STEP = 1e-5


def states(case: Case, count: int, seed: int = 1) -> list[dict[Place, float]]:
    """Other numbers for every given cell of the first step and the data: what a right formula is right at."""
    draw = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        given: dict[Place, float] = {}
        for place, (name, _, column, _) in case.meaning.items():
            content = case.right.cells.get(place)
            quantity = case.program[name]
            if not isinstance(content, float) or quantity.element is not None:
                continue
            if not (quantity.ones and column == quantity.columns - 1):
                given[place] = _number(quantity, content, draw)
        found.append(given)
    return found


def _number(quantity: Quantity, content: float, draw: np.random.Generator) -> float:
    match quantity.kind:
        case "fixed":
            return content
        case "unit":
            return float(draw.uniform(0.1, 0.9))
        case "rate":
            return float(draw.uniform(0.05, 0.5))
        case "percent":
            return float(draw.uniform(5, 50))
        case "positive":
            return float(draw.uniform(0.1, 1.0))
    return float(draw.uniform(0.2, 1.5) * draw.choice([-1, 1]))


def wrong_gradients(case: Case) -> list[str]:
    """Gradients that are not `scale` times the difference of the loss (which must be there), at a random state.

    Where no cell holds a gradient, it is taken from the update.
    """
    first, second = states(case, 2)
    wrong = _wrong_at(case, first)
    return wrong and _wrong_at(case, second)  # at a kink differences are no derivative


def _wrong_at(case: Case, given: dict[Place, float]) -> list[str]:
    base = Calculator(case.right, given)
    near = {"forward differences": 2e-2, "central differences": 2e-3}.get(case.wish.derivatives, 1e-5)
    if case.wish.rewriting == "2.718 for e":
        near = 1e-3
    wrong = []
    for parameter in case.program.role("parameter"):
        for r, c in parameter.places():
            slope = case.program.scale * _slope(case, given, base, (parameter.name, r, c))
            told = _told(case, given, parameter.name, r, c)
            if abs(told - slope) > near * max(1, abs(slope)):
                wrong.append(f"d{parameter.name}[{r},{c}]: {told}, is {slope}")
    return wrong


def _slope(case: Case, given: dict[Place, float], base: Calculator, element: tuple[str, int, int]) -> float:
    at = case.arrangement.place(element[0], 0, *element[1:])
    loss = case.arrangement.place(case.program.loss, 0, 0, 0)
    ends = []
    for step in (STEP, -STEP):
        value = Calculator(case.right, {**given, at: float(base.value(at)) + step}).value(loss)  # type: ignore[arg-type]
        ends.append(float(value))  # type: ignore[arg-type]
    return (ends[0] - ends[1]) / (2 * STEP)


def _told(case: Case, given: dict[Place, float], name: str, r: int, c: int) -> float:
    """The gradient's cell; where there is none, what the rate is multiplied with in the update."""
    own = f"d{name}" in case.program.quantities
    where = (f"d{name}", 0) if own else (name, 1) if case.wish.merged else (f"{name}_new", 0)
    at = case.arrangement.place(*where, r, c)
    read = lambda numbers: float(Calculator(case.right, numbers).value(at))  # type: ignore[arg-type]  # noqa: E731
    if own:
        return read(given)
    rate = case.arrangement.place("lr", 0, 0, 0)
    return (-1 if case.wish.convention == "negative" else 1) * (read({**given, rate: 1.0}) - read({**given, rate: 2.0}))


def differs_from_engine(case: Case, file: Path) -> list[str]:
    """Cells for which IronCalc computes another value than the stored one."""
    import ironcalc

    model = ironcalc.load_from_xlsx(str(file), "en", "UTC", "en")
    model.evaluate()
    wrong = []
    for place, value in case.values.items():
        if not isinstance(value, float) or not isinstance(case.right.cells.get(place, Formula("=")), Formula):
            continue
        text = model.get_formatted_cell_value(case.right.sheets.index(place[0]), *place[1:])
        try:
            same = abs(float(text) - value) <= 2e-8 * max(1, abs(value))
        except ValueError:
            same = False
        if not same:
            content = case.right.cells.get(place)
            wrong.append(f"{place}: {value} stored, {text} computed: {content}")
    return wrong
