"""Bad input: one line that names the file, the value and what is allowed, and nothing is written."""

import io
import json

import numpy as np
import pytest

FAST = ("--eta", "1", "--epochs", "2")


@pytest.fixture
def run(tmp_path, write_run):
    return write_run(tmp_path / "runs" / "one", correct=(9900, 9910, 9920, 9930))


@pytest.fixture
def refused(tmp_path, command, run):
    """What `reports build` says of the run, in one line; exit code 2 and no folder."""

    def build(*words: object) -> str:
        told = command("build", run, *words, "-o", tmp_path / "report", *FAST)
        assert (told.code, told.out) == (2, "")
        assert not (tmp_path / "report").exists()
        (line,) = told.err.splitlines()
        assert line.startswith("reports: ")
        return line.removeprefix("reports: ")

    return build


@pytest.mark.parametrize(
    ("message", "change"),
    [
        ("version: one of 1, 2 or 3 is needed (found 4)", {"version": 4, "colour": "red"}),
        ("seed: a whole number is needed (found 'one')", {"seed": "one"}),
        ("colour: is not known here (found 'red')", {"colour": "red"}),
        ("status: one of 'finished' or 'interrupted' is needed (found 'lost')", {"status": "lost"}),
    ],
)
def test_a_record_of_a_newer_version_or_another_program(refused, run, message, change):
    file = run / "run.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | change), encoding="utf-8")

    assert refused().startswith(f"{file}: {message}")


@pytest.mark.parametrize(
    ("message", "place", "value"),
    [
        ("epochs.2.test_loss: a finite number is needed (found nan)", "test_loss", float("nan")),
        ("epochs.2.train_loss: a finite number is needed (found inf)", "train_loss", float("inf")),
        ("epochs: epoch 2 is missing, 3 is in its place; 1, 2, 3, ... is needed", "epoch", 3),
        ("epochs.2.test_correct: at least 0 is needed (found -1)", "test_correct", -1),
        ("epoch 2: 10001 of 10000 test images are right", "test_correct", 10_001),
    ],
)
def test_an_epoch_that_cannot_be(refused, run, message, place, value):
    file = run / "run.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    record["epochs"][1][place] = value
    file.write_text(json.dumps(record), encoding="utf-8")

    assert refused() == f"{file}: {message}"


@pytest.mark.parametrize("lost", [0, 1, 3])
def test_missing_epochs(refused, run, lost):
    file = run / "run.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    del record["epochs"][lost]
    file.write_text(json.dumps(record), encoding="utf-8")

    told = refused()

    if lost < 3:
        missing = f"epochs: epoch {lost + 1} is missing, {lost + 2} is in its place; 1, 2, 3, ... is needed"
        assert told == f"{file}: {missing}"
    else:
        assert "(epoch, right, tested, wrong) are (4, 9930, 10000, 70); run.json's last epoch has (3, 9920" in told


def test_a_finished_run_has_all_its_epochs(refused, run):
    file = run / "run.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    record["recipe"]["epochs"] = 20
    file.write_text(json.dumps(record), encoding="utf-8")

    assert refused() == f"{file}: status is finished, but it has 4 of 20 epochs; a run that was stopped is interrupted"


@pytest.mark.parametrize(
    ("message", "arrays"),
    [
        ("images are uint8 (70, 14, 14); evaluation.json needs uint8 (70, 28, 28)", np.zeros((70, 14, 14), np.uint8)),
        ("images are float64 (70, 28, 28); evaluation.json needs uint8 (70, 28, 28)", np.zeros((70, 28, 28))),
        ("images are uint8 (69, 28, 28); evaluation.json needs uint8 (70, 28, 28)", np.zeros((69, 28, 28), np.uint8)),
        ("not readable (Object arrays cannot be loaded when allow_pickle=False)", np.array([{}] * 70)),
    ],
)
def test_images_of_another_kind(refused, run, message, arrays):
    np.savez(run / "wrong.npz", images=arrays)

    assert refused() == f"{run / 'wrong.npz'}: {message}"


def test_images_under_another_name(refused, run):
    np.savez(run / "wrong.npz", pictures=np.zeros((70, 28, 28), np.uint8))

    assert "wrong.npz: not readable ('images is not a file in the archive')" in refused()


def test_images_that_claim_to_be_larger_than_any_memory(refused, run):
    header = io.BytesIO()
    shape = {"descr": "|u1", "fortran_order": False, "shape": (10**15,)}
    np.lib.format.write_array_header_1_0(header, shape)
    (run / "wrong.npz").write_bytes(header.getvalue())

    assert "wrong.npz: not readable (" in refused()


@pytest.mark.parametrize(
    ("message", "content"),
    [
        ("not readable as JSON ('utf-8' codec can't decode byte 0xff in position 0: invalid start byte)", b"\xff"),
        ("not readable as JSON (Expecting value: line 1 column 1 (char 0))", b""),
        ("name: is missing", b"{}"),
        ("epochs.1.test_accuracy: a finite number is needed", None),
    ],
)
def test_a_published_run_that_cannot_be_read(refused, tmp_path, message, content):
    told = {"epoch": 1, "test_accuracy": float("nan")}
    unknown = dict.fromkeys(("test_loss", "test_correct", "test_total", "last_batch_loss", "batches", "seconds"))
    record = {
        "name": "theirs", "source": "README.md", "sha256": "0" * 64, "first_line": 1, "last_line": 2,
        "parameters": None, "layers": [], "epochs": [told | unknown],
    }  # fmt: skip
    file = tmp_path / "theirs" / "published.json"
    file.parent.mkdir()
    file.write_bytes(json.dumps(record).encode() if content is None else content)

    assert refused(file.parent).startswith(f"{file}: {message}")


@pytest.mark.parametrize("words", [["lint"], ["import", "--out", "runs"]], ids=["lint", "import"])
def test_a_readme_that_is_no_text(tmp_path, command, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "latin.md").write_bytes("Größe\n".encode("latin-1"))
    (tmp_path / "folder.md").mkdir()

    for name, message in {
        "latin.md": "latin.md: not UTF-8 in line 1",
        "folder.md": "folder.md: a folder, not a text file",
        "none.md": "none.md: no such file",
    }.items():
        told = command(words[0], name, *words[1:])
        assert (told.code, told.out, told.err) == (2, "", f"reports: {message}\n")
    assert not (tmp_path / "runs").exists()


def test_a_template_that_is_no_text(tmp_path, refused):
    (tmp_path / "mine.j2").write_bytes(b"\xff")

    assert refused("--template", tmp_path / "mine.j2") == f"{tmp_path / 'mine.j2'}: not UTF-8 text"
