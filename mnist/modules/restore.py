"""A network built again from what a run keeps of it. The code of a module runs only where it is trusted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from torch import Tensor, nn

from groundfloor.validation import first_error
from mnist.errors import RunError
from mnist.modules.find import parse_arguments
from mnist.modules.graph import Graph
from mnist.modules.interpreter import GraphModule
from mnist.modules.probe import materialised
from mnist.modules.source import pick
from mnist.nets.catalogue import find_net
from mnist.nets.layers import LogSoftmax
from mnist.nets.module import build, build_layers
from mnist.nets.written import read_layers
from mnist.runs.architecture import GRAPH, SOURCE, Kept, KeptModule, Outputs
from mnist.runs.data_source import Shape
from mnist.runs.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Restored:
    """`make` gives the module with new weights; of a graph, with those it was given."""

    make: Callable[[], nn.Module]
    outputs: Outputs


def restore(
    kept: Kept | None,
    name: str,
    shape: Shape,
    files: Mapping[str, bytes],
    weights: Mapping[str, Tensor],
    *,
    where: Path,
    trust: bool = False,
    recipe: Recipe | None = None,
) -> Restored:
    """The network of a run in `where`, by its layers, its graph or, where that is trusted, its code.

    `recipe` is that of a run to go on with; None where the network is only used. A record of version 1 or 2
    keeps only a name. RunError says what there is not, and what --trust would do.
    """
    if kept is None:
        known = find_net(name)
        return Restored(lambda: build(known), "logits")
    if not isinstance(kept, KeptModule):
        layers = read_layers(kept.layers, str(where))
        gives: Outputs = "log-probabilities" if isinstance(layers[-1], LogSoftmax) else "logits"
        return Restored(lambda: build_layers(layers, shape), gives)
    if trust:
        return Restored(_trusted(kept, shape, files, where), kept.outputs)
    code = f"--trust runs the code that it keeps, {SOURCE}" if _rebuilds(kept) else "and it keeps no code that makes it"
    if kept.graph_sha256 is None:
        raise RunError(f"{where}: keeps no graph of its network ({kept.no_graph}); {code}")
    if recipe is not None and not kept.graph_trains:
        raise RunError(f"{where}: its graph does not train as its network does, bit for bit; {code}")
    if recipe is not None and (recipe.recalibration or recipe.optimiser == "muon"):
        raise RunError(f"{where}: its graph has no layers, which recalibration and Muon need to train on; {code}")
    graph = read_graph(files[GRAPH], where / GRAPH)
    GraphModule(graph, weights)  # complains
    return Restored(lambda: GraphModule(graph, weights), kept.outputs)


def read_graph(content: bytes, where: Path) -> Graph:
    """A graph from its file; RunError where it is damaged. Nothing of it is run."""
    try:
        return Graph.model_validate_json(content)
    except ValidationError as error:
        raise RunError(f"{where}: {first_error(error)}") from error


def _rebuilds(kept: KeptModule) -> bool:
    return kept.source_sha256 is not None and kept.arguments is not None


def _trusted(kept: KeptModule, shape: Shape, files: Mapping[str, bytes], where: Path) -> Callable[[], nn.Module]:
    if kept.source_sha256 is None or kept.arguments is None:
        raise RunError(f"{where}: --trust: it keeps no code that makes its network, only its graph")
    arguments = parse_arguments([f"{name}={value}" for name, value in kept.arguments.items()])
    source = pick(where / SOURCE, files[SOURCE], kept.name, arguments)
    return lambda: materialised(source.build(), shape)
