"""Places for half-written things: one process has each, and the next start removes what a dead one left."""

import shutil
import sys
from pathlib import Path

import pytest

from groundfloor import files
from groundfloor.disk import scratch as module
from groundfloor.disk.exchange import exchange
from groundfloor.disk.scratch import temporary_folder
from groundfloor.files import FileError, check_writable, replacing_folder, write_file, write_files, writing
from tests.processes import started

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows locks no folders: nothing is cleared there")

STOPPED = """
import sys, time
from pathlib import Path
from groundfloor import files
from groundfloor.disk.scratch import temporary_folder
file, folder = Path(sys.argv[1]), Path(sys.argv[2])
files.exchange = lambda *_: False
rename = Path.rename
def stop_before_the_new_one_comes(path, target):
    if path.name == "new":
        print("now", flush=True)
        time.sleep(60)
    return rename(path, target)
Path.rename = stop_before_the_new_one_comes
with files.writing(file) as new, temporary_folder("test"):
    new.write_text("half")
    with files.replacing_folder(folder) as replaced:
        (replaced / "new.json").write_text("new")
"""


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.fixture(autouse=True)
def a_fresh_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each folder is cleared once a process: every test is the first start."""
    module._clear_beside.cache_clear()
    (tmp_path / "system").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "system"))
    monkeypatch.setattr(module.tempfile, "tempdir", None)  # looked up anew


def test_what_a_killed_process_left_is_removed_and_what_it_took_away_comes_back(tmp_path: Path) -> None:
    here = tmp_path / "here"
    write_files(here / "run", {"old.json": b"old"})
    with started("-c", STOPPED, here / "a.md", here / "run", stdout=-1, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        with pytest.raises(FileError, match=r"a\.md: cannot be written \(another process is writing it\)"):
            write_file(here / "a.md", "mine")
        check_writable(here / "a.md")  # it can be, in a moment
        write_file(here / "b.md", "another file in that folder")
        assert [name for name in names(here) if "/" not in name] == [".a.md.part", ".run.part", "b.md"]
        with temporary_folder("test"):
            assert len(list((tmp_path / "system").iterdir())) == 2
        process.kill()
        process.wait()
    module._clear_beside.cache_clear()  # the next start
    with temporary_folder("test") as own:
        assert list((tmp_path / "system").iterdir()) == [own]
    write_file(here / "b.md", "the next start", force=True)
    assert names(here) == ["b.md", "run", "run/old.json"]
    assert list((tmp_path / "system").iterdir()) == []


def test_only_what_was_being_written_is_removed(tmp_path: Path) -> None:
    write_files(tmp_path / ".mine.part", {"a": b"somebody's own"})
    (tmp_path / ".file.part").write_text("somebody's own")
    (tmp_path / ".link.part").symlink_to(tmp_path / "system")
    before = names(tmp_path)
    write_file(tmp_path / "mine", "new")
    assert names(tmp_path) == sorted([*before, "mine"])


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".a.part").symlink_to(tmp_path / "system")
    with pytest.raises(FileError, match=r"a: cannot be written \(.*\.a\.part is in the way\)"):
        write_file(tmp_path / "a", "new")
    assert names(tmp_path) == [".a.part", "system"]


def test_two_folders_are_exchanged_at_once(tmp_path: Path) -> None:
    write_files(tmp_path, {"one/1": b"", "other/2": b""})
    if not exchange(tmp_path / "one", tmp_path / "other"):
        pytest.skip("this file system cannot exchange two names")
    assert names(tmp_path) == ["one", "one/2", "other", "other/1", "system"]
    assert not exchange(tmp_path / "one", tmp_path / "missing")


def test_a_folder_is_never_missing_while_it_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {"run/1": b"", "other/2": b""})
    if not exchange(tmp_path / "run", tmp_path / "other"):
        pytest.skip("this file system cannot exchange two names")
    seen = []
    monkeypatch.setattr(files.os, "fsync", lambda _: seen.append(names(tmp_path / "run")))
    with replacing_folder(tmp_path / "run") as new:
        (new / "3").touch()
    assert seen[0] == ["2"]
    assert seen[-1] == ["3"]
    assert [] not in seen


@pytest.mark.parametrize("locks", [True, False])
def test_one_file_after_another_is_written_whether_or_not_folders_are_locked(
    locks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not locks:
        monkeypatch.setattr(module, "_opened", lambda _: None)
    for text in ("1", "2"):
        write_file(tmp_path / "a", text, force=True)
    with writing(tmp_path / "b") as new, temporary_folder("test") as other:
        shutil.copy(tmp_path / "a", new)
        assert names(other) == []
    assert (tmp_path / "b").read_text() == "2"
    assert names(tmp_path) == ["a", "b", "system"]
