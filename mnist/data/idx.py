"""The four files of MNIST, byte for byte: names, sizes, hashes, and the IDX format they are in. Imports no torch."""

import gzip
import hashlib
import io
import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from groundfloor.disk.reading import open_plain
from mnist.errors import DataError

LIMIT = 2**30  # bytes of one IDX file, decompressed
TYPES = {8: "u1", 12: ">i4"}  # IDX codes of bytes and of 32-bit integers

PartName = Literal["train_images", "train_labels", "test_images", "test_labels"]


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


def read_part(file: Path, part: Part) -> NDArray[np.uint8]:
    """The array in one IDX file; DataError where it is not, byte for byte, the part."""
    try:
        raw = read_bounded(open_plain(file), part.size + 1)
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


def read_idx(file: Path, dimensions: int | None = None) -> NDArray[np.uint8] | NDArray[np.int32]:
    """The array of an IDX file of bytes or 32-bit integers; DataError where it is none, or has other dimensions."""
    try:
        raw = read_bounded(open_plain(file), LIMIT + 1)
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror or error})") from error
    except DataError as error:
        raise DataError(f"{file}: {error}") from error
    begins = f"{file}: begins with {raw[:4].hex() or 'nothing'}; IDX magic"
    if dimensions is not None and raw[:4] != (magic := bytes((0, 0, 8, dimensions))):
        raise DataError(f"{begins} {magic.hex()} needed")
    if raw[:2] != b"\0\0" or len(raw) < 4 + 4 * raw[3] or raw[2] not in TYPES or not 1 <= raw[3] <= 4:
        raise DataError(f"{begins} 000008 or 00000c and 01 to 04 needed")
    kind, head = np.dtype(TYPES[raw[2]]), 4 + 4 * raw[3]
    shape = tuple(int.from_bytes(raw[at : at + 4], "big") for at in range(4, head, 4))
    size = head + kind.itemsize * math.prod(shape)
    if len(raw) != size:
        held = f"more than {LIMIT:,}" if len(raw) > LIMIT else f"{len(raw):,}"
        raise DataError(f"{file}: holds {held} bytes; its header announces {size:,}")
    return np.frombuffer(raw, kind, offset=head).reshape(shape).astype(kind.newbyteorder("="), copy=False)


def idx_bytes(array: NDArray[np.uint8] | NDArray[np.int32]) -> bytes:
    """The array as an IDX file."""
    code = next(code for code, kind in TYPES.items() if np.dtype(kind) == array.dtype.newbyteorder(">"))
    sizes = np.array(array.shape, dtype=">u4").tobytes()
    return bytes((0, 0, code, array.ndim)) + sizes + array.astype(TYPES[code]).tobytes()
