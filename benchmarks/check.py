"""How long `backprop check` takes: from its start, and as workbooks grow, against openpyxl merely loading them.

    python benchmarks/check.py [FOLDER] [--epochs 100 --epochs 1000 --epochs 10000] [--repeat 3]
    python benchmarks/check.py --start [--repeat 3]

Each measurement runs in a process of its own; seconds are CPU time without imports, peak memory is the process's.
Medians over the repeats; the ratio is of each repeat's pair, run one after the other. FOLDER is checked by the command
itself, start and child processes included, by the clock.

With --start: CPU seconds of the whole command and its processes, the least of the repeats, for small workbooks, and for
tables of a model that is no network, which are proven by their own loss.
"""

import argparse
import json
import resource
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
    start = time.process_time()
    report = check_file(file, derivation)
    seconds = time.process_time() - start
    cells = sum(table.cells_checked for table in report.tables)
    if report.verdict != "correct":
        raise SystemExit(f"{file}: {report.verdict} {report.message}")
    return {"seconds": seconds, "peak_mb": peak_mb(), "cells": cells}


def load(file: Path) -> dict[str, float]:
    from openpyxl import load_workbook

    start = time.process_time()
    load_workbook(file)
    return {"seconds": time.process_time() - start, "peak_mb": peak_mb(), "cells": 0}


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


def start(repeat: int) -> None:
    from backprop.workbook.write import write_workbook

    root = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as name:
        small = Path(name) / "eight-weight.xlsx"
        write_workbook(derive(load_network("eight-weight")), small, [0.5], epochs=20)
        print(f"{'file':>20} {'formulas':>9} {'CPU s':>6}")
        for file in (small, root / "docs" / "slip.xlsx", root / "docs" / "matrix.xlsx"):
            print_cpu_seconds(file, repeat)
        for rows in (100, 200, 400, 800):
            file = Path(name) / f"{rows} samples.xlsx"
            write_regression(file, rows)
            print_cpu_seconds(file, repeat)


def write_regression(file: Path, rows: int) -> None:
    """A line through points, one gradient step a row."""
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.active
    sheet.append(["rate", 0.01])
    sheet.append(["x", "t", "slope", "offset", "y", "loss", "d loss/d slope", "d loss/d offset"])
    for row in range(3, rows + 3):
        before = row - 1
        line = [0.5, 0.1] if row == 3 else [f"=C{before}-$B$1*G{before}", f"=D{before}-$B$1*H{before}"]
        computed = [f"=C{row}*A{row}+D{row}", f"=(B{row}-E{row})^2/2", f"=(E{row}-B{row})*A{row}", f"=E{row}-B{row}"]
        sheet.append([row % 7 / 7, row % 5 / 5, *line, *computed])
    workbook.save(file)


def print_cpu_seconds(file: Path, repeat: int) -> None:
    from backprop.spreadsheet.read import read_workbook

    book = read_workbook(file)
    formulas = sum(tree >= 0 for sheet in book.sheets.values() for col in sheet.columns.values() for tree in col.trees)
    seconds = []
    for _ in range(repeat):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "backprop", "check", str(file), "--json"]
        subprocess.run(command, check=False, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"{file.name:>20} {formulas:>9,} {min(seconds):>6.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--epochs", type=int, action="append", help="default: 100, 1000 and 10000")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--start", action="store_true", help="small workbooks, the command's start included")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        what, file = options.child
        print(json.dumps((check if what == "check" else load)(Path(file))))
        return
    if options.start:
        start(options.repeat)
        return
    grow(options.epochs or [100, 1_000, 10_000], options.repeat)
    if options.folder:
        folder(options.folder, options.repeat)


if __name__ == "__main__":
    main()
