"""A page as PDF, printed by a Chromium or Chrome that is installed."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from reports.errors import OutputError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 180  # seconds


def find_browser() -> str:
    """The browser's path; OutputError names what to install."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise OutputError(
            f"a PDF is printed by a browser, and none is installed ({', '.join(BROWSERS)}): "
            "install Chromium (Debian: apt-get install chromium), or take --format html and print that"
        )
    return found


def print_page(page: str, browser: str) -> bytes:
    """The page on A4, its folded parts open; OutputError where the browser fails."""
    with tempfile.TemporaryDirectory(prefix="reports-", ignore_cleanup_errors=True) as folder:
        source, target = Path(folder, "report.html"), Path(folder, "report.pdf")
        source.write_text(page, encoding="utf-8")
        options = [
            "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
            "--disable-component-update", f"--user-data-dir={folder}/profile", "--no-pdf-header-footer",
            f"--print-to-pdf={target}",
        ]  # fmt: skip
        if os.geteuid() == 0:
            options.append("--no-sandbox")  # Chromium's own sandbox refuses root; the page is ours and loads nothing
        try:
            subprocess.run([browser, *options, source.as_uri()], capture_output=True, check=True, timeout=PATIENCE)
            return target.read_bytes()
        except subprocess.TimeoutExpired as error:
            raise OutputError(f"{browser}: no PDF after {PATIENCE} seconds") from error
        except (OSError, subprocess.CalledProcessError) as error:
            told = (getattr(error, "stderr", b"") or b"").decode(errors="replace").strip().splitlines()
            raise OutputError(f"{browser}: no PDF ({told[-1] if told else error})") from error
