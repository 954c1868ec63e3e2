"""Files are written whole or not at all, and nothing is replaced that was not to be."""

import errno
import os
from pathlib import Path

import pytest

from groundfloor import files
from groundfloor.files import (
    FileError,
    absent,
    check_writable,
    reason,
    replacing_folder,
    write_file,
    write_files,
    writing,
)


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_file_is_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_file(tmp_path / "a.md", "∂E/∂w1")
    assert (tmp_path / "a.md").read_text(encoding="utf-8") == "∂E/∂w1"
    assert names(tmp_path) == ["a.md"]


def test_an_existing_file_is_replaced_only_when_forced(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("old")
    with pytest.raises(FileError, match=r"a exists; --force overwrites it"):
        write_file(file, "new")
    assert file.read_text() == "old"
    write_file(file, "new", force=True)
    assert file.read_text() == "new"


def test_a_link_that_leads_nowhere_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileError, match="link exists"):
        write_file(tmp_path / "link", "new")
    assert names(tmp_path) == ["link"]


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_is_called_a_folder(tmp_path: Path, force: bool) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(FileError, match="there: is a folder; a file's name is needed"):
        write_file(tmp_path / "there", "new", force=force)


def test_a_missing_folder_is_called_missing(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="missing: no such folder"):
        write_file(tmp_path / "missing" / "a", "new")


def test_what_another_process_wrote_in_the_meantime_stays(tmp_path: Path) -> None:
    file = tmp_path / "a"

    def both_write() -> None:
        with writing(file) as new:
            new.write_text("mine")
            file.write_text("theirs")

    with pytest.raises(FileError, match="a exists"):
        both_write()
    assert file.read_text() == "theirs"
    assert names(tmp_path) == ["a"]


def test_an_error_inside_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("old")

    def fail_half_way() -> None:
        with writing(file, force=True) as new:
            new.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert file.read_text() == "old"
    assert names(tmp_path) == ["a"]


def test_a_full_disk_is_called_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match=r"a: cannot be written \(the disk is full\)"):
        write_file(tmp_path / "a", "new")
    assert names(tmp_path) == []


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    fsync, link = os.fsync, os.link
    monkeypatch.setattr(os, "fsync", lambda descriptor: (events.append("to disk"), fsync(descriptor)))
    monkeypatch.setattr(os, "link", lambda old, new: (events.append("named"), link(old, new)))
    write_file(tmp_path / "a", "new")
    assert events == ["to disk", "named", "to disk"]


def test_several_files_are_written_with_their_folders(tmp_path: Path) -> None:
    write_files(tmp_path / "report", {"README.md": b"1", "assets/a.svg": b"2"})
    assert names(tmp_path) == ["report", "report/README.md", "report/assets", "report/assets/a.svg"]


def test_of_several_files_none_is_written_where_one_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "README.md").write_text("old")
    write = Path.write_bytes

    def second_fails(path: Path, content: bytes) -> int:
        if "b.svg" in path.name:
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", second_fails)
    with pytest.raises(FileError, match="the disk is full"):
        write_files(tmp_path, {"README.md": b"1", "assets/b.svg": b"2"})
    assert names(tmp_path) == ["README.md"]
    assert (tmp_path / "README.md").read_text() == "old"


def test_folders_are_made_at_any_depth_and_only_those_are_removed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there").mkdir()
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(5, "Input/output error")))
    with pytest.raises(FileError, match=r"cannot be written \(Input/output error\)"):
        write_files(tmp_path / "there", {"a/b/c": b"1"})
    assert names(tmp_path) == ["there"]
    monkeypatch.undo()
    write_files(tmp_path / "there", {"a/b/c": b"1"})
    assert names(tmp_path) == ["there", "there/a", "there/a/b", "there/a/b/c"]


def test_the_first_of_several_files_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda new, file: (order.append(file.name), replace(new, file)))
    write_files(tmp_path, {"README.md": b"1", "a": b"2", "b": b"3"})
    assert order == ["b", "a", "README.md"]


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    for text in ("old", "new"):
        with replacing_folder(tmp_path / "run") as folder:
            (folder / f"{text}.json").write_text(text)
    assert names(tmp_path) == ["run", "run/new.json"]


def test_an_error_inside_leaves_the_old_folder(tmp_path: Path) -> None:
    with replacing_folder(tmp_path / "run") as folder:
        (folder / "a").touch()

    def fail_half_way() -> None:
        with replacing_folder(tmp_path / "run") as folder:
            (folder / "b").touch()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert names(tmp_path) == ["run", "run/a"]


def test_a_folder_is_made_at_any_depth(tmp_path: Path) -> None:
    with replacing_folder(tmp_path / "runs" / "new" / "run") as folder:
        (folder / "a").touch()
    assert names(tmp_path) == ["runs", "runs/new", "runs/new/run", "runs/new/run/a"]


def test_the_old_folder_comes_back_where_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with replacing_folder(tmp_path / "run") as folder:
        (folder / "a").touch()
    rename = Path.rename

    def new_fails(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise OSError(5, "Input/output error")
        return rename(path, target)

    def replace() -> None:
        with replacing_folder(tmp_path / "run") as folder:
            (folder / "b").touch()

    monkeypatch.setattr(files, "exchange", lambda *_: False)  # as on Windows
    monkeypatch.setattr(Path, "rename", new_fails)
    with pytest.raises(FileError, match="run: cannot be written"):
        replace()
    assert names(tmp_path) == ["run", "run/a"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(5, "Input/output error"), "Input/output error"),
        (OSError("odd"), "odd"),
        (OSError(), "OSError"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "the disk is full"),
    ],
)
def test_a_reason_is_the_systems_or_else_the_errors_own(error: OSError, expected: str) -> None:
    assert reason(error) == expected


def test_whether_something_can_be_made_leaves_no_trace(tmp_path: Path) -> None:
    check_writable(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="file is a file, not a folder"):
        check_writable(tmp_path / "file" / "run")
    assert names(tmp_path) == ["file"]


def test_what_is_not_there_is_told_with_the_nearest_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("homework").mkdir()
    Path("homework", "slip.xlsx").touch()
    assert absent(Path("homework/slop.xlsx")) == "no such file or folder; did you mean homework/slip.xlsx?"
    assert absent(Path("homwork/slip.xlsx")) == "there is no folder homwork; did you mean homework?"
    assert absent(Path("elsewhere")) == "no such file or folder"
    assert absent(Path("homework/slip"), "folder") == "no such folder"  # slip.xlsx is none
    assert absent(Path("homework/slip.xlsx/a")) == "no such file or folder"
