"""From a README in which everything is right, one number changed: the finding stands in that line."""

import pytest

from reports.readmes.corrected import corrected
from reports.readmes.lint import lint_source
from reports.readmes.proof.findings import Kind
from reports.readmes.reading.files import split_lines


def test_nothing_is_found_where_everything_is_right_and_every_kind_is_checked(check, right):
    report = check(right)

    assert report.findings == ()
    assert report.checked == {
        Kind.PARAMETERS: 10,
        Kind.SHAPE: 10,
        Kind.TOTAL: 2,
        Kind.MEMORY: 3,
        Kind.LOG: 4,
        Kind.ACCURACY: 4,
        Kind.COUNT: 1,
        Kind.CONSTRAINT: 5,
        Kind.RATE: 1,
        Kind.FORMULA: 11,
    }


# what stands there, what is put in its place, the kind of the finding, what it expects
MUTATIONS = [
    ("[-1, 8, 26, 26]              80", "[-1, 8, 26, 26]              90", Kind.PARAMETERS, "80 parameters"),
    ("[-1, 8, 26, 26]              16", "[-1, 8, 26, 26]              18", Kind.PARAMETERS, "16 parameters"),
    ("[-1, 16, 24, 24]           1,168", "[-1, 16, 24, 24]           1,178", Kind.PARAMETERS, "1,168 parameters"),
    ("[-1, 8, 12, 12]             136", "[-1, 8, 12, 12]             36", Kind.PARAMETERS, "136 parameters"),
    ("[-1, 10]             170", "[-1, 10]             180", Kind.PARAMETERS, "170 parameters"),
    ("[-1, 16, 12, 12]  ", "[-1, 16, 12, 13]  ", Kind.SHAPE, "[-1, 16, 12, 12]"),
    ("[-1, 16, 24, 24]  ", "[-1, 18, 24, 24]  ", Kind.SHAPE, "[-1, 16, 24, 24]"),
    ("ReLU-2            [-1, 8, 26, 26]", "ReLU-2            [-1, 8, 26, 28]", Kind.SHAPE, "[-1, 8, 26, 26]"),
    ("Dropout2d-7            [-1, 8, 12", "Dropout2d-7            [-1, 8, 15", Kind.SHAPE, "[-1, 8, 12, 12]"),
    ("Total params: 2,738", "Total params: 2,783", Kind.TOTAL, "2,738"),
    ("\nTrainable params: 2,738", "\nTrainable params: 2,737", Kind.TOTAL, "2,738 together"),
    ("pass size (MB): 0.24", "pass size (MB): 0.42", Kind.MEMORY, "0.24 MB"),
    ("Params size (MB): 0.01", "Params size (MB): 0.11", Kind.MEMORY, "0.01 MB"),
    ("Total Size (MB): 0.25", "Total Size (MB): 0.52", Kind.MEMORY, "0.25 MB"),
    ("9533/10000 (95%)", "9533/10000 (96%)", Kind.LOG, "95 %"),
    ("9748/10000 (97%)", "9148/10000 (97%)", Kind.LOG, "91 %"),
    ("9839/10000 (98.39%)", "9839/10000 (98.49%)", Kind.LOG, "98.39 %"),
    ("9839/10000 (98.39%)", "9839/1000 (98.39%)", Kind.LOG, "at most 1,000"),
    ("Achieved 98.46% accuracy at epoch 3", "Achieved 98.64% accuracy at epoch 3", Kind.ACCURACY, "98.46 %"),
    ("Achieved 98.46% accuracy at epoch 3", "Achieved 98.46% accuracy at epoch 4", Kind.ACCURACY, "epoch 3"),
    ("best accuracy was 98.46%", "best accuracy was 98.56%", Kind.ACCURACY, "98.46 %"),
    ("first reached in epoch 3", "first reached in epoch 2", Kind.ACCURACY, "in epoch 3"),
    ("9846 of 10000 (98.46 %)", "9846 of 10000 (98.64 %)", Kind.ACCURACY, "98.46 %"),
    ("using 2,738 parameters", "using 2,739 parameters", Kind.COUNT, "2,738 parameters"),
    ("3k parameters: 2.74K", "3k parameters: 2.24K", Kind.CONSTRAINT, "2,738 parameters"),
    ("Less than 3k parameters", "Less than 2k parameters", Kind.CONSTRAINT, "2,738 parameters: the limit is missed"),
    ("Less than 5 epochs", "Less than 4 epochs", Kind.CONSTRAINT, "4 epochs: the limit is missed"),
    ("| 2,738 | yes |", "| 2,738 | no |", Kind.CONSTRAINT, "yes"),
    ("| 2,738 | yes |", "| 2,378 | yes |", Kind.CONSTRAINT, "2,738"),
    ("| 4 | ❌ no |", "| 4 | ✅ yes |", Kind.CONSTRAINT, "no"),
    ("with 0.03772 the", "with 0.3772 the", Kind.RATE, "0.03772"),
    ("w1*i1 + w2*i2", "w1*i1 + w2*i1", Kind.FORMULA, "h1 = w1*i1 + w2*i2"),
    ("w1*i1 + w2*i2", "w1*i1 + w2+i2", Kind.FORMULA, "h1 = w1*i1 + w2*i2"),
    ("w_{7} & \\leftarrow", "w_{8} & \\leftarrow", Kind.FORMULA, "w8 ← w8 − η·∂E/∂w8"),
    ("1/(1 + exp(-h1))", "1/(1 - exp(-h1))", Kind.FORMULA, "a_h1 = 1/(1 + exp(-h1))"),
    ("(t2 - out_o2)^2", "(t2 - out_o1)^2", Kind.FORMULA, "E2 = 1/2 * (t2 - out_o2)^2"),
    ("E1 + E2", "E1 - E2", Kind.FORMULA, "E_total = E1 + E2"),
    ("(1 - a_o1) * a_h1\n", "(1 - a_o1) * a_h2\n", Kind.FORMULA, "∂E/∂w5 = (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h1"),
    ("∂o1/∂w6 =", "∂o1/∂w5 =", Kind.FORMULA, "∂E/∂w6 = ∂E1/∂a_o1 * ∂a_o1/∂o1 * ∂o1/∂w6"),
    ("\\delta_{h1} \\cdot", "\\delta_{h2} \\cdot", Kind.FORMULA,
     "\\frac{\\partial E_{total}}{\\partial w_1} = \\delta_{h1} \\cdot i_1"),
    ("- \\eta", "+ \\eta", Kind.FORMULA,
     "w_{7} = w_{7} - \\eta \\cdot \\frac{\\partial E_{total}}{\\partial w_{7}}"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "kind", "expected"), MUTATIONS, ids=lambda each: str(each)[:30])
