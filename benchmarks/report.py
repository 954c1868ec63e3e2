"""Seconds and memory of `reports build` as runs grow: a report of 10, 100 and 1,000 runs of 30 epochs each.

    python benchmarks/report.py [--runs 10 --runs 100 --runs 1000] [--case configurations] [--case seeds] [--repeat 1]

The runs are synthetic: valid folders, but nobody trained them. In case `configurations` no two share network and
recipe, so that each has a learning curve of its own; in case `seeds` they are seeds of four networks. Each report is
built in a process of its own, as the command does it, imports included. CPU seconds are of all threads and processes;
`a run` is the CPU seconds past a report without runs, over the runs. Peak memory is that of the largest process. A
picture drawn twice ends the benchmark, and so does a second build of the smallest report with other bytes.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from unittest.mock import patch

CASES = ("configurations", "seeds")
SEEDED = 4  # networks of case seeds
EPOCHS = 30
TESTED = 10_000


def write_run(folder: Path, number: int, case: str) -> None:
    """Write one synthetic run: a curve that rises to about 99 %, and the images that are left wrong."""
    import numpy as np

    from mnist.nets.catalogue import NETS
    from mnist.nets.summary import summarise
    from mnist.runs.data_source import DataSource
    from mnist.runs.folder import save_run
    from mnist.runs.recipe import Recipe
    from mnist.runs.record import Environment, EpochMetrics, Evaluation, Record, WrongDigit

    source = np.random.default_rng(number)
    nets = list(NETS.values())
    net = nets[number % SEEDED] if case == "seeds" else nets[number % len(nets)]
    rate = 0.1 if case == "seeds" else 0.01 + number // len(nets) / 1_000
    right = [int(TESTED - 90 - 600 / epoch - source.integers(0, 30)) for epoch in range(1, EPOCHS + 1)]
    pairs = source.integers(0, 10, (TESTED - right[-1], 2))
    wrong = [
        WrongDigit(index=index, label=int(a), predicted=int((a + 1 + b % 9) % 10)) for index, (a, b) in enumerate(pairs)
    ]
    counts = Counter((each.label, each.predicted) for each in wrong)
    confusion = [[counts[label, predicted] for predicted in range(10)] for label in range(10)]
    for label, row in enumerate(confusion):
        row[label] = TESTED // 10 - sum(row)
    record = Record(
        net=net.name,
        source="synthetic",
        started="2026-03-01T09:30:00Z",
        status="finished",
        seed=number,
        recipe=Recipe(epochs=EPOCHS, batch_size=128, learning_rate=rate, momentum=0.9),
        choices=("Nothing was trained.",),
        summary=summarise(net).recorded(),
        data=DataSource(
            name="mnist", train_samples=60_000, test_samples=TESTED, sha256={"train_images": f"{0:064x}"}
        ),
        environment=Environment(
            device="cpu", hardware="none", threads=1, system="none", versions={}, commit=None, modified=None
        ),
        epochs=tuple(
            EpochMetrics(
                epoch=epoch, train_loss=0.4 / epoch, train_correct=6 * each - 500, train_total=60_000,
                test_loss=0.3 / epoch, test_correct=each, test_total=TESTED, learning_rate=rate, seconds=20,
            )
            for epoch, each in enumerate(right, 1)
        ),
    )  # fmt: skip
    y, x = np.mgrid[:28, :28] - 13.5
    rings = [255 * np.exp(-((np.hypot(x, y) - 11 + each.label) ** 2) / 4) for each in wrong]
    images = np.array(rings, dtype=np.uint8)
    header = b'{"bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    weights = len(header).to_bytes(8, "little") + header + bytes(4)
    save_run(folder, record, Evaluation(epoch=EPOCHS, confusion=confusion, wrong=wrong), images, weights)


def build_report(runs: Path, folder: Path) -> dict[str, float]:
    """Build the report of all runs in a folder and measure this process."""
    from reports.pictures import images
    from reports.report import write_report
    from reports.request import Request, distinct

    drawn: Counter[str] = Counter()
    draw_all = images.draw_all

    def counted(drawings, *rest):
        drawn.update(list(drawings))
        return draw_all(drawings, *rest)

    with patch.object(images, "draw_all", counted):
        report = write_report(
            Request(runs=distinct([runs]) if any(runs.iterdir()) else ()), folder, workers=os.cpu_count() or 1
        )
    if len(drawn) != drawn.total() or set(drawn) != set(report.pictures):
        raise SystemExit(f"drawn twice or not at all: {drawn.most_common(3)}")
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return {
        "cpu": sum(usage.ru_utime + usage.ru_stime for usage in (own, others)),
        "peak_mb": max(own.ru_maxrss, others.ru_maxrss) / unit,
        "size_mb": sum(map(len, report.files.values())) / 2**20,
    }


def measure(runs: Path, folder: Path) -> dict[str, float]:
    """The same from outside, with the seconds of the whole process."""
    start = time.perf_counter()
    command = [sys.executable, __file__, "--child", str(runs), str(folder)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return {"seconds": time.perf_counter() - start, **json.loads(output)}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, action="append", help="default: 10, 100 and 1000")
    parser.add_argument("--case", action="append", choices=CASES, help="default: both")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--child", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        print(json.dumps(build_report(*options.child)))
        return
    sizes = sorted(options.runs or (10, 100, 1_000))
    print(f"{'case':<15} {'runs':>6} {'seconds':>8} {'CPU s':>7} {'a run':>7} {'peak MB':>8} {'report MB':>10}")
    for case in options.case or CASES:
        with tempfile.TemporaryDirectory() as temporary:
            runs, reports = Path(temporary) / "runs", Path(temporary) / "reports"
            runs.mkdir()
            empty = measure(runs, reports / "0")["cpu"]
            for size in sizes:
                for number in range(len(list(runs.iterdir())), size):
                    write_run(runs / f"run-{number:04}", number, case)
                measured = [measure(runs, reports / f"{size}-{turn}") for turn in range(options.repeat)]
                if size == sizes[0]:
                    measure(runs, reports / "again")
                    if contents(reports / "again") != contents(reports / f"{size}-0"):
                        raise SystemExit("the same runs gave another report")
                middle = {key: statistics.median(each[key] for each in measured) for key in measured[0]}
                print(
                    f"{case:<15} {size:>6,} {middle['seconds']:>8.1f} {middle['cpu']:>7.1f}"
                    f" {(middle['cpu'] - empty) / size:>7.3f} {middle['peak_mb']:>8.0f} {middle['size_mb']:>10.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
