"""Derivatives of something other than a loss by their titles: df/dk beside f and k, ∂a/∂z, f'(x) beside f(x) and x.

Titles alone prove little: one of a sheet is believed where others of its kind there are what they say.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from backprop.calculus.evaluate import Evaluation
from backprop.calculus.tape import CELL
from backprop.check.any_model.mistakes.expected import Expected
from backprop.check.any_model.mistakes.titles import nearest, regions_by_title, titled_regions
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.changes import formula_of
from backprop.check.any_model.model.names import bare_title, quotient_of
from backprop.check.any_model.model.slopes import Match, Slope, alike, as_states
from backprop.check.any_model.model.states import COUNT, States

MOST = 400  # titled cells that are looked at


@dataclass(frozen=True, slots=True)
class _Titled:
    node: int
    slope: Slope
    truth: States
    right: bool


def by_quotients(analysis: Analysis) -> list[Expected]:
    """Cells that are not the derivative that their title names, on sheets where at least as many are."""
    groups: dict[str, list[_Titled]] = defaultdict(list)
    for sheet, titled in _titled(analysis):
        groups[sheet].append(titled)
    found = []
    for group in groups.values():
        wrong = [titled for titled in group if not titled.right]
        if not wrong or 2 * len(wrong) > len(group):
            continue
        for titled in group:
            analysis.table.add(titled.slope, titled.truth)
            analysis.losses.setdefault(titled.slope.of, "")
            if titled.right:
                analysis.claims.setdefault(titled.node, Match(titled.slope, 1.0))
        found += [Expected(titled.node, titled.slope, 1.0, sure=True, titled=True) for titled in wrong]
    return found


def _titled(analysis: Analysis) -> Iterator[tuple[str, _Titled]]:
    """The cells beneath titles of derivatives, with their sheets."""
    titles = titled_regions(analysis)
    plain = regions_by_title(titles)
    cells, left = analysis.cells, MOST
    for text, region in titles:
        names = quotient_of(text)
        if names is None or (of := nearest(region, plain.get((region.sheet, bare_title(names[0])), []))) is None:
            continue
        others = plain.get((region.sheet, bare_title(names[1])), [])
        single = [other for other in others if other.rows == other.columns == 1]
        by = nearest(region, others) or (single[0] if len(single) == 1 else None)
        if by is None or region.columns != 1 or of.columns != 1:
            continue
        for row in range(region.rows):
            node, above = cells.at.get(region.at(row, 0)), cells.at.get(of.at(row, 0))
            below = cells.graph.node(by.at(row if by.rows > 1 else 0, 0))
            left -= 1
            if node is None or above is None or below is None or left < 0 or not _may_be(analysis, node):
                continue
            if (titled := _judged(analysis, node, Slope(above, below))) is not None:
                yield region.sheet, titled


def _may_be(analysis: Analysis, node: int) -> bool:
    return analysis.cells.tape.kinds[node] == CELL and node not in analysis.forward and node not in analysis.ends


def _judged(analysis: Analysis, node: int, slope: Slope) -> _Titled | None:
    """Whether a cell is ∂of/∂by, through all cells or within the formula of one; None where that is nothing."""
    if node == slope.of or slope.of not in analysis.cells.reads:
        return None
    whole = analysis.evaluation.derivatives({slope.of: np.ones(COUNT)}).get(slope.by)
    if whole is None:
        return None
    formula = formula_of(analysis, slope.of)
    given = {leaf: analysis.values(leaf) for leaf in analysis.cells.reads[slope.of]}
    part = Evaluation(analysis.cells.tape, given).derivatives({formula: 1.0}).get(slope.by)
    values, truth = analysis.values(node), as_states(whole)
    if (claim := analysis.claims.get(node)) is not None and claim.slope != slope:
        return None
    right = any(alike(values, as_states(each)) for each in (truth, part) if each is not None)
    return _Titled(node, slope, truth, right)
