"""Titles of groups in the reader's language: "Weights, hidden layer 2" is made of words and numbers."""

import re

from groundfloor.words import Words


def title(words: Words, text: str) -> str:
    """The title, word by word between its commas, colons and numbers."""
    return re.sub(r"[^\d,: ][^\d,:]*(?<! )", lambda part: words(part[0]), text)
