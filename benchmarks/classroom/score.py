"""Is a class graded as a key grades it? Made-up students with their own numbers, mistakes, layouts and programs.

    python -m benchmarks.classroom [--students 1000] [--seed 0] [--jobs 2] [--show 10]

Each student hands in a workbook with none, one or two of forty kinds of mistakes; the key's points are told by
computing each changed cell (see students.py). A tenth of the class has a table for each of three learning rates.
A submission that is left to a human is not exact, and nobody loses points by it; the others are wrong silently.
"""

import argparse
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from backprop.classroom.grade import Assignment, Result, grade_class
from backprop.classroom.grading.rubric import load_rubric
from benchmarks.classroom.mistakes import KINDS
from benchmarks.classroom.students import Handed, hand_in, manifest
from groundfloor.work.engine import Where, open_engine

THREE = 10  # one in so many has several tables
EXACT = 1e-6


def grade(rates: str, count: int, seed: int, jobs: int) -> tuple[list[tuple[Handed, Result]], float]:
    """Everyone with their result, and the seconds that grading took."""
    given = manifest(seed, count, rates)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "in").mkdir()
        handed = [hand_in(given, rates, number, Path(folder) / "in") for number in range(count)]
        start = time.perf_counter()
        assignment = Assignment(load_rubric(), manifest=given)
        with open_engine(Where(jobs)) as engine:
            results = grade_class([Path(folder) / "in"], assignment, store=Path(folder) / "out", engine=engine)
        seconds = time.perf_counter() - start
    by_id = {result.graded.student.id: result for result in results}
    return [(each, by_id[each.name]) for each in handed], seconds


def outcome(handed: Handed, result: Result) -> str:
    """Whether the points are the key's, or a human is asked, or they are wrong and nobody is told."""
    points = result.graded.points
    if result.graded.status != "graded" or points is None:
        return "review"
    return "exact" if abs(points - handed.points) < EXACT else "wrong"


def _used() -> str:
    """Processor time of the processes that judged, and the most memory of this one and of any of them."""
    own, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    judging = theirs.ru_utime + theirs.ru_stime
    return f"{judging:.0f} s of processors; {own.ru_maxrss / 1024:.0f} MB here, {theirs.ru_maxrss / 1024:.0f} MB there"


def _row(title: str, outcomes: Sequence[str]) -> str:
    counts = " ".join(f"{outcomes.count(each):>7,}" for each in ("exact", "review", "wrong"))
    return f"{title:<32} {len(outcomes):>8,} {counts}"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", type=int, default=0, help="students to describe whose points are not the key's")
    options = parser.parse_args(arguments)
    several = options.students // THREE
    everyone, seconds = grade("one", options.students - several, options.seed, options.jobs)
    if several:
        more, longer = grade("three", several, options.seed, options.jobs)
        everyone, seconds = everyone + more, seconds + longer
    outcomes = [outcome(*each) for each in everyone]
    print(f"seed {options.seed}: {len(everyone):,} students, {len(KINDS)} kinds of mistakes, "
          f"{len({handed.layout for handed, _ in everyone})} layouts")  # fmt: skip
    print(f"{'':<32} {'students':>8} {'exact':>7} {'review':>7} {'wrong':>7}")
    for title, of_it in (("mistakes", lambda handed: handed.kinds or ("none",)),
                         ("program", lambda handed: (handed.program,))):  # fmt: skip
        rows: dict[str, list[str]] = {}
        for (handed, _), found in zip(everyone, outcomes, strict=True):
            for kind in of_it(handed):
                rows.setdefault(kind, []).append(found)
        print(title)
        for kind, of_kind in sorted(rows.items()):
            print(_row(f"  {kind}", of_kind))
    print(f"{_row('all', outcomes)}  {outcomes.count('exact') / len(everyone):.2%} exact")
    states = Counter(result.graded.status for _, result in everyone)
    told = ", ".join(f"{number:,} {status}" for status, number in sorted(states.items()))
    print(f"{seconds:.0f} s with {options.jobs} processes; {_used()}; {told}")
    wrong = [each for each, found in zip(everyone, outcomes, strict=True) if found != "exact"]
    for handed, result in wrong[: options.show]:
        graded = result.graded
        print(f"{handed.name} {handed.layout}, {handed.program}: {graded.points} for {handed.points} "
              f"({', '.join(handed.kinds)})")  # fmt: skip
        print(f"    {handed.story}")
        for cost in graded.costs:
            print(f"    {cost.part} {cost.points:.3f}: {cost.finding.range} {cost.finding.quantity} "
                  f"{cost.finding.kind} {cost.finding.severity} {cost.finding.explanation[:110]}")  # fmt: skip
        print(f"    {graded.verdict} {graded.review} {graded.lacking}")
