"""Steps by second derivatives: Newton's method, Gauss and Newton's, Levenberg and Marquardt's.

However a sheet solves its equations, the steps δ of all parameters obey H δ = −g, with H the derivatives of g, or the
sums over the residuals r of ∂r/∂p · ∂r/∂q. Source: Nocedal and Wright, Numerical Optimization, 2006, 3.3, 10.3.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from backprop.calculus.tape import CELL, FREE, NUMBER
from backprop.check.any_model.mistakes.steps import Derivative
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import terms
from backprop.check.any_model.model.changes import change, rates
from backprop.check.any_model.model.slopes import alike, as_states, ratio
from backprop.check.any_model.model.states import COUNT, States
from backprop.check.any_model.model.updates import Update

MOST = 12  # parameters of a step
MOST_RESIDUALS = 500


def turned_in_step(analysis: Analysis, group: Sequence[Update], derivatives: Mapping[int, Derivative]) -> int | None:
    """Which update alone has to change its sign for the others to be a step of a method."""
    for turned in range(len(group)) if 2 < len(group) <= MOST else ():
        if name_of_step(analysis, group, derivatives, turned) is not None:
            return turned
    return None


def name_of_step(
    analysis: Analysis, group: Sequence[Update], derivatives: Mapping[int, Derivative], turned: int | None = None
) -> str | None:
    """The method by which the parameters of a step change together; None where they do not.

    `turned`: the update whose change is taken with the other sign.
    """
    cells = [derivatives[update.node].cell for update in group]
    known = [cell for cell in cells if cell is not None]
    if len(known) < len(cells) or len(group) > MOST:
        return None
    gradient = [analysis.values(cell) for cell in known]
    steps = [change(analysis, update) * (-1 if at == turned else 1) for at, update in enumerate(group)]
    of = derivatives[group[0].node].slope.of
    tried = [None, *rates(analysis, group[0])[:MOST]]
    if len(group) == 1 and _solves(analysis, tried, [gradient[0] * steps[0]], [analysis.values(of)]):
        return "Newton's method for a root"
    parameters = [update.old for update in group]
    hessian = [_slopes(analysis, cell, parameters) for cell in known]
    if _solves(analysis, tried, _product(hessian, steps), gradient):
        return "Newton's method"
    jacobian = [_slopes(analysis, residual, parameters) for residual in _residuals(analysis, of)]
    if not jacobian:
        return None
    normal = [
        [sum((row[i] * row[j] for row in jacobian), as_states(0.0)) for j in range(len(group))]
        for i in range(len(group))
    ]
    factor = derivatives[group[0].node].factor * _share(analysis, of)
    gradient = [values / factor for values in gradient]
    if _solves(analysis, tried, _product(normal, steps), gradient):
        return "Gauss-Newton"
    left = [-g - h for g, h in zip(gradient, _product(normal, steps), strict=True)]
    for scale in ([as_states(1.0)] * len(group), [normal[i][i] for i in range(len(group))]):
        damping = [values / (step * by) for values, step, by in zip(left, steps, scale, strict=True)]
        if len(group) > 1 and (damping[0] > 0).any() and all(alike(damping[0], other) for other in damping):
            return "Levenberg-Marquardt"
    return None


def _solves(analysis: Analysis, rates_: Sequence[int | None], one: Sequence[States], two: Sequence[States]) -> bool:
    """Whether one is the same negative multiple of two in all its parts, or a rate times that."""
    for rate in rates_:
        by = as_states(1.0) if rate is None else analysis.values(rate)
        factors = [ratio(h / by, g) for h, g in zip(one, two, strict=True)]
        first = factors[0]
        if first is not None and first < 0 and all(f is not None and abs(f - first) < -1e-6 * first for f in factors):
            return True
    return False


def _product(matrix: Sequence[Sequence[States]], vector: Sequence[States]) -> list[States]:
    return [sum((a * b for a, b in zip(row, vector, strict=True)), as_states(0.0)) for row in matrix]


def _slopes(analysis: Analysis, node: int, parameters: Sequence[int]) -> list[States]:
    """∂node/∂parameter in all states."""
    derivatives = analysis.evaluation.derivatives({node: np.ones(COUNT)})
    return [as_states(derivatives.get(parameter, 0.0)) for parameter in parameters]


def _share(analysis: Analysis, of: int) -> float:
    """How many times the sum of squared residuals a loss is, twice that: the factor of its derivative in Σ r ∂r/∂p."""
    total = sum((analysis.values(residual) ** 2 for residual in _residuals(analysis, of)), as_states(0.0))
    return 2 * (ratio(analysis.values(of), total) or 0.5)


def _residuals(analysis: Analysis, of: int) -> list[int]:
    """What a loss squares and adds up; nothing where it holds anything else."""
    tape, found = analysis.cells.tape, list[int]()
    pending, seen = [of], set[int]()
    while pending:
        for _, term in terms(tape, pending.pop()):
            if term in seen:
                continue
            seen.add(term)
            match tape.kinds[term], tape.takes[term]:
                case "^", (base, exponent) if tape.exact(exponent) == 2:
                    found.append(base)
                case "*", (one, two) if one == two:
                    found.append(one)
                case "*" | "/", (one, two) if tape.kinds[one] in (NUMBER, FREE) or tape.kinds[two] in (NUMBER, FREE):
                    pending += [side for side in (one, two) if tape.kinds[side] not in (NUMBER, FREE)]
                case kind, (below,) if kind == CELL and term not in analysis.ends:
                    pending.append(below)
                case kind, _ if kind != NUMBER:
                    return []
    return found if len(found) <= MOST_RESIDUALS else []
