"""The page: one file, every text escaped, and in a browser it sorts, filters and opens."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

from lxml import html

from backprop.check.findings import FileReport, Finding, Kind, Note, TableReport
from backprop.check.report.page import to_html

TABLE = TableReport("Sheet1", 32, 33, 100, "rows", {"w1": "E"}, 1.0, "G31", 2_040)
SLIP = Finding(
    "Sheet1", "Z33", "Z33:Z100", "dE_dw3", Kind.WRONG_REFERENCE, "error", "=J33*(1-J33)*C33", "=L33*(1-L33)*C33",
    "multiplies by a_h1·(1 − a_h1)", "off by 6.1e-08",
)  # fmt: skip
LATENT = replace(SLIP, severity="latent", kind=Kind.SIGN, formula=None, effect=None)
NOTES = (Note("S", "A1", "x", "lies"),)
REPORTS = [
    FileReport("in/b10.xlsx", "00ff", "mistakes", "eight-weight", "", (TABLE,), (SLIP, LATENT, SLIP), NOTES),
    FileReport("in/b9.xlsx", "11ff", "correct", "eight-weight", "", (TABLE, TABLE)),
    FileReport("in/a.xls", None, "unreadable", None, "an old Excel file (.xls)"),
]  # fmt: skip


def parsed(reports: list[FileReport]) -> html.HtmlElement:
    return html.document_fromstring(to_html(reports))


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_one_row_a_file_with_its_verdict_and_numbers() -> None:
    rows = parsed(REPORTS).xpath("//details[contains(@class, 'file')]/summary")
    assert [text(row) for row in rows] == [
        "b10.xlsx ✗ mistakes errors 2 latent 1 cells 2,040",
        "b9.xlsx ✓ correct errors – latent – cells 4,080",
        "a.xls ! unreadable errors – latent – cells –",
    ]


def test_findings_tables_notes_and_messages_are_inside() -> None:
    first, second, third = parsed(REPORTS).xpath("//div[@class='inside']")
    articles = [text(article) for article in first.xpath(".//article")]
    assert articles[0] == (
        "error Sheet1 Z33:Z100 ∂E/∂w3 wrong reference multiplies by a_h1·(1 − a_h1) is =J33*(1-J33)*C33 "
        "should be =L33*(1-L33)*C33 effect off by 6.1e-08"
    )
    assert articles[1].startswith("latent Sheet1 Z33:Z100 ∂E/∂w3 sign")
    assert articles[1].endswith("a_h1) should be =L33*(1-L33)*C33")
    assert first.xpath(".//del/text()") == ["J33", "J33"] * 2
    assert first.xpath(".//ins/text()") == ["L33", "L33"] * 2
    assert text(first).endswith("1 note S A1: lies SHA-256 00ff")
    assert text(second) == (
        "Sheet1: 68 epochs, rows 33 to 100, η = 1 (G31), 2,040 cells checked "
        "Sheet1: 68 epochs, rows 33 to 100, η = 1 (G31), 2,040 cells checked SHA-256 11ff"
    )
    assert text(third) == "an old Excel file (.xls)"


def test_counts_by_verdict_and_kind() -> None:
    page = parsed(REPORTS)
    assert text(page.xpath("//header")[0]) == "Workbook check 3 files: 1 correct, 1 mistakes, 1 unreadable in in."
    assert text(page.xpath("//section[@class='kinds']")[0]) == "3 findings by kind wrong reference 2 sign 1"
    assert [text(button) for button in page.xpath("//button[@data-filter]")] == [
        "all 3", "✓ correct 1", "✗ mistakes 1", "! unreadable 1"
    ]  # fmt: skip


def test_nothing_is_loaded_and_only_the_page_s_own_script_may_run() -> None:
    source = to_html(REPORTS)
    assert not re.search(r"\b(src|href|action)\s*=|@import|url\(|https?:", source)
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', source)[1])  # type: ignore[index]
    scripts = re.findall(r"<script>(.*?)</script>", source, re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")


def test_every_text_of_a_file_is_escaped() -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;{{ 7*7 }}{% x %}"
    finding = Finding(evil, evil, evil, evil, Kind.SIGN, "error", evil, evil, evil, evil)
    table = replace(TABLE, sheet=evil, learning_rate_cell=evil)
    name = evil.replace("/", "")
    report = FileReport(name, evil, "mistakes", evil, evil, (table,), (finding,), (Note(evil, evil, evil, evil),))
    page = parsed([report])
    assert len(page.xpath("//script")) == 1
    assert page.xpath("//img | //*[@onerror]") == []
    assert page.xpath("//details[contains(@class, 'file')]/@data-name") == [name]
    whole = page.xpath("//main")[0].text_content()
    assert whole.count(evil) == 15  # message, network, table 2, finding 7, note 3, digest
    assert whole.count(name) == 1


def test_what_cannot_be_seen_is_written_out() -> None:
    report = replace(REPORTS[2], file="in/a\u202e\n\ud800.xls", message="\x1b[2J")
    source = to_html([report])
    assert "a\\u202e\\n\\ud800.xls" in source
    assert "\\x1b[2J" in source
    source.encode()


def test_without_findings_and_without_files() -> None:
    assert parsed([REPORTS[1]]).xpath("//section") == []
    assert parsed([REPORTS[1]]).xpath("//details[@open]/@data-name") == ["b9.xlsx"]
    assert parsed([]).xpath("//main/*") == []


def test_the_same_reports_give_the_same_page() -> None:
    assert to_html(REPORTS) == to_html(REPORTS)


def test_a_browser_runs_the_script_and_no_other(browse: Callable[[str], str]) -> None:
    source = to_html(REPORTS).replace("</main>", "</main><script>document.body.id = 'other'</script>")
    body = html.document_fromstring(browse(source)).body
    assert body.get("class") == "scripted"
    assert body.get("id") is None


def test_the_page_sorts_filters_searches_and_opens(browse: Callable[[str], str]) -> None:
    script = """
      const names = () => [...list.children].filter((row) => !row.hidden).map((row) => row.dataset.name).join(" ");
      const order = () => [...list.children].map((row) => row.dataset.name).join(" ");
      const press = (selector) => document.querySelector(selector).click();
      const log = [];
      for (const key of ["name", "name", "order", "errors", "cells", "cells"]) {
        press(`[data-sort=${key}]`);
        log.push(order());
      }
      for (const verdict of ["mistakes", "unreadable", ""]) {
        press(`[data-filter="${verdict}"]`);
        log.push(names());
      }
      search.value = " B"; search.dispatchEvent(new Event("input"));
      log.push(names(), shown.textContent);
      unfold.click(); log.push(rows.filter((row) => row.open).length);
      unfold.click(); log.push(rows.filter((row) => row.open).length);
      dispatchEvent(new Event("beforeprint")); log.push(document.querySelectorAll("details:not([open])").length);
      dispatchEvent(new Event("afterprint")); log.push(rows.filter((row) => row.open).length);
      document.body.dataset.log = JSON.stringify(log);
    """
    source = re.sub(r"<meta http-equiv[^>]*>", "", to_html(REPORTS)).replace(
        "</body>", f"<script>{script}</script></body>"
    )
    log = json.loads(html.document_fromstring(browse(source)).body.get("data-log"))
    assert log == [
        "a.xls b9.xlsx b10.xlsx",
        "b10.xlsx b9.xlsx a.xls",
        "a.xls b10.xlsx b9.xlsx",
        "b10.xlsx b9.xlsx a.xls",
        "b9.xlsx b10.xlsx a.xls",
        "a.xls b10.xlsx b9.xlsx",
        "b10.xlsx",
        "a.xls",
        "a.xls b10.xlsx b9.xlsx",
        "b10.xlsx b9.xlsx",
        "2 of 3 files shown",
        2,
        0,
        0,
        0,
    ]  # fmt: skip
