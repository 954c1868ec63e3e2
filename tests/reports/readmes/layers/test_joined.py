"""Fields beside names only, whose kernels code, a printed network or words tell; the network's field without a list."""

import pytest

from reports.readmes.proof.findings import Kind

PRINTED = """\
```
Tiny(
  (conv1): Conv2d(1, 6, kernel_size=(3, 3), stride=(1, 1))
  (bn1): BatchNorm2d(6, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
  (conv2): Conv2d(6, 9, kernel_size=(3, 3), stride=(1, 1))
  (pool1): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
  (conv3): Conv2d(9, 12, kernel_size=(3, 3), stride=(1, 1))
  (conv4): Conv2d(12, 10, kernel_size=(3, 3), stride=(1, 1))
)
```
"""
WORDS = """\
- conv1: 6 filters, 3x3 kernel
- conv2: 9 filters, 3x3 kernel
- pool1: 2x2 max pooling
- conv3: 12 filters, 3x3 kernel
- conv4: 10 filters, 3x3 kernel
"""
NAMES = ("conv1", "conv2", "pool1", "conv3", "conv4")


def fields(*told: int, names=NAMES) -> str:
    return "\n```\nLayer    RF    Size\n-------------------\n" + "".join(
        f"{name}    {field}x{field}    9x9\n" for name, field in zip(names, told, strict=True)
    ) + "```\n"  # fmt: skip


def wrong(report) -> list[str]:
    return [each.expected.removeprefix("receptive field ") for each in report.findings if each.kind is Kind.RECEPTIVE]


@pytest.mark.parametrize("kernels", [PRINTED, WORDS])
def test_fields_beside_names_are_held_against_the_kernels_that_are_told_elsewhere(check, kernels):
    assert check(kernels + fields(3, 5, 6, 10, 14)).checked[Kind.RECEPTIVE] == 5
    assert check(kernels + fields(3, 5, 6, 10, 14)).findings == ()
    assert wrong(check(kernels + fields(3, 5, 6, 12, 16))) == ["10"]  # the last follows from the one before
    assert wrong(check(kernels + fields(5, 9, 18, 26, 34))) == ["3", "5", "6", "10", "14"]
    assert wrong(check(kernels + fields(5, 9, 18, 26, 34) + "\nFinal receptive field: 34x34\n"))[-1] == "14"


def test_what_goes_in_other_names_and_layers_left_out_prove_nothing(check):
    assert check(PRINTED + fields(1, 3, 5, 6, 10)).findings == ()
    assert check(PRINTED + fields(5, 9, 18, 26, 34, names=("c1", "c2", "p1", "c3", "c4"))).findings == ()
    assert check(PRINTED.replace("(conv2)", "(skip)") + fields(5, 9, 18, 26, 34)).findings == ()
    pooled = PRINTED + "\n```\nx = F.max_pool2d(self.conv2(x), 2)\n```\n" + fields(5, 9, 18, 26, 34)
    assert check(pooled).findings == ()


def test_behind_a_pooling_of_all_that_is_left_only_a_copied_field_is_judged(check):
    names = (*NAMES, "gap", "fc")
    assert wrong(check(PRINTED + fields(5, 9, 18, 26, 34, 34, 34, names=names)))[-2:] == ["14", "14"]
    assert check(PRINTED + fields(3, 5, 6, 10, 14, 28, 28, names=names)).findings == ()


LISTED = """\
- Conv1: 3x3, channels: 3→16
- DWConv2: 3x3, stride=2, channels: 16→24
- Conv3: 3x3, dilation=2, channels: 24→24
- Conv4.1: Conv2d(24→24, k=3, groups=24) + Conv2d(24→32, k=1)
- Residual connection with 1x1 conv
- Fully connected: 32→10
"""


def test_the_field_of_a_network_follows_from_layers_whose_channels_leave_none_out(check):
    assert check(LISTED + "\nFinal RF: 17x17.\n").findings == ()
    assert check(LISTED + "\nFinal RF: 17x17.\n").checked[Kind.RECEPTIVE] == 1
    assert wrong(check(LISTED + "\nFinal RF: 43x43.\n")) == []  # 13 jumps of 2 further: a global pooling
    assert wrong(check(LISTED + "\nFinal RF: 52x52.\n")) == ["17"]
    assert wrong(check(LISTED + "\nThe network achieves a receptive field of 16.\n")) == ["17"]
    assert check(LISTED + "\nThe network must reach a receptive field of 16.\n").findings == ()


