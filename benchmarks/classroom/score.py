"""Is a class graded as a key grades it? Made-up students with their own numbers, mistakes, layouts and programs.

    python -m benchmarks.classroom [--students 1000] [--seed 0] [--jobs 2] [--show 10]

Each student hands in a workbook with none, one or two of forty kinds of mistakes; the key's points are told by
computing each changed cell (see students.py). A tenth of the class has a table for each of three learning rates.
"""

import argparse
import resource
import tempfile
import time
from collections import Counter
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


def is_exact(handed: Handed, result: Result) -> bool:
    """Whether the points are the key's and no human is asked."""
    points = result.graded.points
    return points is not None and result.graded.status == "graded" and abs(points - handed.points) < EXACT


def _used() -> str:
    """Processor time of the processes that judged, and the most memory of this one and of any of them."""
    own, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    judging = theirs.ru_utime + theirs.ru_stime
    return f"{judging:.0f} s of processors; {own.ru_maxrss / 1024:.0f} MB here, {theirs.ru_maxrss / 1024:.0f} MB there"


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
    exact = [is_exact(*each) for each in everyone]
    print(f"seed {options.seed}: {len(everyone):,} students, {len(KINDS)} kinds of mistakes, "
          f"{len({handed.layout for handed, _ in everyone})} layouts")  # fmt: skip
    print(f"{'mistakes':<32} {'students':>8} {'exact':>7}")
    rows: dict[str, list[bool]] = {}
    for (handed, _), right in zip(everyone, exact, strict=True):
        for kind in handed.kinds or ("none",):
            rows.setdefault(kind, []).append(right)
    for kind, found in sorted(rows.items()):
        print(f"{kind:<32} {len(found):>8,} {sum(found):>7,}")
    print(f"{'all':<32} {len(everyone):>8,} {sum(exact):>7,}  {sum(exact) / len(everyone):.2%}")
    states = Counter(result.graded.status for _, result in everyone)
    told = ", ".join(f"{number:,} {status}" for status, number in sorted(states.items()))
    print(f"{seconds:.0f} s with {options.jobs} processes; {_used()}; {told}")
    wrong = [each for each, right in zip(everyone, exact, strict=True) if not right]
    for handed, result in wrong[: options.show]:
        graded = result.graded
        print(f"{handed.name} {handed.layout}: {graded.points} for {handed.points} ({', '.join(handed.kinds)})")
        print(f"    {handed.story}")
        for cost in graded.costs:
            print(f"    {cost.part} {cost.points:.3f}: {cost.finding.range} {cost.finding.quantity} "
                  f"{cost.finding.kind} {cost.finding.severity} {cost.finding.explanation[:110]}")  # fmt: skip
        print(f"    {graded.verdict} {graded.review} {graded.lacking}")
