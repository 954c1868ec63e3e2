"""How the cost of derive + print grows with the weights, beside sympy's plain diff of the expanded loss.

    python benchmarks/derive.py [--weights 8 --weights 80 ...] [--repeat 3] [--limit 60]

Fully connected sigmoid networks of 8, 80, 800 and 8,000 weights, in the form in steps. CPU seconds (one thread, so what
an idle machine takes) are of deriving the equations and of printing them all as text, LaTeX, Excel formulas and NumPy
source; `step` is the total over that of the row above, about 10 where the cost grows as the weights do. The plain way
writes E_total in inputs and weights alone and differentiates it by every weight; it is stopped at the limit, in seconds
by the clock. `workbook` writes 5 epochs at one learning rate, in seconds by the clock, with the peak memory of that
process. Each measurement runs in a process of its own, imports excluded. Medians over the repeats.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

SIZES = {8: (2, 2, 2), 80: (12, 5, 4), 800: (45, 16, 5), 8_000: (150, 50, 10)}  # the last just fits a sheet
PARTS = ("derive", "text", "latex", "excel", "numpy")


def network(weights: int):
    """The network of that many weights, all different and small."""
    from backprop.network.layer import Layer
    from backprop.network.network import Network

    sizes = SIZES[weights]
    layers = [
        Layer(
            activation="sigmoid",
            weights=tuple(tuple((-1) ** (j + k) * (1 + j + k) / 100 for k in range(incoming)) for j in range(size)),
        )
        for incoming, size in pairwise(sizes)
    ]
    return Network(
        name=f"w{weights}",
        title=f"{weights:,} weights",
        inputs=tuple((number + 1) / sizes[0] for number in range(sizes[0])),
        targets=tuple((number + 1) / (sizes[-1] + 1) for number in range(sizes[-1])),
        loss="half_squared_error",
        layers=tuple(layers),
    )


def chain_rule(weights: int) -> dict[str, float]:
    """Seconds of deriving and of each printer."""
    from backprop.derivation.derive import derive
    from backprop.printers.latex import LatexPrinter
    from backprop.printers.numpy import epoch_source
    from backprop.printers.text import TextPrinter
    from backprop.workbook.layout import formula_columns, network_sheet, rate_sheet

    described = network(weights)
    seconds = {}

    def timed(part: str, work):
        start = time.process_time()
        result = work()
        seconds[part] = time.process_time() - start
        return result

    derivation = timed("derive", lambda: derive(described))
    equations = derivation.equations("steps")
    timed("text", lambda: [TextPrinter().equation(equation) for equation in equations])
    timed("latex", lambda: [LatexPrinter().equation(equation) for equation in equations])
    sheets = network_sheet(derivation), rate_sheet(derivation, 100, "steps")
    timed("excel", lambda: formula_columns(derivation, *sheets, "steps"))
    timed("numpy", lambda: epoch_source(derivation, "steps"))
    return seconds


def plain(weights: int) -> dict[str, float]:
    """Seconds of sympy's diff of the loss, expanded to inputs, targets and weights, by each weight."""
    from sympy import Add, Rational, Symbol, exp

    sizes = SIZES[weights]
    start = time.process_time()
    values, symbols = [Symbol(f"i{number}") for number in range(sizes[0])], []
    for position, (incoming, size) in enumerate(pairwise(sizes)):
        layer = [[Symbol(f"w{position}_{j}_{k}") for k in range(incoming)] for j in range(size)]
        symbols += [weight for row in layer for weight in row]
        values = [1 / (1 + exp(-Add(*(w * x for w, x in zip(row, values, strict=True))))) for row in layer]
    loss = Add(*(Rational(1, 2) * (Symbol(f"t{number}") - a) ** 2 for number, a in enumerate(values)))
    for weight in symbols:
        loss.diff(weight)
    return {"plain": time.process_time() - start}


def workbook(weights: int) -> dict[str, float]:
    """Seconds and peak memory of a workbook of 5 epochs."""
    from backprop.derivation.derive import derive
    from backprop.workbook.write import write_workbook

    derivation = derive(network(weights))
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        write_workbook(derivation, Path(folder) / "out.xlsx", [0.5], 5, "steps")
        seconds = time.perf_counter() - start
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return {"workbook": seconds, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit}


MEASURES = {"chain_rule": chain_rule, "plain": plain, "workbook": workbook}


def measure(name: str, weights: int, repeat: int, limit: float) -> dict[str, float]:
    """Medians of what that measure gives; nothing where it does not end in time."""
    runs = []
    for _ in range(repeat):
        command = [sys.executable, __file__, "--child", name, str(weights)]
        try:
            output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=limit).stdout
        except subprocess.TimeoutExpired:
            return {}
        runs.append(json.loads(output))
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=int, action="append", choices=SIZES, help="default: all")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--limit", type=float, default=60, help="seconds for one plain diff")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        name, weights = options.child
        print(json.dumps(MEASURES[name](int(weights))))
        return
    head = "".join(f"{part:>8}" for part in (*PARTS, "total"))
    print(f"{'weights':>7}{head} {'step':>5} {'plain diff':>11} {'workbook':>9} {'peak MB':>8}")
    before, ended = None, True
    for weights in options.weights or SIZES:
        ours = measure("chain_rule", weights, options.repeat, 600)
        total = sum(ours.values())
        others = measure("plain", weights, options.repeat, options.limit) if ended else {}
        ended = bool(others)
        slow = f"{others['plain']:.2f}" if others else f"> {options.limit:g}"
        written = measure("workbook", weights, options.repeat, 600)
        seconds = "".join(f"{ours[part]:8.3f}" for part in PARTS)
        step = f"{total / before:.1f}" if before else ""
        print(
            f"{weights:>7,}{seconds}{total:8.3f} {step:>5} {slow:>11} {written['workbook']:>9.2f}"
            f" {written['peak_mb']:>8.0f}"
        )
        before = total


if __name__ == "__main__":
    main()
