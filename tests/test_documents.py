"""What the documents show is true: commands and outputs, Python, pictures, links; each subcommand has its line."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import backprop.__main__
import backprop.commands.app
import mnist.__main__
import mnist.commands.app
import reports.__main__
import reports.commands.app
from tests.conftest import ROOT

README = ROOT / "README.md"
DOCUMENTS = [README, *sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md", ROOT / "templates" / "README.md"]
TEXTS = {document: document.read_text(encoding="utf-8") for document in DOCUMENTS}
BLOCKS = [block for text in TEXTS.values() for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL)]
_specification = importlib.util.spec_from_file_location("draw", ROOT / "docs" / "draw.py")
assert _specification is not None
assert _specification.loader is not None
draw = importlib.util.module_from_spec(_specification)
_specification.loader.exec_module(draw)

APPS = {"backprop": backprop.commands.app.app, "mnist": mnist.commands.app.app, "reports": reports.commands.app.app}
MAINS = {"backprop": backprop.__main__.main, "mnist": mnist.__main__.main, "reports": reports.__main__.main}


def examples() -> list[tuple[str, str]]:
    """(command, expected output) of every `$` line, each once."""
    parts = [part for block in BLOCKS for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return list(dict.fromkeys((part.partition("\n")[0], part.partition("\n")[2]) for part in parts))


@pytest.mark.parametrize(("command", "expected"), examples(), ids=lambda text: text[:40])
def test_an_output_is_what_the_command_prints(command: str, expected: str, tmp_path: Path) -> None:
    for folder in ("docs", "runs"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / "out").mkdir()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"} | {"PATH": path}
    result = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, cwd=tmp_path, env=environment
    )
    assert result.stderr == ""
    assert [line.rstrip() for line in result.stdout.strip().splitlines()] == expected.strip().splitlines()


def test_there_are_examples() -> None:
    assert len(examples()) >= 15


def test_the_readme_is_short() -> None:
    assert len(TEXTS[README]) < 8_000


SUBCOMMANDS = [
    (program, command.name or command.callback.__name__)
    for program, app in APPS.items()
    for command in app.registered_commands
]


@pytest.mark.parametrize(("program", "command"), SUBCOMMANDS)
def test_every_subcommand_has_help_with_an_example_and_stands_in_a_document(
    program: str, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert any(f"{program} {command}" in text for text in TEXTS.values())
    monkeypatch.setattr(sys, "argv", [program, command, "--help"])
    with pytest.raises(SystemExit) as exited:
        MAINS[program]()
    assert not exited.value.code
    assert "Example" in capsys.readouterr().out


def test_the_python_of_the_documents_runs(tmp_path: Path) -> None:
    code = "\n".join(re.findall(r"```python\n(.*?)```", TEXTS[ROOT / "docs" / "python.md"], re.DOTALL))
    assert code.count("import ") >= 1
    for folder in ("docs", "runs"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", draw.DRAWINGS)
def test_no_picture_is_stale(name: str) -> None:
    assert not draw.is_stale(name), (
        f"docs/pictures/{name}.png shows something else than what is there now: make pictures"
    )


def test_every_picture_is_drawn_and_shown() -> None:
    assert {file.stem for file in draw.PICTURES.iterdir()} == set(draw.DRAWINGS)
    for name in draw.DRAWINGS:
        assert any(f"pictures/{name}.png" in text for text in TEXTS.values())


@pytest.mark.parametrize(
    "document", [*DOCUMENTS, ROOT / "CHANGELOG.md", ROOT / "docs" / "report" / "README.md"], ids=str
)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)[^)]*\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target
