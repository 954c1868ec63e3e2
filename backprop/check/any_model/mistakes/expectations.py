"""Cells that are meant to be a derivative or an update and are not: what each of them should be, and how one knows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from backprop.calculus.tape import CELL, FREE
from backprop.check.any_model.mistakes.expected import Expected, close, kind_of, losses_for
from backprop.check.any_model.mistakes.positions import by_positions
from backprop.check.any_model.mistakes.quotients import by_quotients
from backprop.check.any_model.mistakes.steps import Step, Steps, cells_below
from backprop.check.any_model.mistakes.titles import by_titles
from backprop.check.any_model.mistakes.ways import all_uphill, by_sheet_and_loss, goes_uphill, without_rate
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.changes import formula_of, gradient_cell, loss_added_up, rates
from backprop.check.any_model.model.names import derived_in
from backprop.check.any_model.model.slopes import SMALLEST, Match
from backprop.check.any_model.model.updates import Update, read_by

ODD = 1 / 3  # of the steps of a sheet at the most, for those that go the other way to be wrong
NATURAL = 0.25  # of the derivatives of a kind at the least, for those that are no multiple to be what is meant
PLAIN = 1.0, 2.0, 0.5  # what a derivative is multiplied with by convention
USUAL = 0.6  # of the cells of a kind, for what they do to be what is meant


def expectations(analysis: Analysis, steps: Steps, taken: Mapping[int, int]) -> list[Expected]:
    """Every cell that is not what it is meant to be, in the order of the graph.

    `taken`: updates with the cell that they take for their derivative.
    """
    found: dict[int, Expected] = {}
    usual_step = _usual_steps(analysis, steps)
    usual = usual_factors(analysis)
    for update in steps.other:
        for expected in _of_update(analysis, update, usual, usual_step, steps, taken.get(update.node)):
            found.setdefault(expected.node, expected)
    for update in analysis.updates:
        step = usual_step.get(analysis.cells.cell_of[update.node][0])
        if update.node in steps.ruled and step is not None:
            found.setdefault(update.node, _step_expected(analysis, update, step))
    for step in uphill(analysis, steps)[0]:
        found.setdefault(step.update.node, Expected(step.update.node, step.slope, -step.factor, step.update, step.rate))
    for expected in (*all_uphill(analysis, steps), *without_rate(analysis, steps, usual_step)):
        found.setdefault(expected.node, expected)
    as_usual = _in_usual_steps(analysis, steps, usual_step)
    for node, claim in analysis.claims.items():
        factor = None if node in as_usual else usual.get(kind_of(analysis, node, claim.slope))
        unusual = factor is not None and claim.slope.by in analysis.trained and not close(claim.factor, factor)
        if unusual and factor is not None and not _may_have(analysis, node, claim, factor):
            found.setdefault(node, Expected(node, claim.slope, factor, sure=node in analysis.read_as))
    for expected in (
        *by_positions(analysis),
        *by_titles(analysis, usual),
        *_by_signs(analysis),
        *by_quotients(analysis),
    ):
        found.setdefault(expected.node, expected)
    wrong = []
    for node in sorted(found):
        expected = found[node]
        tape = analysis.cells.tape
        formula = formula_of(analysis, node) if tape.kinds[node] == CELL or node in analysis.cells.loops else node
        own = analysis.values(expected.compared(tape, formula))
        factor = expected.found_factor(analysis, own)
        if factor is None and np.any(analysis.tied):
            factor = expected.found_factor(analysis, np.where(analysis.tied, np.nan, own))
        if factor is None:
            wrong.append(expected)
        elif expected.update is None:  # it is what it should be: too often the same to be found by its values
            analysis.claims[node] = Match(expected.slope, factor)
        else:
            steps.proven[node] = Step(expected.update, expected.slope, expected.rate, factor)
            steps.ruled.pop(node, None)
            steps.other = [update for update in steps.other if update.node != node]
    return wrong


def without_repeated(analysis: Analysis, expected: Iterable[Expected]) -> dict[int, Expected]:
    """By its node each but those of right derivatives that a cell only repeats which is meant to be the next one.

    That cell is wrong, not what it repeats.
    """
    found = {item.node: item for item in expected}
    takes, repeated = analysis.cells.tape.takes, set[int]()
    for node in found:
        if node in analysis.claims and (takes[node] and takes[node][0] in analysis.claims):
            repeated.add(takes[node][0])
    return {node: item for node, item in found.items() if node not in repeated}


def _by_signs(analysis: Analysis) -> Iterator[Expected]:
    """Of derivatives titled dz/dx and dz/dy, where some have z's sign, those that have the other one."""
    titled: dict[object, list[int]] = defaultdict(list)
    for node in analysis.claims:
        named = next((name for text in analysis.cells.labels(node) if (name := derived_in(text)) is not None), None)
        if named is not None:
            titled[analysis.cells.cell_of[node][0], named].append(node)
    for nodes in titled.values():
        if any(analysis.claims[node].factor > 0 for node in nodes):
            for node in nodes:
                claim = analysis.claims[node]
                other = any(close(match.factor, -claim.factor) for match in analysis.matches.get(node, ()))
                if claim.factor < 0 and not other and node not in analysis.agreed:
                    yield Expected(node, claim.slope, -claim.factor)


