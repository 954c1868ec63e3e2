"""An exercise for a class: a workbook and a key a student, and the manifest that ties them; all of it or nothing."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from backprop.classroom.behaviour import Judge, first_good, judge
from backprop.classroom.blank.write import refuse_too_large, write_blank
from backprop.classroom.manifest import FORMULA_FORMS, NAME, Manifest, Student, manifest_json
from backprop.classroom.roster import Person, file_stems
from backprop.network.network import Network
from backprop.workbook.write import write_workbook
from groundfloor.errors import InputError
from groundfloor.files import FileError, replacing_folder
from groundfloor.work.completed import in_order
from groundfloor.work.engine import Engine
from groundfloor.work.task import Limits, Task

STUDENTS, KEYS = "students", "keys"
LIMITS = Limits(seconds=600.0, memory_mb=4_096)  # for one student
A_JOB = 8  # students of one job of Slurm


@dataclass(frozen=True, slots=True)
class Order:
    """What everybody gets alike."""

    network: Network
    seed: int
    level: int
    epochs: int
    learning_rates: tuple[float, ...] | None
    form: FORMULA_FORMS
    self_check: bool


@dataclass(frozen=True, slots=True)
class _Job:
    order: str  # as JSON, by which a process knows that it is the same as before
    person: Person
    name: str  # of both workbooks


def give_out(
    order: Order, people: Sequence[Person], folder: Path, *, engine: Engine | None = None,
    force: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Manifest:  # fmt: skip
    """Write `students/`, `keys/` and the manifest into the folder, which is there afterwards whole or as it was.

    DrawError where no numbers are fit, WorkbookError where the network is too large, FileError for the folder.
    """
    refuse_folder(folder, force)
    good = judge(order.network, order.form, order.epochs)  # what nothing can be made of is told before all else
    refuse_too_large(good.derivation, order.epochs, len(order.learning_rates or (1,)), order.form)
    text = _order_json(order)
    with replacing_folder(folder) as new:
        (new / STUDENTS).mkdir()
        (new / KEYS).mkdir()
        work = [_Job(text, person, f"{stem}.xlsx") for person, stem in zip(people, file_stems(people), strict=True)]
        students = []
        for _, result in in_order([Task(_give, job, (), LIMITS) for job in work], engine, a_job=A_JOB):
            if isinstance(result, InputError):
                raise result
            student, *workbooks = result
            for place, content in zip((STUDENTS, KEYS), workbooks, strict=True):
                (new / place / student.file).write_bytes(content)
            students.append(student)
            advance(1)
        manifest = Manifest(
            network=order.network, seed=order.seed, level=order.level, epochs=order.epochs,
            learning_rates=order.learning_rates, form=order.form, self_check=order.self_check, students=tuple(students),
        )  # fmt: skip
        (new / NAME).write_text(manifest_json(manifest), encoding="utf-8")
    return manifest


def refuse_folder(folder: Path, force: bool) -> None:
    """FileError for a folder that holds an exercise already, unless it may be replaced, or anything else."""
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir() or folder.is_symlink():
        raise FileError(f"{folder}: is a file; a folder's name is needed")
    found = {entry.name for entry in folder.iterdir()}
    if strange := sorted(found - {STUDENTS, KEYS, NAME}):
        raise FileError(f"{folder}: holds {strange[0]}; a new folder, or an empty one, is needed")
    if found and not force:
        raise FileError(f"{folder}: holds an exercise; --force replaces it")


def _order_json(order: Order) -> str:
    fields = {name: getattr(order, name) for name in Order.__slots__}
    return json.dumps(fields | {"network": order.network.model_dump_json(exclude_unset=True)})


@lru_cache(maxsize=2)
def _ordered(text: str) -> tuple[Order, Judge]:
    fields = json.loads(text)
    fields["network"] = Network.model_validate_json(fields["network"])
    fields["learning_rates"] = tuple(fields["learning_rates"]) if fields["learning_rates"] else None
    order = Order(**fields)
    return order, judge(order.network, order.form, order.epochs)


def _give(job: _Job) -> tuple[Student, bytes, bytes]:
    """The student, and their two workbooks: the blank and its key."""
    order, good = _ordered(job.order)
    draw, network = first_good(good, order.seed, job.person.id, order.learning_rates)
    derivation, rates = good.of(network), network.training.learning_rates or ()
    person = job.person.name if job.person.id == job.person.name else f"{job.person.name} ({job.person.id})"
    with TemporaryDirectory(prefix="exercise-") as folder:
        file, key_file = Path(folder) / "blank.xlsx", Path(folder) / "key.xlsx"
        write_blank(
            derivation, file, order.level, rates, order.epochs, order.form, person=person, self_check=order.self_check
        )
        write_workbook(derivation, key_file, rates, order.epochs, order.form)
        blank, key = file.read_bytes(), key_file.read_bytes()
    student = Student(
        id=job.person.id, name=job.person.name, draw=draw, file=job.name,
        sha256=hashlib.sha256(blank).hexdigest(), key_sha256=hashlib.sha256(key).hexdigest(),
        **({"email": job.person.email} if job.person.email else {}),
    )  # fmt: skip
    return student, blank, key
