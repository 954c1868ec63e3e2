"""A mark that a run is said to pass or to miss, beside the accuracy that its section states."""

import pytest

from reports.readmes.proof.findings import Kind

STEPS = """\
The aim is an accuracy of 99.4%.

## Step 1

- Best Test Accuracy: 98.95%

### Analysis

- It is a beginning.

## Step 2

- Best Test Accuracy: {best}%

### Analysis

- {sentence}
"""


@pytest.mark.parametrize(
    ("best", "sentence", "wrong"),
    [
        ("99.45", "The model reached 99.45% accuracy.", False),
        ("99.38", "The model consistently hits 99.4% in the last epochs.", True),  # a rounding that hides a missed aim
        ("99.28", "The model reached 99.3% accuracy.", False),  # a mere rounding
        ("99.25", "It was able to cross 99.6% accuracy.", True),
        ("99.25", "It has not reached 99.4% yet.", False),
        ("99.25", "It never consistently reached 99.2%.", False),
        ("99.30", "Even if the model is pushed further, it won't be able to get to 99.30", True),
        ("99.30", "It did not cross 99.30% so far.", False),
        ("99.25", "The training accuracy reached 99.8%.", False),
        ("99.25", "If it reached 99.8%, we would stop.", False),
        ("99.25", "It reached 100 parameters per layer.", False),
    ],
)
def test_a_mark_is_passed_or_missed_as_the_best_of_the_run_says(check, best, sentence, wrong):
    found = [
        (each.line, each.kind, each.expected) for each in check(STEPS.format(best=best, sentence=sentence)).findings
    ]

    assert found == ([(17, Kind.CONSTRAINT, f"{best} %")] if wrong else [])
