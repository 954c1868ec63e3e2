"""A torch module of somebody's own as a network to be trained: from FILE.py:NAME, or as it is in Python."""

import copy
import hashlib
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from groundfloor.text import listed, quoted
from mnist.errors import NetworkError
from mnist.modules.source import Source, find_source, pick
from mnist.nets.net import PLAIN, Network


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleNetwork(Network):
    """`make` gives the module, from torch's random numbers where it is made anew.

    `called` is its class or the function that makes it, `arguments` are those of the call, as --arg takes them, None
    where somebody else made the module; `content` is the file with its code, None where it has none.
    """

    make: Callable[[], nn.Module]
    called: str
    file: Path | None
    content: bytes | None
    arguments: Mapping[str, str] | None

    @property
    def source_sha256(self) -> str | None:
        """Of the file with its code."""
        return None if self.content is None else hashlib.sha256(self.content).hexdigest()

    def __reduce__(self) -> tuple[Callable[..., Network], tuple[object, ...]]:
        """For another process, which runs the same code, on a machine that need not have the file.

        A module that was made elsewhere has no such way.
        """
        if self.file is None or self.content is None or self.arguments is None:
            raise NetworkError(f"{self.name}: was made in Python and cannot be made anew in another process")
        settings = [f"{name}={value}" for name, value in self.arguments.items()]
        return _again, (str(self.file), self.content, self.called, settings)


def _again(file: str, content: bytes, called: str, settings: list[str]) -> Network:
    from mnist.modules.find import parse_arguments

    return from_source(pick(Path(file), content, called, parse_arguments(settings)))


def find_module(target: str, arguments: Mapping[str, object]) -> ModuleNetwork:
    """The network of FILE.py:NAME, whose code runs; NetworkError where there is none. The file's folder is not told."""
    return from_source(find_source(target, arguments))


def from_source(source: Source) -> ModuleNetwork:
    """The network that a source makes, each time anew."""
    written = {name: value if isinstance(value, str) else repr(value) for name, value in source.arguments.items()}
    call = f"({', '.join(f'{name}={value!r}' for name, value in source.arguments.items())})" if written else ""
    return ModuleNetwork(
        name="-".join([source.name, *(_in_a_name(f"{name}={value}") for name, value in written.items())]),
        source=f"{source.file.name}:{source.name}{call}",
        recipe=PLAIN,
        choices=("Weights start as the module's own code makes them.",),
        make=source.build,
        called=source.name,
        file=source.file,
        content=source.content,
        arguments=written,
    )


def _in_a_name(text: str) -> str:
    return re.sub(r"[^\w.=+-]+", "_", text)[:40]


def from_given(module: object, arguments: Mapping[str, object]) -> ModuleNetwork:
    """The network that a module is, its weights as they are; `make` copies it. NetworkError on anything else."""
    if not isinstance(module, nn.Module):
        hint = f"; call it: {module.__name__}()" if isinstance(module, type) and issubclass(module, nn.Module) else ""
        raise NetworkError(f"{quoted(module)}: is no network name and no torch nn.Module{hint}")
    if arguments:
        raise NetworkError(f"arguments {listed(arguments)}: only FILE.py:NAME takes them; this module is made already")
    kind = type(module)
    try:
        found = inspect.getsourcefile(kind)
        content = None if found is None else Path(found).read_bytes()
    except (OSError, TypeError):  # of a class that was typed in
        found = content = None
    if content is None:
        try:
            content = inspect.getsource(kind).encode()
        except (OSError, TypeError):
            content = None
    file = None if found is None else Path(found)
    return ModuleNetwork(
        name=kind.__name__,
        source=f"a module of class {kind.__name__}",
        recipe=PLAIN,
        choices=("Weights start as they were in the module given; the seed decides order, augmentation and dropout.",),
        make=lambda: copy.deepcopy(module).cpu(),
        called=kind.__name__,
        file=file,
        content=content,
        arguments=None,
    )
