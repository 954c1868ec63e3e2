"""`mnist evaluate`: a trained run, tested on a data set."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from groundfloor.terminal import print_table
from mnist.commands.options import AsJson, RunFolder, Trust, print_text


def evaluate(
    run: RunFolder,
    data: Annotated[
        str,
        typer.Option(
            metavar="NAME|DIR",
            help="mnist, fashion-mnist, ...: its test images; or a folder of a pair of IDX files, or of a folder of "
            "pictures for each class, named as the class.",
            show_default=False,
        ),
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
    rows = [
        (name, *(count or "·" for count in row)) for name, row in zip(result.classes, result.confusion, strict=True)
    ]
    print_table(("Label", *(f"as {name}" for name in result.classes)), rows)
