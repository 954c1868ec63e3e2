"""A run of one's own module: kept whole, used and gone on with elsewhere, without its code unless that is trusted."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it

import mnist.library
from mnist.data.dataset import Dataset
from mnist.data.idx import idx_bytes
from mnist.errors import MnistError, NetworkError, RunError
from mnist.jobs.run_folder import begun_network, train_into, unfinished
from mnist.jobs.use import load_model
from mnist.modules.find import find_network
from mnist.modules.fit import fit
from mnist.modules.network import from_given
from mnist.runs.folder import Run, load_run
from mnist.runs.record import EpochMetrics
from mnist.training.loss import cross_entropy, probabilities
from tests.conftest import ROOT
from tests.mnist.commands.commands import Mnist
from tests.mnist.conftest import Recorder

NET = """
from pathlib import Path

from torch import nn
from torch.nn import functional as F

Path("imported").touch()  # so that tests see whether this file was run


class Net(nn.Module):
    def __init__(self, width=4, log=True):
        super().__init__()
        self.first = nn.Conv2d(1, width, 5, stride=2)
        self.norm = nn.BatchNorm2d(width)
        self.twice = nn.Conv2d(width, width, 3, padding=1)
        self.drop = nn.Dropout(0.1)
        self.line = nn.Linear(width * 36, 10)
        self.log = log

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm(self.first(x))), 2)
        x = x + self.drop(F.relu(self.twice(F.relu(self.twice(x)))))
        x = self.line(x.flatten(1))
        return F.log_softmax(x, dim=1) if self.log else x
