"""A trained run on pictures as people make them; the weights are those recorded in runs/seeds."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks.pictures import score
from benchmarks.pictures.others import draw_other
from mnist.jobs.reading import read_pictures
from tests.conftest import ROOT

BEST = ROOT / "runs" / "seeds" / "best-bfloat16True-seed0"


def thin() -> Image.Image:
    picture = Image.new("L", (800, 800), 255)
    ImageDraw.Draw(picture).line([(200, 100), (600, 100), (350, 700)], fill=0, width=5)
    return picture


def shaded() -> Image.Image:
    ramp = np.rint(200 * (1 - 0.35 * np.arange(400) / 399)).astype(np.uint8)
    picture = Image.fromarray(np.tile(ramp, (400, 1)))
    ImageDraw.Draw(picture).line([(120, 80), (280, 80), (180, 320)], fill=70, width=22)
    return picture


def test_a_thin_seven_and_a_shaded_one_are_read_and_not_doubted(tmp_path: Path):
    thin().save(tmp_path / "thin.png")
    shaded().save(tmp_path / "shaded.png")

    readings = read_pictures(BEST, [tmp_path / "thin.png", tmp_path / "shaded.png"])

    assert [(reading.read, reading.unlike) for reading in readings] == [(7, False), (7, False)]
    assert all(sum(reading.probabilities) == pytest.approx(1, abs=1e-5) for reading in readings)


def test_digits_of_one_picture_are_numbered_from_left_to_right(tmp_path: Path):
    wide = Image.new("L", (1200, 800), 255)
    wide.paste(thin().resize((400, 400)), (0, 200))
    ImageDraw.Draw(wide).line([(700, 250), (690, 550)], fill=0, width=9)
    wide.save(tmp_path / "71.png")

    assert [(r.number, r.read) for r in read_pictures(BEST, [tmp_path / "71.png"])] == [(1, 7), (2, 1)]


def test_letters_and_scribbles_are_mostly_called_unlike_what_was_learnt(tmp_path: Path):
    random, files = np.random.default_rng(0), [tmp_path / f"{number}.png" for number in range(30)]
    for file in files:
        draw_other(random).save(file)

    readings = read_pictures(BEST, files)

    assert sum(any(r.unlike for r in readings if r.file == file) for file in files) >= 18


def test_drawn_pictures_of_every_style_are_read(
    mnist_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    model = score.read_pictures
    monkeypatch.setattr(score, "read_pictures", lambda _, files: model(BEST, files))
    score.main(["--run", str(BEST), "--mnist", str(mnist_dir), "--seeds", "0", "--pictures", "4"])

    header, *lines = capsys.readouterr().out.splitlines()
    styles = {line.split()[0]: line.split() for line in lines[:-3]}
    assert header.split()[:4] == ["style", "pictures", "digits", "right"]
    assert set(styles) == {*score.STYLES, "all"}
    assert int(styles["all"][3]) >= 0.95 * int(styles["all"][2])
    assert min(int(line[3]) / int(line[2]) for line in styles.values()) >= 0.75
    assert len(lines[-1].split()) == 5
