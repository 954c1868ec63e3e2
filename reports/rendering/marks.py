"""Marks around whatever a template prints of its variables, with where that comes from; taken out of the text again.

They are letters of Unicode's private area, which no text of a run keeps (`groundfloor.pages.markdown.one_line`), set by
a filter that is put around each expression when a template is parsed. So a template need not know of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from weakref import finalize as when_gone

from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from groundfloor.pages.markdown import Markdown
from reports.figures.packed import Packed
from reports.rendering.filters import finalize

OPEN, MIDDLE, CLOSE = "\ue000", "\ue001", "\ue002"
MARK = re.compile(f"{OPEN}([^{MIDDLE}]*){MIDDLE}|{CLOSE}")
MARKED = "marked"  # the name of the filter
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
DIGIT = re.compile(r"\d")
Chain = tuple[str, str]  # a variable, and the attributes behind it
Source = tuple[str, object, str]  # the same, with its value

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
        given = _given(tree)
        for output in tree.find_all(nodes.Output):
            output.nodes = [_marked(node, given) for node in output.nodes]
        tree.set_environment(self)
        return tree


class Marks:
    """The places of all that a context holds, by which the filter names what is printed."""

    def __init__(self, context: Mapping[str, object]) -> None:
        self._names = set(context)
        self._packed = [(name, value) for name, value in context.items() if isinstance(value, Packed)]
        self._places: dict[int, str] = {}
        self._unpacked: dict[int, str] = {}  # the same, of objects that were packed
        for name, value in context.items():
            self._place(value, name, self._places)

    def printed(
        self, value: object, sources: Sequence[Source], given: Sequence[Source], before: Sequence[object]
    ) -> Markdown:
        """What `{{ value }}` prints, marked where it has a digit.

        `sources` are the variables of its expression, `given` those that they were set from, where they have no place,
        and `before` all that these were set from: one of them may have been packed.
        """
        text = str(finalize(value))
        if not DIGIT.search(text):
            return Markdown(text)
        for root in (*(each[1] for each in sources), *before):
            self._place_unpacked(root)
        known = next(filter(None, (self._known(each) for each in (sources, given))), sources)
        places = dict.fromkeys(f"{self._placed(root) or name}{rest}" for name, root, rest in known)
        return Markdown(f"{OPEN}{PARTS.join(places)}{MIDDLE}{text}{CLOSE}")

    def _known(self, sources: Sequence[Source]) -> list[Source]:
        """Those of the context."""
        return [each for each in sources if self._placed(each[1]) or each[0] in self._names]

    def _placed(self, value: object) -> str | None:
        return self._unpacked.get(id(value)) or self._places.get(id(value))

    def _place(self, value: object, place: str, new: dict[int, str]) -> None:
        """A mapping, a sequence or a dataclass and all in it, at the first place where it is found.

        What was packed is left out: most of it is never printed.
        """
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
        if value and id(value) not in new and self._where_packed(value) in (None, place):
            new[id(value)] = place
            for inner, each in items:
                self._place(each, inner, new)

    def _place_unpacked(self, value: object) -> None:
        """The same of an object that was packed, for as long as a template holds it."""
        place = None if id(value) in self._unpacked else self._where_packed(value)
        if place is not None:
            new: dict[int, str] = {}
            self._place(value, place, new)
            self._unpacked |= new
            when_gone(value, self._forget, tuple(new)).atexit = False

    def _where_packed(self, value: object) -> str | None:
        """Where an object lies that was taken from what is packed."""
        places = ((name, packed.place(value)) for name, packed in self._packed)
        return next((f"{name}[{place}]" for name, place in places if place is not None), None)

    def _forget(self, ids: Sequence[int]) -> None:
        for each in ids:
            self._unpacked.pop(each, None)


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


def _marked(node: nodes.Expr, given: Mapping[str, Sequence[Chain]]) -> nodes.Expr:
    """The expression through the filter, with the variables that it names and what follows them."""
    if isinstance(node, nodes.TemplateData | nodes.Const) or node.find(nodes.Call) is not None:
        return node
    chains = list(dict.fromkeys(_chains(node)))
    behind = list(dict.fromkeys(each for name, _ in chains for each in given.get(name, ())))
    before = nodes.List([nodes.Name(name, "load") for name in _before([name for name, _ in chains], given)])
    return nodes.Filter(node, MARKED, [_sources(chains), _sources(behind), before], [], None, None, lineno=node.lineno)


def _before(names: Sequence[str], given: Mapping[str, Sequence[Chain]]) -> dict[str, None]:
    """What variables were set from, and what that was set from."""
    found: dict[str, None] = {}
    todo = list(names)
    while todo:
        new = {name: None for name, _ in given.get(todo.pop(), ()) if name not in found}
        found |= new
        todo += new
    return found


def _sources(chains: Sequence[Chain]) -> nodes.List:
    return nodes.List(
        [nodes.Tuple([nodes.Const(name), nodes.Name(name, "load"), nodes.Const(rest)], "load") for name, rest in chains]
    )


def _given(tree: nodes.Template) -> dict[str, list[Chain]]:
    """The variables that a template sets or loops over, by name, with those that they are of."""
    set_from: list[tuple[nodes.Node, nodes.Node]] = [(each.target, each.node) for each in tree.find_all(nodes.Assign)]
    set_from += [(each.target, each.iter) for each in tree.find_all(nodes.For)]
    given: dict[str, list[Chain]] = {}
    for target, source in set_from:
        for name in (target, *target.find_all(nodes.Name)):
            if isinstance(name, nodes.Name):
                given.setdefault(name.name, []).extend(_chains(source))
    return given


def _chains(node: nodes.Node) -> Iterator[Chain]:
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
    values = (inner.expr1, inner.expr2) if isinstance(inner, nodes.CondExpr) else inner.iter_child_nodes()
    for child in values:
        if child is not None:
            yield from _chains(child)
