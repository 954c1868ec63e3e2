"""How many drawn pictures of digits does a run read right? Style by style, from the file as `mnist predict` does.

    python -m benchmarks.pictures --run RUN --mnist DIR [--seeds 0..9] [--pictures 40] [--styles ruled,row] [--keep DIR]

Half of the digits are handwritten: MNIST's training images for seeds 0 to 99, which are for development, its test
images for seeds from 100 on, which are for measuring. A quarter each is of fonts and of polylines. All are drawn anew
as strokes of a pen. In a row a digit counts as right where as many digits as there are were found, and it is the right
one. "marked" is the share that is called unlike what the network learnt: of what it read right, of what it read wrong,
and of pictures of letters, signs and scribbles.
"""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.pictures.others import draw_other
from benchmarks.pictures.styles import STYLES, Drawn, draw
from mnist.data.sources import read_folder
from mnist.errors import DataError
from mnist.jobs.reading import Reading, read_pictures
from mnist.jobs.sweeps.plan import parse_seeds

MEASURING = 100  # the first seed that nobody looks at


def measure(run: Path, folder: Path, seeds: tuple[int, ...], pictures: int, styles: tuple[str, ...], keep: Path) -> str:
    """The table. Pictures that are read wrong stay in `keep`."""
    data = read_folder(folder)
    lines = [f"{'style':10}{'pictures':>9}{'digits':>8}{'right':>8}{'share':>9}{'seconds a picture':>19}"]
    totals, marked = Counter[str](), Counter[str]()
    for style in styles:
        counts = Counter[str]()
        for seed in seeds:
            test = seed >= MEASURING
            images, labels = (data.test_images, data.test_labels) if test else (data.train_images, data.train_labels)
            drawn = [
                draw(style, np.random.default_rng([seed, STYLES.index(style), number]), images, labels)
                for number in range(pictures)
            ]
            counts["pictures"] += len(drawn)
            for number, each in enumerate(drawn):
                file = keep / f"{style}-{seed}-{number}-{''.join(map(str, each.digits))}.png"
                each.picture.save(file)
                start_reading = time.process_time()
                readings = _read(run, file)
                counts["nanoseconds"] += round(1e9 * (time.process_time() - start_reading))
                right = _right(each, readings)
                counts["digits"] += len(each.digits)
                counts["right"] += sum(right)
                for reading, fits in zip(readings, right, strict=False):
                    marked["right" if fits else "wrong"] += 1
                    marked[f"marked {'right' if fits else 'wrong'}"] += reading.unlike
                if all(right):
                    file.unlink()
        totals += counts
        lines.append(_line(style, counts))
    lines.append(_line("all", totals))
    for seed in seeds:
        random = np.random.default_rng([seed, len(STYLES)])
        for _ in range(pictures):
            file = keep / "other.png"
            draw_other(random).save(file)
            readings = _read(run, file)
            marked["other"] += 1
            marked["marked other"] += not readings or any(reading.unlike for reading in readings)
            file.unlink()
    for what in ("right", "wrong", "other"):
        share = f"{marked[f'marked {what}'] / marked[what]:.1%}" if marked[what] else "none"
        lines.append(f"marked, of {marked[what]} {what}: {share}")
    return "\n".join(lines)


def _read(run: Path, file: Path) -> list[Reading]:
    try:
        return read_pictures(run, [file])
    except DataError:
        return []


def _right(drawn: Drawn, readings: list[Reading]) -> list[bool]:
    if len(readings) != len(drawn.digits):
        return [False] * len(drawn.digits)
    return [reading.read == digit for reading, digit in zip(readings, drawn.digits, strict=True)]


def _line(name: str, counts: Counter[str]) -> str:
    pictures, digits, right = counts["pictures"], counts["digits"], counts["right"]
    seconds = counts["nanoseconds"] / 1e9 / pictures
    return f"{name:10}{pictures:9,}{digits:8,}{right:8,}{right / digits:9.1%}{seconds:19.3f}"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--mnist", type=Path, required=True, help="the folder of the four MNIST files")
    parser.add_argument("--seeds", type=parse_seeds, default=(0,))
    parser.add_argument("--pictures", type=int, default=40, help="of each style and seed")
    parser.add_argument("--styles", default=",".join(STYLES))
    parser.add_argument("--keep", type=Path, help="where pictures that are read wrong are left")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        keep = given.keep or Path(scratch)
        keep.mkdir(parents=True, exist_ok=True)
        print(measure(given.run, given.mnist, given.seeds, given.pictures, tuple(given.styles.split(",")), keep))
