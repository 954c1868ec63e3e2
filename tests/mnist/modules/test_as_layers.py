"""A module as layers: what torch.fx finds in it computes the same, or is refused with what is no layer."""

import re
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it

from mnist.errors import NetworkError
from mnist.modules.as_layers import layers_of
from mnist.nets.catalogue import NETS
from mnist.nets.description import read_description
from mnist.nets.module import build
from tests.mnist.commands.commands import Mnist
from tests.mnist.nets.test_description import EVERYTHING, ByHand

IMAGE = (1, 28, 28)


@pytest.mark.parametrize("name", ["published-10066", "best", "fast", "small-dropout"])
def test_the_layers_of_a_sequence_are_those_it_was_built_of(name: str):
    layers = [layer for layer in layers_of(build(NETS[name]), IMAGE, name) if type(layer).__name__ != "Flatten"]

    assert tuple(layers) == NETS[name].layers


def test_sums_and_joins_are_found_with_where_they_take_from(tmp_path: Path):
    (tmp_path / "x.toml").write_text(EVERYTHING)
    expected = read_description(tmp_path / "x.toml").layers
    found = layers_of(ByHand(), IMAGE, "ByHand")

    kinds = [type(layer) for layer in expected if not type(layer).__name__.startswith("Dropout")]
    assert [type(layer) for layer in found] == kinds
    assert sum(bool(layer.name) for layer in found) == 4


class Mean(nn.Module):
    """What examples do in place of a last pool: means, views, sizes."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 4, 3, padding="same")
        self.line = nn.Linear(4, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu_(self.first(x)), kernel_size=2)
        x = x.mean(dim=(2, 3), keepdim=True)
        return F.log_softmax(self.line(x.view(x.size(0), -1)).view(-1, 10), dim=-1)


def test_means_and_views_are_pools_and_flattenings():
    assert [type(layer).__name__ for layer in layers_of(Mean(), IMAGE, "Mean")] == [
        "Conv", "ReLU", "MaxPool", "AdaptiveAvgPool", "Flatten", "Linear", "Flatten", "LogSoftmax",
    ]  # fmt: skip


def calls(function: object) -> nn.Module:
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.line = nn.Linear(784, 784)
            self.scale = nn.Parameter(torch.ones(1))

        def forward(self, x):
            return function(self, x.flatten(1))

    return Net()


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (calls(lambda net, x: net.line(net.line(x))), "X: line is called twice; a layer of a TOML is used once"),
        (calls(lambda _, x: x.cumsum(1)), "X: computes something (cumsum), which no layer of a TOML is"),
        (calls(lambda net, x: x * net.scale), "X: uses scale, a tensor of its own, which no layer of a TOML has"),
        (calls(lambda _, x: x if x.sum() > 0 else -x), "X: torch.fx cannot follow its forward (TraceError)"),
        (calls(lambda _, x: F.dropout(x, 0.5)), "X: calls dropout as a function, whose mode torch.fx does not tell"),
        (calls(lambda net, x: (net.line(x), x)), "X: gives something else than its last layer does"),
        (nn.Sequential(nn.Conv2d(1, 10, (3, 1))), "X: 0 is called as no layer of a TOML is"),
        (nn.Sequential(nn.ConvTranspose2d(1, 10, 3)), "X: has a ConvTranspose2d (0), which no layer of a TOML is"),
        (nn.Sequential(nn.BatchNorm2d(1, eps=1)), "X: has a BatchNorm2d (0), which no layer of a TOML is"),
        (calls(lambda net, x: net.line(x).view(-1, 28)), "X: the layers that torch.fx finds do not give"),
    ],
)
def test_what_is_no_layer_is_told(module: nn.Module, message: str):
    with pytest.raises(NetworkError, match=re.escape(message)):
        layers_of(module, IMAGE, "X")


def test_net_prints_a_module_as_toml_that_is_trained(cli: Mnist):
    Path("mynet.py").write_text(
        "from torch import nn\n"
        "def net(width):\n"
        "    return nn.Sequential(nn.Conv2d(1, width, 5, 4), nn.ReLU(), nn.Flatten(), nn.Linear(36 * width, 10))\n"
    )
    code, out, err = cli("net", "mynet.py:net", "--arg", "width=3")
    assert (code, err) == (0, "")
    Path("mine.toml").write_text(out)

    code, out, _ = cli("train", "mine.toml", "--data", "rendered", "--epochs", 1, "--batch-size", 100)

    assert code == 0
    assert out.splitlines()[1] == "net-width=3: 1,168 parameters; seed 0; cpu, 1 thread"
    assert cli("net", "runs/net-width=3-seed0")[0] == 0
