"""A kept graph: computes what the module computes, and nothing else whatever its file says."""

import copy
import json

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it

from mnist.errors import RunError
from mnist.modules.graph import Graph, GraphError, export
from mnist.modules.interpreter import GraphModule
from mnist.modules.operations import NUMBER, TENSOR, find_operation
from mnist.modules.weights import load_weights, weights_of


class Residual(nn.Module):
    """What sequences cannot say: a sum, shared weights, a buffer that is not saved, numbers of its own, in place."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 4, 3, padding=1)
        self.twice = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(4)
        self.drop = nn.Dropout(0.3)
        self.line = nn.Linear(4, 10)
        self.again = self.line
        self.frozen = nn.Parameter(torch.ones(4), requires_grad=False)
        self.register_buffer("scale", torch.tensor([2.0]), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu_(self.first(x))
        x = x + self.drop(self.norm(self.twice(F.silu(self.twice(x)))))
        x = F.max_pool2d(x, 2).masked_fill(x[:, :, ::2, ::2] < -1e9, -torch.inf)
        x = (x.view(x.size(0), 4, -1).mean(2) * self.scale + torch.tensor([0.5])) * self.frozen
        return F.log_softmax(self.line(x) + self.again(x), dim=1)


@pytest.fixture(scope="module")
def module() -> nn.Module:
    torch.manual_seed(0)
    return Residual()


@pytest.fixture(scope="module")
def graph(module: nn.Module) -> Graph:
    return Graph.model_validate_json(export(copy.deepcopy(module), torch.zeros(4, 1, 28, 28)).model_dump_json())


def test_training_a_graph_gives_the_modules_numbers_bit_for_bit(module: nn.Module, graph: Graph):
    pair = copy.deepcopy(module), GraphModule(graph, module.state_dict())
    images = torch.randn(3, 7, 1, 28, 28)
    for each in pair:
        torch.manual_seed(5)
        each.train()
        optimiser = torch.optim.SGD(each.parameters(), 0.01, momentum=0.9)
        for batch in images:
            optimiser.zero_grad()
            each(batch).square().mean().backward()
            optimiser.step()
        each.eval()

    assert torch.equal(pair[0](images[0]), pair[1](images[0]))
    states = [each.state_dict() for each in pair]
    assert states[0].keys() == states[1].keys()
    assert all(torch.equal(tensor, states[1][name]) for name, tensor in states[0].items())
    assert not torch.equal(states[0]["twice.weight"], module.state_dict()["twice.weight"])


def test_a_graph_has_the_modules_parameters_in_their_order_and_shares_what_it_shares(module: nn.Module, graph: Graph):
    made = GraphModule(graph, module.state_dict())

    assert [(name, p.requires_grad) for name, p in made.named_parameters()] == [
        (name, p.requires_grad) for name, p in module.named_parameters()
    ]
    assert made.get_parameter("again.weight") is made.get_parameter("line.weight")


def test_weights_are_kept_once_and_put_back_under_every_name(module: nn.Module):
    weights = weights_of(module)
    other = Residual()
    load_weights(other, weights)

    assert "line.weight" in weights
    assert "again.weight" not in weights
    assert all(torch.equal(tensor, other.state_dict()[name]) for name, tensor in module.state_dict().items())


class Branching(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(1)[:, :10] if x.sum() > 0 else x.flatten(1)[:, 10:20]


class Writing(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.linalg.inv(x[:, 0]).flatten(1)[:, :10]


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (Branching(), r"torch\.export raised "),
        (Writing(), "it uses aten.linalg_inv.default, which a kept graph may not"),
    ],
)
def test_what_no_graph_can_keep_is_told(module: nn.Module, message: str):
    with pytest.raises(GraphError, match=message):
        export(module, torch.randn(4, 1, 28, 28))


def changed(graph: Graph, **step: object) -> Graph:
    """The graph with its first step in use changed."""
    content = json.loads(graph.model_dump_json())
    content["evaluation"][0] |= step
    return Graph.model_validate(content)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"operation": "aten.from_file.default", "arguments": ["/etc/passwd"]}, "uses aten.from_file.default, which"),
        ({"operation": "os.system", "arguments": ["echo"]}, "uses os.system, which a kept graph may not use"),
        ({"operation": "aten.relu.__class__"}, "uses aten.relu.__class__, which a kept graph may not use"),
        ({"operation": "aten.__init__.default"}, "uses aten.__init__.default, which a kept graph may not use"),
        ({"arguments": [{"value": "relu_9"}]}, "reads {'value': 'relu_9'}, which nothing before it gives"),
        ({"arguments": [{"tensor": "__class__"}]}, "reads {'tensor': '__class__'}, which nothing before it gives"),
        ({"arguments": [{"torch": "load"}]}, "reads {'torch': 'load'}, which nothing before it gives"),
    ],
)
def test_a_graph_that_was_tampered_with_is_refused_before_it_runs(
    module: nn.Module, graph: Graph, step: dict[str, object], message: str
):
    with pytest.raises(RunError) as raised:
        GraphModule(changed(graph, **step), module.state_dict())
    assert message in str(raised.value)


@pytest.mark.parametrize("name", ["forward", "training", "_modules.x", "a..b", ""])
def test_a_tensor_by_a_name_that_no_module_can_have_is_refused(module: nn.Module, graph: Graph, name: str):
    content = json.loads(graph.model_dump_json())
    content["buffers"] += [name]

    with pytest.raises((RunError, ValueError), match=r"no module can have|at least 1"):
        GraphModule(Graph.model_validate(content), {**module.state_dict(), name: torch.zeros(1)})


def test_no_operation_of_a_graph_takes_the_name_of_a_file_or_a_foreign_object():
    takes = {
        str(argument.type)
        for name in TENSOR
        for overload in (getattr(getattr(torch.ops.aten, name, None), "overloads", list)())
        for argument in getattr(getattr(torch.ops.aten, name), overload)._schema.arguments
        if argument.name in {"filename", "file"} or str(argument.type).startswith("__torch__")
    }

    assert takes == set()
    assert find_operation("aten.relu.default") is torch.ops.aten.relu.default
    assert all(name.startswith("number.") for name in NUMBER)
