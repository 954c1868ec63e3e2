"""The one main of the three commands: exit codes, encodings, closed pipes, Ctrl-C; and how their command lines look.

Exit codes: 0 fine, 1 findings, 2 everything else that went wrong, 130 interrupted.
"""

import importlib
import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    import typer

FINE, FAILED, INTERRUPTED = 0, 2, 130

T = TypeVar("T")


def run(name: str, module: str) -> NoReturn:
    """Run the command line `app` of a module, which is imported here, so that Ctrl-C is told in one line then too."""
    try:
        _make_encodable()
        code = _call(name, module)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough: backprop trace | head
        code = FINE
        _silence(sys.stdout)
    except OSError as error:
        code = FAILED
        _complain(name, _system(error))
    if code == INTERRUPTED:
        _complain(name, "interrupted; no file is half-written")
    _finish(code)


def _call(name: str, module: str) -> int:
    import typer

    from groundfloor.errors import InputError
    from groundfloor.text import one_line

    try:
        app = importlib.import_module(module).app
        code = app(prog_name=name, standalone_mode=False)
    except InputError as error:
        return _complain(name, one_line(error))
    except typer.TyperException as error:
        return _complain(name, one_line(_usage(error)))
    except typer.Abort:
        return INTERRUPTED
    except SystemExit as error:
        if error.code == 1:  # how typer ends where standard output was closed
            raise BrokenPipeError from error
        raise
    except (KeyboardInterrupt, OSError):
        raise
    except MemoryError:
        return _complain(name, "needs more memory than there is")
    except Exception:  # a fault of ours must not look like findings
        sys.excepthook(*sys.exc_info())
        return _complain(name, "this is a fault of the program, not of your input")
    return code if isinstance(code, int) else FINE


def command_line(name: str, summary: str, aliases: Mapping[str, str] | None = None) -> "typer.Typer":
    """An empty command line in the style of all three; `aliases` are old spellings of commands and options, hidden."""
    import typer

    from groundfloor.command_style import Commands
    from groundfloor.version import distribution_version

    spellings = dict(aliases or {})
    app = typer.Typer(
        name=name,
        cls=Commands,
        help=summary,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={
            "help_option_names": ["-h", "--help"],
            "token_normalize_func": lambda token: spellings.get(token, token),
            "max_content_width": 100,
        },
    )

    def version(asked: bool) -> None:
        if asked:
            print(f"{name} {distribution_version()}")
            raise typer.Exit

    @app.callback(invoke_without_command=True, help=summary)
    def root(
        context: typer.Context,
        _: bool = typer.Option(False, "--version", help="Print the version and exit.", callback=version, is_eager=True),
    ) -> None:
        if context.invoked_subcommand is None:
            print(context.get_help())

    return app


def items(of: Callable[[str], T], kind: str) -> Callable[[str], list[T]]:
    """A parser of one value of a list option, which may hold several with commas: --eta 0.1,0.5."""

    def parse(text: str) -> list[T]:
        import typer

        parts = [part.strip() for part in text.split(",")]
        for part in parts:
            try:
                of(part)
            except ValueError:
                raise typer.BadParameter(f"'{part}' is not {kind}") from None
        return [of(part) for part in parts]

    return parse


def flat(values: "list[list[T]] | None") -> list[T] | None:
    """The values of a list option that was repeated, as one list; for `callback`, behind `items` as `parser`."""
    return None if values is None else [value for part in values for value in part]


def list_option(of: Callable[[str], Any], kind: str, *names: str, **more: Any) -> Any:
    """A typer option that takes several values, by commas and by repeating it: list_option(float, "a number")."""
    import typer

    return typer.Option(*names, parser=items(of, kind), callback=flat, **more)


def _usage(error: Exception) -> str:
    """A usage error in our words: what typer says, but for sentences of the library that reads values."""
    from pydantic import ValidationError

    from groundfloor.text import quoted
    from groundfloor.validation import said

    message = str(error.format_message()) if hasattr(error, "format_message") else str(error)
    message = re.sub(r"^Invalid value for '(\S+)'", r"\1", message)
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ValidationError) and cause.errors()[0]["msg"] in message:
        first = cause.errors()[0]
        where = message.partition(": ")[0]
        return f"{where}: {said(first)} (found {quoted(first['input'])})"
    return message


def _make_encodable() -> None:
    """Output never dies of its encoding: what is no terminal gets UTF-8, if nothing else was asked for, or escapes."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None or stream.encoding.lower().replace("-", "") == "utf8":
            continue
        if stream.isatty() or os.environ.get("PYTHONIOENCODING"):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        else:
            stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]


def _complain(name: str, message: str) -> int:
    try:
        print(f"{name}: {message}", file=sys.stderr, flush=True)
    except OSError:
        _silence(sys.stderr)
    return FAILED


def _system(error: OSError) -> str:
    from groundfloor.files import reason

    return f"{error.filename or 'output'}: {reason(error)}"


def _finish(code: int) -> NoReturn:
    try:
        sys.stdout.flush()
    except OSError:  # told already
        _silence(sys.stdout)
    sys.exit(code)


def _silence(stream: Any) -> None:
    """What is still in the stream's buffer goes nowhere, so that Python's own end does not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
