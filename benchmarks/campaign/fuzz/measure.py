"""Broken inputs by the thousand, in few long-lived processes with limits; what ends in a fault is kept."""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.campaign.fuzz.kinds import KINDS, Input, answer
from groundfloor.errors import InputError
from groundfloor.work.completed import completed
from groundfloor.work.local_engine import LocalEngine
from groundfloor.work.task import Limits, Task

LIMITS = Limits(seconds=40.0, memory_mb=1_500)  # of a case; a check of the commands has 300 s


@dataclass(frozen=True, slots=True)
class Case:
    """A case by its number: the same seed draws the same input."""

    kind: str
    seed: int
    number: int

    def input(self) -> Input:
        """The broken input."""
        return KINDS[self.kind].draw(random.Random(f"{self.seed} {self.kind} {self.number}"))


@dataclass(slots=True)
class Score:
    """What came of the cases of a kind."""

    kind: str
    cases: int = 0
    seconds: float = 0.0
    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    faults: list[tuple[Case, str]] = field(default_factory=list)


def attempt(case: Case) -> tuple[str, float]:
    """In a worker: what came of it, and the processor time that it took."""
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        path = case.input().put(Path(folder) / "in")
        start = time.process_time()
        word = answer(case.kind, path)
        return word, time.process_time() - start


def fuzz(kind: str, count: int, seed: int, *, first: int = 0, seconds: float = 1e9, jobs: int = 1) -> Score:
    """Draw and try so many inputs of a kind, or as many as the seconds by the clock suffice for."""
    return tally(kind, [Case(kind, seed, number) for number in range(first, first + count)], seconds=seconds, jobs=jobs)


def tally(name: str, cases: Sequence[Case], *, seconds: float = 1e9, jobs: int = 1) -> Score:
    """Try the cases in so many processes, until all are tried, the seconds are over, or somebody stops it (^C)."""
    score, start = Score(name), time.perf_counter()
    tasks = (Task(attempt, case, limits=LIMITS) for case in cases)
    with LocalEngine(jobs) as engine, closing(completed(tasks, engine)) as results, suppress(KeyboardInterrupt):
        for task, result in results:
            score.cases += 1
            if isinstance(result, InputError):
                score.faults.append((task.argument, _told(result)))
            else:
                score.answers[result[0]] += 1
                score.slowest = max(score.slowest, result[1])
            if time.perf_counter() - start > seconds:
                break
    score.seconds = time.perf_counter() - start
    return score


def keep(faults: Sequence[tuple[Case, str]], folder: Path) -> Iterator[str]:
    """Write the inputs that ended in a fault, each with what was said; a line on each."""
    for case, told in faults:
        place = folder / f"{case.kind}-{case.seed}-{case.number}"
        case.input().put(place)
        (place / "FAULT.txt").write_text(told, encoding="utf-8")
        yield f"{place}: {told.splitlines()[0]}"


def _told(error: InputError) -> str:
    return "\n".join([str(error), *getattr(error, "__notes__", ())])
