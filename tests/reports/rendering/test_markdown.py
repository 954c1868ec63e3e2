"""Whatever a run is called, it stays text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reports.rendering.markdown import block, code, escape, inline_math

GITHUB = MarkdownIt("gfm-like", {"linkify": False})
MARKS = st.text(alphabet="ab1 .-+=*_`~|<>[]()#!$&\\{}:/@\n\t'\"é", max_size=30)


def shown(markdown: str) -> str:
    """What a reader sees of a table's second cell."""
    tokens = GITHUB.parse(f"| a | b |\n| --- | --- |\n| x | {markdown} |\n")
    cells = [token for token in tokens if token.type == "inline"]
    assert len(cells) == 4, "the text broke out of its cell"
    return "".join(child.content for child in cells[3].children or [])


@given(MARKS)
@settings(max_examples=400)
def test_escaped_text_reads_as_it_was_in_a_table_cell(text):
    assert shown(escape(text)).strip() == " ".join(text.split())


@given(MARKS.filter(str.strip))
@settings(max_examples=400)
def test_escaped_text_is_one_paragraph_without_markup(text):
    tokens = GITHUB.parse(escape(text.strip()))

    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {child.type for child in tokens[1].children} <= {"text", "text_special", "link_open", "link_close"}


@given(MARKS.filter(str.strip))
@settings(max_examples=200)
def test_code_reads_as_it_was_in_a_table_cell(text):
    assert shown(code(text)).strip() == " ".join(text.split())


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (r"published\_25290", "published_25290"),
        ("0.05 and 0.1", "0.05 and 0.1"),
        (r"1\. first", "1. first"),
        (r"\- item", "- item"),
        (r"\===", "==="),
        ("two lines", "two\nlines"),
        (" of 8", " of 8"),
        (r"see <https://example.org/a_b?c=1&d>\.".replace(r"\.", "."), "see https://example.org/a_b?c=1&d."),
        (r"\<script\>", "<script>"),
        ("a b", "a\x00b"),
    ],
)
def test_escape(expected, text):
    assert escape(text) == expected


def test_a_fence_is_longer_than_any_inside():
    assert block("```\nx\n```", "sh") == "````sh\n```\nx\n```\n````"
    assert code("a `b`") == "`` a `b` ``"


def test_an_inline_formula_is_kept_from_markdown():
    assert inline_math("w_{1}") == "$`w_{1}`$"
