"""Texts of others are shown, never obeyed; a misspelling is told from another word."""

import pytest

from groundfloor.text import count, did_you_mean, listed, nearest, one_line, quoted, shortened, shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("∂E/∂w1 = a·b", "∂E/∂w1 = a·b"),
        ("a\x1b]0;pwn\x07\x1b[2Jb", r"a\x1b]0;pwn\x07\x1b[2Jb"),
        ("two\nlines", r"two\nlines"),
        ("left\u202eright", r"left\u202eright"),
        ("half \ud800", r"half \ud800"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_as_an_escape(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_lines_are_folded_into_one() -> None:
    assert one_line(" a\n  b\x07 ") == r"a b\x07"


def test_long_texts_say_how_long_they_are() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abcdef… (7 characters)"
    assert quoted("x" * 100, 10) == "'xxxxxxxxx…'"
    assert quoted([1] * 100, 10) == "[1, 1, 1,…"


def test_lists_and_counts() -> None:
    assert listed("abc", 2) == "a, b and 1 more"
    assert (count(1, "file"), count(1000, "file")) == ("1 file", "1,000 files")


KNOWN = ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "gelu", "mse", "adam", "momentum", "eight-weight"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rleu", "relu"), ("sigmod", "sigmoid"), ("Sigmoid ", "sigmoid"), ("adma", "adam"),
        ("eigth-weight", "eight-weight"), ("mes", "mse"),
        ("sdg", None), ("tannh", "tanh"), ("adams", "adam"),
        ("mae", None), ("sse", None), ("rmse", None), ("adamw", None), ("selu", None), ("fortran", None), ("", None),
    ],
)  # fmt: skip
def test_only_a_likely_misspelling_is_taken_for_a_name(typed: str, meant: str | None) -> None:
    assert nearest(typed, KNOWN) == meant
    assert did_you_mean(typed, KNOWN) == (f"did you mean {meant}? " if meant else "")
