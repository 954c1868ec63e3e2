"""What every description read from TOML shares: fields that cannot change, none unknown, every number finite."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Number = Annotated[float, Field(allow_inf_nan=False)]
Vector = Annotated[tuple[Number, ...], Field(min_length=1)]


class Description(BaseModel):
    """A frozen model that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
