"""What a cluster costs: workbooks checked in processes of this machine and by Dask's workers, and on paper by 1,000.

    python -m benchmarks.scaling [--files 150] [--seconds 600] [--notes 2000] [--seed 0] [--workers 1000]

The workbooks are those of `benchmarks.classroom`. The ways of checking take turns, a few workbooks at a time, so that
what else the machine does meets all alike; after each turn a line tells how many are checked, and how fast. That goes
on until there are so many, or a way has taken so many seconds. Then notes, tasks with a workbook that do nothing, tell
what client, scheduler and worker compute for each task: in processor time, which other work changes little. A
simulation that is told those times, and how fast processes of this machine check, has to give the measured speeds of
the other ways before it is asked about a thousand workers.
"""

import argparse
import heapq
import pickle
import resource
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import mean

from backprop.check.isolated import A_JOB, LIMITS, _check, check_files
from benchmarks.classroom.students import hand_in, manifest
from groundfloor.work.completed import A_SLOT, SLOTS_A_TASK, completed
from groundfloor.work.dask_engine import DaskEngine
from groundfloor.work.engine import Engine
from groundfloor.work.local_engine import LocalEngine
from groundfloor.work.perform import pack
from groundfloor.work.task import DiskFile, Task
from tests.groundfloor.work.cluster import Cluster

TURN = 25  # workbooks
TICKS = 100  # a second, of the processor time that the system tells of other processes
ENDLESS = float("inf")


@dataclass(frozen=True)
class Costs:
    """Seconds of processor time that a task costs beside its own work."""

    client: float = 0.0
    scheduler: float = 0.0
    worker: float = 0.0

    def times(self, factor: float) -> "Costs":
        return Costs(self.client * factor, self.scheduler * factor, self.worker * factor)


# -- measured ---------------------------------------------------------------------------------------------------------


def note(number: int, file: Path) -> int:
    """A task that does nothing."""
    return number + file.stat().st_size


def in_turns(ways: Mapping[str, Engine], files: Iterable[Path], most: float = ENDLESS) -> tuple[dict[str, float], int]:
    """Seconds on the wall that each way takes for the same files, and how many: all, or until one took so many seconds.

    A line is printed after each turn.
    """
    seconds, count, given = dict.fromkeys(ways, 0.0), 0, iter(files)
    first = list(islice(given, TURN))
    for engine in ways.values():  # processes, and what they import
        list(check_files(first[:2], None, engine))
    turn = first
    while turn and max(seconds.values()) < most:
        count += len(turn)
        for name, engine in ways.items():
            start = time.perf_counter()
            reports = list(check_files(turn, None, engine))
            seconds[name] += time.perf_counter() - start
            if any(report.verdict in ("unreadable", "too_slow") for report in reports):
                raise RuntimeError(f"{name}: a workbook was not checked")
        speeds = ", ".join(f"{name} {count / seconds[name]:.2f}" for name in ways)
        print(f"{count:,} workbooks, a second by {speeds}", flush=True)
        turn = list(islice(given, TURN))
    return seconds, count


def noted(engine: Engine, cluster: Cluster, file: Path, count: int) -> tuple[float, Costs]:
    """Seconds on the wall a note, and what each note costs."""
    tasks = [Task(note, number, (DiskFile(file),)) for number in range(count)]
    list(completed(tasks[:20], engine))
    workers = [name for name in cluster.running if name != "scheduler"]
    own, start, before = (
        time.process_time(),
        time.perf_counter(),
        {n: _seconds(each.pid) for n, each in cluster.running.items()},
    )
    total = sum(result for _, result in completed(tasks, engine))  # type: ignore[misc]
    wall, own = time.perf_counter() - start, time.process_time() - own
    if total != sum(range(count)) + count * file.stat().st_size:
        raise RuntimeError("a note is wrong")
    used = {name: _seconds(each.pid) - before[name] for name, each in cluster.running.items()}
    return wall / count, Costs(own, used["scheduler"], sum(used[name] for name in workers)).times(1 / count)