def test_a_longer_field_says_nothing_where_layers_may_follow(check):
    text = LISTED.replace("- Fully connected: 32→10\n", "")
    assert check(text + "\nFinal RF: 52x52.\n").findings == ()
    assert wrong(check(text + "\nFinal RF: 8x8.\n")) == ["17"]
    assert check(text.replace("16→24", "20→24") + "\nFinal RF: 8x8.\n").findings == ()


CODE = """\
```python
self.conv1 = nn.Conv2d(in_channels=1, out_channels=6 * wide, kernel_size=3)  # RF: 3
self.conv2 = nn.Conv2d(in_channels=6 * wide, out_channels=9 * wide, kernel_size=3)  # RF: 5
self.pool = nn.MaxPool2d(2, 2)  # RF: {}
self.conv3 = nn.Conv2d(in_channels=9 * wide, out_channels=12 * wide, kernel_size=3)  # RF: {}
self.conv4 = nn.Conv2d(in_channels=12 * wide, out_channels=10, kernel_size=3)  # RF: {}
```
"""


def test_channels_that_are_multiples_of_a_width_link_layers_too(check):
    assert check(CODE.format(6, 10, 14)).findings == ()
    assert wrong(check(CODE.format(10, 12, 18))) == ["6", "10", "14"]


def test_sizes_in_formulas_are_read_as_sizes(check):
    rows = [(3, 1, 3), (3, 1, 5), (2, 2, 6), (3, 1, 12), (3, 1, 16)]
    text = "| Layer | Kernel | Stride | Receptive Field |\n| --- | --- | --- | --- |\n" + "".join(
        f"| l{at} | ${k} \\times {k}$ | {s} | ${r} \\times {r}$ |\n" for at, (k, s, r) in enumerate(rows)
    )
    assert wrong(check(text))[0] == "10"


CHANNELS = """\
| Layer | Input Channels | Output Channels |
| --- | --- | --- |
| c1 | 1 | 8 |
| c2 | 8 | 16 |
| c3 | 16 | 8 |
| c4 | 8 | 16 |
| c5 | {} | 10 |
"""


def test_channels_that_no_layer_gives_do_not_go_into_one(check, right):
    assert check(CHANNELS.format(16) + right).findings == ()
    report = check(CHANNELS.format(32) + right)
    assert [(each.line, each.kind, each.expected) for each in report.findings] == [(7, Kind.SHAPE, "16 channels")]
    assert check(CHANNELS.format(8) + right).findings == ()  # a layer may be left out
    assert check(CHANNELS.format(32)).findings == ()
    assert check(CHANNELS.format(32) + right + "\nTwo branches are joined by a concat.\n").findings == ()


@pytest.mark.parametrize(
    "claim",
    [
        "- RF > 12 (achieved {})",
        "6. Global receptive field ({}) over all",
        "| Final | Achieves RF of {} (global) | yes |",
    ],
)
def test_the_field_of_a_network_is_named_in_several_forms(check, claim):
    head = "| What | How | Holds |\n| --- | --- | --- |\n" if claim.startswith("|") else ""
    assert check(f"{LISTED}\n{head}{claim.format(17)}\n").findings == ()
    assert wrong(check(f"{LISTED}\n{head}{claim.format(16)}\n")) == ["17"]


def test_fields_between_arrows_are_those_that_layers_see(check):
    assert check(LISTED + "\nFirst layers: RF grows from 1 → 3 → 5\n").findings == ()
    assert wrong(check(LISTED + "\nFirst layers: RF grows from 1 → 3 → 7\n")) == ["no layer sees 7 pixels"]
    assert check(LISTED + "\nIn another network the RF grows as 9 → 7 → 3\n").findings == ()


def test_other_modules_of_a_name_are_no_layers(check):
    code = CODE.format(6, 10, 14).replace(
        "self.conv4", "self.bn_conv3x3 = nn.BatchNorm2d(12)\nself.drop_conv3x3 = nn.Dropout(0.1)\nself.conv4"
    )
    assert check(code).findings == ()
    assert check(code).checked[Kind.RECEPTIVE] == 5
