"""Networks as TOML: every kind of layer as torch computes it, written, read back, and refused where it does not fit."""

import json
import math
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it

from mnist.data.dataset import Dataset
from mnist.errors import NetworkError
from mnist.modules.fit import fit
from mnist.nets import layers as kinds
from mnist.nets.catalogue import NETS
from mnist.nets.description import read_description, write_description
from mnist.nets.flow import fit_layers, place
from mnist.nets.layers import Layer
from mnist.nets.module import Branched, build_layers
from mnist.nets.summary import summarise
from mnist.nets.written import read_layers, write_layers
from mnist.tables.module import summarise_module
from tests.mnist.commands.commands import Mnist

EVERYTHING = """
layers = [
    { type = "Conv2d", channels = 8, kernel = 3, padding = 1, bias = false },
    { type = "BatchNorm2d" },
    { type = "Hardswish", name = "a" },
    { type = "Conv2d", channels = 8, kernel = 3, padding = 2, dilation = 2, depthwise = true },
    { type = "GroupNorm", groups = 2 },
    { type = "PReLU", by_channel = true },
    { type = "Conv2d", channels = 8, kernel = 1, groups = 2 },
    { type = "Add", with = "a" },
    { type = "ReLU" },
    { type = "MaxPool2d", size = 3, stride = 2, padding = 1, name = "p" },
    { type = "AvgPool2d", size = 3, stride = 1, padding = 1, name = "q" },
    { type = "AvgPool2d", size = 14, from = "p" },
    { type = "Sigmoid", name = "gate" },
    { type = "Concat", from = "p", with = ["q"] },
    { type = "Dropout2d", rate = 0.1 },
    { type = "LayerNorm" },
    { type = "GELU" },
    { type = "AdaptiveMaxPool2d", size = 7 },
    { type = "SiLU" },
    { type = "AdaptiveAvgPool2d" },
    { type = "Concat", with = ["gate"] },
    { type = "Flatten" },
    { type = "Linear", features = 12, bias = false },
    { type = "LeakyReLU", slope = 0.2 },
    { type = "Tanh" },
    { type = "Dropout", rate = 0.1 },
    { type = "Linear", features = 10 },
    { type = "LogSoftmax" },
]
[recipe]
epochs = 3
schedule = "cosine"
[recipe.augmentation]
rotation = 5
"""


