"""`mnist nets`: the networks there are."""

import json

from groundfloor.terminal import print_table
from mnist.commands.options import AsJson


def nets(as_json: AsJson = False) -> None:
    """List the networks: name, parameters, published accuracy, source."""
    from mnist.nets.catalogue import NETS

    if as_json:
        print(json.dumps([net.described() for net in NETS.values()], indent=2, ensure_ascii=False))
        return
    rows = [(net.name, f"{net.parameters:,}", net.published_accuracy, net.source) for net in NETS.values()]
    print_table(("Network", "Parameters", "Published", "Source"), rows, left=("Network", "Source"))
