"""The first error of a description is one line in plain words with the value found."""

from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from groundfloor.validation import first_error


class Recipe(BaseModel):
    model_config = ConfigDict(extra="forbid")

    epochs: int = Field(ge=1, le=10)
    rate: float = Field(default=1.0, gt=0, lt=2, allow_inf_nan=False)
    schedule: Literal["constant", "step"] = "constant"
    layers: tuple[int, ...] = Field(default=(1,), min_length=1)
    nesterov: bool = False
    name: str = ""

    @field_validator("name")
    @classmethod
    def _plain(cls, name: str) -> str:
        if not name.isalnum():
            raise ValueError(f"name {name!r}: letters and digits are allowed")
        return name


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "epochs: is missing"),
        ({"epochs": 0}, "epochs: at least 1 is needed (found 0)"),
        ({"epochs": 11}, "epochs: at most 10 is needed (found 11)"),
        ({"epochs": "x"}, "epochs: a whole number is needed (found 'x')"),
        ({"epochs": 1.5}, "epochs: a whole number is needed (found 1.5)"),
        ({"epochs": 1, "rate": 0}, "rate: a number above 0 is needed (found 0)"),
        ({"epochs": 1, "rate": float("nan")}, "rate: a finite number is needed (found nan)"),
        ({"epochs": 1, "schedule": "cosine"}, "schedule: one of 'constant' or 'step' is needed (found 'cosine')"),
        ({"epochs": 1, "layers": [1, "b"]}, "layers.2: a whole number is needed (found 'b')"),
        ({"epochs": 1, "layers": []}, "layers: 0 given, at least 1 needed"),
        ({"epochs": 1, "nesterov": "perhaps"}, "nesterov: true or false is needed (found 'perhaps')"),
        ({"epochs": 1, "ephocs": 2}, "ephocs: is not known here (found 2)"),
        ({"epochs": 1, "name": "a b"}, "name: name 'a b': letters and digits are allowed"),
    ],
)
def test_the_first_error_in_plain_words(fields: dict[str, object], expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Recipe.model_validate(fields)
    assert first_error(caught.value) == expected
