"""A change of a formula as data: carried out, or one of many of the same place."""

from collections.abc import Sequence
from dataclasses import dataclass

from backprop.check.findings import Kind
from backprop.check.repair.trees import substitute
from backprop.spreadsheet.formula import HOLE, Node

# its kind, what fills the hole, the part exchanged, the new part
Change = tuple[Kind, Node, Node | None, Node | None]


@dataclass(frozen=True, slots=True)
class Repair:
    """A change, what it makes of the formula, and which parts it exchanged."""

    kind: Kind
    tree: Node
    old: Node | None = None
    new: Node | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Changes of one place: `template` is the formula with HOLE there."""

    template: Node
    changes: Sequence[Change]

    @property
    def nodes(self) -> list[Node]:
        """What each of them puts into the hole."""
        return [node for _, node, _, _ in self.changes]

    def repair(self, index: int) -> Repair:
        """One of the changes, carried out."""
        kind, node, old, new = self.changes[index]
        return Repair(kind, node if self.template is HOLE else substitute(self.template, HOLE, node), old, new)
