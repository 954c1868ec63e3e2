"""report.pdf: printed by a real browser or a real LibreOffice, its folded parts open, known as ours when renewed."""

import re
import shutil
import subprocess

import pytest

from reports.errors import OutputError
from reports.output.pdf import BROWSERS, OFFICES, find_printer, print_report
from reports.report import write_report
from reports.request import Request

needs_browser = pytest.mark.skipif(
    not any(map(shutil.which, BROWSERS)), reason="Chromium is missing: install it (Debian: chromium)"
)
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="720pt" height="72pt"><rect width="99" height="9"/></svg>'


@pytest.fixture
def office(tmp_path):
    """LibreOffice, where it has the part that reads pages."""
    found = next(filter(None, map(shutil.which, OFFICES)), None)
    if found is None:
        pytest.skip("LibreOffice is missing: install it (Debian: libreoffice-writer)")
    page = tmp_path / "try.html"
    page.write_text("<p>a</p>", encoding="utf-8")
    command = [found, "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", "odt"]
    subprocess.run(
        [*command, "--infilter=HTML (StarWriter)", "--outdir", tmp_path, page], check=False, stderr=subprocess.PIPE
    )
    if not (tmp_path / "try.odt").exists():
        pytest.skip("LibreOffice Writer is missing: install it (Debian: libreoffice-writer)")
    return found


@needs_browser
def test_a_pdf_is_written_and_renewed_but_nobody_elses_is(tmp_path, without_pictures):
    request = Request(learning_rates=[1.0], epochs=2)

    report = write_report(request, tmp_path, formats=["pdf"])

    content = (tmp_path / "report.pdf").read_bytes()
    assert list(report.files) == ["eight-weight.xlsx", "report.pdf"]
    assert content.startswith(b"%PDF-")
    assert b"/Title (Backpropagation by hand)" in content
    write_report(request, tmp_path, formats=["pdf"])
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4 mine")
    with pytest.raises(OutputError, match=r"report\.pdf: exists and is not from reports build"):
        write_report(request, tmp_path, formats=["pdf"])


@needs_browser
@pytest.mark.parametrize(("heading", "is_printed"), [("", False), ("### A configuration\n\n", True)])
def test_what_is_folded_is_left_out_by_a_browser_but_for_what_has_headings(heading, is_printed):
    pages = re.findall(rb"/Type /Page\b", print_report(folded(heading), {}, find_printer()))

    assert (len(pages) > 5) == is_printed


def test_folded_parts_are_printed_by_libreoffice(office):
    content = print_report(folded(), {}, office)

    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type/Page\b", content)) > 5


def test_libreoffice_gets_formulas_as_pictures_and_pictures_as_wide_as_the_paper(tmp_path, monkeypatch):
    fake = tmp_path / "soffice"
    fake.write_text('#!/bin/sh\nfor last; do :; done\ncp "$last" "${last%.html}.pdf"\n', encoding="utf-8")
    fake.chmod(0o755)
    text = (
        "![a picture](a.svg) $`\\delta_{1}`$\n\n```math\n\\begin{aligned}\na & = \\frac{1}{2} \\\\[4pt]\nb & = 2\n```\n"
    )

    html = print_report(text, {"a.svg": PICTURE}, str(fake)).decode()

    assert 'width="600" height="60"' in html
    assert html.count('src="data:image/png') == 3
    assert 'alt="a  = \\frac{1}{2}"' in html
    assert "<math" not in html
    assert "td, th { font-size: 8pt; }" in html


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"chromium", "soffice"}, "/usr/bin/chromium"),
        ({"google-chrome", "libreoffice"}, "/usr/bin/google-chrome"),
        ({"libreoffice"}, "/usr/bin/libreoffice"),
    ],
)
def test_a_browser_comes_before_libreoffice(monkeypatch, found, expected):
    monkeypatch.setattr("reports.output.pdf.shutil.which", lambda name: f"/usr/bin/{name}" if name in found else None)

    assert find_printer() == expected


def test_without_both_they_are_named(monkeypatch):
    monkeypatch.setattr("reports.output.pdf.shutil.which", lambda _: None)

    with pytest.raises(OutputError, match=r"printed by Chromium or by LibreOffice Writer.*chromium, or libreoffice-wr"):
        find_printer()


def test_a_libreoffice_that_prints_nothing_is_told(tmp_path):
    fake = tmp_path / "soffice"
    fake.write_text("#!/bin/sh\necho 'Error: source file could not be loaded' >&2\n", encoding="utf-8")
    fake.chmod(0o755)

    with pytest.raises(
        OutputError, match=r"no PDF \(Error: source file could not be loaded\); it needs LibreOffice Wr"
    ):
        print_report("text", {}, str(fake))


def folded(heading: str = "") -> str:
    rows = "\n\n".join(["text"] * 400)
    return f"<details>\n<summary>more</summary>\n\n{heading}{rows}\n\n</details>"
