"""Layers that words, drawings and comments give with their channels and parameters; blocks that tell their field."""

import pytest

from reports.readmes.proof.findings import Kind


def found(report):
    return [(finding.line, finding.kind, finding.expected) for finding in report.findings]


TREE = """\
```
├── Block 1: 20×20 → 10×10 (RF: {0})
│   ├── Conv2d: 1→6, 3×3, padding=1 ({first} params)
│   ├── BatchNorm2d: 6 (12 params)
│   ├── Conv2d: 6→9, 3×3 ({second} parameters)
│   └── MaxPool2d: {pool}
├── Block 2: 10×10 → 10×10 (RF: {1})
│   ├── Conv2d: {into}→12, 3×3 (984 params)
│   └── Conv2d: 12→10, 1×1 (130 params)
└── Output: 10 classes

Total Parameters: {total}
```
"""


def tree(first="60", second="495", total="1,681", fields=(3, 10), pool="2×2", into=9):
    return TREE.format(*fields, first=first, second=second, total=total, pool=pool, into=into)


def test_the_count_of_a_layer_is_that_of_its_channels_and_kernel(check):
    assert check(tree()).findings == ()
    assert check(tree()).checked == {Kind.PARAMETERS: 5, Kind.TOTAL: 1, Kind.RECEPTIVE: 2}
    assert found(check(tree(second="459", total="1,645"))) == [(5, Kind.PARAMETERS, "486 or 495")]
    assert check(tree(second="486", total="1,672")).findings == ()  # without a bias
    assert check(tree().replace("Conv2d: 6→9", "Depthwise Conv2d: 6→9").replace("495", "60")).findings == ()


def test_most_of_the_counts_are_right_where_one_is_called_wrong(check):
    wrong = tree(first="61", second="459", total="1,646")

    assert found(check(wrong)) == []
    assert found(check(wrong.replace("61 params", "60 params"))) == [(5, Kind.PARAMETERS, "486 or 495")]


@pytest.mark.parametrize(("total", "expected"), [("1,618", "1,681"), ("1,186", "1,681"), ("2,000", None)])
def test_a_total_below_the_sum_of_its_layers(check, total, expected):
    assert found(check(tree(total=total))) == ([(12, Kind.TOTAL, expected)] if expected else [])


def test_the_field_of_a_block_is_one_that_it_has_inside(check):
    for right in ((3, 10), (5, 6), (6, 10), (1, 6)):
        assert check(tree(fields=right)).findings == ()
    assert found(check(tree(fields=(3, 7)))) == [(7, Kind.RECEPTIVE, "receptive field 10")]
    for unclear in (tree(fields=(3, 7), into=8), tree(fields=(3, 7), pool="as before")):  # a layer is left out
        assert Kind.RECEPTIVE not in check(unclear).checked


CODE = """\
```python
self.a = nn.Conv2d(1, 8, 3)  # {0} params
self.b = nn.Conv2d(8, 8, 3, bias=False)  # 576 params
self.c = nn.Conv2d(in_channels=8, out_channels=12, kernel_size=(1, 1))  # params: 108
self.d = nn.Linear(12, 10)  # 130 params
```
"""


def test_counts_in_comments_of_code(check):
    assert check(CODE.format(80)).findings == ()
    assert check(CODE.format(80)).checked[Kind.PARAMETERS] == 4
    assert found(check(CODE.format(72))) == [(2, Kind.PARAMETERS, "80")]  # the code has a bias


DRAWN = """\
# Digits

The network:

```
Conv2d(1→16, kernel=3×3) + ReLU
MaxPool2d(2×2)
Conv2d(16→32, kernel=3×3) + ReLU
MaxPool2d(2×2)
Dense(1568→64)
Dense(64→10)
```

Total parameters: {}
"""


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("~105,500", None),
        ("105,866", None),
        ("~30k", "at least 105,744 parameters"),
        ("< 30k", None),  # an aim
    ],
)
def test_a_network_has_no_fewer_parameters_than_its_layers(check, told, expected):
    report = check(DRAWN.format(told))

    assert [finding.expected for finding in report.findings] == ([expected] if expected else [])


def test_of_another_network_nothing_is_said(check):
    text = DRAWN.format("as before") + "\n## Model 2\n\nParameters: ~30,000\n"

    assert check(text).findings == ()
    assert check(DRAWN.replace("1568", "1600").format("~30k")).findings == ()  # another layer goes before it


def test_a_sum_told_as_the_sides_of_a_square(check):
    line = "- RF: (5 * 1) + (2 * (0 + (2 * (3 - 1)))) = {}\n"

    assert check(line.format("13x13")).findings == ()
    assert check(line.format("13x13")).checked[Kind.ARITHMETIC] == 1
    assert found(check(line.format("9x9"))) == [
        (1, Kind.ARITHMETIC, "(5 * 1) + (2 * (0 + (2 * (3 - 1)))) = 13")
    ]  # fmt: skip
    assert check("- (5 * 5) - (2 * (3 - 1)) + (2 * 2) = 5x5\n").findings == ()  # the square itself
