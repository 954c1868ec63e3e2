"""Every command's help has examples, and each of them runs."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import mnist.data.sources
from groundfloor.command_style import examples_of
from mnist.commands.app import app
from mnist.jobs.run_folder import train_into
from mnist.nets.catalogue import NETS
from tests.mnist.commands.commands import Mnist, quick
from tests.mnist.conftest import Recorder

COMMANDS = [command.name or command.callback.__name__ for command in app.registered_commands]
HEAVY = {"numpy", "torch", "sympy", "matplotlib", "mpmath", "safetensors", "PIL", "backprop", "reports"}
SHORT = {  # what is added, so that an example takes seconds
    "train": ("--data", "rendered", "--epochs", 1),
    "sweep": ("--data", "rendered", "--epochs", 1, "--batch-size", 300),
    "find-lr": ("--data", "rendered", "--batch-size", 20),
}


MYNET = """
from torch import nn
def Net(width): return nn.Sequential(nn.Conv2d(1, width, 5, 4), nn.ReLU(), nn.Flatten(), nn.Linear(36 * width, 10))
"""


@pytest.fixture
def prepared(cli: Mnist, tmp_path: Path) -> Mnist:
    """The command in a folder that has what the examples name."""
    data = mnist.data.sources.rendered_digits()
    (tmp_path / "mynet.py").write_text(MYNET)
    (tmp_path / "mynet.toml").write_text('layers = [{ type = "Flatten" }, { type = "Linear", features = 10 }]')
    for label in range(10):
        (tmp_path / "my-digits" / str(label)).mkdir(parents=True)
    for name, image in (("my-seven.png", data.test_images[0]), ("my-digits/3/a.png", data.test_images[1])):
        Image.fromarray(image).save(tmp_path / name)
    return cli


@pytest.mark.parametrize("example", examples_of(app))
def test_every_example_of_the_help_runs(prepared: Mnist, tmp_path: Path, example: str):
    program, command, *arguments = shlex.split(example, comments=True)
    if "runs/quick" in arguments and "--out" not in arguments:  # which another example leaves
        progress = Recorder(6 if "--resume" in arguments else float("inf"))
        recipe = NETS["tiny"].recipe.model_copy(update={"epochs": 2, "batch_size": 60})
        few, folder = mnist.data.sources.rendered_digits(), tmp_path / "runs" / "quick"
        train_into(folder, NETS["tiny"], recipe, few, seed=0, device="cpu", threads=1, progress=progress)
    if command == "table":
        prepared(*quick("runs/seeds/a" if arguments else "runs/a"))

    more = () if "--resume" in arguments else SHORT.get(command, ())
    code, out, err = prepared(command, *arguments, *more)

    assert (program, code) == ("mnist", 0)
    assert out
    assert "mnist: " not in err


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_help_is_light_and_has_an_example(command: str | None):
    script = (
        "import sys\nfrom mnist.__main__ import main\ntry: main()\nexcept SystemExit as end: assert not end.code\n"
        f"sys.exit(' '.join({HEAVY!r} & set(sys.modules)) or 0)"
    )
    arguments = [*([command] if command else []), "--help"]
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.strip()) == (0, "")
    assert f"mnist {command}" in done.stdout.partition("Example")[2] or command is None


def test_old_spellings_and_lists_by_commas_and_by_repeating_are_understood(cli: Mnist):
    listed = cli("nets", "--json")
    assert cli("networks", "--json") == listed

    options = ("--epochs", 1, "--batch-size", "300,150", "--data", "rendered", "--json")
    by_commas = cli("sweep", "tiny,small", "--seeds", "0..1", *options, "-o", "a")
    repeated = cli("sweep", "tiny", "small", "--seeds", "0", "--seeds", "1", *options, "--output", "b")

    assert by_commas[0] == repeated[0] == 0
    names = [sorted(folder.name for folder in Path(out).iterdir()) for out in ("a", "b")]
    assert names[0] == names[1]
    assert len(names[0]) == 2 * 2 * 2
