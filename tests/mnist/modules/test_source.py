"""A network in a file of somebody's own: found, called, and told in one line where it is not one."""

import re
from pathlib import Path

import pytest
import torch

from mnist.errors import NetworkError
from mnist.modules.find import find_network, parse_arguments
from mnist.modules.network import ModuleNetwork

NET = """
from torch import nn
class Net(nn.Module):
    def __init__(self, width, *, bias=True):
        super().__init__()
        self.line = nn.Linear(784, width, bias=bias)
def make(width=3):
    return Net(width)
made = Net(3)
number = 3
def nothing(): pass
def fails(): raise ValueError("too\\nbad")
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("mynet.py").write_text(NET)
    return tmp_path / "mynet.py"


@pytest.mark.parametrize("target", ["mynet.py:Net", "mynet.py", "./mynet.py:Net"])
def test_a_class_is_found_and_called_with_its_arguments(file: Path, target: str):
    network = find_network(target, {"width": 5, "bias": False})

    assert isinstance(network, ModuleNetwork)
    assert [tuple(parameter.shape) for parameter in network.make().parameters()] == [(5, 784)]
    assert network.name == "Net-width=5-bias=False"
    assert network.source == "mynet.py:Net(width=5, bias=False)"
    assert network.content == file.read_bytes()


def test_a_function_makes_a_module_too_anew_each_time(file: Path):
    network = find_network("mynet.py:make")
    torch.manual_seed(1)
    first, second = network.make(), network.make()

    assert not torch.equal(first.line.weight, second.line.weight)


def test_a_file_finds_its_neighbours(file: Path):
    Path("neighbour_of_mynet.py").write_text("WIDTH = 4\n")
    Path("other.py").write_text("from neighbour_of_mynet import WIDTH\nfrom mynet import make\n")

    assert find_network("other.py:make").make().line.out_features == 3


@pytest.mark.parametrize(
    ("target", "arguments", "message"),
    [
        ("none.py:Net", {}, "none.py: no such file; a Python file with a torch module is needed"),
        ("mynett.py:Net", {}, "mynett.py: no such file; did you mean mynet.py? a Python file with a torch module"),
        ("mynet.py:Nett", {}, "mynet.py: has no Nett; did you mean Net? its module classes are: Net"),
        ("mynet.py:Net", {}, "mynet.py:Net: missing a required argument: 'width'; --arg width=VALUE gives it"),
        (
            "mynet.py:Net",
            {"width": 1, "depth": 2},
            "mynet.py:Net: got an unexpected keyword argument 'depth'; it takes",
        ),
        ("mynet.py:Net", {"width": "wide"}, "mynet.py:Net: TypeError in line 6: "),
        ("mynet.py:made", {}, "mynet.py:made: is a module already; a class"),
        ("mynet.py:number", {}, "mynet.py:number: is a int; a torch nn.Module class is needed"),
        ("mynet.py:nothing", {}, "mynet.py:nothing: gives a NoneType; a torch nn.Module is needed"),
        ("mynet.py:fails", {}, "mynet.py:fails: ValueError in line 12: too bad"),
    ],
)
def test_what_is_no_network_is_told_in_one_line(file: Path, target: str, arguments: dict[str, object], message: str):
    with pytest.raises(NetworkError, match=re.escape(message)):
        find_network(target, arguments).make()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("import torch\n\n1 / 0\n", "bad.py: cannot be imported: ZeroDivisionError in line 3: division by zero"),
        ("def f(:\n", "bad.py: cannot be imported: SyntaxError in line 1: invalid syntax"),
        ("import sys\nsys.exit()\n", "bad.py: cannot be imported: SystemExit in line 2"),
        ("import nowhere_to_be_found\n", "bad.py: cannot be imported: ModuleNotFoundError in line 1: No module named"),
        ("x = 1\n", "bad.py: holds no torch nn.Module class; name one, as in bad.py:Net"),
        (
            "from torch.nn import *\nclass A(Module): pass\nclass B(A): pass\n",
            "bad.py: holds A, B; name one, as in bad.py:A",
        ),
    ],
)
def test_a_file_that_cannot_be_imported_or_chosen_from_is_told_with_its_line(file: Path, content: str, message: str):
    Path("bad.py").write_text(content)

    with pytest.raises(NetworkError, match=re.escape(message)):
        find_network("bad.py")


def test_arguments_are_python_values_or_texts():
    told = parse_arguments(["width=16", "rate=1e-3", "sizes=[1, (2, 3)]", "norm=None", "kind=relu", "text=a=b"])

    assert told == {"width": 16, "rate": 1e-3, "sizes": [1, (2, 3)], "norm": None, "kind": "relu", "text": "a=b"}


@pytest.mark.parametrize("setting", ["width", "=3", "2x=3"])
def test_what_is_no_argument_is_named(setting: str):
    with pytest.raises(NetworkError, match=re.escape(f"--arg {setting}: NAME=VALUE is needed")):
        parse_arguments([setting])


def test_only_a_class_of_a_file_takes_arguments():
    with pytest.raises(NetworkError, match=r"--arg width=\.\.\.: only a class of FILE\.py:NAME takes arguments"):
        find_network("tiny", {"width": 3})
