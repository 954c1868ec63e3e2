"""What a cell is meant to be."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from backprop.calculus.tape import FREE, Tape
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.cells import added_up, terms
from backprop.check.any_model.model.slopes import AGREES, Slope, ratio
from backprop.check.any_model.model.states import States
from backprop.check.any_model.model.updates import Update

MOST_TYPED = 4  # numbers that a velocity and its like are made of
SHARE = 1e-3  # of a sum, for one of its two parts to be one


@dataclass(frozen=True, slots=True)
class Expected:
    """What a cell should be: a derivative, or with `update` the old value less rate times derivative."""

    node: int
    slope: Slope
    factor: float | None  # None: any constant multiple
    update: Update | None = None
    rate: int | None = None
    sure: bool = False  # an update reads it: a derivative that belongs there may be printed
    titled: bool = False  # its title says so, and others beneath such titles are what they say
    tentative: bool = False  # nothing but the cells beside it tells: wrong only where a small change makes it right

    def compared(self, tape: Tape, formula: int) -> int:
        """The node whose numbers are held against the derivative: a formula's, or of an update what it adds."""
        if self.update is None:
            return formula
        added = terms(tape, formula)
        if (1, self.update.old) not in added:
            return tape.apply("-", formula, self.update.old)
        added.remove((1, self.update.old))
        return added_up(tape, added)

    def fits(self, analysis: Analysis, values: States) -> bool:
        """Whether these numbers are what is expected, and are numbers wherever that is one: 1/0 proves nothing."""
        truth = analysis.table.value(self.slope)
        if truth is None or np.any(np.isfinite(truth) & ~np.isfinite(values)):
            return False
        return self.found_factor(analysis, values) is not None

    def found_factor(self, analysis: Analysis, values: States) -> float | None:
        """The factor by which these numbers are what is expected; None where they are not."""
        truth = analysis.table.value(self.slope)
        if truth is None:
            return None
        if self.update is not None and self.rate is not None:
            values = values / analysis.values(self.rate)
        if not np.any(truth) and not np.any(values):
            return self.factor or 1.0
        found = ratio(values, truth)
        if found is None and self.update is not None:
            found = decayed(analysis, self.slope, values, analysis.settings)
        elif found is None:
            also = not self.titled and _is_step_or_decayed(analysis, self, values, truth)
            return self.factor or 1.0 if also else None
        return found if found is not None and (self.factor is None or close(found, self.factor)) else None


def _is_step_or_decayed(analysis: Analysis, item: Expected, values: States, truth: States) -> bool:
    """Whether a cell is a derivative times a rate, or a derivative plus a multiple of something else.

    Of the parameter itself: weight decay. Of a typed 0 that no model reads: a velocity, which begins with it.
    """
    tape = analysis.cells.tape
    read = analysis.cells.reads.get(item.node, ())
    known = analysis.training | analysis.forward  # a target of 0 or 1 is no rate
    typed = [leaf for leaf in read if tape.kinds[leaf] == FREE and leaf not in known]
    if any(ratio(values / analysis.values(rate), truth) is not None for rate in typed):
        return True
    return decayed(analysis, item.slope, values, typed) is not None or _is_velocity(analysis, values, truth, typed)


def _is_velocity(analysis: Analysis, values: States, truth: States, typed: Sequence[int]) -> bool:
    """Whether numbers are a derivative, or a rate times it, plus a share of a typed 0."""
    begins = [kept for kept in typed if analysis.cells.tape.stored[kept] == 0]
    if not begins or not 1 < len(typed) <= MOST_TYPED:
        return False
    steps = [truth, *(truth * analysis.values(rate) for rate in typed)]
    shares = [analysis.values(kept) * analysis.values(rate) for kept in begins for rate in typed if rate != kept]
    return any(_parts_of_sum(values, one, two) is not None for one in steps for two in shares)


def decayed(analysis: Analysis, slope: Slope, values: States, rates: Iterable[int]) -> float | None:
    """k of values = k · derivative + a constant · parameter, of one sign for a cost; None where there is none."""
    truth, old = analysis.table.value(slope), analysis.values(slope.by)
    if truth is None:
        return None
    cost = is_cost(analysis, slope.of)
    for beside in (old, *(old * analysis.values(rate) for rate in rates)):
        parts = _parts_of_sum(values, truth, beside)
        if parts is not None and (parts[0] * parts[1] > 0 or not cost):
            return parts[0]
    return None


