"""How fast, how large, how much memory: our workbook against openpyxl writing the same formulas.

    python benchmarks/workbook.py [--epochs 100 --epochs 1000 --epochs 10000] [--repeat 3]

Each write runs in a process of its own. Seconds exclude imports and the derivation, and include the trace and the file;
openpyxl is given ready formulas and writes no cached values. Peak memory is the process's, and `grown` its share past
what the imports took. Medians over the repeats; the ratio is of each repeat's pair, run one after the other.
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

WRITERS = ("backprop", "openpyxl", "openpyxl write-only")


def peak_mb() -> float:
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def write(writer: str, epochs: int, file: Path) -> dict[str, float]:
    from openpyxl import Workbook

    from backprop.derive import derive
    from backprop.network import load_network
    from backprop.trace import DEFAULT_LEARNING_RATES
    from backprop.workbook.layout import network_sheet, rate_sheet, row_formulas, sheet_name
    from backprop.workbook.write import write_workbook

    derivation = derive(load_network("eight-weight"))
    network, layout = network_sheet(derivation), rate_sheet(derivation, epochs, "closed")
    formulas = row_formulas(derivation, layout, "closed")
    before = peak_mb()
    start = time.perf_counter()
    if writer == "backprop":
        write_workbook(derivation, file, epochs=epochs)
    else:
        workbook = Workbook(write_only=writer.endswith("write-only"))
        for rate in DEFAULT_LEARNING_RATES:
            sheet = workbook.create_sheet(sheet_name(rate))
            for row in range(layout.first_row, layout.last_row + 1):
                cells = []
                for name in layout.columns:
                    if name == "epoch":
                        cells.append(f"=A{row - 1}+1")
                    elif name in network.cells and (name not in formulas or row == layout.first_row):
                        cells.append(f"={network.reference(name)}")
                    else:
                        cells.append(formulas[name].format(row=row, previous=row - 1))
                sheet.append(cells)
        workbook.save(file)
    seconds = time.perf_counter() - start
    peak = peak_mb()
    return {"seconds": seconds, "peak_mb": peak, "grown_mb": peak - before, "file_mb": file.stat().st_size / 2**20}


def measure(writer: str, epochs: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--child", writer, str(epochs), str(Path(folder) / "out.xlsx")]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(output)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, action="append", help="default: 100, 1000 and 10000")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        writer, epochs, file = options.child
        print(json.dumps(write(writer, int(epochs), Path(file))))
        return
    print(
        f"{'6 x epochs':>10}  {'writer':<20} {'seconds':>8} {'ratio':>6} {'peak MB':>8} {'grown MB':>9} {'file MB':>8}"
    )
    for epochs in options.epochs or (100, 1_000, 10_000):
        runs = {writer: [] for writer in WRITERS}
        for _ in range(options.repeat):
            for writer in WRITERS:
                runs[writer].append(measure(writer, epochs))
        for writer in WRITERS:
            middle = {key: statistics.median(run[key] for run in runs[writer]) for key in runs[writer][0]}
            pairs = zip(runs[writer], runs["backprop"], strict=True)
            ratio = statistics.median(run["seconds"] / ours["seconds"] for run, ours in pairs)
            print(
                f"{epochs:>10,}  {writer:<20} {middle['seconds']:>8.2f} {ratio:>6.1f} {middle['peak_mb']:>8.0f}"
                f" {middle['grown_mb']:>9.0f} {middle['file_mb']:>8.1f}"
            )


if __name__ == "__main__":
    main()
