"""Receptive fields where something is left untold: kernels that sizes make certain, poolings that stand elsewhere."""

TABLE = """\
| Operation | In_Dim | Out_Dim | Pad | Stride | Jin | Jout | Rf_in | Rf_out |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| Convolution | 28x28 | 28x28 | 1 | {stride} | 1 | 1 | 1x1 | 3x3 |
| Max Pool | 28x28 | 14x14 | 0 | 2 | 1 | 2 | 3x3 | 4x4 |
| Convolution | 14x14 | 12x12 | 0 | 1 | 2 | 2 | 4x4 | 8x8 |
| Convolution | 12x12 | 10x10 | 0 | 1 | 2 | 2 | 8x8 | {field} |
| GAP | 10x10 | 1x1 | 0 | 10 | 2 | {jump} | {field} | 30x30 |
"""

CODE = """\
```
  (conv1): Conv2d(1, 8, kernel_size=(3, 3), stride=(1, 1))
  (conv2): Conv2d(8, 8, kernel_size=(3, 3), stride=(1, 1))
```
```python
# 3x3: SIZE {{ in = 28, out = 26 }}, recptive field = 3
self.conv1 = nn.Conv2d(1, 8, kernel_size=3)
# 3x3: SIZE {{ in = 26, out = 24 }}, receptive field = {second}
self.conv2 = nn.Conv2d(8, 8, kernel_size=3)

# MX: SIZE {{ in = 24, out = 12 }}, receptive field = {pooled}, in forward()

# 3x3: SIZE {{ in = 12, out = 10 }}, receptive field = 10
self.conv3 = nn.Conv2d(8, 16, kernel_size=3)

x = F.max_pool2d(x, kernel_size=2)
```
"""


def expected(report):
    return [(finding.line, finding.expected) for finding in report.findings]


def test_a_table_without_kernels_is_judged_by_its_sizes(check):
    right = check(TABLE.format(stride=1, field="12x12", jump=20))

    assert expected(right) == []
    assert len(right.checked) == 1
    assert expected(check(TABLE.format(stride=1, field="14x14", jump=20))) == [(6, "receptive field 12")]
    assert expected(check(TABLE.format(stride=1, field="12x12", jump=2))) == [(7, "jump 20")]
    assert expected(check(TABLE.format(stride=0, field="12x12", jump=20))) == [(3, "stride 1")]


def test_a_pooling_elsewhere_whose_size_and_field_a_comment_tells(check):
    assert expected(check(CODE.format(second=5, pooled=6))) == []
    assert expected(check(CODE.format(second=35, pooled=6))) == [(8, "receptive field 5")]
    assert expected(check(CODE.format(second=5, pooled=10))) == [(11, "receptive field 6")]


SECTIONS = """\
### First convolution
8 kernels with size of 3 x 3
 - Padding - 1
 - Input Size - 28 x 28 x 1
 - Output Size - 28 x 28 x 8
 - Receptive Field - 3 x 3

### Second convolution
 - Input Size - 28 x 28 x 8
 - Output Size - 26 x 26 x 16
 - Receptive Field - 5 x 5

### Max pooling
 - Input Size - 26 x 26 x 16
 - Output Size - 13 x 13 x 16
 - Receptive Field - {pooled} x {pooled}

### Third convolution
8 kernels with size 1 x 1
 - Input Size - 13 x 13 x 16
 - Output Size - 13 x 13 x 8
 - Receptive Field - 6 x 6

### Fourth convolution
 - Input Size - 13 x 13 x 8
 - Output Size - 11 x 11 x 16
 - Receptive Field - {last} x {last}
"""

BLOCKS = """\
### First block

| Input Size | Kernel/Operation | Output Size | Receptive Field (RF) |
| --- | --- | --- | --- |
| $32 \\times 32 \\times 3$ | (3x3x3)x32 | $30 \\times 30 \\times 32$ | $3 \\times 3$ |
| $30 \\times 30 \\times 32$ | (3x3x32)x32 | $28 \\times 28 \\times 32$ | $5 \\times 5$ |

### Second block

| Input Size | Kernel/Operation | Output Size | Receptive Field (RF) |
| --- | --- | --- | --- |
| $28 \\times 28 \\times 32$ | (3x3x32)x32 | $26 \\times 26 \\times 32$ | $7 \\times 7$ |
| $26 \\times 26 \\times 32$ | (3x3x32)x32 | $24 \\times 24 \\times 32$ | ${last} \\times {last}$ |
"""


def test_a_section_a_layer_with_its_sizes_and_the_kernel_in_words_or_untold(check):
    assert expected(check(SECTIONS.format(pooled=6, last=10))) == []
    assert expected(check(SECTIONS.format(pooled=10, last=10))) == [(16, "receptive field 6")]
    assert expected(check(SECTIONS.format(pooled=6, last=8))) == [(27, "receptive field 10")]


def test_tables_of_one_head_whose_sizes_follow_are_one_network(check):
    assert expected(check(BLOCKS.replace("{last}", "9"))) == []
    assert expected(check(BLOCKS.replace("{last}", "8"))) == [(13, "receptive field 9")]
    assert expected(check(BLOCKS.replace("{last}", "8").replace("28 \\times 28", "27 \\times 27", 2))) == []
