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
        for place, (name, _, _, _) in case.meaning.items():
            content = case.right.cells.get(place)
            if isinstance(content, float):
                given[place] = _number(case.program[name], content, draw)
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
    """Gradients that are not `scale` times the difference of the loss (which must be there), at a random state."""
    given = states(case, 1)[0]
    base = Calculator(case.right, given)
    wrong = []
    loss = case.arrangement.place(case.program.loss, 0, 0, 0)
    for gradient in case.program.role("gradient"):
        parameter = case.program[gradient.by]
        for r, c in gradient.places():
            at = case.arrangement.place(parameter.name, 0, r, c)
            ends = []
            for step in (STEP, -STEP):
                changed = {**given, at: given[at] + step}
                ends.append(float(Calculator(case.right, changed).value(loss) or 0.0))  # type: ignore[arg-type]
            slope = case.program.scale * (ends[0] - ends[1]) / (2 * STEP)
            told = base.value(case.arrangement.place(gradient.name, 0, r, c))
            if not isinstance(told, float) or abs(told - slope) > 1e-5 * max(1, abs(slope)):
                wrong.append(f"{gradient.name}[{r},{c}]: {told}, is {slope}")
    return wrong


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
