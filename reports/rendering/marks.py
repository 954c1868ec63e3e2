"""Marks around whatever a template prints of its variables, with where that comes from; taken out of the text again.

They are letters of Unicode's private area, which no text of a run keeps (`groundfloor.markdown.one_line`), set by a
filter that is put around each expression when a template is parsed. So a template need not know of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass

from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from groundfloor.markdown import Markdown
from reports.rendering.filters import finalize

OPEN, MIDDLE, CLOSE = "\ue000", "\ue001", "\ue002"
MARK = re.compile(f"{OPEN}([^{MIDDLE}]*){MIDDLE}|{CLOSE}")
MARKED = "marked"  # the name of the filter
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
DIGIT = re.compile(r"\d")
PARTS = " + "  # between the sources of one expression
UNTRACED = {"loop", "self", "super", "caller"}


@dataclass(frozen=True, slots=True)
class Printed:
    """A number in a text: its line, from 1, how it reads, and where it comes from; "" is the template's own."""

    line: int
    number: str
    source: str


class MarkedEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, whose templates print through the filter MARKED."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for output in tree.find_all(nodes.Output):
            output.nodes = [_marked(node) for node in output.nodes]
        tree.set_environment(self)
        return tree


class Marks:
    """The places of all that a context holds, by which the filter names what is printed."""

    def __init__(self, context: Mapping[str, object]) -> None:
        self._places: dict[int, str] = {}
        self._names = set(context)
        for name, value in context.items():
            self._place(value, name)

    def printed(self, value: object, sources: Sequence[tuple[str, object, str]]) -> Markdown:
        """What `{{ value }}` prints, marked where it has a digit."""
        text = str(finalize(value))
        if not DIGIT.search(text):
            return Markdown(text)
        known = [each for each in sources if id(each[1]) in self._places or each[0] in self._names]
        places = dict.fromkeys(f"{self._places.get(id(root), name)}{rest}" for name, root, rest in known or sources)
        return Markdown(f"{OPEN}{PARTS.join(places)}{MIDDLE}{text}{CLOSE}")

    def _place(self, value: object, place: str) -> None:
        """A mapping, a sequence or a dataclass and all in it, at the first place where it is found."""
        items: Iterator[tuple[str, object]]
        if isinstance(value, Mapping):
            items = ((f"{place}.{key}", each) for key, each in value.items())
        elif isinstance(value, tuple | list):
            items = ((f"{place}[{number}]", each) for number, each in enumerate(value))
        elif is_dataclass(value):
            items = ((f"{place}.{field.name}", getattr(value, field.name)) for field in fields(value))
        elif isinstance(value, str | int | float | None):
            return
        else:
            items = iter(())
        if value and id(value) not in self._places:
            self._places[id(value)] = place
            for inner, each in items:
                self._place(each, inner)


def unmarked(text: str) -> tuple[str, list[Printed]]:
    """The text without marks, and its numbers in order."""
    parts: list[str] = []
    spans: list[tuple[int, str]] = [(0, "")]  # from where on which source holds
    holders: list[str] = [""]
    end = length = 0
    for match in MARK.finditer(text):
        parts.append(text[end : match.start()])
        length += match.start() - end
        end = match.end()
        if match[1] is None:
            holders.pop()
        else:
            holders.append(match[1])
        spans.append((length, holders[-1]))
    plain = "".join([*parts, text[end:]])
    return plain, list(_numbers(plain, spans))


def _numbers(text: str, spans: Sequence[tuple[int, str]]) -> Iterator[Printed]:
    line, counted, current = 1, 0, 0
    for match in NUMBER.finditer(text):
        while current + 1 < len(spans) and spans[current + 1][0] <= match.start():
            current += 1
        line += text.count("\n", counted, match.start())
        counted = match.start()
        yield Printed(line, match[0], spans[current][1])


def _marked(node: nodes.Expr) -> nodes.Expr:
    """The expression through the filter, with the variables that it names and what follows them."""
    if isinstance(node, nodes.TemplateData | nodes.Const) or node.find(nodes.Call) is not None:
        return node
    chains = list(dict.fromkeys(_chains(node)))
    sources = [
        nodes.Tuple([nodes.Const(name), nodes.Name(name, "load"), nodes.Const(rest)], "load") for name, rest in chains
    ]
    return nodes.Filter(node, MARKED, [nodes.List(sources)], [], None, None, lineno=node.lineno)


def _chains(node: nodes.Node) -> Iterator[tuple[str, str]]:
    """The variables of an expression, each with the attributes, or else the filter, that follow: run, ".log"."""
    rest = ""
    inner = node
    if isinstance(inner, nodes.Filter) and isinstance(inner.node, nodes.Name):
        rest, inner = f".{inner.name}", inner.node
    while isinstance(inner, nodes.Getattr | nodes.Getitem):
        if isinstance(inner, nodes.Getattr):
            rest = f".{inner.attr}{rest}"
        elif isinstance(inner.arg, nodes.Const):
            rest = f"[{inner.arg.value}]{rest}"
        else:
            rest = f"[…]{rest}"
            yield from _chains(inner.arg)
        inner = inner.node
    if isinstance(inner, nodes.Name):
        if inner.name not in UNTRACED:
            yield inner.name, rest
        return
    for child in inner.iter_child_nodes():
        yield from _chains(child)
