"""Equations of a README: one side after the other, each with what stands left of the first sign."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backprop.spreadsheet.formula import Bracket, Call, Name, Node
from reports.readmes.reading.document import Block, Document, cells
from reports.readmes.reading.formulas import FormulaTextError, Token, parse_tokens, plain_name, tokenize

_SPANS = re.compile(r"\$`([^`\n]+)`\$|`([^`\n]+)`|\$([^$\n]+)\$")
_THEN = re.compile(r"=>|⇒|⟹|\\Rightarrow\b|\\implies\b")  # between two equations
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,100}>")
_EQUALS = re.compile(r"(?<![<>=!:])=(?![=>])|:=|←|\\leftarrow\b|\\gets\b")
_LATEX_END = re.compile(r"\\\\(?:\[[^\]]{0,10}\])?\s*$")
_LEADING = re.compile(r"^\s*(?:[-*+]\s+|\d{1,3}[.)]\s+|>\s*)*")
_NOTE = re.compile(  # words behind an equation
    r"\s*\.{3}.*$|\s+\(\d[\d.]*\)\s*$|\s+[_*]{0,2}\((?:[A-Za-z]\w*,? ){2}.*$|\s+#.*$|\t+[A-Za-z# ]{4,}.*$"
)
_NEW = re.compile(r"(?:new|next|updated)[ _]*(w\w*)|(w\w*?)_?(?:\{?new\}?|\{?next\}?|\^?\+|'|’)", re.IGNORECASE)
_CALLED = re.compile(r"(?:total\s+)?(?:error|loss|cost)\s*\(\s*(?P<name>E\w*)\s*\)", re.IGNORECASE)  # Error(E1)
LONGEST, MOST_SIGNS = 4_000, 20
MOST = 2_000  # equations of a README


@dataclass(frozen=True, slots=True)
class Equation:
    """One side of an equation."""

    line: int
    column: int  # of this side
    left: str  # as written
    name: str | None  # what is on the left, where it is one name: "∂E/∂w5" of a derivative
    new: bool  # whether the left is a weight of the next epoch by its name
    text: str
    tokens: tuple[Token, ...]
    tree: Node


def read_equations(document: Document) -> Iterator[Equation]:
    """Every side of every equation that can be read."""
    before: tuple[int, str] = (-2, "")
    count = 0
    for block in document.blocks:
        for line in range(block.first, block.last + 1):
            for text, column in _candidates(document, block, line):
                left = before[1] if before[0] >= line - 2 else ""
                at = 0
                for end in [*(match.start() for match in _THEN.finditer(text)), len(text)]:
                    part = text[at:end]
                    gap = len(part) - len(part.lstrip("=>⇒⟹ ")) if at else 0
                    for equation in _sides(part[gap:], line, column + at + gap, left):
                        before = (line, equation.left)
                        count += 1
                        yield equation
                    at = end
                if count > MOST:
                    return


def _candidates(document: Document, block: Block, line: int) -> Iterator[tuple[str, int]]:
    raw = _NOTE.sub("", _TAG.sub(lambda tag: " " * len(tag[0]), document.lines[line - 1]))
    if raw.count("**") % 2 == 0 and not re.search(r"\w\*\*\d", raw):
        raw = raw.replace("**", "  ")  # bold, and no power
    if not _EQUALS.search(raw):
        return
    if block.kind == "row":
        yield from cells(raw)
        return
    if block.kind == "fence":
        yield _LATEX_END.sub("", raw), 0
        return
    for match in _SPANS.finditer(raw):
        group = next(index for index in (1, 2, 3) if match[index])
        yield match[group], match.start(group)
    if not _SPANS.search(raw):
        start = _LEADING.match(raw)
        begin = start.end() if start else 0
        yield raw[begin:].rstrip().rstrip(".;,"), begin


def _sides(text: str, line: int, column: int, before: str) -> Iterator[Equation]:
    """The sides behind the first; of a line that begins with the sign they continue the equation before."""
    signs = list(_EQUALS.finditer(text))
    if not signs or len(text) > LONGEST or len(signs) > MOST_SIGNS:
        return
    left = text[: signs[0].start()].strip().strip("&").strip()
    if not left and len(signs) == 1:
        left = before
    name, new = _left(left)
    ends = [*(sign.start() for sign in signs[1:]), len(text)]
    for sign, end in zip(signs, ends, strict=True):
        side = text[sign.end() : end]
        try:
            tokens = tokenize(side.strip())
            tree = parse_tokens(tokens)
        except FormulaTextError:
            continue
        start = column + sign.end() + len(side) - len(side.lstrip())
        yield Equation(line, start, left, name, new, side.strip(), tuple(tokens), tree)


def _left(left: str) -> tuple[str | None, bool]:
    new = _NEW.fullmatch(left.replace("{", "").replace("}", ""))
    if new:
        return plain_name(new[1] or new[2]), True
    if called := _CALLED.fullmatch(left):
        return called["name"], False
    try:
        tree = parse_tokens(tokenize(left))
    except FormulaTextError:
        return None, False
    match tree:
        case Name(text):
            return text, False
        case Call("∂", (of, Name(by))):  # ∂(E_total)/∂w5
            whole = of.inside if isinstance(of, Bracket) else of
            return (f"∂{whole.text}/∂{by}", False) if isinstance(whole, Name) else (None, False)
    return None, False
