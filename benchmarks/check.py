"""How long `backprop check` takes as workbooks grow, against openpyxl merely loading them; and over a folder of files.

    python benchmarks/check.py [FOLDER] [--epochs 100 --epochs 1000 --epochs 10000] [--repeat 3]

Each measurement runs in a process of its own; seconds exclude imports, peak memory is the process's. Medians over the
repeats; the ratio is of each repeat's pair, run one after the other. FOLDER is checked by the command itself, start and
child processes included.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from workbook import peak_mb

from backprop.derivation.derive import derive
from backprop.network.load import load_network


def check(file: Path) -> dict[str, float]:
    from backprop.check.check import check_file

    derivation = derive(load_network("eight-weight"))
    start = time.perf_counter()
    report = check_file(file, derivation)
    seconds = time.perf_counter() - start
    cells = sum(table.cells_checked for table in report.tables)
    if report.verdict != "correct":
        raise SystemExit(f"{file}: {report.verdict} {report.message}")
    return {"seconds": seconds, "peak_mb": peak_mb(), "cells": cells}


def load(file: Path) -> dict[str, float]:
    from openpyxl import load_workbook

    start = time.perf_counter()
    load_workbook(file)
    return {"seconds": time.perf_counter() - start, "peak_mb": peak_mb(), "cells": 0}


def child(what: str, file: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--child", what, str(file)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def grow(epochs: list[int], repeat: int) -> None:
    from backprop.workbook.write import write_workbook

    print(f"{'6 x epochs':>10} {'cells':>10} {'seconds':>8} {'µs/cell':>8} {'peak MB':>8}  openpyxl load: ", end="")
    print(f"{'seconds':>8} {'ratio':>6} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for count in epochs:
            file = Path(folder) / f"{count}.xlsx"
            write_workbook(derive(load_network("eight-weight")), file, epochs=count)
            pairs = [(child("check", file), child("load", file)) for _ in range(repeat)]
            ours, theirs = (
                {key: statistics.median(run[key] for run in runs) for key in runs[0]}
                for runs in zip(*pairs, strict=True)
            )
            ratio = statistics.median(b["seconds"] / a["seconds"] for a, b in pairs)
            each = ours["seconds"] / ours["cells"] * 1e6
            print(
                f"{count:>10,} {ours['cells']:>10,.0f} {ours['seconds']:>8.2f} {each:>8.1f} {ours['peak_mb']:>8.0f}"
                f" {'':>15} {theirs['seconds']:>8.2f} {ratio:>6.1f} {theirs['peak_mb']:>8.0f}"
            )


def folder(path: Path, repeat: int) -> None:
    for jobs in (1, 2):
        seconds = []
        for _ in range(repeat):
            start = time.perf_counter()
            command = [sys.executable, "-m", "backprop", "check", str(path), "--json", "--jobs", str(jobs)]
            files = json.loads(subprocess.run(command, check=False, capture_output=True, text=True).stdout)["files"]
            seconds.append(time.perf_counter() - start)
        print(f"{len(files)} files, --jobs {jobs}: {statistics.median(seconds):.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--epochs", type=int, action="append", help="default: 100, 1000 and 10000")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        what, file = options.child
        print(json.dumps((check if what == "check" else load)(Path(file))))
        return
    grow(options.epochs or [100, 1_000, 10_000], options.repeat)
    if options.folder:
        folder(options.folder, options.repeat)


if __name__ == "__main__":
    main()
