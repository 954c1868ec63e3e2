"""Losses that a workbook does not hold: sums over many samples, and the standard losses of outputs and targets."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from backprop.calculus.functions.registry import total
from backprop.calculus.tape import CELL, FREE, NUMBER
from backprop.check.any_model.model.cells import Cells, difference, leaves, shown_by, within
from backprop.check.any_model.model.names import names_slope

_ERROR = re.compile(
    r"(?i)\s*(?:e|err|errors?|error signal|fehler|erreur|erro|residual|diff(?:erence)?|误差)[ _]?\d*\s*[=:]?\s*"
)
ABSOLUTE = "the absolute error"


@dataclass(frozen=True, slots=True)
class ImpliedLoss:
    """A loss that is added to the graph: its node and its name in words."""

    node: int
    words: str
    kind: object = None  # the same for losses made of as many cells with one formula


def sums_of_losses(cells: Cells, losses: list[int]) -> list[ImpliedLoss]:
    """The sum over the losses of one column or row that share a formula: of samples that no cell adds up."""
    groups: dict[tuple[str, object], list[int]] = defaultdict(list)
    for node in losses:
        cell = cells.cell_of[node]
        groups[cell[0], cells.graph.book.tree(cell)].append(node)
    found = []
    for (_, tree), nodes in groups.items():
        if len(nodes) > 1:
            first, last = cells.name(nodes[0]), cells.name(nodes[-1]).rpartition("!")[2]
            kind = "sum", tree, len(nodes)
            found.append(ImpliedLoss(total(cells.tape, nodes), f"the sum of {first}:{last}", kind))
    return found


def standard_losses(cells: Cells, pairs: Sequence[tuple[int, int]], descends: bool) -> list[ImpliedLoss]:
    """Half the squared error and both cross-entropies, summed over pairs of output and target.

    The absolute error too where something `descends`: its derivative is a sign, and so are many other cells.
    """
    tape = cells.tape
    one = tape.number(1)
    half, squares, sizes, logarithms, both = tape.number(Fraction(1, 2)), [], [], [], []
    for output, target in pairs:
        difference = tape.apply("-", output, target)
        squares.append(tape.apply("*", half, tape.apply("*", difference, difference)))
        sizes.append(tape.apply("abs", difference))
        surprise = tape.apply("neg", tape.apply("*", target, tape.apply("ln", output)))
        logarithms.append(surprise)
        no = tape.apply("*", tape.apply("-", one, target), tape.apply("ln", tape.apply("-", one, output)))
        both.append(tape.apply("-", surprise, no))
    named = {"half the squared error": squares, "cross-entropy": logarithms, "binary cross-entropy": both}
    if descends:
        named[ABSOLUTE] = sizes
    return [ImpliedLoss(total(cells.tape, nodes), words, (words, len(pairs))) for words, nodes in named.items()]


def output_pairs(
    cells: Cells, trained: set[int], training: set[int], skipped: set[int], cut: set[int]
) -> Iterator[list[tuple[tuple[int, int], ...]]]:
    """Pairs of an output and a target whose difference formulas take: of one formula, row, column, sheet, and all.

    A target is a number that no formula computes and that is not trained. `skipped`: pairs of what these compute are
    left out. First the pairs whose output stands on no other such difference, as derivatives do; then all.
    """
    computed = [node for node in cells.nodes if node not in cut]
    training_sheets = {cells.cell_of[node][0] for node in training if node in cells.cell_of}
    found = {}
    for node in computed:
        own = training if cells.cell_of[node][0] in training_sheets else set[int]()
        if pairs := _differences(cells, node, trained, own):
            found[node] = pairs
    above: set[int] = set()
    for node in cells.nodes:
        if node not in cut and any(read in above or read in found for read in cells.reads[node]):
            above.add(node)
    yield _grouped(cells, found, skipped | above)
    yield _grouped(cells, found, skipped)


def _grouped(
    cells: Cells, found: dict[int, list[tuple[int, int]]], skipped: set[int]
) -> list[tuple[tuple[int, int], ...]]:
    groups: dict[object, dict[tuple[int, int], None]] = defaultdict(dict)
    for node, pairs in found.items():
        sheet, row, column = cell = cells.cell_of[node]
        tree = cells.graph.book.tree(cells.graph.anchor(cell))
        for pair in pairs:
            if leaves(cells.tape, pair[0]).isdisjoint(skipped):
                for key in ("all", sheet, (sheet, tree), (sheet, "row", row), (sheet, "column", column)):
                    groups[key][pair] = None
    return list(dict.fromkeys(tuple(sorted(pairs)) for pairs in groups.values()))


def _differences(cells: Cells, node: int, trained: set[int], training: set[int]) -> list[tuple[int, int]]:
    tape = cells.tape
    found = []
    for top in within(tape, tape.takes[node][0]):
        if (ends := difference(tape, top)) is not None:
            one, two = ends
            for output, target in ((one, two), (two, one)):
                if output in trained and not any(map(names_slope, cells.labels(node))):
                    continue  # what moves towards numbers is a mean of them: there is no model
                given = _is_target(cells, target, trained) or (training and _is_typed(cells, node, top, target))
                if given and _is_output(cells, output, training):
                    found.append((output, target))
    return found


def _is_target(cells: Cells, node: int, trained: set[int]) -> bool:
    shown = shown_by(cells.tape, node)
    known = shown in trained or node in trained
    return cells.tape.kinds[shown] == FREE and shown in cells.cell_of and not known


def _is_typed(cells: Cells, node: int, top: int, target: int) -> bool:
    """Whether a target is typed into a formula; the 1 of 1 - a only where that is all, and named an error."""
    value = cells.tape.exact(target) if cells.tape.kinds[target] == NUMBER else None
    if value is None or value not in (0, 1):
        return value is not None
    return top == cells.tape.takes[node][0] and any(_ERROR.fullmatch(text) for text in cells.labels(node))


def _is_output(cells: Cells, node: int, training: set[int]) -> bool:
    """A cell with a formula; where something is trained, also a formula within one, of what is trained."""
    if not training:
        return cells.tape.kinds[node] == CELL
    return not training.isdisjoint(leaves(cells.tape, node))
