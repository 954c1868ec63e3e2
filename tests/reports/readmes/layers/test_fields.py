"""Receptive fields and jumps: closed tables, sizes beside jumps, layers told in words, what is named at the end."""

import pytest

from reports.readmes.proof.findings import Kind


def found(report):
    return [(finding.line, finding.kind, finding.expected) for finding in report.findings]


CLOSED = """\
| k,p,s | In | Out | Receptive Field | J(out) |
| --- | --- | --- | --- | --- |
| 3,0,1 | 20 | 18 | 3 | 1 |
| 3,0,1 | 18 | 16 | 5 | 1 |
| 2,0,2 | 16 | {size} | {0} | 1 |
| 3,0,1 | 8 | 6 | {1} | 2 |
| 3,1,1 | 6 | 6 | {2} | 2 |
| 3,0,1 | 6 | 4 | {3} | 2 |
"""


def test_sizes_that_follow_from_every_kernel_prove_the_fields_however_many_are_wrong(check):
    assert check(CLOSED.format(6, 10, 14, 18, size=8).replace("| 6 | 1 |", "| 6 | 2 |")).findings == ()
    report = check(CLOSED.format(5, 9, 13, 17, size=8))

    assert [finding.expected.split(",")[0] for finding in report.findings] == [
        f"receptive field {field}" for field in (6, 10, 14, 18)
    ]
    assert check(CLOSED.format(7, 13, 21, 30, size=9)).findings == ()  # a row may be left out


SHAPED = """\
| Layer (type) | Output Shape | Param # | RF out | Jump in |
| --- | --- | --- | --- | --- |
| Conv2d-1 | [-1, 8, 24, 24] | 216 | 3 | 1 |
| BatchNorm2d-2 | [-1, 8, 24, 24] | 16 | 0 | 0 |
| Conv2d-3 | [-1, 8, 24, 24] | 576 | 5 | 1 |
| MaxPool2d-4 | [-1, 8, 12, 12] | 0 | 6 | 1 |
| Conv2d-5 | [-1, 16, 12, 12] | 1,152 | {0} | {jump} |
| Conv2d-6 | [-1, 16, 12, 12] | 2,304 | {1} | {jump} |
| Conv2d-7 | [-1, 16, 12, 12] | 128 | {1} | {jump} |
"""


def test_a_jump_is_the_side_that_went_in_by_the_side(check):
    assert check(SHAPED.format(10, 14, jump=2)).findings == ()
    assert check(SHAPED.format(10, 14, jump=2)).checked[Kind.RECEPTIVE] == 6
    text = SHAPED.format(14, 22, jump=4) + "\nThe final receptive field of the network is 22.\n"

    assert found(check(text)) == [
        (7, Kind.RECEPTIVE, "receptive field 10, jump 2"), (8, Kind.RECEPTIVE, "receptive field 14, jump 2"),
        (9, Kind.RECEPTIVE, "receptive field 14"), (11, Kind.RECEPTIVE, "receptive field 14"),
    ]  # fmt: skip


def test_a_pooling_by_a_function_may_stand_before_a_row_that_halves_the_size(check):
    head, pool, tail = SHAPED.partition("| MaxPool2d-4 | [-1, 8, 12, 12] | 0 | 6 | 1 |\n")
    assert pool

    assert check(head + tail.replace("{0} | {jump}", "9 | 2").format(0, 13, jump=2)).findings == ()


COLUMNS = """\
```
Layer              RF   How
Input              1    one pixel
Conv1.1-1.2        5    two 3x3 convs
Conv1.3 (s2)       {0}  stride of 2
DWConv2.1-2.2      {1}  two depthwise 3x3 convs
DWConv2.3 (s2)     {2}  stride of 2
Conv3.1 (d2)       {3}  dilated
```
"""


