"""All networks by name. Imports no torch."""

import difflib

from mnist.errors import UnknownNetError
from mnist.net import Net
from mnist.own import OWN
from mnist.published import PUBLISHED
from mnist.runs import Recipe
from mnist.variants import VARIANTS

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
