"""Sentences about several epochs at once, and about the first, beside a log."""

import pytest

from reports.readmes.proof.findings import Kind

TESTED = (91.23, 96.04, 97.86, 98.31, 98.92, 98.70, 99.02, 98.95, 99.11, 99.05)
TRAINED = (84.5, 92.1, 94.8, 96.2, 97.0, 97.4, 97.9, 98.1, 98.3, 98.4)
LOG = "".join(
    f"Epoch {number}: Train Accuracy: {trained:.2f}%, Test Accuracy: {tested:.2f}%\n"
    for number, (tested, trained) in enumerate(zip(TESTED, TRAINED, strict=True), 1)
)


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("Above 98.9% in the last 4 epochs.", "Above 98.9% in the last 5 epochs.", "98.70 % at epoch 6"),
        ("The last four epochs stay above 98.9%.", "The last six epochs stay above 98.9%.", "98.70 % at epoch 6"),
        ("It got 98.9% consistently over the final 2 epochs.", None, ""),
        ("98.9% in the last 7 epochs.", None, ""),  # at some time in them
        ("98.9%+ for 4 consecutive epochs.", "98.9%+ for 5 consecutive epochs.", "4 epochs in a row"),
        ("98.9% for 3 epochs in a row.", "98.9% for 6 epochs in a row.", "4 epochs in a row"),
        ("Number of epochs above 99%: 3", "Number of epochs above 99%: 5", "3 epochs"),
        ("The network reached 99% three times; it reached 99% 3 times.", "It reached 99% 5 times.", "3 epochs"),
        ("The first epoch gives 91.23%.", "The first epoch gives 92.13%.", "91.23 %"),
        ("84.5% in the first epoch.", "93.1% in the first epoch.", "91.23 %"),
        ("The first epoch above 98.9% is the fifth.", None, ""),
        ("It improved from 91.23% in first epoch to 99.05% in 10th epoch.", None, ""),  # the second is not the first
        ("It starts at 91.23% in epoch 1.", "It starts at 91.32% in epoch 1.", "91.23 %"),
        ("98.9% within just 5 epochs.", "98.9% within just 4 epochs.", "epoch 5"),
        ("From epoch 7 on it is above 98.9%.", "From epoch 6 on it is above 98.9%.", "98.70 % at epoch 6"),
        ("It stays at 98.9% after epoch 6.", "It stays at 98.9% after epoch 4.", "98.70 % at epoch 6"),
    ],
)
def test_a_sentence_is_held_against_all_epochs_that_it_speaks_of(check, right, wrong, expected):
    def lint(sentence):
        report = check(f"# Digits\n\n{sentence}\n\n```\n{LOG}```\n")
        return [(finding.kind, finding.expected) for finding in report.findings]

    assert lint(right) == []
    assert wrong is None or lint(wrong) == [(Kind.MILESTONE, expected)]


def test_results_in_a_short_fence_are_claims_and_code_is_none(check):
    summary = "```\nEpochs trained: 10\nBest Test Accuracy: {}%\n```\n\n"
    code = "```python\nbest_test_accuracy = 99.35\nprint(f'Best Test Accuracy: {best}')\n```\n\n"

    assert check(summary.format("99.11") + f"```\n{LOG}```\n").checked[Kind.ACCURACY] == 1
    assert [finding.expected for finding in check(summary.format("99.35") + f"```\n{LOG}```\n").findings] == ["99.11 %"]
    assert Kind.ACCURACY not in check(code + f"```\n{LOG}```\n").checked