class ByHand(nn.Module):
    """EVERYTHING as somebody would write it in Python; the order of its parameters is that of the file."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=2, dilation=2, groups=8)
        self.norm2 = nn.GroupNorm(2, 8)
        self.prelu = nn.PReLU(8)
        self.conv3 = nn.Conv2d(8, 8, 1, groups=2)
        self.norm3 = nn.LayerNorm([16, 14, 14])
        self.line1 = nn.Linear(24, 12, bias=False)
        self.line2 = nn.Linear(12, 10)

    def forward(self, x):
        a = F.hardswish(self.norm1(self.conv1(x)))
        x = F.relu(self.conv3(self.prelu(self.norm2(self.conv2(a)))) + a)
        p = F.max_pool2d(x, 3, stride=2, padding=1)
        q = F.avg_pool2d(p, 3, stride=1, padding=1)
        gate = torch.sigmoid(F.avg_pool2d(p, 14))
        x = F.gelu(self.norm3(torch.cat([p, q], 1)))
        x = F.adaptive_avg_pool2d(F.silu(F.adaptive_max_pool2d(x, 7)), 1)
        x = self.line1(torch.cat([x, gate], 1).flatten(1))
        return F.log_softmax(self.line2(torch.tanh(F.leaky_relu(x, 0.2))), 1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "mine.toml").write_text(EVERYTHING)
    return tmp_path / "mine.toml"


def test_every_kind_of_layer_computes_what_torch_does(file: Path):
    net = read_description(file)
    built, by_hand = build_layers(net.layers).eval(), ByHand().eval()
    for parameter in by_hand.parameters():
        nn.init.normal_(parameter, std=0.5)
    own, hands = list(built.parameters()), list(by_hand.parameters())
    assert [p.shape for p in own] == [p.shape for p in hands]
    with torch.no_grad():
        for mine, theirs in zip(own, hands, strict=True):
            mine.copy_(theirs)
    images = torch.randn(5, 1, 28, 28)

    assert {type(layer) for layer in net.layers} == set(kinds.TYPES)  # every kind there is
    assert isinstance(built, Branched)
    assert torch.allclose(built(images), by_hand(images), atol=1e-5)
    assert net.parameters == sum(p.numel() for p in hands)
    kept = images.clone()
    built(images)
    assert torch.equal(images, kept)  # nothing is computed in place where others may take it


def test_the_table_of_a_description_is_that_of_its_module(file: Path):
    net = read_description(file)
    mine, traced = summarise(net), summarise_module(build_layers(net.layers))

    numbered = [row for row in mine.rows if row.parameters or row.multiply_adds]
    expected = [row for row in traced.rows if row.parameters or row.multiply_adds]
    assert [(row.output_shape, row.parameters, row.multiply_adds) for row in numbered] == [
        (row.output_shape, row.parameters, row.multiply_adds) for row in expected
    ]
    assert (mine.total, mine.multiply_adds) == (traced.total, traced.multiply_adds)
    fields = [3, 3, 3, 7, 7, 7, 7, 7, 7, 9, 13, 35, 35, 13, 13, 13, 13, 15, 15, 39, *[39] * 8]  # by hand
    assert [row.receptive_field for row in mine.rows] == fields


@pytest.mark.parametrize("name", NETS)
def test_a_network_written_as_toml_reads_back_as_the_same(name: str, tmp_path: Path):
    net = NETS[name]
    (tmp_path / "x.toml").write_text(write_description(net))
    again = read_description(tmp_path / "x.toml")

    assert (again.name, again.layers, again.recipe, again.parameters) == (
        net.name,
        net.layers,
        net.recipe,
        net.parameters,
    )


def test_what_is_kept_of_layers_reads_back(file: Path):
    net = read_description(file)
    assert read_layers(json.loads(json.dumps(write_layers(net.layers))), "run") == net.layers
    (file.parent / "again.toml").write_text(write_description(net))
    again = read_description(file.parent / "again.toml")
    assert (again.layers, again.recipe, again.name) == (net.layers, net.recipe, "mine")
    assert (again.recipe.epochs, again.recipe.batch_size, again.recipe.augmentation.rotation) == (3, 128, 5)


CONV = '{ type = "Conv2d", channels = 6, kernel = 3'
BAD = [
    ("layers = [", "not TOML: "),
    ("", "layers: is missing"),
    ("layers = []", "layers: 0 given, at least 1 needed"),
    ("layers = [3]", "layers.1: a table of names and values is needed (found 3)"),
    ('layers = [{ type = "Conv3d" }]', "layer 1: type 'Conv3d' is unknown; did you mean Conv2d? One of:"),
    (f"layers = [{CONV}, pading = 1 }}]", "layer 1 (Conv2d): pading is not known; it takes channels, kernel, padding,"),
    ('layers = [{ type = "Conv2d", channels = 6 }]', "layer 1 (Conv2d): kernel: is missing"),
    ('layers = [{ type = "Conv2d", channels = "6", kernel = 3 }]', "(Conv2d): channels: a whole number is needed"),
    ('layers = [{ type = "Conv2d", channels = 0, kernel = 3 }]', "(Conv2d): channels: at least 1 is needed (found 0)"),
    ('layers = [{ type = "Dropout", rate = 1.5 }]', "layer 1 (Dropout): rate: a number below 1 is needed (found 1.5)"),
    ('layers = [{ type = "Dropout", rate = 2020-01-01 }]', "input was not a valid JSON value"),
    (f"layers = [{CONV}, groups = 2 }}]", "layer 1: Conv2d: 1 channels in and 6 out make no 2 groups"),
    (f"layers = [{CONV} }}, {CONV}, groups = 4 }}]", "layer 2: Conv2d: 6 channels in and 6 out make no 4 groups"),
    ('layers = [{ type = "MaxPool2d", size = 29 }]', "layer 1: MaxPool2d: a window of 29×29 is larger than its input"),
    ('layers = [{ type = "Linear", features = 10 }]', "layer 1: Linear: needs values in one line; 1×28×28 are"),
    ('layers = [{ type = "Flatten" }, { type = "BatchNorm2d" }]', "layer 2: BatchNorm2d: needs an image"),
    (f'layers = [{CONV} }}, {{ type = "Add", with = "input" }}]', "layer 2: Add: adds 6×26×26 and 1×28×28; the"),
    (f'layers = [{CONV} }}, {{ type = "Concat", with = "input" }}]', "layer 2: Concat: joins 6×26×26 and 1×28×28"),
    (
        f'layers = [{{ type = "Add", with = "b" }}, {CONV}, name = "b" }}]',
        "layer 1 (Add): takes from 'b', which is layer 2: a loop; a layer can take only from those before it",
    ),
    ('layers = [{ type = "Add", with = "a", name = "a" }]', "layer 1 (Add): takes from 'a', which is layer 1: a loop"),
    (
        f'layers = [{CONV}, name = "first" }}, {{ type = "ReLU", from = "frist" }}]',
        "layer 2 (ReLU): takes from 'frist', which is no layer; did you mean first? names: input, first",
    ),
    (f'layers = [{CONV}, name = "a" }}, {CONV}, name = "a" }}]', "layer 1 (Conv2d): its name 'a' is that of"),
    ('layers = [{ type = "ReLU", name = "input" }]', "layer 1 (ReLU): its name 'input' is what the image is called"),
    ('layers = [{ type = "GroupNorm", groups = 2 }]', "layer 1: GroupNorm: 1 channels make no 2 groups"),
    ('layers = [{ type = "AvgPool2d", size = 2, padding = 2 }]', "AvgPool2d: padding 2 is more than half"),
    ('layers = [{ type = "ReLU" }]\n[recipe]\nepoch = 3', "recipe: epoch: is not known here"),
    ('layers = [{ type = "ReLU" }]\n[recipe]\nepochs = 0', "recipe: epochs: at least 1 is needed (found 0)"),
    ('name = "a/b"\nlayers = [{ type = "ReLU" }]', "name: has another form than is needed (found 'a/b')"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_what_is_wrong_with_a_description_is_told_in_one_line(text: str, message: str, tmp_path: Path, cli: Mnist):
    Path("bad.toml").write_text(text)

    code, out, err = cli("train", "bad.toml", "--data", "rendered")

    assert (code, out) == (2, "")
    assert err.startswith("mnist: bad.toml: ")
    assert message in err
    assert err.count("\n") == 1


def test_a_file_that_is_none_is_named(cli: Mnist):
    Path("other.toml").write_bytes(b"\xff\xfe")
    assert cli("train", "othr.toml")[2] == (
        "mnist: othr.toml: no such file; did you mean other.toml? a TOML file that describes a network is needed\n"
    )
    assert cli("train", "other.toml")[2] == "mnist: other.toml: is not UTF-8 text\n"


def test_another_number_of_scores_than_classes_is_told(tmp_path: Path, digits: Dataset):
    (tmp_path / "x.toml").write_text('layers = [{ type = "Conv2d", channels = 4, kernel = 3 }]')
    with pytest.raises(NetworkError, match="x: gives 4×26×26 for an image of 1×28×28; 10 are needed, a score for each"):
        fit(read_description(tmp_path / "x.toml"), digits.source)


def test_a_network_is_fitted_to_other_classes_sides_and_channels(digits: Dataset):
    letters = digits.source.model_copy(
        update={"classes": tuple("abcdefghijkl"), "channels": 3, "height": 28, "width": 28, "mean": (0,) * 3}
    )
    fitted = fit(NETS["tiny"], letters)

    assert fitted.make()(torch.randn(2, 3, 28, 28)).shape == (2, 12)
    assert fitted.summary.total == NETS["tiny"].parameters + 2 * 8 * 9 + 2 * (9 + 1)
    assert read_layers(fitted.kept.layers, "run")[-1] == kinds.Conv(12, 1)
    with pytest.raises(NetworkError, match="tiny: gives 10×1×2 for an image of 1×28×56; 10 are needed"):
        fit(NETS["tiny"], digits.source.model_copy(update={"width": 56}))


def test_only_the_last_layer_with_weights_is_fitted():
    layers: tuple[Layer, ...] = (kinds.Flatten(), kinds.Linear(5), kinds.ReLU(), kinds.Linear(10), kinds.LogSoftmax())
    fitted = fit_layers(layers, (1, 28, 28), 26, "x")

    assert fitted == (*layers[:3], kinds.Linear(26), layers[4])
    assert math.prod(place(fitted, (1, 28, 28))[-1].after) == 26


def test_a_description_is_trained_kept_and_printed(cli: Mnist):
    Path("mine.toml").write_text(EVERYTHING)
    code, _, err = cli("train", "mine.toml", "--data", "rendered", "--epochs", 1, "--batch-size", 100)
    assert (code, err) == (0, "")
    Path("mine.toml").unlink()
    printed = cli("net", "runs/mine-seed0")
    assert printed[0] == 0
    Path("again.toml").write_text(printed[1])
    again = read_description(Path("again.toml"))
    Path("mine.toml").write_text(EVERYTHING)
    assert again.layers == read_description(Path("mine.toml")).layers
    assert cli("net", "tiny")[1] == write_description(NETS["tiny"])
