"""A report as PDF: its page, printed by a Chromium or Chrome that is installed, else by LibreOffice Writer."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from groundfloor.disk.scratch import temporary_folder
from reports.errors import OutputError
from reports.output.page import page
from reports.output.typeset import typeset

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OFFICES = ("soffice", "libreoffice")
PATIENCE = 180  # seconds
WIDEST = 600  # pixels of a picture on A4
SIZE = re.compile(r'width="(\d+)" height="(\d+)"')


def find_printer() -> str:
    """The path of a browser, else of LibreOffice; OutputError names what to install."""
    program = next(filter(None, map(shutil.which, BROWSERS + OFFICES)), None)
    if program is None:
        raise OutputError(
            f"a PDF is printed by Chromium or by LibreOffice Writer, and neither is installed "
            f"({', '.join(BROWSERS + OFFICES)}): install one (Debian: apt-get install chromium, or libreoffice-writer) "
            "or take --format html and print that"
        )
    return program


def print_report(markdown: str, pictures: Mapping[str, bytes], printer: str) -> bytes:
    """The report on A4, its folded parts open; OutputError where the printer fails."""
    office = Path(printer).name in OFFICES
    html = _for_office(page(markdown, pictures, typeset)) if office else page(markdown, pictures)
    with temporary_folder("report") as folder:
        source, target = folder / "report.html", folder / "report.pdf"
        source.write_text(html, encoding="utf-8")
        command = _office(source) if office else _browser(source, target)
        try:
            done = subprocess.run([printer, *command], capture_output=True, check=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise OutputError(f"{printer}: no PDF after {PATIENCE} seconds") from error
        except (OSError, subprocess.CalledProcessError) as error:
            raise OutputError(f"{printer}: no PDF ({_last_line(getattr(error, 'stderr', None)) or error})") from error
        if not target.is_file():  # LibreOffice ends with 0 whatever happens
            needed = "; it needs LibreOffice Writer (Debian: apt-get install libreoffice-writer)" if office else ""
            raise OutputError(f"{printer}: no PDF ({_last_line(done.stderr) or 'nothing said'}){needed}")
        return target.read_bytes()


def _browser(source: Path, target: Path) -> list[str]:
    options = [
        "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
        "--disable-component-update", f"--user-data-dir={source.parent / 'profile'}", "--no-pdf-header-footer",
        f"--print-to-pdf={target}",
    ]  # fmt: skip
    if os.geteuid() == 0:
        options.append("--no-sandbox")  # Chromium's own sandbox refuses root; the page is ours and loads nothing
    return [*options, source.as_uri()]


def _office(source: Path) -> list[str]:
    return [
        "--headless", f"-env:UserInstallation={(source.parent / 'profile').as_uri()}", "--infilter=HTML (StarWriter)",
        "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(source.parent), str(source),
    ]  # fmt: skip


def _for_office(html: str) -> str:
    """The page with what Writer does not do by itself: small tables, pictures that fit."""
    return SIZE.sub(_fitted, html).replace("<style>", "<style>\ntd, th { font-size: 8pt; }", 1)


def _fitted(size: re.Match[str]) -> str:
    width, height = map(int, size.groups())
    return f'width="{min(width, WIDEST)}" height="{height * min(width, WIDEST) // max(width, 1)}"'


def _last_line(output: bytes | None) -> str:
    lines = (output or b"").decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
