"""What is told a second time: runs of a table in lists, rows of a table in sentences, epochs beside a part of a log."""

import pytest

from reports.readmes.proof.findings import Kind

RUNS = """\
| Model | Parameters | Best Train Acc. | Best Test Acc. |
| --- | --- | --- | --- |
| 1 | 6.3M | 99.99 | 99.24 |
| 2 | 51k | {trained} | 98.90 |
| 3 | 12k | 98.96 | 98.45 |

## The first one

- Parameters: 6.3M
- Best training accuracy: 99.99
- Best test accuracy: 99.24

## A skeleton

- Parameters: 51k
- Best training accuracy: 99.45
- Best test accuracy: {told}

## A smaller one

- Parameters: 12k
- Best training accuracy: {last}
- Best test accuracy: 98.45
"""

TABLE = """\
| Model | Mean Test Accuracy | Best Test Accuracy |
| --- | ---: | ---: |
| Small CNN | 84.20% | 84.61% |
| ResNet18 | 92.82% | 93.34% |

## Key points

"""

SECTIONS = """\
### 1. Constant rate (Baseline)
- The validation accuracy stopped early (~{}%).

### 2. Cosine
- It may have needed more epochs.

| Schedule | Validation accuracy |
| --- | --- |
| Constant rate | ~67% |
| Cosine | ~67% |
"""


def expected(report):
    return [(finding.line, finding.kind, finding.expected) for finding in report.findings]


def test_a_run_of_a_table_that_a_list_tells_again(check):
    right = check(RUNS.format(trained=99.45, told="98.90", last=98.96))

    assert expected(right) == []
    assert right.checked[Kind.SUMMARY] == 3
    slip = check(RUNS.format(trained=99.45, told=98.89, last=98.96))
    assert expected(slip) == [(4, Kind.SUMMARY, "98.89 % on test images, or that in line 17")]
    other = check(RUNS.format(trained=99.25, told=98.89, last=98.96))  # two figures differ: another run
    assert expected(other) == []
    alone = check(RUNS.format(trained=99.45, told=98.89, last=98.69))  # one run that agrees proves nothing
    assert expected(alone) == []


@pytest.mark.parametrize(
    ("sentence", "finding"),
    [
        ("ResNet18 reached about **92.82% mean test accuracy**.", None),
        ("ResNet18 reached 92.8% mean test accuracy.", None),
        ("ResNet18 reached **92.28% mean test accuracy**.", "92.82 %, or that in line 4"),
        ("The best test accuracy of ResNet18 was 94.33%.", "93.34 %, or that in line 4"),
        ("ResNet18 reached 94.33% test accuracy.", None),  # which of the two is not said
        ("ResNet18 may reach 95% mean test accuracy.", None),
        ("ResNet18 and the Small CNN have 90% mean test accuracy.", None),
        ("ResNet18 improved mean test accuracy by 8.62%.", None),
    ],
)
def test_a_sentence_that_names_one_row_and_one_column(check, sentence, finding):
    assert [each.expected for each in check(TABLE + sentence + "\n").findings] == ([finding] if finding else [])


def test_a_section_that_bears_the_name_of_a_row(check):
    assert expected(check(SECTIONS.format(66))) == []
    assert expected(check(SECTIONS.format(60))) == [(2, Kind.SUMMARY, "67 %, or that in line 9")]


def test_fewer_epochs_than_the_rest_of_a_log_has(check):
    log = "\n".join(f"Epoch: {each}\n\nTest set: Average loss: 0.4, Accuracy: 8{each}.70%\n" for each in (3, 4, 5))

    assert expected(check(f"1. Epochs - 5\n\n{log}")) == []
    assert expected(check(f"1. Epochs - 4\n\n{log}")) == [(1, Kind.TRAINING, "at least 5 epochs")]
