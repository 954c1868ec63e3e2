"""report.html: one file that needs no other, measured in a browser; nobody's text becomes markup."""

import html as escaping
import json
import re
import shutil
import subprocess
from base64 import b64decode

import numpy as np
import pytest
from lxml import html
from PIL import Image

from reports.output.dialect import github
from reports.output.mark import MARK
from reports.output.page import page
from reports.output.pdf import BROWSERS
from reports.pictures import plots
from reports.pictures.svg import svg
from reports.report import make
from reports.request import Request

NASTY = "<script>alert(1)</script> & <img src=x onerror=alert(2)> </details>"
HACK = "<script>function hack() { document.documentElement.dataset.hacked = 1; }</script>"
HOSTILE = (
    "<script>hack()</script>",
    "<img src=x onerror=hack()>",
    "<svg onload=hack()></svg>",
    "[x](javascript:hack())",
    "![x](javascript:hack())",
    "<javascript:hack()>",
    '<a href="javascript:hack()">x</a>',
    '<a id="x" onclick="hack()">',
    "`</code><script>hack()</script>`",
    "$`</math><script>hack()</script>`$",
    "--><script>hack()</script><!--",
    "</title></style></script><script>hack()</script>",
    '<iframe src="data:text/html,<script>parent.hack()</script>">',
    "|a|\n|-|\n|<script>hack()</script>|",
)
MEASURE = """
onload = () => {
  const measure = (frame) => {
    const page = frame.contentDocument, view = frame.contentWindow, every = (what) => [...page.querySelectorAll(what)];
    for (const each of every("details")) each.open = true;
    return {
      overflow: page.documentElement.scrollWidth - frame.clientWidth,
      missing: every("img").filter((image) => !image.naturalWidth).map((image) => image.alt),
      images: every("img").length,
      formulas: every("math").length,
      errors: every("merror, .formula > code").length,
      flat: every("math").filter((each) => each.getBoundingClientRect().height < 8).length,
      smallest: Math.min(...every("p, li, td, th").map((each) => parseFloat(view.getComputedStyle(each).fontSize))),
    };
  };
  const all = [...document.querySelectorAll("iframe")].map(measure);
  document.body.dataset.log = JSON.stringify(all);
};
"""


@pytest.fixture
def photograph(tmp_path):
    """The pixels (height, width, 3) that a browser shows of a page, with one setting of its engine."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("Chromium is missing: install it (Debian: chromium)")

    def shoot(source: str, setting: str):
        file, picture = tmp_path / "page.html", tmp_path / "page.png"
        file.write_text(source, encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--window-size=600,600"]
        places = [f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={picture}", file.as_uri()]
        command = [browser, *options, f"--blink-settings={setting}", *places]
        subprocess.run(command, check=True, stderr=subprocess.PIPE, timeout=120)
        return np.asarray(Image.open(picture).convert("RGB"))

    return shoot


@pytest.fixture(scope="module")
def report(tmp_path_factory, write_run):
    """Part 1 and three runs: nasty names and comments, rendered digits, interrupted."""
    folder = tmp_path_factory.mktemp("runs")
    first = write_run(folder / "<script>alert(1)<", choices=(NASTY,), source=f"{NASTY} $`x`$ $`\\text{{{NASTY}}}`$")
    other = write_run(folder / "rendered", "published-18138", correct=(9650, 9710), data="rendered-digits")
    third = write_run(folder / "stopped", "published-25290", correct=(9316, 9609, 9693), planned=20)
    return make(Request(runs=[first, other, third], learning_rates=[0.5, 1.0], epochs=20))


@pytest.fixture(scope="module")
def text(report):
    return page(report.text, report.files)


@pytest.fixture(scope="module")
def measured(text, browse_and_listen):
    """The page in frames of 400 and 1,400 pixels: measurements by width, and the console of the browser."""
    frames = "".join(
        f'<iframe width="{width}" height="900" style="border: 0" srcdoc="{escaping.escape(text)}"></iframe>'
        for width in (400, 1400)
    )
    dom, console = browse_and_listen(f"<!doctype html><body>{frames}<script>{MEASURE}</script></body>")
    return json.loads(html.document_fromstring(dom).body.get("data-log")), console


def test_the_console_is_silent(measured):
    assert measured[1] == []


@pytest.mark.parametrize("at", [0, 1], ids=["400 pixels", "1,400 pixels"])
def test_the_page_is_readable_at_both_widths(measured, report, at):
    seen = measured[0][at]

    assert seen["overflow"] <= 0
    assert seen["smallest"] >= 12
    assert seen["missing"] == []
    assert seen["images"] == len(report.pictures)
    assert (seen["errors"], seen["flat"]) == (0, 0)


def test_every_formula_of_the_markdown_is_mathml(text, report, parse):
    tokens = parse(report.text)
    blocks = [token for token in tokens if token.type == "fence" and token.info == "math"]
    inline = re.findall(r"\$`[^`]+`\$", "\n".join(token.content for token in tokens if token.type == "inline"))

    found = html.document_fromstring(text)
    assert len(blocks) > 5
    assert len(found.xpath("//div[@class='formula']/math")) == len(blocks)
    assert len(found.xpath("//math")) == len(blocks) + len(inline)


def test_pictures_are_inside(text, report):
    shown = [b64decode(source.partition("base64,")[2]) for source in html.document_fromstring(text).xpath("//img/@src")]

    assert sorted(shown) == sorted(content for name, content in report.pictures.items())
    assert not re.search(r"""(src|href)=["'](?!data:|#|https?://|eight-weight\.xlsx)""", text)


