"""What a stranger's file is, in whatever format, before anything opens it. Loads nothing that reads workbooks."""

import stat
import struct
import zipfile
import zlib
from pathlib import Path

from backprop.spreadsheet.limits import DEFAULT, Limits, error_line
from backprop.spreadsheet.ods.scan import scan_opendocument
from backprop.spreadsheet.package.archive import ArchiveFile
from backprop.spreadsheet.package.kinds import is_opendocument, sniff
from backprop.spreadsheet.xlsx.scan import scan_parts
from groundfloor.errors import UnreadableError
from groundfloor.files import absent


def scan_workbook(file: Path, limits: Limits = DEFAULT) -> tuple[str, ...]:
    """Refuse (UnreadableError) what cannot or should not be opened; return notes on what will not be looked at."""
    try:
        status = file.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableError("a folder, not a file")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("not a plain file")
        if status.st_size > limits.file_bytes:
            raise UnreadableError(f"a file of {status.st_size:,} bytes; at most {limits.file_bytes:,}")
        with ArchiveFile(file, limits.directory_bytes) as stream:
            sniff(file, stream)
            with zipfile.ZipFile(stream) as archive:
                return (scan_opendocument if is_opendocument(archive) else scan_parts)(archive, limits)
    except FileNotFoundError as error:
        raise UnreadableError(absent(file)) from error
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror or error_line(error)}") from error
    except zipfile.BadZipFile as error:
        cause = "its directory is missing, perhaps cut off" if "not a zip" in str(error) else error_line(error)
        raise UnreadableError(f"a damaged zip archive: {cause}") from error
    except (ValueError, ArithmeticError, RuntimeError, EOFError, struct.error, zlib.error) as error:
        raise UnreadableError(f"a damaged zip archive: {error_line(error)}") from error