def _may_have(analysis: Analysis, node: int, claim: Match, factor: float) -> bool:
    """Whether a cell that no update reads may have another factor than most: it is more than one derivative.

    What is made of it has the factor of most.
    Of two classes one derivative is the other's negative; an error t − y is the negative derivative by a weighted sum.
    """
    if node in analysis.read_as:
        return False
    readers = (analysis.claims[reader] for reader in analysis.cells.readers.get(node, ()) if reader in analysis.claims)
    if any(close(reader.factor, factor) and reader.slope.by != claim.slope.by for reader in readers):
        return True
    kind = analysis.loss_kind(claim.slope.of)
    alike = [match for match in analysis.matches.get(node, ()) if analysis.loss_kind(match.slope.of) == kind]
    usual = [match for match in alike if match.slope.by in analysis.trained and close(match.factor, factor)]
    if usual:
        analysis.claims[node] = usual[0]
    return bool(usual) or any(match.slope.by not in analysis.trained for match in alike)


def uphill(analysis: Analysis, steps: Steps) -> tuple[list[Step], list[Step]]:
    """The steps of a sheet and a kind of loss that go the other way than most; and those where neither way is usual.

    Formulas count, not cells; of as many formulas each way those are right that go down.
    """
    wrong: list[Step] = []
    unclear: list[Step] = []
    for group in by_sheet_and_loss(analysis, steps):
        up = [step for step in group if goes_uphill(analysis, step)]
        down = [step for step in group if not goes_uphill(analysis, step)]
        few = up if _formulas(analysis, up) <= _formulas(analysis, down) else down
        if up and down and (few is up or len(few) <= ODD * len(group)):
            wrong += few
        elif up and down:
            unclear += group
    return wrong, unclear


def _formulas(analysis: Analysis, steps: list[Step]) -> int:
    return len({analysis.cells.tree(step.update.node) for step in steps})


def usual_factors(analysis: Analysis) -> dict[object, float]:
    """For each kind of loss the factor of its derivatives by parameters: 1 where some have it, else that of most."""
    counted: dict[object, Counter[float]] = defaultdict(Counter)
    on_sheet: dict[object, Counter[float]] = defaultdict(Counter)
    sheets: dict[object, str] = {}
    for node, claim in analysis.claims.items():
        if claim.slope.by in analysis.trained:
            kind = kind_of(analysis, node, claim.slope)
            sheets[kind] = analysis.cells.cell_of[node][0]
            counted[kind][round(claim.factor, 8)] += 1
            on_sheet[sheets[kind]][round(claim.factor, 8)] += 1
    usual = {}
    for kind, factors in counted.items():
        itself = factors[1.0] >= NATURAL * factors.total() and 1.0
        factor = itself or _most(factors) or _most(on_sheet[sheets[kind]])
        if factor is not None:
            usual[kind] = factor
    return usual


def _most(factors: Counter[float]) -> float | None:
    factor, count = factors.most_common(1)[0]
    return factor if count > USUAL * factors.total() and count >= 2 else None


def _usual_steps(analysis: Analysis, steps: Steps) -> dict[str, Step]:
    """For each sheet the way in which most updates go, if most go one way."""
    kinds: dict[str, Counter[tuple[int | None, float]]] = defaultdict(Counter)
    example: dict[tuple[str, int | None, float], Step] = {}
    for step in steps.proven.values():
        sheet, way = analysis.cells.cell_of[step.update.node][0], (step.rate, round(step.factor, 8))
        kinds[sheet][way] += 1
        example[sheet, *way] = step
    ruled = Counter(analysis.cells.cell_of[node][0] for node in steps.ruled)
    usual = {}
    for sheet, ways in kinds.items():
        if ways.total() <= ruled[sheet]:
            continue  # most keep more than their derivative
        itself = [way for way in ways if way[1] == -1 and ways[way] >= NATURAL * ways.total()]
        way, count = max(((way, ways[way]) for way in itself or ways), key=lambda one: one[1])
        if (itself or count > USUAL * (ways.total() + ruled[sheet])) and count >= 2:
            usual[sheet] = example[sheet, *way]
    return usual


