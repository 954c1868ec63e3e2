"""How a network's quantities are named."""

import re
import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, model_validator

from backprop.network.description import Description
from groundfloor.text import quoted

LONGEST = 40
OF_SAMPLES = re.compile(r".*_s(\{\w*\}|\d+)$")  # how the columns of the samples of a batch end


def _pattern(value: str, ways: tuple[tuple[str, ...], ...], example: str) -> str:
    """The pattern, with letters as programming languages read them; ValueError says in words what a name may hold."""
    value = unicodedata.normalize("NFKC", value)
    needed = " or ".join(" and ".join(f"{{{name}}}" if name else "one {}" for name in way) for way in ways)
    allowed = f"at most {LONGEST} letters, digits and _ around {needed} are allowed, for example {example}"
    holes = [hole for hole in re.findall(r"\{(\w*)\}", value) if hole != "layer" or len(ways) == 1]
    if wrong := re.search(r"[^\w{}]", value):
        raise ValueError(f"{quoted(value)}: {quoted(wrong[0])} cannot stand in a name; {allowed}")
    plain = re.sub(r"\{\w*\}", "", value)
    if sorted(holes) not in [sorted(way) for way in ways] or re.search(r"[{}]", plain) or len(value) > LONGEST:
        raise ValueError(f"{quoted(value)}: {allowed}")
    if not re.match(r"[^\W\d_]|\{", value):
        raise ValueError(f"{quoted(value)} begins with {quoted(value[0])}; a letter comes first")
    if OF_SAMPLES.fullmatch(value):
        raise ValueError(f"{quoted(value)} ends as the columns of a sample do; _s cannot stand before its end")
    return value


def _of_one(example: str) -> AfterValidator:
    return AfterValidator(lambda value: _pattern(value, (("",),), example))


def _of_weights(value: str) -> str:
    return _pattern(value, (("",), ("from", "to")), "w_{from}_{to}, with {layer} to tell layers apart")


def _of_biases(value: str) -> str:
    return _pattern(value, (("",), ("to",)), "b_{to}, with {layer} to tell layers apart")


class Notation(Description):
    """Names of quantities; {} stands for the neuron (net_{} gives net_h1), or for the number of what has no neuron.

    Names of weights may say which units they join, those of biases which neuron: w_{from}_{to}, theta_{to}. Units are
    counted in each layer, or with `units = "numbered"` through the network, the inputs first; neurons then have the
    number for their name. Letters of any script.
    """

    sum: Annotated[str, _of_one("net_{}")] = "{}"
    activation: Annotated[str, _of_one("out_{}")] = "a_{}"
    delta: Annotated[str, _of_one("delta_{}")] = "delta_{}"
    input: Annotated[str, _of_one("x{}")] = "i{}"
    target: Annotated[str, _of_one("y{}")] = "t{}"
    weight: Annotated[str, AfterValidator(_of_weights)] = "w{}"
    bias: Annotated[str, AfterValidator(_of_biases)] = "b{}"
    threshold: Annotated[str, AfterValidator(_of_biases)] = "theta{}"
    units: Literal["layers", "numbered"] = "layers"

    @model_validator(mode="after")
    def _apart(self) -> "Notation":
        if self.sum == self.activation:
            raise ValueError(f"'{self.sum}' names both the sum and the activation of a neuron")
        example = "h1" if self.units == "layers" else "3"
        for field in ("sum", "activation", "delta"):
            name = getattr(self, field).replace("{}", example)
            if not re.match(r"[^\W\d_]", name):
                raise ValueError(f"{field} '{getattr(self, field)}' gives names like {name}; a letter comes first")
        return self
