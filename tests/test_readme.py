"""The commands of the README and of two pages of docs/ are run and compared; every subcommand has its line."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import backprop.commands.app
import mnist.commands.app
import reports.commands.app
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = README + "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("networks.md", "own-nets.md"))
BLOCKS = re.findall(r"```console\n(.*?)```", PAGES, re.DOTALL)
APPS = {"backprop": backprop.commands.app.app, "mnist": mnist.commands.app.app, "reports": reports.commands.app.app}


def examples() -> list[tuple[str, str]]:
    """(command, expected output) of every `$` line."""
    return [tuple(part.split("\n", 1)) for block in BLOCKS for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]


@pytest.mark.parametrize(("command", "expected"), examples(), ids=lambda text: text[:40])
def test_readme_output_is_what_the_command_prints(command: str, expected: str, tmp_path: Path) -> None:
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


def test_readme_holds_examples() -> None:
    assert len(examples()) >= 5


SUBCOMMANDS = [
    (program, command.name or command.callback.__name__)
    for program, app in APPS.items()
    for command in app.registered_commands
]


@pytest.mark.parametrize(("program", "command"), SUBCOMMANDS)
def test_every_subcommand_has_help_with_an_example_and_stands_in_the_readme(program: str, command: str) -> None:
    assert f"{program} {command}" in README
    result = subprocess.run(
        [sys.executable, "-m", program, command, "--help"], capture_output=True, text=True, check=True
    )
    assert "Example" in result.stdout


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for document in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "templates/README.md", "docs/report/README.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)[^)]*\)", text):
            assert ((ROOT / document).parent / target).exists(), f"{document}: {target}"
