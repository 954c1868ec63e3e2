"""Runs that sections tell in words: how one stands to the one before, which is the best, whether an aim is reached."""

import pytest

from reports.readmes.proof.findings import Kind


def found(report):
    return [(each.line, each.kind, each.expected) for each in report.findings]


def steps(*runs: tuple[str, str, str], after: str = "") -> str:
    """Sections Step 1 to n, each with a training and a test accuracy and a remark."""
    parts = [
        f"### Step {at}\n- Training accuracy: {train}%\n- Test accuracy: {test}%\n- {remark}\n"
        for at, (train, test, remark) in enumerate(runs, 1)
    ]
    return "# Digits\n\n" + "\n".join(parts) + after


UP = "The test accuracy is also up"
LESS = "Reduced overfitting"


def test_what_is_said_to_have_risen_or_shrunk_is_held_against_the_run_before(check):
    assert check(steps(("99.40", "98.60", "Fine"), ("99.50", "98.90", UP))).findings == ()
    assert found(check(steps(("99.40", "98.60", "Fine"), ("99.50", "98.40", UP)))) == [
        (11, Kind.SUMMARY, "98.40 %, down from 98.60 %")
    ]
    assert found(check(steps(("99.40", "98.60", "Fine"), ("99.50", "98.40", LESS)))) == [
        (11, Kind.SUMMARY, "a gap of 1.10, up from 0.80")
    ]
    assert check(steps(("99.40", "98.60", "Fine"), ("99.20", "98.60", LESS))).findings == ()


@pytest.mark.parametrize(
    "remark",
    [
        "The test accuracy is up from 98.1 before we began",
        "The test accuracy is not up",
        "If the test accuracy is up we go on",
        "Reduce overfitting",
        "We want reduced overfitting",
        "The test accuracy is higher than the training accuracy",
    ],
)
def test_aims_conditions_and_other_comparisons_are_none(check, remark):
    assert check(steps(("99.40", "98.60", "Fine"), ("99.50", "98.40", remark))).findings == ()


def test_runs_that_do_not_follow_each_other_are_not_compared(check):
    text = steps(("99.40", "98.60", "Fine"), ("99.50", "98.40", UP))
    assert check(text.replace("Step 2", "Step 5")).findings == ()
    assert check(text.replace("Step 1", "With dropout").replace("Step 2", "With noise")).findings == ()
    assert (
        check(text.replace("- Test accuracy: 98.60%", "- Test accuracy: 98.60%\n- Test accuracy: 98.30%")).findings
        == ()
    )


NAMED = """\
# Normalisations

{}

## Using batch norm
Train accuracy = 80.1%

Test accuracy = {}%

## Using group norm
Train accuracy = 72.2%

Test accuracy = 70.1%

## Using layer norm
Train accuracy = 71.3%

Test accuracy = 69.2%
"""


def test_the_best_of_several_sections_is_that_with_the_highest_accuracy(check):
    claim = "We see that batch normalisation gets slightly better training as well as test accuracy scores."
    assert check(NAMED.format(claim, "70.4")).findings == ()
    assert found(check(NAMED.format(claim, "69.7"))) == [(3, Kind.SUMMARY, "70.1 % in line 13")]
    for other in (
        "Batch norm has a better test accuracy than layer norm.",
        "Batch and group norm have the best test accuracy.",
    ):
        assert check(NAMED.format(other, "69.7")).findings == ()


AIMED = "The test accuracy must be 99.4%.\n\n"


def test_an_aim_that_is_said_to_be_reached_is_held_against_the_accuracy_of_the_run(check):
    said = "We have achieved the desired result"
    text = AIMED + steps(("98.10", "98.60", "Fine"), ("98.50", "98.97", said))
    assert found(check(text)) == [(13, Kind.CONSTRAINT, "98.97 % misses 99.4 %")]
    assert check(text.replace("98.97", "99.42")).findings == ()
    for other in ("We have not achieved the desired result", "We have achieved the desired result in parameters"):
        assert check(text.replace(said, other)).findings == ()
    headed = AIMED + steps(("98.10", "98.60", "Fine"), ("98.50", "98.97", "Fine"), after=f"\n### Analysis\n- {said}\n")
    assert found(check(headed)) == [(16, Kind.CONSTRAINT, "98.97 % misses 99.4 %")]
    assert check(headed.replace("### Analysis", "### Next")).findings == ()


def test_one_test_accuracy_is_told_twice_alike(check):
    text = "## Results\n\nIt ran and achieved an accuracy of {}% on the test set.\n\nTest accuracy: 91.6 %\n"
    assert check(text.format("91.62")).findings == ()
    assert found(check(text.format("91.34"))) == [(5, Kind.ACCURACY, "91.34 %, or that there")]
    for other in ("Validation accuracy", "Test accuracy with noise", "Best test accuracy", "Test digits accuracy"):
        assert check(text.replace("Test accuracy", other).format("91.34")).findings == ()


def test_an_epoch_has_one_accuracy(check):
    text = (
        "## Results\n\n- Best test accuracy within epoch 15: 98.45% (epoch {})\n"
        "- Reached 98.45% at epoch 12 and epochs 13, 14, 15 were 98.43%, 98.44% and 98.45% respectively.\n"
    )
    assert check(text.format(15)).findings == ()
    assert found(check(text.format(13))) == [(3, Kind.ACCURACY, "98.43 %")]


def unnumbered(*percents: int) -> str:
    return "```\n" + "".join(
        f"Test set: Average loss: 0.05, Accuracy: {n}/10000 ({n / 100:.2f}%)\nLearning Rate: 0.01{at}\n"
        for at, n in enumerate(percents)
    ) + "```\n"  # fmt: skip


def test_a_log_without_numbers_has_the_epochs_that_were_trained(check):
    text = "- Epochs: 5\n\nBest Test Accuracy: 99.10% (first achieved in {})\n\n## Log\n\n" + unnumbered(
        9700, 9800, 9910, 9910, 9900
    )
    assert check(text.format("3rd epoch")).findings == ()
    assert check(text.format("epoch 2")).findings == ()  # counted from 0
    assert found(check(text.format("4th epoch"))) == [(3, Kind.MILESTONE, "epoch 3")]
    assert check(text.replace("Epochs: 5", "Epochs: 6").format("4th epoch")).findings == ()


def test_a_limit_of_epochs_that_is_said_to_be_met_is_held_against_the_epochs_told(check):
    text = (
        "It achieves 98 % under these constraints:\n- Parameters < 20K\n- Epochs < 20\n\n## Log\n- Epochs: {} epochs\n"
    )
    assert check(text.format(19)).findings == ()
    assert found(check(text.format(20))) == [(6, Kind.CONSTRAINT, "fewer than 20: the limit is missed")]
    assert check(text.replace("It achieves", "It should reach").format(20)).findings == ()
    assert found(check("- [x] Less than 20 epochs\n\n- Epochs: 25\n"))[0][0] == 3


def test_the_goal_of_a_sentence_is_the_target(check):
    text = (
        "1. Target Accuracy: 90%\n\nThe goal of this project is to design a network for an accuracy of {}% on images.\n"
    )
    assert check(text.format(90)).findings == ()
    assert found(check(text.format(85))) == [(3, Kind.CONSTRAINT, "90 %")]
    assert check(text.format(85) + "\n2. Target accuracy: 85%\n").findings == ()
