"""Parameter tables of any module: as torchinfo counts them, and by hand where torchinfo is wrong."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest
import torch
import torchinfo
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it

import mnist
from mnist.errors import MnistError
from mnist.nets.catalogue import NETS
from mnist.nets.module import build
from mnist.nets.summary import summarise
from mnist.tables.module import summarise_module
from mnist.tables.table import ParameterTable


class Residual(nn.Module):
    """A depthwise convolution called twice on a residual path, functions between, a parameter of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False)
        self.scale = nn.Parameter(torch.ones(8, 1, 1))
        self.head = nn.Linear(8 * 14 * 14, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.norm(self.conv(x)))
        x = x + self.depthwise(x) * self.scale
        x = x + self.depthwise(x)
        return F.log_softmax(self.head(F.max_pool2d(x, 2).flatten(1)), 1)


class Tied(nn.Module):
    """Two layers with one weight."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(12, 12, bias=False), nn.Linear(12, 12)
        self.second.weight = self.first.weight

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(x))


class Listed(nn.Module):
    """Matrices in a ParameterList, and a layer that the pass does not use."""

    def __init__(self) -> None:
        super().__init__()
        self.matrices = nn.ParameterList([nn.Parameter(torch.ones(10, 10)) for _ in range(3)])
        self.unused = nn.Linear(3, 4)

    def forward(self, x: Tensor) -> Tensor:
        for matrix in self.matrices:
            x = x @ matrix
        return x


class TwoInputs(nn.Module):
    """Takes a picture and ten numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.image, self.extra = nn.Linear(784, 10), nn.Linear(10, 10)

    def forward(self, picture: Tensor, extra: Tensor) -> Tensor:
        return self.image(picture.flatten(1)) + self.extra(extra)


