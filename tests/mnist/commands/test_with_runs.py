"""The command line on runs: interrupted and gone on with, swept, tabulated, used to predict and to evaluate."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import mnist.data.download
import mnist.data.sources
import mnist.jobs.single
import mnist.runs.environment
from mnist.__main__ import main
from mnist.data.idx import idx_bytes
from mnist.jobs.run_folder import train_into
from mnist.nets.catalogue import NETS
from mnist.runs.folder import FILES, load_run
from tests.conftest import ROOT
from tests.mnist.commands.commands import Mnist, files, quick
from tests.mnist.conftest import Recorder
from tests.mnist.jobs.sweeping import assert_same
from tests.processes import started

# `mnist` with few rendered digits, for a process that is to be interrupted.
FEW = """
import sys, mnist.data.sources
few = mnist.data.sources.rendered_digits({digits}, 50)
mnist.data.sources.rendered_digits = lambda: few
from mnist.__main__ import main
main()
"""


def interrupted(tmp_path: Path, number: int, digits: int, *more: str, after: str) -> tuple[int, str]:
    """Exit code and stderr of a training process that gets the signal once a line starting with `after` is out."""
    command = ("-c", FEW.format(digits=digits), *quick("run", "--epochs", 500, *more))
    with started(*command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith(after):
                process.send_signal(number)
                break
        _, err = process.communicate(timeout=60)
    return process.returncode, err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_an_interruption_leaves_a_valid_record_of_the_finished_epochs(tmp_path: Path, number: int):
    code, err = interrupted(tmp_path, number, 200, after="   2/500")

    run = load_run(tmp_path / "run")
    assert code == 130
    assert (run.record.status, run.record.recipe.epochs) == ("interrupted", 500)
    assert 2 <= len(run.record.epochs) < 500
    assert err == f"mnist: interrupted; run holds {len(run.record.epochs)} finished epochs; --resume run goes on\n"
    assert files(tmp_path) == sorted(["run", "run.checkpoint", *(f"run/{name}" for name in FILES)])


def test_an_interruption_before_the_first_epoch_is_finished_writes_nothing(tmp_path: Path):
    code, err = interrupted(tmp_path, signal.SIGINT, 4000, "--batch-size", "1", after="  epoch")

    assert (code, err) == (130, "mnist: interrupted before an epoch was finished; nothing was written\n")
    assert files(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="submitit's local executor needs Unix")
def test_a_run_that_was_killed_here_goes_on_elsewhere(
    cli: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def stop(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    _, told, _ = cli(*quick("whole"))
    with monkeypatch.context() as patched:
        patched.setattr("mnist.jobs.progress.TerminalProgress.epoch", stop)
        monkeypatch.setattr(sys, "argv", ["mnist", *map(str, quick("run"))])
        with pytest.raises(SystemExit):
            main()
    capsys.readouterr()

    code, out, err = cli(*quick("run", "--slurm", "local"))

    assert (code, out.splitlines()[-1]) == (0, told.splitlines()[-1].replace("whole", "run"))
    assert "run: goes on after epoch 1\n" in err
    assert_same(load_run(tmp_path / "run"), load_run(tmp_path / "whole"), but="resumptions")
    assert not (tmp_path / "run.checkpoint").exists()
    assert "run: exists already" in cli(*quick("run", "--slurm", "local"))[2]


@pytest.mark.parametrize("words", [quick("run", "--force"), ("train", "--resume", "run")], ids=["force", "resume"])
def test_what_only_a_run_here_can_be_is_refused_elsewhere(cli: Mnist, words: tuple[object, ...]):
    code, out, err = cli(*words, "--scheduler", "tcp://h:1")
    assert (code, out) == (2, "")
    assert "is for a run that is trained here, without --scheduler and --slurm" in err


def test_resume_goes_on_as_the_run_was_begun(
    cli: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def stop(*_: object) -> None:
        raise ZeroDivisionError

    cli(*quick("whole", "--seed", 4, "--threads", 2))
    with monkeypatch.context() as patched:
        patched.setattr("mnist.jobs.progress.TerminalProgress.epoch", stop)
        monkeypatch.setattr(sys, "argv", ["mnist", *map(str, quick("run", "--seed", 4, "--threads", 2))])
        with pytest.raises(SystemExit):
            main()
    assert "ZeroDivisionError" in capsys.readouterr().err

    code, out, err = cli("train", "--resume", "run")

    run, whole = (load_run(tmp_path / name) for name in ("run", "whole"))
    assert (code, err) == (0, "")
    assert "published-18138: seed 4; goes on after epoch 1" in out
    assert run.record.environment.threads == 2
    assert run.evaluation == whole.evaluation
    assert (run.path / "weights.safetensors").read_bytes() == (whole.path / "weights.safetensors").read_bytes()


def test_a_run_that_goes_on_with_another_torch_says_so_in_a_line(
    cli: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    net = NETS["tiny"]
    recipe = net.recipe.model_copy(update={"epochs": 2, "batch_size": 60})
    few = mnist.data.sources.rendered_digits()
    train_into(tmp_path / "run", net, recipe, few, seed=0, device="cpu", threads=1, progress=Recorder(stop_after=6))
    here = mnist.runs.environment.versions()
    monkeypatch.setattr(mnist.jobs.single, "versions", lambda: here | {"torch": "2.9.1"})

    code, _, err = cli("train", "--resume", "run")

    note = f"goes on with other versions than it began with: torch {here['torch']} then, 2.9.1 now"
    assert (code, err) == (0, f"mnist: {note}\n")


def test_a_table_of_runs_with_different_versions_says_so_in_a_line(cli: Mnist, tmp_path: Path):
    for seed in (0, 1):
        cli(*quick(f"runs/{seed}", "--seed", seed))
    file = tmp_path / "runs" / "1" / "run.json"
    record = json.loads(file.read_text())
    record["environment"]["versions"]["torch"] = "2.9.1"
    file.write_text(json.dumps(record))

    code, _, err = cli("table")

    assert code == 0
    assert re.fullmatch(r"mnist: these runs were made with different versions: torch 2\.\S+, 2\.9\.1\n", err)


@pytest.mark.parametrize(
    "more", [["tiny"], ["--epochs", 3], ["--set", "ema=0"], ["--seed", 1], ["--force"], ["--out", "x"]]
)
def test_resume_takes_no_other_configuration(cli: Mnist, more: list[object]):
    code, _, err = cli("train", "--resume", "run", *more)

    assert code == 2
    assert err == "mnist: --resume run: goes on as the run was begun; only --data and --trust can be given beside it\n"


SWEEP = ("sweep", "tiny", "--seeds", "0..1", "--epochs", 1, "--batch-size", "60", "--data", "rendered", "--out", "out")


def test_sweep_trains_every_seed_and_prints_one_table(cli: Mnist, tmp_path: Path):
    code, out, err = cli(*SWEEP)
    accuracies = [load_run(folder).last.test_accuracy for folder in (tmp_path / "out").iterdir()]

    assert code == 0
    lines = out.splitlines()
    assert len(accuracies) == 2
    assert lines[0].split()[:4] == ["Network", "Params", "Epochs", "n"]
    assert lines[1].split()[:2] == ["tiny", "(rendered"]
    assert f"{min(accuracies):.2%}" in out
    assert "0 of 2 runs are finished already" in err
    assert "2 of 2 runs, about 0 s left" in err


def test_sweep_given_again_trains_nothing_and_prints_the_same_table(cli: Mnist):
    first = cli(*SWEEP, "--json")[1]
    code, again, err = cli(*SWEEP, "--json")

    assert (code, again) == (0, first)
    assert "2 of 2 runs are finished already" in err
    told = json.loads(again)
    assert [(line["net"], line["seeds"], line["images"]) for line in told] == [("tiny", [0, 1], "rendered test")]


def test_sweep_refuses_a_folder_of_another_configuration_in_one_line(cli: Mnist, tmp_path: Path):
    cli(*SWEEP)
    (tmp_path / "out" / "tiny-epochs1-batchsize60-seed0").rename(tmp_path / "out" / "tiny-epochs1-batchsize50-seed0")
    before = files(tmp_path)

    code, _, err = cli(*SWEEP[:-6], "--batch-size", "50", "--data", "rendered", "--out", "out")

    assert code == 2
    assert err.splitlines()[-1].endswith("belongs to another configuration (batch_size 60); name another --out")
    assert files(tmp_path) == before


def test_sweep_does_not_train_on_rendered_digits_unasked(cli: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setattr(mnist.data.download, "MIRRORS", ())
    monkeypatch.setattr(mnist.data.download, "cache_folder", lambda: tmp_path / "cache")

    code, out, err = cli("sweep", "tiny", "--seeds", "0", "--epochs", 1, "--out", "out")

    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith("mnist: MNIST cannot be had; name its folder with --data or $MNIST_DIR")
    assert not (tmp_path / "out").exists()


def test_sweep_into_what_cannot_be_written_is_told_before_training(cli: Mnist):
    Path("file").touch()

    code, _, err = cli(*SWEEP[:-1], "file")

    assert code == 2
    assert err.splitlines()[-1].startswith(
        f"mnist: file/tiny-epochs1-batchsize60-seed0: {Path('file').absolute()} is a file, not a folder"
    )


def test_sweep_crosses_learning_rates_and_batch_sizes(cli: Mnist):
    told = json.loads(cli(*SWEEP[:-6], "--lr", "0.05,0.1", "--data", "rendered", "--out", "out", "--json")[1])

    assert [line["recipe"]["learning_rate"] for line in told] == [0.05, 0.1]
    assert told[1]["configuration"] == "learning_rate 0.1"


def test_table_prints_a_line_per_configuration(cli: Mnist):
    cli(*quick("runs/a", "--seed", 1))
    cli(*quick("runs/b", "--seed", 2))
    cli(*quick("runs/c", "--lr", 0.01))

    code, out, err = cli("table")
    told = json.loads(cli("table", "runs", "--json")[1])

    assert (code, err) == (0, "")
    assert [len(line["seeds"]) for line in told] == [2, 1]
    assert f"{100 * told[0]['mean']:.3f} ± {100 * told[0]['sd']:.3f}" in out
    assert len(out.splitlines()) == 3
    assert out.splitlines()[2].startswith("published-18138, learning_rate 0.01 (rendered test)  18,138 ")


def test_predict_reads_pictures_and_agrees_with_the_recorded_wrong_digits(cli: Mnist, tmp_path: Path):
    cli(*quick("run", "--epochs", 4))
    data = mnist.data.sources.rendered_digits()
    run = load_run(tmp_path / "run")
    wrong = {digit.index: digit.predicted for digit in run.evaluation.wrong}
    names = []
    for index in range(10):
        names.append(f"{index}.png")
        Image.fromarray(data.test_images[index]).save(names[-1])

    told = json.loads(cli("predict", "run", *names, "--json")[1])
    code, out, err = cli("predict", "run", *names)

    assert (code, err) == (0, "")
    expected = [wrong.get(index, int(data.test_labels[index])) for index in range(10)]
    assert [row["digit"] for row in told] == expected
    assert all(abs(sum(row["probabilities"]) - 1) < 1e-5 for row in told)
    assert [line.split()[:2] for line in out.splitlines()[1:11]] == [
        [name, f"{row['digit']}{'?' * row['unlike']}"] for name, row in zip(names, told, strict=True)
    ]
    assert ("? unlike what the network learnt" in out) is any(row["unlike"] for row in told)


def test_predict_shows_what_the_network_saw(cli: Mnist, tmp_path: Path):
    cli(*quick("run"))
    image = mnist.data.sources.rendered_digits().test_images[0]
    Image.fromarray(image).save("0.png")
    Image.fromarray(np.hstack([255 - image, 255 - image]).repeat(8, 0).repeat(8, 1)).save("two.png")

    told = json.loads(cli("predict", "run", "0.png", "two.png", "--show", "--json")[1])
    out = cli("predict", "run", "0.png", "two.png", "--show")[1]

    assert [row["pixels"] for row in told[:1]] == [image.tolist()]
    assert [(row["image"], row["number"]) for row in told] == [("0.png", 1), ("two.png", 1), ("two.png", 2)]
    assert told[2]["box"]["left"] > 200
    lines = out.splitlines()
    assert lines[0].startswith("0.png, read as ")
    assert [len(line) > 0 for line in lines[1:29]] == (image > 25).any(1).tolist()  # the darkest shade is a blank
    assert any(line.startswith("two.png, digit 2 ") for line in lines)


def test_a_picture_that_shows_nothing_is_one_line(cli: Mnist, tmp_path: Path):
    cli(*quick("run"))
    Image.new("L", (90, 90), 200).save("blank.png")

    code, out, err = cli("predict", "run", "blank.png")

    assert (code, out) == (2, "")
    assert err == "mnist: blank.png: shows nothing; a digit that differs from its background is needed\n"


def test_evaluate_finds_on_the_test_set_what_training_recorded(cli: Mnist, tmp_path: Path):
    cli(*quick("run"))
    data = mnist.data.sources.rendered_digits()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "test-images-idx3-ubyte").write_bytes(idx_bytes(data.test_images))
    (tmp_path / "data" / "test-labels-idx1-ubyte").write_bytes(idx_bytes(data.test_labels))

    told = json.loads(cli("evaluate", "run", "--data", "data", "--json")[1])
    code, out, err = cli("evaluate", "run", "--data", "data")

    run = load_run(tmp_path / "run")
    assert (code, err) == (0, "")
    assert told["confusion"] == [list(row) for row in run.evaluation.confusion]
    assert told["loss"] == pytest.approx(run.last.test_loss, rel=1e-6)
    assert out.startswith(f"run: {run.last.test_correct} of 40 images right, {run.last.test_accuracy:.2%}; loss ")
    assert max(map(len, out.splitlines())) <= 80


def test_weights_of_another_network_are_named(cli: Mnist, tmp_path: Path):
    cli(*quick("run"))
    cli("train", "tiny", "--data", "rendered", "--epochs", 1, "--out", "other")
    (tmp_path / "other" / "weights.safetensors").replace(tmp_path / "run" / "weights.safetensors")
    Image.fromarray(mnist.data.sources.rendered_digits().test_images[0]).save("0.png")

    code, _, err = cli("predict", "run", "0.png")

    assert code == 2
    assert err == "mnist: run: its weights do not fit the network published-18138 as it is now\n"