def test_fields_of_the_mistaken_formula_that_lets_a_stride_count_at_once(check):
    assert check(COLUMNS.format(7, 15, 19, 35)).findings == ()
    assert [(line, expected) for line, _, expected in found(check(COLUMNS.format(9, 17, 25, 41)))] == [
        (5, "receptive field 7"), (6, "receptive field 15"), (7, "receptive field 19"), (8, "receptive field 35"),
    ]  # fmt: skip
    assert check(COLUMNS.format(9, 17, 27, 60)).findings == ()  # of no formula: other layers than it seems
    assert check(COLUMNS.format(9, 17, 25, 41) + "\nThen a 5x5 convolution.\n").findings == ()  # of which kernel?


BOXES = """\
```
┌──────────────────────────┐
│ Block 1: begin           │ 1→8 channels
│ • Conv3×3 + BN + ReLU    │     RF: 3→5
│ • Conv3×3 + BN + ReLU    │
└────────────┬─────────────┘
┌────────────▼─────────────┐
│ Block 2                  │
│ • DW Conv3×3             │     RF: 5→7
│ • PW Conv1×1             │
└────────────┬─────────────┘
┌────────────▼─────────────┐
│ Block 3                  │
│ • Dilated Conv (d=2)     │     RF: 7→13
│ • Conv3×3                │
└────────────┬─────────────┘
┌────────────▼─────────────┐
│ Block 4                  │
│ • Dilated Conv (d=4)     │     RF: 13→{}
│ • Conv3×3                │
└──────────────────────────┘
```
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("| **Receptive Field** | > 20 | 25 | yes |", "receptive field 23"),
        ("| 3 | RF > 20 | Receptive Field = 25 | yes |", "receptive field 23"),
        ("Achieved RF > 24 without pooling", "receptive field 23"),
        ("RF: 5 → RF: 13 → RF: 25", "receptive field 23"),
        ("Achieved RF > 20 without pooling", None),
    ],
)
def test_blocks_of_a_drawn_network_and_what_is_named_of_it(check, line, expected):
    row = f"| what | limit | figure | holds |\n| --- | --- | --- | --- |\n{line}\n" if "|" in line else f"{line}\n"
    report = check(f"{row}\n{BOXES.format(25)}")
    named = [finding for finding in report.findings if finding.line < 6]

    assert check(BOXES.format(23)).findings == ()
    assert check(BOXES.format(23)).checked[Kind.RECEPTIVE] == 4
    assert [finding.expected for finding in named] == ([expected] if expected else [])
    assert [finding.expected for finding in report.findings if finding not in named] == ["receptive field 23"]


def test_the_field_of_a_first_layer_inside_the_list_is_not_the_networks(check):
    layers = "".join(f"{at}. **Block {at}**\n   - Conv: 3x3, 8 channels\n   - RF: {2 * at + 1}\n" for at in range(1, 6))
    text = layers.replace("RF: 3\n", "Receptive Field (RF): 3\n", 1)

    assert check(text).findings == ()
    assert found(check(f"{text}\nFinal RF: 13\n")) == [(17, Kind.RECEPTIVE, "receptive field 11")]


def test_what_goes_into_a_row_is_what_the_row_before_leaves(check):
    text = (
        "| layer | input size | output size | RF | details |\n| --- | --- | --- | --- | --- |\n"
        "| a | 16x16 | 16x16 | 3 | k=3, s=1, p=1, d=1 |\n| b | 16x16 | 16x16 | 5 | k=3, s=1, p=1, d=1 |\n"
        "| c | 16x16 | {0}x{0} | 9 | k=3, s=1, p=1, d=2 |\n| gap | {0}x{0} | 1x1 | 9 | global average |\n"
    )

    assert check(text.format(14)).findings == ()
    assert [(line, expected) for line, _, expected in found(check(text.format(16)))] == [(5, "size 14"), (6, "size 14")]


def test_a_comment_behind_a_blocks_last_layer_may_tell_of_the_whole_block(check):
    layers = "nn.Conv2d(32, 32, 3, padding=1, stride=2),\nnn.Conv2d(32, 32, 1)  # in 16, out {out}"
    assert not check("```python\n" + layers.format(out=8) + "\n```").findings
    assert [each.found for each in check("```python\n" + layers.format(out=9) + "\n```").findings] == ["size 9"]
    assert [each.found for each in check("```python\nnn.Conv2d(32, 32, 1)  # in 16, out 8\n```").findings] == ["size 8"]
