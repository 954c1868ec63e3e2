"""Tables of messages: exact texts, texts with their places filled, and what no table has."""

import pytest

from groundfloor.errors import InputError
from groundfloor.words import ENGLISH, Words, languages, speak

WORDS = Words(
    "xx", {"loss": "Verlust", "{name} of {place}": "{place}: {name}", "in the hall": "im Saal", "epoch": "Epoche"}
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("loss", "Verlust"),
        ("loss of in the hall", "im Saal: Verlust"),  # what places stand for is translated too
        ("  loss 3", "  Verlust 3"),  # signs and numbers around it stay
        ("epoch\nloss", "Epoche\nVerlust"),
        ("nobody knows this", "nobody knows this"),
        ("", ""),
    ],
)
def test_a_finished_text_is_translated(text: str, said: str) -> None:
    assert WORDS.of(text) == said


def test_places_are_filled_in_either_language() -> None:
    assert WORDS("{name} of {place}", name="x", place="y") == "y: x"
    assert ENGLISH("{name} of {place}", name="x", place="y") == "x of y"


def test_an_unknown_language_is_named_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"language 'ed' is unknown; .*One of: en, de, es, fr"):
        speak("ed")
    assert {"de", "es", "fr", "hi", "ja", "pt", "zh"} == set(languages())
