"""The rubric: points by part, what a kind of mistake costs of them, what is asked for where no manifest says it."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, model_validator

from backprop.classroom.parts import Part
from backprop.errors import BackpropError
from backprop.network.description import Description, Number
from groundfloor.disk.reading import read_plain
from groundfloor.files import absent, reason
from groundfloor.text import did_you_mean, quoted
from groundfloor.toml import read_toml
from groundfloor.validation import first_error

DEFAULT = Path(__file__).with_name("rubric.toml")
MOST_BYTES = 100_000
Points = Annotated[Number, Field(ge=0, le=100_000)]
Share = Annotated[Number, Field(ge=0, le=1)]


class RubricError(BackpropError):
    """A rubric that cannot be read or does not add up."""


class Rules(Description):
    """Which share of its points a mistake of a kind costs; of every other kind it is all."""

    hard_coded: Share = 1.0
    latent: Share = 1.0
    pasted: Share = 1.0
    stale_value: Share = 0.0
    error_value: Share = 0.0


class Asked(Description):
    """What a workbook is to hold, where no manifest says it."""

    rows: Annotated[int, Field(ge=1, le=1_000_000)] = 2
    chart: bool = False
    learning_rates: Annotated[int, Field(ge=1, le=1_000)] = 1


class Rubric(Description):
    """What a workbook is worth."""

    total: Annotated[Number, Field(gt=0, le=100_000)]
    points: dict[Part, Points]
    weights: dict[str, Annotated[Number, Field(gt=0, le=1_000)]] = Field(default_factory=dict)
    rules: Rules = Rules()
    asked: Asked = Asked()

    @model_validator(mode="before")
    @classmethod
    def _parts_are_known(cls, fields: object) -> object:
        named = fields.get("points") if isinstance(fields, dict) else None
        for name in named if isinstance(named, dict) else ():
            if name not in list(Part):
                hint = did_you_mean(str(name), list(Part))
                raise ValueError(f"points.{quoted(name)} is unknown; {hint}one of {', '.join(Part)}")
        return fields

    @model_validator(mode="after")
    def _add_up(self) -> "Rubric":
        found = sum(self.points.values())
        if abs(found - self.total) > 1e-9 * self.total:
            raise ValueError(f"the points add up to {found:g}; total = {self.total:g} is given")
        return self


def load_rubric(file: Path | None = None) -> Rubric:
    """The rubric of that file, or the package's; RubricError in one line for what is none."""
    file = file or DEFAULT
    try:
        return Rubric.model_validate(read_toml(read_plain(file, MOST_BYTES).decode()))
    except FileNotFoundError as error:
        raise RubricError(f"{file}: {absent(file)}") from error
    except OSError as error:
        raise RubricError(f"{file}: cannot be read ({reason(error)})") from error
    except UnicodeDecodeError as error:
        raise RubricError(f"{file}: not UTF-8 text; a rubric is a TOML file") from error
    except tomllib.TOMLDecodeError as error:
        raise RubricError(f"{file}: not TOML: {error}") from error
    except ValidationError as error:
        raise RubricError(f"{file}: {first_error(error)}") from error
