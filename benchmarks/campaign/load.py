"""Much at once: a workbook full of mistakes, a folder of thousands of workbooks, a report of thousands of runs."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.campaign.fuzz.bases import ROOT

COLUMNS, FIRST = 20, 8  # computed in an epoch's row, at least; a row in which epochs have begun
CELL = re.compile(r'(?P<before><c r="[A-Z]+(?P<row>\d+)"[^>]*><f\b(?:[^>]*/>|[^>]*>[^<]*</f>))<v>[^<]*</v>')


@dataclass(frozen=True, slots=True)
class Measured:
    """How a command ended, what it took, itself or any process of its own, and how much it said."""

    code: int
    seconds: float
    megabytes: float
    lines: int
    bytes: int


def measured(folder: Path, *words: object) -> Measured:
    """Run a command line in a process of its own, its output into out.txt of the folder."""
    start, output = time.perf_counter(), folder / "out.txt"
    with output.open("wb") as stream:
        process = subprocess.Popen([sys.executable, "-m", *map(str, words)], stdout=stream, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    said = output.read_bytes()
    return Measured(
        process.returncode, time.perf_counter() - start, used.ru_maxrss / 1024, said.count(b"\n"), len(said)
    )


def findings(folder: Path, count: int) -> Measured:
    """A table of epochs with so many stored values that their formulas do not give, each for itself."""
    from backprop.library import derive, write_workbook
    from backprop.spreadsheet.package.parts import PackageParts

    file, left = folder / "right.xlsx", count
    write_workbook(derive("eight-weight"), file, learning_rates=[0.5], epochs=max(20, 2 * -(-count // COLUMNS) + 2))

    def wrong(cell: re.Match[str]) -> str:
        nonlocal left
        if int(cell["row"]) % 2 or int(cell["row"]) < FIRST or left == 0:
            return cell[0]
        left -= 1
        return f"{cell['before']}<v>7{left}</v>"

    with PackageParts(file) as parts:
        sheet = max((name for name in parts.names() if "/sheet" in name), key=lambda name: len(parts.read(name)))
        parts.put(sheet, CELL.sub(wrong, parts.read(sheet).decode()).encode())
        parts.save(folder / "wrong.xlsx")
    return measured(folder, "backprop", "check", "--network", "eight-weight", folder / "wrong.xlsx")


def workbooks(folder: Path, count: int) -> Measured:
    """So many workbooks, of which each has a mistake."""
    (folder / "in").mkdir()
    content = (ROOT / "docs" / "matrix.xlsx").read_bytes()
    for number in range(count):
        (folder / "in" / f"{number}.xlsx").write_bytes(content)
    return measured(folder, "backprop", "check", folder / "in", "--jobs", 2)


def runs(folder: Path, count: int) -> Measured:
    """So many runs of one network, which differ in their seeds."""
    source = ROOT / "runs" / "seeds" / "fast-bfloat16True-seed5"
    record = json.loads((source / "run.json").read_text(encoding="utf-8"))
    for seed in range(count):
        target = folder / "runs" / f"fast-{seed}"
        target.mkdir(parents=True)
        (target / "run.json").write_text(json.dumps(record | {"seed": seed}), encoding="utf-8")
        for name in ("evaluation.json", "wrong.npz"):
            os.link(source / name, target / name) if _same_disk(source, folder) else shutil.copy(source / name, target)
    return measured(folder, "reports", "build", folder / "runs", "--only", "part2", "-o", folder / "report")


def _same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


LOADS: dict[str, tuple[Callable[[Path, int], Measured], int]] = {  # and how many --long asks for
    "findings": (findings, 100_000),
    "workbooks": (workbooks, 5_000),
    "runs": (runs, 10_000),
}


def load(name: str, count: int) -> Measured:
    """One load in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        return LOADS[name][0](Path(folder), count)
