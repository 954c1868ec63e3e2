"""All that grading leaves in its folder: tables and JSON, all of them or none."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from backprop.classroom.grading.graded import Graded, Student, to_json
from backprop.classroom.results.gradescope import gradescope_json
from backprop.classroom.results.tables import canvas_csv, grades_csv, moodle_csv
from groundfloor.files import write_files

GRADES = "grades.csv"


def write_results(folder: Path, graded: Sequence[Graded], title: str, told: Mapping[str, str]) -> list[Path]:
    """Write them, with what each student, by id, is told in markdown.

    grades.csv is put in place last, so that who finds it finds all.
    """
    names = file_names([item.student for item in graded])
    contents = {
        GRADES: grades_csv(graded),
        "canvas.csv": canvas_csv(graded, title),
        **({"moodle.csv": moodle_csv(graded)} if any(item.student.lms for item in graded) else {}),
        "grades.json": dump(document(graded)),
    }
    for item in graded:
        if item.status != "missing":
            contents[f"gradescope/{names[item.student.id]}.json"] = dump(gradescope_json(item, told[item.student.id]))
    write_files(folder, {name: ("\ufeff" * (name == GRADES) + text).encode() for name, text in contents.items()})
    return [folder / name for name in contents if "/" not in name]


def document(graded: Sequence[Graded]) -> dict[str, Any]:
    """The document of `--json`."""
    return {"students": [to_json(item) for item in graded]}


def dump(value: object) -> str:
    """JSON as people read it."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def file_names(students: Sequence[Student]) -> dict[str, str]:
    """For each student's id a file name without an ending that every system takes, no two alike."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for student in students:
        plain = re.sub(r"[^\w.-]+", "-", student.id).strip("-.")[:60] or "student"
        if plain.casefold() in taken or plain != student.id:
            plain += "-" + hashlib.sha256(student.id.encode()).hexdigest()[:8]
        taken.add(plain.casefold())
        names[student.id] = plain
    return names
