"""Cells whose formulas say the same, each of its own sample: filled ones, and such as hold cells by no dollar sign."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from backprop.calculus.graph import Graph
from backprop.check.repair.trees import shape
from backprop.spreadsheet.book import Cell
from backprop.spreadsheet.formula import Node, Reference, references, transform


@dataclass(frozen=True, slots=True)
class Sibling:
    """A cell that holds the formula of another."""

    cell: Cell
    held: Mapping[Reference, Reference] = field(default_factory=dict)  # the very same cells, seen from there and here

    def formula(self, tree: Node) -> Node:
        """What a formula of the other cell is in this one."""
        if not self.held:
            return tree
        return transform(tree, lambda node: self.held.get(node, node) if isinstance(node, Reference) else node)


def sibling(graph: Graph, cell: Cell, other: Cell) -> Sibling | None:
    """The other cell as a sibling: each reference of its formula is as far away as this one's, or to the same cell."""
    tree, there = graph.formula(cell), graph.formula(other)
    if tree is None or there is None or cell[0] != other[0]:
        return None
    if tree == there:
        return Sibling(other)
    if shape(tree) != shape(there):
        return None
    held: dict[Reference, Reference] = {}
    moved: set[Reference] = set()
    for own, its in zip(references(tree), references(there), strict=True):
        if own == its:
            moved.add(own)
        elif own.sheet == its.sheet and own.at(*cell[1:]) == its.at(*other[1:]):
            held[own] = its
        else:
            return None
    return Sibling(other, held) if moved.isdisjoint(held) else None
