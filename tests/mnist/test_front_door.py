"""`import mnist` is light, and offers what a Python user needs."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import mnist
import mnist.data.sources
from mnist.data.sources import rendered_digits
from tests.conftest import ROOT

HEAVY = ("sympy", "numpy", "torch", "matplotlib", "pydantic", "rich", "typer", "backprop", "reports")
QUICK = {"epochs": 1, "batch_size": 60, "data": "rendered"}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> mnist.Run:
    few = rendered_digits(120, 20)
    monkeypatch.setattr(mnist.data.sources, "rendered_digits", lambda: few)
    return mnist.train("tiny", seed=1, out=tmp_path / "runs" / "one", **QUICK)


def test_importing_it_imports_nothing_heavy():
    code = f"import sys, mnist; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_every_name_is_there_and_listed():
    for name in mnist.__all__:
        assert getattr(mnist, name) is not None
        assert name in dir(mnist)
    assert mnist.__version__[0].isdigit()


def test_no_module_of_the_package_has_the_name_of_what_it_exports():
    inside = {path.stem for path in (ROOT / "mnist").iterdir()}

    assert not inside & set(mnist.__all__)


def test_training_leaves_a_run_prints_nothing_and_is_found_again(run: mnist.Run, capsys: pytest.CaptureFixture[str]):
    assert (run.record.net, run.record.seed, run.record.recipe.epochs) == ("tiny", 1, 1)
    assert mnist.load_run(str(run.path)).record == run.record
    assert [found.path for found in mnist.find_runs(run.path.parent)] == [run.path]
    assert mnist.table(run.path.parent) == mnist.table(run) == mnist.table([run])
    assert capsys.readouterr() == ("", "")


def test_settings_are_other_fields_of_the_recipe(tmp_path: Path, run: mnist.Run):
    net = mnist.load_network("tiny")

    other = mnist.train(net, settings={"ema": 0.5, "rotation": 3}, out=tmp_path / "other", **QUICK)

    assert (other.record.recipe.ema, other.record.recipe.augmentation.rotation) == (0.5, 3)


def test_training_in_a_thread_is_possible(tmp_path: Path, run: mnist.Run):
    with ThreadPoolExecutor(1) as pool:
        again = pool.submit(mnist.train, "tiny", seed=1, out=tmp_path / "again", **QUICK).result()

    assert again.evaluation == run.evaluation


@pytest.mark.parametrize(
    "arguments",
    [{"epochs": 0}, {"seed": -1}, {"data": "nowhere"}, {"settings": {"colour": 1}}, {"device": "tpu"}],
    ids=str,
)
def test_errors_of_training_are_of_one_kind(tmp_path: Path, arguments: dict[str, object]):
    with pytest.raises(mnist.InputError):
        mnist.train("tiny", out=tmp_path / "run", **arguments)
    assert list(tmp_path.iterdir()) == []


def test_networks_and_parameter_tables():
    assert mnist.network_names()[5] == "tiny"
    assert mnist.summary("tiny") == mnist.summary(mnist.load_network("tiny"))
    assert mnist.summary("tiny").total == 3_842


def test_a_notebook_shows_a_parameter_table():
    table = mnist.summary("tiny")
    markdown, html = table._repr_markdown_(), table._repr_html_()

    assert markdown.startswith("| Layer | Kernel | Output | Params | Field | Mult-adds | Memory | Comment |\n| :--- |")
    assert "- Total parameters: 3,842\n" in markdown
    assert html.count("<tr>") == len(table.rows) + 1
    assert "<li>Total parameters: 3,842</li>" in html


def test_a_notebook_shows_a_run_and_statistics(run: mnist.Run):
    accuracy = f"last epoch 1: {run.last.test_accuracy:.2%}; best on the test set, epoch 1: "
    assert f"| Accuracy | {accuracy}" in run._repr_markdown_()
    assert "tiny, 3,842 parameters</td>" in run._repr_html_()
    for shown in (mnist.table(run), mnist.table(run)[0]):
        assert "| tiny (rendered test) | 3,842 | 1 | 1 |" in shown._repr_markdown_()
        assert '<td style="text-align:right">3,842</td>' in shown._repr_html_()


def test_what_a_run_is_called_is_no_markup(run: mnist.Run):
    shown = mnist.load_run(run.path.rename(run.path.with_name("<b>|*run*")))

    assert "<b>" not in shown._repr_html_()
    assert r"&lt;b&gt;\|\*run\*" in shown._repr_markdown_()
