"""Tables and progress bars of the commands, by rich. Where no terminal is, nothing is wrapped, filled up or cut."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from groundfloor.text import shown

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

UNBOUNDED = 1_000_000  # columns of what is no terminal

Advance = Callable[[int], None]
Report = Callable[[int, int, str], None]  # done, of how many, what is being done


def console(*, error: bool = False) -> "Console":
    """Standard output, or standard error, for plain text: no markup, no highlighting, no emoji."""
    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() else UNBOUNDED
    return Console(
        file=stream, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False, force_jupyter=False
    )


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, left: Sequence[str] = ()) -> None:
    """A table on standard output: a heading a column, numbers to the right, the columns in `left` to the left.

    Every text is shown, never obeyed; a column wraps on a terminal that is too narrow, and only there.
    """
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, justify="left" if column in left else "right", overflow="fold")
    for row in rows:
        table.add_row(*(_text(cell) for cell in row))
    print_lines(table)


def print_lines(renderable: object) -> None:
    """A rich renderable on standard output; where that is no terminal, without the blanks that fill its lines up."""
    output = console()
    if sys.stdout.isatty():
        output.print(renderable)
        return
    with output.capture() as captured:
        output.print(renderable)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


@contextmanager
def progress(what: str, total: int, *, worth_it: bool = True) -> Iterator[Advance]:
    """A bar on standard error where someone watches and the work is long; the value takes what has been done since."""
    with reporting(worth_it=worth_it) as report:
        done = 0

        def advance(more: int) -> None:
            nonlocal done
            done += more
            report(done, total, what)

        report(0, total, what)
        yield advance


@contextmanager
def reporting(*, worth_it: bool = True) -> Iterator[Report]:
    """The same for work that says itself how far it has come, and with what."""
    if not worth_it or not sys.stderr.isatty():
        yield lambda _done, _total, _what: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    text = TextColumn("{task.description}", markup=False)
    columns = (text, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(error=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, what: bar.update(task, completed=done, total=total, description=shown(what))


def _text(cell: object) -> "Text":
    from rich.text import Text

    return cell if isinstance(cell, Text) else Text(shown(cell))
