"""Text of a formula -> tree: a small Pratt parser on openpyxl's tokenizer.

Nothing from a file is ever passed to eval, sympify or parse_expr.
"""

import re
from collections.abc import Iterable

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.utils import column_index_from_string

from backprop.spreadsheet.formula.tree import (
    Apply,
    Area,
    ArrayLiteral,
    Binary,
    Bracket,
    Call,
    FormulaError,
    Literal,
    Missing,
    Name,
    Node,
    Number,
    Reference,
    Unary,
)

MAX_CHARACTERS, MAX_TOKENS, MAX_DEPTH = 8_192, 4_000, 64  # the first and the last are Excel's own

# How tightly each infix operator binds. All associate to the left, also ^; a sign binds tighter than any of them.
BINDING = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
SIGN = 6

_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})")


def parse(text: str, row: int, column: int) -> Node:
    """The tree of a formula (with its '=') that stands in that cell; FormulaError says what is wrong with it."""
    if len(text) > MAX_CHARACTERS:
        raise FormulaError(f"formula of {len(text):,} characters; at most {MAX_CHARACTERS:,}")
    tokens = [token for token in tokenize(text) if token.type != Token.WSPACE]
    if not tokens or (len(tokens) == 1 and tokens[0].type == Token.LITERAL):
        raise FormulaError(f"formula {text[:60]!r} is empty")
    if len(tokens) > MAX_TOKENS:
        raise FormulaError(f"formula of {len(tokens):,} tokens; at most {MAX_TOKENS:,}")
    reader = _Reader(tokens, row, column)
    tree = reader.expression(0, 0)
    if (rest := reader.peek()) is not None:
        raise FormulaError(f"formula {text[:60]!r} goes on after its end, at {rest.value[:40]!r}")
    return tree


def tokenize(text: str) -> list[Token]:
    """The tokens of a formula with its '='; FormulaError where it cannot be cut into any."""
    try:
        return list(_Tokenizer(text).items)
    except (TokenizerError, IndexError, ValueError) as error:
        raise FormulaError(f"formula {text[:60]!r} cannot be read") from error


class _Tokenizer(Tokenizer):  # type: ignore[misc]
    """openpyxl's, which takes no @ before a quoted name of a sheet."""

    def assert_empty_token(self, can_follow: Iterable[str] = ()) -> None:
        """TokenizerError unless a quotation mark may follow what was read."""
        super().assert_empty_token((*can_follow, "@"))


