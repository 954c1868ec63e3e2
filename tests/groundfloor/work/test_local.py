"""Work in processes of this machine: as it is done or in order, what follows, what is lost, and nothing left behind."""

import hashlib
import os
import pickle
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from groundfloor.errors import LostError, TooSlowError, UnreadableError
from groundfloor.process.isolate import Processes
from groundfloor.work.completed import completed, in_order
from groundfloor.work.engine import NoEngineError, Where, open_engine
from groundfloor.work.local_engine import LocalEngine
from groundfloor.work.perform import pack, perform, use
from groundfloor.work.task import DiskFile, Limits, Shared, Task
from groundfloor.work.versions import OtherVersionsError, refuse_others, versions
from tests.groundfloor.test_isolate import children
from tests.groundfloor.work import deeds

QUICK = Limits(seconds=1, memory_mb=512)


@pytest.fixture
def worker():
    """This process as a worker of a cluster would be, but that it leaves nothing behind."""
    processes = Processes()
    use(processes)
    yield
    use(None)
    processes.stop()


def tasks_of(*orders: tuple[str, object]) -> list[Task[object]]:
    return [Task(deeds.do, order, (), QUICK) for order in orders]


def test_results_come_in_order_and_failures_do_not_stop_them() -> None:
    orders = [("double", 1), ("spin", 0), ("complain", "bad"), ("leave", 1), ("double", 2), ("stumble", 0)]
    with LocalEngine(3) as engine:
        answers = list(in_order(tasks_of(*orders), engine))
    assert [task.argument for task, _ in answers] == orders
    assert [str(result) for _, result in answers] == [
        "2",
        "takes longer than 1 s",
        "bad",
        "the process that read it died (exit status 1)",
        "4",
        "could not be read: KeyError: 'secret'",
    ]
    assert isinstance(answers[1][1], TooSlowError)
    assert children(os.getpid()) == []


def test_what_is_done_first_comes_first_and_no_more_processes_run_than_jobs() -> None:
    slow = Task(deeds.doze, (0.5, 1))
    with LocalEngine(2) as engine:
        assert [result for _, result in completed([slow, *([Task(deeds.doze, (0, 2))] * 3)], engine)] == [2, 2, 2, 1]
        assert len({result for _, result in completed([Task(deeds.process, n) for n in range(8)], engine)}) <= 2
        assert list(completed([], engine)) == []
        assert [result for _, result in in_order([slow, Task(deeds.double, 4), slow], engine)] == [1, 8, 1]


def test_tasks_are_taken_when_there_is_room_for_them() -> None:
    taken: list[int] = []

    def source():
        for number in range(9):
            taken.append(number)
            yield Task(deeds.double, number)

    with LocalEngine(1) as engine:
        answers = completed(source(), engine)
        next(answers)
        assert taken == [0, 1]
        assert sum(1 for _ in answers) == 8


def test_many_workers_are_given_several_short_tasks_at_once_but_few_large_files(tmp_path: Path) -> None:
    class Elsewhere(LocalEngine):
        """A cluster of so many workers, of which this thread is all."""

        here = False

        def slots(self) -> int:
            return 256

        def submit(self, _function, /, *arguments, **_):
            tasks = pickle.loads(arguments[0])[2]
            submitted.append(len(tasks))
            future: Future[bytes] = Future()
            future.set_result(pickle.dumps([0] * len(tasks)))
            return future

    submitted: list[int] = []
    (tmp_path / "large").write_bytes(bytes(600_000))
    small, large = Task(deeds.double, 1), Task(deeds.digests, "", (DiskFile(tmp_path / "large"),))
    with Elsewhere(1) as engine:
        assert len(list(completed([small] * 12, engine))) == 12
        assert len(list(completed([small] * 12, engine, a_job=16))) == 12
        assert len(list(completed([large] * 6, engine, a_job=16))) == 6
    assert submitted == [*[1] * 12, 5, 5, 2, 2, 2, 2]


