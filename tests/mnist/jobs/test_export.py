"""A run as ONNX file and as TensorBoard's event file: what they hold is what the run holds."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from mnist.jobs import export
from mnist.runs.folder import load_run
from tests.conftest import ROOT
from tests.mnist.commands.commands import Mnist, files, quick

RUN = ROOT / "runs" / "published-25290-seed0"

MYNET = """
from torch import nn
def Net(): return nn.Sequential(nn.Conv2d(1, 2, 5, 4), nn.ReLU(), nn.Flatten(), nn.Linear(72, 10), nn.LogSoftmax(1))
"""


def test_an_onnx_file_reads_pixels_of_any_number_of_images_and_gives_the_runs_own_mistakes(tmp_path: Path):
    exported = export.export_onnx(RUN, tmp_path / "net.onnx")

    assert (exported.images, exported.same) == (100, 100)
    assert exported.difference <= 1e-5
    run = load_run(RUN)
    session = onnxruntime.InferenceSession(str(tmp_path / "net.onnx"), providers=["CPUExecutionProvider"])
    (scores,) = session.run(None, {"pixels": run.wrong_images[:, None].astype(np.float32)})
    # the bfloat16 and batches of the recorded evaluation round otherwise, so of close calls one or two may differ
    recorded = [digit.predicted for digit in run.evaluation.wrong]
    assert (scores.argmax(1) == recorded).mean() > 0.95
    assert session.run(None, {"pixels": np.zeros((1, 1, 28, 28), np.float32)})[0].shape == (1, 10)


def test_a_file_that_gives_other_scores_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    forward = export.WithPixels.forward
    monkeypatch.setattr(export, "_write", _with(export._write, lambda self, pixels: 1.001 * forward(self, pixels)))

    with pytest.raises(
        export.RunError, match=r"ONNX Runtime gives other scores than torch, 1\.0e-03 of the largest apart"
    ):
        export.export_onnx(RUN, tmp_path / "net.onnx")
    assert list(tmp_path.iterdir()) == []


def _with(write, forward):
    def changed(network, pixels, file):
        original = export.WithPixels.forward
        export.WithPixels.forward = forward
        try:
            write(network, pixels, file)
        finally:
            export.WithPixels.forward = original

    return changed


def test_a_module_of_somebodys_own_is_exported_by_its_graph(cli: Mnist, tmp_path: Path):
    (tmp_path / "mynet.py").write_text(MYNET)
    assert cli("train", "mynet.py:Net", *quick("one")[2:])[0] == 0
    (tmp_path / "mynet.py").unlink()

    code, out, err = cli("export", "one", "--onnx", "one.onnx")

    assert (code, err) == (0, "")
    assert "all classes alike\n" in out
    session = onnxruntime.InferenceSession(str(tmp_path / "one.onnx"), providers=["CPUExecutionProvider"])
    scores = session.run(None, {"pixels": np.full((3, 1, 28, 28), 50, np.float32)})[0]
    assert np.exp(scores).sum(1) == pytest.approx([1, 1, 1], rel=1e-4)  # log-probabilities, as the module gives them


def test_event_files_hold_every_epochs_figures(tmp_path: Path):
    place = export.write_events(RUN, tmp_path / "boards")

    events = EventAccumulator(str(place))
    events.Reload()
    run = load_run(RUN)
    for tag, figure in (
        ("loss/train", "train_loss"),
        ("accuracy/test", "test_accuracy"),
        ("learning rate", "learning_rate"),
    ):
        assert [event.step for event in events.Scalars(tag)] == [epoch.epoch for epoch in run.record.epochs]
        values = [getattr(epoch, figure) for epoch in run.record.epochs]
        assert [event.value for event in events.Scalars(tag)] == pytest.approx(values, rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "--onnx FILE.onnx or --tensorboard DIR is needed"),
        (("--onnx", "net.txt"), "net.txt: an ONNX file's name ends in .onnx"),
        (("--onnx", "there.onnx"), "there.onnx exists; --force overwrites it"),
        (("--tensorboard", "boards"), f"{RUN.name}: exists already; name another --tensorboard"),
        (("--onnx", "no/net.onnx"), "no: no such folder"),
    ],
    ids=str,
)
def test_what_cannot_be_exported_ends_with_one_line(
    cli: Mnist, tmp_path: Path, arguments: tuple[str, ...], message: str
):
    (tmp_path / "there.onnx").write_text("mine")
    (tmp_path / "boards" / RUN.name).mkdir(parents=True)
    before = files(tmp_path)

    code, out, err = cli("export", RUN, *arguments)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert files(tmp_path) == before


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(export, "find_spec", lambda name: None if name == "onnxscript" else name)

    with pytest.raises(
        export.MnistError, match=r"ONNX needs onnxscript, not installed here: pip install 'onnxscript>="
    ):
        export.export_onnx(RUN, tmp_path / "net.onnx")
