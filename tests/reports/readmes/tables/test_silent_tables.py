"""Right tables between whose rows a function, a branch or a second input lies: no finding, and nothing rewritten."""

import pytest

from reports.readmes.corrected import corrected
from reports.readmes.lint import lint_source
from reports.readmes.proof.findings import Kind
from reports.readmes.reading.files import split_lines


def summary(*rows: tuple[str, str, int]) -> str:
    """A table as torchsummary prints it, with its totals."""
    printed = [f"{name:>20}  {shape:>25} {count:>15,}" for name, shape, count in rows]
    total = sum(count for *_, count in rows)
    head = f"{'Layer (type)':>20}  {'Output Shape':>25} {'Param #':>15}"
    sums = [f"Total params: {total:,}", f"Trainable params: {total:,}", "Non-trainable params: 0"]
    return "\n".join(["```", "-" * 64, head, "=" * 64, *printed, "=" * 64, *sums, "```", ""])


CASES = {
    "pooled by a function": summary(
        ("Conv2d-1", "[-1, 14, 30, 30]", 140), ("MaxPool2d-2", "[-1, 14, 15, 15]", 0), ("Dropout-3", "[-1, 14]", 0),
        ("Linear-4", "[-1, 5]", 75),
    ),
    "flattened by a function": summary(
        ("Conv2d-1", "[-1, 6, 24, 24]", 156), ("AvgPool2d-2", "[-1, 6, 6, 6]", 0), ("Dropout-3", "[-1, 216]", 0),
        ("Linear-4", "[-1, 7]", 1519),
    ),
    "enlarged by a function": summary(
        ("Conv2d-1", "[-1, 9, 20, 20]", 252), ("MaxPool2d-2", "[-1, 9, 10, 10]", 0),
        ("Conv2d-3", "[-1, 7, 10, 10]", 574), ("Conv2d-4", "[-1, 7, 20, 20]", 448), ("Conv2d-5", "[-1, 2, 20, 20]", 16),
    ),
    "a kernel of two sizes, once a channel": summary(
        ("Conv2d-1", "[-1, 12, 20, 20]", 120), ("Conv2d-2", "[-1, 12, 18, 20]", 48),
        ("Conv2d-3", "[-1, 20, 18, 20]", 740),
    ),
    "a branch that turns the picture": summary(
        ("Conv2d-1", "[-1, 5, 22, 22]", 250), ("MaxPool2d-2", "[-1, 5, 11, 11]", 0), ("Linear-3", "[-1, 12]", 7272),
        ("Linear-4", "[-1, 6]", 78), ("Conv2d-5", "[-1, 9, 26, 26]", 90), ("Linear-6", "[-1, 3]", 18255),
    ),
    "two pictures": summary(
        ("Conv2d-1", "[-1, 10, 24, 24]", 280), ("ReLU-2", "[-1, 10, 24, 24]", 0), ("Conv2d-3", "[-1, 10, 24, 24]", 280),
        ("ReLU-4", "[-1, 10, 24, 24]", 0), ("Conv2d-5", "[-1, 8, 24, 24]", 1448), ("Conv2d-6", "[-1, 1, 24, 24]", 9),
    ),
    "several outputs": summary(("GRU-1", "[[-1, 28, 16], [-1, 2, 16]]", 0), ("Linear-2", "[-1, 10]", 170)),
    "a layer of their own": summary(("Conv2D-1", "[-1, 16, 28, 28]", 0), ("Conv2d-2", "[-1, 16, 28, 28]", 160)),
    "notes behind the names": "\n".join((
        "```", "Layer (type)   Output Shape   Param #   RF   Jump", "Conv2d-1   [-1, 6, 20, 20]   54   3   1",
        "Conv2d-2 (stride=2)   [-1, 9, 9, 9]   486   5   2", "Conv2d-3   [-1, 4, 7, 7]   324   9   2",
        "Total params: 864", "```",
    )),
    "names of Keras that are cut": "\n".join((
        "| Layer (type) | Output Shape | Param # |", "| --- | --- | --- |",
        "| conv2d (Conv2D) | (None, 24, 24, 6) | 60 |", "| batch_normalization (BatchNo | (None, 24, 24, 6) | 24 |",
        "| max_pooling2d (MaxPooli | (None, 12, 12, 6) | 0 |", "| flatten (Flatten) | (None, 864) | 0 |",
        "| dense (Dense) | (None, 4) | 3460 |", "", "Total params: 3,544", "Trainable params: 3,532",
        "Non-trainable params: 12",
    )),
    "no batch": "\n".join((
        "```", "Layer (type:depth-idx)      Input Shape          Output Shape         Param #",
        "Net                         [1, 24, 24]          [1, 5]               --",
        "├─Conv2d: 1-1               [1, 24, 24]          [4, 22, 22]          40",
        "├─Conv2d: 1-2               [4, 11, 11]          [8, 9, 9]            296",
        "├─Linear: 1-3               [1, 128]             [1, 5]               645", "Total params: 981",
        "Trainable params: 981", "Non-trainable params: 0", "```",
    )),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_found_and_nothing_is_rewritten(check, case):
    report = check(CASES[case])

    assert report.findings == ()
    assert report.checked[Kind.TOTAL] >= 1
    source = split_lines(CASES[case], "README.md")
    assert corrected(source, lint_source(source, "README.md").findings) == (CASES[case], 0)


@pytest.mark.parametrize(
    ("case", "old", "new", "expected"),
    [
        ("two pictures", " 1,448", " 1,484", "1,448 parameters"),
        ("a branch that turns the picture", " 90", " 60", "90 parameters"),
        ("names of Keras that are cut", "| 3460 |", "| 3406 |", "3,460 parameters"),
        ("no batch", "296", "269", "296 parameters"),
    ],
)
def test_a_wrong_count_is_corrected_where_the_total_proves_it(check, case, old, new, expected):
    wrong = CASES[case].replace(old, new)

    (finding,) = check(wrong).findings

    assert (finding.kind, finding.expected) == (Kind.PARAMETERS, expected)
    assert corrected(split_lines(wrong, "README.md"), [finding])[0] == CASES[case]


def test_what_only_the_rows_around_say_is_told_and_not_written(check):
    text = "```\nConv2d-1 [-1, 8, 26, 26] 80\nConv2d-2 [-1, 16, 24, 24] 1,186\nReLU-3 [-1, 16, 24, 24] 0\n```\n"

    (finding,) = check(text).findings

    assert (finding.kind, finding.line, finding.expected) == (Kind.PARAMETERS, 3, "1,168 parameters")
    assert finding.edit is None


def test_a_total_that_the_other_totals_contradict_is_corrected_and_one_they_confirm_is_not(check):
    text = CASES["two pictures"]
    (alone,) = check(text.replace("Total params: 2,017", "Total params: 2,071")).findings
    (told, *others) = check(text.replace("2,017", "2,071")).findings

    assert (alone.expected, alone.edit is not None) == ("2,017", True)
    assert (told.kind, told.edit, others) == (Kind.TOTAL, None, [])
