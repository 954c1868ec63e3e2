"""Results by the hash of what they are of, in a folder: what is there is not computed again. Nothing in it is code."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, TypeVar

from groundfloor.disk.reading import open_plain, read_plain
from groundfloor.disk.scratch import BeingWrittenError
from groundfloor.errors import InputError
from groundfloor.files import FileError, check_writable, write_file
from groundfloor.work.completed import completed
from groundfloor.work.engine import Engine
from groundfloor.work.task import Task
from groundfloor.work.versions import versions

R = TypeVar("R")


class Store(Generic[R]):
    """A file of JSON a result, of a dataclass `kind`, written whole or not at all; several processes may share it.

    `question` tells what was asked, all but the bytes that it was asked of. What other versions or other code answered
    is not found. FileError where the folder cannot be written.
    """

    def __init__(self, folder: Path, kind: type[R], question: str) -> None:
        from pydantic import TypeAdapter

        self._as_json: TypeAdapter[R] = TypeAdapter(kind)
        asked = "\n".join((*(f"{name} {version}" for name, version in versions().items()), question))
        self.folder = folder / hashlib.sha256(asked.encode()).hexdigest()[:16]
        check_writable(self.folder / "result.json")

    def get(self, digest: str) -> R | None:
        """The result of the bytes of that hash; None where there is none, or where it cannot be read."""
        with suppress(OSError):
            return self._parsed(read_plain(self._file(digest)))
        return None

    def put(self, digest: str, result: R) -> None:
        """Keep it, if JSON holds all of it."""
        content = self._as_json.dump_json(result)
        if self._parsed(content) != result:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            write_file(self._file(digest), content, force=True)
        except FileError as error:
            if not isinstance(error.__cause__, BeingWrittenError):  # by another process: it has the same
                raise

    def _parsed(self, content: bytes) -> R | None:
        from pydantic import ValidationError

        with suppress(ValidationError):
            return self._as_json.validate_json(content)
        return None

    def _file(self, digest: str) -> Path:
        return self.folder / f"{digest}.json"


def digest_of(file: Path) -> str | None:
    """SHA-256 of a plain file's bytes; None where they cannot be read."""
    with suppress(OSError), open_plain(file) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
    return None


def found_or_done(
    tasks: Mapping[str, Task[R]],
    store: Store[R] | None,
    engine: Engine | None = None,
    *,
    a_job: int = 1,
    keep: Callable[[str, R], bool],
) -> Iterator[tuple[str, R | InputError]]:
    """The result of each task by its digest: first what the store has, then the others as they are done.

    A result is kept before it is told, so that whoever is killed then has it next time; not one that is an error, nor
    one that `keep` refuses.
    """
    waiting: dict[str, Task[R]] = {}
    for digest, task in tasks.items():
        found: Any = None if store is None else store.get(digest)
        if found is None:
            waiting[digest] = task
        else:
            yield digest, found
    digests = {id(task): digest for digest, task in waiting.items()}
    for task, result in completed(waiting.values(), engine, a_job=a_job):
        digest = digests[id(task)]
        if store is not None and not isinstance(result, InputError) and keep(digest, result):
            store.put(digest, result)
        yield digest, result
