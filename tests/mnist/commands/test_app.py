"""The command line: help, lists, runs; bad input is one line, exit code 2, and nothing written."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mnist.nets.catalogue import NETS
from mnist.nets.settings import settings
from mnist.requirements import REQUIREMENTS
from mnist.runs.folder import FILES, load_run
from tests.conftest import ROOT
from tests.mnist.commands.commands import Mnist, files, quick
from tests.processes import started


def test_nets_lists_every_network_with_its_parameters_and_published_accuracy(on_terminal: Mnist):
    code, out, _ = on_terminal("nets")

    assert code == 0
    for net in NETS.values():
        line = next(line for line in out.splitlines() if line.startswith(f"{net.name} "))
        published = f"{net.published.accuracy:.2%}" if net.published else net.source.split()[0]
        assert line.split()[1:3] == [f"{net.parameters:,}", published]
    assert max(map(len, out.splitlines())) <= 80


def test_nets_as_json_holds_recipe_and_choices(cli: Mnist):
    told = json.loads(cli("nets", "--json")[1])

    assert [net["name"] for net in told] == list(NETS)
    assert told[4]["recipe"] == NETS["published-10066"].recipe.model_dump()
    assert told[4]["published"]["accuracy"] == 0.9941
    assert "Momentum 0.9; the text does not say." in told[4]["choices"]


@pytest.mark.parametrize("net", NETS)
def test_summary_prints_the_table_its_totals_and_what_was_chosen(on_terminal: Mnist, net: str):
    code, out, _ = on_terminal("summary", net)

    assert code == 0
    assert f"Total parameters:                {NETS[net].parameters:,}\n" in out
    assert out.split()[:6] == ["Layer", "Kernel", "Output", "Params", "Field", "Mult-adds"]
    assert ("Chosen here, where the source is silent:\n- " in out) == (NETS[net].published is not None)
    assert ("The recipe in words:\n- " in out) == (bool(NETS[net].recipe_choices) and not NETS[net].published)
    assert max(map(len, out.splitlines())) <= 80


def test_summary_prints_the_published_memory(cli: Mnist):
    out = cli("summary", "published-15738")[1]

    assert "Input size (MB):                 0.00\nForward/backward pass size (MB): 0.42\n" in out
    assert "Parameters size (MB):            0.06\nEstimated total size (MB):       0.48\n" in out


def test_summary_names_the_optimiser(cli: Mnist):
    said = " ".join(cli("summary", "tiny")[1].split())

    assert "Muon for the convolutions with learning rate 0.02, SGD for the rest with 0.1 and Nesterov momentum" in said
    assert "normalisations recalibrated on 10,000 images." in said


def test_train_writes_a_run_and_prints_a_line_an_epoch(cli: Mnist, tmp_path: Path):
    code, out, err = cli(*quick("one", "--seed", 3, "--lr", 0.02, "--momentum", 0.5))

    run = load_run(tmp_path / "one")
    assert (code, err) == (0, "")
    assert (run.record.net, run.record.seed, run.record.environment.threads) == ("published-18138", 3, 1)
    assert (run.record.recipe.epochs, run.record.recipe.batch_size) == (2, 60)
    assert (run.record.recipe.learning_rate, run.record.recipe.momentum) == (0.02, 0.5)
    last = run.record.epochs[-1]
    assert f"   2/2   {last.train_loss:>11.4f} {last.train_accuracy:>9.2%} {last.test_loss:>12.4f}" in out
    assert "data: rendered digits, as asked for; this is not MNIST" in out
    assert f"one: last epoch 2: {last.test_accuracy:.2%}; best on the test set, epoch {run.best.epoch}" in out
    assert max(map(len, out.splitlines())) <= 80
    assert files(tmp_path) == sorted(["one", *(f"one/{name}" for name in FILES)])


def test_any_field_of_the_recipe_can_be_set(cli: Mnist, tmp_path: Path):
    given = ("--set", "label_smoothing=0.1", "--set", "schedule=one-cycle", "--set", "rotation=5", "--set", "ema=0.9")

    assert cli(*quick("one", *given))[0] == 0
    recipe = load_run(tmp_path / "one").record.recipe
    assert (recipe.label_smoothing, recipe.schedule, recipe.augmentation.rotation) == (0.1, "one-cycle", 5)
    assert settings(NETS["published-18138"], recipe) == [
        "schedule=one-cycle",
        "label_smoothing=0.1",
        "ema=0.9",
        "rotation=5.0",
    ]


def test_a_run_lands_under_runs_by_net_and_seed(cli: Mnist, tmp_path: Path):
    cli("train", "published-18138", "--data", "rendered", "--epochs", 1, "--seed", 7)

    assert load_run(tmp_path / "runs" / "published-18138-seed7").record.seed == 7


def test_without_options_the_recipe_is_the_networks(cli: Mnist, tmp_path: Path):
    cli("train", "published-18138", "--data", "rendered", "--epochs", 1, "--out", "x")

    net = NETS["published-18138"]
    assert load_run(tmp_path / "x").record.recipe == net.recipe.model_copy(update={"epochs": 1})


def test_an_existing_folder_is_refused_before_training_and_kept(cli: Mnist, tmp_path: Path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years")

    code, out, err = cli(*quick("mine"))

    assert (code, out) == (2, "")
    assert err == "mnist: mine: exists already; name another --out, or --force to replace a run\n"
    assert files(tmp_path) == ["mine", "mine/thesis.txt"]


@pytest.mark.parametrize("name", ["thesis.txt", None])
def test_force_replaces_no_folder_that_is_not_a_run(cli: Mnist, tmp_path: Path, name: str | None):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "run.json").touch()
    (tmp_path / "mine" / (name or "run.json")).touch()
    if name is None:
        (tmp_path / "mine" / "run.json").rename(tmp_path / "mine" / "runs.json")
    before = files(tmp_path)

    code, _, err = cli(*quick("mine", "--force"))

    assert code == 2
    assert err.startswith("mnist: mine: is not a run folder (run.json and nothing but ")
    assert files(tmp_path) == before


def test_force_replaces_no_file_and_follows_no_link(cli: Mnist, tmp_path: Path):
    (tmp_path / "file").touch()
    cli(*quick("run"))
    (tmp_path / "link").symlink_to(tmp_path / "run")

    assert cli(*quick("file", "--force"))[0] == cli(*quick("link", "--force"))[0] == 2
    assert (tmp_path / "link").is_symlink()


def test_force_replaces_a_run(cli: Mnist, tmp_path: Path):
    cli(*quick("one", "--seed", 1))

    assert cli(*quick("one", "--seed", 2, "--force"))[0] == 0
    assert load_run(tmp_path / "one").record.seed == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["summary", "published-1066"], r"network 'published-1066' is unknown; did you mean published-10066? One of"),
        (["train", "lenet"], "network 'lenet' is unknown; One of: published-25290, "),
        (["train", "published-10066", "--epochs", "-2"], "--epochs -2: at least 1 is needed"),
        (["train", "published-10066", "--epochs", "0"], "--epochs 0: at least 1 is needed"),
        (["train", "published-10066", "--epochs", "two"], "--epochs: a whole number is needed (found 'two')"),
        (["train", "published-10066", "--lr", "nan"], "--lr nan: a finite number is needed"),
        (["train", "published-10066", "--lr", "inf"], "--lr inf: a finite number is needed"),
        (["train", "published-10066", "--lr", "-0.1"], "--lr -0.1: a number above 0 is needed"),
        (["train", "published-10066", "--momentum", "1"], "--momentum 1.0: a number below 1 is needed"),
        (["train", "published-10066", "--batch-size", "0"], "--batch-size 0: at least 1 is needed"),
        (["train", "published-10066", "--seed", "-1"], "--seed -1: a whole number from 0 to 2^63 - 1 is needed"),
        (["train", "published-10066", "--threads", "0"], "--threads 0: 1 to 1024 are allowed"),
        (["train", "published-10066", "--device", "tpu"], "device 'tpu' is unknown; one of: cpu, cuda, cuda:N, mps,"),
        (["train", "published-10066", "--data", "nowhere"], "nowhere: no such folder; a folder of four IDX"),
        (
            ["train", "published-10066", "--data", "rendered", "--batch-size", "301"],
            "--batch-size 301: the data has 300 images",
        ),
        (["train", "published-10066", "--out", "/proc/no/run"], "/proc/no/run: cannot be written ("),
        (["train", "published-18138", "--data", "rendered", "--lr", "1e30"], "loss is "),
        (["train", "published-10066", "--out", "x" * 250], f"{'x' * 250}: cannot be written (File name too long"),
        (["train", "published-10066", "--out", "x" * 300], f"{'x' * 300}: File name too long"),
        (["train", "published-10066", "--data", "x" * 300], f"{'x' * 300}: File name too long"),
        (["train"], "Missing argument 'NET'"),
        (["train", "tiny", "--data", "rendered", "--validation", "300"], "--validation 300: the data has 300 images"),
        (["train", "tiny", "--validation", "-1"], "--validation -1: at least 0 is needed"),
        (["train", "tiny", "--momentum", "0"], "the recipe of tiny: Nesterov's method needs a momentum above 0"),
        (["train", "tiny", "--set", "ema"], "--set ema: NAME=VALUE is needed, NAME one of: rotation, scale, shear, "),
        (["train", "tiny", "--set", "colour=1"], "--set colour=1: NAME=VALUE is needed"),
        (["train", "tiny", "--set", "ema=1"], "--set ema=1: a number below 1 is needed"),
        (["train", "tiny", "--set", "rotation=x"], "--set rotation=x: a number is needed"),
        (
            ["train", "--resume", "nowhere"],
            "nowhere: no such folder; a run with its checkpoint, nowhere.che",
        ),
        (["sweep", "tiny"], "Missing option '--seeds'"),
        (["sweep", "--seeds", "0"], "Missing argument 'NETS'"),
        (["sweep", "tinny", "--seeds", "0"], "network 'tinny' is unknown; did you mean tiny?"),
        (["sweep", "tiny", "--seeds", "9..1"], "--seeds 9..1: 9..1 is no range"),
        (["sweep", "tiny", "--seeds", "0", "--lr", "0.1,x"], "--lr: 'x' is not a number"),
        (["sweep", "tiny", "--seeds", "0", "--lr", "0.1,0.1"], "--lr 0.1,0.1: a value occurs twice"),
        (["sweep", "tiny", "--seeds", "0", "--batch-size", "0"], "--batch-size 0: at least 1 is needed"),
        (["sweep", "tiny", "--seeds", "0", "--device", "cuda:7"], "device 'cuda:7': this machine has "),
        (["sweep", "tiny", "--seeds", "0", "--together", "0"], "--together 0: 1 to 1024 are allowed"),
        (["table", "nowhere"], "nowhere: no such folder; a run is a folder that holds run.json"),
        (["predict", "nowhere", "x.png"], "nowhere: no such folder; a run is a folder that holds run.json"),
        (["predict", "nowhere"], "Missing argument 'IMAGE'"),
        (["evaluate", "nowhere", "--data", "."], "nowhere: no such folder; a run is a folder that holds run.json"),
        (["evaluate", "nowhere"], "Missing option '--data'"),
        (["nets", "--jsno"], "No such option: --jsno"),
        (["trian"], "No such command 'trian'"),
        (["train", "tiny", "--set", "schedule=x"], "--set schedule=x: one of 'constant', 'one-cycle', 'cosine', "),
        (["train", "tiny", "--data", "/etc/passwd"], "/etc/passwd: is a file; a folder of four IDX"),
    ],
    ids=lambda value: " ".join(value)[:80] if isinstance(value, list) else "",
)
def test_bad_input_is_one_line_and_exit_code_2_and_nothing_is_written(
    cli: Mnist, tmp_path: Path, arguments: list[str], message: str
):
    code, _, err = cli(*arguments)

    assert code == 2
    assert err.startswith(f"mnist: {message}")
    assert err.count("\n") == 1
    assert files(tmp_path) == []


def test_a_folder_below_a_file_cannot_be_written(cli: Mnist, tmp_path: Path):
    (tmp_path / "file").touch()

    code, _, err = cli(*quick("file/run"))

    assert (code, err) == (2, f"mnist: file/run: {tmp_path / 'file'} is a file, not a folder\n")


def test_a_full_disk_is_one_line(cli: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(np, "savez_compressed", full)
        code, _, err = cli(*quick("one"))

    kept = "one.checkpoint keeps all 2 epochs: --resume one"
    assert (code, err) == (2, f"mnist: one: cannot be written (the disk is full); {kept}\n")
    assert cli("train", "--resume", "one")[0] == 0
    assert len(load_run(tmp_path / "one").record.epochs) == 2
    assert files(tmp_path) == sorted(["one", *(f"one/{name}" for name in FILES)])


@pytest.mark.parametrize("module", ["torch", "safetensors", "pooch"])
def test_a_missing_library_is_named_with_how_to_install_it(
    cli: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
):
    monkeypatch.setitem(sys.modules, module, None)

    code, _, err = cli(*quick("one"))

    assert code == 2
    assert err == f"mnist: training needs {module}, not installed here: pip install '{REQUIREMENTS[module]}'\n"
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--help"],
        *([name, "--help"] for name in ("nets", "summary", "train", "sweep", "table", "predict", "evaluate")),
    ],
)
def test_every_command_has_help_with_an_example(cli: Mnist, arguments: list[str]):
    code, out, err = cli(*arguments)

    assert (code, err) == (0, "")
    assert out.startswith("Usage: mnist")
    if len(arguments) == 2:
        assert f"mnist {arguments[0]}" in out.partition("Example")[2]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["nets"], ["summary", "tiny"], ["train", "--help"], ["table", str(ROOT / "runs")]]
)
def test_help_lists_and_tables_import_no_heavy_library(arguments: list[str]):
    heavy = {"torch", "sympy", "matplotlib", "backprop", "reports"}
    heavy |= {"numpy"} if arguments[0] != "table" else set()
    script = (
        "import sys\nfrom mnist.__main__ import main\ntry: main()\nexcept SystemExit: pass\n"
        f"sys.exit(' '.join({heavy!r} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_python_m_mnist_is_the_same_command():
    done = subprocess.run([sys.executable, "-m", "mnist", "nets"], capture_output=True, text=True, check=True)

    assert "published-10066" in done.stdout


def test_a_reader_that_stops_reading_hears_no_complaint():
    with started("-m", "mnist", "nets", "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()

        assert process.stderr.read() == b""
