"""Steps of a whole sheet that go the wrong way: up a cost, or without the rate that all others take."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from backprop.check.any_model.mistakes.expected import Expected, close, is_cost
from backprop.check.any_model.mistakes.steps import Step, Steps
from backprop.check.any_model.model.analysis import Analysis

ENOUGH = 2  # steps of a sheet


def by_sheet_and_loss(analysis: Analysis, steps: Steps) -> Iterable[list[Step]]:
    """The proven steps of each sheet and each kind of loss."""
    groups: dict[object, list[Step]] = defaultdict(list)
    for step in steps.proven.values():
        groups[analysis.cells.cell_of[step.update.node][0], analysis.loss_kind(step.slope.of)].append(step)
    return groups.values()


def all_uphill(analysis: Analysis, steps: Steps) -> Iterator[Expected]:
    """Where every step of a sheet goes up what is no less than 0 in any state: a cost, not a likelihood.

    The derivatives have the wrong sign if they are the negative ones, else the updates.
    """
    for group in by_sheet_and_loss(analysis, steps):
        goes_up = all(goes_uphill(analysis, step) and is_cost(analysis, step.slope.of) for step in group)
        if len(group) < ENOUGH or not goes_up:
            continue
        read = {node for step in group for node in _derivatives_read(analysis, step)}
        negative = {node for node in read if analysis.claims[node].factor < 0}
        if read and negative == read:
            for node in sorted(negative):
                claim = analysis.claims[node]
                yield Expected(node, claim.slope, -claim.factor, sure=True)
        elif not negative:
            for step in group:
                yield Expected(step.update.node, step.slope, -step.factor, step.update, step.rate)


def goes_uphill(analysis: Analysis, step: Step) -> bool:
    """Whether a step makes its loss larger, at the sign of the rate that the workbook holds."""
    negative = step.rate is not None and analysis.cells.tape.stored[step.rate] < 0
    return (step.factor > 0) != negative


def _derivatives_read(analysis: Analysis, step: Step) -> list[int]:
    """The cells with the derivative by its parameter that an update reads."""
    read = analysis.cells.reads.get(step.update.node, ())
    claimed = (node for node in read if node in analysis.claims)
    return [node for node in claimed if analysis.is_by(analysis.claims[node].slope, step.update.old)]


def without_rate(analysis: Analysis, steps: Steps, usual: Mapping[str, Step]) -> Iterator[Expected]:
    """Steps by the derivative itself on a sheet where most multiply it with a rate that a cell holds."""
    for step in steps.proven.values():
        most = usual.get(analysis.cells.cell_of[step.update.node][0])
        if most is not None and most.rate is not None and step.rate is None and close(step.factor, most.factor):
            yield Expected(step.update.node, step.slope, most.factor, step.update, most.rate)
