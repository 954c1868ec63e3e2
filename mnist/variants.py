"""Variants of `small`, one thing of the network changed in each, for the experiments of docs/own-nets.md. No torch."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from mnist.layers import BatchNorm, Dropout, Layer, ReLU, SiLU
from mnist.net import Net
from mnist.own import OWN

_SMALL = next(net for net in OWN if net.name == "small")


def _variant(name: str, source: str, changes: Mapping[type[Layer], tuple[Layer, ...]]) -> Net:
    """`small` with other layers in place of each of some kinds."""
    layers = tuple(chain.from_iterable(changes.get(type(layer), (layer,)) for layer in _SMALL.layers))
    chosen = "A variant for an experiment; nothing was chosen by it."
    return replace(_SMALL, name=name, source=source, layers=layers, chosen=chosen)


VARIANTS = (
    _variant("small-dropout", "small with dropout of 10 % after each activation", {SiLU: (SiLU(), Dropout(0.1))}),
    _variant("small-relu", "small with ReLU for SiLU", {SiLU: (ReLU(),)}),
    _variant(
        "small-relu-first",
        "small with ReLU for SiLU, before each normalisation",
        {BatchNorm: (ReLU(),), SiLU: (BatchNorm(),)},
    ),
)
