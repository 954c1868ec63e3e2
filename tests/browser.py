"""A real browser, driven by Playwright: documents are opened in it, and what their consoles say is kept."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Open = Callable[..., Any]  # a page of Playwright
PATIENCE = 30  # seconds
ROOT = Path(__file__).parent.parent


def until(page: Any, condition: str) -> None:
    """Waits; Playwright's own waiting is refused by the page, which evaluates no text."""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"not within {PATIENCE} s: {condition}"
        page.wait_for_timeout(30)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium under Playwright: once in a process, which can drive no second one."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("Chromium is missing: install it (Debian: chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is missing: pip install playwright")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def open_document(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Opens a document; at the end no console has said a word, no network was asked."""
    said: list[str] = []
    contexts: list[Any] = []

    def open_one(document: str, width: int = 1400, height: int = 900, **options: Any) -> Any:
        file: Path = tmp_path_factory.mktemp("page") / "page.html"
        file.write_text(document, encoding="utf-8")
        contexts.append(chromium.new_context(viewport={"width": width, "height": height}, **options))
        tab = contexts[-1].new_page()
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on(
            "request",
            lambda request: None if request.url.startswith(("file:", "data:", "blob:")) else said.append(request.url),
        )
        tab.goto(file.as_uri())
        return tab

    yield open_one
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture(scope="session")
def axe() -> str:
    """npm's axe-core, which looks at a page as somebody would who cannot see it."""
    modules = Path(os.environ.get("NODE_PATH") or ROOT / "tests" / "javascript" / "node_modules")
    file = modules / "axe-core" / "axe.min.js"
    if not file.is_file():
        pytest.skip("npm's axe-core is missing: npm install --prefix tests/javascript")
    return file.read_text(encoding="utf-8")
