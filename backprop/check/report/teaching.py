"""Kinds of mistakes as sentences that teach: what to think of and where to look, never the right formula.

A sentence names ideas (the slope of an activation, the error of an output), no cell and no number of the workbook, so
that it may be told to somebody who has yet to find the formula.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from openpyxl.utils import coordinate_to_tuple, get_column_letter

from backprop.check.findings import Finding, Kind, TableReport
from backprop.check.repair.trees import product_with_complement
from backprop.spreadsheet.formula import Binary, Bracket, FormulaError, Node, Number, Reference, children, parse
from backprop.spreadsheet.formula.tree import with_children

RULES: dict[Kind, str] = {
    Kind.WRONG_REFERENCE: "one cell in the formula is another quantity's. Click into the formula, name each cell that "
    "it reads, and look for the one that does not belong to this quantity",
    Kind.WRONG_ROW: "the right quantity of the wrong row. Everything in a row is computed from the weights of that "
    "row; only a new weight is made from the row before",
    Kind.WRONG_OPERATOR: "one operator is another. What follows one after the other on a path to the loss is "
    "multiplied, what reaches it by several paths is added",
    Kind.SIGN: "a sign is turned round. The error of an output is output minus target, and a step goes against the "
    "derivative: old weight minus η times derivative",
    Kind.WRONG_NUMBER: "a number in the formula is another. Ask of each number where it comes from; the ½ of a "
    "squared error and the 2 of its square cancel",
    Kind.MISSING_FACTOR: "a factor or a term is missing. The chain rule has one factor for every step of the path: "
    "count the steps, then the factors",
    Kind.EXTRA_FACTOR: "a factor or a term stands there once too often. The chain rule has one factor for every step "
    "of the path, and none twice",
    Kind.MISSING_PARENTHESES: "a pair of brackets is missing. Products go before sums: what multiplies a whole sum "
    "needs brackets round the sum",
    Kind.EXTRA_PARENTHESES: "a pair of brackets too many. Read aloud what they multiply as a whole, and ask whether "
    "it should be",
    Kind.MOVED_PARENTHESIS: "a bracket opens or closes in the wrong place. Read aloud what stands between the "
    "brackets, and ask whether exactly that belongs together",
    Kind.MISSING_ABSOLUTE: "a reference moves as the formula is filled down, and should stay. What stands once for "
    "all rows, like the learning rate, has a $ before its column and its row",
    Kind.FROZEN_ROW: "a $ holds a reference in one row, and it should move. What every row has for itself has no $ "
    "before its row",
    Kind.OVERWRITTEN: "the formula of another quantity, or one unlike all others in its column. Compare it with its "
    "neighbours, and fill the right one down anew",
    Kind.HARD_CODED: "a number stands where a formula belongs. Change a weight: the number stays, and all that reads "
    "it is wrong. Write the formula that gives it",
    Kind.WRONG_FORMULA: "the formula is another function, by more than one change. Begin anew: write the path from "
    "the loss to this quantity, a factor for each step, then a cell for each factor",
    Kind.NOT_COMPUTABLE: "the formula cannot be computed: it reads a text, or uses a function that is not known. Look "
    "at what the cell and those that it reads show",
    Kind.STALE_VALUE: "the formula is right, and the number stored beside it is not what it gives. Have the program "
    "compute everything anew (Excel: Ctrl+Alt+F9, LibreOffice: Ctrl+Shift+F9), and save",
    Kind.ERROR_VALUE: "the cell shows an error. Look at what it divides by and at the cells that it reads: an error "
    "is passed on to all that read it",
    Kind.PASTED_VALUES_DIFFER: "pasted numbers that the others of their row do not give. Put formulas in their place",
    Kind.REPEATED_ROWS: "rows repeat the one before, though the gradient is not zero. The weights of a row come from "
    "the update of the row before",
    Kind.INPUT_CHANGES: "an input or a target that is not the same in every row. They are given: take each row's from "
    "the same cell",
    Kind.INCOMPLETE: "cells of a row are empty, though its weights are there. Fill the formulas to the row's end",
}


class Idea(StrEnum):
    """What a factor of a formula is for."""

    SLOPE = "slope"
    ERROR = "error"
    TARGET = "target"
    WEIGHT = "weight"
    RATE = "rate"
    DERIVATIVE = "derivative"
    INCOMING = "incoming"


MISSING: dict[Idea, str] = {
    Idea.SLOPE: "the slope of an activation is missing (of a sigmoid a·(1 − a), both factors): the chain rule passes "
    "through every neuron on the path",
    Idea.ERROR: "the slope of the loss is missing (of half the squared error a − t): every path begins at the loss",
    Idea.TARGET: "the target is missing: the error of an output is output minus target",
    Idea.WEIGHT: "a weight is missing: whoever goes back over a connection is multiplied by its weight",
    Idea.RATE: "the learning rate is missing: a step is η times the derivative",
    Idea.DERIVATIVE: "a derivative is missing that this one is made of",
    Idea.INCOMING: "the value that comes in is missing: ∂z/∂w is what the weight is multiplied by on the way forward",
}
EXTRA: dict[Idea, str] = {
    Idea.SLOPE: "the slope of an activation stands there once too often: one for each neuron on the path",
    Idea.ERROR: "the slope of the loss stands there once too often: a path begins at the loss once",
    Idea.TARGET: "a target stands there that belongs to no step of the path",
    Idea.WEIGHT: "a weight stands there too much: one for each connection that the path goes back over, and the weight "
    "by which the derivative is taken is not among them",
    Idea.RATE: "the learning rate does not belong here: it belongs to the update alone",
    Idea.DERIVATIVE: "a derivative stands there once too often",
    Idea.INCOMING: "a value of a neuron stands there too much: what comes in on the weight is multiplied by once",
}
OTHER: dict[Idea, str] = {
    Idea.SLOPE: "the slope of another neuron stands there: take that of the neuron that this path goes through",
    Idea.ERROR: "the output of another neuron stands there: each output is compared with its own target",
    Idea.TARGET: "the target of another output stands there: each output is compared with its own target",
    Idea.WEIGHT: "another weight stands there: take the one on the connection that this path goes over",
    Idea.RATE: "something else stands where the learning rate belongs",
    Idea.DERIVATIVE: "the derivative by another quantity stands there: each weight is changed by its own",
    Idea.INCOMING: "another neuron's value stands there: take the one that comes in on this very weight",
}
_CALLED = (("eta$", Idea.RATE), ("dE_d|delta", Idea.DERIVATIVE), (r"w\d", Idea.WEIGHT), (r"a_|[ix]\d", Idea.INCOMING))
_BY_KIND = {Kind.MISSING_FACTOR: MISSING, Kind.EXTRA_FACTOR: EXTRA, Kind.WRONG_REFERENCE: OTHER}


def hint(finding: Finding, tables: Sequence[TableReport] = ()) -> str:
    """What somebody can do about a finding, as a sentence without its full stop; the tables tell what cells are."""
    idea = idea_of(finding, tables)
    said = None if idea is None else _BY_KIND.get(finding.kind, {}).get(idea)
    return RULES[finding.kind] if said is None else said


def idea_of(finding: Finding, tables: Sequence[TableReport]) -> Idea | None:
    """What the factor is for that is missing, too much or another's; None where that cannot be told."""
    if finding.formula is None or finding.should_be is None or finding.kind not in _BY_KIND:
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
        if node.operator == "-" and _is_target(node.right, names):
            return Idea.ERROR
    if not isinstance(node, Reference):
        return None
    name = names.name(node)
    if _is_target(node, names):
        return Idea.TARGET
    if isinstance(parent, Binary) and parent.operator == "-":
        if _is_complement(parent):
            return Idea.SLOPE
        if parent.left == node and _is_target(parent.right, names):
            return Idea.ERROR
    if product_with_complement(tree, node):
        return Idea.SLOPE
    return next((idea for pattern, idea in _CALLED if re.match(pattern, name)), None)


def _is_complement(node: Binary) -> bool:
    """1 − a."""
    return node.operator == "-" and node.left == Number("1") and isinstance(_bare(node.right), Reference)


def _is_target(node: Node, names: _Names) -> bool:
    return isinstance(node, Reference) and re.match(r"t\d|target", names.name(node)) is not None
