"""Receptive fields in lists: code, words, comments above a layer, letters; and the formulas that make them wrong."""

import pytest

from reports.readmes.proof.findings import Kind


def fields(report):
    return [(finding.line, finding.expected) for finding in report.findings if finding.kind is Kind.RECEPTIVE]


CHAINED = """\
```python
self.first = nn.Sequential(
    nn.Conv2d(1, 6, (3, 3), bias=False),
    nn.BatchNorm2d(6),
    nn.ReLU(),
    nn.Dropout(0.1),
    nn.Identity(),
)  # receptive_field = 3
#     nn.Conv2d(6, 6, 5),
# ) # receptive_field = 7
self.second = nn.Sequential(
    nn.Conv2d(6, 9, 3),
    nn.ReLU(),
)  # receptive_field = 5
self.pool = nn.MaxPool2d(2, 2)  # receptive_field = {0}
self.third = nn.Conv2d({into}, 12, 3)  # receptive_field = {1}
self.fourth = nn.Conv2d(12, 10, 3)  # receptive_field = {2}
x = {call}
```
"""


def test_channels_that_fit_each_other_prove_that_code_leaves_no_layer_out(check):
    def lint(*told, into=9, call="self.pool(x)"):
        return fields(check(CHAINED.format(*told, into=into, call=call)))

    assert lint(6, 10, 14) == []
    assert lint(11, 13, 23) == [(15, "receptive field 6"), (16, "receptive field 10"), (17, "receptive field 14")]
    assert lint(11, 13, 23, into=12) == []  # a layer between, which the text leaves out
    assert lint(11, 13, 23, call="self.pool(self.pool(x))") == []


WORDS = """\
- **Conv1**: 3x3, stride 1 → RF = 3
- **Conv2 (stride 2)**: 3x3, stride 2 → RF = {0}
- **Dilated conv**: 3x3, stride 1, dilation 2 → RF = {1}
- **Conv4**: 3x3, stride 2 → RF = {2}
- **Conv5**: 3x3, stride 1 → RF = {3}
"""


def test_one_wrong_formula_that_makes_all_fields_proves_the_layers(check):
    assert fields(check(WORDS.format(5, 13, 17, 25))) == []
    early = fields(check(WORDS.format(7, 15, 23, 31)))
    assert [expected for _, expected in early] == [f"receptive field {field}" for field in (5, 13, 17, 25)]
    undilated = fields(check(WORDS.format(5, 9, 13, 21)))
    assert undilated == [(3, "receptive field 13")]  # and what follows from it is not told again
    assert fields(check(WORDS.format(7, 12, 23, 39))) == []  # of no formula


def test_a_pooling_that_doubles_the_field(check):
    text = (
        "```\nConv2d(1→6, 3x3)   # 28x28x6, RF: 3x3\nMaxPool2d(2x2)     # 14x14x6, RF: {}\n"
        "Conv2d(6→9, 3x3)   # 14x14x9, RF: {}\nConv2d(9→9, 3x3)   # 14x14x9, RF: {}\n"
        "MaxPool2d(2x2)     # 7x7x9, RF: {}\nConv2d(9→10, 3x3)  # 7x7x10, RF: {}\n```\n"
    )

    assert fields(check(text.format(4, 8, 12, 14, 22))) == []
    assert len(fields(check(text.format("6x6", "10x10", "14x14", "28x28", "36x36")))) == 5


ABOVE = """\
```python
# RF: 3
conv1 = nn.Conv2d(1, 8, 3)
# RF: 5
conv2 = nn.Conv2d(8, 8, 3)
# RF: 6
pool = nn.MaxPool2d(2, 2)
# RF: {}
conv3 = nn.Conv2d(8, 8, 3)
# RF: 14
conv4 = nn.Conv2d(8, 8, 3)
```
"""


def test_comments_above_their_layers(check):
    assert fields(check(ABOVE.format(10))) == []
    assert check(ABOVE.format(10)).checked[Kind.RECEPTIVE] == 5
    assert fields(check(ABOVE.format(9))) == [(8, "receptive field 10")]


LETTERS = """\
```python
# r_in: 1, n_in: 20, j_in: 1, s: 1, r_out: 3, n_out: 18, j_out: 1
a = nn.Conv2d(1, 8, 3)
# r_in: 3, n_in: 18, j_in: 1, s: 1, r_out: 5, n_out: 16, j_out: 1
b = nn.Conv2d(8, 8, 3)
# r_in: 5, n_in: {into}, j_in: 1, s: 2, r_out: 6, n_out: 8, j_out: 2
c = nn.MaxPool2d(2, 2)
# r_in: 6, n_in: 8, j_in: 2, s: 1, r_out: {last}, n_out: 6, j_out: 2
d = nn.Conv2d(8, 8, 3)
```
"""


def test_letters_in_comments_with_the_kernel_of_the_code_below(check):
    assert fields(check(LETTERS.format(into=16, last=10))) == []
    assert check(LETTERS.format(into=16, last=10)).checked[Kind.RECEPTIVE] == 4
    assert fields(check(LETTERS.format(into=18, last=8))) == [(6, "size 16"), (8, "receptive field 10")]


ROWS = """\
| Layer | Input Size | Output Size | Receptive Field |
| --- | --- | --- | --- |
| Conv 3x3 | 20x20x1 | 18x18x8 | 3x3 |
| Conv 3x3 | 18x18x8 | 16x16x8 | 5x5 |
| {pool} | 16x16x8 | 8x8x8 | 6x6 |
| Conv 3x3 | 8x8x8 | {side} | {third} |
| Conv 3x3 | 6x6x8 | 4x4x8 | 14x14 |
"""


@pytest.mark.parametrize("pool", ["Max Pool (2x2)", "pooling", "transition"])
def test_rows_without_columns_of_kernels(check, pool):
    text = ROWS.format(pool=pool, third="{}", side="6x6x8")
    assert fields(check(text.format("10x10"))) == []
    assert check(text.format("10x10")).checked[Kind.RECEPTIVE] >= 4
    assert fields(check(text.format("9x9"))) == [(6, "receptive field 10")]


def test_a_row_that_halves_the_size_without_a_stride_ends_what_can_be_judged(check):
    text = ROWS.format(pool="pooling", side="3x3x8", third="20x20")  # it may pool besides

    assert fields(check(text)) == []


def test_a_row_of_two_kernels_strides_all_the_same(check):
    text = (
        "| Layer | Input | Output | Kernel | Stride | Padding | Receptive Field |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
        "| a | 18x18 | 16x16 | 3x3 | 1 | 0 | 3 |\n| b | 16x16 | 14x14 | 3x3 | 1 | 0 | 5 |\n"
        "| c | 14x14 | 7x7 | 1x1, 2x2 | 2 | 0 | 6 |\n| d | 7x7 | 5x5 | 3x3 | 1 | 0 | {} |\n"
        "| e | 5x5 | 3x3 | 3x3 | 1 | 0 | 14 |\n"
    )

    assert fields(check(text.format(10))) == []
    assert fields(check(text.format(8))) == [(6, "receptive field 10")]
