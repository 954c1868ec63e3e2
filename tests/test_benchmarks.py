"""The benchmarks of workbooks and of derivations still run, at their smallest."""

from pathlib import Path

import pytest

from benchmarks import derive, workbook


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
