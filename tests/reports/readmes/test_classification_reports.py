"""What scikit-learn prints of the classes."""

import pytest

from reports.readmes.proof.findings import Kind

REPORT = """\
```
              precision    recall  f1-score   support

           0       0.98      0.99      0.99       980
 ankle boot       0.95      0.90      0.92      1020
         two       0.80      0.85      0.82      1000

    accuracy                           0.91      3000
   macro avg       0.91      0.91      0.91      3000
weighted avg       0.91      0.91      0.91      3000
```
"""


def test_a_right_report(check):
    report = check(REPORT)
    assert (report.findings, report.checked) == ((), {Kind.ARITHMETIC: 13})


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("0.92      1020", "0.97      1020", 5, "0.92"),
        ("0.91      3000\n   macro", "0.94      3000\n   macro", 8, "0.91"),
        (
            "avg       0.91      0.91      0.91      3000\nw",
            "avg       0.81      0.91      0.91      3000\nw",
            9,
            "0.91",
        ),
        ("0.91      3000\n```", "0.91      3100\n```", 10, "3000"),
    ],
)
def test_a_figure_that_does_not_follow(check, old, new, line, expected):
    assert old in REPORT
    assert [(each.line, each.expected) for each in check(REPORT.replace(old, new)).findings] == [(line, expected)]


def test_a_report_of_one_class_or_of_parts_is_let_be(check):
    one = "precision recall f1-score support\n\n  0       0.98      0.99      0.99       980\n\n"
    assert check(f"```\n{one}```\n").checked == {}
    assert check(REPORT.replace("   macro avg", "   micro avg")).findings == ()
