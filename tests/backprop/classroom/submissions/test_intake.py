"""Everything that was handed in: folders and zips, whole, hostile and empty."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from backprop.classroom.submissions.intake import Handed, SubmissionsError, take_in
from backprop.classroom.submissions.source import Source, blocks, digest_of, on_disk
from groundfloor.errors import UnreadableError

BOOK = b"PK not really a workbook"


def zipped(file: Path, names: dict[str, bytes], **settings: int) -> Path:
    with zipfile.ZipFile(file, "w", **settings) as archive:
        for name, content in names.items():
            archive.writestr(zipfile.ZipInfo(name) if ".." in name or name.startswith("/") else name, content)
    return file


def problems(handed: list[Handed]) -> dict[str, str | None]:
    return {item.place: item.problem for item in handed}


def test_a_folder_and_its_zip_hold_the_same(tmp_path: Path):
    names = {"Ada_1_assignsubmission_file_/a.xlsx": BOOK, "Bo_2_assignsubmission_file_/b.ods": BOOK + b"!"}
    for name, content in names.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True)
        (tmp_path / "folder" / name).write_bytes(content)
    zipped(tmp_path / "all.zip", names)
    found = [take_in([tmp_path / each]) for each in ("folder", "all.zip")]
    assert [[(item.place, item.told, digest_of(item.source)) for item in each] for each in found] == [
        [(item.place, item.told, digest_of(item.source)) for item in found[0]]
    ] * 2
    assert [item.place for item in found[0]] == list(names)


def test_what_systems_leave_behind_is_passed_over(tmp_path: Path):
    names = ["__MACOSX/._a.xlsx", "~$a.xlsx", ".DS_Store", "x/Thumbs.db", "README.md", "a.xlsx", "b/README.md"]
    file = zipped(tmp_path / "all.zip", dict.fromkeys(names, BOOK))
    assert [item.place for item in take_in([file])] == ["a.xlsx", "b/README.md"]


def test_a_receipt_of_blackboard_names_the_student_and_is_no_submission(tmp_path: Path):
    stem = "Exercise 1_alove_attempt_2026-11-20-14-30-12"
    receipt = b"Name: Ada Lovelace (alove)\r\nAssignment: Exercise 1\r\n"
    file = zipped(tmp_path / "all.zip", {f"{stem}.txt": receipt, f"{stem}_work.xlsx": BOOK})
    assert [(item.place, item.told.name) for item in take_in([file])] == [(f"{stem}_work.xlsx", "Ada Lovelace")]


def lying(file: Path) -> None:
    """A member that says of itself that it has 2 GB."""
    content = bytearray(file.read_bytes())
    place = content.index(b"PK\1\2")
    content[place + 24 : place + 28] = struct.pack("<I", 2 * 1024**3 - 1)
    file.write_bytes(content)


def locked(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    file.write_bytes(content)


def packed_otherwise(file: Path) -> None:
    content = bytearray(file.read_bytes())
    place = content.index(b"PK\1\2") + 10
    content[place : place + 2] = struct.pack("<H", 99)
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "spoil", "problem"),
    [
        ("a.xlsx", lying, "has 2,147,483,647 bytes; at most 268,435,456"),
        ("a.xlsx", locked, "is protected by a password"),
        ("a.xlsx", packed_otherwise, "is packed by method 99; only 0 and 8 are allowed"),
        ("../a.xlsx", None, "has a name that leads out of the zip"),
        ("x/../../a.xlsx", None, "has a name that leads out of the zip"),
        ("/etc/a.xlsx", None, "has a name that leads out of the zip"),
        ("C:\\a.xlsx", None, "has a name that leads out of the zip"),
    ],
)
def test_a_file_that_is_not_opened_is_told_and_the_others_are(
    tmp_path: Path, name: str, spoil: Callable[[Path], None] | None, problem: str
):
    file = zipped(tmp_path / "all.zip", {name: BOOK, "other.xlsx": BOOK})
    if spoil is not None:
        spoil(file)
    bad, good = take_in([file])
    assert (bad.problem, good.problem) == (problem, None)
    assert b"".join(blocks(good.source)) == BOOK


def test_a_bomb_is_not_unpacked(tmp_path: Path):
    file = zipped(tmp_path / "all.zip", {"a.xlsx": bytes(8 * 1024**2)}, compression=zipfile.ZIP_DEFLATED)
    (bomb,) = take_in([file])
    assert bomb.problem == "unpacks from 8,157 to 8,388,608 bytes"


def test_files_that_overlap_in_the_zip_are_told(tmp_path: Path):
    file = zipped(tmp_path / "all.zip", {"a.xlsx": BOOK, "b.xlsx": BOOK})
    content = bytearray(file.read_bytes())
    place = content.rindex(b"PK\1\2") + 42
    content[place : place + 4] = struct.pack("<I", 10)  # b begins inside a
    file.write_bytes(content)
    assert problems(take_in([file])) == {"a.xlsx": None, "b.xlsx": "overlaps another file in the zip"}


def test_two_files_of_one_name_are_told(tmp_path: Path):
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.xlsx", BOOK)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.xlsx", b"other")
    assert [item.problem for item in take_in([file])] == [None, "is in the zip twice"]


def test_a_link_is_not_followed(tmp_path: Path):
    (tmp_path / "secret.xlsx").write_bytes(BOOK)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.xlsx").symlink_to(tmp_path / "secret.xlsx")
    assert problems(take_in([tmp_path / "in"])) == {"a.xlsx": "is a link, not a file"}


def test_a_name_that_a_terminal_would_obey_is_shown_harmless(tmp_path: Path):
    file = zipped(tmp_path / "all.zip", {"a\x1b[31m.xlsx": BOOK})
    assert [item.place for item in take_in([file])] == ["a\\x1b[31m.xlsx"]


def test_a_file_of_a_zip_lies_on_the_disk_while_it_is_opened(tmp_path: Path):
    (item,) = take_in([zipped(tmp_path / "all.zip", {"a.xlsx": BOOK})])
    with on_disk(item.source, item.ending) as file:
        assert (file.suffix, file.read_bytes()) == (".xlsx", BOOK)
    assert not file.exists()


@pytest.mark.parametrize("content", [b"", b"a", bytes(1024**2), bytes(300_001) + b"end", bytes(range(256)) * 3_000])
@pytest.mark.parametrize("way", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_file_is_unpacked_as_it_was_packed(tmp_path: Path, content: bytes, way: int):
    file = zipped(tmp_path / "all.zip", {"a.xlsx": content, "b.xlsx": b"more"}, compression=way)
    assert [b"".join(blocks(item.source)) for item in take_in([file])] == [content, b"more"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("all.zip", b"", "a damaged zip archive: File is not a zip file; submissions are a folder"),
        ("all.zip", b"PK\5\6" + bytes(18), "nothing was handed in there"),
        ("report.pdf", b"%PDF", "a damaged zip archive"),
    ],
)
def test_submissions_that_are_none_are_told_in_one_line(tmp_path: Path, name: str, content: bytes, message: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SubmissionsError, match=message) as caught:
        take_in([tmp_path / name])
    assert "\n" not in str(caught.value)


def test_submissions_that_are_not_there_are_told(tmp_path: Path):
    with pytest.raises(SubmissionsError, match="no such file or folder"):
        take_in([tmp_path / "none.zip"])


def test_a_file_that_is_damaged_inside_is_told_when_it_is_read(tmp_path: Path):
    file = zipped(tmp_path / "all.zip", {"a.xlsx": BOOK * 100}, compression=zipfile.ZIP_DEFLATED)
    content = bytearray(file.read_bytes())
    content[36:44] = b"\xff" * 8
    file.write_bytes(content)
    with pytest.raises(UnreadableError, match="cannot be unpacked"):
        digest_of(take_in([file])[0].source)


def test_a_fifo_is_not_waited_for(tmp_path: Path):
    import os

    os.mkfifo(tmp_path / "a.xlsx")
    with pytest.raises(UnreadableError, match="not a plain file"):
        digest_of(Source(tmp_path / "a.xlsx"))
