"""What several commands share: arguments, options, and the printing of a line."""

from pathlib import Path
from typing import Annotated

import typer

from groundfloor.command import list_option
from groundfloor.terminal import console
from groundfloor.text import shown

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
NET = "A network of `mnist nets`, or FILE.toml or FILE.py:NAME with one of your own."
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.", show_default=False)]

Epochs = Annotated[int | None, typer.Option(metavar="N", help="Epochs.  [default: the recipe]")]
Validation = Annotated[
    int | None,
    typer.Option(metavar="N", help="Hold out the last N training images and test on them, never on the test set."),
]
Settings = Annotated[
    list[str] | None,
    list_option(
        str,
        "NAME=VALUE",
        "--set",
        metavar="NAME=VALUE,...",
        help="Other fields of the recipe, as `mnist nets --json` names them; with commas or repeated.",
    ),
]
Arguments = Annotated[
    list[str] | None,
    typer.Option(
        "--arg", metavar="NAME=VALUE", help="What NAME of FILE.py is called with, as in width=16; repeatable."
    ),
]
Trust = Annotated[
    bool,
    typer.Option("--trust", help="Run the code that the run folder keeps of its network, in place of its graph."),
]
Data = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|DIR",
        help="mnist, fashion-mnist, kmnist, qmnist, emnist-digits; rendered for digits drawn from fonts; or a folder "
        "of four IDX files, or of a folder of pictures for each class.  "
        "[default: MNIST from $MNIST_DIR, the cache, a download; `train` then takes rendered]",
    ),
]
Size = Annotated[
    str | None,
    typer.Option(
        metavar="N|HxW|keep",
        help="Pixels that pictures of a folder are made; keep leaves them as they are.  [default: 28]",
    ),
]
Augment = Annotated[
    str | None,
    typer.Option(
        metavar="none|shift|affine|elastic",
        help="Random maps of training images, all of them in place of the recipe's; --set changes single ones.",
    ),
]
Device = Annotated[
    str, typer.Option(metavar="cpu|cuda|mps|xpu|auto", help="Where to train: processor, NVIDIA or AMD, Apple, Intel.")
]
Seed = Annotated[int, typer.Option(metavar="N", help="Seed of weights, order, augmentation and dropout.")]
Threads = Annotated[int, typer.Option(metavar="N", help="Processor threads; more pay only where nothing else runs.")]


def print_text(text: str) -> None:
    """A line on standard output; a terminal wraps it at words."""
    console().print(shown(text))