def is_cost(analysis: Analysis, of: int) -> bool:
    """Whether a loss is no less than 0 in any state: what one makes small. A likelihood's logarithm is made large."""
    values = analysis.values(of)
    finite = values[np.isfinite(values)]
    return finite.size > 0 and bool((finite >= 0).all())


def _parts_of_sum(values: States, one: States, two: States) -> tuple[float, float] | None:
    table = np.stack([one, two], axis=1)
    good = np.isfinite(table).all(axis=1) & np.isfinite(values)
    if good.sum() <= len(values) / 2:
        return None
    factors = np.linalg.lstsq(table[good], values[good], rcond=None)[0]
    apart = np.abs(table[good] @ factors - values[good]).max()
    size = np.abs(values[good]).max()
    parts = np.abs(factors) * np.abs(table[good]).max(axis=0)
    both = float(factors[0]), float(factors[1])
    return both if (parts > SHARE * size).all() and apart <= AGREES * size else None


def close(one: float, two: float) -> bool:
    """Whether a factor is that one."""
    return abs(one - two) <= 1e-6 * abs(two)


def kind_of(analysis: Analysis, node: int, slope: Slope) -> object:
    """Derivatives that should have the same factor: of losses with one formula, on one sheet."""
    return analysis.cells.cell_of[node][0], analysis.loss_kind(slope.of)


def adds_up_samples(analysis: Analysis, node: int, parameter: int) -> bool:
    """Whether a cell that is no derivative reads those of several losses by a parameter: it is meant to add them up."""
    claims, own = analysis.claims, analysis.same(parameter)
    read = (claims[at].slope for at in analysis.cells.reads.get(node, ()) if at in claims)
    return node not in claims and len({slope.of for slope in read if slope.by in own}) > 1


def of_some_samples(analysis: Analysis, slope: Slope) -> bool:
    """Whether the derivative is of a loss that no cell holds, over some of the samples that the parameter has."""
    kind, truth = analysis.implied.get(slope.of), analysis.table.value(slope)
    if not isinstance(kind, tuple) or truth is None:
        return False
    *words, count = kind
    for other in analysis.table.by.get(slope.by, ()):
        its = analysis.implied.get(other.of)
        if isinstance(its, tuple) and [*its[:-1]] == words and its[-1] > count:
            whole = analysis.table.value(other)
            if whole is not None and ratio(truth, whole) is None:
                return True
    return False


def losses_for(analysis: Analysis, by: int, near: Mapping[object, int] | None = None) -> list[Slope]:
    """The derivatives by a parameter, that of the likeliest loss first; of losses with one formula the next one.

    `near`: how many derivatives of each kind of loss stand beside; else those count by which the workbook trains.
    """
    usual = analysis.descended if near is None else near
    same = analysis.same(by)
    kinds: dict[object, Slope] = {}
    support = Counter[object]()
    cells = sorted(same, key=lambda at: (at != by, at))  # the parameter itself first, then what it repeats
    slopes = (slope for at in cells for slope in analysis.table.by.get(at, ()))
    for slope in sorted(slopes, key=lambda slope: slope.of):
        kind = analysis.loss_kind(slope.of)
        kinds.setdefault(kind, slope)
        support[kind] += analysis.support[slope.of]

    added_up = any(slope.of in analysis.totals for slope in kinds.values())

    def likely(kind: object) -> tuple[object, ...]:
        of = kinds[kind].of
        words = analysis.losses.get(of)
        return (
            not (added_up and words and words.startswith("the sum of")),  # a cell adds the samples up
            usual.get(kind, 0),
            near is not None or not of_some_samples(analysis, kinds[kind]),
            of not in analysis.parts,
            analysis.chosen[kind],
            support[kind] > 0,
            not words,
            analysis.plainly[kind] > 0,
            support[kind] if words else analysis.size(of),
        )

    return [kinds[kind] for kind in sorted(kinds, key=likely, reverse=True)]
