"""Limits that are said to hold, beside the table of the network; results beside their targets; what is not read."""

import pytest

from reports.readmes.proof.findings import Kind

TABLE = """
```
            Conv2d-1            [-1, 8, 26, 26]              80
            Conv2d-2           [-1, 16, 24, 24]           1,168
            Linear-3                   [-1, 10]             170
Total params: 1,418
```
"""


def found(report):
    return [(finding.line, finding.kind, finding.expected) for finding in report.findings]


@pytest.mark.parametrize(
    "line",
    [
        "The network has fewer than {} parameters.",
        "Fewer than {} parameters ✓",
        "Parameter count under {}: PASS",
        "All constraints are met: <{} parameters, no pooling.",
        "- [x] Less than {} parameters",
    ],
)
def test_a_limit_that_is_said_to_hold(check, line):
    assert check(line.format("1,500") + "\n" + TABLE).findings == ()
    assert found(check(line.format("1,400") + "\n" + TABLE)) == [
        (1, Kind.CONSTRAINT, "1,418 parameters: the limit is missed")
    ]


@pytest.mark.parametrize(
    "line",
    [
        "The goal is a network that has fewer than 1,400 parameters.",
        "We have not yet reached fewer than 1,400 parameters.",
        "- [ ] Less than 1,400 parameters",
        "Achieved 98% in fewer than 3 epochs.",
        "In phase 4, a test accuracy of >= 99.4 is achieved consistently.",
    ],
)
def test_an_aim_is_no_claim(check, line):
    assert check(line + "\n" + TABLE).findings == ()


def test_a_box_that_is_not_ticked_tells_no_accuracy(check):
    log = "".join(f"Epoch {at}: Test Accuracy: {98 + at / 10:.2f}%\n" for at in range(1, 5))
    text = "- [{}] Test accuracy: 98.95%\n\n```\n" + log + "```\n"

    assert check(text.format(" ")).findings == ()
    assert found(check(text.format("x"))) == [(1, Kind.ACCURACY, "98.40 %")]


RESULTS = "| Metric | Target | Achieved |\n| --- | --- | --- |\n| Test accuracy | 99.4% | {} |\n"


def test_a_ticked_result_below_its_target(check):
    assert check(RESULTS.format("99.45% ✅")).findings == ()
    assert check(RESULTS.format("99.31%")).findings == ()
    assert check(RESULTS.format("99.31% ❌")).findings == ()
    assert found(check(RESULTS.format("99.31% ✅"))) == [(3, Kind.CONSTRAINT, "99.31% misses the aim")]


def test_the_sets_of_images_in_words(check):
    text = "# MNIST\n\nThe training set has {} images, the test set contains {} images.\n"

    assert check(text.format("60,000", "10,000")).findings == ()
    assert check(text.format("54,000", "6,000")).findings == ()  # parts of it
    assert [kind for _, kind, _ in found(check(text.format("10,000", "60,000")))] == [Kind.TRAINING] * 2


def test_lists_of_fields_that_are_not_read_are_told(check):
    lines = [f"- stage {name}: RF = {field}" for name, field in zip("abcde", (3, 7, 9, 30, 41), strict=True)]

    assert check("\n".join(lines)).unread == {"lists of receptive fields": (1,)}
    assert check("\n".join(lines[:3])).unread == {}


def test_results_below_an_enumerated_title_are_no_aims(check):
    text = (
        "**A. Targets**\n\n1. 85% accuracy with fewer than 1M parameters.\n\n**B. Results**\n\n"
        "1. Parameters: {}\n2. Best Test Accuracy in 20 epochs: {} %\n"
    )
    assert check(text.format("815,200", "85.09")).checked[Kind.CONSTRAINT] == 2
    assert check(text.format("815,200", "85.09")).findings == ()
    assert [(f.line, f.kind) for f in check(text.format("1,815,200", "84.59")).findings] == [
        (7, Kind.CONSTRAINT), (8, Kind.CONSTRAINT),
    ]  # fmt: skip


def test_a_line_tells_training_and_test(check):
    text = "## Target\n99.4 % accuracy\n\n## Result\n**Result** - train {}, test {}\n"
    assert check(text.format("- 99.87", "- 99.49")).checked[Kind.CONSTRAINT] == 1
    assert [f.line for f in check(text.format("99.87", "99.19")).findings] == [5]


def test_a_limit_that_lost_a_zero(check):
    text = "Has less than {0} parameters.\n\n- Parameters: less than 25000\n\nTests for fewer than 25,000 parameters.\n"
    assert check(text.format("25,000")).checked == {Kind.CONSTRAINT: 2}
    assert check(text.format("25,000")).findings == ()
    assert [(each.line, each.kind) for each in check(text.format("2,500")).findings] == [(1, Kind.CONSTRAINT)]
    assert check("# MNIST, then CIFAR-10\n" + text.format("250,000")).findings == ()
    assert check(text.replace("25", "10").format("100k")).findings == ()  # of a first, larger network
