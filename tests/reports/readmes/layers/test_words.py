"""What words and drawings say of a network: shapes in comments, blocks, a name that stands once, a labelled count."""

import pytest

from reports.readmes.proof.findings import Kind


def found(report):
    return [(finding.line, finding.kind, finding.expected) for finding in report.findings]


CODE = """\
```python
self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
self.conv2 = nn.Conv2d(8, 12, 3, padding=1)
self.pool = nn.MaxPool2d(2)

def forward(self, x):
    x = self.pool(F.relu(self.conv1(x)))  # [batch, 8, 14, 14]
    x = self.conv2(x)  # [batch, {0}, H, W]
    x = F.adaptive_avg_pool2d(x, 1)  # [batch, {0}, 1, 1]
    x = torch.flatten(x, 1)  # [batch, {0}]
    return x
```
"""


def test_channels_in_the_comments_of_a_forward_pass(check):
    assert check(CODE.format(12)).findings == ()
    assert check(CODE.format(12)).checked[Kind.SHAPE] == 4
    assert found(check(CODE.format(10))) == [
        (8, Kind.SHAPE, "[batch, 12, H, W]"), (9, Kind.SHAPE, "[batch, 12, 1, 1]"), (10, Kind.SHAPE, "[batch, 12]"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "x = torch.cat([self.conv2(x), y], 1)  # [batch, 20, H, W]",
        "x = x + self.conv2(x)  # [batch, 20, H, W]",
        "x = self.conv2(x).view(-1, 48)  # [batch, 48]",
        "x = self.conv2(x)  # (14, 14)",
        "x = self.block(self.conv2(x))  # [batch, 20, H, W]",
    ],
)
def test_what_is_more_than_a_layer_is_let_be(check, line):
    assert check(CODE.format(12).replace("x = self.conv2(x)  # [batch, 12, H, W]", line)).findings == ()


DRAWN = """\
```
┌───────────────────────┐
│ C1: begin             │
│ • Conv3×3             │     Params: {}
└──────────┬────────────┘
┌──────────▼────────────┐
│ C2: more              │
│ • Conv3×3             │     Params: 592
└──────────┬────────────┘
┌──────────▼────────────┐
│ C3: end               │
│ • Conv1×1             │     Params: 298
└───────────────────────┘
```

| Block | Layer | Configuration | Parameters |
| --- | --- | --- | ---: |
| C1 | Conv2d | 3→8, k=3 | 216 |
| | BatchNorm2d | 8 channels | 16 |
| C2 | Conv2d | 8→8, k=3 | 576 |
| | BatchNorm2d | 8 channels | 16 |
| C3 | Conv2d | 8→16, k=1 | 128 |
| | Linear | 16→10 | 170 |
| | **Total** | | **{}** |
"""


def test_the_blocks_of_a_drawn_network_have_the_parameters_of_their_rows(check):
    assert check(DRAWN.format(232, "1,122")).findings == ()
    assert found(check(DRAWN.format(223, "1,122"))) == [(4, Kind.TOTAL, "232")]
    assert [f.line for f in check(DRAWN.format(223, "1,222")).findings] == [24]  # nothing proves the rows


FORMULAS = """\
h1 = w1*i1 + w2*i2
h2 = w3*i1 + w4*i2
a_h1 = σ(h1)
a_h2 = σ(h2)
o1 = w5*a_h1 + w6*a_h2
o2 = w7*a_h1 + w8*{}
E1 = ½ * (t1 - a_o1)²
E2 = ½ * (t2 - a_o2)²
∂E/∂w5 = (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h1
∂E/∂w6 = (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h2
"""


def test_a_name_that_stands_once_beside_the_one_that_is_right(check):
    assert check(FORMULAS.format("a_h2")).findings == ()
    assert found(check(FORMULAS.format("w_h2"))) == [(6, Kind.FORMULA, "o2 = w7*a_h1 + w8*a_h2")]
    assert check(FORMULAS.format("w_h2") + "w_h2 = σ(h2)\n").findings == ()  # it has its own equation


def test_a_count_behind_the_name_of_a_network_is_that_of_its_section(check):
    table = "Total params: {}\n\n| Layer | Output shape | Params |\n| --- | --- | --- |\n| Linear | 10 | {} |\n"
    table += "| Linear | 10 | 110 |\n"
    text = "- **Tiny:** three layers.\n  Small (~{} params)\n- **Wide:** more of them\n\n"
    text += (
        f"## The net `Tiny`\n\n{table.format('8,010', '7,900')}\n## The net `Wide`\n\n{table.format('9,910', '9,800')}"
    )

    assert check(text.format("8k")).findings == ()
    assert found(check(text.format("6.2k"))) == [(2, Kind.COUNT, "8,010 parameters")]