def test_names_and_comments_are_never_markup(text):
    found = html.document_fromstring(text)

    assert len(found.xpath("//script")) == 1
    assert not found.xpath("//*[@onerror]")
    assert found.xpath("//h3[.='<script>alert(1)<']")
    assert NASTY in found.xpath("//li[contains(., 'onerror')]")[0].text_content()


def test_no_text_of_a_run_is_ever_run(tmp_path, write_run, browse_and_listen, without_pictures):
    """Even where the page's security policy is taken away, which alone would stop it."""
    run = write_run(tmp_path / "a'b [x](javascript:hack()) <img src=x onerror=hack()>", choices=HOSTILE)
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    everything = " ".join(HOSTILE)
    record["source"] = record["published"]["statement"] = record["environment"]["hardware"] = everything
    record["environment"]["versions"] = {everything: everything}
    record["summary"]["rows"][0]["comment"] = everything
    (run / "run.json").write_text(json.dumps(record), encoding="utf-8")

    made = make(Request(runs=[run], learning_rates=[1.0], epochs=2))
    source = re.sub(r"<meta http-equiv[^>]*>", HACK, page(made.text, {}))
    found = html.document_fromstring(browse_and_listen(source)[0])

    assert found.get("data-hacked") is None
    assert len(found.xpath("//script")) == 2
    assert not found.xpath("//@onerror | //@onload | //@onclick | //svg | //iframe")
    assert all(re.match(r"#|https?://|assets/|eight-weight\.xlsx$", link) for link in found.xpath("//@href | //@src"))


@pytest.mark.parametrize(("scheme", "is_dark"), [(0, True), (1, False)], ids=["dark", "light"])
def test_the_page_and_its_plots_follow_the_reader(tmp_path, photograph, scheme, is_dark):
    plot = svg(plots.loss_of_run([0.3, 0.2], [0.25, 0.21], ""))
    shown = photograph(page("# A\n\n![a plot](a.svg)\n", {"a.svg": plot}), f"preferredColorScheme={scheme}")

    for ground in (shown[2, 2], shown[150, 60], shown[-2, -2]):  # of the page, of the plot
        assert ground.tolist() == [18 if is_dark else 255] * 3
    ink = shown[100:].reshape(-1, 3).astype(int).sum(axis=1)
    assert ink.max() > 600 if is_dark else ink.min() < 165


@pytest.mark.parametrize(("scheme", "is_dark"), [(0, True), (1, False)], ids=["dark system", "light system"])
def test_a_plot_in_markdown_is_dark_where_the_page_around_is_and_light_on_a_light_page(
    tmp_path, photograph, scheme, is_dark
):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "a.svg").write_bytes(svg(plots.loss_of_run([0.3, 0.2], [0.25, 0.21], "")))
    follows = github("![a plot](assets/a.svg)")
    stays = '<img src="assets/a.svg">'
    body = f'<body style="margin:0; background:white">{follows}<br>{stays}'

    shown = photograph(body, f"preferredColorScheme={scheme}")

    assert shown[20, 400].tolist() == [18 if is_dark else 255] * 3
    assert shown[390, 400].tolist() == [255] * 3


