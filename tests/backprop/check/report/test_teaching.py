"""Kinds of mistakes as sentences that teach: every kind has one, and it tells the idea, never the formula."""

import re
from dataclasses import replace

import pytest
from openpyxl.utils import get_column_letter

from backprop.check.findings import Finding, Kind, TableReport
from backprop.check.report.lessons import AT_STAGE, BY_KIND, EXTRA, MISSING, OTHER, RULES, Idea, Stage
from backprop.check.report.teaching import hint, idea_of, stage_of

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


CELL = re.compile(r"\b[A-Z]{1,3}\d|=")


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_sentence_at_every_stage_that_names_no_cell(kind: Kind) -> None:
    for quantity in ("h1", "E_total", "dE_dw3", "w3"):
        sentence = hint(replace(made(kind, None, None), quantity=quantity))
        assert sentence in (RULES[kind], AT_STAGE.get((kind, stage_of(quantity))))
        assert len(sentence) > 40
        assert not sentence.endswith(".")
        assert not CELL.search(sentence.replace("F9", ""))


def test_every_idea_of_a_derivative_has_a_sentence_that_names_no_cell() -> None:
    backward = {idea for sentences in (MISSING, EXTRA, OTHER) for stage, idea in sentences if stage is Stage.BACKWARD}
    assert backward == set(Idea) - {Idea.SUM}
    assert not any(CELL.search(sentence) for sentences in (MISSING, EXTRA, OTHER) for sentence in sentences.values())


@pytest.mark.parametrize(
    ("quantity", "stage"),
    [
        ("dE_dw1", Stage.BACKWARD), ("delta_h1", Stage.BACKWARD), ("∂loss/∂Z1", Stage.BACKWARD),
        ("E1", Stage.LOSS), ("E_total", Stage.LOSS), ("E", Stage.LOSS), ("w1", Stage.UPDATE), ("b2", Stage.UPDATE),
        ("new_w1", Stage.UPDATE), ("new b", Stage.UPDATE), ("h1", Stage.FORWARD), ("a_o2", Stage.FORWARD),
        ("h1, a_h1", Stage.FORWARD), ("all", Stage.FORWARD),
    ],
)  # fmt: skip
def test_a_quantity_s_name_tells_its_stage(quantity: str, stage: Stage) -> None:
    assert stage_of(quantity) is stage


@pytest.mark.parametrize(
    ("quantity", "kind", "formula", "should_be", "words"),
    [
        ("h1", Kind.MISSING_FACTOR, "=E6+D6*F6", "=E6*G6+D6*F6", "multiplied by the weight of its connection"),
        ("o1", Kind.WRONG_REFERENCE, "=J6*N6", "=K6*N6", "takes the activations of the layer before"),
        ("a_h1", Kind.WRONG_REFERENCE, "=1/(1+EXP(-K6))", "=1/(1+EXP(-J6))", "its own neuron's sum"),
        ("E1", Kind.WRONG_REFERENCE, "=0.5*(B6-U6)^2", "=0.5*(B6-S6)^2", "where an output belongs"),
        ("E1", Kind.WRONG_REFERENCE, "=0.5*(S6-C6)^2", "=0.5*(S6-B6)^2", "where a target belongs"),
        ("w1", Kind.EXTRA_FACTOR, "=F6-$C$2*Y6*$C$2", "=F6-$C$2*Y6", "a step is η times the derivative"),
        ("w1", Kind.WRONG_REFERENCE, "=G6-$C$2*Y6", "=F6-$C$2*Y6", "made from its own old one"),
        ("dE_dw5", Kind.EXTRA_FACTOR, f"{OUTPUT}*$C$2", OUTPUT, "belongs to the update alone"),
        ("h1", Kind.WRONG_REFERENCE, "=X6+1", "=W6+1", "name each cell that it reads"),  # no idea: the kind's rule
        ("dE_dw5", Kind.SIGN, "=(B6-S6)", "=(S6-B6)", "output minus target"),
        ("h1", Kind.SIGN, "=(B6-S6)", "=(S6-B6)", "added or taken away"),
    ],
)  # fmt: skip
def test_a_hint_fits_where_the_mistake_lies(
    quantity: str, kind: Kind, formula: str, should_be: str, words: str
) -> None:
    assert words in hint(replace(made(kind, formula, should_be), quantity=quantity), [TABLE])


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
    if idea is not None:
        assert hint(finding, [TABLE]) == BY_KIND[kind].get((Stage.BACKWARD, idea), hint(made(kind, None, None)))


def test_cells_of_no_table_tell_no_idea_but_a_slope() -> None:
    finding = made(Kind.WRONG_REFERENCE, RIGHT.replace("O6", "N6"), RIGHT, sheet="Other")
    assert idea_of(finding, [TABLE]) is None
    assert idea_of(made(Kind.WRONG_REFERENCE, RIGHT.replace("M6", "K6"), RIGHT, sheet="Other"), [TABLE]) is Idea.SLOPE


def test_epochs_may_run_across() -> None:
    down = TableReport("Sheet", 1, 6, 25, "columns", {"w1": "3", "w5": "4"}, 0.5, "C2", 8)
    finding = made(Kind.MISSING_FACTOR, "=H4", "=H4*H3", cell="H9")
    assert idea_of(finding, [down]) is Idea.WEIGHT
