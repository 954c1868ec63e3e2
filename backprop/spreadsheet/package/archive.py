"""A stranger's zip archive: its directory, held against limits, and its parts, unpacked in bounded memory.

Sizes are checked where they are declared and again where they are met.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from backprop.spreadsheet.limits import BLOCK, Limits, error_line
from groundfloor.errors import UnreadableError
from groundfloor.text import quoted


class ArchiveFile(io.BufferedReader):
    """A file that refuses to be read in one go, as zipfile reads the archive's directory."""

    def __init__(self, file: Path, most: int) -> None:
        super().__init__(io.FileIO(file))
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, but no more than the directory may have."""
        if size is not None and size > self._most:
            raise UnreadableError(f"a zip archive with a directory of {size:,} bytes; at most {self._most:,}")
        return super().read(size)


def check_directory(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Refuse an archive that is too large, lies about its parts or hides some."""
    if len(parts) > limits.parts:
        raise UnreadableError(f"a zip archive of {len(parts):,} parts; at most {limits.parts:,}")
    total = sum(part.file_size for part in parts)
    if total > limits.total_bytes:
        raise UnreadableError(f"{total:,} bytes when unpacked; at most {limits.total_bytes:,}")
    seen: set[str] = set()
    for part in parts:
        name = part.filename
        shown = quoted(part.orig_filename)
        if part.flag_bits & 0x41:
            raise UnreadableError(f"part {shown} is encrypted; only workbooks without a password can be read")
        if part.orig_filename != name or re.search(r"[\x00-\x1f\x7f]", name) or len(name) > 255:
            raise UnreadableError(f"part {shown} has a name with control characters, or of more than 255")
        if name.startswith("/") or re.search(r"\\|:|(^|/)\.\.?(/|$)", name):
            raise UnreadableError(f"part {shown} has a name that leads out of the archive")
        if name.casefold() in seen:
            raise UnreadableError(f"part {shown} is there twice")
        seen.add(name.casefold())
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableError(f"part {shown} is packed by method {part.compress_type}; only 0 and 8 are allowed")
        if part.file_size > limits.part_bytes:
            raise UnreadableError(f"part {shown} has {part.file_size:,} bytes; at most {limits.part_bytes:,}")
        if part.file_size > max(1024**2, limits.ratio * part.compress_size):
            raise UnreadableError(
                f"part {shown} unpacks from {part.compress_size:,} to {part.file_size:,} bytes;"
                f" at most {limits.ratio} times as many are allowed"
            )
    end, before = 0, ""
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise UnreadableError(f"parts {before} and {quoted(part.filename)} overlap in the zip archive")
        end = part.header_offset + 30 + len(part.orig_filename) + part.compress_size
        before = quoted(part.filename)


def unpack(archive: zipfile.ZipFile, part: str, most: int) -> Iterator[bytes]:
    """The part in blocks, no more than it says; zipfile compares the checksum at the end."""
    declared, size = archive.getinfo(part).file_size, 0
    try:
        with archive.open(part) as stream:
            while block := stream.read(BLOCK):
                size += len(block)
                if size > min(declared, most):
                    break
                yield block
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnreadableError(f"part {quoted(part)} is damaged: {error_line(error)}") from error
    if size != declared:
        raise UnreadableError(f"part {quoted(part)} says it has {declared:,} bytes, but unpacks to {size:,}")
