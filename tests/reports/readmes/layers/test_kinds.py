"""Numbers of layers in words against the code or the table; normalisations told in two parts; code with more."""

import pytest

from reports.readmes.proof.findings import Kind

CODE = """\
```python
class Tiny(nn.Module):
    def __init__(self):
        self.conv1 = nn.Conv2d(1, 8, 3)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 16, 3)
        self.bn2 = nn.BatchNorm2d(16)
        self.pool1 = nn.MaxPool2d(2, 2)
        self.conv3 = nn.Conv2d(16, 10, 3)
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        x = self.pool1(self.bn2(self.conv2(self.bn1(self.conv1(x)))))
        return self.conv3(self.drop(x))
```
"""


def found(report):
    return [(each.line, each.kind, each.expected) for each in report.findings]


def test_numbers_of_layers_are_those_of_the_network(check):
    assert check(CODE + "\nIt has 3 conv layers, two batch norm layers and 1 max pooling layer.\n").findings == ()
    assert found(check(CODE + "\nIt has 3 conv layers, 4 batch norm layers and 1 dropout layer.\n")) == [
        (17, Kind.SHAPE, "2 batch normalisations")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "It has 4 batch norm layers.",
        "It has 4 conv layers, 5 batch norm layers and 1 dropout layer.",  # of another network
        "Each block has 3 conv layers and 1 batch norm layer.",
        "We added 3 conv layers and 1 batch norm layer.",
    ],
)
def test_one_kind_other_networks_and_parts_say_nothing(check, text):
    assert check(CODE + f"\n{text}\n").findings == ()


def test_a_table_has_no_row_of_what_functions_do(check, right):
    assert check(right + "\nIt has 4 conv layers, 2 max pooling layers and one linear layer.\n").findings != ()
    assert check(right.replace("MaxPool2d-5", "Conv2d-5") + "\n").findings != ()
    text = right + "\nIt has 4 conv layers and two linear layers.\n"
    assert [each.expected for each in check(text).findings if each.kind is Kind.SHAPE] == ["1 linear layers"]


SPLIT = """\
1. **First**
   - Conv1: 1 → 8 channels (3x3)
   - Parameters: 80 (72 weights + 8 bias)
   - BatchNorm1: {} parameters ({})
2. **Second**
   - Conv2: 8 → 16 channels (3x3)
   - Parameters: {} (1,152 weights + 16 bias)
   - BatchNorm2: {} parameters ({})
3. **Third**
   - Conv3: 16 → 10 channels (1x1)
   - Parameters: 170 (160 weights + 10 bias)
   - BatchNorm3: {} parameters ({})

- BatchNorm Layers: {} parameters
- Total Parameters: {}
"""
GOOD = ("16", "8 weights + 8 bias", "1,168", "32", "16 weights + 16 bias", "20", "10 weights + 10 bias", "68", "1,486")
DOUBLE = (
    "32",
    "16 weights + 16 bias",
    "1,168",
    "64",
    "32 weights + 32 bias",
    "40",
    "20 weights + 20 bias",
    "136",
    "1,554",
)


def test_a_normalisation_has_one_weight_and_one_bias_a_channel(check):
    assert check(SPLIT.format(*GOOD)).findings == ()
    assert found(check(SPLIT.format(*DOUBLE))) == [
        (4, Kind.PARAMETERS, "16"), (8, Kind.PARAMETERS, "32"), (12, Kind.PARAMETERS, "20"),
        (14, Kind.TOTAL, "68"), (15, Kind.TOTAL, "1,486"),
    ]  # fmt: skip
    other = (*DOUBLE[:2], "1,100", *DOUBLE[3:])
    assert [each.kind for each in check(SPLIT.format(*other)).findings if each.kind is Kind.PARAMETERS] != [
        Kind.PARAMETERS
    ] * 4  # where a convolution is odd too, the normalisations prove nothing


def test_code_has_no_fewer_parameters_than_its_layers(check):
    assert check(CODE + "\nParameters: ~2,746\n").findings == ()
    assert found(check(CODE + "\nParameters: ~2,616\n")) == [(17, Kind.COUNT, "2,746 parameters")]
    assert check(CODE + "\nParameters: ~2,600\n").findings == ()  # rounded
    assert check(CODE + "\nParameters: ~2,846\n").findings == ()  # the code may leave layers out
    assert check(CODE + "\nParameters: 2,616\n").findings == ()  # exact: of another version
    unused = CODE.replace("self.bn2(self.conv2", "(self.conv2")
    assert check(unused + "\nParameters: ~2,616\n").findings == ()


def test_a_slip_beside_the_table_is_found_though_other_numbers_are_told_of_parts(check, right):
    parts = "\n## Parts\n\nLayer: block1 | Parameters: 1,352\n"
    told = "Parameters used: 2,738\n\n## Training"
    text = right.replace("## Training", told) + parts
    assert check(text).findings == ()
    report = check(text.replace(told, told.replace("2,738", "2,733")))
    assert [each.expected for each in report.findings] == ["2,738 parameters"]
