"""The shell of a page: its title is text, one script may run, nothing is loaded."""

import base64
import hashlib
import re

import pytest
from lxml import html

from groundfloor.pages.page import page


def policy(source: str) -> str:
    return html.document_fromstring(source).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]


def test_only_the_one_script_of_the_page_may_run_and_nothing_is_loaded():
    source = page("A", "<main>x</main>", script="let a = '1 < 2 && 3';\n")

    script = re.search("<script>(.*?)</script>", source, re.DOTALL)[1]
    assert "1 < 2 && 3" in script
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy(source) == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )


@pytest.mark.parametrize(("pictures", "expected"), [(False, False), (True, True)])
def test_pictures_are_data_and_only_where_there_are_any(pictures, expected):
    assert ("img-src data:" in policy(page("A", "", pictures=pictures))) is expected
    assert "http" not in policy(page("A", "", pictures=pictures))


def test_a_title_is_text():
    source = page("</title><script>hack()</script>", "<main></main>")

    found = html.document_fromstring(source)
    assert found.xpath("//title")[0].text == "</title><script>hack()</script>"
    assert len(found.xpath("//script")) == 1


def test_a_first_line_stands_below_the_doctype_and_the_same_page_is_the_same_bytes():
    source = page("A", "<main></main>", style="b { color: var(--text); }", first_line="<!-- ours -->")

    assert source.startswith('<!doctype html>\n<!-- ours -->\n<html lang="en">\n')
    assert source == page("A", "<main></main>", style="b { color: var(--text); }", first_line="<!-- ours -->")
