"""The engine of a Dask cluster: the scheduler that somebody started, and the workers that have joined it.

A scheduler that is killed and started again has forgotten all that was under way; here that is a loss like another, and
what comes next waits until the scheduler is back.
"""

import contextlib
import logging
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from groundfloor.errors import InputError, LostError
from groundfloor.work.engine import NoEngineError
from groundfloor.work.versions import refuse_others, versions

CONNECT_SECONDS = 15.0  # for the scheduler to answer, and for a first worker to have joined
RETURN_SECONDS = 300.0  # for a scheduler that is gone to be back
LOOK_SECONDS = 1.0  # between two looks at how many workers there are
_WAIT = 0.5


class DaskEngine(Executor):
    """As many calls at the same time as the workers have threads."""

    here, several = False, False

    def __init__(self, address: str) -> None:
        self.address = address
        self._shared: dict[str, Any] = {}
        self._under_way: set[Any] = set()
        self._slots, self._looked = 1, 0.0
        try:
            import dask
            import distributed
        except ImportError as error:
            raise NoEngineError(
                f"--scheduler {address}: needs Dask, which is not here: pip install 'backprop-workbook[cluster]'"
            ) from error
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GB"})  # files are sent on purpose
        self._library: Any = distributed
        self._quiet = _Quiet()
        try:
            self._client = self._connected(CONNECT_SECONDS)
            self._refuse_other_versions()
        except BaseException:
            self.shutdown()
            raise

    # -- an executor --------------------------------------------------------------------------------------------------

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **keywords: Any) -> Future[Any]:
        """To any worker. Where the scheduler is gone, waits until it is back; NoEngineError where it stays away."""
        client = self._running_client()
        future: Future[Any] = Future()
        running = client.submit(function, *arguments, pure=True, **keywords)  # its key is a hash of what it is given
        self._under_way.add(running)
        client.loop.add_callback(self._fetch, running, future)
        return future

    async def _fetch(self, running: Any, future: Future[Any]) -> None:
        """Have the result as soon as it is there. distributed's own executor never ends where the fetching fails."""
        try:
            result, error = await running, None
        except BaseException as raised:
            result, error = None, self._ours(raised)
        self._under_way.discard(running)
        if not future.set_running_or_notify_cancel():
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    def shutdown(self, *_: Any, **__: Any) -> None:
        """Leave the cluster; what is under way is not done."""
        if client := getattr(self, "_client", None):
            with contextlib.suppress(Exception):
                client.close(timeout=2)
        self._quiet.end()

    # -- what else an engine has --------------------------------------------------------------------------------------

    def slots(self) -> int:
        """The threads of the workers that are there, at least one."""
        if time.monotonic() - self._looked > LOOK_SECONDS:
            with contextlib.suppress(OSError, TimeoutError):
                self._slots = max(1, sum(self._running_client().nthreads().values()))
            self._looked = time.monotonic()
        return self._slots

    def share(self, digest: str, content: Callable[[], bytes], /) -> Any:
        """Bytes that are sent to one worker, from which the others have them."""
        client = self._running_client()
        kept = self._shared.get(digest)
        if kept is None or kept.status != "finished":
            kept = self._shared[digest] = client.scatter(content(), hash=True)
        return kept

    def stop(self) -> None:
        """Cancel it; a worker ends what it has begun, and nobody hears of that."""
        with contextlib.suppress(Exception):
            self._client.cancel(list(self._under_way))

    # -- the connection -----------------------------------------------------------------------------------------------

    def _connected(self, seconds: float) -> Any:
        client: Any
        end = time.monotonic() + seconds
        while True:
            try:
                client = self._library.Client(
                    self.address, timeout=max(1.0, end - time.monotonic()), set_as_default=False
                )
                break
            except (OSError, TimeoutError, ValueError) as error:
                if isinstance(error, ValueError) or time.monotonic() > end:
                    raise NoEngineError(f"--scheduler {self.address}: no scheduler answers there") from error
                time.sleep(_WAIT)
        try:
            client.wait_for_workers(1, timeout=max(1.0, end - time.monotonic()))
        except TimeoutError as error:
            client.close()
            raise NoEngineError(
                f"--scheduler {self.address}: no worker has joined it; start some: dask worker {self.address}"
            ) from error
        return client

    def _running_client(self) -> Any:
        """The client, once it is connected: by itself again, or anew."""
        while self._client.status == "connecting":
            time.sleep(_WAIT)
        if self._client.status != "running":
            self._shared.clear()
            self._client = self._connected(RETURN_SECONDS)
        return self._client

    def _refuse_other_versions(self) -> None:
        """Every worker that answers; one that is dying, or joins later, is asked with its first task."""
        here = versions()
        for worker, there in self._client.run(versions, on_error="return").items():
            if isinstance(there, dict):
                refuse_others(here, there, worker)
            elif isinstance(error := self._ours(there), NoEngineError):
                raise error

    def _ours(self, error: BaseException) -> BaseException:
        """What a worker's error is here."""
        if isinstance(error, InputError):
            return error
        if isinstance(error, ImportError | AttributeError):
            return NoEngineError(f"--scheduler {self.address}: a worker cannot run this program ({error})")
        return LostError(
            " ".join(f"{type(error).__name__}: {error}".split())[:200]
        )  # KilledWorker, a broken connection


class _Quiet:
    """Dask's own log says at length what is told here in one line."""

    def __init__(self) -> None:
        self.logger = logging.getLogger("distributed")
        self.level = self.logger.level
        self.logger.setLevel(logging.CRITICAL + 1)
        warnings.filterwarnings("ignore", "Mismatched versions found")

    def end(self) -> None:
        self.logger.setLevel(self.level)
