"""Writing a report: nobody else's file is lost, and a failure leaves what was there."""

import errno
from pathlib import Path

import pytest

from groundfloor.errors import InputError
from groundfloor.files import FileError
from reports.errors import OutputError
from reports.output.folder import check_folder, write
from reports.output.mark import MARK

FILES = {"README.md": f"{MARK}\nnew".encode(), "assets/a.svg": b"<svg/>"}


def test_files_of_others_stay(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "mine.png").write_bytes(b"mine")
    (tmp_path / "notes.md").write_text("mine", encoding="utf-8")

    write(FILES, tmp_path)
    write(FILES, tmp_path)

    assert (tmp_path / "assets" / "mine.png").read_bytes() == b"mine"
    assert (tmp_path / "notes.md").read_text(encoding="utf-8") == "mine"
    assert sorted(file.name for file in (tmp_path / "assets").iterdir()) == ["a.svg", "mine.png"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_that_name_by_somebody_else_is_kept(tmp_path, name):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine", encoding="utf-8")

    with pytest.raises(OutputError, match=f"{file.name}: exists and is not from reports build; --force overwrites it"):
        write(FILES, tmp_path)
    assert file.read_text(encoding="utf-8") == "mine"
    assert len([each for each in tmp_path.rglob("*") if each.is_file()]) == 1

    write(FILES, tmp_path, force=True)
    assert file.read_bytes() == FILES[name]


def test_a_report_is_renewed_without_force(tmp_path):
    write({**FILES, "README.md": f"{MARK}\nold".encode()}, tmp_path)

    write(FILES, tmp_path)

    assert (tmp_path / "README.md").read_bytes() == FILES["README.md"]


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("files_before", [{}, FILES])
def test_a_full_disk_or_an_interruption_leaves_what_was_there(tmp_path, monkeypatch, files_before, failure):
    report = tmp_path / "a" / "report"
    if files_before:
        write(files_before, report)
    before = {file: file.is_file() and file.read_bytes() for file in tmp_path.rglob("*")}
    whole = Path.write_bytes

    def fill(file: Path, content: bytes) -> int:
        if b"last" in content:
            whole(file, content[:2])
            raise failure
        return whole(file, content)

    monkeypatch.setattr(Path, "write_bytes", fill)
    changed = {"README.md": f"{MARK}\nnewer".encode(), "assets/a.svg": b"<svg>2</svg>", "assets/b.svg": b"the last"}

    with pytest.raises((FileError, KeyboardInterrupt)) as told:
        write(changed, report)
    assert {file: file.is_file() and file.read_bytes() for file in tmp_path.rglob("*")} == before
    if isinstance(failure, OSError):
        assert str(told.value) == f"{report}: cannot be written (the disk is full)"


def test_a_folder_in_the_place_of_a_file_is_told_before_anything_is_written(tmp_path):
    (tmp_path / "assets" / "a.svg").mkdir(parents=True)

    with pytest.raises(FileError, match=r"a\.svg: is a folder; a file is to be written by that name"):
        write(FILES, tmp_path, force=True)
    assert [file.name for file in tmp_path.iterdir()] == ["assets"]


def test_a_link_to_a_file_of_somebody_else_is_kept(tmp_path):
    (tmp_path / "mine.md").write_text("mine", encoding="utf-8")
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "README.md").symlink_to(tmp_path / "mine.md")

    with pytest.raises(OutputError, match="exists and is not from reports build"):
        write(FILES, tmp_path / "report")
    write(FILES, tmp_path / "report", force=True)

    assert (tmp_path / "mine.md").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("inside", ["", "report", "a/b/c"])
def test_a_folder_below_a_file_is_refused(tmp_path, inside):
    (tmp_path / "file").write_text("mine", encoding="utf-8")

    with pytest.raises(InputError, match=r"file:? is a file"):
        check_folder(tmp_path / "file" / inside)


def test_a_folder_without_permission_is_refused(tmp_path, monkeypatch):
    """Root may write everywhere: so the system's answer is planted."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("groundfloor.disk.scratch.tempfile.TemporaryDirectory", refuse)

    with pytest.raises(FileError, match=r"cannot be written \(Permission denied in"):
        check_folder(tmp_path / "report")
