"""What every test folder shares: where outside test data lies, a browser, and the flag by which CI forbids skips."""

import gc
import os
import pickle
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

import tests.examples  # noqa: F401  # the Hypothesis profile, before any test module is read
from tests.browser import axe, chromium, open_document  # noqa: F401  # fixtures of every folder
from tests.kept import end_all, processes_kept

ROOT = Path(__file__).parent.parent

gc.set_threshold(100_000, 20, 20)  # to look for cycles among all that is imported was a quarter of the collection


def pytest_collection_finish() -> None:
    """What is there now stays to the end: no search for cycles goes through it again."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="a skipped test fails the run (CI)")
    parser.addoption("--renew-golden", action="store_true", help="write the golden files anew (refused under CI)")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--renew-golden") and os.environ.get("CI"):
        raise pytest.UsageError("--renew-golden is refused under CI: renew golden files by hand and read the diff")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and item.config.getoption("--no-skips"):
        report.outcome = "failed"
    return report


def _folder(variable: str, beside: str) -> Path | None:
    """The folder an environment variable names, else the one that lies beside the checkout, else None."""
    folder = Path(os.environ.get(variable) or ROOT.parent / "shared" / beside)
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def kept_to_the_end() -> Iterator[None]:
    yield
    end_all()


@pytest.fixture(scope="module", autouse=True)
def isolated_processes_are_kept(request: pytest.FixtureRequest, kept_to_the_end: None) -> Iterator[None]:
    """Everywhere but where the processes themselves are tested."""
    if ROOT / "tests" / "groundfloor" in request.path.parents:
        end_all()  # they count the processes that are there
        yield
        return
    with processes_kept():
        yield


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the whole run, of all its processes."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def once(shared_folder: Path) -> Callable[[str, Callable[[], Any]], Any]:
    """What is costly and the same for every test: made by the first process that asks, read from disk by the others."""

    def made(name: str, make: Callable[[], Any]) -> Any:
        file = shared_folder / f"{name}.pickle"
        with FileLock(f"{file}.lock"):
            if not file.exists():
                result = pickle.dumps(make())
                file.write_bytes(result)
            return pickle.loads(file.read_bytes())

    return made


@pytest.fixture(scope="session")
def mnist_dir() -> Path:
    folder = _folder("MNIST_DIR", "mnist")
    if folder is None:
        pytest.skip("the four MNIST files are missing: set MNIST_DIR to their folder")
    return folder


@pytest.fixture(scope="session")
def schemas() -> Path:
    folder = _folder("OOXML_SCHEMAS", "schemas")
    if folder is None:
        pytest.skip("the ISO/IEC 29500-4 schemas are missing: set OOXML_SCHEMAS to their folder")
    return folder


@pytest.fixture(scope="session")
def stranger_workbooks() -> Path:
    folder = _folder("BACKPROP_WORKBOOKS", "workbooks")
    if folder is None:
        pytest.skip("the real workbooks with their answers are missing: set BACKPROP_WORKBOOKS to their folder")
    return folder


@pytest.fixture(scope="session")
def stranger_readmes() -> dict[str, Path]:
    """READMEs by strangers, by the number their names begin with."""
    folder = _folder("REPORTS_EXAMPLES", "examples")
    if folder is None:
        pytest.skip("the READMEs by strangers are missing: set REPORTS_EXAMPLES to their folder")
    return {file.name[:3]: file for file in sorted(folder.glob("*.txt"))}


@pytest.fixture(scope="session")
def browse_and_listen(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[str, list[str]]]:
    """What a page's document is once a browser has run its script, and what its console says."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("Chromium is missing: install it (Debian: chromium)")

    def run(source: str) -> tuple[str, list[str]]:
        folder = tmp_path_factory.mktemp("browser")
        file = folder / "page.html"
        file.write_text(source, encoding="utf-8")
        options = [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", f"--user-data-dir={folder / 'profile'}",
            "--enable-logging=stderr", "--dump-dom",
        ]  # fmt: skip
        done = subprocess.run([browser, *options, file.as_uri()], capture_output=True, check=True, timeout=120)
        return done.stdout.decode(), re.findall(r":CONSOLE[^\]]*\] (.*)", done.stderr.decode(errors="replace"))

    return run


@pytest.fixture(scope="session")
def browse(browse_and_listen: Callable[[str], tuple[str, list[str]]]) -> Callable[[str], str]:
    """What a page's document is once a browser has run its script."""
    return lambda source: browse_and_listen(source)[0]


@pytest.fixture
def golden(request: pytest.FixtureRequest):
    """Compare text with tests/.../golden/NAME; --renew-golden writes it instead."""

    def check(name: str, text: str) -> None:
        file = Path(request.path).parent / "golden" / name
        if request.config.getoption("--renew-golden"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.read_text(encoding="utf-8") == text

    return check
