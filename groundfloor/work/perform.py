"""What an engine runs: tasks, each in a process of its own with its limits, on this machine or on one of a cluster.

A worker of a cluster is sent everything in one pickle: who sends (versions), calls, limits, the bytes of files.
"""

import hashlib
import pickle
import tempfile
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from groundfloor.errors import InputError
from groundfloor.process.isolate import Processes
from groundfloor.work.task import DiskFile, File, Limits, Shared, Task, carry_out
from groundfloor.work.versions import Versions, refuse_others, versions

_thread = threading.local()


def use(processes: Processes | None) -> None:
    """Let this thread's tasks be done by those processes."""
    _thread.processes = processes


@cache
def _of_this_worker() -> Processes:
    return Processes()


def perform_here(tasks: Sequence[Task[Any]]) -> list[Any]:
    """The result of each task, or the InputError that it ended in."""
    processes: Processes = getattr(_thread, "processes", None) or _of_this_worker()
    return [_done(processes, task) for task in tasks]


def _done(processes: Processes, task: Task[Any]) -> Any:
    call = task.function, task.argument, task.files
    try:
        return processes.call(carry_out, call, task.limits.seconds, task.limits.memory_mb)
    except InputError as error:
        return error


# -- on another machine -----------------------------------------------------------------------------------------------


def pack(tasks: Sequence[Task[Any]], attempt: int = 1) -> tuple[bytes, dict[str, Shared]]:
    """The tasks as bytes for `perform`, and by digest the files that they share.

    The same tasks at the same attempt are the same bytes. A file that cannot be had is its task's result.
    """
    shared = {file.digest: file for task in tasks for file in task.files if isinstance(file, Shared)}
    return pickle.dumps((versions(), attempt, [_packed(task) for task in tasks])), shared


def _packed(task: Task[Any]) -> Any:
    try:
        files = [(file.name, file.digest if isinstance(file, Shared) else file.content()) for file in task.files]
    except InputError as error:
        return error
    return pickle.dumps((task.function, task.argument)), task.limits, files


def perform(packed: bytes, *shared: bytes) -> bytes:
    """What `perform_here` gives, pickled. OtherVersionsError where this machine has others than the sender."""
    sender: Versions
    sender, _, calls = pickle.loads(packed)
    refuse_others(sender, versions())
    kept = dict(_kept(content) for content in shared)
    return pickle.dumps([call if isinstance(call, InputError) else _with_files(call, kept) for call in calls])


def _with_files(packed: tuple[bytes, Limits, list[tuple[str, bytes | str]]], kept: dict[str, Path]) -> Any:
    """The result of a task whose files are written here for as long as it takes."""
    call, limits, files = packed
    function, argument = pickle.loads(call)
    with tempfile.TemporaryDirectory(prefix="task-", ignore_cleanup_errors=True) as folder:
        there: list[File] = []
        for number, (name, content) in enumerate(files):
            if isinstance(content, str):
                path = kept[content]
            else:
                path = Path(folder) / str(number) / name
                path.parent.mkdir()
                path.write_bytes(content)
            there.append(DiskFile(path))
        return perform_here([Task(function, argument, tuple(there), limits)])[0]


@cache
def _folder_of_shared() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="shared-", ignore_cleanup_errors=True)  # until this process ends


_keeping = threading.Lock()


def _kept(content: bytes) -> tuple[str, Path]:
    """The file of this machine that holds those bytes, written when they first come."""
    digest = hashlib.sha256(content).hexdigest()
    path = Path(_folder_of_shared().name) / digest
    with _keeping:
        if not path.exists():
            path.write_bytes(content)
    return digest, path
