"""Are the derivatives of any workbook right? Random formula graphs, each differentiated in four ways.

    python benchmarks/gradients.py [--count 500] [--most 2000] [--seed 0]

Each graph has six numbers and up to `--most` formula cells, each of any of the twelve before it. What is printed as
formulas, what differences in 40 digits give, and what IronCalc finds when it recalculates the sheet are compared with
reverse mode in 40 digits. Graphs that lie on a kink, or whose value no double holds well, are drawn again.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

from tests.backprop.gradient.agreement import worst_difference
from tests.backprop.gradient.books import random_book

FEWEST = 10  # formula cells
AGREE = 1e-9
SIZES = (100, 500, 1_000, 2_000)  # up to so many cells


def main(arguments: list[str] | None = None) -> None:
    """Print a line a size: how many graphs, how many agree, the largest difference, CPU seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500, help="graphs")
    parser.add_argument("--most", type=int, default=2_000, help="formula cells of the largest")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    draw = random.Random(given.seed)
    found: list[tuple[int, float, float, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        file, copy = Path(folder, "random.xlsx"), Path(folder, "copy.xlsx")
        while len(found) < given.count:
            seed, cells = draw.randrange(10**9), draw.randint(min(FEWEST, given.most), given.most)
            random_book(file, seed, cells)
            start = time.process_time()
            worst = worst_difference(file, copy)
            if worst is not None:
                found.append((cells, worst, time.process_time() - start, seed))
    print("cells up to  graphs  agree  largest difference  CPU s a graph")
    last = 0
    for size in sorted({*(size for size in SIZES if size < given.most), given.most}):
        rows = [row for row in found if last < row[0] <= size]
        last = size
        if rows:
            agree, worst = sum(row[1] < AGREE for row in rows), max(row[1] for row in rows)
            seconds = sum(row[2] for row in rows) / len(rows)
            print(f"{size:11,}  {len(rows):6,}  {agree:5,}  {worst:18.0e}  {seconds:13.2f}")
    for cells, worst, _, seed in found:
        if worst >= AGREE:
            print(f"seed {seed}, {cells} cells: {worst:.0e} apart")


if __name__ == "__main__":
    main()
