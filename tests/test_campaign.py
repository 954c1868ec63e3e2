"""Short forms of the campaigns: what once failed, a few broken inputs of each kind, a few kills."""

import sys

import pytest

from benchmarks.campaign.fuzz import kinds
from benchmarks.campaign.fuzz.corpus import attempt_kept, kept
from benchmarks.campaign.fuzz.kinds import KINDS, Kind
from benchmarks.campaign.fuzz.measure import LIMITS, Case, attempt, keep, tally
from benchmarks.campaign.hostile import attack_all
from benchmarks.campaign.kill.measure import kill
from benchmarks.campaign.life.disk import fill
from benchmarks.campaign.life.hardships import suffer
from benchmarks.campaign.run import main
from groundfloor.errors import InputError, UnreadableError
from groundfloor.work.completed import in_order
from groundfloor.work.task import Task
from tests.examples import part

FEW = {"formula": 1, "roster": 3, "workbook": 8, "ods": 6, "readme": 6, "run": 6, "toml": 12, "picture": 6}


def test_what_once_failed_does_so_no_more() -> None:
    found = list(in_order(Task(attempt_kept, given, limits=LIMITS) for given in kept()))
    assert len(found) >= 11
    assert [task.argument for task, result in found if isinstance(result, InputError)] == []


def test_each_broken_input_has_its_answer() -> None:
    cases = [Case(kind, 1, number) for kind, count in FEW.items() for number in range(count)]
    score = tally("all", cases)
    assert score.faults == []
    assert score.cases == sum(FEW.values())
    assert score.answers["refused"] > 5
    assert len(score.answers) > 4
    assert set(FEW) == set(KINDS)


def test_what_was_tried_before_somebody_stopped_it_is_counted(monkeypatch) -> None:
    def stopped(tasks, engine):
        yield next(iter(tasks)), ("refused", 0.1)
        raise KeyboardInterrupt

    monkeypatch.setattr("benchmarks.campaign.fuzz.measure.completed", stopped)
    score = tally("toml", [Case("toml", 1, number) for number in range(9)])
    assert (score.cases, score.answers, score.faults) == (1, {"refused": 1}, [])


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (["fuzz", "--only", "toml,formulas"], "--only formulas: one of workbook, "),
        (["kill", "disk"], "disk: one of fuzz, kill, "),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(capsys, words, allowed) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert allowed in capsys.readouterr().err


def test_only_what_is_named_is_done(capsys) -> None:
    main(["--only", "toml", "--count", "3"])
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["broken", "toml"]


def test_a_fault_is_told_and_its_input_kept(tmp_path, monkeypatch) -> None:
    case = Case("toml", 1, 0)
    lines = list(keep([(case, "could not be read: KeyError: 'x'\ntraceback")], tmp_path))
    assert lines == [f"{tmp_path}/toml-1-0: could not be read: KeyError: 'x'"]
    assert (tmp_path / "toml-1-0" / "net.toml").read_bytes() == case.input().files["net.toml"]

    def crash(_: object) -> str:
        raise KeyError("x")

    monkeypatch.setitem(kinds.KINDS, "toml", Kind(KINDS["toml"].draw, crash))
    with pytest.raises(KeyError):
        attempt(case)
    monkeypatch.setitem(
        kinds.KINDS, "toml", Kind(KINDS["toml"].draw, lambda _: (_ for _ in ()).throw(UnreadableError(" ")))
    )
    with pytest.raises(kinds.NotOneLineError):
        attempt(case)


@pytest.mark.skipif(sys.platform != "linux", reason="the campaign forks")
@pytest.mark.parametrize("writer", ["import"])
def test_a_killed_writer_leaves_the_old_or_the_new(writer: str) -> None:
    score = kill(writer, part(12, least=4), 1)
    assert score.faults == []
    assert score.old + score.new + score.between == score.kills


@pytest.mark.skipif(sys.platform != "linux", reason="the campaign forks")
def test_a_full_disk_leaves_the_old_and_one_line() -> None:
    score = fill("import", 8, 1, mounted=False)
    assert score.faults == []
    assert score.full


@pytest.mark.skipif(sys.platform != "linux", reason="the campaign forks")
@pytest.mark.parametrize("place", ["readme", "run"])
def test_a_hostile_name_is_shown_and_never_obeyed(place: str) -> None:
    assert attack_all(("=1+1 <img src=x onerror=alert(1)>\x1b[2J\u202e",), (place,)) == (1, [])


@pytest.mark.skipif(sys.platform != "linux", reason="the campaign forks")
def test_nothing_printed_is_wider_than_a_terminal_of_40_columns() -> None:
    tries, faults = suffer("40 columns")
    assert (tries >= 7, faults) == (True, [])
