"""What every description read from TOML shares: fields that cannot change, none unknown, every number finite."""

import difflib
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from backprop.functions.names import ALIASES, spelled

Number = Annotated[float, Field(allow_inf_nan=False)]
Vector = Annotated[tuple[Number, ...], Field(min_length=1)]


class Description(BaseModel):
    """A frozen model that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def known(what: str, rows: Mapping[str, object]) -> BeforeValidator:
    """Refuses a name that none of these rows has, with the one that it is likely a misspelling of."""

    def check(value: Any) -> Any:
        name = spelled(value)
        if name in rows or not isinstance(name, str):
            return name
        aliases = [alias for alias, meant in ALIASES.items() if meant in rows]
        close = difflib.get_close_matches(name, [*rows, *aliases], n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise ValueError(f"{what} '{value[:60]}' is unknown; {hint}One of: {', '.join(rows)}")

    return BeforeValidator(check)
