"""`mnist find-lr`: a range test of the learning rate."""

from pathlib import Path
from typing import Annotated

import typer

from groundfloor.terminal import print_table, progress
from mnist.commands.options import (
    NET,
    Arguments,
    AsJson,
    Data,
    Device,
    Seed,
    Settings,
    Size,
    Threads,
    Validation,
    print_text,
)

ROWS = 12  # of the table


def find_lr(
    net: Annotated[str, typer.Argument(metavar="NET", help=NET, show_default=False)],
    arguments: Arguments = None,
    low: Annotated[float, typer.Option("--from", metavar="X", help="The lowest rate.")] = 1e-5,
    high: Annotated[float, typer.Option("--to", metavar="X", help="The highest rate.")] = 10.0,
    steps: Annotated[int, typer.Option(metavar="N", help="Steps, a batch each.")] = 200,
    batch_size: Annotated[int | None, typer.Option(metavar="N", help="Images a step.  [default: the recipe]")] = None,
    validation: Validation = None,
    settings: Settings = None,
    seed: Seed = 0,
    data: Data = None,
    size: Size = None,
    device: Device = "cpu",
    threads: Threads = 1,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE.svg", help="Draw the losses, as .svg or .png.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train for some steps with a learning rate that climbs, and propose one: a tenth of that with the lowest loss.

    Everything but the rate is the recipe's. Where the smoothed loss is four times its lowest, the test ends. The test
    set is not read. A proposal is a start for `mnist sweep NET --lr ...`, not a result.
    """
    from mnist.modules.find import find_network, parse_arguments
    from mnist.nets.settings import changed_recipe
    from mnist.requirements import need_libraries

    network = find_network(net, parse_arguments(arguments or ()))
    recipe = changed_recipe(network, settings or (), batch_size=batch_size, validation=validation)
    need_libraries()
    from mnist.data.sources import load_data
    from mnist.jobs.range_picture import check_picture, draw
    from mnist.jobs.single import check_seed, check_threads
    from mnist.training.device import find_device
    from mnist.training.range_test import range_test

    check_seed(seed)
    check_threads(threads)
    if out is not None:
        check_picture(out, force=force)
    place = find_device(device)
    dataset = load_data(data, say=lambda text: None if as_json else print_text(text), size=size)
    with progress("steps", steps) as done:
        test = range_test(
            network, recipe, dataset,
            seed=seed, device=place, threads=threads, low=low, high=high, steps=steps, done=done,
        )  # fmt: skip
    if out is not None:
        draw(test, out, force=force)
    if as_json:
        print(test.model_dump_json(indent=2))
        return
    chosen = sorted({*range(0, len(test.rates), max(1, len(test.rates) // ROWS)), test.rates.index(test.lowest)})
    rows = [(f"{test.rates[n]:.2g}", f"{test.losses[n]:.4f}", f"{test.smoothed[n]:.4f}") for n in chosen]
    print_table(("Rate", "Loss", "Smoothed"), rows)
    end = f"; beyond {test.rates[-1]:.2g} it diverges" if test.diverged else ""
    print_text(f"The loss falls fastest at {test.steepest:.2g} and is lowest at {test.lowest:.2g}{end}.")
    print_text(f"Proposal: --lr {test.proposal:g}, a tenth of the rate with the lowest loss")
    if out is not None:
        print_text(f"{out}: the losses by the rate")
