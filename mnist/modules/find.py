"""A network by what somebody calls it: a name, FILE.toml, or FILE.py:NAME, for which alone torch is imported."""

import ast
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from mnist.errors import NetworkError
from mnist.nets.catalogue import find_net
from mnist.nets.description import read_description
from mnist.nets.layers import INPUT
from mnist.nets.net import Net, Network
from mnist.nets.written import read_layers
from mnist.requirements import need_libraries
from mnist.runs.architecture import SOURCE, KeptModule
from mnist.runs.recipe import OwnLoop
from mnist.runs.record import Record

_PYTHON = re.compile(r".+\.py(:[^:/\\]*)?", re.DOTALL)


def find_network(text: str, arguments: Mapping[str, object] | None = None) -> Network:
    """The network of that name, of a TOML file, or that a class in somebody's file makes, whose code runs.

    UnknownNetError or NetworkError where there is none.
    """
    if _PYTHON.fullmatch(text):
        need_libraries()
        from mnist.modules.network import find_module

        return find_module(text, arguments or {})
    network = read_description(Path(text)) if text.endswith(".toml") else find_net(text)
    if arguments:
        raise NetworkError(f"--arg {next(iter(arguments))}=...: only a class of FILE.py:NAME takes arguments")
    return network


def describe_network(text: str, arguments: Mapping[str, object] | None = None) -> Net:
    """The network of that name as layers, or that of a run folder; NetworkError where a module is made of others."""
    if (Path(text) / "run.json").is_file():
        from mnist.runs.folder import load_run  # which needs NumPy

        return _of_run(load_run(Path(text)).record, text)
    network = find_network(text, arguments)
    if isinstance(network, Net):
        return network
    from mnist.modules.as_layers import layers_of
    from mnist.modules.network import ModuleNetwork

    assert isinstance(network, ModuleNetwork)
    layers = layers_of(network.make(), INPUT, network.source)
    return Net(name=network.name, source=network.source, recipe=network.recipe, layers=layers, parameters=0)


def _of_run(record: Record, folder: str) -> Net:
    kept = record.network
    if isinstance(kept, KeptModule):
        raise NetworkError(f"{folder}: its network is a module of FILE.py, not layers; its code is {folder}/{SOURCE}")
    if isinstance(record.recipe, OwnLoop):
        raise NetworkError(f"{folder}: was trained by a loop of its own, so that there is no recipe to print")
    layers = find_net(record.net).layers if kept is None else read_layers(kept.layers, folder)
    total, image = record.summary.total, record.data.shape
    return Net(
        name=record.net, source=record.source, recipe=record.recipe, layers=layers, parameters=total, image=image
    )


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