def _in_usual_steps(analysis: Analysis, steps: Steps, usual: Mapping[str, Step]) -> set[int]:
    """The derivatives that updates read which go the way of most."""
    found: set[int] = set()
    for step in steps.proven.values():
        most = usual.get(analysis.cells.cell_of[step.update.node][0])
        if most is not None and most.rate == step.rate and close(step.factor, most.factor):
            found |= (analysis.agreed | analysis.read_as) & set(cells_below(analysis, step.update))
    return found


def _step_expected(analysis: Analysis, update: Update, step: Step) -> Expected:
    kind = analysis.loss_kind(step.slope.of)
    slopes = losses_for(analysis, update.old)
    slope = next((slope for slope in slopes if analysis.loss_kind(slope.of) == kind), None)
    if slope is None:
        return Expected(update.node, slopes[0] if slopes else step.slope, None, update, step.rate)
    return Expected(update.node, slope, step.factor, update, step.rate)


def _of_update(
    analysis: Analysis, update: Update, usual: dict[object, float], usual_step: dict[str, Step], steps: Steps,
    taken: int | None,
) -> list[Expected]:  # fmt: skip
    """What an update that proves nothing should be; or the cell of the derivative that it reads."""
    slopes = losses_for(analysis, update.old)
    if not slopes:
        return []
    added_up = None if taken is None else loss_added_up(analysis, taken, update.old)
    slope = next((slope for slope in slopes if slope.of == added_up), slopes[0])
    truth = analysis.table.value(slope)
    if truth is None or not np.any(np.abs(truth) > SMALLEST):
        return []  # a step function: nothing descends
    factor = usual.get(kind_of(analysis, update.node, slope))
    if factor is not None and not any(close(abs(factor), plain) for plain in PLAIN):
        factor = None  # a typed rate, of which another parameter may have another
    claim = analysis.claims.get(taken) if taken is not None else None
    if taken is not None and claim is not None and analysis.is_by(claim.slope, update.old):
        if slope.of in analysis.losses_like(claim.slope):  # the other way
            return [Expected(taken, claim.slope, -claim.factor, sure=True)]
        return [Expected(taken, slope, factor, sure=True)]
    gradient = taken if taken is not None else gradient_cell(analysis, update)
    if gradient is not None and not _is_used(analysis, gradient, update, steps):
        return [Expected(gradient, slope, factor, sure=True)]
    step = usual_step.get(analysis.cells.cell_of[update.node][0])
    if step is not None:
        change = read_by(analysis.cells.tape, update.change)
        read = [node for node in change if analysis.is_open(node) and node not in analysis.claims]
        alone = len(read) == 1 and change.isdisjoint(analysis.forward)  # a delta times an input is no derivative by it
        below = [Expected(read[0], slope, factor, sure=True)] if alone and factor is not None else []
        return [*below, _step_expected(analysis, update, step)]
    typed = [node for node in rates(analysis, update) if analysis.cells.tape.kinds[node] == FREE]
    return [Expected(update.node, slope, None, update, typed[0] if typed else None)]


def _is_used(analysis: Analysis, gradient: int, update: Update, steps: Steps) -> bool:
    """Whether a cell is right all the same: something right uses it, or it is the derivative by another parameter.

    One that another cell holds too only happens to equal it.
    """
    readers = set(analysis.cells.readers.get(gradient, ())) - {update.node}
    if not readers.isdisjoint(steps.proven) or not readers.isdisjoint(steps.ruled):
        return True
    claim = analysis.claims.get(gradient)
    if claim is None:
        return False
    if not readers.isdisjoint(analysis.claims):
        return True
    by, kind = claim.slope.by, analysis.loss_kind(claim.slope.of)
    if by not in analysis.trained or by in analysis.same(update.old) or not analysis.descended[kind]:
        return False
    held = (other for other, match in analysis.claims.items() if match.slope == claim.slope)
    return set(held) == {gradient}
