"""All networks by name: `NETS`, and the look-up that suggests the nearest name. Imports no torch."""

import difflib

from mnist.errors import UnknownNetError
from mnist.nets.net import Net
from mnist.nets.own import OWN
from mnist.nets.published import PUBLISHED
from mnist.nets.variants import VARIANTS

NETS: dict[str, Net] = {net.name: net for net in (*PUBLISHED, *OWN, *VARIANTS)}


def find_net(name: str) -> Net:
    """The network of that name; UnknownNetError suggests the nearest."""
    if name in NETS:
        return NETS[name]
    near = difflib.get_close_matches(name, NETS, n=1)
    hint = f"did you mean {near[0]!r}? One of" if near else "one of"
    raise UnknownNetError(f"network {name!r} is unknown; {hint}: {', '.join(NETS)}")
