"""`mnist summary`: a network's parameter table."""

from pathlib import Path
from typing import Annotated

import typer

from groundfloor.terminal import console, print_table
from mnist.commands.options import NET, Arguments, AsJson, print_text
from mnist.errors import MnistError

ROOMY = 120  # columns of a terminal
TOTALS = 33  # columns of what they are called


def summary(
    net: Annotated[str, typer.Argument(metavar="NET", help=NET, show_default=False)],
    arguments: Arguments = None,
    shape: Annotated[
        str, typer.Option("--input", metavar="SIDES", help="The shape of one image: channels, height, width.")
    ] = "1,28,28",
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
    """Print a network's parameter table, totals and memory; of a network of ours recipe and choices, too.

    Field: the receptive field, pixels of the input, along one side, that one output pixel sees. Memory: of the output,
    in float32. A layer without a number is called as a function; layer tables do not count it. What each layer does
    stands beside it where the terminal has 120 columns, and in --markdown.
    """
    from mnist.library import summary as summarise
    from mnist.modules.find import find_network, parse_arguments
    from mnist.nets.net import Net
    from mnist.runs.shown.text_table import parameter_table, parameter_totals

    if as_json + markdown + (xlsx is not None) > 1:
        raise MnistError("--json, --markdown and --xlsx: one of them at a time")
    try:
        sides = tuple(int(side) for side in shape.split(","))
    except ValueError as error:
        raise MnistError(f"--input {shape}: whole numbers with commas are needed, as in 1,28,28") from error
    network = find_network(net, parse_arguments(arguments or ()))
    table = summarise(network, sides)
    if xlsx is not None:
        print_text(f"{table.xlsx(xlsx, force=force)}: {len(table.rows)} layers, {table.total:,} parameters")
        return
    if as_json or markdown:
        print(table.model_dump_json(indent=2) if as_json else table.markdown().rstrip())
        return
    texts = parameter_table(table)
    shown = len(texts.columns) - (console().width < ROOMY)  # without the last column, the comments
    print_table(texts.columns[:shown], [row[:shown] for row in texts.rows], left=texts.left)
    output = console()
    totals = parameter_totals(table)
    aligned = TOTALS + max(len(value) for _, value in totals) <= output.width
    for label, value in totals:
        output.print(f"{label + ':':<{TOTALS}}{value}" if aligned else f"{label}: {value}")
    if isinstance(network, Net):
        output.print()
        for sentence in network.sentences():
            output.print(sentence)
