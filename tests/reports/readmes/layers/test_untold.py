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
