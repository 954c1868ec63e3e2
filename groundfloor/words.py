"""Words in the reader's language: a table of messages for each language; English where one is missing.

The English text, with its {places}, is the key. A table is a TOML file in the folder `languages`, named by its code;
its message "English" is the language's own name. What a place stands for may hold messages itself.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from groundfloor.errors import InputError
from groundfloor.text import did_you_mean

ENGLISH_CODE = "en"
_CORE = re.compile(r"(?s)([\W\d]*)(.*?)([\W\d]*)")


@dataclass(frozen=True)
class Words:
    """The messages of one language."""

    code: str = ENGLISH_CODE
    messages: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __call__(self, text: str, /, **values: object) -> str:
        """The message in this language, its {places} filled."""
        translated = self.messages.get(text, text)
        return translated.format(**values) if values else translated

    def of(self, text: str) -> str:
        """A finished English text in this language: it is a message, one with its places filled, or holds one.

        Signs and numbers around it stay; several lines, or sentences, are translated one by one.
        """
        if "\n" in text:
            return "\n".join(map(self.of, text.split("\n")))
        if text in self.messages:
            return self.messages[text]
        if len(sentences := text.split(". ")) > 1:
            return " ".join(self.of(f"{each}.") for each in sentences[:-1]) + f" {self.of(sentences[-1])}"
        for pattern, translated in self._patterns:
            if match := pattern.fullmatch(text):
                return translated.format(**{name: self.of(value) for name, value in match.groupdict().items()})
        match = _CORE.fullmatch(text)
        if match is None or match[2] == text or not match[2]:
            return text
        return f"{match[1]}{self.of(match[2])}{match[3]}"

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """The messages with places, the longest first."""
        found = []
        for text, translated in sorted(self.messages.items(), key=lambda item: -len(item[0])):
            if "{" in text:
                pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(text))
                found.append((re.compile(pattern), translated))
        return found


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
