"""How a network's quantities are named."""

import re
from typing import Annotated

from pydantic import AfterValidator, model_validator

from backprop.network.description import Description
from groundfloor.text import quoted

LONGEST = 40


def _pattern(value: str) -> str:
    if not re.fullmatch(r"\w*\{\}\w*", value, re.ASCII) or len(value) > LONGEST:
        allowed = f"at most {LONGEST} letters, digits and _ around one {{}} are allowed, for example net_{{}}"
        raise ValueError(f"{quoted(value)}: {allowed}")
    return value


NamePattern = Annotated[str, AfterValidator(_pattern)]


class Notation(Description):
    """How the two quantities of a neuron are named; {} stands for the neuron: net_{} gives net_h1."""

    sum: NamePattern = "{}"
    activation: NamePattern = "a_{}"

    @model_validator(mode="after")
    def _apart_and_no_cells(self) -> "Notation":
        if self.sum == self.activation:
            raise ValueError(f"'{self.sum}' names both the sum and the activation of a neuron")
        for field in self.model_fields_set:
            name = getattr(self, field).replace("{}", "h1")
            if re.fullmatch(r"[A-Za-z]{1,3}[0-9]+", name) and name != "h1":
                raise ValueError(f"{field} '{getattr(self, field)}' gives names like {name}, which is a cell's address")
            if not re.fullmatch(r"[A-Za-z]\w*", name):
                raise ValueError(f"{field} '{getattr(self, field)}' gives names like {name}; a letter comes first")
        return self
