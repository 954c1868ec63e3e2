"""Of random edits of one digit in a README, how many `reports verify` finds, and in how many seconds it says so.

    python benchmarks/verify.py [--readme docs/report/README.md] [--edits 1000] [--seed 0]

The README is computed again once, in a process of its own as the command does it, which is timed with its start and its
imports. Then each edit changes one digit anywhere in the README to another one, and is held against what was computed:
found is an edit that is named at its own line. A README that does not verify unedited ends the benchmark.
"""

import argparse
import random
import subprocess
import sys
import time
from pathlib import Path

from reports.verification import compare, verify

DIGITS = "0123456789"


def edits(text: str, count: int, seed: int) -> list[tuple[int, str]]:
    """Texts with one digit changed, each with the line in which it is."""
    source = random.Random(seed)
    places = [place for place, letter in enumerate(text) if letter in DIGITS]
    made = []
    for _ in range(count):
        place = source.choice(places)
        other = source.choice([digit for digit in DIGITS if digit != text[place]])
        made.append((text.count("\n", 0, place) + 1, f"{text[:place]}{other}{text[place + 1 :]}"))
    return made


def seconds(readme: Path) -> tuple[float, float]:
    """Of the command on the README as it is: by the clock, and of the processor."""
    code = "import resource, sys; from reports.__main__ import main\ntry: main()\nfinally: u = resource.getrusage(0); "
    code += "print(u.ru_utime + u.ru_stime, file=sys.stderr)"
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, "verify", str(readme)], capture_output=True, text=True, check=False
    )
    clock = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{readme} does not verify as it is:\n{done.stdout}{done.stderr}")
    return clock, float(done.stderr.split()[-1])


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readme", type=Path, default=Path("docs/report/README.md"))
    parser.add_argument("--edits", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    clock, processor = seconds(options.readme)
    found = verify(options.readme)
    text = options.readme.read_text(encoding="utf-8")
    named = sum(
        any(each.line == line for each in compare("README.md", edited, text))
        for line, edited in edits(text, options.edits, options.seed)
    )
    print(f"{'README':<28} {'numbers':>8} {'runs':>6} {'edits':>7} {'found':>7} {'seconds':>8} {'CPU s':>7}")
    print(
        f"{options.readme!s:<28} {found.numbers:>8,} {found.sources:>6,} {options.edits:>7,} {named:>7,}"
        f" {clock:>8.2f} {processor:>7.2f}"
    )


if __name__ == "__main__":
    main()
