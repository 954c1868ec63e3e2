"""The engine of a Slurm cluster, by submitit: a job a submission, up to so many at a time; "local" stands in for Slurm.

Submitit hands work over by files: its folder, below the user's cache, is to be on a disk that the nodes share.
"""

import contextlib
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from groundfloor.errors import InputError, LostError
from groundfloor.text import did_you_mean
from groundfloor.work.engine import NoEngineError

LOCAL = "local"
MINUTES = 60  # that a job may take, where the partition's name does not say
POLL_SECONDS = 0.5
WANTED = (
    "account",
    "constraint",
    "cpus_per_task",
    "exclude",
    "gpus_per_node",
    "gres",
    "mem",
    "qos",
)  # as sbatch has it
NUMBERS = ("cpus_per_task", "gpus_per_node")
HOW = "the name of a partition is needed, or NAME:MINUTES, and behind it what a job needs, as in gpu:240,gres=gpu:1"


class SlurmEngine(Executor):
    """Jobs in a partition: cpu, cpu:240 for jobs that may take 240 minutes, gpu,gres=gpu:1 for what each needs.

    A job has one processor unless it is told otherwise.
    """

    here, several = False, True

    def __init__(self, partition: str, jobs: int) -> None:
        first, *needed = partition.split(",")
        name, _, minutes = first.partition(":")
        if not name or (minutes and not re.fullmatch("[1-9][0-9]{0,5}", minutes)):
            raise NoEngineError(f"--slurm {partition}: {HOW}")
        wanted = dict(_wanted(partition, each) for each in needed)
        try:
            import submitit
        except ImportError as error:
            raise NoEngineError(
                f"--slurm {partition}: needs submitit, which is not here: pip install 'backprop-workbook[slurm]'"
            ) from error
        if name != LOCAL and shutil.which("srun") is None:
            raise NoEngineError(f"--slurm {partition}: there is no Slurm here (no srun)")
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "backprop-workbook" / "slurm"
        cache.mkdir(parents=True, exist_ok=True)
        self._folder = tempfile.mkdtemp(dir=cache)
        self._executor = submitit.AutoExecutor(self._folder, cluster=LOCAL if name == LOCAL else "slurm")
        self._executor.update_parameters(timeout_min=int(minutes or MINUTES), name="backprop", cpus_per_task=1)
        if name != LOCAL:
            self._executor.update_parameters(slurm_partition=name)
            self._executor.update_parameters(**wanted)
        self._jobs = jobs
        self._lock = threading.Lock()
        self._under_way: dict[Future[Any], Any] = {}
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **keywords: Any) -> Future[Any]:
        """One job."""
        future: Future[Any] = Future()
        job = self._executor.submit(_caught, function, arguments, keywords)
        with self._lock:
            self._under_way[future] = job
        return future

    def slots(self) -> int:
        """The jobs at a time, of which two submissions a slot make one that runs and one that is queued."""
        return self._jobs

    def share(self, _digest: str, content: Callable[[], bytes], /) -> Any:
        """The bytes: they lie in the job's own file."""
        return content()

    def stop(self) -> None:
        """Cancel the jobs that are under way."""
        with self._lock:
            jobs = list(self._under_way.values())
            self._under_way.clear()
        for job in jobs:
            with contextlib.suppress(Exception):
                job.cancel(check=False)

    def shutdown(self, *_: Any, **__: Any) -> None:
        """Cancel what is under way, and remove the files."""
        self.stop()
        self._ended.set()
        self._watcher.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _watch(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            with self._lock:
                done = [(future, job) for future, job in self._under_way.items() if job.done()]
                for future, _ in done:
                    del self._under_way[future]
            for future, job in done:  # a result that a slow disk has not yet shown is waited for
                threading.Thread(target=_tell, args=(future, job), daemon=True).start()


def _wanted(partition: str, words: str) -> tuple[str, str | int]:
    """What a job needs, NAME=VALUE, as submitit calls it; NoEngineError for what is none."""
    name, _, value = words.partition("=")
    if name not in WANTED or not value:
        hint = did_you_mean(name, WANTED)
        raise NoEngineError(f"--slurm {partition}: {words}: {hint}NAME=VALUE is needed, of {', '.join(WANTED)}")
    if name not in NUMBERS:
        return f"slurm_{name}", value
    if not re.fullmatch("[1-9][0-9]{0,3}", value):
        raise NoEngineError(f"--slurm {partition}: {words}: a whole number above 0 is needed")
    return name, int(value)


def _caught(function: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[bool, Any]:
    """In the job: whether the function gave a result, and that, or our error, of which submitit would keep the text."""
    try:
        return True, function(*arguments, **keywords)
    except InputError as error:
        return False, error


def _tell(future: Future[Any], job: Any) -> None:
    from submitit.core.utils import FailedJobError, UncompletedJobError

    try:
        fine, result = job.result()
    except FailedJobError as error:
        lines = [line for line in str(error).splitlines() if line.strip() and not line.startswith("-")]
        fine, result = False, NoEngineError(f"a job of Slurm cannot run this program: {_cause(lines)}")
    except (UncompletedJobError, OSError, EOFError) as error:
        fine, result = False, LostError(" ".join(str(error).splitlines()[:2]))
    if not future.set_running_or_notify_cancel():
        return
    if fine:
        future.set_result(result)
    else:
        future.set_exception(result)


def _cause(lines: list[str]) -> str:
    """Of what submitit tells of a failed job, the last line of the traceback."""
    return next((line for line in reversed(lines) if re.match(r"\w[\w.]*(Error|Exception)\b", line)), lines[0])
