"""Data sets into the cache from public mirrors. A mirror that is silent or wrong is skipped; only verified files land.

Everything is bounded: seconds to hear from a mirror, seconds for a file, bytes of a file.
"""

import hashlib
import io
import threading
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from groundfloor.disk.scratch import scratch
from groundfloor.errors import InputError
from groundfloor.files import write_file
from mnist.data.idx import PARTS, Part, check_part, read_bounded
from mnist.data.named import Archive, NamedFile, NamedSet
from mnist.errors import DataError

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
)
PROBE_SECONDS = 4.0  # to fetch a mirror's smallest file (5 kB): offline costs this once a mirror, at most
FILE_SECONDS = 120.0  # to fetch the largest (10 MB)
ARCHIVE_SECONDS = 3600.0
MAX_BYTES = 12_000_000  # no gzipped part of MNIST is larger
MAX_NAMED = 64_000_000  # nor any file of another data set


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is to lie in a folder. `check` raises DataError on content that is not the file's, naming it."""

    file: str
    most: int  # bytes
    check: Callable[[bytes], None]


def cache_folder(name: str = "mnist") -> Path:
    """The platform's cache folder of this package, for a data set."""
    import pooch

    return Path(pooch.os_cache("backprop-workbook")) / name


def fetch(folder: Path, say: Callable[[str], None]) -> bool:
    """Fetch the parts of MNIST that `folder` lacks or holds damaged; whether it holds all four afterwards."""
    parts = sorted(PARTS, key=lambda part: part.size)
    return _fetch_all(folder, [Wanted(f"{part.file}.gz", MAX_BYTES, _checks(part)) for part in parts], MIRRORS, say)


def fetch_named(folder: Path, named: NamedSet, say: Callable[[str], None]) -> bool:
    """Fetch what `folder` lacks or holds damaged of a data set; whether it is whole afterwards."""
    if named.archive is not None:
        return all((folder / each.file).is_file() for each in named.files) or _fetch_archive(folder, named, say)
    labels_first = sorted(named.files, key=lambda each: (each.part.endswith("images"), each.part))
    wanted = [Wanted(each.file, MAX_NAMED, _has_md5(each)) for each in labels_first]
    return _fetch_all(folder, wanted, named.mirrors, say)


def _fetch_all(folder: Path, wanted: Sequence[Wanted], urls: Sequence[str], say: Callable[[str], None]) -> bool:
    """The smallest file is first and asked for briefly, so that a silent mirror is given up soon."""
    mirrors = list(urls)
    for index, each in enumerate(wanted):
        if _holds(folder, each):
            continue
        while mirrors:
            seconds = PROBE_SECONDS if index == 0 else FILE_SECONDS
            problem = _within(seconds, partial(_fetch, f"{mirrors[0]}{each.file}", folder, each))
            if problem is None:
                say(f"data: {each.file} from {mirrors[0]}")
                break
            say(f"data: {mirrors[0]} skipped: {problem}")
            del mirrors[0]
        else:
            return False
    return True


def _checks(part: Part) -> Callable[[bytes], None]:
    return lambda body: check_part(read_bounded(io.BytesIO(body), part.size + 1), part, part.file)


def _has_md5(each: NamedFile) -> Callable[[bytes], None]:
    def check(body: bytes) -> None:
        _refuse_other(each.file, _md5(body).hexdigest(), each.md5)

    return check


def _holds(folder: Path, wanted: Wanted) -> bool:
    try:
        wanted.check((folder / wanted.file).read_bytes())
    except (OSError, DataError):
        return False
    return True


def _within(seconds: float, work: Callable[[], None]) -> str | None:
    """None once the work is done, else what went wrong.

    In a thread, because no timeout of a socket covers the name look-up or a mirror that sends a byte a second. A thread
    that is given up changes nothing unless it still ends with a verified file.
    """
    problem = [f"no whole file within {seconds:.0f} s"]

    def run() -> None:
        try:
            work()
        except InputError as error:
            problem[0] = str(error)
        except Exception as error:  # whatever a mirror provokes, the next one is tried
            problem[0] = type(error).__name__  # the texts of network errors fill several lines
        else:
            problem.clear()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return problem[0] if problem else None


def _fetch(url: str, folder: Path, wanted: Wanted) -> None:
    import pooch

    body = _Bounded(wanted.most)
    pooch.HTTPDownloader(timeout=PROBE_SECONDS)(url, body, None)
    wanted.check(body.getvalue())
    folder.mkdir(parents=True, exist_ok=True)
    write_file(folder / wanted.file, body.getvalue(), force=True)


def _fetch_archive(folder: Path, named: NamedSet, say: Callable[[str], None]) -> bool:
    """Fetch the archive to disk, take the files out, and delete it."""
    archive = named.archive
    assert archive is not None
    for url in archive.urls:
        say(f"data: {url}, {archive.megabytes:,} MB")
        problem = _within(
            ARCHIVE_SECONDS, partial(_unpacked, url, folder, archive, [each.file for each in named.files])
        )
        if problem is None:
            return True
        say(f"data: {url} skipped: {problem}")
    return False


def _unpacked(url: str, folder: Path, archive: Archive, files: Sequence[str]) -> None:
    import pooch

    folder.mkdir(parents=True, exist_ok=True)
    with scratch(folder / archive.file) as aside:
        file = aside / archive.file
        pooch.HTTPDownloader(timeout=PROBE_SECONDS)(url, str(file), None)
        with file.open("rb") as stream:
            _refuse_other(archive.file, hashlib.file_digest(stream, _md5).hexdigest(), archive.md5)
        with zipfile.ZipFile(file) as whole:
            for name in files:
                write_file(folder / name, whole.read(f"{archive.folder}/{name}"), force=True)


def _md5(content: bytes = b"") -> "hashlib._Hash":
    return hashlib.md5(content, usedforsecurity=False)


def _refuse_other(name: str, found: str, needed: str | None) -> None:
    if found != needed:
        raise DataError(f"{name}: MD5 is {found}; {needed} is needed")


class _Bounded(io.BytesIO):
    """Memory for one download, that refuses a mirror which sends without end."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        if self.tell() + len(data) > self._most:
            raise DataError(f"more than {self._most:,} bytes")
        return super().write(data)
