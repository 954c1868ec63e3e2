"""The engine of this machine: a thread a job, each with a process of its own that serves its calls."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from groundfloor.process.isolate import Processes
from groundfloor.work import perform


class LocalEngine(ThreadPoolExecutor):
    """Up to `jobs` calls at the same time."""

    here, several = True, False

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._processes = Processes()
        super().__init__(jobs, initializer=perform.use, initargs=(self._processes,))

    def slots(self) -> int:
        """The jobs."""
        return self._jobs

    def share(self, digest: str, content: Callable[[], bytes], /) -> Any:
        """Nothing is sent here: a file of this machine is read where it lies."""
        raise NotImplementedError(digest, content)

    def stop(self) -> None:
        """End the processes, also those that compute."""
        self._processes.stop()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """End all of it; what is not begun is not done."""
        self.stop()
        super().shutdown(wait, cancel_futures=cancel_futures)
