"""The options that say where work is done, and the commands of docs/cluster.md, which the programs understand."""

import inspect
import re
import shlex

import pytest
from distributed.cli import dask_scheduler, dask_worker
from typer.main import get_command

import backprop.commands.app
import mnist.commands.app
from groundfloor.work.engine import Where, cores
from groundfloor.work.options import with_work
from tests.conftest import ROOT

PROGRAMS = {"backprop": get_command(backprop.commands.app.app), "mnist": get_command(mnist.commands.app.app)}
DASK = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}
TEXT = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
LINES = [line for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()]
COMMANDS = sorted({words[words.index(name) :][0] + " " + line.partition(f"{name} ")[2]
                   for line in LINES for words in [shlex.split(line)] for name in (*PROGRAMS, "dask")
                   if name in words})  # fmt: skip


def parsed(command: str) -> dict[str, object]:
    """The options that the program makes of it; it complains of what it does not know."""
    program, subcommand, *arguments = shlex.split(command)
    known = DASK if program == "dask" else PROGRAMS[program].commands  # type: ignore[attr-defined]
    return dict(known[subcommand].make_context(subcommand, arguments).params)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_document_is_understood(command: str) -> None:
    assert parsed(command)


def test_the_document_has_commands() -> None:
    assert {command.split()[0] for command in COMMANDS} >= {"backprop", "dask"}
    assert len(COMMANDS) >= 9


@pytest.mark.parametrize("command", ["backprop check x", "backprop grade in", "backprop exercise --students x.csv"])
def test_a_command_works_here_unless_it_is_told_otherwise(command: str) -> None:
    found = parsed(command)
    assert (found["scheduler"], found["slurm"]) == (None, None)
    assert 1 <= found["jobs"] <= cores()  # type: ignore[operator]
    assert parsed(f"{command} --slurm cpu --jobs 50") == {**found, "slurm": "cpu", "jobs": 50}


def test_the_three_options_are_one_place() -> None:
    told: list[tuple[str, Where]] = []

    @with_work("Things done", most=1)
    def command(thing: str, *, where: Where) -> None:
        told.append((thing, where))

    command("a", jobs=3, scheduler="tcp://h:1", slurm=None)  # type: ignore[call-arg]
    assert told == [("a", Where(3, "tcp://h:1", None))]
    assert list(inspect.signature(command).parameters) == ["thing", "jobs", "scheduler", "slurm"]
    assert inspect.signature(command).parameters["jobs"].default == 1
