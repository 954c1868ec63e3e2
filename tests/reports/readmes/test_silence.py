"""What a fair author could dispute is left alone, and not counted."""

import pytest

from reports.readmes.proof.findings import Kind

LOG = """\
```
Epoch 1
Test set: Average loss: 0.1612, Accuracy: 9533/10000 (95.33%)
Epoch 2
Test set: Average loss: 0.0841, Accuracy: 9748/10000 (97.48%)
```
"""
TABLE = """\
```
            Conv2d-1            [-1, 8, 26, 26]              80
            Conv2d-2           [-1, 16, 24, 24]           1,168
Total params: 1,248
```
"""


@pytest.mark.parametrize(
    "sentence",
    [
        "If it reached 98.5 % at epoch 2, it would go on.",
        "We could not get past 99.4%; it never reached 99.4%.",
        "The paper reached 99.7 % at epoch 2.",
        "The previous network got 99.1%.",
        "Training accuracy reached 99.8% by epoch 2.",
        "The target: reach 99.4 % within 2 epochs.",
        "We wanted more than 98 % but did not expect it.",
        "Dropout of 10% was used at epoch 2",
        "It reached over 97 % in epoch 2.",
        "We reached 97%.",
        "We got 97.5 %.",  # a rounding that hides no aim
        "At most 2 epochs were planned.",
        "The mean accuracy is 97.48 ± 0.06 % after epoch 2.",  # a deviation is no accuracy
        "Mean accuracy 97.48 +/- 0.06% in epoch 2.",
    ],
)
def test_sentences_that_claim_nothing_wrong_of_this_log(check, sentence):
    assert check(f"{LOG}\n{sentence}\n").findings == ()


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        ("97.48 %", "We reached 99 %."),
        ("97.48 %", "It got over 97.6% in the end."),
        ("97.48 %, which misses the 97.5 % aimed at", "At least 97.5 % accuracy is needed. We got 97.5 %."),
        ("97.48 %", "Reached 97.84 % at epoch 2."),
        ("epoch 2", "Reached 97.48 % at epoch 12."),
        ("an epoch up to 2", "Reached 96.13 % at epoch 12."),
        ("in no epoch", "98 % was first reached in epoch 2."),
        ("in epoch 2", "97 % was reached in no epoch."),
    ],
)
def test_sentences_that_claim_too_much(check, expected, sentence):
    (finding,) = check(f"{LOG}\n{sentence}\n").findings

    assert (finding.kind, finding.line) == (Kind.ACCURACY, 8)
    assert finding.expected == expected


def test_one_of_several_logs_is_not_held_against_a_claim(check):
    report = check(f"{LOG}\nWe reached 99 %.\n\n{LOG}")

    assert report.findings == ()
    assert Kind.ACCURACY not in report.checked


def test_a_log_of_the_last_epochs_has_no_best(check):
    report = check("```\nEpoch 19\nTest set: Average loss: 0.02, Accuracy: 9948/10000 (99%)\n```\nWe got 99.6%.\n")

    assert report.checked == {Kind.LOG: 1}
    assert report.findings == ()


def test_each_chapter_is_held_against_its_own_log(check):
    other = LOG.replace("9748/10000 (97.48%)", "9848/10000 (98.48%)")
    text = f"# Runs\n## A\nReached 98.48 % at epoch 2.\n\n{LOG}\n## B\nReached 98.48 % at epoch 2.\n\n{other}"

    assert [(finding.line, finding.expected) for finding in check(text).findings] == [(3, "97.48 %")]


def test_a_count_in_another_chapter_may_be_another_networks(check):
    text = f"# Nets\n## First try\nA net with 4.7k parameters came close.\n\n## Final\n\n{TABLE}"

    assert check(text).findings == ()


def test_a_table_before_the_headings_and_one_below_leave_a_claim_open(check):
    second = TABLE.replace("1,168", "1,168\n            Conv2d-3 [-1, 8, 24, 24] 136").replace("1,248", "1,384")

    assert check(f"{TABLE}\n# Words\n\nThe total number of parameters is 1248.\n\n## Try 2\n\n{second}").findings == ()


@pytest.mark.parametrize(
    "rows",
    [
        ["Conv2d-3 [-1, 16, 24, 24] 160"],  # depthwise
        ["Conv2d-3 [-1, 32, 12, 12] 4,640"],  # stride 2
        ["Conv2d-3 [-1, 32, 26, 26] 544"],  # 1×1 padded by 1
        ["Conv2d-3 [-1, 8, 24, 22] 392", "Conv2d-4 [-1, 8, 22, 22] 200"],  # 1×3, then 3×1
        ["Conv2d-3 [-1, 32, 10, 10] 4,640"],  # behind max_pool2d called as a function
        [
            "Conv2d-3 [-1, 16, 24, 24] 2,320",
            "ReLU-4 [-1, 16, 24, 24] 0",
            "Conv2d-5 [-1, 8, 24, 24] 264",
        ],  # concatenated
        ["Linear-3 [-1, 10] 92,170"],
        ["Linear-3 [-1, 10] 23,050"],  # pooled as a function
        ["AdaptiveAvgPool2d-3 [-1, 16, 1, 1] 0", "Linear-4 [-1, 10] 170"],
        ["BatchNorm2d-3 [-1, 16, 24, 24] 0"],  # without scale and shift
        ["MaxPool2d-3 [-1, 16, 12, 12] 0"],
        ["MyBlock-3 [-1, 77, 3, 9] 12,345"],  # not known
    ],
)
def test_layers_that_exist_are_explained(check, rows):
    lines = ["Conv2d-1 [-1, 8, 26, 26] 80", "Conv2d-2 [-1, 16, 24, 24] 1,168", *rows]

    assert check("\n".join(f"    {line}" for line in lines)).findings == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "Less than 2 epochs: 97.48% accuracy",
        "Less than 2k parameters: 99.4 was reached",
        "Fewer than 2k parameters: 1.2K, fewer than 3 epochs: OK",
        "Less than 1k parameters: 1,248 (not met)",
        "Less than 1k parameters: no",
        "Less than 1k parameters are needed.",
    ],
)
def test_limits_that_hold_or_are_said_to_be_missed(check, sentence):
    assert check(f"{sentence}\n\n{TABLE}\n{LOG}").findings == ()


