"""claims.json: where each number of a report comes from, and all that is needed to compute it again."""

import hashlib
import json
import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field, ValidationError

from backprop.network.load import presets
from groundfloor.disk.reading import read_plain
from groundfloor.validation import first_error
from mnist.runs.model import Finite, Model, Sha256
from reports.errors import ReportsError
from reports.figures.goals import Goals
from reports.figures.published import FILE as PUBLISHED
from reports.rendering.marks import PARTS, Printed
from reports.rendering.render import MODEL_CARD, README
from reports.request import Link, Request
from reports.telling import README as README_FILE
from reports.telling import Told

CLAIMS = "claims.json"
OWNED = re.compile(r"(runs|configurations|published)\[(\d+)\]")  # by place in what a report tells
RECORDED = ("run.json", "evaluation.json", PUBLISHED)  # what figures are read from
WORDS = "words of the report"  # where a number is no figure: 95 %, Part 1


class ClaimsError(ReportsError):
    """A claims.json that is missing or cannot be read."""


def _relative(path: str) -> str:
    if posixpath.isabs(path) or "\\" in path or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path):  # also a drive's, a web's
        raise ValueError(f"{path}: a path from the report's folder is needed")
    return path


def _markdown(path: str) -> str:
    if not path.endswith(".md"):
        raise ValueError(f"{path}: a file of words ends in .md")
    return _relative(path)


RelativePath = Annotated[str, AfterValidator(_relative)]
WordsPath = Annotated[str, AfterValidator(_markdown)]


class Number(NamedTuple):
    """A number of a file: its line, how it reads, whose it is, and which of its figures."""

    line: int
    number: str
    of: str
    field: str


class Asked(Model):
    """What the report was asked to hold; paths are from its folder."""

    runs: tuple[RelativePath, ...]
    published: tuple[RelativePath, ...]
    network: str
    learning_rates: tuple[Finite, ...] | None
    epochs: int = Field(ge=1)
    target_accuracy: str = Field(pattern=r"^\d+(/\d+)?$")  # an exact fraction: 497/500
    max_parameters: int
    max_epochs: int
    template: str | None
    title: str | None
    author: str | None
    intro: WordsPath | None
    notes: dict[str, WordsPath]
    links: tuple[tuple[str, str], ...]
    only: Literal["part1", "part2"] | None
    math: Literal["github", "dollar"]


class Claims(Model):
    """The whole file."""

    version: Literal[1] = 1
    asked: Asked
    sources: dict[str, dict[str, Sha256]]  # SHA-256 of the files that were read, by path from the report's folder
    configurations: dict[str, tuple[str, ...]]  # the runs of each, which its means are of
    files: dict[RelativePath, Sha256]  # written beside the README: pictures, the workbook
    numbers: tuple[Number, ...]  # of README.md


def claims(told: Told, request: Request, folder: Path, files: Mapping[str, bytes]) -> Claims:
    """The claims of a report that is written into `folder`, of the files that are written beside its texts."""
    told_of = replace(request, runs=(), published=()) if request.only == "part1" else request
    asked = _asked(told_of, folder)
    runs = {configuration.name: tuple(_path(run, folder) for run in group) for configuration, group in told.configured}
    return Claims(
        asked=asked,
        sources={path: _hashes(folder / path) for path in (*asked.runs, *asked.published)},
        configurations=runs,
        files={name: _hash(content) for name, content in files.items()},
        numbers=numbers_of(told, README_FILE, folder),
    )


def as_json(made: Claims) -> bytes:
    """The file: a line for each number."""
    content = made.model_dump(mode="json")
    numbers = content.pop("numbers")
    head = json.dumps(content, indent=1, ensure_ascii=False).removesuffix("\n}")
    rows = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in numbers)
    return f'{head},\n "numbers": [\n{rows}\n ]\n}}\n'.encode()


def numbers_of(told: Told, file: str, folder: Path) -> tuple[Number, ...]:
    """The numbers of a file of a report that lies in `folder`, each with its owner."""
    paths = [_path(run, folder) for _, group in told.configured for run in group]
    owners = {
        "runs": paths,
        "configurations": [configuration.name for configuration in told.configurations],
        "published": [run.name for run in told.published],
    }
    return tuple(_number(each, owners) for each in told.numbers[file])


