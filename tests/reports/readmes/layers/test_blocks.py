"""Fields of blocks beside the layers that the blocks consist of, and of the whole network."""

import pytest

from reports.readmes.proof.findings import Kind

LAYERS = """\
```
Block 1 (8 channels):
├── Conv2d(3→8, 3×3) + BN
└── Conv2d(8→8, 3×3) + BN

Transition 1 (8→16 channels, stride=2):
├── Conv2d(8→16, 1×1) + BN
└── Conv2d(16→16, 3×3, stride=2) + BN

Block 2 (16 channels):
├── Conv2d(16→16, 3×3) + BN
└── DilatedConv2d(16→16, 3×3, dilation=2) + BN

Global Average Pooling
Final: Linear(16→10)
```

### Fields
"""


def fields(*told: int, whole: int = 19) -> str:
    names = ("Block 1", "Transition 1", "Block 2")
    return LAYERS + "".join(
        f"- **{name}**: RF = {field} (3×3 convolutions)\n" for name, field in zip(names, told, strict=True)
    ) + f"- **Total RF = {whole}**\n"  # fmt: skip


def wrong(report) -> list[str]:
    return [each.expected.removeprefix("receptive field ") for each in report.findings if each.kind is Kind.RECEPTIVE]


@pytest.mark.parametrize("told", [(5, 7, 19), (5, 5, 7), (3, 7, 11)])
def test_a_block_has_any_field_from_its_beginning_to_its_end(check, told):
    assert check(fields(*told)).findings == ()


def test_a_field_that_no_layer_of_the_block_has_is_wrong(check):
    assert wrong(check(fields(5, 9, 17))) == ["7", "19"]
    assert wrong(check(fields(7, 9, 17))) == []  # where the first is wrong too, fields may be counted otherwise
    assert wrong(check(fields(5, 7, 19, whole=11))) == ["19"]
    assert wrong(check(fields(5, 9, 17).replace("(8→16", "(9→16"))) == []  # a layer may be left out


def test_a_title_that_strides_without_a_layer_that_does_proves_nothing(check):
    assert wrong(check(fields(5, 9, 17).replace(", 3×3, stride=2)", ", 3×3)"))) == []


BOXES = """\
```
┌──────────────────────────┐
│ Conv2d(3→8, 3×3, s=1)    │  RF: {0}
└──────────────────────────┘
┌──────────────────────────┐
│ Block1: 8→16 channels    │  RF: {1}
│ ├─ Conv2d(8→16, 3×3)     │
│ └─ Conv2d(16→16, 3×3, s=2)│ ← smaller
└──────────────────────────┘
┌──────────────────────────┐
│ Block2: 16→24 channels   │  RF: {2}
│ ├─ Conv2d(16→24, 3×3)    │
│ └─ Conv2d(24→24, 1×1)    │
└──────────────────────────┘
```
"""


def test_a_box_has_a_field_of_its_own_layers(check):
    assert check(BOXES.format(3, 5, 11)).findings == ()
    assert wrong(check(BOXES.format(3, 6, 14))) == ["7", "11"]
    assert wrong(check(BOXES.format(5, 6, 14))) == []
    pooled = BOXES.replace("│ ├─ Conv2d(16→24", "│ ├─ MaxPool              │\n│ ├─ Conv2d(16→24")
    assert wrong(check(pooled.format(3, 6, 14))) == []
    assert wrong(check(BOXES.replace("24→24", "20→24").format(3, 6, 14))) == []
