"""Tables of networks as torchsummary and torchinfo print them, in every setting of columns and rows."""

import contextlib
import io
import random
from collections.abc import Iterator

import torchinfo
import torchsummary

from benchmarks.lint.networks import Network

COLUMNS = ("input_size", "output_size", "num_params", "params_percent", "kernel_size", "mult_adds", "trainable")
ROWS = ("ascii_only", "depth", "var_names")


def torchsummary_table(made: Network, batch: int = -1) -> str:
    """What torchsummary prints, in a fence."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        torchsummary.summary(made.module, list(made.inputs), batch, device="cpu")
    return fenced(text.getvalue())


def torchinfo_table(made: Network, source: random.Random) -> str:
    """What torchinfo prints, with any columns beside the two that every table has, any rows, any depth and batch."""
    wanted = {"output_size", "num_params", *source.sample(COLUMNS, source.randint(0, len(COLUMNS)))}
    columns = [name for name in COLUMNS if name in wanted]
    source.shuffle(columns)
    rows = source.sample(ROWS, source.randint(0, len(ROWS)))
    if not {"depth", "var_names"} & set(rows):
        rows.append("depth")
    batch = source.choice((1, 2, 16, 64))
    sizes = [(batch, *size) for size in made.inputs]
    summary = torchinfo.summary(
        made.module, input_size=sizes if len(sizes) > 1 else sizes[0], col_names=columns, row_settings=rows,
        depth=source.choice((1, 2, 3, 5)), col_width=source.choice((16, 20, 25)), verbose=0, device="cpu",
        mode=source.choice(("train", "eval")) if batch > 1 else "eval",
    )  # fmt: skip
    return fenced(str(summary))


def tables(made: Network, seed: int) -> Iterator[tuple[str, str]]:
    """The printer and the table of each."""
    source = random.Random(seed)
    if made.summary:
        yield "torchsummary", torchsummary_table(made, source.choice((-1, -1, 2, 32)))
    yield "torchinfo", torchinfo_table(made, source)


def fenced(text: str) -> str:
    return f"# Network\n\n```\n{text.strip(chr(10))}\n```\n"
