"""Words in the reader's language: a table of messages for each language; English where one is missing.

The English text, with its {places}, is the key. A table is a TOML file in the folder `languages`, named by its code;
its message "English" is the language's own name. A message may name what it does not show, so that word order is free.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from groundfloor.errors import InputError
from groundfloor.text import did_you_mean

ENGLISH_CODE = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """The messages of one language."""

    code: str = ENGLISH_CODE
    messages: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __call__(self, text: str, /, **values: object) -> str:
        """The text in this language, its {places} filled."""
        translated = self.messages.get(text, text)
        return translated.format(**values) if values else translated


ENGLISH = Words()


def languages() -> dict[str, Path]:
    """The tables by code; English needs none."""
    packaged = Path(__file__).parent / "languages"  # inside a wheel; in a checkout the folder stands at the top
    folder = packaged if packaged.is_dir() else Path(__file__).parents[1] / "languages"
    return {file.stem: file for file in sorted(folder.glob("*.toml"))}


def speak(code: str) -> Words:
    """The words of that language; InputError names the languages there are."""
    if code == ENGLISH_CODE:
        return ENGLISH
    tables = languages()
    if code not in tables:
        known = (ENGLISH_CODE, *tables)
        raise InputError(f"language '{code}' is unknown; {did_you_mean(code, known)}One of: {', '.join(known)}")
    return Words(code, tomllib.loads(tables[code].read_text(encoding="utf-8")))
