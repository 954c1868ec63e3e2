import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from backprop.__main__ import main
from backprop.commands.app import app
from tests.processes import started

COMMANDS = [command.name or command.callback.__name__ for command in app.registered_commands]


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["backprop", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    output = capsys.readouterr()
    return stop.value.code, output.out, output.err


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_help_starts_without_heavy_imports(command: str | None) -> None:
    arguments = [command] if command else []
    code = (
        "import sys; from backprop.__main__ import main; sys.argv = ['backprop', *sys.argv[1:], '--help']\n"
        "try: main()\n"
        "except SystemExit as stop: assert stop.code == 0\n"
        "heavy = {'torch', 'sympy', 'matplotlib', 'openpyxl', 'numpy'} & set(sys.modules); assert not heavy, heavy"
    )
    result = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert "Example" in result.stdout or command is None


def test_python_m_backprop_is_the_same_command() -> None:
    result = subprocess.run([sys.executable, "-m", "backprop", "networks"], capture_output=True, text=True, check=True)
    assert "eight-weight" in result.stdout


def test_a_reader_that_stops_early_is_no_error() -> None:
    command = f"{sys.executable} -m backprop trace --epochs 5000 | head -1; exit ${{PIPESTATUS[0]}}"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert result.stdout.startswith("eta,epoch,t1")
    assert (result.returncode, result.stderr) == (0, "")


def test_workbook_is_written_where_asked(monkeypatch, capsys, tmp_path: Path) -> None:
    file = tmp_path / "mine.xlsx"
    arguments = ("workbook", "-o", str(file), "--eta", "0.37", "--eta", "1", "--epochs", "7")
    code, out, _ = run(monkeypatch, capsys, *arguments)
    assert code == 0
    assert "2 learning rates, 7 epochs" in out
    sheets = ["Network", "η = 0.37", "η = 1", "Loss", "Explain", "Walkthrough", "Check"]
    assert openpyxl.load_workbook(file).sheetnames == sheets
    code, _, err = run(monkeypatch, capsys, *arguments)
    assert (code, err) == (2, f"backprop: {file} exists; --force overwrites it\n")


def test_an_interrupted_workbook_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    command = ("-m", "backprop", "workbook", "-o", tmp_path / "big.xlsx", "--epochs", 500_000)
    with started(*command, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob(".big.*")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "backprop: interrupted; no file is half-written\n")
    assert list(tmp_path.iterdir()) == []


def test_networks_as_json(monkeypatch, capsys) -> None:
    code, out, _ = run(monkeypatch, capsys, "networks", "--json")
    assert code == 0
    assert {row["name"]: row for row in json.loads(out)}["eight-weight"] == {
        "name": "eight-weight", "sizes": [2, 2, 2], "weights": 8,
        "title": "Two inputs, two hidden and two output neurons",
    }  # fmt: skip


def test_trace_prints_full_precision(monkeypatch, capsys) -> None:
    code, out, _ = run(monkeypatch, capsys, "trace", "--eta", "0.5", "--epochs", "1")
    assert code == 0
    assert out.splitlines()[1].startswith("0.5,1,0.01,0.99,0.05,0.1,0.15,0.2,0.25,0.3,0.027500000000000004,")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("workbook", "eigth-weight"), "network 'eigth-weight' is unknown; did you mean eight-weight\\? One of: "),
        (("workbook", "--eta", "abc"), "--eta: 'abc' is not a number"),
        (("workbook", "--eta", "nan"), "learning rate nan: a finite number above 0 is needed"),
        (("workbook", "--eta", "-inf"), "learning rate -inf: a finite number above 0 is needed"),
        (("workbook", "--epochs", "-3"), r"--epochs: at least 1 is needed \(found '-3'\)"),
        (("workbook", "--epochs", "1e3"), r"--epochs: a whole number is needed \(found '1e3'\)"),
        (("workbook", "--epochs", "0"), r"--epochs: at least 1 is needed \(found '0'\)"),
        (("workbook", "-o", "missing/x.xlsx"), "missing: no such folder"),
        (("workbook", "-o", "x.ods"), r"x\.ods: a workbook's name ends in \.xlsx"),
        (("derive", "--format", "fortran"), "--format: 'fortran' is not one of 'text', 'latex'"),
        (("trace", "no.toml"), r"no\.toml: No such file or directory"),
        (("trace", "broken.toml"), r"broken\.toml: not TOML"),
        (("solve",), "No such command 'solve'"),
        (("trace", "--etta", "1"), "No such option: --etta"),
    ],
)
def test_bad_input_is_one_line_exit_2_and_writes_nothing(
    monkeypatch, capsys, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.toml").write_text("inputs = [")
    code, out, err = run(monkeypatch, capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("backprop: ")
    assert re.search(message, err)
    assert [path.name for path in tmp_path.iterdir()] == ["broken.toml"]
