"""MNIST into the cache from public mirrors. A mirror that is silent or wrong is skipped; only verified files land.

Everything is bounded: seconds to hear from a mirror, seconds for a file, bytes of a file.
"""

import io
import threading
from collections.abc import Callable
from pathlib import Path

from mnist.data.idx import PARTS, Part, check_part, read_bounded
from mnist.errors import DataError

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
)
PROBE_SECONDS = 4.0  # to fetch a mirror's smallest file (5 kB): offline costs this once a mirror, at most
FILE_SECONDS = 120.0  # to fetch the largest (10 MB)
MAX_BYTES = 12_000_000  # no gzipped part is larger


def cache_folder() -> Path:
    """The platform's cache folder of this package."""
    import pooch

    return Path(pooch.os_cache("backprop-workbook")) / "mnist"


def fetch(folder: Path, say: Callable[[str], None]) -> bool:
    """Fetch the parts that `folder` lacks or holds damaged; whether it holds all four afterwards.

    The smallest part is asked for first and briefly, so that a silent mirror is given up soon.
    """
    mirrors = list(MIRRORS)
    for index, part in enumerate(sorted(PARTS, key=lambda part: part.size)):
        if _holds(folder, part):
            continue
        while mirrors:
            problem = _fetch_within(
                PROBE_SECONDS if index == 0 else FILE_SECONDS, f"{mirrors[0]}{part.file}.gz", folder, part
            )
            if problem is None:
                say(f"data: {part.file}.gz from {mirrors[0]}")
                break
            say(f"data: {mirrors[0]} skipped: {problem}")
            del mirrors[0]
        else:
            return False
    return True


def _holds(folder: Path, part: Part) -> bool:
    file = folder / f"{part.file}.gz"
    try:
        check_part(read_bounded(file.open("rb"), part.size + 1), part, file.name)
    except (OSError, DataError):
        return False
    return True


def _fetch_within(seconds: float, url: str, folder: Path, part: Part) -> str | None:
    """None once the verified part lies in `folder`, else what went wrong.

    In a thread, because no timeout of a socket covers the name look-up or a mirror that sends a byte a second. A thread
    that is given up changes nothing unless it still ends with a verified file.
    """
    problem = [f"no whole file within {seconds:.0f} s"]

    def run() -> None:
        try:
            _fetch(url, folder, part)
        except DataError as error:
            problem[0] = str(error)
        except Exception as error:  # whatever a mirror provokes, the next one is tried
            problem[0] = type(error).__name__  # the texts of network errors fill several lines
        else:
            problem.clear()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return problem[0] if problem else None


def _fetch(url: str, folder: Path, part: Part) -> None:
    import pooch

    pooch.get_logger().setLevel("WARNING")

    def download(url: str, output_file: str, _: object) -> None:
        body = _Bounded()
        pooch.HTTPDownloader(timeout=PROBE_SECONDS)(url, body, None)
        check_part(read_bounded(io.BytesIO(body.getvalue()), part.size + 1), part, part.file)
        Path(output_file).write_bytes(body.getvalue())

    (folder / f"{part.file}.gz").unlink(missing_ok=True)
    pooch.retrieve(url, known_hash=None, fname=f"{part.file}.gz", path=folder, downloader=download)


class _Bounded(io.BytesIO):
    """Memory for one download, that refuses a mirror which sends without end."""

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        if self.tell() + len(data) > MAX_BYTES:
            raise DataError(f"more than {MAX_BYTES:,} bytes")
        return super().write(data)
