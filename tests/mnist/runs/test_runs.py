"""The run record: what is written is read back equal, and what is damaged is refused by name."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from pydantic import ValidationError

from mnist.errors import RunError
from mnist.jobs.use import load_model
from mnist.nets.catalogue import NETS, find_net
from mnist.nets.published import PUBLISHED
from mnist.nets.summary import summarise
from mnist.runs.data_source import DataSource
from mnist.runs.environment import describe
from mnist.runs.folder import FILES, find_runs, load_run, save_run
from mnist.runs.folder import WEIGHTS as WEIGHTS_FILE
from mnist.runs.recipe import Recipe
from mnist.runs.record import EpochMetrics, Evaluation, Record, WrongDigit
from tests.conftest import ROOT

NET = find_net("published-18138")


def metrics(epoch: int, correct: int) -> EpochMetrics:
    return EpochMetrics(
        epoch=epoch,
        train_loss=0.5,
        train_correct=40,
        train_total=50,
        test_loss=0.25,
        test_correct=correct,
        test_total=20,
        learning_rate=0.1,
        seconds=1.5,
    )


def record(*correct: int) -> Record:
    return Record(
        net=NET.name,
        source=NET.source,
        published=NET.published,
        started="2026-01-02T03:04:05+00:00",
        status="finished",
        seed=0,
        recipe=NET.recipe,
        choices=NET.choices,
        summary=summarise(NET).recorded(),
        data=DataSource(
            name="rendered-digits",
            train_samples=50,
            test_samples=20,
            sha256=dict.fromkeys(("train_images", "train_labels", "test_images", "test_labels"), "0" * 64),
        ),
        environment=describe("cpu", None, 1),
        epochs=tuple(metrics(epoch, right) for epoch, right in enumerate(correct, start=1)),
    )


def evaluation() -> Evaluation:
    """Epoch 2: 20 images, 18 right, two ones taken for sevens."""
    confusion = np.diag([2, 0, 2, 2, 2, 2, 2, 2, 2, 2])
    confusion[1, 7] = 2
    wrong = tuple(WrongDigit(index=index, label=1, predicted=7) for index in (3, 8))
    return Evaluation(epoch=2, confusion=tuple(map(tuple, confusion.tolist())), wrong=wrong)


IMAGES = np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28)
WEIGHTS = safetensors.numpy.save({"w": np.arange(6.0).reshape(2, 3), "b": np.zeros(2)})


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "runs" / "one"
    save_run(folder, record(15, 18), evaluation(), IMAGES, WEIGHTS)
    return folder


def test_the_schema_of_a_record_names_every_field_and_refuses_others():
    schema = Record.model_json_schema()

    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(Record.model_fields)
    optional = set(schema["properties"]) - set(schema["required"])
    assert optional == {"version", "published", "chosen", "network", "resumptions", "together"}
    assert set(schema["$defs"]["Published"]["properties"]) == {"accuracy", "epoch", "statement"}


@pytest.mark.parametrize("net", [net.name for net in PUBLISHED])
def test_recorded_runs_of_version_1_are_read_with_the_recipe_they_had(net: str):
    loaded = load_run(ROOT / "runs" / f"{net}-seed0").record

    assert loaded.version == 1
    assert loaded.recipe == NETS[net].recipe
    assert (loaded.recipe.schedule, loaded.recipe.ema, loaded.recipe.validation) == ("constant", 0, 0)
    assert not loaded.recipe.augmentation


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("nesterov", True, "Nesterov's method needs a momentum above 0"),
        ("warm_up", 0.1, "schedule constant has no warm-up"),
        ("augmentation", {"rotation": -1}, "greater than or equal to 0"),
    ],
)
def test_recipes_that_contradict_themselves_are_refused(field: str, value: object, message: str):
    plain = {"epochs": 1, "batch_size": 1, "learning_rate": 0.1, "momentum": 0.0}

    with pytest.raises(ValidationError, match=message):
        Recipe.model_validate(plain | {field: value})


def test_a_run_is_read_back_as_it_was_written(run: Path):
    loaded = load_run(run)

    assert loaded.name == "one"
    assert loaded.record == record(15, 18)
    assert loaded.evaluation == evaluation()
    assert np.array_equal(loaded.wrong_images, IMAGES)
    assert (run / "weights.safetensors").read_bytes() == WEIGHTS


def test_a_run_folder_holds_its_four_files_and_nothing_is_left_beside_it(run: Path):
    assert sorted(FILES) == sorted(file.name for file in run.iterdir())
    assert [run] == list(run.parent.iterdir())


def test_the_best_epoch_is_the_first_of_equals(tmp_path: Path):
    save_run(tmp_path / "run", record(18, 17, 18), _of_epoch(3), IMAGES, WEIGHTS)

    loaded = load_run(tmp_path / "run")

    assert (loaded.best.epoch, loaded.last.epoch) == (1, 3)


def test_accuracies_are_fractions():
    assert (metrics(1, 15).train_accuracy, metrics(1, 15).test_accuracy) == (0.8, 0.75)


def test_writing_again_replaces_the_folder(run: Path):
    save_run(run, record(10, 18), evaluation(), IMAGES, WEIGHTS)

    assert load_run(run).record == record(10, 18)
    assert [run] == list(run.parent.iterdir())


def test_a_failure_while_writing_leaves_the_older_run(run: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(RunError, match=r"one: cannot be written \(the disk is full\)"):
        save_run(run, record(10, 18), evaluation(), IMAGES, WEIGHTS)

    assert load_run(run).record == record(15, 18)
    assert [run] == list(run.parent.iterdir())


def test_a_run_is_read_without_its_weights(run: Path):
    assert load_run(run).has_weights
    (run / WEIGHTS_FILE).unlink()

    assert load_run(run).record == record(15, 18)
    assert not load_run(run).has_weights
    with pytest.raises(RunError, match=r"one: its weights were not kept \(no weights\.safetensors\); only its figures"):
        load_model(run)


@pytest.mark.parametrize("name", [name for name in FILES if name != WEIGHTS_FILE])
def test_a_missing_file_is_named(run: Path, name: str):
    (run / name).unlink()

    with pytest.raises(RunError, match=f"one: no {name}; a run folder holds run.json, "):
        load_run(run)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("keep", [0.0, 0.5, 0.98], ids="{:.0%} left".format)
def test_a_truncated_file_is_named(run: Path, name: str, keep: float):
    size = (run / name).stat().st_size
    os.truncate(run / name, int(size * keep))

    with pytest.raises(RunError, match=name):
        load_run(run)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_other_bytes_is_named(run: Path, name: str):
    (run / name).write_bytes(b"\xff\x00 not what it says" * 9)

    with pytest.raises(RunError, match=name):
        load_run(run)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("seed", "many", r"run\.json: seed: .*'many'"),
        ("colour", "red", r"run\.json: colour: is not known here \(found 'red'\)"),
        ("version", 4, r"run\.json: version: one of 1, 2 or 3 is needed \(found 4\)"),
        ("epochs", [], r"run\.json: epochs: 0 given, at least 1 needed"),
        ("status", "lost", r"run\.json: status: .*'finished' or 'interrupted'"),
    ],
)
def test_a_wrong_field_is_named_with_its_value(run: Path, field: str, value: object, message: str):
    told = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(told | {field: value}))

    with pytest.raises(RunError, match=message):
        load_run(run)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_loss_that_is_not_finite_is_refused(run: Path, number: str):
    text = (run / "run.json").read_text()
    (run / "run.json").write_text(text.replace('"test_loss": 0.25', f'"test_loss": {number}', 1))

    with pytest.raises(RunError, match=r"epochs\.1\.test_loss: a finite number is needed"):
        load_run(run)


def test_epochs_are_numbered_from_one(run: Path):
    text = (run / "run.json").read_text()
    (run / "run.json").write_text(text.replace('"epoch": 2', '"epoch": 3'))

    with pytest.raises(RunError, match=r"epochs: epoch 2 is missing, 3 is in its place; 1, 2, 3, \.\.\. is needed$"):
        load_run(run)


def test_an_evaluation_of_another_epoch_is_refused(tmp_path: Path):
    save_run(tmp_path / "run", record(15, 18), _of_epoch(1), IMAGES, WEIGHTS)

    with pytest.raises(RunError, match=r"are \(1, 18, 20, 2\); run\.json's last epoch has \(2, 18, 20, 2\)"):
        load_run(tmp_path / "run")


def test_a_confusion_matrix_of_other_size_is_refused(run: Path):
    told = json.loads((run / "evaluation.json").read_text())
    for confusion, message in (
        (told["confusion"][:9], "the confusion matrix is not square: it has 9 rows"),
        ([[20]], r"evaluation\.json: the confusion matrix has 1 rows; run\.json names 10 classes"),
    ):
        (run / "evaluation.json").write_text(json.dumps(told | {"confusion": confusion}))

        with pytest.raises(RunError, match=message):
            load_run(run)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"channels": 3}, "a mean and a deviation for each of 3 channels are needed"),
        ({"deviation": (0.0,)}, "the deviation 0.0 is not above 0"),
        ({"classes": ("one",)}, "at least 2 items"),
    ],
)
def test_a_data_set_that_contradicts_itself_is_refused(fields: dict[str, object], message: str):
    with pytest.raises(ValidationError, match=message):
        DataSource.model_validate(record(15).data.model_dump() | fields)


def test_a_run_on_colour_images_of_three_classes_is_read_back(tmp_path: Path):
    data = DataSource.model_validate(
        record(15).data.model_dump()
        | {
            "name": "pets",
            "classes": ("cat", "dog", "hen"),
            "channels": 3,
            "height": 8,
            "width": 6,
            "mean": (0.4, 0.5, 0.6),
            "deviation": (0.1, 0.2, 0.3),
        }
    )
    confusion = ((8, 2, 0), (0, 5, 0), (0, 0, 5))
    wrong = tuple(WrongDigit(index=index, label=0, predicted=1) for index in (3, 8))
    told = Evaluation(epoch=2, confusion=confusion, wrong=wrong)
    images = np.arange(2 * 8 * 6 * 3, dtype=np.uint8).reshape(2, 8, 6, 3)
    save_run(tmp_path / "run", record(15, 18).model_copy(update={"data": data}), told, images, WEIGHTS)

    loaded = load_run(tmp_path / "run")

    assert (loaded.record.data, loaded.record.data.shape) == (data, (3, 8, 6))
    assert np.array_equal(loaded.wrong_images, images)


def test_images_that_do_not_match_the_evaluation_are_refused(tmp_path: Path):
    save_run(tmp_path / "run", record(15, 18), evaluation(), IMAGES[:1], WEIGHTS)

    with pytest.raises(RunError, match=r"wrong\.npz: images are uint8 \(1, 28, 28\); .* \(2, 28, 28\)"):
        load_run(tmp_path / "run")


def test_an_array_of_objects_is_never_unpickled(tmp_path: Path):
    save_run(tmp_path / "run", record(15, 18), evaluation(), IMAGES, WEIGHTS)
    np.savez(tmp_path / "run" / "wrong.npz", images=np.array([print, print], dtype=object))

    with pytest.raises(RunError, match=r"wrong\.npz: not readable .*allow_pickle=False"):
        load_run(tmp_path / "run")


def test_runs_are_found_in_a_folder_and_in_the_folder_above(run: Path):
    assert find_runs([run]) == find_runs([run.parent]) == [run]


def test_a_path_without_runs_is_named(tmp_path: Path):
    with pytest.raises(RunError, match="no run here"):
        find_runs([tmp_path])


def _of_epoch(epoch: int) -> Evaluation:
    return evaluation().model_copy(update={"epoch": epoch})
