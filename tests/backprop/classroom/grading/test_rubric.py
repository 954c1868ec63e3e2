"""Rubrics: the package's, and those that are wrong, in one line each."""

from pathlib import Path

import pytest

from backprop.classroom.grading.rubric import RubricError, load_rubric
from backprop.classroom.parts import Part


def test_the_packages_rubric_has_points_for_every_part():
    assert set(load_rubric().points) == set(Part)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("total = 50\n[points]\nforward = 20\nloss = 20", "the points add up to 40; total = 50 is given"),
        ("total = 10\n[points]\nforwards = 10", "points.'forwards' is unknown; did you mean forward\\? one of forward"),
        ("total = 10\n[points]\nforward = -10", r"points.forward: at least 0 is needed \(found -10\)"),
        ("total = 10", "points: is missing"),
        ("[points]\nforward = 10", "total: is missing"),
        ("total = 10\n[points]\nforward = 10\n[rules]\nlatent = 2", "rules.latent: at most 1 is needed"),
        ("total = 10\n[points]\nforward = 10\n[rules]\nlate = 1", "rules.late: is not known here"),
        ("total = 10\n[points]\nforward = 10\n[asked]\nrows = 0", "asked.rows: at least 1 is needed"),
        ("total = 10\npoints = 3", "points: a table of names and values is needed"),
        ("total = ten", "not TOML"),
        ("\xff", "not UTF-8 text"),
    ],
)
def test_a_rubric_that_is_wrong_is_told_in_one_line(tmp_path: Path, text: str, message: str):
    file = tmp_path / "rubric.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(RubricError, match=message) as caught:
        load_rubric(file)
    assert str(caught.value).startswith(f"{file}: ")
    assert "\n" not in str(caught.value)


def test_a_rubric_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(RubricError, match="no such file"):
        load_rubric(tmp_path / "none.toml")
