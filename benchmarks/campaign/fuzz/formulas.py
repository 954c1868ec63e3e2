"""Formulas from a grammar, some of them then broken."""

import random

from benchmarks.campaign.fuzz.text import broken_text

FUNCTIONS = (
    "SUM", "EXP", "IF", "LN", "POWER", "MMULT", "TRANSPOSE", "SUMPRODUCT", "INDEX", "OFFSET", "INDIRECT", "LAMBDA",
    "LET", "MAP", "REDUCE", "MAX", "ABS", "ROUND", "TANH", "AVERAGE", "IFERROR", "VLOOKUP", "CHOOSE", "SUMIF", "ROW",
    "COLUMNS",
    "SQRT", "PRODUCT", "SIGN", "AND", "NOT", "RAND", "WEBSERVICE", "HYPERLINK", "NOSUCH", "_xlfn.SINGLE", "MOD", "FACT",
    "SEQUENCE", "REPT", "LOG", "ATAN2", "XLOOKUP", "SWITCH", "DEVSQ", "COMBIN", "TEXT", "N", "T", "ISNUMBER",
)  # fmt: skip
OPERATORS = ("+", "-", "*", "/", "^", "&", "=", "<>", "<", ">", "<=", ">=", ":", " ", ",")
LEAVES = (
    "A1", "$B$2", "C$3", "A1:C3", "A:A", "2:3", "One!A1", "'It''s'!A1", "[1]S!A1", "#REF!", "#N/A", "TRUE", '"x"', '""',
    "{1,2;3,4}", "x", "Table1[w]", "Table1[@w]", "A1#", "@A1", "1E308", "0", "2", "0.5", "1e-9", "XFD1048576",
    "9" * 30, "R1C1", "A1:B2:C3",
)  # fmt: skip


def formula(draw: random.Random) -> str:
    """A formula with its '='; a quarter of them are broken."""
    text = f"={_expression(draw, draw.choice((1, 2, 3, 5)))}"
    if draw.random() < 0.02:
        text = "=" + draw.choice(("-", "(", "1+", "1%", "SUM(", "LAMBDA(x,", "{", '"', "A1,", "1^")) * draw.randrange(
            1, 3_000
        )
    return broken_text(draw, text) if draw.random() < 0.25 else text


def _expression(draw: random.Random, depth: int) -> str:
    if depth == 0 or draw.random() < 0.2:
        return draw.choice(LEAVES)
    match draw.randrange(6):
        case 0 | 1:
            return f"{_expression(draw, depth - 1)}{draw.choice(OPERATORS)}{_expression(draw, depth - 1)}"
        case 2:
            return f"({_expression(draw, depth - 1)})"
        case 3:
            return f"{draw.choice('-+@')}{_expression(draw, depth - 1)}"
        case 4:
            return f"{_expression(draw, depth - 1)}%"
        case _:
            arguments = (_expression(draw, depth - 1) if draw.random() < 0.95 else "" for _ in range(draw.randrange(4)))
            return f"{draw.choice(FUNCTIONS)}({','.join(arguments)})"
