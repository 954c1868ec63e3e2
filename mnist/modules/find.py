"""A network by what somebody calls it: a name of the catalogue, or FILE.py:NAME. Imports torch for the latter only."""

import ast
import re
from collections.abc import Mapping, Sequence

from mnist.errors import NetworkError
from mnist.nets.catalogue import find_net
from mnist.nets.net import Network
from mnist.requirements import need_libraries

_PYTHON = re.compile(r".+\.py(:[^:/\\]*)?", re.DOTALL)


def find_network(text: str, arguments: Mapping[str, object] | None = None) -> Network:
    """The network of that name, or that a class in somebody's file makes, with `arguments`; that file's code runs.

    UnknownNetError or NetworkError where there is none.
    """
    if _PYTHON.fullmatch(text):
        need_libraries()
        from mnist.modules.network import find_module

        return find_module(text, arguments or {})
    if arguments:
        raise NetworkError(f"--arg {next(iter(arguments))}=...: only a class of FILE.py:NAME takes arguments")
    return find_net(text)


def parse_arguments(settings: Sequence[str]) -> dict[str, object]:
    """NAME=VALUE, VALUE a number, True, None, a list and so on as Python writes it, or else a text."""
    arguments: dict[str, object] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name.isidentifier():
            raise NetworkError(f"--arg {setting}: NAME=VALUE is needed, as in width=16")
        if name in arguments:
            raise NetworkError(f"--arg {setting}: {name} is given twice")
        try:
            arguments[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            arguments[name] = value
    return arguments
