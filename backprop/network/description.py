"""What every description read from TOML shares: fields that cannot change, none unknown, every number finite."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from backprop.functions.names import ALIASES, spelled
from groundfloor.text import did_you_mean, quoted

Number = Annotated[float, Field(allow_inf_nan=False)]
Vector = Annotated[tuple[Number, ...], Field(min_length=1)]


class Table(dict[str, float]):
    """Numbers by name, which nobody changes: a part of what can be hashed."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


class Description(BaseModel):
    """A frozen model that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def known(what: str, rows: Mapping[str, object]) -> BeforeValidator:
    """Refuses a name that none of these rows has, with the one that it is likely a misspelling of."""

    def check(value: Any) -> Any:
        name = spelled(value)
        if not isinstance(name, str) or name in rows:
            return name
        aliases = [alias for alias, meant in ALIASES.items() if meant in rows]
        hint = did_you_mean(name, [*rows, *aliases])
        raise ValueError(f"{what} {quoted(value)} is unknown; {hint}One of: {', '.join(rows)}")

    return BeforeValidator(check)
