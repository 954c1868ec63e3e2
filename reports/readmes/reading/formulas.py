"""Formulas of a README, plain or LaTeX -> the checker's trees. A small Pratt parser; evaluates nothing.

Names keep their spelling; a derivative becomes one name, "∂E_total/∂w5". Nothing from a file reaches eval or sympify.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from backprop.spreadsheet.formula import Binary, Bracket, Call, Name, Node, Number, Unary

MAX_CHARACTERS, MAX_TOKENS, MAX_DEPTH = 2_000, 500, 40

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_INDEX = r"(?:_?\{[^{}]{0,20}(?:\{[^{}]{0,20}\}[^{}]{0,20})?\})"
_TOKEN = re.compile(
    r"(?P<partial>(?:\\partial|∂|δ)\s*(?=[(\[]|\\left))"
    r"|(?P<skip>\s+|&|\\(?:left|right|big|Big|bigg|quad|qquad|displaystyle|limits|[,;:! ]))"
    rf"|(?P<name>(?:\\partial\s*|∂\s*)?(?:\\(?:text|mathrm|mathit|operatorname)\{{[^{{}}]{{1,40}}\}}|\\(?:sigma|eta|delta|alpha)(?![A-Za-z])|"
    rf"[A-Za-zα-ωΑ-Ω])(?:[A-Za-z0-9α-ω₀-₉]|_(?=[A-Za-z0-9])|\\{{1,2}}_|{_INDEX})*)"
    r"|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<half>½)"
    r"|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    r"|(?P<command>\\[a-zA-Z]+)"
    r"|(?P<operator>\\\*|\*\*|[-+*/^−–·×∗⋅÷()\[\]{}])"
)
_OPERATORS = {
    "−": "-",
    "–": "-",
    "\\*": "*",
    "·": "*",
    "×": "*",
    "∗": "*",
    "⋅": "*",
    "÷": "/",
    "**": "^",
    "[": "(",
    "]": ")",
    "{": "(",
    "}": ")",
}
_LOOK_ALIKE = str.maketrans("𝜕𝝏ðд𝝈𝜎𝛔ղ𝜂𝞰¡", "∂∂∂∂σσσηηηi")
_QUOTIENT = re.compile(  # \delta E / \delta w5, d E / d w5, \frac{\Delta E}{\Delta w5}: no products
    r"(?P<d>\\[dD]elta(?![A-Za-z])|\\(?:mathrm|text)\{d\}|Δ|(?<![\w\\])(?:d|δ|[dD]elta)(?=\s))(?P<top>\s*[A-Za-z][\w{}\\]{0,30}?"
    r"\s*(?:/|\}\s*\{)\s*)(?P=d)(?=\s*[A-Za-z])"
)
_COMMANDS = {"cdot": "*", "times": "*", "ast": "*", "div": "/"}
_FUNCTIONS = {"sigmoid", "sig", "σ", "exp", "ln", "log", "tanh", "sqrt"}
_DIFFERENTIAL = re.compile(r"∂|δ(?=[A-Za-z])|d(?!elta)(?=[A-Za-z])")
DERIVATIVE = "∂"  # the function of ∂(...)/∂x: of what stands in the brackets, by x
BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
SIGN = 3


class FormulaTextError(ValueError):
    """Text that is no formula."""


class Token(NamedTuple):
    """A name, number or operator, and where it stands in the text."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """The tokens of a formula; FormulaTextError at anything else. Letters that look like ∂, σ or η are these."""
    text = text.translate(_LOOK_ALIKE)
    text = _QUOTIENT.sub(lambda match: (d := "∂".ljust(len(match["d"]))) + match["top"] + d, text)
    if len(text) > MAX_CHARACTERS:
        raise FormulaTextError(f"{len(text):,} characters")
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or len(tokens) > MAX_TOKENS:
            raise FormulaTextError(f"{text[position : position + 20]!r} is no part of a formula")
        position = match.end()
        kind, text_of_token = match.lastgroup or "", match[0]
        if kind == "skip":
            continue
        if kind == "partial":
            tokens.append(Token("partial", "∂", *match.span()))
        elif kind == "name":
            tokens.append(Token("name", plain_name(text_of_token), *match.span()))
        elif kind == "command":
            word = text_of_token[1:]
            if word in _COMMANDS:
                tokens.append(Token("operator", _COMMANDS[word], *match.span()))
            elif word in _FUNCTIONS or word == "frac":
                tokens.append(Token("frac" if word == "frac" else "name", word, *match.span()))
            else:
                raise FormulaTextError(f"{text_of_token} is not known")
        else:
            tokens.append(Token(kind, _OPERATORS.get(text_of_token, text_of_token), *match.span()))
    return _raised(tokens)


def _raised(tokens: list[Token]) -> list[Token]:
    """With the exponent that lost its place in 1/(1+e-h1)."""
    for at in range(len(tokens) - 4):
        texts = [token.text for token in tokens[at : at + 6]]
        if texts[:4] == ["1", "+", "e", "-"] and tokens[at + 4].kind == "name" and texts[5:] in ([], [")"]):
            place = tokens[at + 3].start
            return [*tokens[: at + 3], Token("operator", "^", place, place), *tokens[at + 3 :]]
    return tokens


def plain_name(text: str) -> str:
    r"""w_1 for w_{1}, a_h1 for \text{a}_{h1}, ∂w5 for \partial w_{5}."""
    text = re.sub(r"\\partial\s*|∂\s*", "∂", text)
    text = re.sub(r"\\(?:text|mathrm|mathit|operatorname)\{([^{}]*)\}", r"\1", text)
    for command, letter in (("sigma", "σ"), ("eta", "η"), ("delta", "δ"), ("alpha", "α")):
        text = text.replace(f"\\{command}", letter)
    return re.sub(r"[{}\\\s]", "", text).translate(_SUBSCRIPTS)


@dataclass(slots=True)
class _Reader:
    tokens: list[Token]
    position: int = 0

    def peek(self, ahead: int = 0) -> Token | None:
        at = self.position + ahead
        return self.tokens[at] if at < len(self.tokens) else None

    def take(self) -> Token:
        token = self.peek()
        if token is None:
            raise FormulaTextError("ends too early")
        self.position += 1
        return token

    def expression(self, least: int, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise FormulaTextError("nested too deep")
        left = self.operand(depth)
        while (token := self.peek()) is not None and token.text != ")":
            if token.kind == "raised":
                self.take()
                left = Binary("^", left, Number(token.text.translate(_SUPERSCRIPTS)))
                continue
            infix = token.kind == "operator" and token.text in BINDING
            if token.text == "2" and self.is_square():
                self.take()
                left = Binary("^", left, Number("2"))
                continue
            if token.kind == "number":
                raise FormulaTextError(f"{token.text} behind a value: an exponent that lost its place, or no formula")
            binding = BINDING[token.text] if infix else BINDING["*"]  # side by side: a product
            if binding <= least:
                break
            if infix:
                self.take()
            sign = token.text if infix else "*"
            left = (
                _power(left, self.raised(depth))
                if sign == "^"
                else Binary(sign, left, self.expression(binding, depth + 1))
            )
        return left

    def is_square(self) -> bool:
        """Whether the 2 that comes is an exponent that lost its place: behind a bracket, before no other value."""
        behind = self.peek(1)
        ends = behind is None or behind.text == ")" or (behind.kind == "operator" and behind.text in BINDING)
        return self.tokens[self.position - 1].text == ")" and ends

    def raised(self, depth: int) -> Node:
        """An exponent: to the right, powers of powers group from the right."""
        return self.expression(BINDING["^"] - 1, depth + 1)

    def operand(self, depth: int) -> Node:
        token = self.take()
        if token.kind == "operator" and token.text in "+-":
            return Unary(token.text, self.expression(SIGN - 1, depth + 1))
        if token.kind == "operator" and token.text == "(":
            return self.bracket(depth)
        if token.kind == "number":
            return Number(token.text)
        if token.kind == "half":
            return Bracket(Binary("/", Number("1"), Number("2")))
        if token.kind == "partial":
            self.take()
            return self.differentiated(self.bracket(depth))
        if token.kind == "frac":
            top, bottom = self.group(depth), self.group(depth)
            derivative = _derivative(_inside(top), _inside(bottom))
            return derivative or Bracket(Binary("/", top, bottom))
        if token.kind == "name":
            return self.named(token, depth)
        raise FormulaTextError(f"{token.text!r} where a value is needed")

    def named(self, token: Token, depth: int) -> Node:
        following = self.peek()
        if token.text in _FUNCTIONS and following is not None and following.text == "(":
            self.take()
            return _call(token.text, self.bracket(depth))
        behind = self.peek(1)
        if following is not None and following.text == "/" and behind is not None and behind.kind == "name":
            derivative = _derivative(Name(token.text), Name(behind.text))
            if derivative is not None:
                self.position += 2
                return derivative
        return Name(token.text)

    def differentiated(self, inside: Node) -> Node:
        """∂(...)/∂w5 as a call; of the top of a fraction, whose bottom follows, the call without the w5."""
        slash, by = self.peek(), self.peek(1)
        if slash is not None and slash.text == "/" and by is not None and _DIFFERENTIAL.match(by.text):
            self.position += 2
            return Call(DERIVATIVE, (inside, Name(by.text[1:])))
        return Call(DERIVATIVE, (inside,))

    def group(self, depth: int) -> Node:
        token = self.take()
        if token.text != "(":
            raise FormulaTextError("a fraction without its braces")
        return self.bracket(depth)

    def bracket(self, depth: int) -> Node:
        inside = self.expression(0, depth + 1)
        token = self.take()
        if token.text != ")":
            raise FormulaTextError(f"{token.text!r} where a bracket closes")
        return Bracket(inside)


def parse_tokens(tokens: list[Token]) -> Node:
    """The tree of a formula; FormulaTextError says what is wrong with it."""
    reader = _Reader(tokens)
    tree = reader.expression(0, 0)
    if reader.peek() is not None:
        raise FormulaTextError("a bracket closes that was not opened")
    return tree


def _inside(node: Node) -> Node:
    return node.inside if isinstance(node, Bracket) else node


def _derivative(top: Node, bottom: Node) -> Node | None:
    """One name for ∂E / ∂w5, a call for ∂(E1 + E2) / ∂w5; None where the two are not differentials."""
    if isinstance(top, Call) and top.function == DERIVATIVE and len(top.arguments) == 1 and isinstance(bottom, Name):
        by = bottom.text[1:] if _DIFFERENTIAL.match(bottom.text) else None
        return Call(DERIVATIVE, (*top.arguments, Name(by))) if by else None
    if not isinstance(top, Name) or not isinstance(bottom, Name):
        return None
    both = [_DIFFERENTIAL.match(name.text) for name in (top, bottom)]
    if None in both or top.text[0] != bottom.text[0]:
        return None
    return Name(f"∂{top.text[1:]}/∂{bottom.text[1:]}")


def _power(base: Node, exponent: Node) -> Node:
    return Call("EXP", (exponent,)) if base == Name("e") else Binary("^", base, exponent)


def _call(function: str, argument: Node) -> Node:
    if function in ("σ", "sigmoid", "sig"):
        return Bracket(
            Binary("/", Number("1"), Bracket(Binary("+", Number("1"), Call("EXP", (Unary("-", argument),)))))
        )
    return Call({"log": "LN"}.get(function, function.upper()), (argument,))
