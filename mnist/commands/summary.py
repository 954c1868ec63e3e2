"""`mnist summary`: a network's parameter table."""

from pathlib import Path
from typing import Annotated

import typer

from groundfloor.terminal import console, print_table
from mnist.commands.options import AsJson, NetName, print_text
from mnist.errors import MnistError

ROOMY = 120  # columns of a terminal


def summary(
    net: NetName,
    as_json: AsJson = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print a markdown table, the comments column with it.")
    ] = False,
    xlsx: Annotated[
        Path | None,
        typer.Option(metavar="FILE.xlsx", help="Write a workbook whose counts are formulas of kernels and channels."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE.xlsx.")] = False,
) -> None:
    """Print a network's parameter table, totals, memory, recipe and choices.

    Field: the receptive field, pixels of the input, along one side, that one output pixel sees. Memory: of the output,
    in float32. A layer without a number is called as a function; layer tables do not count it. What each layer does
    stands beside it where the terminal has 120 columns, and in --markdown.
    """
    from mnist.nets.catalogue import find_net
    from mnist.nets.summary import summarise
    from mnist.runs.text_table import parameter_table, parameter_totals

    if as_json + markdown + (xlsx is not None) > 1:
        raise MnistError("--json, --markdown and --xlsx: one of them at a time")
    network = find_net(net)
    table = summarise(network)
    if xlsx is not None:
        print_text(f"{table.xlsx(xlsx, force=force)}: {len(table.rows)} layers, {table.total:,} parameters")
        return
    if as_json or markdown:
        print(table.model_dump_json(indent=2) if as_json else table.markdown().rstrip())
        return
    texts = parameter_table(table)
    shown = len(texts.columns) - (console().width < ROOMY)  # without the last column, the comments
    print_table(texts.columns[:shown], [row[:shown] for row in texts.rows], left=texts.left)
    for label, value in parameter_totals(table):
        print(f"{label + ':':<33}{value}")
    output = console()
    output.print()
    for sentence in network.sentences():
        output.print(sentence)
