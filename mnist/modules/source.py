"""A network in a file of somebody's own: FILE.py:NAME found, imported and called. Runs that file's code."""

import hashlib
import inspect
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from torch import nn

from groundfloor.disk.reading import read_plain
from groundfloor.text import did_you_mean, listed, one_line, shortened
from mnist.errors import NetworkError
from mnist.paths import file_fault

_TARGET = re.compile(r"(?P<file>.+\.py)(?::(?P<name>[^:/\\]*))?", re.DOTALL)
MOST = 160  # letters of what an exception says


@dataclass(frozen=True, slots=True)
class Source:
    """A class or function that makes a module, in a file that has been imported; `content` is what was imported."""

    file: Path
    name: str
    content: bytes
    make: Callable[..., object]
    arguments: Mapping[str, object] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Of the file."""
        return hashlib.sha256(self.content).hexdigest()

    def build(self) -> nn.Module:
        """A new module, its weights from torch's random numbers; NetworkError where the call gives none or raises."""
        with told(self.file, f"{self.file}:{self.name}"):
            made = self.make(**self.arguments)
        if not isinstance(made, nn.Module):
            raise NetworkError(f"{self.file}:{self.name}: gives a {type(made).__name__}; a torch nn.Module is needed")
        return made


def find_source(target: str, arguments: Mapping[str, object]) -> Source:
    """What FILE.py:NAME names, or the only module class of FILE.py; NetworkError where it is not one, or does not fit.

    Imports the file: its code runs. The file's folder is where it finds its neighbours.
    """
    match = _TARGET.fullmatch(target)
    assert match is not None, target
    file, name = Path(match["file"]), match["name"]
    if fault := file_fault(file, "a Python file with a torch module is needed"):
        raise NetworkError(fault)
    try:
        content = read_plain(file)
    except OSError as error:
        raise NetworkError(f"{file}: cannot be read ({error.strerror or error})") from error
    return pick(file, content, name, arguments)


def pick(file: Path, content: bytes, name: str | None, arguments: Mapping[str, object]) -> Source:
    """The class or function of a Python file's content, which is run; `file` is what it is called in messages."""
    module = _imported(file, content)
    classes = {
        key: value
        for key, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, nn.Module) and value.__module__ == module.__name__
    }
    if not name:
        if len(classes) != 1:
            found = f"holds {listed(classes)}" if classes else "holds no torch nn.Module class"
            raise NetworkError(f"{file}: {found}; name one, as in {file}:{next(iter(classes), 'Net')}")
        (name,) = classes
    made = getattr(module, name, None)
    if made is None:
        raise NetworkError(
            f"{file}: has no {name}; {did_you_mean(name, classes)}its module classes are: {listed(classes) or 'none'}"
        )
    if isinstance(made, nn.Module):
        raise NetworkError(f"{file}:{name}: is a module already; a class, or a function that makes one, is needed")
    if not callable(made):
        raise NetworkError(f"{file}:{name}: is a {type(made).__name__}; a torch nn.Module class is needed")
    _check_arguments(f"{file}:{name}", made, arguments)
    return Source(file, name, content, made, dict(arguments))


@contextmanager
def told(file: Path, what: str) -> Iterator[None]:
    """What the code of a file raises becomes a NetworkError of one line, with the line of the file."""
    try:
        yield
    except (NetworkError, KeyboardInterrupt):
        raise
    except BaseException as error:  # a file may also call sys.exit
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
        if isinstance(error, SyntaxError):
            lines = [error.lineno or 0]
        where = f" in line {lines[-1]}" if lines else ""
        said = shortened(one_line(error.msg if isinstance(error, SyntaxError) else error), MOST)
        raise NetworkError(f"{what}: {type(error).__name__}{where}{': ' if said else ''}{said}") from error


def _imported(file: Path, content: bytes) -> ModuleType:
    name = f"mnist_network_{hashlib.sha256(str(file).encode() + content).hexdigest()[:12]}"
    module = ModuleType(name)
    module.__file__ = str(file)
    folder = str(file.absolute().parent)
    sys.path.insert(0, folder)
    sys.modules[name] = module  # dataclasses and inspect look it up
    try:
        with told(file, f"{file}: cannot be imported"):
            exec(compile(content, str(file), "exec"), vars(module))
    except BaseException:
        del sys.modules[name]
        raise
    finally:
        if folder in sys.path:
            sys.path.remove(folder)
    return module


def _check_arguments(what: str, make: Callable[..., object], arguments: Mapping[str, object]) -> None:
    try:
        signature = inspect.signature(make)
    except (TypeError, ValueError):  # of some written in C
        return
    try:
        signature.bind(**arguments)
    except TypeError as error:
        takes = [str(parameter) for parameter in signature.parameters.values()]
        missing = [
            name
            for name, parameter in signature.parameters.items()
            if parameter.default is parameter.empty
            and parameter.kind in {parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY}
            and name not in arguments
        ]
        hint = f"--arg {missing[0]}=VALUE gives it" if missing else f"it takes {listed(takes) or 'none'}"
        raise NetworkError(f"{what}: {error}; {hint}") from error