@pytest.mark.parametrize(("text", "marks"), [("✓ yes", ["yes"]), ("✗ no", ["no"]), ("maybe", [])])
def test_ticks_and_crosses_are_drawn(text, marks):
    found = html.document_fromstring(page(f"| a |\n| --- |\n| {text} |\n", {}))

    assert [mark.get("class") for mark in found.xpath("//td/span")] == [f"verdict {mark}" for mark in marks]
    assert found.xpath("//td")[0].text_content() == text


def test_the_same_report_is_the_same_page(text, report):
    assert page(report.text, report.files) == text
    assert MARK in text[:100]


def test_every_link_within_the_page_leads_somewhere(text):
    found = html.document_fromstring(text)

    targets = {link[1:] for link in found.xpath("//a/@href") if link.startswith("#")}
    assert {"part-1", "part-2"} < targets <= set(found.xpath("//@id"))


@pytest.mark.parametrize(
    ("expected", "markdown"),
    [
        ("<p>a&lt;i onclick=x&gt;b&lt;/i&gt;</p>", "a<i onclick=x>b</i>"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ('<a id="here"></a>', '<a id="here"></a>'),
        ("&lt;a id=&quot;x&quot; onclick=&quot;y&quot;&gt;", '<a id="x" onclick="y"></a>'),
        ("<details>\n<summary>more</summary>", "<details>\n<summary>more</summary>\n\ntext\n\n</details>"),
        ("<p>ab</p>", "a<!-- nothing -->b"),
        ("<p>[x](javascript:alert(1))</p>", "[x](javascript:alert(1))"),
        ('<a href="https://example.org/a.png">a picture</a>', "![a picture](https://example.org/a.png)"),
        ('src="data:image/png;base64,AAE="', "![a picture](assets/a.png)"),
        ('<p class="markdown-alert-title">Warning</p>', "> [!WARNING]\n> Not MNIST."),
        ('<div class="markdown-alert markdown-alert-warning">', "> [!WARNING]\n> Not MNIST."),
        ("<p><code>\\nosuch{x}</code></p>", r"$`\nosuch{x}`$"),
        ("<p>5 $ and 6 $</p>", "5 $ and 6 $"),
        ('<pre><code class="language-sh">mnist nets\n', "```sh\nmnist nets\n```"),
        ("<title>A &amp; B</title>", "# A & B"),
    ],
)
def test_markdown_becomes(expected, markdown):
    assert expected in page(markdown, {"assets/a.png": b"\x00\x01"})


def test_a_click_on_a_heading_sorts_by_number_and_keeps_the_total_last(browse):
    table = (
        "| run | right |\n| --- | ---: |\n| b | 9,942 |\n| a | 1.2 × 10⁻³ |\n| d | not measured |\n| c | −7 |\n"
        "| **total** | 3 |\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n| 1 | 2 |\n\n| x |\n| ---: |\n| 1 |\n| … |\n"
    )
    script = """
      const order = () => [...document.querySelectorAll("table:first-of-type tbody tr")].slice(0, 5)
        .map((row) => row.cells[0].textContent).join(" ");
      const [names, figures, ...more] = document.querySelectorAll("th button");
      figures.focus();  // a button of the browser's own: the keyboard reaches it, Enter and Space click it
      const log = [more.length, document.activeElement === figures && figures.tabIndex === 0];
      for (const heading of [figures, figures, names, names]) { heading.click(); log.push(order()); }
      log.push(names.parentElement.getAttribute("aria-sort"), figures.parentElement.getAttribute("aria-sort"));
      document.body.dataset.log = JSON.stringify(log);
    """
    source = re.sub(r"<meta http-equiv[^>]*>", "", page(table, {}))

    seen = html.document_fromstring(browse(source.replace("</body>", f"<script>{script}</script></body>")))

    assert json.loads(seen.body.get("data-log")) == [
        0, True, "c a b d total", "b a c d total", "a b c d total", "d c b a total", "descending", None,
    ]  # fmt: skip


def test_folded_parts_open_for_the_printer_and_no_other_script_runs(browse_and_listen):
    inside = "<details>\n<summary>more</summary>\n\ntext\n\n</details>"
    other = "<script>dispatchEvent(new Event('beforeprint'))</script></body>"
    allowed = re.sub(r"<meta http-equiv[^>]*>", "", page(inside, {})).replace("</body>", other)

    assert "<details open" in browse_and_listen(allowed)[0]
    dom, console = browse_and_listen(page(inside, {}).replace("</body>", other))
    assert "<details open" not in dom
    assert "Content Security Policy" in console[0]
