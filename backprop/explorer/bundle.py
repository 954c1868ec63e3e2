"""ES modules as one script: each becomes a function that is called once, in the order of their imports.

Understands `import {a, b} from "./other.js";` and `export function|const|class`, at the start of a line; refuses what
it would get wrong.
"""

import posixpath
import re
from collections.abc import Mapping

from backprop.errors import BackpropError

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[\w/.-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|const|class) (\w+))", re.MULTILINE)
_OTHER = re.compile(r"^ *(?:import|export)\b.*", re.MULTILINE)


def bundle(modules: Mapping[str, str], entry: str) -> str:
    """The script that runs the entry after all that it imports; BackpropError for an import that leads nowhere."""
    done: dict[str, str] = {}
    _add(entry, modules, done, ())
    return "".join(done.values())


def _add(path: str, modules: Mapping[str, str], done: dict[str, str], above: tuple[str, ...]) -> None:
    if path in done:
        return
    if path in above:
        raise BackpropError(f"{path}: imports itself, through {', '.join(above)}")
    source = modules[path]
    lines = []
    for match in _IMPORT.finditer(source):
        other = posixpath.normpath(posixpath.join(posixpath.dirname(path), match[2]))
        if other not in modules:
            raise BackpropError(f"{path}: imports {match[2]}, which is not there")
        names = [name.strip() for name in match[1].split(",") if name.strip()]
        for name in names:
            if name not in _EXPORT.findall(modules[other]):
                raise BackpropError(f"{path}: imports {name} from {match[2]}, which does not export it")
        _add(other, modules, done, (*above, path))
        lines.append(f"const {{{', '.join(names)}}} = {_name(other)};\n")
    body = _EXPORT.sub("", _IMPORT.sub("", source))
    if left := _OTHER.search(body):
        raise BackpropError(f"{path}: '{left[0].strip()}' is no import or export that can be inlined")
    exported = ", ".join(_EXPORT.findall(source))
    done[path] = f"const {_name(path)} = (() => {{\n{''.join(lines)}{body}return {{{exported}}};\n}})();\n"


def _name(path: str) -> str:
    return "$" + re.sub(r"\W", "_", path.removesuffix(".js"))
