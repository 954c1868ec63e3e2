"""Brackets dropped, moved by one end, and put around any stretch between two operands."""

import re
from collections.abc import Iterator

from backprop.check.findings import Kind
from backprop.check.repair.changes import Candidates
from backprop.spreadsheet.formula import HOLE, FormulaError, Node, parse, render

MOST_TRIED = 4_000  # formulas
_OPERAND = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]+|[0-9]+\.?[0-9]*(?:E[+-]?[0-9]+)?|[A-Z]+\(|[()*/+^,-]|.", re.IGNORECASE)


def bracket_changes(tree: Node, row: int, column: int) -> Iterator[Candidates]:
    """Brackets dropped, moved by one end, and put around any stretch between two operands."""
    tokens = [token for token in _OPERAND.findall(render(tree, row, column)) if token.strip()]
    pairs = _pairs(tokens)
    tried = 0

    def changed(kind: Kind, texts: list[str]) -> Iterator[Candidates]:
        try:
            yield Candidates(HOLE, [(kind, parse("=" + "".join(texts), row, column), None, None)])
        except FormulaError:
            return

    ends = [
        index
        for index, token in enumerate(tokens)
        if token not in "*/+^,-" and token != "(" and not token.endswith("(")
    ]
    starts = [index for index, token in enumerate(tokens) if token not in "*/+^,)"]
    for start in starts:
        for end in ends:
            if end > start and (tried := tried + 1) <= MOST_TRIED:
                inside = tokens[start : end + 1]
                if _balanced(inside):
                    texts = [*tokens[:start], "(", *inside, ")", *tokens[end + 1 :]]
                    yield from changed(Kind.MISSING_PARENTHESES, texts)
    for opening, closing in pairs:
        without = [token for index, token in enumerate(tokens) if index not in (opening, closing)]
        if tokens[opening] == "(":
            yield from changed(Kind.EXTRA_PARENTHESES, without)
    for opening, closing in pairs:
        for moved in (opening, closing):
            rest = tokens[:moved] + tokens[moved + 1 :]
            for place in range(len(rest) + 1):
                if place != moved and tokens[moved] in "()" and (tried := tried + 1) <= MOST_TRIED:
                    yield from changed(Kind.MOVED_PARENTHESIS, [*rest[:place], tokens[moved], *rest[place:]])


def _pairs(tokens: list[str]) -> list[tuple[int, int]]:
    stack, pairs = [], []
    for index, token in enumerate(tokens):
        if token.endswith("("):
            stack.append(index)
        elif token == ")" and stack:
            pairs.append((stack.pop(), index))
    return pairs


def _balanced(tokens: list[str]) -> bool:
    depth = 0
    for token in tokens:
        depth += token.endswith("(") - (token == ")")
        if depth < 0:
            return False
    return depth == 0
