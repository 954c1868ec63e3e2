"""Columns that follow from each other, changes of percentages, and lists of parts with their total."""

import pytest

from reports.readmes.proof.findings import Kind


def found(report):
    return [(finding.line, finding.kind, finding.expected) for finding in report.findings]


TOTALS = """\
| Part | Weights | % of total |
| --- | ---: | ---: |
| first | 1,200 | 12.50% |
| second | 3,600 | {} |
| third | 4,800 | 50.00% |
| **Total** | **{}** | 100% |
"""


def test_a_total_row_and_the_shares_of_it(check):
    assert check(TOTALS.format("37.5%", "9,600")).findings == ()
    assert check(TOTALS.format("37.5%", "9,600")).checked[Kind.ARITHMETIC] == 4
    assert found(check(TOTALS.format("37.5%", "9,200"))) == [(6, Kind.ARITHMETIC, "9,600")]
    assert check(TOTALS.format("37.5%", "6,000")).findings == ()  # the second may be a part of the first two
    assert check(TOTALS.format("37.5%", "9,800").replace("third", "trainable")).findings == ()
    four = TOTALS.replace("| third | 4,800 | 50.00% |", "| third | 2,400 | 25.00% |\n| fourth | 2,400 | 25% |")
    assert found(check(four.format("35.7%", "9,600"))) == [(4, Kind.ARITHMETIC, "37.5 %")]


def test_f1_is_not_above_both_precision_and_recall(check):
    table = "| Class | Precision | Recall | F1-Score |\n| --- | --- | --- | --- |\n| 1 | 0.91 | 0.85 | {} |\n"

    assert check(table.format("0.88")).findings == ()
    assert check(table.format("0.86")).findings == ()  # the mean over classes may be below all of them
    assert found(check(table.format("0.93"))) == [(3, Kind.ARITHMETIC, "at most 0.91")]


def test_the_time_of_an_epoch_by_the_number_of_epochs_that_the_other_rows_tell(check):
    table = "| Device | Total time (s) | Time per epoch (s) |\n| --- | --- | --- |\n"
    table += "| a | 12.40 | 3.10 |\n| b | 8.81 | 2.2 |\n| c | 30 | 7.4 |\n| d | 44.4 | {} |\n"

    assert check(table.format("11.1")).findings == ()
    assert found(check(table.format("14.1"))) == [(6, Kind.ARITHMETIC, "11.1")]
    assert check(table.format("14.1").replace("| 3.10 |", "| 4.10 |")).findings == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Accuracy rose from 98.2% to 99.1% (+0.9%).", []),
        ("Accuracy rose from 98.2% to 99.1% (+50%).", []),  # of what was missing
        ("Accuracy rose from 98.2% to 99.1% (+1.9%).", ["+0.9"]),
        ("It has +0.57 points more (`97.59% -> 98.16%`).", []),
        ("It has +0.75 points more (97.59% -> 98.16%).", ["+0.57"]),
        ("A drop of -2 to 3% (97.59% -> 95.16%)", []),
    ],
)
def test_by_how_much_a_percentage_changed(check, line, expected):
    assert [finding.expected for finding in check(line).findings] == expected


@pytest.mark.parametrize(("total", "expected"), [("1,290", []), ("1,920", ["1,290"])])
def test_a_list_of_parts_with_their_parameters_and_their_total(check, total, expected):
    text = "- First conv layer: 80 parameters\n- Batch norm: 16 parameters\n- Last layer: 1,194 parameters\n"
    text += f"- Total: {total} parameters\n"

    assert [finding.expected for finding in check(text).findings if finding.kind is Kind.TOTAL] == expected
