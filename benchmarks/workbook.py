"""How fast, how large, how much memory: our workbook against openpyxl writing the same formulas.

    python benchmarks/workbook.py [--epochs 100 --epochs 1000 --epochs 10000] [--writer backprop ...] [--repeat 3]

The unshared writer is ours with every formula written out in its cell, as openpyxl does, in place of formulas that the
cells of a column share. Each write runs in a process of its own. Seconds exclude imports and the derivation, and
include the trace and the file; openpyxl is given ready formulas and writes no cached values. CPU seconds are of all
threads. Peak memory is the process's, and `grown` its share past what the imports took. Medians over the repeats; the
ratio is of each repeat's pair, run one after the other.
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
from unittest.mock import patch
from xml.sax.saxutils import escape

OURS, UNSHARED, OPENPYXL, WRITE_ONLY = WRITERS = ("backprop", "unshared", "openpyxl", "openpyxl write-only")


def peak_mb() -> float:
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def write(writer: str, epochs: int, file: Path) -> dict[str, float]:
    """Write the eight-weight workbook with that writer and measure."""
    from openpyxl import Workbook

    from backprop.derivation.derive import derive
    from backprop.epochs.trace import DEFAULT_LEARNING_RATES
    from backprop.network.load import load_network
    from backprop.workbook import rows
    from backprop.workbook.layout import formula_columns, network_sheet, rate_sheet, sheet_name
    from backprop.workbook.write import write_workbook

    derivation = derive(load_network("eight-weight"))
    layout = rate_sheet(derivation, epochs, "closed")
    columns = formula_columns(derivation, network_sheet(derivation), layout, "closed")
    before = peak_mb()
    start, used = time.perf_counter(), time.process_time()
    if writer in (OURS, UNSHARED):
        formula_xml = unshared if writer == UNSHARED else rows.formula_xml
        with patch.object(rows, "formula_xml", formula_xml):
            write_workbook(derivation, file, epochs=epochs)
    else:
        workbook = Workbook(write_only=writer == WRITE_ONLY)
        for rate in DEFAULT_LEARNING_RATES:
            sheet = workbook.create_sheet(sheet_name(rate))
            sheet.append([column.first.format(row=1) for column in columns.values()])
            for row in range(2, epochs + 1):
                sheet.append([column.filled.format(row=row, previous=row - 1) for column in columns.values()])
        workbook.save(file)
    seconds, cpu = time.perf_counter() - start, time.process_time() - used
    peak = peak_mb()
    size = file.stat().st_size / 2**20
    return {"seconds": seconds, "cpu": cpu, "peak_mb": peak, "grown_mb": peak - before, "file_mb": size}


def unshared(_layout, name, column, _number, offset) -> str:
    """Stands in for rows.formula_xml."""
    if name == "epoch" and not offset:
        return ""
    return f"<f>{escape((column.filled if offset else column.first).removeprefix('='))}</f>"


def measure(writer: str, epochs: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--child", writer, str(epochs), str(Path(folder) / "out.xlsx")]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(output)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, action="append", help="default: 100, 1000 and 10000")
    parser.add_argument("--writer", action="append", choices=WRITERS, help="beside backprop; default: all")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        writer, epochs, file = options.child
        print(json.dumps(write(writer, int(epochs), Path(file))))
        return
    writers = [writer for writer in WRITERS if writer == OURS or writer in (options.writer or WRITERS)]
    print(
        f"{'6 x epochs':>10}  {'writer':<20} {'seconds':>8} {'ratio':>6} {'CPU s':>6} {'peak MB':>8} {'grown MB':>9}"
        f" {'file MB':>8}"
    )
    for epochs in options.epochs or (100, 1_000, 10_000):
        runs = {writer: [] for writer in writers}
        for _ in range(options.repeat):
            for writer in writers:
                runs[writer].append(measure(writer, epochs))
        for writer in writers:
            middle = {key: statistics.median(run[key] for run in runs[writer]) for key in runs[writer][0]}
            pairs = zip(runs[writer], runs[OURS], strict=True)
            ratio = statistics.median(run["seconds"] / ours["seconds"] for run, ours in pairs)
            print(
                f"{epochs:>10,}  {writer:<20} {middle['seconds']:>8.2f} {ratio:>6.1f} {middle['cpu']:>6.2f}"
                f" {middle['peak_mb']:>8.0f} {middle['grown_mb']:>9.0f} {middle['file_mb']:>8.1f}"
            )


if __name__ == "__main__":
    main()
