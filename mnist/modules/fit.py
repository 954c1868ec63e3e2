"""A network fitted to data: for images of one shape and so many classes, looked at, and all that a run keeps of it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from mnist.modules.graph import Graph, GraphError, export
from mnist.modules.interpreter import GraphModule
from mnist.modules.network import ModuleNetwork
from mnist.modules.probe import materialised, probe
from mnist.nets.flow import fit_layers
from mnist.nets.layers import LogSoftmax
from mnist.nets.module import build_layers
from mnist.nets.net import Net, Network
from mnist.nets.summary import summarise
from mnist.nets.written import write_layers
from mnist.runs.architecture import GRAPH, SOURCE, Kept, KeptLayers, KeptModule, Outputs
from mnist.runs.data_source import DataSource, Shape
from mnist.runs.record import Summary
from mnist.tables.module import summarise_module

PROBED = 32  # images


@dataclass(frozen=True, slots=True)
class Fitted:
    """A network for one kind of data. `make` gives its module, `files` are those that the run folder keeps of it."""

    network: Network
    make: Callable[[], nn.Module]
    outputs: Outputs
    summary: Summary
    kept: Kept
    files: Mapping[str, bytes] = field(default_factory=dict)


def fit(network: Network | Fitted, source: DataSource) -> Fitted:
    """The network for the data; NetworkError where it does not go with it. What is fitted already stays as it is."""
    if isinstance(network, Fitted):
        return network
    shape, classes = source.shape, len(source.classes)
    if isinstance(network, Net):
        layers = fit_layers(network.layers, shape, classes, network.name)
        return Fitted(
            network,
            make=lambda: build_layers(layers, shape),
            outputs="log-probabilities" if isinstance(layers[-1], LogSoftmax) else "logits",
            summary=summarise(replace(network, layers=layers, image=shape)).recorded(),
            kept=KeptLayers(layers=write_layers(layers)),
        )
    assert isinstance(network, ModuleNetwork)
    return _fitted(network, shape, classes)


def _fitted(network: ModuleNetwork, shape: Shape, classes: int) -> Fitted:
    images = probe_images(shape)
    with torch.random.fork_rng(devices=[]):
        module = materialised(network.make(), shape)
        outputs = probe(module, images, classes, network.source, network.file)
        summary = summarise_module(module, shape, network.name).recorded()
        graph, reason, trains = _graph(module, images)
    files = {} if network.content is None else {SOURCE: network.content}
    if graph is not None:
        files[GRAPH] = (graph.model_dump_json() + "\n").encode()
    kept = KeptModule(
        name=network.called,
        arguments=None if network.arguments is None else dict(network.arguments),
        outputs=outputs,
        source_sha256=network.source_sha256,
        graph_sha256=None if graph is None else hashlib.sha256(files[GRAPH]).hexdigest(),
        graph_trains=trains,
        no_graph=reason,
    )
    return Fitted(network, lambda: materialised(network.make(), shape), outputs, summary, kept, files)


def probe_images(shape: Shape) -> Tensor:
    """Random images, the same each time, about as normalised ones are."""
    return torch.randn(PROBED, *shape, generator=torch.Generator().manual_seed(0))


def _graph(module: nn.Module, images: Tensor) -> tuple[Graph | None, str | None, bool]:
    """(the graph, why there is none, whether it trains as the module does), tried on other batches than exported."""
    try:
        graph = export(module, images[:4])
    except GraphError as error:
        return None, str(error), False
    copied = GraphModule(graph, module.state_dict())
    module_gives, graph_gives = (_pass(each, images, training=False)[0] for each in (module, copied))
    if not torch.allclose(module_gives, graph_gives, rtol=1e-3, atol=1e-4):
        return None, "its graph gives other numbers than the module", False
    (module_gives, module_slopes), (graph_gives, graph_slopes) = (
        _pass(each, images, training=True) for each in (module, copied)
    )
    same = torch.equal(module_gives, graph_gives) and all(map(torch.equal, module_slopes, graph_slopes))
    held = copied.state_dict()
    same &= all(torch.equal(tensor, held[name]) for name, tensor in module.state_dict().items())  # running statistics
    return graph, None, same


def _pass(module: nn.Module, images: Tensor, *, training: bool) -> tuple[Tensor, list[Tensor]]:
    """What the module gives, and the derivatives of a sum of it by its parameters, with the same random numbers."""
    torch.manual_seed(0)
    module.train(training).zero_grad()
    given = module(images)
    given.square().sum().backward()
    slopes = [parameter.grad for parameter in module.parameters() if parameter.grad is not None]
    module.zero_grad()
    return given.detach(), slopes
