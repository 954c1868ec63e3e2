"""The base of all that is recorded: frozen, and strict about names and numbers. Imports no torch."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Finite = Annotated[float, Field(allow_inf_nan=False)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Model(BaseModel):
    """Frozen and strict about names, so that a misspelt or newer field is an error, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")
