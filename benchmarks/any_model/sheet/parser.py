"""The text of a formula as a tree of tuples: the reader of the benchmark, which shares nothing with the product."""

import re
from functools import lru_cache
from typing import Any

Node = tuple[Any, ...]

_TOKENS = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<string>"(?:[^"]|"")*")
  | (?P<cell>(?:(?:'(?:[^']|'')+'|[A-Za-z_][\w.]*)!)?\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?(?![\w(.]))
  | (?P<name>[^\W\d][\w.\\]*)
  | (?P<operator><=|>=|<>|[-+*/^&=<>%(),{};])
    )""",
    re.VERBOSE,
)
_CELL = re.compile(r"(?:(?P<sheet>'(?:[^']|'')+'|[A-Za-z_][\w.]*)!)?(?P<first>[^:]+)(?::(?P<last>.+))?$")
_CORNER = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d+)$")
_LEVELS = {"=": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "<>": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}


class ReadError(ValueError):
    """A text that is no formula of those that the benchmark writes."""


def column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def tokens(text: str) -> list[tuple[str, str]]:
    """Kind and text of every token, the leading = left out."""
    found, at = [], 1 if text.startswith("=") else 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKENS.match(text, at)
        if not match or match.end() == at:
            raise ReadError(f"{text!r}: not read at {at}")
        found.append((str(match.lastgroup), match.group(str(match.lastgroup))))
        at = match.end()
    return found


def corner(text: str) -> tuple[int, int]:
    match = _CORNER.match(text)
    if not match:
        raise ReadError(f"{text!r} is no cell")
    return int(match[4]), column_number(match[2])


@lru_cache(maxsize=200_000)
def parse(text: str) -> Node:
    """("number", x), ("cell", sheet, row, column), ("area", sheet, r0, c0, r1, c1), ("call", name, ...) and so on."""
    reader = _Reader(tokens(text))
    tree = reader.expression(0)
    if reader.peek() != ("end", ""):
        raise ReadError(f"{text!r}: more than one formula")
    return tree


class _Reader:
    def __init__(self, found: list[tuple[str, str]]) -> None:
        self.found, self.at = [*found, ("end", "")], 0

    def peek(self) -> tuple[str, str]:
        return self.found[self.at]

    def take(self, text: str | None = None) -> tuple[str, str]:
        token = self.found[self.at]
        if text is not None and token[1] != text:
            raise ReadError(f"{text!r} expected, {token[1]!r} found")
        self.at += 1
        return token

    def expression(self, level: int) -> Node:
        left = self.operand()
        while True:
            kind, text = self.peek()
            if kind == "operator" and text == "%":
                self.take()
                left = ("binary", "/", left, ("number", 100.0))
            elif kind == "operator" and text == "(" and left[0] in ("call", "bracket"):
                left = ("apply", left, *self.arguments())
            elif kind == "operator" and _LEVELS.get(text, 0) > level:
                self.take()
                left = ("binary", text, left, self.expression(_LEVELS[text]))
            else:
                return left

    def operand(self) -> Node:
        kind, text = self.take()
        if kind == "number":
            return ("number", float(text))
        if kind == "string":
            return ("text", text[1:-1].replace('""', '"'))
        if kind == "cell":
            return _reference(text)
        if kind == "name":
            return self._named(text)
        if text in ("-", "+"):
            operand = self.expression(5)  # a sign binds closer than a power
            return ("minus", operand) if text == "-" else operand
        if text == "(":
            inside = self.expression(0)
            self.take(")")
            return ("bracket", inside)
        if text == "{":
            return self._literal()
        raise ReadError(f"{text!r} begins nothing")

    def _named(self, text: str) -> Node:
        plain = text.replace("_xlfn.", "").replace("_xlws.", "").replace("_xlpm.", "")
        if self.peek()[1] == "(":
            return ("call", plain.upper(), *self.arguments())
        if plain.upper() in ("TRUE", "FALSE"):
            return ("number", float(plain.upper() == "TRUE"))
        return ("name", plain.lower())

    def arguments(self) -> list[Node]:
        self.take("(")
        found: list[Node] = []
        while self.peek()[1] != ")":
            found.append(("number", 0.0) if self.peek()[1] == "," else self.expression(0))
            if self.peek()[1] != ")":
                self.take(",")
        self.take(")")
        return found

    def _literal(self) -> Node:
        rows: list[list[Node]] = [[]]
        while True:
            rows[-1].append(self.expression(0))
            _, text = self.take()
            if text == "}":
                return ("literal", *map(tuple, rows))
            if text == ";":
                rows.append([])


def _reference(text: str) -> Node:
    match = _CELL.match(text)
    if not match:
        raise ReadError(f"{text!r} is no reference")
    sheet = match["sheet"]
    if sheet and sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    first = corner(match["first"])
    return ("area", sheet, *first, *corner(match["last"])) if match["last"] else ("cell", sheet, *first)


def moved(text: str, rows: int, columns: int) -> str:
    """The formula filled so many rows down and columns to the right: what has a $ stays."""
    if not rows and not columns:
        return text

    def shift(match: re.Match[str]) -> str:
        held_column, letters, held_row, row = match.groups()
        column = column_number(letters) + (0 if held_column else columns)
        number = int(row) + (0 if held_row else rows)
        return f"{held_column}{column_letters(column)}{held_row}{number}"

    written = []
    for kind, token in tokens(text):
        if kind == "cell":
            sheet, mark, place = token.rpartition("!")
            token = sheet + mark + ":".join(_CORNER.sub(shift, part) for part in place.split(":"))  # noqa: PLW2901
        written.append(token)
    return "=" + "".join(written)