def _seconds(process: int) -> float:
    """Processor seconds of a process and of those that it started."""
    user, system = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    children = Path(f"/proc/{process}/task").glob("*/children")
    own = (int(user) + int(system)) / TICKS
    return own + sum(_seconds(int(child)) for file in children for child in file.read_text().split())


# -- simulated --------------------------------------------------------------------------------------------------------


def simulated(count: int, workers: int, task: float, costs: Costs, processors: float = ENDLESS) -> float:
    """Seconds for `count` tasks of so many seconds.

    Each goes through the client and the scheduler, a worker, and back through the scheduler and the client, each of
    which does one thing at a time, half of its time a task on either way. A_SLOT tasks a worker are under way. All
    share so many processors evenly.
    """
    client, scheduler = ("client", costs.client / 2), ("scheduler", costs.scheduler / 2)
    stages = (client, scheduler, ("worker", task + costs.worker), scheduler, client)
    free = {"client": 1, "scheduler": 1, "worker": workers}
    waiting: dict[str, deque[int]] = {name: deque() for name in free}  # the stages of tasks that wait for it
    busy: list[
        tuple[float, int, int]
    ] = []  # when it ends on the clock of a processor of one's own, a number, the stage
    clock = now = 0.0
    begun = done = number = 0
    while done < count:
        while begun < count and begun - done < A_SLOT * workers:
            waiting["client"].append(0)
            begun += 1
        for name, queue in waiting.items():
            while queue and free[name]:
                stage, free[name], number = queue.popleft(), free[name] - 1, number + 1
                heapq.heappush(busy, (clock + stages[stage][1], number, stage))
        sharing = max(1.0, len(busy) / processors)
        end, _, stage = heapq.heappop(busy)
        now, clock = now + (end - clock) * sharing, end
        free[stages[stage][0]] += 1
        if stage + 1 < len(stages):
            waiting[stages[stage + 1][0]].append(stage + 1)
        else:
            done += 1
    return now


def beside_each_other(seconds: Mapping[str, float], count: int, task: float, costs: Costs) -> Iterator[str]:
    """Each way as measured and as simulated: how many times as fast as one process of this machine.

    That one tells by how much other work slows everything here, the two how many processors there are.
    """
    slow = seconds["1 process"] / count / task
    processors = max(1.0, seconds["1 process"] / seconds["2 processes"])
    ways = {"1 process": (1, Costs()), "2 processes": (2, Costs()), "1 worker": (1, costs), "2 workers": (2, costs)}
    yield f"{'':<12} {'files/s':>8} {'ms/file':>8} {'speed':>6} {'simulated':>10}"
    for name, (workers, extra) in ways.items():
        made = simulated(count, workers, task * slow, extra.times(slow), processors)
        each = seconds[name] / count
        yield (f"{name:<12} {1 / each:>8.2f} {1e3 * each:>8.0f} {seconds['1 process'] / seconds[name]:>6.2f} "
               f"{seconds['1 process'] / made:>10.2f}")  # fmt: skip


def notes_table(measured: Mapping[int, tuple[float, Costs]], slow: float) -> Iterator[str]:
    """What a note costs, and how many a second were done, beside the simulation of two processors as slow as those."""
    yield f"{'workers':>8} {'client ms':>10} {'scheduler ms':>13} {'worker ms':>10} {'notes/s':>8} {'simulated':>10}"
    for workers, (wall, costs) in measured.items():
        made = 1_000 / simulated(1_000, workers, 0.0, costs.times(slow), 2)
        yield (f"{workers:>8} {1e3 * costs.client:>10.2f} {1e3 * costs.scheduler:>13.2f} {1e3 * costs.worker:>10.2f} "
               f"{1 / wall:>8.0f} {made:>10.0f}")  # fmt: skip


