"""Brackets behind numbers, limits of sections, and figures told of what listings print or tables head."""

import pytest

from reports.readmes.proof.findings import Kind

PARTS = """\
- Conv1: 80 parameters (1×8×3×3 + 8)
- Conv2: {} parameters (8×16×3×3 + 16)
- Conv3: 136 parameters (16×8×1×1 + 8)
"""
TABLE = """\
| Model | Final Accuracy | Max Accuracy |
| --- | --- | --- |
| plain | 99.41% | 99.48% |
| deep | **99.45%** | **99.69%** |

"""
LISTING = """\
```
Epoch: 01 | m_digit_accuracy: 99.14% | m_sum_accuracy: 90.07%
```
"""
RUNS = """\
# Steps

## Step 1
Stay under 20k parameters.

Total parameters: {} | Maximum Test Accuracy: 98.99

## Step 2
Total parameters: {} | Maximum Test Accuracy: 98.85

- Parameters are reduced under 10k, and the model is as good.
"""


def found(report):
    return [(each.line, each.kind, each.expected) for each in report.findings]


def test_products_in_brackets_are_worked_out_beside_others_that_are_right(check):
    assert found(check(PARTS.format("1,168"))) == []
    assert found(check(PARTS.format("1,158"))) == [(2, Kind.ARITHMETIC, "1,168")]
    assert found(check("- Kernels: 32 (3×3 + 3)\n")) == []  # alone it may be anything


@pytest.mark.parametrize(
    ("right", "wrong", "kind"),
    [
        ("The network has 19,848 (< 20k) parameters.", "The network has 29,848 (< 20k) parameters.", Kind.CONSTRAINT),
        ("We trained it in 19 (< 20 epochs).", "We trained it in 29 (< 20 epochs).", Kind.CONSTRAINT),
        ("We got 99.45% (>99.4%).", "We got 99.35% (>99.4%).", Kind.CONSTRAINT),
        ("It has 9,304 weights (of which 9,128 are trainable and 176 are non-trainable parameters)",
         "It has 9,304 weights (of which 9,128 are trainable and 186 are non-trainable parameters)", Kind.TOTAL),
    ],
)  # fmt: skip
def test_limits_and_parts_in_brackets(check, right, wrong, kind):
    assert found(check(right)) == []
    assert [each.kind for each in check(wrong).findings] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Less than 10,000 parameters (less than 8000 for bonus points)",
        "It has 21,000 (< 20k) parameters: not yet there.",
        "## Target\n15 epochs (< 10 epochs)",
        "20k (< 20,000 parameters)",
    ],
)
def test_limits_of_limits_and_misses_that_are_told_are_left_alone(check, text):
    assert found(check(text)) == []


def test_what_is_said_to_be_below_a_limit_is_the_figure_of_the_section(check):
    assert found(check(RUNS.format("19,552", "9,032"))) == []
    assert found(check(RUNS.format("19,552", "19,032"))) == [(11, Kind.CONSTRAINT, "19,032: the limit is missed")]


@pytest.mark.parametrize(
    "words",
    [
        "Parameters should be reduced under 10k.",
        "Next I will go for fewer than 10k parameters.",
        "I have to reduce the parameters below 10k.",
        "Parameters are still above the 10k.",
    ],
)
def test_a_plan_is_no_claim_of_a_limit(check, words):
    assert found(check(f"# A\n## Step 1\nParameters: 19,942\n\nAnalysis: it overfits. {words}\n")) == []


def test_a_final_accuracy_is_no_best_one(check):
    assert check(TABLE + "Final test accuracy: 99.45%\n").checked == {Kind.ACCURACY: 1}
    assert found(check(TABLE + "Final test accuracy: 99.45%\n")) == []
    assert found(check(TABLE + "Final test accuracy: 99.69%\n")) == [(6, Kind.ACCURACY, "99.69 % is Max Accuracy")]
    assert found(check(TABLE + "Final test accuracy: 98.02%\n")) == []  # of another run


def test_words_tell_what_the_listing_prints_by_its_names(check):
    told = "m_digit_accuracy is the share of digits, which is {}% while m_sum_accuracy is 90.1%.\n"
    assert found(check(LISTING + told.format("99.14"))) == []
    assert found(check(LISTING + told.format("99.13"))) == [(4, Kind.ACCURACY, "99.14 %")]
    assert found(check(LISTING + "m_digit_accuracy was 97.2% before.\nm_sum_accuracy: above 90.5%\n")) == []


def test_a_number_of_parameters_that_differs_from_all_others_by_a_digit(check):
    text = "The network has {} parameters.\n\n## A\n- Parameters: 21,844\n\n## B\n- Total parameters: 21,844\n"
    assert found(check(text.format("21,844"))) == []
    assert found(check(text.format("28,844"))) == [(1, Kind.COUNT, "21,844 parameters")]
    assert found(check(text.format("9,032"))) == []  # of another network
    assert found(check("- Parameters: 7,448\n\n## Next\n- Parameters: 7,458\n")) == []


def test_a_total_printed_by_itself_is_that_of_the_only_table_above(check):
    table = "| Layer | Output Shape | Param # |\n| --- | --- | --- |\n| Conv2d-1 | [-1, 16, 26, 26] | 160 |\n"
    text = table + "| Conv2d-2 | [-1, 16, 24, 24] | 2,320 |\n| Linear-3 | [-1, 10] | 170 |\n\n## Stats\n\n"
    assert found(check(text + "- **Total params:** 2,650\n")) == []
    assert (8, Kind.COUNT, "2,650") in [
        (f.line - 1, f.kind, f.expected) for f in check(text + "- **Total params:** 2,950\n").findings
    ]


@pytest.mark.parametrize("words", ["ViT outperforms the CNN by {}%.", "The ViT is {}% better.", "ViTが{}%上回る"])
def test_how_far_the_better_of_two_is_ahead(check, words):
    rows = "| Model | Accuracy |\n| --- | --- |\n| CNN | 99.08% |\n| ViT | 99.53% |\n"
    table = rows + "\n"
    assert check(table + words.format("0.45")).checked == {Kind.ARITHMETIC: 1}
    assert found(check(table + words.format("0.45"))) == []
    assert found(check(table + words.format("0.72"))) == [(6, Kind.ARITHMETIC, "0.45")]
    assert found(check(rows + "| CNN2 | 99.1% |\n\n" + words.format("0.72"))) == []
    assert found(check(table + words.format("0.46"))) == []  # of figures with more digits
    assert found(check("# MNIST\n" + table + words.format("0.47"))) == [(7, Kind.ARITHMETIC, "0.45")]
