"""All networks by name: `NETS`, and the look-up that suggests the nearest name. Imports no torch."""

from groundfloor.text import did_you_mean
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
    raise UnknownNetError(f"network {name!r} is unknown; {did_you_mean(name, NETS)}One of: {', '.join(NETS)}")
