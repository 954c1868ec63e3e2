"""Everything that was handed in: the files of a folder, or of the zip that a learning platform gives, one by one."""

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from backprop.check.files import CHECKED
from backprop.classroom.submissions.conventions import Told, receipt, told
from backprop.classroom.submissions.source import Source, blocks, member_problem, members, packed
from backprop.errors import BackpropError
from groundfloor.errors import UnreadableError
from groundfloor.files import absent
from groundfloor.text import shortened

NOTES = (".md", ".txt", ".json", ".toml", ".html", ".htm", ".log")  # beside submissions, of nobody
_LEFT_OUT = re.compile(r"(^|/)(__MACOSX/|\.[^/]*$|~\$[^/]*$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
RECEIPT_BYTES = 100_000
SHOWN = 200  # characters of a path


class SubmissionsError(BackpropError):
    """Submissions that are not there, or whose zip cannot be opened."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that was handed in."""

    place: str  # in the folder or the zip, fit to be shown
    source: Source
    told: Told
    ending: str  # .xlsx, in small letters
    modified: datetime | None = None  # as the folder or the zip has it
    problem: str | None = None  # why it is not opened

    @property
    def is_workbook(self) -> bool:
        """Whether it is called as one."""
        return self.ending in CHECKED


def take_in(paths: Sequence[Path]) -> list[Handed]:
    """Every file below the folders and in the zips, in order; SubmissionsError where there is nothing to look at."""
    handed: list[Handed] = []
    for path in paths:
        if not path.exists():
            raise SubmissionsError(f"{path}: {absent(path)}")
        if path.is_dir():
            handed += _folder(path)
        elif path.suffix.lower() in CHECKED:
            handed.append(_file(path, PurePosixPath(path.name)))
        else:
            handed += _zip(path)
    handed = [item for item in handed if not _is_note(item)]
    if not handed:
        raise SubmissionsError(f"{', '.join(map(str, paths))}: nothing was handed in there")
    return _with_receipts(handed)


def _is_note(item: Handed) -> bool:
    """Whether it lies beside the submissions and is nobody's: the lecturer's own README, a manifest."""
    return not item.told.platform and "/" not in item.place and item.ending in NOTES


def _folder(folder: Path) -> Iterator[Handed]:
    files = sorted(file for file in folder.rglob("*") if file.is_symlink() or not file.is_dir())
    for file in files:
        path = PurePosixPath(file.relative_to(folder).as_posix())
        if not _LEFT_OUT.search(str(path)):
            yield _file(file, path)


def _file(file: Path, path: PurePosixPath) -> Handed:
    problem = "is a link, not a file" if file.is_symlink() else None
    modified = None if problem else datetime.fromtimestamp(file.stat().st_mtime)
    return Handed(_shown(path), Source(file), told(path), file.suffix.lower(), modified, problem)


def _zip(file: Path) -> Iterator[Handed]:
    try:
        found = members(file)
    except UnreadableError as error:
        raise SubmissionsError(
            f"{file}: {error}; submissions are a folder, a zip of a learning platform, or workbooks"
        ) from error
    overlapping, names = _overlapping(found), set[str]()
    for number, member in enumerate(found):
        name = _decoded(member)
        if member.is_dir() or _LEFT_OUT.search(name):
            continue
        path = PurePosixPath(name.replace("\\", "/"))
        problem = member_problem(member)
        if problem is None and number in overlapping:
            problem = "overlaps another file in the zip"
        elif problem is None and name in names:
            problem = "is in the zip twice"
        names.add(name)
        yield Handed(
            _shown(path), Source(file, packed(member)), told(path), path.suffix.lower(), _time(member), problem
        )


def _decoded(member: zipfile.ZipInfo) -> str:
    """The name; of a zip that does not say so, as UTF-8 where it is that."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _overlapping(found: list[zipfile.ZipInfo]) -> set[int]:
    """Members that begin before the one before them ends: a small zip can unpack to any size so."""
    end, numbers = 0, set()
    for number in sorted(range(len(found)), key=lambda number: found[number].header_offset):
        member = found[number]
        if member.header_offset < end:
            numbers.add(number)
        end = max(end, member.header_offset + 30 + len(member.orig_filename) + member.compress_size)
    return numbers


def _time(member: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*member.date_time)
    except ValueError:
        return None


def _shown(path: PurePosixPath) -> str:
    return shortened(unicodedata.normalize("NFC", str(path)), SHOWN)


def _with_receipts(handed: list[Handed]) -> list[Handed]:
    """Names from Blackboard's receipts, which are no submissions themselves."""
    named: dict[str, str] = {}
    kept = []
    for item in handed:
        is_receipt = item.told.platform == "blackboard" and item.ending == ".txt"
        found = receipt(_start(item.source)) if is_receipt and item.problem is None else None
        if found is None:
            kept.append(item)
        else:
            named[found[1]] = found[0]
    return [
        replace(item, told=replace(item.told, name=named[item.told.login])) if item.told.login in named else item
        for item in kept
    ]


def _start(source: Source) -> str:
    content = b""
    try:
        for block in blocks(source):
            content += block
            if len(content) > RECEIPT_BYTES:
                break
    except UnreadableError:
        return ""
    return content[:RECEIPT_BYTES].decode("utf-8", "replace")
