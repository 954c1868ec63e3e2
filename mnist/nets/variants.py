"""Variants of `small` for experiments, one thing of the network or of its recipe changed in each. Imports no torch."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from mnist.nets.layers import BatchNorm, Dropout, Layer, ReLU, SiLU
from mnist.nets.net import Net
from mnist.nets.own import OWN
from mnist.nets.published import PUBLISHED

_SMALL, _TRY = (next(net for net in (*OWN, *PUBLISHED) if net.name == name) for name in ("small", "published-19458"))
_CHOSEN = "A variant for an experiment; nothing was chosen by it."


def _variant(name: str, source: str, changes: Mapping[type[Layer], tuple[Layer, ...]]) -> Net:
    """`small` with other layers in place of each of some kinds."""
    layers = tuple(chain.from_iterable(changes.get(type(layer), (layer,)) for layer in _SMALL.layers))
    return replace(_SMALL, name=name, source=source, layers=layers, chosen=_CHOSEN)


VARIANTS = (
    _variant("small-dropout", "small, with dropout of 10 %", {SiLU: (SiLU(), Dropout(0.1))}),
    _variant("small-relu", "small, with ReLU for SiLU", {SiLU: (ReLU(),)}),
    _variant("small-relu-first", "small, ReLU before normalisation", {BatchNorm: (ReLU(),), SiLU: (BatchNorm(),)}),
    replace(
        _SMALL,
        name="small-plain",
        source="small by published-19458's recipe",
        recipe=_TRY.recipe.model_copy(update={"epochs": 8, "channels_last": True}),  # fewer, and faster
        recipe_choices={},
        chosen=_CHOSEN,
    ),
)
