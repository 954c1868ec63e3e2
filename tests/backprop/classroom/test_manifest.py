"""The manifest: what it gives back, what it refuses, and the numbers that it stands for."""

import json

import pytest

from backprop.classroom.behaviour import first_good, judge
from backprop.classroom.levels import LEVELS, asked_quantities
from backprop.classroom.manifest import (
    Manifest,
    ManifestError,
    Student,
    drawn,
    exercise_of,
    manifest_json,
    read_manifest,
    write_manifest,
)
from backprop.library import derive
from backprop.network.load import load_network, presets

SHA = "0" * 64


def student(number, **more):
    fields = {"id": f"s{number}", "name": f"Student {number}", "draw": 0, "file": f"s{number}.xlsx", "sha256": SHA}
    return Student(**fields | more)


def manifest(network="eight-weight", **more):
    fields = {
        "network": load_network(network),
        "seed": 7,
        "level": 3,
        "epochs": 20,
        "students": (student(1), student(2)),
    }
    return Manifest(**fields | more)


@pytest.mark.parametrize("network", presets())
def test_a_manifest_reads_back_as_the_same(network, tmp_path):
    given = manifest(network, learning_rates=(0.5, 0.1), form="steps", self_check=True)
    write_manifest(given, tmp_path / "manifest.json")
    assert read_manifest(tmp_path / "manifest.json") == given


def test_a_student_has_the_same_numbers_from_the_manifest_alone():
    given = manifest()
    again = Manifest.model_validate_json(manifest_json(given))
    first, second = given.students
    assert exercise_of(again, first) == exercise_of(given, first)
    assert exercise_of(given, first).network.weights != exercise_of(given, second).network.weights
    assert exercise_of(given, first).network.inputs != exercise_of(given, second).network.inputs


def test_numbers_depend_on_seed_and_id_alone():
    network = load_network("eight-weight")
    assert drawn(network, 1, "ada", 0) == drawn(network, 1, "ada", 0)
    others = [drawn(network, *words) for words in ((2, "ada", 0), (1, "bob", 0), (1, "ada", 1))]
    assert len({network.weights for network in (drawn(network, 1, "ada", 0), *others)}) == 4


def test_these_numbers_never_change():
    """Manifests that were written stay readable: another draw under the same words would change everybody's numbers."""
    network = drawn(load_network("eight-weight"), 1, "ada", 0)
    assert (network.inputs, network.targets) == (((0.21, 0.36),), ((0.24, 0.84),))
    assert network.weights == (0.58, 0.3, 0.44, 0.43, 0.89, -0.47, 0.7, 0.38)
    assert network.training.learning_rates == (0.95,)


def test_given_learning_rates_are_everybodys():
    given = manifest(learning_rates=(0.5, 2.0))
    assert exercise_of(given, given.students[0]).rates == (0.5, 2.0)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"format": 2}, r"format 2; this version reads format 1"),
        ({"level": 5}, r"level: at most 4 is needed \(found 5\)"),
        ({"students": []}, r"students: 0 given, at least 1 needed"),
        ({"surprise": 1}, r"surprise: is not known here"),
        ({"seed": None}, r"seed: a whole number is needed"),
        ({"epochs": 0}, r"epochs: at least 1 is needed"),
        ({"learning_rates": [-1]}, r"learning_rates.1: a number above 0 is needed"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused_in_one_line(change, match, tmp_path):
    fields = json.loads(manifest_json(manifest())) | change
    (tmp_path / "manifest.json").write_text(json.dumps(fields))
    with pytest.raises(ManifestError, match=match) as error:
        read_manifest(tmp_path / "manifest.json")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("students", "match"),
    [
        ([{"id": "s1"}, {"id": "s1", "file": "b.xlsx"}], "two students have the id 's1'"),
        ([{"file": "A.xlsx"}, {"id": "s2", "file": "a.xlsx"}], "two students have the file 'a.xlsx'"),
        ([{"file": "../a.xlsx"}], "students.1.file: has another form than is needed"),
        ([{"sha256": "abc"}], "students.1.sha256: has another form"),
    ],
)
def test_students_that_contradict_each_other_are_refused(students, match, tmp_path):
    fields = json.loads(manifest_json(manifest()))
    fields["students"] = [fields["students"][0] | change for change in students]
    (tmp_path / "manifest.json").write_text(json.dumps(fields))
    with pytest.raises(ManifestError, match=match):
        read_manifest(tmp_path / "manifest.json")


@pytest.mark.parametrize("content", ["", "{", "[]", "students", "\x00"])
def test_what_is_no_manifest_is_refused(content, tmp_path):
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(ManifestError, match=r"a manifest is the manifest\.json that `backprop exercise` writes"):
        read_manifest(tmp_path / "manifest.json")


def test_a_missing_manifest_is_named(tmp_path):
    with pytest.raises(ManifestError, match="no such file"):
        read_manifest(tmp_path / "manifest.json")


@pytest.mark.parametrize("level", LEVELS)
def test_higher_levels_ask_for_more(level):
    first, below = asked_quantities(level, derive("eight-weight"), "closed")
    assert ("dE_dw1" in first, "a_h1" in first, "w1" in first) == (True, level > 1, False)
    assert ("dE_dw1" in below, "w1" in below) == (level > 2, level > 2)


def test_a_judge_names_what_never_works(monkeypatch):
    monkeypatch.setattr("backprop.classroom.behaviour.MOST_DRAWS", 20)
    network = load_network("eight-weight")
    with pytest.raises(
        Exception, match=r"η 1e\+06, 20 epochs: none of 20 draws .* in a later epoch: choose a smaller η"
    ):
        first_good(judge(network, "closed", 20), 1, "ada", (1e6,))
