"""The manifest of an exercise: who got which numbers in which file. With it alone an exercise can be graded.

It holds the network as described, a seed, and for each student the number of the draw that was taken; the numbers
themselves are drawn again from these (`backprop.classroom.numbers`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from backprop.classroom.levels import Level
from backprop.classroom.numbers import draw_network, draw_rate
from backprop.errors import BackpropError
from backprop.network.description import Description, Number
from backprop.network.network import Network
from groundfloor.disk.reading import read_plain
from groundfloor.files import absent, reason, write_file
from groundfloor.text import quoted
from groundfloor.validation import first_error

FORMAT = 1
NAME = "manifest.json"
MOST_STUDENTS = 20_000
MOST_BYTES = 64 * 2**20
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Rate = Annotated[Number, Field(gt=0)]
FORMULA_FORMS = Literal["closed", "steps"]


class ManifestError(BackpropError):
    """A manifest that cannot be read, or that contradicts itself."""


class Student(Description):
    """Someone on the roster, and what they were given."""

    id: Annotated[str, Field(min_length=1, max_length=200)]  # the roster's, or the name where it has none
    name: Annotated[str, Field(min_length=1, max_length=200)]
    email: Annotated[str, Field(min_length=1, max_length=320)] | None = None
    draw: Annotated[int, Field(ge=0)]  # the first of the student's that behaves well
    file: Annotated[str, Field(pattern=r"^[^/\\\x00]+\.xlsx$")]  # the blank's, and the key's, each in its folder
    sha256: Digest  # of the blank as it was given out
    key_sha256: Digest | None = None


class Manifest(Description):
    """An exercise that was given to a class."""

    format: Literal[1] = 1
    network: Network  # as described; each student's differs in its numbers
    seed: int
    level: Level
    epochs: Annotated[int, Field(ge=1)]  # rows of a table at levels 3 and 4, and of the key
    learning_rates: Annotated[tuple[Rate, ...], Field(min_length=1)] | None = None  # None: one is drawn a student
    form: FORMULA_FORMS = "closed"  # whether the tables have columns for the deltas
    self_check: bool = False
    students: Annotated[tuple[Student, ...], Field(min_length=1, max_length=MOST_STUDENTS)]

    @model_validator(mode="after")
    def _nobody_twice(self) -> "Manifest":
        for what, values in (
            ("id", [student.id for student in self.students]),
            ("file", [student.file.casefold() for student in self.students]),
        ):
            if len(set(values)) < len(values):
                twice = next(value for position, value in enumerate(values) if value in values[:position])
                raise ValueError(f"two students have the {what} {quoted(twice)}")
        return self


@dataclass(frozen=True)
class Exercise:
    """What a student was given: everything that their workbook, its key and its grade are made of."""

    network: Network  # with the student's numbers; it says which η its tables have
    level: Level
    epochs: int
    form: FORMULA_FORMS
    self_check: bool

    @cached_property
    def rates(self) -> tuple[float, ...]:
        """The learning rates, a table each."""
        return self.network.training.learning_rates or ()


def exercise_of(manifest: Manifest, student: Student) -> Exercise:
    """The student's exercise, drawn again."""
    network = drawn(manifest.network, manifest.seed, student.id, student.draw, manifest.learning_rates)
    return Exercise(network, manifest.level, manifest.epochs, manifest.form, manifest.self_check)


def drawn(
    network: Network, seed: int, student: str, number: int, learning_rates: Sequence[float] | None = None
) -> Network:
    """The network with that draw of the student's, and its η: the given ones, or one that is drawn too."""
    with_numbers = draw_network(network, seed, student, number)
    rates = tuple(learning_rates or (draw_rate(network, seed, student, number),))
    training = with_numbers.training.model_copy(update={"learning_rates": rates})
    return with_numbers.model_copy(update={"training": training})


def write_manifest(manifest: Manifest, file: Path, *, force: bool = False) -> None:
    """Write it as JSON, whole or not at all."""
    write_file(file, manifest_json(manifest), force=force)


def manifest_json(manifest: Manifest) -> str:
    """The manifest as a document that reads back as the same one; what has its default is left out."""
    fields = {"format": manifest.format, **manifest.model_dump(mode="json", exclude_unset=True)}
    return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"


def read_manifest(file: Path) -> Manifest:
    """ManifestError in one line for what is no manifest, of another format, or contradicts itself."""
    try:
        return Manifest.model_validate_json(read_plain(file, MOST_BYTES))
    except FileNotFoundError as error:
        raise ManifestError(f"{file}: {absent(file)}") from error
    except OSError as error:
        raise ManifestError(
            f"{file}: {reason(error)}; a manifest is the {NAME} that `backprop exercise` writes"
        ) from error
    except ValidationError as error:
        raise ManifestError(
            f"{file}: {_wrong(error)}; a manifest is the {NAME} that `backprop exercise` writes"
        ) from error


def _wrong(error: ValidationError) -> str:
    first = error.errors()[0]
    if first["loc"] == ("format",):
        return f"format {quoted(first['input'])}; this version reads format {FORMAT}"
    return first_error(error)
