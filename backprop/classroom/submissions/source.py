"""Where a file that was handed in lies, and how it is opened: on the disk, or in a zip under a workbook's limits.

A file of a zip is known by its place in it, so that any process can unpack it without the directory of a class.
"""

import hashlib
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from backprop.spreadsheet.limits import BLOCK, DEFAULT, Limits, error_line
from backprop.spreadsheet.package.archive import ArchiveFile
from groundfloor.disk.scratch import temporary_folder
from groundfloor.errors import UnreadableError
from groundfloor.files import reason
from groundfloor.work.task import DiskFile

DIRECTORY_BYTES = 64 * 1024**2  # of a class's zip: a thousand students need 0.2 MB
MOST_MEMBERS = 200_000
_HEADER = struct.Struct("<4s22xHH")  # of a file in a zip: signature, lengths of the name and of what else is told
RAW = -15  # deflate as a zip has it


@dataclass(frozen=True, slots=True)
class Packed:
    """A file in a zip archive, as the archive's directory describes it."""

    offset: int
    packed: int  # bytes
    size: int
    checksum: int
    deflated: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A file on the disk, or one of a zip archive."""

    file: Path
    inside: Packed | None = None


def packed(member: zipfile.ZipInfo) -> Packed:
    """Where a file of a zip lies."""
    deflated = member.compress_type == zipfile.ZIP_DEFLATED
    return Packed(member.header_offset, member.compress_size, member.file_size, member.CRC, deflated)


@contextmanager
def on_disk(source: Source, ending: str) -> Iterator[Path]:
    """A path where the file lies for as long as the block runs; UnreadableError where it cannot be unpacked."""
    if source.inside is None:
        yield source.file
        return
    with temporary_folder("submission") as folder:
        path = folder / f"workbook{ending}"
        with path.open("wb") as target:
            for block in blocks(source):
                target.write(block)
        yield path


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """What was handed in, as a file of a task (groundfloor/work)."""

    source: Source
    ending: str

    @property
    def name(self) -> str:
        """One for all: what a student calls it changes nothing."""
        return f"workbook{self.ending}"

    def here(self) -> AbstractContextManager[Path]:
        """As `on_disk`."""
        return on_disk(self.source, self.ending)

    def size(self) -> int:
        """What it has unpacked, as the system or the zip tells it."""
        return DiskFile(self.source.file).size() if self.source.inside is None else self.source.inside.size

    def content(self) -> bytes:
        """Its bytes; UnreadableError where it cannot be unpacked."""
        return b"".join(blocks(self.source))


def digest_of(source: Source) -> str:
    """SHA-256 of the file's bytes."""
    digest = hashlib.sha256()
    for block in blocks(source):
        digest.update(block)
    return digest.hexdigest()


def blocks(source: Source, limits: Limits = DEFAULT) -> Iterator[bytes]:
    """The file's bytes, no more than one workbook may have; UnreadableError where they are not what was told."""
    try:
        status = source.file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("not a plain file")
        if source.inside is None and status.st_size > limits.file_bytes:
            raise UnreadableError(f"a file of {status.st_size:,} bytes; at most {limits.file_bytes:,}")
        with source.file.open("rb") as stream:
            if source.inside is None:
                yield from iter(lambda: stream.read(BLOCK), b"")
            else:
                yield from _unpacked(stream, source.inside, min(source.inside.size, limits.file_bytes))
    except (zlib.error, struct.error) as error:
        raise UnreadableError(f"cannot be unpacked: {error_line(error)}") from error
    except OSError as error:
        raise UnreadableError(f"cannot be read ({reason(error)})") from error


def _unpacked(stream: BinaryIO, inside: Packed, most: int) -> Iterator[bytes]:
    stream.seek(inside.offset)
    signature, name, extra = _HEADER.unpack(stream.read(_HEADER.size))
    if signature != b"PK\3\4":
        raise UnreadableError("cannot be unpacked: it is not where the zip says")
    stream.seek(name + extra, 1)
    size, checksum = 0, 0
    for piece in _pieces(stream, inside):
        size, checksum = size + len(piece), zlib.crc32(piece, checksum)
        if size > most:
            raise UnreadableError("cannot be unpacked: it is larger than the zip says")
        yield piece
    if (size, checksum) != (inside.size, inside.checksum):
        raise UnreadableError("cannot be unpacked: it is not what the zip's checksum says")


def _pieces(stream: BinaryIO, inside: Packed) -> Iterator[bytes]:
    """What is unpacked, a block at a time."""
    inflate = zlib.decompressobj(RAW)
    left = inside.packed
    while left > 0 and not inflate.eof and (block := stream.read(min(BLOCK, left))):
        left -= len(block)
        if not inside.deflated:
            yield block
            continue
        while block and not inflate.eof:
            yield inflate.decompress(block, BLOCK)
            block = inflate.unconsumed_tail
    if inside.deflated:
        yield inflate.flush()  # what a last, much repeated byte still stands for


def members(file: Path) -> list[zipfile.ZipInfo]:
    """The directory of a zip; UnreadableError in one line for what is none."""
    try:
        with ArchiveFile(file, DIRECTORY_BYTES) as stream, zipfile.ZipFile(stream) as archive:
            found = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableError(f"a damaged zip archive: {error_line(error)}") from error
    except (OSError, ValueError, EOFError, NotImplementedError, struct.error) as error:
        raise UnreadableError(f"cannot be read: {error_line(error)}") from error
    if len(found) > MOST_MEMBERS:
        raise UnreadableError(f"a zip archive of {len(found):,} files; at most {MOST_MEMBERS:,}")
    return found


def member_problem(member: zipfile.ZipInfo, limits: Limits = DEFAULT) -> str | None:
    """Why a file of a zip is not unpacked, in one line; None where nothing speaks against it."""
    name = member.filename
    if member.flag_bits & 0x41:
        return "is protected by a password"
    if name.startswith(("/", "\\")) or re.search(r"(^|[/\\])\.\.([/\\]|$)|^[A-Za-z]:[/\\]", name):
        return "has a name that leads out of the zip"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"is packed by method {member.compress_type}; only 0 and 8 are allowed"
    if member.file_size > limits.file_bytes:
        return f"has {member.file_size:,} bytes; at most {limits.file_bytes:,}"
    if member.file_size > max(1024**2, limits.ratio * member.compress_size):
        return f"unpacks from {member.compress_size:,} to {member.file_size:,} bytes"
    return None
