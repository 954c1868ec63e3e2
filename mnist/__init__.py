"""Training of small convolutional networks on MNIST as recorded, repeatable runs.

import mnist

mnist.summary("tiny")  # a notebook shows the parameter table
run = mnist.train("tiny", epochs=2, seed=1, out="runs/quick")
mnist.table("runs")  # mean and deviation over the seeds
"""

from typing import TYPE_CHECKING

from groundfloor.lazy import lazily

if TYPE_CHECKING:
    from groundfloor.errors import InputError as InputError
    from mnist.callbacks import keras_callback as keras_callback
    from mnist.callbacks import lightning_callback as lightning_callback
    from mnist.library import dataset as dataset
    from mnist.library import find_runs as find_runs
    from mnist.library import load_network as load_network
    from mnist.library import load_run as load_run
    from mnist.library import network_names as network_names
    from mnist.library import record as record
    from mnist.library import summary as summary
    from mnist.library import table as table
    from mnist.library import train as train
    from mnist.nets.net import Net as Net
    from mnist.runs.folder import Run as Run
    from mnist.runs.recipe import Recipe as Recipe
    from mnist.runs.record import Summary as Summary
    from mnist.runs.statistics import Statistics as Statistics

    __version__: str

__all__ = [
    "InputError",
    "Net",
    "Recipe",
    "Run",
    "Statistics",
    "Summary",
    "dataset",
    "find_runs",
    "keras_callback",
    "lightning_callback",
    "load_network",
    "load_run",
    "network_names",
    "record",
    "summary",
    "table",
    "train",
]
_functions = dict.fromkeys(
    ("dataset", "find_runs", "load_network", "load_run", "network_names", "record", "summary", "table", "train"),
    "mnist.library",
)
__getattr__, __dir__ = lazily(
    __name__,
    _functions
    | {
        "InputError": "groundfloor.errors",
        "keras_callback": "mnist.callbacks",
        "lightning_callback": "mnist.callbacks",
        "Net": "mnist.nets.net",
        "Recipe": "mnist.runs.recipe",
        "Run": "mnist.runs.folder",
        "Statistics": "mnist.runs.statistics",
        "Summary": "mnist.runs.record",
    },
)
