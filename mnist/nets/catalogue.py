"""All networks by name. Imports no torch."""

import difflib

from mnist.errors import UnknownNetError
from mnist.nets.net import Net
from mnist.nets.own import OWN
from mnist.nets.published import PUBLISHED
from mnist.nets.variants import VARIANTS
from mnist.runs.record import Recipe

NETS: dict[str, Net] = {net.name: net for net in (*PUBLISHED, *OWN, *VARIANTS)}


def settings(net: Net, recipe: Recipe) -> list[str]:
    """The NAME=VALUE of `--set` that make the network's recipe the other, beside options of their own."""
    own = {"epochs", "batch_size", "learning_rate", "momentum", "validation"}
    mine, other = (one.model_dump() | one.model_dump()["augmentation"] for one in (net.recipe, recipe))
    names = [name for name in other if name not in own | {"augmentation"} and other[name] != mine[name]]
    return [f"{name}={other[name]}" for name in names]


def find_net(name: str) -> Net:
    """The network of that name; UnknownNetError suggests the nearest."""
    if name in NETS:
        return NETS[name]
    near = difflib.get_close_matches(name, NETS, n=1)
    hint = f"did you mean {near[0]!r}? One of" if near else "one of"
    raise UnknownNetError(f"network {name!r} is unknown; {hint}: {', '.join(NETS)}")