def forecast(task: float, costs: Costs, bytes_a_task: float, most: int, together: bool) -> Iterator[str]:
    """Up to so many workers, each of a processor of its own, and what 10^6 tasks take.

    `together`: as many tasks a submission as `completed` gives that many workers; else one.
    """
    yield f"{'':>8} {'tasks a':>10} {'':>8}  {'busy:':>7} {'':>10} {'':>7} {'':>6} {'hours':>9}"
    yield (f"{'workers':>8} {'submission':>10} {'tasks/s':>8}  {'workers':>7} {'scheduler':>10} {'client':>7} "
           f"{'MB/s':>6} {'for 10^6':>9}")  # fmt: skip
    workers = 1
    while workers <= most:
        size = min(A_JOB, 1 + workers // SLOTS_A_TASK) if together else 1
        count = max(200, 30 * workers)  # submissions
        own = Costs(costs.client, costs.scheduler)
        speed = size * count / simulated(count, workers, size * (task + costs.worker), own)
        busy = (speed * task / workers, speed * costs.scheduler / size, speed * costs.client / size)
        yield (f"{workers:>8,} {size:>10} {speed:>8.1f}  {busy[0]:>7.0%} {busy[1]:>10.0%} {busy[2]:>7.0%} "
               f"{speed * bytes_a_task / 1e6:>6.1f} {1e6 / speed / 3600:>9.2f}")  # fmt: skip
        workers *= 10


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=150)
    parser.add_argument("--seconds", type=float, default=600, help="at most, about, of each way of checking")
    parser.add_argument("--notes", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1_000)
    given = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "in").mkdir()
        clusters = {number: stack.enter_context(running(folder / str(number), number)) for number in (1, 2)}
        dask = {number: stack.enter_context(DaskEngine(cluster.address)) for number, cluster in clusters.items()}
        with LocalEngine(2) as two:
            before = _of_ended_processes()
            with LocalEngine(1) as one:
                ways = {"1 process": one, "2 processes": two, "1 worker": dask[1], "2 workers": dask[2]}
                seconds, count = in_turns(ways, _handed_in(given.seed, given.files, folder / "in"), given.seconds)
            task = (_of_ended_processes() - before) / count
        files = sorted((folder / "in").iterdir())[:count]
        slow = seconds["1 process"] / count / task
        notes = {}
        for number, cluster in clusters.items():
            notes[number] = noted(dask[number], cluster, files[0], given.notes)
            print(f"{given.notes:,} notes by {number} of Dask: {1 / notes[number][0]:.0f} a second", flush=True)
        sent = mean(len(pack([Task(_check, None, (DiskFile(file),), LIMITS)])[0]) for file in files)
        returned = mean(len(pickle.dumps([report])) for report in check_files(files[:20], None))
    print(f"\n{count:,} workbooks, seed {given.seed}: {task:.2f} s of a processor each; "
          f"{sent:,.0f} bytes there, {returned:,.0f} back")  # fmt: skip
    costs = notes[2][1]
    for table in (
        beside_each_other(seconds, count, task, costs),
        notes_table(notes, slow),
        forecast(task, costs, sent + returned, given.workers, False),
        forecast(task, costs, sent + returned, given.workers, True),
    ):
        print("\n" + "\n".join(table), flush=True)


def _handed_in(seed: int, count: int, folder: Path) -> Iterator[Path]:
    """The workbooks of a class, each made when it is asked for."""
    of = manifest(seed, count, "one")
    for number in range(count):
        hand_in(of, "one", number, folder)
        yield from folder.glob(f"{Path(of.students[number].file).stem}.*")


@contextmanager
def running(folder: Path, workers: int) -> Iterator[Cluster]:
    """A cluster of so many workers of one thread."""
    folder.mkdir()
    cluster = Cluster(folder)
    try:
        cluster.start_scheduler()
        for number in range(workers):
            cluster.start_worker(f"worker-{number}")
        yield cluster
    finally:
        cluster.stop()


def _of_ended_processes() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    from benchmarks import scaling

    scaling.main()  # whose functions other processes have by name
