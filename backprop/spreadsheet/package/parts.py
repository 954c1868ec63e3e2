"""A workbook's file as its parts: some are changed, added or removed, all others copied byte for byte.

What saves a workbook whole, openpyxl or any other library, drops what it does not know: text boxes, drawings, chart
styles. Here nothing is saved that was not meant to change.
"""

from pathlib import Path
from types import TracebackType
from typing import Self
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from backprop.errors import BackpropError
from groundfloor.files import refuse_existing, writing


class PartsError(BackpropError):
    """A workbook that cannot be edited as asked, or a copy that cannot be written there."""


class PackageParts:
    """The parts of a workbook's file, and which of them were changed, added or removed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self.archive = ZipFile(file)
        except (OSError, BadZipFile) as error:
            raise PartsError(f"{file}: cannot be opened ({error})") from error
        self.changed: dict[str, bytes | None] = {}  # None: removed

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.archive.close()

    def names(self) -> list[str]:
        """Every part that there is now."""
        names = [name for name in self.archive.namelist() if name not in self.changed]
        return names + [name for name, content in self.changed.items() if content is not None]

    def read(self, part: str) -> bytes:
        """A part as it is now; PartsError where there is none."""
        try:
            content = self.changed[part] if part in self.changed else self.archive.read(part)
        except (KeyError, BadZipFile) as error:
            raise PartsError(f"{self.file}: part {part} cannot be read") from error
        if content is None:
            raise PartsError(f"{self.file}: part {part} has been removed")
        return content

    def put(self, part: str, content: bytes | None) -> None:
        """Change or add a part; None removes it."""
        self.changed[part] = content

    def save(self, target: Path, force: bool = False) -> None:
        """Write the copy whole or not at all; FileError where it cannot be written."""
        check_target(self.file, target, force)
        with writing(target, force=force) as finished:
            self._write(finished)

    def _write(self, target: Path) -> None:
        with ZipFile(target, "w", ZIP_DEFLATED) as copy:
            for old in self.archive.infolist():
                unchanged = old.filename not in self.changed
                content = b"" if old.is_dir() else self.archive.read(old) if unchanged else self.changed[old.filename]
                if content is None:
                    continue
                info = ZipInfo(old.filename, old.date_time)
                info.compress_type, info.external_attr = old.compress_type, old.external_attr
                copy.writestr(info, content)
            old_names = set(self.archive.namelist())
            for name, content in self.changed.items():
                if name not in old_names and content is not None:
                    info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                    info.compress_type = ZIP_DEFLATED
                    copy.writestr(info, content)


def check_target(file: Path, target: Path, force: bool) -> None:
    """PartsError where the copy would replace the workbook itself; FileError, without `force`, for any other file."""
    if target.exists() and file.exists() and target.samefile(file):
        raise PartsError(f"{target}: is the workbook itself; a copy goes into another file")
    if not force:
        refuse_existing(target)
