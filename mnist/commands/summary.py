"""`mnist summary`: a network's parameter table."""

from groundfloor.terminal import console, print_table
from mnist.commands.options import AsJson, NetName


def summary(net: NetName, as_json: AsJson = False) -> None:
    """Print a network's parameter table, totals, memory, recipe and choices.

    Receptive field: pixels of the input, along one side, that one output pixel sees. A layer without a number is
    called as a function; layer tables do not count it.
    """
    from mnist.nets.catalogue import find_net
    from mnist.nets.summary import summarise
    from mnist.runs.text_table import parameter_table, parameter_totals

    network = find_net(net)
    table = summarise(network)
    if as_json:
        print(table.model_dump_json(indent=2))
        return
    texts = parameter_table(table)
    print_table(texts.columns, texts.rows, left=texts.left)
    for label, value in parameter_totals(table):
        print(f"{label + ':':<33}{value}")
    output = console()
    output.print()
    for sentence in network.sentences():
        output.print(sentence)
