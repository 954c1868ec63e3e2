"""Reports as markdown, read back with a parser of GitHub's flavour."""

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from backprop.check.findings import FileReport, Finding, Kind, Note, TableReport
from backprop.check.report.markdown import to_markdown
from groundfloor.pages.markdown import escape

TABLE = TableReport("Sheet 1", 32, 33, 100, "rows", {"w1": "E"}, 1.0, "G31", 2_040)
SLIP = Finding(
    "Sheet 1", "Z33", "Z33:Z100", "dE_dw3", Kind.WRONG_REFERENCE, "error", "=J33*(1-J33)*C33", "=L33*(1-L33)*C33",
    "multiplies by a_h1·(1 − a_h1) (column J)", "off by 6.1e-08",
)  # fmt: skip
NOTE = Note("Sheet 1", "B32", "header", "says i2")
MISTAKES = FileReport("in/a.xlsx", "00ff", "mistakes", "eight-weight", "", (TABLE,), (SLIP,), (NOTE,))
BROKEN = FileReport("in/c.xls", None, "unreadable", None, "an old Excel file (.xls)")
EVIL = "|`a``<script>alert(1)</script>[x](http://y) *b* _c_ ![i](j) &amp; $k$ ~~l~~ www.m.org @n\n# o \\| |"
EVIL_SHOWN = EVIL.replace("\n", "\\n")


def tokens(text: str) -> list[Token]:
    """GitHub's markdown, web addresses aside; inline tokens in the place of the blocks that hold them."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return [inner for token in parser.parse(text) for inner in (token.children or [token])]


def test_the_whole_text() -> None:
    assert to_markdown([MISTAKES, BROKEN]) == (
        "# Workbook check\n"
        "\n"
        "2 files: 1 mistakes, 1 unreadable, in `in`. 1 finding: 1 wrong reference.\n"
        "\n"
        "| file | verdict | errors | latent | cells checked |\n"
        "| :--- | :--- | ---: | ---: | ---: |\n"
        "| `a.xlsx` | ✗ mistakes | 1 | – | 2,040 |\n"
        "| `c.xls` | \\! unreadable | – | – | – |\n"
        "\n"
        "## `a.xlsx`: mistakes\n"
        "\n"
        "- SHA-256 `00ff`\n"
        "- Sheet 1: 68 epochs, rows 33 to 100, η = 1 (G31), 2,040 cells checked\n"
        "\n"
        "1. **error** · `Sheet 1` `Z33:Z100` · ∂E/∂w3 · wrong reference\n"
        "\n"
        "   multiplies by a_h1·(1 − a_h1) (column J)\n"
        "\n"
        "   - is `=J33*(1-J33)*C33`\n"
        "   - should be `=L33*(1-L33)*C33`\n"
        "   - effect: off by 6.1e-08\n"
        "\n"
        "Notes:\n"
        "\n"
        "- Sheet 1 B32: says i2\n"
        "\n"
        "## `c.xls`: unreadable\n"
        "\n"
        "- an old Excel file (.xls)\n"
    )


def test_ten_findings_stay_one_list() -> None:
    kinds = [token.type for token in tokens(to_markdown([replace(MISTAKES, findings=(SLIP,) * 12)]))]
    assert kinds.count("ordered_list_open") == 1
    assert kinds.count("list_item_open") == 12 + 12 * 3 + 2 + 1


def test_no_text_of_a_file_becomes_markup() -> None:
    finding = Finding(EVIL, EVIL, EVIL, EVIL, Kind.SIGN, "latent", EVIL, EVIL, EVIL, EVIL)
    table = replace(TABLE, sheet=EVIL, learning_rate_cell=EVIL)
    notes = (Note(EVIL, EVIL, EVIL, EVIL),)
    report = FileReport(EVIL.replace("/", ""), EVIL, "mistakes", EVIL, EVIL, (table,), (finding,), notes)
    text = to_markdown([report, report])
    found = tokens(text)
    allowed = {"text", "code_inline", "inline", "html_inline", "softbreak", "strong_open", "strong_close"}
    assert {token.type for token in found if not token.block} <= allowed
    assert {token.content for token in found if token.type == "html_inline"} == {"<!-- -->"}  # parts @ from its name
    assert not any(token.type in ("html_block", "fence", "code_block", "hr") for token in found)
    assert [token.type for token in found].count("td_open") == 2 * 5
    assert [token.type for token in found].count("heading_open") == 1 + 2
    code = [token.content for token in found if token.type == "code_inline"]
    assert code.count(EVIL_SHOWN) == 2 * 5  # digest, sheet, range, formula, should be
    assert code.count(EVIL_SHOWN.replace("/", "")) == 2 * 2  # in the table, in the heading


@pytest.mark.parametrize(
    "text", ["- a", "1. a", "+ a", "= a", "12) a", "* a", "# a", "> a", "--", "===", "    a", "~~~"]
)
def test_a_line_begins_no_block(text: str) -> None:
    found = [token for token in MarkdownIt("gfm-like", {"linkify": False}).parse(f"- {escape(text)}") if token.block]
    assert [token.type for token in found] == [
        "bullet_list_open", "list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close",
        "bullet_list_close",
    ]  # fmt: skip
    inline = found[3].children or []
    assert "".join(token.content for token in inline) == text.strip()


def test_the_same_reports_give_the_same_text() -> None:
    assert to_markdown([MISTAKES, BROKEN]) == to_markdown([MISTAKES, BROKEN])


def test_no_reports() -> None:
    assert to_markdown([]).startswith("# Workbook check\n\n0 files")
