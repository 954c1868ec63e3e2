"""The benchmarks of workbooks, derivations and reports still run, at their smallest."""

from itertools import repeat
from pathlib import Path

import pytest

from benchmarks import derive, gradients, report, scaling, verify, workbook
from benchmarks.classroom import presets, score
from groundfloor.work.local_engine import LocalEngine
from tests.conftest import ROOT


def test_the_workbook_benchmark_prints_a_line_a_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = lambda writer, epochs: workbook.write(writer, epochs, tmp_path / f"{writer}.xlsx")  # noqa: E731
    monkeypatch.setattr(workbook, "measure", here)
    workbook.main(["--epochs", "3", "--repeat", "1"])
    header, *lines = capsys.readouterr().out.splitlines()
    assert header.split()[-2:] == ["file", "MB"]
    assert [line[12:32].strip() for line in lines] == list(workbook.WRITERS)
    assert (tmp_path / "backprop.xlsx").read_bytes() != (tmp_path / "unshared.xlsx").read_bytes()


def test_the_derivation_benchmark_measures_every_printer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(derive, "measure", lambda name, weights, *_: derive.MEASURES[name](weights))
    derive.main(["--weights", "8"])
    header, line = capsys.readouterr().out.splitlines()
    assert header.split()[:7] == ["weights", *derive.PARTS, "total"]
    assert len(line.split()) == 1 + len(derive.PARTS) + 1 + 1 + 2  # no step in the first row


@pytest.mark.parametrize("weights", derive.SIZES)
def test_a_derivation_benchmark_network_has_that_many_weights(weights: int) -> None:
    assert len(derive.network(weights).weights) == weights


def test_the_report_benchmark_prints_a_line_a_size(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "measure", lambda runs, out: {"seconds": 0.0, **report.build_report(runs, out)})
    report.main(["--case", "seeds", "--runs", "1", "--runs", "5"])
    header, *lines = capsys.readouterr().out.splitlines()
    assert header.split()[:3] == ["case", "runs", "seconds"]
    assert [line.split()[:2] for line in lines] == [["seeds", "1"], ["seeds", "5"]]


def test_the_benchmark_of_gradients_prints_a_line_a_size(capsys: pytest.CaptureFixture[str]) -> None:
    gradients.main(["--count", "3", "--most", "40"])
    header, line = capsys.readouterr().out.splitlines()
    assert header.startswith("cells up to  graphs  agree")
    assert line.split()[:3] == ["40", "3", "3"]


def test_the_benchmark_of_edits_finds_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    verify.main(["--edits", "20", "--readme", str(ROOT / "docs" / "report" / "README.md")])
    _, line = capsys.readouterr().out.splitlines()
    assert line.split()[-5:-2] == ["75", "20", "20"]


def test_a_class_gets_the_points_of_the_key(capsys: pytest.CaptureFixture[str]) -> None:
    score.main(["--students", "5", "--seed", "7", "--jobs", "1"])
    header, *_, last, seconds = capsys.readouterr().out.splitlines()
    assert header.startswith("seed 7: 5 students, 39 kinds of mistakes, 5 layouts")
    assert last.split() == ["all", "5", "5", "0", "0", "100.00%", "exact"]
    assert seconds.endswith("5 graded")


def test_the_simulated_cluster_is_as_fast_as_its_slowest_part() -> None:
    free, client, scheduler = scaling.Costs(), scaling.Costs(client=0.01), scaling.Costs(scheduler=0.02, worker=1.0)
    assert scaling.simulated(100, 4, 1.0, free) == pytest.approx(25)
    assert scaling.simulated(100, 4, 1.0, free, processors=2) == pytest.approx(50)
    assert scaling.simulated(1_000, 1_000, 0.1, client) == pytest.approx(10, rel=0.02)
    assert scaling.simulated(1_000, 1_000, 0.1, scheduler) == pytest.approx(20, rel=0.1)
    assert scaling.simulated(100, 4, 1.0, scheduler) == pytest.approx(50, rel=0.02)


def test_ways_of_checking_take_turns_until_one_has_had_its_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slip = ROOT / "docs" / "slip.xlsx"
    monkeypatch.setattr(scaling, "TURN", 2)
    with LocalEngine(1) as one:
        assert scaling.in_turns({"a": one, "b": one}, [slip] * 5)[1] == 5
        seconds, count = scaling.in_turns({"a": one, "b": one}, repeat(slip), 0.001)
    assert (count, set(seconds)) == (2, {"a", "b"})
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(", a second by a ")[0] for line in lines] == [f"{n} workbooks" for n in (2, 4, 5, 2)]


def test_an_exercise_comes_back_with_all_points_but_those_of_one_slip(capsys: pytest.CaptureFixture[str]) -> None:
    presets.main(["--networks", "softmax-classifier", "--levels", "1"])
    _, line = capsys.readouterr().out.splitlines()
    assert line.split()[:5] == ["softmax-classifier", "1", "100.00", "96.88", "output_gradients"]