class _Reader:
    def __init__(self, tokens: list[Token], row: int, column: int) -> None:
        self.tokens, self.position = tokens, 0
        self.row, self.column = row, column

    def peek(self) -> Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self) -> Token:
        token = self.peek()
        if token is None:
            raise FormulaError("formula ends too early")
        self.position += 1
        return token

    def expression(self, least: int, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise FormulaError(f"formula nested more than {MAX_DEPTH} deep")
        left = self.operand(depth)
        while (token := self.peek()) is not None:
            if token.type == Token.OP_POST:
                self.take()
                left = Unary("%", left)
                continue
            binding = BINDING.get(token.value) if token.type == Token.OP_IN else None
            if binding is None or binding <= least:
                if token.type == Token.OP_IN and binding is None and token.value != ",":
                    raise FormulaError(f"operator {token.value!r} is not known")
                break
            self.take()
            left = Binary(token.value, left, self.expression(binding, depth + 1))
        return left

    def operand(self, depth: int) -> Node:
        token = self.take()
        if token.type == Token.OP_PRE:
            return Unary(token.value, self.expression(SIGN, depth + 1))
        node = self.value(token) if token.type == Token.OPERAND else self.closed(token, depth)
        while (token := self.peek()) is not None and token.type == Token.OPERAND and token.value.startswith(":"):
            node = Binary(":", node, self.operand_of(self.take().value[1:]))
            for end in (node.left, node.right):  # 2 :3 is no area, and would print as one
                if isinstance(end, Number | Name) and end.text[:1].isdigit():
                    raise FormulaError(f"{end.text[:40]} where an area begins or ends")
        return node

    def closed(self, token: Token, depth: int) -> Node:
        """What ends in a closing bracket: an array, round brackets, a function."""
        if token.subtype == Token.OPEN and token.type == Token.ARRAY:
            return self.array(depth)
        if token.subtype == Token.OPEN and token.type == Token.PAREN:
            inside = self.expression(0, depth + 1)
            if not _closes(token := self.take()):
                raise FormulaError(f"{token.value[:40]!r} where a closing bracket is needed")
            return self.applied(Bracket(inside), depth)
        if token.subtype == Token.OPEN:
            first, colon, name = token.value.rstrip("(").rpartition(":")  # A1:INDEX( is one token
            if name.startswith("@@"):
                raise FormulaError("@ stands before @")
            call = self.applied(Call(name.removeprefix("@"), self.arguments(depth)), depth)
            if colon:
                return Binary(":", self.operand_of(first), call)
            return Unary("@", call) if name.startswith("@") else call
        raise FormulaError(f"{token.value[:40]!r} where a value is needed")

    def applied(self, function: Node, depth: int) -> Node:
        """What brackets behind a function or behind brackets call."""
        while (token := self.peek()) is not None and token.type == Token.PAREN and token.subtype == Token.OPEN:
            self.take()
            function = Apply(function, self.arguments(depth))
        return function

    def arguments(self, depth: int) -> tuple[Node, ...]:
        """What stands between commas, to the closing bracket; nothing at all is no argument."""
        found: list[Node] = []
        while (token := self.peek()) is not None:
            if _closes(token) and not found:
                self.take()
                return ()
            found.append(Missing() if _closes(token) or _separates(token) else self.expression(0, depth + 1))
            if self.peek() is None:
                break
            if _closes(token := self.take()):
                return tuple(found)
            if not _separates(token):
                raise FormulaError(f"{token.value[:40]!r} where a comma is needed")
        raise FormulaError("a function is not closed")

    def array(self, depth: int) -> Node:
        """The rows of an array, to its closing bracket."""
        rows: list[tuple[Node, ...]] = []
        row: list[Node] = []
        while True:
            row.append(self.expression(0, depth + 1))
            token = self.take()
            if token.subtype != Token.ARG:
                rows.append(tuple(row))
                row = []
            if _closes(token):
                break
            if token.type != Token.SEP:
                raise FormulaError(f"{token.value[:40]!r} where a comma or a semicolon is needed")
        if len({len(row) for row in rows}) != 1:
            raise FormulaError("an array with rows of different lengths")
        return ArrayLiteral(tuple(rows))

    def value(self, token: Token) -> Node:
        """A number, a reference or another single token; @ before a reference is the one of its row or column."""
        if token.value.startswith("@@"):
            raise FormulaError("@ stands before @")
        if token.subtype == Token.RANGE and token.value.startswith("@") and len(token.value) > 1:
            return Unary("@", self.operand_of(token.value[1:]))
        if token.subtype == Token.NUMBER and token.value[0] in "0123456789.":
            return Number(token.value)
        if token.subtype not in (Token.RANGE, Token.NUMBER):  # what Python reads as a number, inf or nan, is a name
            return Literal(token.value)
        return self.operand_of(token.value)

    def operand_of(self, text: str) -> Node:
        """A cell, an area, the area from one to another (A1:B2:C3) or a name."""
        sheet, _, cells = text.rpartition("!")
        name = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
        first, colon, last = cells.partition(":")
        if ":" in last and all(map(_CELL.fullmatch, cells.split(":"))):
            others = last.partition(":")[2]
            before = text[: len(text) - len(others) - 1]
            return Binary(":", self.operand_of(before), self.operand_of(others))
        start = self.reference(first, name or None)
        if start is None:
            return Name(text)
        if not colon:
            return start
        end = self.reference(last, name or None)
        return Name(text) if end is None else Area(start, end)

    def reference(self, text: str, sheet: str | None) -> Reference | None:
        match = _CELL.fullmatch(text)
        if match is None:
            return None
        column, row = column_index_from_string(match[2].upper()), int(match[4])
        fixed_column, fixed_row = bool(match[1]), bool(match[3])
        return Reference(
            row if fixed_row else row - self.row,
            column if fixed_column else column - self.column,
            fixed_row,
            fixed_column,
            sheet,
        )


def _closes(token: Token) -> bool:
    return bool(token.subtype == Token.CLOSE)


def _separates(token: Token) -> bool:
    """A comma, which openpyxl's tokenizer takes for an operator inside round brackets of no function."""
    return bool(token.type == Token.SEP) or (token.type == Token.OP_IN and token.value == ",")
