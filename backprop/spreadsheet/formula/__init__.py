"""Formulas of spreadsheets as text and as trees: nodes and the walk over them, parser, printer. Evaluates nothing."""

from backprop.spreadsheet.formula.parser import MAX_CHARACTERS, MAX_DEPTH, MAX_TOKENS, parse
from backprop.spreadsheet.formula.printer import render
from backprop.spreadsheet.formula.tree import (
    Area,
    Binary,
    Bracket,
    Call,
    FormulaError,
    Literal,
    Name,
    Node,
    NotComputableError,
    Number,
    Reference,
    Unary,
    children,
    references,
    transform,
    walk,
)

__all__ = [
    "MAX_CHARACTERS",
    "MAX_DEPTH",
    "MAX_TOKENS",
    "Area",
    "Binary",
    "Bracket",
    "Call",
    "FormulaError",
    "Literal",
    "Name",
    "Node",
    "NotComputableError",
    "Number",
    "Reference",
    "Unary",
    "children",
    "parse",
    "references",
    "render",
    "transform",
    "walk",
]