def test_one_changed_number_is_found_in_its_line(check, right, old, new, kind, expected):
    assert right.count(old) == 1
    line = right[: right.index(old)].count("\n") + 1 + (old[0] == "\n")

    report = check(right.replace(old, new))

    assert [finding.line for finding in report.findings] == [line]
    (finding,) = report.findings
    assert finding.kind is kind
    assert finding.expected.startswith(expected)


@pytest.mark.parametrize("old_and_new", [(old, new) for old, new, *_ in MUTATIONS], ids=lambda each: each[1][:30])
def test_the_corrected_copy_has_only_findings_left_that_no_replacement_mends(check, right, old_and_new):
    source = split_lines(right.replace(*old_and_new), "README.md")
    report = lint_source(source, "README.md")

    text, count = corrected(source, report.findings)

    assert count == sum(finding.edit is not None for finding in report.findings)
    assert all(finding.edit is None for finding in check(text).findings)
    assert len(check(text).findings) == len(report.findings) - count


def test_every_digit_of_every_count_of_a_table_is_held(check, right):
    missed = []
    for number, line in enumerate(right.splitlines()[:20], 1):
        start = line.rfind(" ") + 1
        for place in range(start, len(line)):
            if "-1," in line and line[place].isdigit():
                changed = line[:place] + str((int(line[place]) + 1) % 10) + line[place + 1 :]
                found = check(right.replace(line, changed)).findings
                missed += [] if number in [finding.line for finding in found] else [changed]
    assert missed == []
