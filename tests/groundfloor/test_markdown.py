"""Whatever a run, a sheet or a network is called, it stays text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from groundfloor.pages.markdown import block, code, code_cell, escape, escape_but_links, inline_math
from tests.examples import drawn

GITHUB = MarkdownIt("gfm-like", {"linkify": False})
EMPTY = "<!-- -->"  # parts @ from the name behind it
MARKS = st.text(alphabet="ab1 .-+=*_`~|<>[]()#!$&\\{}:/@\n\t'\"é", max_size=30)


def shown(markdown: str) -> str:
    """What a reader sees of a table's second cell."""
    tokens = GITHUB.parse(f"| a | b |\n| --- | --- |\n| x | {markdown} |\n")
    cells = [token for token in tokens if token.type == "inline"]
    assert len(cells) == 4, "the text broke out of its cell"
    return "".join(child.content for child in cells[3].children or [] if child.content != EMPTY)


@pytest.mark.parametrize("escaped", [escape, escape_but_links])
@given(MARKS)
@drawn(400)
def test_escaped_text_reads_as_it_was_in_a_table_cell(escaped, text):
    assert shown(escaped(text)).strip() == " ".join(text.split())


@pytest.mark.parametrize("escaped", [escape, escape_but_links])
@given(MARKS.filter(str.strip))
@drawn(400)
def test_escaped_text_is_one_paragraph_without_markup(escaped, text):
    links = set() if escaped is escape else {"link_open", "link_close"}
    tokens = GITHUB.parse(f"before\n\n{escaped(text)}")[3:]

    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    inline = [child for child in tokens[1].children if child.content != EMPTY]
    assert {child.type for child in inline} <= {"text", "text_special"} | links


@given(MARKS.filter(str.strip))
@drawn(400)
def test_escaped_text_below_another_line_stays_in_its_paragraph(text):
    tokens = GITHUB.parse(f"before\n{escape(text)}")

    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]


@given(MARKS.filter(str.strip))
@drawn(200)
def test_code_reads_as_it_was_in_a_table_cell(text):
    assert shown(code_cell(text)).strip() == " ".join(text.split())


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("published_25290", "published_25290"),
        ("a_h1·(1 − a_h1)", "a_h1·(1 − a_h1)"),
        (r"E\_ \_x", "E_ _x"),
        (r"http\://x.y www\.z.org", "http://x.y www.z.org"),
        ("a@<!-- -->b @", "a@b @"),
        ("-0.5", "-0.5"),
        ("0.05 and 0.1", "0.05 and 0.1"),
        (r"1\. first", "1. first"),
        (r"\- item", "- item"),
        (r"\===", "==="),
        ("two lines", "two\nlines"),
        (" of 8", " of 8"),
        (r"\-- -", "-- -"),
        (r"\:-:", ":-:"),
        ("&lt;script&gt;", "<script>"),
        ("a b", "a\x00b"),
    ],
)
def test_escape(expected, text):
    assert escape(text) == expected


def test_a_web_address_becomes_a_link_where_links_are_wanted():
    assert escape_but_links("- see https://example.org/a_b?c=1&d.") == r"\- see <https://example.org/a_b?c=1&d>."


def test_a_pipe_in_code_is_escaped_in_a_table_only():
    assert (code("a|b"), code_cell("a|b")) == ("`a|b`", r"`a\|b`")


def test_a_fence_is_longer_than_any_inside():
    assert block("```\nx\n```", "sh") == "````sh\n```\nx\n```\n````"
    assert code("a `b`") == "`` a `b` ``"


def test_an_inline_formula_is_kept_from_markdown():
    assert inline_math("w_{1}") == "$`w_{1}`$"
