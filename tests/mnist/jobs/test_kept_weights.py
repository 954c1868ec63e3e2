"""Of several seeds the weights of the median run are kept, and a note beside the records says so."""

import shutil
from pathlib import Path

from mnist.jobs.kept_weights import keep_median, median_run
from mnist.runs.folder import WEIGHTS, Run, load_run
from tests.mnist.commands.commands import Mnist, quick


def seeds(folder: Path, correct: list[int]) -> list[Run]:
    """Runs whose last epochs have these test accuracies, in order of seed; only what the choice looks at is changed."""
    runs = []
    for seed, right in enumerate(correct):
        path = folder / f"runs/tiny-seed{seed}"
        if seed:
            shutil.copytree(folder / "runs/tiny-seed0", path)
        run = load_run(path)
        last = run.last.model_copy(update={"test_correct": right})
        record = run.record.model_copy(update={"seed": seed, "epochs": (*run.record.epochs[:-1], last)})
        runs.append(Run(path, record, run.evaluation, run.wrong_images))
    return runs


def test_a_sweep_keeps_the_weights_of_the_median_run_and_says_so(cli: Mnist, tmp_path: Path):
    assert cli(*quick("runs/tiny-seed0"))[0] == 0
    runs = seeds(tmp_path, [20, 5, 10, 10, 30])

    assert median_run(runs).record.seed == 3  # in order 5, 10, 10, 20, 30: of the equals the second is in the middle
    assert median_run(runs[:4]).record.seed == 2  # of 5, 10, 10, 20 the lower middle
    said = keep_median(runs)

    line = "tiny: the weights kept are those of seed 3, the median of 5 by the last epoch's accuracy."
    assert said == [line]
    assert [run.path.name for run in runs if (run.path / WEIGHTS).exists()] == ["tiny-seed3"]
    assert load_run(runs[0].path).note == line
    assert keep_median(runs[:1] + runs[3:]) == [
        "tiny: the weights of seed 0, the median of 3, are gone",
    ]


def test_a_new_median_takes_the_place_of_the_old_line_and_other_lines_stay(cli: Mnist, tmp_path: Path):
    assert cli(*quick("runs/tiny-seed0"))[0] == 0
    note = tmp_path / "runs/NOTE.txt"
    note.write_text("Made on a Sunday.\n")

    keep_median(seeds(tmp_path, [20]))
    keep_median([load_run(tmp_path / "runs/tiny-seed0")])

    assert note.read_text().splitlines() == [
        "Made on a Sunday.",
        "tiny: the weights kept are those of seed 0, the median of 1 by the last epoch's accuracy.",
    ]
