"""What the README promises: from an empty folder with a file of 20 lines to a run, a table, a report, a digit read."""

import re
import shlex
import sys
from pathlib import Path

import pytest
from PIL import Image

import mnist.data.sources
import reports.__main__
from tests.conftest import ROOT
from tests.mnist.commands.commands import Mnist

NETWORK = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "your-network.md").read_text(encoding="utf-8"), re.DOTALL)
COMMANDS = re.search(r"```sh\n(mnist train mynet.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
SHORT = {"train": ["--data", "rendered", "--epochs", "2"]}


def test_the_commands_work_on_the_documented_file(cli: Mnist, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    assert NETWORK
    assert COMMANDS
    assert len([line for line in NETWORK[1].splitlines() if line.strip()]) <= 20
    (tmp_path / "mynet.py").write_text(NETWORK[1])
    Image.fromarray(mnist.data.sources.rendered_digits().test_images[0]).resize((280, 280)).save("my-seven.png")
    commands = [shlex.split(line, comments=True) for line in COMMANDS[1].strip().splitlines()]
    assert [command[1] for command in commands] == ["train", "table", "summary", "build", "predict", "page"]

    told = {}
    for program, command, *arguments in commands:
        if program == "mnist":
            code, out, err = cli(command, *arguments, *SHORT.get(command, []))
            assert (code, err) == (0, ""), command
            told[command] = out
        else:
            monkeypatch.setattr(sys, "argv", [program, command, *arguments])
            with pytest.raises(SystemExit) as exited:
                reports.__main__.main()
            assert not exited.value.code

    assert "gives log-probabilities" in told["train"]
    assert told["table"].splitlines()[1].split()[:6] == ["Net", "(rendered", "test)", "1,434", "2", "1"]
    assert re.search(r"^Total parameters: +1,434$", told["summary"], re.MULTILINE)
    assert "Net" in Path("report/README.md").read_text(encoding="utf-8")
    assert any(line.startswith("my-seven.png") for line in told["predict"].splitlines())
