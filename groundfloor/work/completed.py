"""Tasks in, each with its result or error out, as soon as it is done; what is lost is done again."""

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from groundfloor.errors import InputError, LostError
from groundfloor.work.engine import Engine
from groundfloor.work.local_engine import LocalEngine
from groundfloor.work.perform import pack, perform, perform_here
from groundfloor.work.task import Task

R = TypeVar("R")

A_SLOT = 2  # submissions: one that runs, one that waits for it; more would only be lost with the scheduler
ATTEMPTS = 5  # in all
SLOTS_A_TASK = 64  # so many slots more, one short task more a submission: the scheduler is the same for all
MOST_BYTES = 1024**2  # of files, from which on a submission takes no further task
LOOK = 1.0  # seconds after which it is seen that workers have joined


@dataclass(frozen=True, slots=True)
class _Submission:
    tasks: Sequence[Task[Any]]
    attempt: int


def in_order(
    tasks: Iterable[Task[R]], engine: Engine | None = None, *, a_job: int = 1
) -> Iterator[tuple[Task[R], R | InputError]]:
    """As `completed`, in the order of the tasks."""
    given = list(tasks)
    places: dict[int, deque[int]] = {}
    for place, task in enumerate(given):  # the same task may be given twice
        places.setdefault(id(task), deque()).append(place)
    ready: dict[int, R | InputError] = {}
    shown = 0
    for task, result in completed(given, engine, a_job=a_job):
        ready[places[id(task)].popleft()] = result
        while shown in ready:
            yield given[shown], ready.pop(shown)
            shown += 1


def completed(
    tasks: Iterable[Task[R]],
    engine: Engine | None = None,
    *,
    a_job: int = 1,
    then: Callable[[Task[R], R | InputError], Iterable[Task[R]]] = lambda _task, _result: (),
) -> Iterator[tuple[Task[R], R | InputError]]:
    """Each task with its result, or with the InputError it ended in, as it is done; without an engine, one at a time.

    Tasks are taken, and their files read, when there is room for them: A_SLOT submissions a slot are under way. Up to
    `a_job` short tasks make one submission where those are costly: to Slurm, to a scheduler of many workers. `then` is
    asked, before a result is told, what follows from it; that goes first. A task that is lost, with its process, its
    machine or its scheduler, is submitted again, ATTEMPTS times in all; its result is then a LostError. NoEngineError
    where the engine is gone for good; OtherVersionsError where a worker is not like this program.
    """
    if engine is None:
        with LocalEngine(1) as own:
            yield from completed(tasks, own, a_job=a_job, then=then)
        return
    source = iter(tasks)
    first: deque[_Submission] = deque()
    under_way: dict[Future[Any], _Submission] = {}
    done: SimpleQueue[Future[Any]] = SimpleQueue()
    try:
        while True:
            while len(under_way) < A_SLOT * max(1, engine.slots()):
                submission = first.popleft() if first else _Submission(_some(source, _size(engine, a_job)), 1)
                if not submission.tasks:
                    break
                future = _submit(engine, submission)
                under_way[future] = submission
                future.add_done_callback(done.put)
            if not under_way:
                return
            try:
                future = done.get(timeout=LOOK)
            except Empty:
                continue
            submission = under_way.pop(future)
            for task, result in zip(submission.tasks, _results(future, submission), strict=True):
                if isinstance(result, LostError) and submission.attempt < ATTEMPTS:
                    first.append(_Submission([task], submission.attempt + 1))
                    continue
                first.extendleft(_Submission([each], 1) for each in then(task, result))
                yield task, result
    finally:
        for future in under_way:
            future.cancel()
        if under_way:
            engine.stop()


def _size(engine: Engine, a_job: int) -> int:
    """How many short tasks the next submission may hold."""
    if engine.here:
        return 1
    return a_job if engine.several else min(a_job, 1 + engine.slots() // SLOTS_A_TASK)


def _some(source: Iterator[Task[R]], most: int) -> list[Task[R]]:
    """The next tasks, fewer where their files are large."""
    taken: list[Task[R]] = []
    size = 0
    while len(taken) < most and size < MOST_BYTES and (task := next(source, None)):
        taken.append(task)
        size += sum(file.size() for file in task.files)
    return taken


def _submit(engine: Engine, submission: _Submission) -> Future[Any]:
    """A future that gives a list of results here, and one that is pickled from elsewhere."""
    if engine.here:
        return engine.submit(perform_here, submission.tasks)
    packed, shared = pack(submission.tasks, submission.attempt)
    return engine.submit(perform, packed, *(engine.share(digest, file.content) for digest, file in shared.items()))


def _results(future: Future[Any], submission: _Submission) -> Sequence[Any]:
    """A result or an InputError of each task."""
    try:
        results = future.result()
    except CancelledError:
        return [_lost(submission, "nothing was heard of it any more")] * len(submission.tasks)
    except LostError as error:
        return [_lost(submission, str(error))] * len(submission.tasks)
    found = pickle.loads(results) if isinstance(results, bytes) else results
    return [_lost(submission, str(each)) if isinstance(each, LostError) else each for each in found]


def _lost(submission: _Submission, why: str) -> LostError:
    times = "" if submission.attempt == 1 else f" for the {submission.attempt}th time"
    return LostError(f"was lost{times}: {why}")