class OneDictionary(TwoInputs):
    """The same in one dictionary, in and out."""

    def forward(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:  # type: ignore[override]
        return {"logits": super().forward(batch["picture"], batch["extra"])}


def recurrent(kind: type[nn.RNNBase]) -> nn.Module:
    return kind(28, 16, 2, batch_first=True, bidirectional=True)


CASES: dict[str, tuple[nn.Module, Any]] = {
    "sequential": (nn.Sequential(nn.Conv2d(1, 4, 5, 2), nn.GELU(), nn.Flatten(), nn.Linear(576, 10)), (1, 28, 28)),
    "grouped": (nn.Sequential(nn.Conv2d(4, 8, 3, groups=2), nn.GroupNorm(2, 8), nn.PReLU()), (4, 9, 9)),
    "residual": (Residual(), (1, 28, 28)),
    "lstm": (recurrent(nn.LSTM), (7, 28)),
    "gru": (recurrent(nn.GRU), (7, 28)),
    "lazy": (nn.Sequential(nn.LazyConv2d(6, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(10)), (1, 28, 28)),
    "transposed": (nn.ConvTranspose2d(3, 5, 4, stride=2, padding=1), (3, 7, 7)),
    "line": (nn.Sequential(nn.Conv1d(3, 6, 5, padding=2), nn.MaxPool1d(2), nn.BatchNorm1d(6)), (3, 20)),
}


def rows(table: ParameterTable) -> list[tuple[str, tuple[int, ...], int]]:
    return [(row.type, row.output_shape, row.parameters) for row in table.rows if row.number is not None]


@pytest.mark.parametrize("case", CASES)
def test_layers_shapes_parameters_and_totals_are_torchinfos(case: str):
    module, shape = CASES[case]
    table = summarise_module(module, shape)

    told = torchinfo.summary(module, (1, *shape), verbose=0, depth=5)
    leaves = [layer for layer in told.summary_list if layer.is_leaf_layer]
    expected, used = [], set()
    for layer in leaves:
        parameters = 0 if layer.layer_id in used else layer.num_params
        expected.append((layer.class_name, tuple(layer.output_size[1:]), parameters))
        used.add(layer.layer_id)
    assert [row for row in rows(table) if row[1]] == expected
    assert (table.total, table.trainable) == (told.total_params, told.trainable_params)


@pytest.mark.parametrize("net", NETS)
def test_a_described_network_has_the_table_of_its_module(net: str):
    described, traced = summarise(NETS[net]), summarise_module(build(NETS[net]))
    numbering = {"number", "name"}

    assert [row.model_dump(exclude=numbering) for row in described.rows] == [
        row.model_dump(exclude=numbering) for row in traced.rows if row.type != "Flatten"
    ]
    assert (described.total, described.multiply_adds) == (traced.total, traced.multiply_adds)


def test_residual_links_shared_weights_and_functions_by_hand():
    table = summarise_module(Residual())

    assert [(row.type, row.number, row.parameters, row.receptive_field, row.multiply_adds) for row in table.rows] == [
        ("Conv2d", 1, 8 * (9 + 1), 3, 784 * 8 * 9),
        ("BatchNorm2d", 2, 16, 3, 0),
        ("ReLU", None, 0, 3, 0),
        ("Conv2d", 3, 8 * 9, 5, 784 * 8 * 9),
        ("add", None, 0, 5, 0),
        ("Conv2d", 4, 0, 7, 784 * 8 * 9),  # called again: its weights are counted once, its work twice
        ("add", None, 0, 7, 0),
        ("MaxPool2d", None, 0, 8, 0),
        ("Linear", 5, 10 * (8 * 14 * 14 + 1), 8 + 13 * 2, 10 * 8 * 14 * 14),
        ("LogSoftmax", None, 0, 34, 0),
        ("Residual", 6, 8, None, 0),
    ]
    assert table.rows[5].comment.endswith("; the weights of Conv2d-3 again")
    assert table.total == 80 + 16 + 72 + 15_690 + 8


def test_a_weight_of_two_layers_counts_once_where_torchinfo_counts_it_twice():
    table = summarise_module(Tied(), (12,))

    assert [row.parameters for row in table.rows] == [144, 12]
    assert table.total == sum(parameter.numel() for parameter in Tied().parameters()) == 156
    assert torchinfo.summary(Tied(), (1, 12), verbose=0).total_params == 300
    assert table.multiply_adds == 2 * 144


def test_parameters_in_lists_and_of_layers_not_called_have_rows():
    table = summarise_module(Listed(), (10,))

    assert rows(table) == [("Listed", (), 300), ("Linear", (), 16)]
    assert [row.type for row in table.rows[:3]] == ["matrix product"] * 3
    assert table.rows[-1].comment == "not called in this pass"
    assert (table.total, table.multiply_adds) == (316, 300)


@pytest.mark.parametrize(
    ("module", "inputs"),
    [
        (TwoInputs(), ((1, 28, 28), (10,))),
        (TwoInputs(), {"picture": (1, 28, 28), "extra": (10,)}),
        (TwoInputs(), [torch.zeros(1, 1, 28, 28), (10,)]),
        (OneDictionary(), {"picture": (1, 28, 28), "extra": (10,)}),
    ],
    ids=["tuple", "keywords", "a tensor", "one dictionary"],
)
def test_several_inputs_as_a_tuple_by_name_and_in_a_dictionary(module: nn.Module, inputs: Any):
    table = mnist.summary(module, inputs)

    assert rows(table) == [("Linear", (10,), 7_850), ("Linear", (10,), 110)]
    assert table.input_mb == 4 * (784 + 10) / 2**20


def test_work_of_recurrent_layers_and_attention_by_hand():
    lstm = summarise_module(recurrent(nn.LSTM), (7, 28))
    attention = summarise_module(nn.TransformerEncoderLayer(16, 2, 32, batch_first=True), (5, 16))

    # two directions of four gates, 16 units over 28 numbers and 16 of their own, then over 32 and 16; seven steps
    assert lstm.multiply_adds == 7 * 2 * 4 * 16 * ((28 + 16) + (32 + 16))
    # of five places: queries, keys, values and output; both products with the shares; two linear layers
    assert attention.multiply_adds == 5 * 4 * 16 * 16 + 2 * 5 * 5 * 16 + 5 * 2 * 16 * 32
    assert attention.total == 4 * (16 * 16 + 16) + 2 * 32 + 32 * 17 + 16 * 33


def test_frozen_parameters_are_not_trainable():
    module = Residual()
    module.conv.requires_grad_(False)

    table = summarise_module(module)

    assert (table.rows[0].trainable, table.non_trainable) == (0, 80)
    assert table.rows[0].comment.endswith("; frozen")


def test_the_module_is_left_as_it_is():
    lazy = nn.Sequential(nn.LazyConv2d(6, 3), nn.LazyBatchNorm2d())
    trained = Residual().train()
    before = copy.deepcopy(trained.state_dict())

    summarise_module(lazy)
    summarise_module(trained)

    assert isinstance(lazy[0], nn.LazyConv2d)
    assert trained.training
    assert all(not part._forward_hooks and not part._forward_pre_hooks for part in trained.modules())
    assert all(torch.equal(before[name], value) for name, value in trained.state_dict().items())


class Funnel(nn.Module):
    """Strides, dilation, padding, a skip over a pool, and a mean over what is left, by functions alone."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.ParameterList([nn.Parameter(torch.rand(2, c, 3, 3) + 0.1) for c in (1, 2, 2)])

    def forward(self, x: Tensor) -> Tensor:
        x = F.conv2d(x, self.weights[0], stride=2)
        y = F.conv2d(F.avg_pool2d(x, 3, 1, 1), self.weights[1], dilation=2, padding=2)
        return F.conv2d(torch.cat([x[:, :1], y[:, 1:]], 1), self.weights[2])


def test_a_pixel_sees_exactly_its_receptive_field_across_skips_strides_and_dilation():
    module = Funnel()
    image = torch.rand(1, 1, 40, 40, requires_grad=True)
    output = module(image)
    output[0, :, output.shape[2] // 2, output.shape[3] // 2].sum().backward()

    assert image.grad is not None
    seen = image.grad[0, 0].nonzero()
    field = [row.receptive_field for row in summarise_module(module, (1, 40, 40)).rows if row.type == "Conv2d"][-1]
    assert (seen.max(0).values - seen.min(0).values + 1).tolist() == [field, field]


def test_a_field_that_is_not_known_is_not_told():
    table = summarise_module(nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(1, 2, 3)))

    assert [row.receptive_field for row in table.rows] == [None, None]
    assert "| Conv2d-2 | 1 | 3×3 | 2×54×54 | 20 |  | 52,488 | 22.8 KB |" in table.markdown()


@pytest.mark.parametrize(
    ("module", "inputs", "message"),
    [
        (nn.Linear(3, 4), (5,), r"^Linear: forward fails on \(1, 5\): RuntimeError: mat1 and mat2 shapes"),
        (TwoInputs(), (1, 28, 28), r"^TwoInputs: forward fails on .*missing 1 required positional argument: 'extra'"),
        (nn.Linear(3, 4), (0,), r"^input \(0,\): a shape such as \(1, 28, 28\) is needed, each side 1 or more"),
        (nn.Linear(3, 4), (), r"^input \(\): a shape such as"),
        (nn.Linear(3, 4), "28", r"^input 28: a shape such as"),
        (torch.relu, (3,), r"is no torch\.nn\.Module"),
    ],
    ids=["another size", "an input is missing", "no pixels", "no shape", "a text", "a function"],
)
def test_what_cannot_be_summarised_is_told_in_a_line(module: Any, inputs: Any, message: str):
    with pytest.raises(MnistError, match=message) as raised:
        mnist.summary(module, inputs)
    assert "\n" not in str(raised.value)
