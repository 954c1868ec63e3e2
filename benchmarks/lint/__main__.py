"""How often `reports lint` is wrong about right tables, and what it finds of one wrong number in each.

    python -m benchmarks.lint --seeds 1000 1300

Networks of all kinds in benchmarks/lint/networks.py, printed by torchsummary and torchinfo; --keras adds the golden
tables of Keras 3, --readmes made-up READMEs with a log and what people say of it. Of the seeds those from 0 to 99 are
for development.
"""

import argparse
import time
import warnings
from pathlib import Path

from benchmarks.lint.measure import Score, measure, measure_readmes, printed
from benchmarks.lint.networks import KINDS

GOLDEN = Path(__file__).parents[2] / "tests" / "reports" / "readmes" / "tables" / "keras-tables.txt"
FEED = "\f\n"  # between two golden tables


def golden() -> list[tuple[str, str, int]]:
    """The tables that Keras printed: name, text, seed."""
    texts = GOLDEN.read_text(encoding="utf-8").split(FEED)
    return [(f"Keras, table {number}", f"# Network\n\n```\n{text}```\n", number) for number, text in enumerate(texts)]


def lines(score: Score, seconds: float) -> list[str]:
    """The measure as a table."""
    rows = [
        f"{score.tables:,} right texts, {score.claims:,} claims checked, {len(score.false)} with a finding, "
        f"{len(score.unread)} not read, {seconds:.1f} CPU s",
        f"{'planted':<15} {'n':>5} {'found':>6} {'in its line':>12}",
    ]
    for what, number in sorted(score.planted.items()):
        rows.append(f"{what:<15} {number:>5} {score.found[what]:>6} {score.in_line[what]:>12}")
    rows.append(f"{'all':<15} {score.planted.total():>5} {score.found.total():>6} {score.in_line.total():>12}")
    return [*rows, f"recall {100 * score.recall:.1f} %", *score.false]


def main(arguments: list[str] | None = None) -> None:
    """Print the measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", nargs=2, type=int, default=(1000, 1000 + 30 * len(KINDS)), metavar=("FIRST", "END"))
    parser.add_argument("--keras", action="store_true", help="the golden tables of Keras instead")
    parser.add_argument("--readmes", action="store_true", help="made-up READMEs of runs instead")
    parser.add_argument("--missed", action="store_true", help="print what was not found")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    began = time.process_time()
    if options.readmes:
        score = measure_readmes(range(*options.seeds))
    else:
        score = measure(golden() if options.keras else printed(range(*options.seeds)))
    for line in lines(score, time.process_time() - began):
        print(line)
    for planted in score.missed if options.missed else ():
        print(f"\n{planted.what}, line {planted.line}\n{planted.text}")


if __name__ == "__main__":
    main()
