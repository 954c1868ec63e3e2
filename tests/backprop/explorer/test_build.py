"""Building the page: modules as one script, the command, what is refused."""

import re
import sys
from pathlib import Path

import pytest

import backprop
from backprop.__main__ import main
from backprop.derivation.derive import derive
from backprop.errors import BackpropError
from backprop.explorer.bundle import bundle
from backprop.explorer.page import explorer_page, page_files
from backprop.explorer.source import predict_javascript
from backprop.network.generate import Changes, change_network, make_fields
from backprop.network.load import load_network
from tests.conftest import ROOT

LARGEST = 400_000  # bytes: a few hundred kilobytes, as readable as it was written


def test_modules_are_called_once_in_the_order_of_their_imports() -> None:
    modules = {
        "main.js": 'import {double} from "./a/b.js";\nimport {\n  two,\n} from "./two.js";\ndouble(two);\n',
        "a/b.js": 'import {two} from "../two.js";\nexport function double(x) {\n  return two * x;\n}\n',
        "two.js": "export const two = 2;\n",
        "unused.js": "throw new Error();\n",
    }
    script = bundle(modules, "main.js")
    assert re.findall(r"^const (\$\w+) = ", script, re.MULTILINE) == ["$two", "$a_b", "$main"]
    assert "const {two} = $two;" in script
    assert "import" not in script
    assert "Error" not in script


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ('import {a} from "./none.js";\n', r"main.js: imports ./none.js, which is not there"),
        ('import {a} from "./other.js";\n', r"main.js: imports a from ./other.js, which does not export it"),
        ('import * as all from "./other.js";\n', r"main.js: 'import \* as all .*' is no import or export that can be"),
        ("export default 3;\n", r"main.js: 'export default 3;' is no import or export"),
        ('import {b} from "./self.js";\n', r"main.js: imports itself, through main.js, self.js"),
    ],
)
def test_what_cannot_be_inlined_is_refused(source: str, told: str) -> None:
    circle = 'import {c} from "./main.js";\nexport const b = 1;\n'
    if "self" in source:
        source += "export const c = 1;\n"
    with pytest.raises(BackpropError, match=told):
        bundle({"main.js": source, "other.js": "export const b = 1;\n", "self.js": circle}, "main.js")


def test_the_page_loads_nothing_and_runs_its_own_script_alone() -> None:
    page = explorer_page(derive(load_network("xor")))
    assert len(page.encode()) < LARGEST
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe-eval" not in policy[1]
    assert re.search(r"script-src[^;]*unsafe-inline", policy[1]) is None
    assert re.findall(r'(?:src|href)="(?!#)', page) == []


def test_the_same_network_gives_the_same_page() -> None:
    first, second = (explorer_page(derive(load_network("eight-weight"))) for _ in range(2))
    assert first == second


def test_a_title_is_text() -> None:
    fields = load_network("xor").model_dump() | {"title": "</script><img src=x onerror=alert(1)>"}
    page = explorer_page(derive(change_network(fields, Changes(), "xor")))
    assert "<img src=x" not in page


def test_a_network_of_too_many_numbers_is_refused() -> None:
    network = change_network(make_fields((40, 60, 10), 0), Changes(), "huge")
    with pytest.raises(
        BackpropError, match=r"network 'network-40-60-10': a step computes [\d,]+ numbers; a page can take 6,000"
    ):
        explorer_page(derive(network))


def test_the_command_writes_the_page_and_replaces_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "xor.html"
    monkeypatch.chdir(tmp_path)
    for options, code in (([], 0), ([], 2), (["--force"], 0)):
        monkeypatch.setattr(sys, "argv", ["backprop", "explore", "xor", *options])
        with pytest.raises(SystemExit) as exited:
            main()
        assert (exited.value.code or 0) == code
    told = capsys.readouterr()
    assert re.fullmatch(r"(xor.html: \d+ kB\n){2}", told.out)
    assert "xor.html exists; --force overwrites it" in told.err
    assert file.read_text(encoding="utf-8") == explorer_page(derive(load_network("xor")))


def test_the_copy_in_docs_runs_the_equations_of_today() -> None:
    copy = (ROOT / "docs" / "explorer.html").read_text(encoding="utf-8")
    assert predict_javascript(backprop.derive("eight-weight")).removeprefix("export ") in copy


@pytest.mark.parametrize("path", sorted(page_files("js")))
def test_every_module_says_what_it_owns_and_is_short(path: str) -> None:
    lines = page_files("js")[path].splitlines()
    assert lines[0].startswith("// ")
    assert len(lines) <= 350
