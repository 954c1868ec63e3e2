"""report.pdf: printed by a real browser, its folded parts open, and known as ours when it is renewed."""

import re
import shutil

import pytest

from reports.build import Request, build
from reports.errors import OutputError
from reports.page import page
from reports.pdf import BROWSERS, find_browser, print_page

needs_browser = pytest.mark.skipif(
    not any(map(shutil.which, BROWSERS)), reason="Chromium is missing: install it (Debian: chromium)"
)


@needs_browser
def test_a_pdf_is_written_and_renewed_but_nobody_elses_is(tmp_path, without_pictures):
    request = Request(learning_rates=[1.0], epochs=2)

    report = build(request, tmp_path, formats=["pdf"])

    content = (tmp_path / "report.pdf").read_bytes()
    assert list(report.files) == ["report.pdf"]
    assert content.startswith(b"%PDF-")
    assert b"/Title (Backpropagation by hand)" in content
    build(request, tmp_path, formats=["pdf"])
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4 mine")
    with pytest.raises(OutputError, match=r"report\.pdf: exists and is not from reports build"):
        build(request, tmp_path, formats=["pdf"])


@needs_browser
def test_folded_parts_are_printed():
    rows = "\n\n".join(["text"] * 400)
    folded = page(f"<details>\n<summary>more</summary>\n\n{rows}\n\n</details>", {})

    content = print_page(folded, find_browser())

    assert len(re.findall(rb"/Type /Page\b", content)) > 5