"""
QUICK = ("--data", "rendered", "--epochs", 2, "--batch-size", 50, "--lr", 0.05)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("mynet.py").write_text(NET)
    return tmp_path / "mynet.py"


def figures(run: Run) -> list[EpochMetrics]:
    return [metrics.model_copy(update={"seconds": 0.0}) for metrics in run.record.epochs]


def test_a_class_of_ones_own_is_trained_read_and_tested_without_its_file(cli: Mnist, file: Path, digits: Dataset):
    code, out, err = cli("train", "mynet.py:Net", "--arg", "width=6", *QUICK)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[1] == "Net-width=6: 2,668 parameters; seed 0; cpu, 1 thread"
    assert lines[3] == "gives log-probabilities: the loss is cross-entropy, by negative log-likelihood alone"
    run = load_run(Path("runs/Net-width=6-seed0"))
    assert run.record.source == "mynet.py:Net(width=6)"
    assert run.record.summary.total == 2_668
    assert (run.path / "network.py").read_text() == NET

    Path("elsewhere").mkdir()
    shutil.move(run.path, "elsewhere/renamed")
    file.unlink()
    Path("imported").unlink()
    Path("data").mkdir()
    data = mnist.data.sources.rendered_digits()
    Path("data/test-images-idx3-ubyte").write_bytes(idx_bytes(data.test_images))
    Path("data/test-labels-idx1-ubyte").write_bytes(idx_bytes(data.test_labels))
    Image.fromarray(data.test_images[0]).save("0.png")
    evaluate = ("evaluate", "elsewhere/renamed", "--data", "data", "--json")
    command = [sys.executable, "-m", "mnist", *evaluate]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT)})

    assert json.loads(told.stdout)["correct"] == run.last.test_correct
    assert json.loads(told.stdout)["loss"] == pytest.approx(run.last.test_loss, rel=1e-6)
    code, out, _ = cli("predict", "elsewhere/renamed", "0.png", "--json")
    (reading,) = json.loads(out)
    assert sum(reading["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert not Path("imported").exists()
    trusted = json.loads(cli(*evaluate, "--trust")[1])
    assert trusted["correct"] == run.last.test_correct
    assert Path("imported").exists()


@pytest.fixture
def whole(file: Path, digits: Dataset) -> Run:
    network = fit(find_network("mynet.py:Net"), digits.source)
    recipe = network.network.recipe.model_copy(update={"epochs": 3, "batch_size": 50, "learning_rate": 0.05})
    how = {"seed": 3, "device": "cpu", "threads": 1}
    train_into(Path("stopped"), network, recipe, digits, **how, progress=Recorder(5))
    return train_into(Path("whole"), network, recipe, digits, **how, progress=Recorder())


def go_on(digits: Dataset, *, trust: bool = False) -> Run:
    checkpoint = unfinished(Path("stopped"))
    network = begun_network(Path("stopped"), checkpoint, trust=trust)
    how = {"seed": 3, "device": "cpu", "threads": 1, "progress": Recorder(), "resumed": checkpoint}
    return train_into(Path("stopped"), network, checkpoint.run.recipe, digits, **how)


@pytest.mark.parametrize("trust", [False, True])
def test_a_stopped_run_goes_on_by_its_graph_or_its_code_and_ends_bit_equal(
    whole: Run, digits: Dataset, file: Path, trust: bool
):
    file.unlink()
    Path("imported").unlink()
    shutil.rmtree("stopped")  # as where the process was killed

    run = go_on(digits, trust=trust)

    assert Path("imported").exists() == trust
    assert figures(run) == figures(whole)
    assert run.evaluation == whole.evaluation
    assert (run.path / "weights.safetensors").read_bytes() == (whole.path / "weights.safetensors").read_bytes()
    assert run.record.network == whole.record.network
    assert (run.path / "graph.json").read_bytes() == (whole.path / "graph.json").read_bytes()


@pytest.mark.parametrize("name", ["network.py", "graph.json"])
def test_a_file_that_is_not_what_was_recorded_is_refused(whole: Run, name: str):
    (whole.path / name).write_bytes((whole.path / name).read_bytes() + b"\n")
    with pytest.raises(RunError, match=f"whole: {re.escape(name)} is not what was recorded"):
        load_run(whole.path)
    (whole.path / name).unlink()
    with pytest.raises(RunError, match=f"whole: no {re.escape(name)}, which belongs to the network"):
        load_run(whole.path)


class Given(nn.Module):
    """Gives logits."""

    def __init__(self):
        super().__init__()
        self.line = nn.Linear(784, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.line(x.flatten(1))


def test_a_module_is_trained_from_its_weights_and_has_those_of_the_run(
    digits: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(mnist.data.sources, "rendered_digits", lambda: digits)
    torch.manual_seed(1)
    module = Given()
    before = module.line.weight.detach().clone()
    size = {"epochs": 1, "batch_size": 200, "lr": 0.01, "momentum": 0.0, "data": "rendered", "out": tmp_path / "run"}
    run = mnist.library.train(module, **size)
    expected = Given()
    expected.line.load_state_dict({"weight": before, "bias": module.line.bias.detach() * 0})

    kept = run.record.network
    assert (kept.name, kept.arguments, kept.outputs) == ("Given", None, "logits")
    assert "class Given" in (run.path / "network.py").read_text()
    assert torch.equal(load_model(run.path).module.line.weight, module.line.weight)
    assert 0 < (module.line.weight - before).abs().max() < 0.05
    with pytest.raises(RunError, match="--trust: it keeps no code that makes its network, only its graph"):
        load_model(run.path, trust=True)


@pytest.mark.parametrize(
    ("module", "arguments", "message"),
    [
        (Given, {}, "is no network name and no torch nn.Module; call it: Given()"),
        (3, {}, "3: is no network name and no torch nn.Module"),
        (Given(), {"width": 3}, "arguments width: only FILE.py:NAME takes them"),
    ],
)
def test_what_is_no_module_is_named(module: object, arguments: dict[str, object], message: str):
    with pytest.raises(NetworkError, match=re.escape(message)):
        from_given(module, arguments)


def gives(function: object) -> nn.Module:
    """A module with a parameter, whose forward is the function."""

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(1))

        def forward(self, x: Tensor) -> object:
            return function(self.weight * x.flatten(1))

    return Net()


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (
            lambda x: x[:, :12],
            "gives (32, 12) for 32×1×28×28 images; (32, 10) is needed, a score for each of 10 classes",
        ),
        (lambda x: (x[:, :10], x), "gives a tuple for 32×1×28×28 images; a tensor (32, 10) is needed"),
        (lambda x: x[:, :10] * torch.nan, "gives nan for 32×1×28×28 images before it is trained; finite scores"),
        (lambda x: x[:, :10].softmax(1), "gives probabilities, which sum to 1; logits or log-probabilities are needed"),
        (lambda x: x[:, :10].long(), "gives torch.int64; floating-point scores are needed"),
        (lambda x: x.view(3, 5), "on 32×1×28×28 images: RuntimeError in line "),
        (lambda x: x["image"], "on 32×1×28×28 images: IndexError in line "),
    ],
)
def test_a_module_that_cannot_be_trained_is_refused_in_one_line(digits: Dataset, function: object, message: str):
    with pytest.raises(NetworkError, match=re.escape(message)):
        fit(from_given(gives(function), {}), digits.source)


def test_a_module_without_parameters_is_refused(digits: Dataset):
    with pytest.raises(NetworkError, match="has no parameter to train"):
        fit(from_given(nn.Flatten(), {}), digits.source)


def test_a_module_without_a_graph_is_trained_and_its_run_used_only_where_its_code_is_trusted(cli: Mnist, file: Path):
    branching = "        x = self.line(x.flatten(1)) if x.sum() > -1e9 else x\n"
    file.write_text(NET.replace("        x = self.line(x.flatten(1))\n", branching))
    code, out, _ = cli("train", "mynet.py:Net", *QUICK, "--out", "run")
    Image.fromarray(np.eye(28, dtype=np.uint8) * 255).save("0.png")

    assert code == 0
    assert "no graph is kept (torch.export raised " in out
    code, _, err = cli("predict", "run", "0.png")
    assert code == 2
    assert err.startswith("mnist: run: keeps no graph of its network (torch.export raised ")
    assert err.endswith("; --trust runs the code that it keeps, network.py\n")
    assert cli("predict", "run", "0.png", "--trust")[0] == 0


def test_a_sweep_trains_ones_own_class_and_a_changed_file_is_another_network(cli: Mnist, file: Path):
    sweep = ("sweep", "mynet.py:Net", "--seeds", "0,1", "--data", "rendered", "--epochs", 1, "--batch-size", 100)
    code, out, _ = cli(*sweep)
    assert code == 0
    assert out.splitlines()[1].split()[:3] == ["Net", "(rendered", "test)"]
    file.write_text(NET + "\n")

    code, _, err = cli(*sweep)

    assert code == 2
    assert "belongs to another configuration (another network of the name Net)" in err


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("each", [False, True])
def test_the_loss_of_log_probabilities_is_that_of_the_logits(smoothing: float, each: bool):
    logits, labels = torch.randn(6, 10, dtype=torch.float64), torch.arange(6)
    log = F.log_softmax(logits, 1)
    expected = F.cross_entropy(logits, labels, label_smoothing=smoothing, reduction="none" if each else "mean")

    assert torch.allclose(cross_entropy(logits, labels, "logits", smoothing=smoothing, each=each), expected)
    assert torch.allclose(cross_entropy(log, labels, "log-probabilities", smoothing=smoothing, each=each), expected)
    assert torch.allclose(probabilities(log, "log-probabilities"), probabilities(logits, "logits"))


def test_two_names_for_the_learning_rate_are_one_too_many():
    with pytest.raises(MnistError, match=r"lr=0\.1 and learning_rate=0\.2 are the same"):
        mnist.library.train("tiny", lr=0.1, learning_rate=0.2)
