"""`mnist evaluate`: a trained run, tested on a data set."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from groundfloor.terminal import print_table
from mnist.commands.options import AsJson, RunFolder, Trust, print_text


def evaluate(
    run: RunFolder,
    data: Annotated[
        Path,
        typer.Option(metavar="DIR", help="A pair of IDX files, or folders 0 to 9 of pictures.", show_default=False),
    ],
    trust: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Test a trained run on a data set: accuracy, loss and the confusion matrix."""
    from mnist.requirements import need_libraries

    need_libraries()
    from mnist.jobs.use import evaluate_run

    result = evaluate_run(run, data, trust=trust)
    if as_json:
        print(json.dumps(asdict(result) | {"accuracy": result.accuracy}, indent=2))
        return
    right = f"{result.correct:,} of {result.images:,} images right, {result.accuracy:.2%}"
    print_text(f"{run}: {right}; loss {result.loss:.4f}")
    rows = [(label, *(count or "·" for count in row)) for label, row in enumerate(result.confusion)]
    print_table(("Label", *(f"as {digit}" for digit in range(10))), rows)