def test_a_limit_said_to_be_missed_that_holds(check):
    (finding,) = check(f"Less than 2k parameters: failed\n\n{TABLE}").findings

    assert (finding.line, finding.kind, finding.expected) == (1, Kind.CONSTRAINT, "it holds")


def test_totals_of_networks_that_have_no_table(check):
    text = f"# First\nTotal params: 6,379,786\n# Second\n{TABLE}\n# Third\nTotal params: 9,999\n"

    assert check(text).findings == ()
    assert check(text.replace("Total params: 1,248\n", "")).findings == ()


def test_rules_below_the_lines_of_a_table_or_log_make_no_headings(check):
    text = TABLE.replace("```", "-----").replace("Total", "=====\nTotal") + "\n" + LOG.replace("```", "------")

    report = check(f"{text}\n\nAchieved 97.48 % with 1,248 parameters\n")

    assert report.findings == ()
    assert report.checked == {
        Kind.PARAMETERS: 2, Kind.SHAPE: 2, Kind.TOTAL: 1, Kind.LOG: 2, Kind.ACCURACY: 1, Kind.COUNT: 1,
    }  # fmt: skip


def test_derivatives_may_be_written_with_any_d(check):
    lines = [f"{d}E_total/{d}w5 = (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h1" for d in "∂δd"]

    assert check("\n\n".join(lines)).checked == {Kind.FORMULA: 3}


def test_a_network_that_is_no_sequence_is_left_alone(check):
    branch = [f"Conv2d-{n} [-1, 13, 7, 9] {1000 + n}" for n in range(1, 12)]

    assert check("\n".join(branch)).findings == ()


def test_a_table_that_begins_in_the_middle_has_no_sum(check):
    text = "Conv2d-4 [-1, 16, 24, 24] 1,168\nReLU-5 [-1, 16, 24, 24] 0\nTotal params: 9,999\n"

    assert Kind.TOTAL not in check(text).checked


@pytest.mark.parametrize(
    "text",
    [
        "The learning rate was 0.1, then a learning rate of 0.01.",
        "A learning rate of 0.125 after a learning rate of 0.25.",
        "Learning rate 0.03772, written 0.3772 elsewhere: a slip.",
        "With a learning rate of 0.125 the loss was 1.25 at first.",
        "Learning rate: max 0.0745 = 0.0745, initial learning rate 0.000745, learning rate 7.45E-07 at the end",
        "We went from a learning rate of 0.125 to 0.0125 to 0.00125.",
    ],
)
def test_learning_rates_that_differ_on_purpose(check, text):
    assert check(text).findings == ()


@pytest.mark.parametrize(
    "formulas",
    [
        ["h1 = w1*i1 + w3*i2", "h2 = w2*i1 + w4*i2", "a_h1 = σ(h1)", "o1 = w5*a_h1 + w7*a_h2"],  # other numbering
        ["E1 = (t1 - a_o1)^2", "E2 = (t2 - a_o2)^2", "E_total = E1 + E2"],  # without the half
        ["δ_o1 = (t1 - a_o1)*a_o1*(1 - a_o1)", "δ_o2 = (t2 - a_o2)*a_o2*(1 - a_o2)", "dE/dw5 = -δ_o1*a_h1"],  # sign
        ["h1 = w1*i1 + w2*i2 + b1"],  # other network
        ["E1 = 1/2 * (t1 - a_o1)2", "E2 = 1/2 * (t2 - a_o2)²"],  # an exponent lost its place
        ["E1 = 0.2983", "w1 = 0.15", "E2 = half the square", "E1 == E2", "if a_o1 >= t1"],
        ["E1 = (((", "E2 = \\frac{1}{2", "E1 = 1/2 * (t1 - a_o1)^(9^9^9^9)", "a_h1 = exp(exp(exp(exp(9^9))))"],
    ],
)
def test_other_conventions_and_what_is_no_formula(check, formulas):
    assert check("```\n" + "\n".join(formulas) + "\n```\n").findings == ()


def test_no_claim_is_no_claim(check):
    report = check("# Hello\n\nNothing is measured here.\n")

    assert (report.findings, report.claims) == ((), 0)