def read_claims(file: Path) -> Claims:
    """The claims beside a README; ClaimsError says what is wrong with them."""
    try:
        return Claims.model_validate(json.loads(read_plain(file)))
    except FileNotFoundError as error:
        raise ClaimsError(f"{file}: no such file; reports build writes it beside a README, which it proves") from error
    except ValidationError as error:
        raise ClaimsError(f"{file}: {first_error(error)}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise ClaimsError(f"{file}: not readable as JSON ({error})") from error


def request_of(made: Claims, folder: Path) -> Request:
    """What the report was asked to hold, from the folder that it lies in."""
    asked = made.asked
    template = asked.template
    return Request(
        runs=[folder / path for path in asked.runs],
        published=[folder / path for path in asked.published],
        network=asked.network if asked.network in presets() else str(folder / asked.network),
        learning_rates=asked.learning_rates,
        epochs=asked.epochs,
        goals=Goals(Fraction(asked.target_accuracy), asked.max_parameters, asked.max_epochs),
        template=template if template in (None, README, MODEL_CARD) else folder / str(template),
        title=asked.title,
        author=asked.author,
        intro=None if asked.intro is None else folder / asked.intro,
        notes={name: folder / path for name, path in asked.notes.items()},
        links=[Link(words, address) for words, address in asked.links],
        only=asked.only,
        math=asked.math,
    )


def changed(made: Claims, folder: Path) -> Iterator[str]:
    """The files that were read or written and are not as they were, by path from the report's folder."""
    for source, files in made.sources.items():
        found = _hashes(folder / source)
        yield from (f"{source}/{name}" for name, digest in files.items() if found.get(name) != digest)
    for name, digest in made.files.items():
        file = folder / name
        if not file.is_file() or _hash(file.read_bytes()) != digest:
            yield name


def _asked(request: Request, folder: Path) -> Asked:
    template, network = request.template, request.network
    return Asked(
        runs=tuple(_path(run, folder) for run in request.runs),
        published=tuple(_path(run, folder) for run in request.published),
        network=network if network in presets() else _path(Path(network), folder),
        learning_rates=None if request.learning_rates is None else tuple(request.learning_rates),
        epochs=request.epochs,
        target_accuracy=str(request.goals.accuracy),
        max_parameters=request.goals.parameters,
        max_epochs=request.goals.epochs,
        template=None if template is None else _template(str(template), folder),
        title=request.title,
        author=request.author,
        intro=None if request.intro is None else _path(request.intro, folder),
        notes={name: _path(file, folder) for name, file in request.notes.items()},
        links=tuple((link.words, link.address) for link in request.links),
        only=request.only,
        math=request.math,
    )


def _template(template: str, folder: Path) -> str:
    return template if template in (README, MODEL_CARD) else _path(Path(template), folder)


def _path(path: Path, folder: Path) -> str:
    try:
        return _relative(Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix())
    except ValueError as error:
        raise ClaimsError(f"{error}; another name, without a backslash") from error


def _number(printed: Printed, owners: Mapping[str, list[str]]) -> Number:
    """A number with its owner: a run by its path, a configuration by its name, or what holds it."""
    placed = [_owner(source, owners) for source in printed.source.split(PARTS)] if printed.source else [(WORDS, "")]
    return Number(
        printed.line, printed.number, placed[0][0], ", ".join(dict.fromkeys(field for _, field in placed if field))
    )


def _owner(source: str, owners: Mapping[str, list[str]]) -> tuple[str, str]:
    match = OWNED.match(source)
    if match:
        return owners[match[1]][int(match[2])], source[match.end() :].lstrip(".")
    owner, _, field = source.partition(".")
    return owner, field


def _hashes(folder: Path) -> dict[str, str]:
    files = [Path(os.path.normpath(folder / name)) for name in RECORDED]  # of a folder that may not be there yet
    return {file.name: _hash(file.read_bytes()) for file in files if file.is_file()}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
