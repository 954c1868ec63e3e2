"""The updates of one step by their rules, and which of these is the usual one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from backprop.calculus.tape import FREE
from backprop.check.any_model.model.analysis import Analysis
from backprop.check.any_model.model.slopes import alike
from backprop.check.any_model.model.states import States
from backprop.check.any_model.model.updates import Update
from backprop.check.any_model.optimisers.rules import Rules

MANY = 3  # as many cells as others must speak for a rule where blocks do not


@dataclass(slots=True)
class Camp:
    """Updates of one step with one rule."""

    rule: States
    name: str | None
    updates: list[Update] = field(default_factory=list)
    blocks: set[object] = field(default_factory=set)
    typed: set[int] = field(default_factory=set)  # the typed numbers in it: rate, decays


def elsewhere(groups: Mapping[tuple[str, int], list[Camp]], step: tuple[str, int]) -> Camp | None:
    """The rule of another step of the same sheet, else of another; that of a first step only if there is no other."""
    order = sorted(groups, key=lambda key: (key[0] != step[0], bool(key[1]) != bool(step[1]), key))
    usual = (usual_of(groups[key]) for key in order)
    return next((camp for camp in usual if camp is not None), None)


def camps_of(analysis: Analysis, rules: Rules, group: list[Update]) -> list[Camp]:
    """The updates of a step by their rules."""
    camps: list[Camp] = []
    for update in group:
        rule = rules.new_value(update)
        camp = next((camp for camp in camps if alike(camp.rule, rule)), None)
        if camp is None:
            constants = rules.follow(update).constants
            typed = {node for node in constants if analysis.cells.tape.kinds[node] == FREE}
            camp = Camp(rule, rules.name(update), typed=typed)
            camps.append(camp)
        camp.updates.append(update)
        cell = analysis.cells.cell_of[update.node]
        anchor = analysis.cells.graph.anchor(cell)
        tree = analysis.cells.graph.book.tree(anchor)
        camp.blocks.add((tree, anchor) if cell in analysis.cells.graph.anchors else tree)
    return camps


def usual_of(camps: list[Camp]) -> Camp | None:
    """The rule for which most blocks of one formula speak, or of as many blocks most cells."""
    if len(camps) < 2:
        return camps[0] if camps else None
    first, *others = sorted(camps, key=lambda camp: (len(camp.blocks), len(camp.updates)), reverse=True)
    blocks, cells = sum(len(camp.blocks) for camp in others), sum(len(camp.updates) for camp in others)
    more = len(first.blocks) > blocks or (len(first.blocks) == blocks and len(first.updates) >= MANY * cells)
    if more:
        return first
    named = [camp for camp in camps if camp.name]
    if len(named) == len(camps) == 2 and named[0].name == named[1].name and named[0].typed != named[1].typed:
        whole = max(named, key=lambda camp: len(camp.typed))  # the other takes one number twice: a decay as the rate
        return whole if all(camp.typed <= whole.typed for camp in named) else None
    return named[0] if len(named) == 1 and len(named[0].blocks) >= blocks else None
