"""What was computed is kept by the hash of what it is of, and not computed again."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from groundfloor.errors import InputError
from groundfloor.files import FileError
from groundfloor.work import store as stores
from groundfloor.work.store import Store, digest_of, found_or_done
from groundfloor.work.task import Task
from tests.groundfloor.work import deeds


@dataclass(frozen=True)
class Answer:
    """A result."""

    number: float
    words: tuple[str, ...] = ()


def test_a_result_is_found_by_the_same_question_and_the_same_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    answer = Answer(0.1, ("a", "ü"))
    Store(tmp_path, Answer, "q").put("1", answer)
    assert Store(tmp_path, Answer, "q").get("1") == answer
    assert [Store(tmp_path, Answer, each).get("1") for each in ("other", "q2")] == [None, None]
    assert Store(tmp_path, Answer, "q").get("2") is None
    monkeypatch.setattr(stores, "versions", lambda: {"its code": "changed"})
    assert Store(tmp_path, Answer, "q").get("1") is None


def test_what_json_cannot_hold_or_is_broken_is_not_there(tmp_path: Path):
    store = Store(tmp_path, Answer, "q")
    store.put("nan", Answer(float("nan")))
    store.put("torn", Answer(1))
    next(tmp_path.rglob("torn.json")).write_text('{"number": ')
    assert [store.get(digest) for digest in ("nan", "torn")] == [None, None]


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_done(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=r"file is a file, not a folder"):
        Store(tmp_path / "file", Answer, "q")


def test_only_what_is_missing_is_done_and_errors_are_not_kept(tmp_path: Path):
    store: Store[int] = Store(tmp_path, int, "q")
    tasks = {
        "a": Task(deeds.do, ("double", 4)),
        "b": Task(deeds.do, ("stumble", 0)),
        "c": Task(deeds.do, ("double", 5)),
    }
    first = dict(found_or_done(tasks, store, keep=lambda digest, _: digest != "c"))
    assert (first["a"], isinstance(first["b"], InputError), first["c"]) == (8, True, 10)
    assert (store.get("a"), store.get("b"), store.get("c")) == (8, None, None)
    again = dict(found_or_done({"a": Task(deeds.do, ("stumble", 0))}, store, keep=lambda *_: True))
    assert again == {"a": 8}


def test_a_digest_is_of_plain_files(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"")
    assert digest_of(tmp_path / "a") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert [digest_of(path) for path in (tmp_path, tmp_path / "none")] == [None, None]
