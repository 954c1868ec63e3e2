"""`mnist page`: any run that keeps its network makes a page; what cannot says why in a line."""

import json
import re
from pathlib import Path

import pytest

from tests.mnist.commands.commands import Mnist, quick

NETS = """
import torch
from torch import nn

def Net(): return nn.Sequential(nn.Conv2d(1, 2, 5, 4), nn.ReLU(), nn.Flatten(), nn.Linear(72, 10), nn.LogSoftmax(1))

class Sums(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(784, 10)
    def forward(self, images):
        return self.last(images.flatten(1).cumsum(1))

class Asks(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(784, 10)
    def forward(self, images):
        return self.last(images.flatten(1)) if images.sum() > 0 else self.last(images.flatten(1) + 1)
"""


def network(file: Path) -> dict:
    page = file.read_text(encoding="utf-8")
    (told,) = re.findall(r'<script type="application/json" id="network">(.*?)</script>', page)
    return json.loads(told)


def test_a_module_of_somebodys_own_is_run_by_its_graph(cli: Mnist, tmp_path: Path):
    (tmp_path / "nets.py").write_text(NETS)
    assert cli("train", "nets.py:Net", *quick("one")[2:])[0] == 0
    (tmp_path / "nets.py").unlink()

    code, _, err = cli("page", "one", "--data", "nowhere")
    assert (code, err.count("\n")) == (2, 1)
    assert "nowhere: no such folder" in err

    code, out, err = cli("page", "one", "-o", "page.html")
    assert (code, err) == (0, "")
    assert re.match(r"page.html: \d+ kB, of which 3 kB are the network's numbers", out)
    told = network(tmp_path / "page.html")
    assert [step["kernel"] for step in told["steps"]] == ["conv", "each", "linear", "log_softmax"]
    assert {sample["wrong"] for sample in told["samples"]} == {True}  # no test set is at hand

    assert cli("page", "one", "-o", "page.html")[::2] == (2, "mnist: page.html exists; --force overwrites it\n")
    assert cli("page", "one", "-o", "page.html", "--force")[0] == 0
    (tmp_path / "one" / "weights.safetensors").unlink()
    code, _, err = cli("page", "one", "-o", "other.html")
    assert (code, "its weights were not kept" in err, (tmp_path / "other.html").exists()) == (2, True, False)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Sums", "one: its network uses cumsum (step cumsum), which the page does not know"),
        ("Asks", "one: keeps no graph of its network"),
    ],
)
def test_a_network_that_the_page_cannot_run_is_refused_by_name(cli: Mnist, tmp_path: Path, name: str, why: str):
    (tmp_path / "nets.py").write_text(NETS)
    assert cli("train", f"nets.py:{name}", *quick("one")[2:])[0] == 0
    code, out, err = cli("page", "one", "-o", "page.html")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert why in err
    assert list(tmp_path.glob("*.html")) == []


def test_what_is_no_run_is_refused(cli: Mnist):
    assert cli("page", "nowhere")[::2] == (2, "mnist: nowhere: no such folder; a run is a folder that holds run.json\n")
