"""What a run keeps of its network, so that it can be built again where its name means nothing. Imports no torch."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from mnist.errors import RunError
from mnist.runs.model import Model, Sha256

Outputs = Literal["logits", "log-probabilities"]

SOURCE, GRAPH = "network.py", "graph.json"  # in the run folder


class KeptLayers(Model):
    """A network described by its layers, each {"type": "Conv2d", ...} as in a network's TOML."""

    kind: Literal["layers"] = "layers"
    layers: tuple[dict[str, JsonValue], ...] = Field(min_length=1)


class KeptModule(Model):
    """A torch module: its source file and, to be run without the code in it, the graph of its operations.

    The files are network.py and graph.json of the run folder; what is None was not to be had. `arguments` are those of
    the call that made the module, as --arg takes them; None where somebody made it, and `name` is its class.
    """

    kind: Literal["module"] = "module"
    name: str
    arguments: dict[str, str] | None
    outputs: Outputs
    source_sha256: Sha256 | None
    graph_sha256: Sha256 | None
    graph_trains: bool = False  # whether training the graph gives the module's numbers, bit for bit: tried on a batch
    no_graph: str | None = None  # why there is none

    @property
    def hashes(self) -> dict[str, str]:
        """The files of the run folder that belong to it, with their hashes."""
        both = {SOURCE: self.source_sha256, GRAPH: self.graph_sha256}
        return {name: sha256 for name, sha256 in both.items() if sha256 is not None}


Kept = Annotated[KeptLayers | KeptModule, Field(discriminator="kind")]


def same_network(one: Kept | None, other: Kept | None) -> bool:
    """Whether two runs of a name trained the same network: the same layers, or the same code called alike.

    None, of a record of version 1 or 2, goes with any; so does a graph that another version of torch wrote otherwise.
    """
    if isinstance(one, KeptModule) and isinstance(other, KeptModule):
        pair = [(kept.name, kept.source_sha256, kept.arguments) for kept in (one, other)]
        return pair[0] == pair[1]
    return one is None or other is None or one == other


def check_kept(kept: Kept | None, files: Mapping[str, bytes]) -> None:
    """RunError unless the files of a network are there, and each is what its hash says."""
    for name, sha256 in kept.hashes.items() if isinstance(kept, KeptModule) else ():
        if name not in files:
            raise RunError(f"no {name}, which belongs to the network")
        if hashlib.sha256(files[name]).hexdigest() != sha256:
            raise RunError(f"{name} is not what was recorded: its SHA-256 is not {sha256}")
