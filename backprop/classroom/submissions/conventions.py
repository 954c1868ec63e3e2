"""How learning platforms name the files of a bulk download: whose file it is, when it came, whether late.

Pure; the forms are those of the platforms' own code and documentation:
- Moodle: "Ada Lovelace_12345_assignsubmission_file_/work.xlsx", without folders "..._file_work.xlsx", 12345 the
  participant's number of that assignment ("Identifier: Participant 12345" of its grading worksheet)
- Canvas: "lovelaceada_LATE_678_91011_work-1.xlsx", the sortable name without signs, 678 the user's number, -1 the first
  resubmission (lib/content_zipper.rb)
- Blackboard: "Exercise 1_alove_attempt_2026-11-20-14-30-12_work.xlsx", and a receipt "..._2026-11-20-14-30-12.txt"
- Brightspace: "12345-678 - Ada Lovelace - Nov 20, 2026 230 PM - work.xlsx"
- Google Classroom: "Ada Lovelace - Exercise 1.xlsx", where each student was given a copy
"""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Told:
    """What a file's path says."""

    platform: str  # moodle, canvas, blackboard, brightspace, google; empty where it is none of these
    name: str  # the student's, as it stands there
    file: str  # as the student called it
    login: str = ""  # of Blackboard
    number: str = ""  # the platform's own of the student
    time: datetime | None = None  # when it was handed in
    late: bool = False
    attempt: int = 0  # a number that later attempts have higher


_MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?", re.DOTALL)
_CANVAS = re.compile(
    r"(?P<name>.*?)_?(?P<late>LATE_)?(?P<number>\d+|anon_\w+?)_(?P<of_file>\d+)_(?P<file>.+)", re.DOTALL
)
_BLACKBOARD = re.compile(
    r"(?P<title>.+)_(?P<login>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)", re.DOTALL
)
_BRIGHTSPACE = re.compile(
    r"(?P<number>\d+-\d+) ?- (?P<name>.+?) ?- (?P<time>\w{3,9} \d{1,2}, \d{4} \d{3,4} ?[AP]M) ?- (?P<file>.+)",
    re.DOTALL,
)
_GOOGLE = re.compile(r"(?P<name>[^/]+?) - (?P<file>.+)", re.DOTALL)
_AGAIN = re.compile(r"(?: ?\((?P<copy>\d{1,3})\)|-(?P<upload>\d{1,2}))$")  # work (1).xlsx, work-1.xlsx


def told(path: PurePosixPath) -> Told:
    """What the path of a file says, inside the folder or the zip that was downloaded."""
    for position, part in enumerate(path.parts):
        found = _MOODLE.fullmatch(part)
        if found:
            inside = path.parts[position + 1 :]
            file = inside[-1] if inside else found["file"] or part
            return Told("moodle", found["name"], file, number=found["number"], attempt=_again(file))
    name = path.name
    if found := _BLACKBOARD.fullmatch(name):
        time = datetime.strptime(found["time"], "%Y-%m-%d-%H-%M-%S") if _is_time(found["time"]) else None
        return Told("blackboard", "", found["file"] or name, login=found["login"], time=time)
    if found := _CANVAS.fullmatch(name):
        number = found["number"]
        return Told("canvas", found["name"], found["file"], number="" if number.startswith("anon") else number,
                    late=bool(found["late"]), attempt=_again(found["file"]))  # fmt: skip
    if found := _BRIGHTSPACE.fullmatch(name):
        return Told("brightspace", found["name"], found["file"], number=found["number"], time=_clock(found["time"]))
    if found := _GOOGLE.fullmatch(name):
        return Told("google", found["name"], name, attempt=_again(name))
    folder = path.parts[-2] if len(path.parts) > 1 else ""
    return Told("", folder or _plain(path.stem), name, attempt=_again(name))


def plain_name(file: str) -> str:
    """The name of a file without what a browser or a platform adds when it comes again: work (1).xlsx, work-1.xlsx."""
    stem, dot, ending = file.rpartition(".")
    return f"{_plain(stem)}{dot}{ending}"


def receipt(text: str) -> tuple[str, str] | None:
    """Name and login of a Blackboard receipt: "Name: Ada Lovelace (alove)"."""
    found = re.match(r"\ufeff?\s*Name: (?P<name>.+) \((?P<login>[^()\s]+)\)\s*$", text.partition("\n")[0])
    return None if found is None else (found["name"], found["login"])


def _again(file: str) -> int:
    found = _AGAIN.search(PurePosixPath(file).stem)
    return int(found["copy"] or found["upload"]) if found else 0


def _plain(stem: str) -> str:
    return _AGAIN.sub("", stem)


def _is_time(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return False
    return True


def _clock(text: str) -> datetime | None:
    digits = re.sub(r" (\d{1,2})(\d\d) ?([AP]M)$", r" \1:\2 \3", text)
    for form in ("%b %d, %Y %I:%M %p", "%B %d, %Y %I:%M %p"):
        try:
            return datetime.strptime(digits, form)
        except ValueError:
            continue
    return None
