"""The commands that use a trained run: `mnist predict` and `mnist evaluate`."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def predict(
    run: RunFolder,
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE...", help="PNG or JPEG.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Print what a trained run reads in pictures of one digit each: ten probabilities.

    Any size, dark on light or light on dark: a picture is made like MNIST's first, 20 pixels high, centred by its mass.

    Example: mnist predict runs/small-seed0 my-seven.png
    """
    from mnist.commands.train import need_libraries

    need_libraries()
    import numpy as np
    import torch

    from mnist.data.pictures import read_picture
    from mnist.training.evaluate import load_model, normalised
    from mnist.training.evaluate import predict as logits

    model = load_model(run)
    pixels = np.stack([read_picture(file) for file in images])
    shares = torch.softmax(logits(model, normalised(pixels, "cpu")), 1).tolist()
    if as_json:
        told = [
            {"image": str(file), "digit": row.index(max(row)), "probabilities": row}
            for file, row in zip(images, shares, strict=True)
        ]
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Image", overflow="fold")
    table.add_column("Reads", justify="right")
    for digit in range(10):
        table.add_column(str(digit), justify="right", no_wrap=True)
    for file, row in zip(images, shares, strict=True):
        table.add_row(str(file), str(row.index(max(row))), *(f"{share:.0%}" for share in row))
    Console().print(table, highlight=False)


def evaluate(
    run: RunFolder,
    data: Annotated[
        Path,
        typer.Option(metavar="DIR", help="A pair of IDX files, or folders 0 to 9 of pictures.", show_default=False),
    ],
    as_json: AsJson = False,
) -> None:
    """Test a trained run on a data set: accuracy, loss and the confusion matrix.

    Example: mnist evaluate runs/small-seed0 --data my-digits
    """
    from mnist.commands.train import need_libraries

    need_libraries()
    import numpy as np
    import torch

    from mnist.data.labelled import read_labelled
    from mnist.training.evaluate import evaluate as tested
    from mnist.training.evaluate import load_model, normalised

    model = load_model(run)
    images, labels = read_labelled(data)
    loss, predicted = tested(model, normalised(images, "cpu"), torch.from_numpy(labels.astype(np.int64)))
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (labels, predicted.numpy()), 1)
    correct = int(np.trace(confusion))
    if as_json:
        told = {"images": len(labels), "correct": correct, "accuracy": correct / len(labels), "loss": loss}
        print(json.dumps(told | {"confusion": confusion.tolist()}, indent=2))
        return
    console = Console()
    console.print(
        f"{run}: {correct:,} of {len(labels):,} images right, {correct / len(labels):.2%}; loss {loss:.4f}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Label", justify="right")
    for digit in range(10):
        table.add_column(f"as {digit}", justify="right", no_wrap=True)
    for label, row in enumerate(confusion.tolist()):
        table.add_row(str(label), *(str(count) if count else "·" for count in row))
    console.print(table, highlight=False)
