"""What a mistake teaches: which lesson fits a finding, by where it lies and what its wrong factor is for."""

import re
from collections.abc import Iterator, Sequence

from openpyxl.utils import coordinate_to_tuple, get_column_letter

from backprop.check.findings import Finding, Kind, TableReport
from backprop.check.repair.trees import product_with_complement
from backprop.check.report.lessons import AT_STAGE, BY_KIND, RULES, Idea, Stage
from backprop.spreadsheet.formula import Binary, Bracket, FormulaError, Node, Number, Reference, children, parse
from backprop.spreadsheet.formula.tree import with_children

_CALLED = (("eta$", Idea.RATE), ("dE_d|delta", Idea.DERIVATIVE), (r"w\d", Idea.WEIGHT), (r"a_|[ix]\d", Idea.INCOMING),
            (r"[hoz]\d", Idea.SUM))  # fmt: skip
_STAGES = (
    ("dE_d|delta|δ|∂", Stage.BACKWARD),
    (r"E(\d|_total|$)|loss", Stage.LOSS),
    (r"new|[wb]\d", Stage.UPDATE),
)


def hint(finding: Finding, tables: Sequence[TableReport] = ()) -> str:
    """What somebody can do about a finding, as a sentence without its full stop; the tables tell what cells are."""
    stage, idea = stage_of(finding.quantity), idea_of(finding, tables)
    said = None if idea is None else BY_KIND[finding.kind].get((stage, idea))
    return said or AT_STAGE.get((finding.kind, stage), RULES[finding.kind])


def stage_of(quantity: str) -> Stage:
    """What a quantity belongs to, by its name."""
    return next((stage for pattern, stage in _STAGES if re.match(pattern, quantity)), Stage.FORWARD)


def idea_of(finding: Finding, tables: Sequence[TableReport]) -> Idea | None:
    """What the factor is for that is missing, too much or another's; None where that cannot be told."""
    if finding.formula is None or finding.should_be is None or finding.kind not in BY_KIND:
        return None
    place = coordinate_to_tuple(finding.cell)
    try:
        old, new = parse(finding.formula, *place), parse(finding.should_be, *place)
    except FormulaError:
        return None
    if finding.kind is Kind.EXTRA_FACTOR:
        old, new = new, old
    names = _Names(finding, tables, place)
    ideas = (_idea(node, parent, new, names) for node, parent in _apart(old, new))
    return next((idea for idea in ideas if idea is not None), None)


class _Names:
    """What the cells are called that a finding's formula reads."""

    def __init__(self, finding: Finding, tables: Sequence[TableReport], place: tuple[int, int]) -> None:
        self.finding, self.place = finding, place
        self.tables = [table for table in tables if table.sheet == finding.sheet]

    def name(self, reference: Reference) -> str:
        """The quantity of a cell; empty where it is none."""
        row, column = reference.at(*self.place)
        cell = f"{get_column_letter(column)}{row}"
        for table in self.tables:
            if reference.sheet in (None, table.sheet) and (table.learning_rate_cell or "").replace("$", "") == cell:
                return "eta"
            line = get_column_letter(column) if table.orientation == "rows" else str(row)
            step = row if table.orientation == "rows" else column
            if reference.sheet in (None, table.sheet) and table.first_row <= step <= table.last_row:
                found = next((name for name, at in table.columns.items() if at == line), "")
                if found:
                    return found
        return ""


def _apart(old: Node, new: Node, parent: Node | None = None) -> Iterator[tuple[Node, Node | None]]:
    """The parts of the new formula that the old one has not, each with what it is a part of."""
    if old == new:
        return
    if isinstance(new, Binary) and _bare(new.left) == _bare(old):
        yield new.right, new
        return
    one, other = children(old), children(new)
    if one and len(one) == len(other) and with_children(old, other) == new:
        for before, after in zip(one, other, strict=True):
            yield from _apart(before, after, new)
    else:
        yield new, parent


def _bare(node: Node) -> Node:
    return _bare(node.inside) if isinstance(node, Bracket) else node


def _idea(node: Node, parent: Node | None, tree: Node, names: _Names) -> Idea | None:
    """What a part of a formula is for."""
    node = _bare(node)
    if isinstance(node, Binary):
        if _is_complement(node):
            return Idea.SLOPE
        if node.operator == "-" and any(_is_target(_bare(side), names) for side in (node.left, node.right)):
            return Idea.ERROR
    if not isinstance(node, Reference):
        return None
    name = names.name(node)
    if _is_target(node, names):
        return Idea.TARGET
    if isinstance(parent, Binary) and parent.operator == "-":
        if _is_complement(parent):
            return Idea.SLOPE
        if _is_target(parent.right if parent.left == node else parent.left, names):
            return Idea.ERROR
    if product_with_complement(tree, node):
        return Idea.SLOPE
    return next((idea for pattern, idea in _CALLED if re.match(pattern, name)), None)


def _is_complement(node: Binary) -> bool:
    """1 − a."""
    return node.operator == "-" and node.left == Number("1") and isinstance(_bare(node.right), Reference)


def _is_target(node: Node, names: _Names) -> bool:
    return isinstance(node, Reference) and re.match(r"t\d|target", names.name(node)) is not None