def test_what_follows_from_a_result_is_done_before_the_others() -> None:
    def then(task, result):
        return [Task(deeds.double, result)] if result < 8 else ()

    done = completed([Task(deeds.double, 1), Task(deeds.double, 50), Task(deeds.double, 60)], then=then)
    assert [result for _, result in done] == [2, 100, 4, 120, 8]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
def test_what_is_lost_is_done_again_but_not_for_ever(tmp_path: Path) -> None:
    tasks = [Task(deeds.fails_at_first, str(tmp_path)), Task(deeds.dies, None)]
    with LocalEngine(1) as engine:
        (_, done), (_, lost) = in_order(tasks, engine)
    assert done == "done at attempt 3"
    assert isinstance(lost, LostError)
    assert str(lost) == "was lost for the 5th time: the process that did it died (SIGKILL)"


def test_no_process_is_left_when_the_caller_stops_early() -> None:
    start = time.monotonic()
    with LocalEngine(2) as engine:
        answers = completed(tasks_of(("double", 1), *[("hang", None)] * 6), engine)
        assert next(answers)[1] == 2
        answers.close()  # type: ignore[attr-defined]
    assert time.monotonic() - start < 20
    assert children(os.getpid()) == []


def test_files_are_read_where_they_lie_and_sent_where_they_do_not(worker, tmp_path: Path) -> None:
    own, common = tmp_path / "own.txt", tmp_path / "common.txt"
    own.write_text("own")
    common.write_text("common")
    digest = hashlib.sha256(b"common").hexdigest()
    task = Task(deeds.digests, "> ", (DiskFile(own), Shared(common, digest=digest)))
    ((_, here),) = completed([task])
    packed, shared = pack([task])
    own.unlink()
    assert list(shared) == [digest]
    (there,) = pickle.loads(perform(packed, common.read_bytes()))
    assert here == [f"> own.txt {hashlib.sha256(b'own').hexdigest()[:8]}", f"> common.txt {digest[:8]}"]
    assert there == [here[0], f"> {digest} {digest[:8]}"]


def test_a_file_that_cannot_be_sent_is_the_result_of_its_task(worker, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"123")
    os.mkfifo(tmp_path / "pipe")
    for path, message in (
        (tmp_path / "none.xlsx", "no such file"),
        (tmp_path, "a folder, not a file"),
        (tmp_path / "pipe", "not a plain file"),
        (tmp_path / "large", "a file of 3 bytes; at most 2"),
    ):
        packed, _ = pack([Task(deeds.digests, "", (DiskFile(path, 2),)), Task(deeds.double, 1)])
        error, two = pickle.loads(perform(packed))
        assert isinstance(error, UnreadableError)
        assert message in str(error)
        assert two == 2


def test_a_worker_with_other_versions_refuses_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    here = {"Python": "3.12.1", "numpy": "2.4.6", "torch": "none"}
    refuse_others(here, {**here, "pandas": "3.0"})
    with pytest.raises(OtherVersionsError, match=r"^worker w7 has numpy 2\.3\.0, here 2\.4\.6: the same are needed"):
        refuse_others(here, {**here, "numpy": "2.3.0"}, "w7")
    packed, _ = pack([Task(deeds.double, 1)])
    monkeypatch.setattr("groundfloor.work.perform.versions", lambda: {**versions(), "its code": "0"})
    with pytest.raises(OtherVersionsError, match=r"has its code 0, here [0-9a-f]{12}"):
        perform(packed)


def test_a_function_of_the_main_module_is_the_callers_mistake() -> None:
    def function(_):
        return 0

    function.__module__ = "__main__"
    with pytest.raises(TypeError, match="function: of the main module"):
        Task(function, 1)


def test_one_place_at_a_time() -> None:
    with pytest.raises(NoEngineError, match=r"^--scheduler tcp://h:1, --slurm cpu: one of them at a time$"):
        open_engine(Where(1, "tcp://h:1", "cpu"))
