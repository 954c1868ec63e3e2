"""Names of runs, of configurations and of what they changed, for readers and as file names. Pure."""

import re
from collections.abc import Sequence

from mnist.runs.recipe import OwnLoop, Recipe, differing, fields, written
from mnist.runs.record import Record

MOST_DIFFERENCES = 2  # that a name tells
OVERRULED = re.compile(r"(\w+) was set to (.*) for this run; the recipe of (.*) has (.*)\.", re.DOTALL)  # as `choices`
VALUES = {"True": True, "False": False}


def setting(name: str, value: object) -> str:
    """A field of a recipe and its value: batch size 128, bfloat16, no Nesterov momentum."""
    words = "Nesterov momentum" if name == "nesterov" else name.replace("_", " ")
    if isinstance(value, bool):
        return words if value else f"no {words}"
    return f"{words} {written(value)}"


def run_title(name: str, record: Record) -> str:
    """The name of a run's folder; where mnist named it, the network, what its recipe changed, and the seed."""
    beginning, end = record.net, f"-seed{record.seed}"
    if not (name.startswith(beginning) and name.endswith(end)):
        return name
    settings, rest = [], name.removeprefix(beginning).removesuffix(end)
    known = [
        (f"-{field.replace('_', '')}{written(value).replace(' ', '')}", setting(field, value))
        for field, value in fields(record.recipe).items()
    ]
    while rest:
        match = next(((token, words) for token, words in known if rest.startswith(token)), None)
        if match is None:
            return name
        rest = rest.removeprefix(match[0])
        settings.append(match[1])
    return ", ".join([record.net, *settings, f"seed {record.seed}"])


def label(record: Record, reference: Recipe | OwnLoop) -> str:
    """The network and where its recipe differs from the reference."""
    if type(record.recipe) is not type(reference):
        changes = ["a loop of its own" if isinstance(record.recipe, OwnLoop) else "trained here"]
    else:
        changes = [setting(name, value) for name, value in differing(record.recipe, reference).items()]
    return ", ".join([record.net, *(changes if len(changes) <= MOST_DIFFERENCES else ["another recipe"])])


def choice(sentence: str) -> str:
    """What a record tells of a choice, a field that was overruled in words: "batch size 128; small has 256"."""
    match = OVERRULED.fullmatch(sentence)
    if match is None:
        return sentence
    name, value, net, usual = match.groups()
    if value in VALUES and usual in VALUES:
        spoken = setting(name, VALUES[value])
        return f"{spoken[0].upper()}{spoken[1:]}, which the recipe of {net} {'lacks' if VALUES[value] else 'has'}."
    spoken = name.replace("_", " ")
    return f"{spoken[0].upper()}{spoken[1:]} {value}; the recipe of {net} has {usual}."


def slugs(names: Sequence[str]) -> list[str]:
    """For each name a file name of its own: lower case, digits and hyphens."""
    taken: set[str] = set()
    result = []
    for name in names:
        base = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "run"
        slug = base
        number = 2
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        taken.add(slug)
        result.append(slug)
    return result
