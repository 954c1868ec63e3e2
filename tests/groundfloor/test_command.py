"""The one main: exit codes, encodings, closed pipes, full disks, Ctrl-C; and the look of a command line."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.processes import started

APP = """
import sys
from typing import Annotated
import typer
from groundfloor.command import command_line, list_option
from groundfloor.command_style import add_command
from groundfloor.errors import InputError

app = command_line("tool", "A tool.", aliases={"old": "new"})

def write(text: str, times: int = 1) -> None:
    '''Write a text as often as is asked for. More words, which only the command's own help shows.'''
    for _ in range(times):
        print(text)

def fail(how: str) -> None:
    '''Fail.'''
    raise {"input": InputError("a\\nbad\\x1b input"), "fault": KeyError("x"), "memory": MemoryError(),
           "interrupt": KeyboardInterrupt()}[how]

def find() -> None:
    '''Find something.'''
    raise typer.Exit(1)

def rates(
    new: Annotated[list[float] | None, list_option(float, "a number")] = None,
    most: Annotated[int, typer.Option(min=1)] = 1,
) -> None:
    '''Print numbers.'''
    print(new)

add_command(app, write, "tool write δ", "tool write a --times 2")
add_command(app, fail, "tool fail input")
add_command(app, find, "tool find")
add_command(app, rates, "tool rates --new 1,2")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tool")
    (folder / "tool_app.py").write_text(APP, encoding="utf-8")
    (folder / "slow_app.py").write_text("import time\nprint('begun', flush=True)\ntime.sleep(60)\n", encoding="utf-8")
    return folder


def start(folder: Path, *arguments: str, app: str = "tool_app", before: str = "", **environment: str):
    """The tool, started in a process that hears Ctrl-C and ends with the block."""
    code = f"{before}\nfrom groundfloor.command import run; run('tool', {app!r})"
    path = os.pathsep.join([str(folder), *sys.path])
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONIOENCODING", "PYTHONUTF8")}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return started("-c", code, *arguments, env=clean | {"PYTHONPATH": path} | environment, **pipes)


def tool(folder: Path, *arguments: str, **more: str) -> tuple[int, str, str]:
    with start(folder, *arguments, **more) as process:
        out, err = process.communicate(timeout=60)
        return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("fail", "input"), 2, "tool: a bad\\x1b input\n"),
        (("fail", "memory"), 2, "tool: needs more memory than there is\n"),
        (("fail", "interrupt"), 130, "tool: interrupted; no file is half-written\n"),
        (("find",), 1, ""),
        (("rates", "--most", "0"), 2, "tool: --most: at least 1 is needed (found '0')\n"),
        (("rates", "--most", "few"), 2, "tool: --most: a whole number is needed (found 'few')\n"),
        (("rates", "--new", "1,x"), 2, "tool: --new: 'x' is not a number\n"),
        (("wite", "a"), 2, "tool: No such command 'wite'. Did you mean 'write'?\n"),
    ],
)
def test_how_it_ends(folder: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    assert tool(folder, *arguments) == (code, "", message)


def test_a_fault_of_the_program_does_not_look_like_findings(folder: Path) -> None:
    code, _, err = tool(folder, "fail", "fault")
    assert code == 2
    assert err.startswith("Traceback (most recent call last):")  # in Python's own form, which can be pasted
    assert "KeyError" in err
    assert err.endswith("tool: this is a fault of the program, not of your input\n")


def test_lists_come_with_commas_and_by_repeating_and_old_spellings_still_work(folder: Path) -> None:
    assert tool(folder, "rates", "--new", "1,2", "--old", "3")[1] == "[1.0, 2.0, 3.0]\n"


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("cp1252", b"\\u2202E \xb7"), ("ascii", b"\\u2202E \\xb7"), ("utf-8", "∂E ·".encode())],
)
def test_output_never_dies_of_its_encoding(folder: Path, encoding: str, expected: bytes) -> None:
    with start(folder, "write", "∂E ·", PYTHONIOENCODING=encoding) as process:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out.rstrip(), err) == (0, expected, b"")


def test_a_pipe_of_another_encoding_gets_utf8_where_nothing_else_was_asked_for(folder: Path) -> None:
    before = "import sys; sys.stdout.reconfigure(encoding='cp1252')"
    assert tool(folder, "write", "∂E", before=before) == (0, "∂E\n", "")


def test_a_full_disk_is_told_and_is_no_finding(folder: Path) -> None:
    before = "import sys; sys.stdout = open('/dev/full', 'w')"
    assert tool(folder, "write", "a", before=before) == (2, "", "tool: output: the disk is full\n")


def test_a_reader_that_has_seen_enough_is_no_error(folder: Path) -> None:
    with start(folder, "write", "a line", "--times", "100000") as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=60) == 0
        assert process.stderr.read() == b""


def test_an_interruption_while_it_imports_is_one_line(folder: Path) -> None:
    with start(folder, app="slow_app") as process:
        assert process.stdout.readline() == b"begun\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (130, b"tool: interrupted; no file is half-written\n")


def test_no_arguments_give_the_help_and_no_error(folder: Path) -> None:
    code, out, err = tool(folder)
    assert (code, err) == (0, "")
    assert out == tool(folder, "-h")[1] == tool(folder, "--help")[1]
    assert "write  Write a text as often as is asked for.\n" in out
    assert "..." not in out.replace("[ARGS]...", "")


def test_help_of_a_command_ends_with_its_examples_as_they_are_typed(folder: Path) -> None:
    out = tool(folder, "write", "-h")[1]
    assert out.startswith("Usage: tool write [OPTIONS] TEXT\n")
    assert out.endswith("  Examples:\n    tool write δ\n    tool write a --times 2\n")


def test_an_option_that_takes_no_value_shows_none(folder: Path) -> None:
    assert "bool" not in tool(folder, "-h")[1] + tool(folder, "rates", "-h")[1]


def test_the_version_is_printed(folder: Path) -> None:
    code, out, err = tool(folder, "--version")
    assert (code, err) == (0, "")
    assert out.startswith("tool ")
