"""How the help of a command line looks: plain text, whole sentences, options in named groups, examples at the end."""

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

WHOLE = 10_000  # characters of a command's first sentence, which is never cut


class Commands(TyperGroup):
    """A command line whose list of commands shows whole sentences."""

    def format_commands(self, ctx, formatter):  # type: ignore[no-untyped-def]  # typer's own types are private
        """A line or more a command."""
        shown = [(name, self.commands[name]) for name in self.list_commands(ctx) if not self.commands[name].hidden]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(WHOLE)) for name, command in shown])
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(f"{ctx.info_name} COMMAND --help tells of one command, with examples.")


class Command(TyperCommand):
    """A command whose options stand in groups: those without `rich_help_panel` last, under Options."""

    def collect_usage_pieces(self, ctx):  # type: ignore[no-untyped-def]
        """[OPTIONS], then the arguments: NAME, [NAME] where it may be left out, NAME... where several may be given."""
        arguments = [each for each in self.get_params(ctx) if each.param_type_name == "argument"]
        names = [f"{_name(each)}{'...' if each.nargs == -1 else ''}" for each in arguments]
        return ["[OPTIONS]", *(n if a.required else f"[{n}]" for n, a in zip(names, arguments, strict=True))]

    def format_options(self, ctx, formatter):  # type: ignore[no-untyped-def]
        """A section for the arguments, and one for each group of options."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                kind = "Options"
                if parameter.param_type_name == "argument":
                    kind, record = "Arguments", (_name(parameter), record[1])
                groups.setdefault(getattr(parameter, "rich_help_panel", None) or kind, []).append(record)
        for name in sorted(groups, key=lambda name: (name == "Options", name != "Arguments")):
            with formatter.section(name):
                formatter.write_dl(groups[name])


def _name(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper()).strip("[]")


def add_command(app: typer.Typer, function: Callable[..., None], *examples: str, name: str | None = None) -> None:
    """Add a command with its examples, one a line as it is typed; what stands behind # explains."""
    lines = ["\b", "Examples:" if len(examples) > 1 else "Example:", *(f"  {example}" for example in examples)]
    app.command(name, cls=Command, epilog="\n".join(lines))(function)


def examples_of(app: typer.Typer) -> list[str]:
    """Every example of every command, as it is typed."""
    epilogs = [command.epilog or "" for command in app.registered_commands]
    return [line.strip() for epilog in epilogs for line in epilog.splitlines()[2:]]
