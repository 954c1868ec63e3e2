"""Where training data comes from: a folder, $MNIST_DIR, the cache, a download, or rendered digits. Imports no torch.

The first source that holds the four files wins. A folder that somebody named must be right: damage there is an error.
In the cache and from mirrors, damage means the next source. Whatever is returned has passed its SHA-256.
"""

import gzip
import hashlib
import io
import logging
import os
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mnist.errors import DataError
from mnist.rendered import render_digits
from mnist.runs import DataSource

PartName = Literal["train_images", "train_labels", "test_images", "test_labels"]
Say = Callable[[str], None]

RENDERED = "rendered"  # the value of --data that asks for rendered digits

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the four IDX files: a magic number and the sizes as big-endian 32-bit integers, then the bytes."""

    name: PartName
    file: str
    shape: tuple[int, ...]
    sha256: str  # of the decompressed file

    @property
    def header(self) -> bytes:
        """IDX: 0, 0, 8 (unsigned bytes), the number of dimensions; then each dimension."""
        return bytes((0, 0, 8, len(self.shape))) + b"".join(size.to_bytes(4, "big") for size in self.shape)

    @property
    def size(self) -> int:
        """Bytes of the whole file, decompressed."""
        return len(self.header) + int(np.prod(self.shape))

    @property
    def candidates(self) -> tuple[str, ...]:
        """The names under which the file is distributed."""
        dotted = self.file.replace("-idx", ".idx")
        return self.file, f"{self.file}.gz", dotted, f"{dotted}.gz"


PARTS = (
    Part(
        "train_images",
        "train-images-idx3-ubyte",
        (60_000, 28, 28),
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    Part(
        "train_labels",
        "train-labels-idx1-ubyte",
        (60_000,),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    Part(
        "test_images",
        "t10k-images-idx3-ubyte",
        (10_000, 28, 28),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    Part(
        "test_labels",
        "t10k-labels-idx1-ubyte",
        (10_000,),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Images (n, 28, 28) and labels (n,), all uint8, and where they come from."""

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]
    source: DataSource


def load_data(
    data: str | None = None,
    environ: Mapping[str, str] | None = None,
    say: Say = _log.info,
    *,
    stand_in: bool = True,
) -> Dataset:
    """The data `data` names (a folder, or "rendered"); without it, the first of $MNIST_DIR, cache, download, rendered.

    `say` is told, in a sentence each, what is tried and used. DataError on a named folder that is not right and,
    without `stand_in`, where rendered digits would stand in for MNIST unasked.
    """
    if data == RENDERED:
        say("data: rendered digits, as asked for; this is not MNIST")
        return rendered_digits()
    environ = os.environ if environ is None else environ
    named = data if data is not None else environ.get("MNIST_DIR") or None
    if named is not None:
        folder = Path(named)
        dataset = read_folder(folder)
        say(f"data: MNIST from {folder} ({'--data' if data is not None else '$MNIST_DIR'})")
        return dataset
    from mnist.download import cache_folder, fetch

    cache = cache_folder()
    try:
        dataset = read_folder(cache)
    except DataError:
        say("data: none named, none in the cache; trying to download MNIST (11 MB)")
        if not fetch(cache, say):
            if not stand_in:
                raise DataError(
                    "MNIST cannot be had; name its folder with --data or $MNIST_DIR, or ask for --data rendered"
                ) from None
            say("data: MNIST cannot be had: rendered digits stand in, and the record says so")
            return rendered_digits()
        dataset = read_folder(cache)
    say(f"data: MNIST from the cache, {cache}")
    return dataset


def read_folder(folder: Path) -> Dataset:
    """MNIST from a folder of the four IDX files, plain or gzipped; DataError names what is missing or damaged."""
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; a folder with the four MNIST files is needed")
    arrays: dict[PartName, NDArray[np.uint8]] = {}
    for part in PARTS:
        found = [folder / name for name in part.candidates if (folder / name).is_file()]
        if not found:
            raise DataError(f"{folder}: holds no {part.file} (or {part.file}.gz); the four MNIST files are needed")
        arrays[part.name] = read_part(found[0], part)
    return _dataset("mnist", arrays)


def read_part(file: Path, part: Part) -> NDArray[np.uint8]:
    """The array in one IDX file; DataError where it is not, byte for byte, the part."""
    try:
        raw = read_bounded(file.open("rb"), part.size + 1)
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror or error})") from error
    except DataError as error:
        raise DataError(f"{file}: {error}") from error
    check_part(raw, part, str(file))
    return np.frombuffer(raw, np.uint8, offset=len(part.header)).reshape(part.shape)


def read_bounded(stream: io.BufferedIOBase, limit: int) -> bytes:
    """Up to `limit` bytes of the stream, decompressed if it is gzip, and never more in memory. Closes the stream."""
    with stream:
        gzipped = stream.read(2) == b"\x1f\x8b"
        stream.seek(0)
        if not gzipped:
            return stream.read(limit)
        try:
            with gzip.open(stream) as decompressed:
                return decompressed.read(limit)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DataError(f"a damaged gzip file ({error}); a whole one is needed") from error


def check_part(raw: bytes, part: Part, where: str) -> None:
    """DataError, naming `where`, unless `raw` is the decompressed part, byte for byte."""
    sizes = " × ".join(f"{size:,}" for size in part.shape)
    if raw[:4] != part.header[:4]:
        raise DataError(f"{where}: begins with {raw[:4].hex() or 'nothing'}; IDX magic {part.header[:4].hex()} needed")
    if len(raw) != part.size:
        held = f"more than {part.size:,}" if len(raw) > part.size else f"{len(raw):,}"
        raise DataError(f"{where}: holds {held} bytes; {part.size:,} are needed, for {sizes} and the header")
    found = hashlib.sha256(raw).hexdigest()
    if found != part.sha256:
        raise DataError(f"{where}: SHA-256 is {found}; MNIST's {part.name} have {part.sha256}")


def rendered_digits(train: int = 12_000, test: int = 2_000) -> Dataset:
    """The stand-in: digits drawn from fonts, the same at every call."""
    images, labels = render_digits(train + test, seed=0)
    return _dataset(
        "rendered-digits",
        {
            "train_images": images[:train],
            "train_labels": labels[:train],
            "test_images": images[train:],
            "test_labels": labels[train:],
        },
    )


def _dataset(name: Literal["mnist", "rendered-digits"], arrays: dict[PartName, NDArray[np.uint8]]) -> Dataset:
    if name == "mnist":
        hashes = {part.name: part.sha256 for part in PARTS}
    else:
        hashes = {part: hashlib.sha256(idx_bytes(array)).hexdigest() for part, array in arrays.items()}
    source = DataSource(
        name=name,
        train_samples=len(arrays["train_labels"]),
        test_samples=len(arrays["test_labels"]),
        sha256=hashes,
    )
    return Dataset(**arrays, source=source)


def idx_bytes(array: NDArray[np.uint8]) -> bytes:
    """The array as an IDX file."""
    sizes = np.array(array.shape, dtype=">u4").tobytes()
    return bytes((0, 0, 8, array.ndim)) + sizes + array.tobytes()
