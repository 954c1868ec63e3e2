"""torchinfo's `summary()`, printed by torchinfo itself: silent where right, changed numbers found in their lines."""

import random
import re

import pytest
from torch import Tensor, nn
from torchinfo import summary

from reports.readmes.proof.findings import Kind
from tests.reports.readmes.tables.test_tables_torch import random_layers


class Block(nn.Module):
    """A convolution with what follows it."""

    def __init__(self, channels: int, out: int):
        super().__init__()
        self.conv = nn.Conv2d(channels, out, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(out)
        self.act = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.act(self.norm(self.conv(x)))


def net() -> nn.Module:
    """A tree of two levels."""
    head = nn.Sequential(nn.Conv2d(16, 16, 3), nn.ReLU(), nn.Conv2d(16, 10, 1))
    body = (Block(1, 8), nn.MaxPool2d(2), Block(8, 16), nn.Dropout(0.1), head)
    return nn.Sequential(*body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(10, 10))


class Shared(nn.Module):
    """A layer that is used twice, and a parameter of the module's own."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 3, padding=1)
        self.scale = nn.Parameter(nn.Linear(3, 1).weight[0])

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(self.conv(x)) * self.scale[0]


COLUMNS = ("input_size", "output_size", "num_params", "kernel_size", "mult_adds", "trainable")


def text(model: nn.Module, **options) -> str:
    return f"```\n{summary(model, (8, 1, 28, 28), verbose=0, **options)}\n```\n"


@pytest.mark.parametrize(
    ("options", "layers", "sizes"),
    [
        ({}, 14, 3),
        ({"depth": 1}, 5, 1),
        ({"row_settings": ("ascii_only", "depth")}, 14, 3),
        ({"row_settings": ("var_names",)}, 14, 3),
        ({"row_settings": ("depth", "var_names"), "col_names": COLUMNS}, 14, 3),
    ],
    ids=["plain", "one level", "ASCII", "names", "columns"],
)
def test_nothing_is_found_where_everything_is_right(check, options, layers, sizes):
    report = check(text(net(), **options))

    assert report.findings == ()
    checked = {Kind.PARAMETERS: layers, Kind.SHAPE: layers, Kind.TOTAL: 2, Kind.MEMORY: sizes}
    assert report.checked == {kind: count for kind, count in checked.items() if count}


@pytest.mark.parametrize("seed", range(12))
def test_no_finding_in_a_table_of_a_random_network(check, seed):
    layers = random_layers(random.Random(seed))
    batch = (seed + 1, layers[0].in_channels, 28, 28)

    report = check(f"```\n{summary(nn.Sequential(*layers), batch, verbose=0)}\n```\n")

    assert report.findings == ()
    assert (report.checked[Kind.TOTAL], report.checked[Kind.MEMORY]) == (2, 3)


def test_shared_frozen_and_modules_own_parameters_are_no_finding(check):
    frozen = net()
    for parameter in frozen[0].parameters():
        parameter.requires_grad = False

    assert check(text(frozen)).findings == check(text(Shared())).findings == ()
    assert check(text(Shared())).checked[Kind.TOTAL] == 2


def test_two_tables_after_each_other_are_two_tables(check):
    assert check(text(net()).replace("```", "") + text(net())).checked[Kind.TOTAL] == 4


def test_changed_digits_of_counts_and_totals_are_found_in_their_lines(check):
    """A Linear of 11 after 10 with 120 parameters may be one of 10 after 11: the total alone says which."""
    lines = text(net()).splitlines()
    missed, tried = [], 0
    for number, line in enumerate(lines):
        if re.search(r"Block|Sequential|--$|size|mult", line) or not re.search(r"\d$", line):
            continue
        for at in range(line.rindex(" ") + 1, len(line)):
            if line[at].isdigit():
                changed = line[:at] + str((int(line[at]) + 1) % 10) + line[at + 1 :]
                found = check("\n".join([*lines[:number], changed, *lines[number + 1 :]])).findings
                missed += [] if number + 1 in [finding.line for finding in found] else [changed.strip()]
                tried += 1

    assert tried > 30
    assert missed == []


@pytest.mark.parametrize(
    ("old", "new", "found", "expected"),
    [
        (" 1,152", " 1,125", "Conv2d: 2-4: 1,125 parameters", "1,152 parameters"),
        ("Conv2d: 2-7                       [8, 16, 12, 12]", "Conv2d: 2-7                       [8, 16, 12, 14]",
         "Conv2d: 2-7: output shape [8, 16, 12, 14]", "[8, 16, 12, 12]"),
        ("[8, 8, 14, 14]", "[9, 8, 14, 14]", "MaxPool2d: 1-2: output shape [9, 8, 14, 14]", "[8, 8, 14, 14]"),
        ("Params size (MB): 0.02", "Params size (MB): 0.20", "0.20 MB", "0.02 MB"),
    ],
)  # fmt: skip
def test_a_finding_names_the_layer_as_torchinfo_does(check, old, new, found, expected):
    right = text(net())
    assert right.count(old) == 1

    (first, *_) = check(right.replace(old, new)).findings

    assert (first.found, first.expected) == (found, expected)
