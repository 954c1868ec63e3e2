"""Kinds of mistakes as sentences that teach: every kind has one, and it tells the idea, never the formula."""

import re

import pytest
from openpyxl.utils import get_column_letter

from backprop.check.findings import Finding, Kind, TableReport
from backprop.check.report.teaching import EXTRA, MISSING, OTHER, RULES, Idea, hint, idea_of

# The eight-weight table as our workbook lays it out.
NAMES = (
    *("epoch", "t1", "t2", "i1", "i2", "w1", "w2", "w3", "w4", "h1", "a_h1", "h2", "a_h2", "w5", "w6", "w7", "w8"),
    *("o1", "a_o1", "o2", "a_o2", "E1", "E2", "E_total", *(f"dE_dw{number}" for number in range(1, 9))),
)
COLUMNS = {name: get_column_letter(number) for number, name in enumerate(NAMES, 1)}
TABLE = TableReport("Sheet", 5, 6, 25, "rows", COLUMNS, 0.5, "C2", 620)
RIGHT = "=((S6-B6)*S6*(1-S6)*O6+(U6-C6)*U6*(1-U6)*Q6)*M6*(1-M6)*D6"
OUTPUT = "=(S6-B6)*S6*(1-S6)*K6"


def made(kind: Kind, formula: str | None, should_be: str | None, cell: str = "AA6", sheet: str = "Sheet") -> Finding:
    return Finding(sheet, cell, f"{cell}:AA25", "dE_dw3", kind, "error", formula, should_be, "why")


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_sentence_that_names_no_cell(kind: Kind) -> None:
    sentence = hint(made(kind, None, None))
    assert sentence == RULES[kind]
    assert len(sentence) > 40
    assert not sentence.endswith(".")
    assert not re.search(r"[A-Z]{1,3}\d|=", sentence.replace("F9", ""))


def test_every_idea_has_a_sentence_for_what_is_missing_too_much_or_another_s() -> None:
    for sentences in (MISSING, EXTRA, OTHER):
        assert sentences.keys() == set(Idea)
        assert not any(re.search(r"[A-Z]{1,3}\d|=", sentence) for sentence in sentences.values())


@pytest.mark.parametrize(
    ("kind", "idea", "formula", "should_be"),
    [
        (Kind.WRONG_REFERENCE, Idea.SLOPE, RIGHT.replace("M6", "K6"), RIGHT),
        (Kind.WRONG_REFERENCE, Idea.SLOPE, OUTPUT.replace("(1-S6)", "(1-K6)"), OUTPUT),
        (Kind.WRONG_REFERENCE, Idea.SLOPE, OUTPUT.replace(")*S6", ")*U6"), OUTPUT),
        (Kind.WRONG_REFERENCE, Idea.ERROR, OUTPUT.replace("(S6-", "(K6-"), OUTPUT),
        (Kind.WRONG_REFERENCE, Idea.TARGET, OUTPUT.replace("B6", "C6"), OUTPUT),
        (Kind.WRONG_REFERENCE, Idea.WEIGHT, RIGHT.replace("O6", "N6"), RIGHT),
        (Kind.WRONG_REFERENCE, Idea.INCOMING, RIGHT.replace("D6", "E6"), RIGHT),
        (Kind.WRONG_REFERENCE, Idea.INCOMING, OUTPUT.replace("K6", "M6"), OUTPUT),
        (Kind.WRONG_REFERENCE, Idea.DERIVATIVE, "=F6-$C$2*Z6", "=F6-$C$2*Y6"),
        (Kind.MISSING_FACTOR, Idea.SLOPE, "=(S6-B6)*S6*K6", "=(S6-B6)*S6*(1-S6)*K6"),
        (Kind.MISSING_FACTOR, Idea.SLOPE, "=(S6-B6)*(1-S6)", "=(S6-B6)*(1-S6)*S6"),
        (Kind.MISSING_FACTOR, Idea.ERROR, "=S6*(1-S6)*K6", "=S6*(1-S6)*K6*(S6-B6)"),
        (Kind.MISSING_FACTOR, Idea.INCOMING, "=(S6-B6)*S6*(1-S6)", OUTPUT),
        (Kind.MISSING_FACTOR, Idea.WEIGHT, RIGHT.replace("*O6", ""), RIGHT),
        (Kind.MISSING_FACTOR, Idea.RATE, "=F6-Y6", "=F6-Y6*$C$2"),
        (Kind.EXTRA_FACTOR, Idea.SLOPE, OUTPUT.replace("*K6", "*K6*(1-K6)"), OUTPUT),
        (Kind.EXTRA_FACTOR, Idea.WEIGHT, f"{OUTPUT}*N6", OUTPUT),
        (Kind.EXTRA_FACTOR, Idea.RATE, f"{OUTPUT}*$C$2", OUTPUT),
        (Kind.MISSING_FACTOR, None, "=(S6-B6)", "=(S6-B6)*2"),
        (Kind.MISSING_FACTOR, None, "=A1+SUM(B1", OUTPUT),
        (Kind.MISSING_FACTOR, None, None, OUTPUT),
        (Kind.SIGN, None, "=(B6-S6)", "=(S6-B6)"),
    ],
)  # fmt: skip
def test_the_idea_is_told_from_what_the_right_formula_has_and_the_wrong_one_has_not(
    kind: Kind, idea: Idea | None, formula: str | None, should_be: str | None
) -> None:
    finding = made(kind, formula, should_be)
    assert idea_of(finding, [TABLE]) == idea
    by_kind = {Kind.MISSING_FACTOR: MISSING, Kind.EXTRA_FACTOR: EXTRA, Kind.WRONG_REFERENCE: OTHER}
    assert hint(finding, [TABLE]) == (RULES[kind] if idea is None else by_kind[kind][idea])


def test_cells_of_no_table_tell_no_idea_but_a_slope() -> None:
    finding = made(Kind.WRONG_REFERENCE, RIGHT.replace("O6", "N6"), RIGHT, sheet="Other")
    assert idea_of(finding, [TABLE]) is None
    assert idea_of(made(Kind.WRONG_REFERENCE, RIGHT.replace("M6", "K6"), RIGHT, sheet="Other"), [TABLE]) is Idea.SLOPE


def test_epochs_may_run_across() -> None:
    down = TableReport("Sheet", 1, 6, 25, "columns", {"w1": "3", "w5": "4"}, 0.5, "C2", 8)
    finding = made(Kind.MISSING_FACTOR, "=H4", "=H4*H3", cell="H9")
    assert idea_of(finding, [down]) is Idea.WEIGHT
