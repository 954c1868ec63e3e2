"""Updates by another loss than the others of their step: what they take for their derivative only happens to be one.

A sum that lost a sample is still the derivative of something: of the losses of the samples that are left.
"""

from collections import Counter, defaultdict

import numpy as np

from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.lineage import Lineage
from backprop.check.any_model.model.slopes import Slope, ratio
from backprop.check.any_model.model.updates import Update

SHARE = 0.3  # of the updates, for a loss to be one by which a workbook trains


def by_other_losses(analysis: Analysis, slopes: dict[int, Slope]) -> list[Update]:
    """The updates whose derivative is not that of the loss by which their step descends.

    `slopes`: the derivative of each update that is proven, or through an optimiser.
    """
    kinds = Counter(analysis.loss_kind(slope.of) for slope in slopes.values())
    if len(kinds) < 2:
        return []
    lineage = Lineage(analysis)
    groups: dict[tuple[str, int], list[Update]] = defaultdict(list)
    for update in analysis.updates:
        if update.node in slopes:
            groups[lineage.step_of(update)].append(update)
    usual = {kind for kind, count in kinds.items() if count >= max(2, SHARE * len(slopes))}
    found = []
    for group in groups.values():
        losses = Counter(of for update in group for of in analysis.losses_like(slopes[update.node]))
        known = {of for of, count in losses.items() if count >= max(2, SHARE * len(group))}
        by = {at for update in group for at in analysis.same(update.old)}
        others = (slope.of for at in by for slope in analysis.table.by.get(at, ()))
        known |= {of for of in others if analysis.loss_kind(of) in usual}
        if known:
            of = max(known, key=lambda of: (analysis.size(of), losses[of], -of))
            found += [update for update in group if _is_another(analysis, update, slopes[update.node], of)]
    return found


def _is_another(analysis: Analysis, update: Update, own: Slope, usual: int) -> bool:
    """Whether the usual loss has a derivative by the parameter, and it is no multiple of the update's."""
    if own.of == usual:
        return False
    meant = [slope for at in analysis.same(update.old) if (slope := Slope(usual, at)) in analysis.table.at]
    found = [truth for slope in meant if (truth := analysis.table.value(slope)) is not None and np.any(truth)]
    values = analysis.table.value(own)
    return values is not None and bool(found) and all(ratio(values, truth) is None for truth in found)
