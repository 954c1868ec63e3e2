"""A file of somebody else's, read whole within a limit: a plain file, never a pipe, a device or one without end."""

import errno
import io
import os
import stat
from pathlib import Path

MOST_TEXT = 64_000_000  # bytes of a text: the record of 10,000 epochs of 1,000 steps each


class UnfitError(OSError):
    """What is no plain file, or larger than such a file may be; `strerror` says which, as of any OSError."""

    def __str__(self) -> str:
        return self.strerror or super().__str__()


def open_plain(file: Path) -> io.BufferedReader:
    """The file, open for reading as bytes; UnfitError for what would never end or never begin."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(file, flags)  # without waiting for who writes into a pipe
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return io.BufferedReader(io.FileIO(descriptor, "rb"))
    os.close(descriptor)
    raise UnfitError(errno.EINVAL, "not a plain file", str(file))


def read_plain(file: Path, most: int = MOST_TEXT) -> bytes:
    """The bytes of a plain file of at most so many; OSError where there is none, UnfitError where it is unfit."""
    with open_plain(file) as stream:
        size = os.fstat(stream.fileno()).st_size
        content = b"" if size > most else stream.read(size + 1)
    if size > most or len(content) > size:
        raise UnfitError(errno.EFBIG, f"{max(size, len(content)):,} bytes; at most {most:,} are read", str(file))
    return content
