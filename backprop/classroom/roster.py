"""A class list: CSV with any separator, as programs and learning platforms save it, read to students.

Columns are known by their headings; without headings by what stands in them. What is wrong is told with its line.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backprop.classroom.manifest import MOST_STUDENTS
from backprop.errors import BackpropError
from groundfloor.disk.reading import read_plain
from groundfloor.files import absent, reason
from groundfloor.text import quoted

MOST_BYTES = 16 * 2**20
LONGEST = 200  # characters of a field
SEPARATORS = ",;\t|"
HEADINGS = {
    "id": ("id", "studentid", "studentnumber", "idnumber", "number", "matriculationnumber", "matriculation",
           "matrikelnummer", "sisuserid", "sisid", "orgdefinedid", "sid", "username", "login", "loginid", "sisloginid"),
    "name": ("name", "fullname", "student", "studentname", "displayname"),
    "first": ("first", "firstname", "givenname", "forename", "vorname"),
    "last": ("last", "lastname", "surname", "familyname", "nachname"),
    "email": ("email", "emailaddress", "mail"),
}  # fmt: skip
BETTER_FIRST = ("sisuserid", "studentid", "studentnumber", "idnumber", "matriculationnumber")  # of several with an id
NO_STUDENT = {"pointspossible", "studenttest"}  # rows of a learning platform's own


class RosterError(BackpropError):
    """A class list that cannot be read, or in which two students are one."""


@dataclass(frozen=True, slots=True)
class Person:
    """A line of the class list."""

    id: str
    name: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody in order, and how the columns were read where no heading says so."""

    people: tuple[Person, ...]
    guessed: str = ""


def read_roster(file: Path) -> Roster:
    """The students; RosterError in one line that names the file, the line, and what is needed."""
    rows = [(number, row) for number, row in _rows(file) if any(row)]
    if not rows:
        raise RosterError(f"{file}: holds nobody; a line a student is needed, for example id,name")
    headings = _headings(rows[0][1])
    guessed = ""
    if headings:
        rows = rows[1:]
    else:
        headings = _guessed([row for _, row in rows])
        told = ", ".join(f"column {place + 1} as {kind}" for kind, place in headings.items())
        guessed = f"no headings found; {told} read"
    if not {"name", "first", "last", "id"} & headings.keys():
        raise RosterError(f"{file}: no column of names or ids; headings such as id,name,email are needed")
    people: dict[str, tuple[int, Person]] = {}
    for number, row in rows:
        person = _person(file, number, row, headings)
        if person is None:
            continue
        if person.id in people:
            said = f"id {quoted(person.id)}" if "id" in headings else f"the name {quoted(person.name)}"
            advice = "" if "id" in headings else "; a column id tells them apart"
            raise RosterError(f"{file}: line {number}: {said} is on line {people[person.id][0]} already{advice}")
        people[person.id] = number, person
    if not people:
        raise RosterError(f"{file}: holds headings and nobody; a line a student is needed")
    return Roster(tuple(person for _, person in people.values()), guessed)


def file_stems(people: Sequence[Person]) -> list[str]:
    """A file's name for each, without its ending: of the name and the id, safe on every system, none twice."""
    taken: Counter[str] = Counter()
    stems = []
    for person in people:
        parts = [person.name] if person.id == person.name else [person.name, person.id]
        stem = "-".join(filter(None, map(_plain, parts))) or "student"
        taken[stem.casefold()] += 1
        if taken[stem.casefold()] > 1:
            stem = f"{stem}-{taken[stem.casefold()]}"
            taken[stem.casefold()] += 1
        stems.append(stem)
    return stems


def _plain(text: str) -> str:
    """Letters and digits of any script with - between them: no path, no dot, nothing that a system keeps for itself."""
    plain = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", text)).strip("-")[:60].strip("-")
    reserved = re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)", plain, re.IGNORECASE)
    return f"student-{plain}" if reserved else plain


def _rows(file: Path) -> list[tuple[int, list[str]]]:
    """Line numbers and fields."""
    text = _text(file)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=lambda each: (first.count(each), -SEPARATORS.index(each)))
    rows = []
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
    try:
        for row in reader:
            rows.append((reader.line_num, [_field(value) for value in row]))
            if len(rows) > MOST_STUDENTS + 2:
                raise RosterError(f"{file}: more than {MOST_STUDENTS:,} students")
    except csv.Error as error:
        raise RosterError(f"{file}: line {reader.line_num}: {error}; a quotation mark may be missing") from error
    return rows


def _text(file: Path) -> str:
    try:
        content = read_plain(file, MOST_BYTES)
    except FileNotFoundError as error:
        raise RosterError(f"{file}: {absent(file)}") from error
    except OSError as error:
        raise RosterError(f"{file}: {reason(error)}; a class list is a CSV file with a line a student") from error
    if content.startswith(b"PK\x03\x04"):
        raise RosterError(f"{file}: is a workbook; save it as CSV, a line a student")
    kinds = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for kind in kinds:
        try:
            text = content.decode(kind)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise RosterError(f"{file}: is no text; a class list is a CSV file with a line a student")


def _field(value: str) -> str:
    """On one line, without what no name holds: control characters and their like."""
    folded = " ".join(value.split())
    return "".join(letter for letter in folded if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn"))


def _headings(row: Sequence[str]) -> dict[str, int]:
    """What the columns are: name or id or e-mail -> its column; none where the row is no row of headings."""
    known = [re.sub(r"[\W_]+", "", text).casefold() for text in row]
    found: dict[str, int] = {}
    for kind, spellings in HEADINGS.items():
        order = [*(BETTER_FIRST if kind == "id" else ()), *spellings]
        places = [known.index(spelling) for spelling in order if spelling in known]
        if places:
            found[kind] = places[0]
    return found


def _guessed(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """The same without headings: an @ in every line is the e-mail, digits in every line an id, the rest is a name."""
    width = min(len(row) for row in rows)
    columns = [[row[place] for row in rows] for place in range(width)]
    found: dict[str, int] = {}
    for place, column in enumerate(columns):
        if all("@" in value for value in column):
            found.setdefault("email", place)
        elif len(columns) > 1 and all(re.search(r"\d", value) and " " not in value for value in column):
            found.setdefault("id", place)
        else:
            found.setdefault("name" if "name" not in found else "last", place)
    if "last" in found:
        found["first"] = found.pop("name")
    return found


def _person(file: Path, number: int, row: Sequence[str], headings: dict[str, int]) -> Person | None:
    """The student of a line; None for a line that a platform adds for itself."""
    values = {kind: row[place] if place < len(row) else "" for kind, place in headings.items()}
    name = values.get("name") or " ".join(filter(None, (values.get("first"), values.get("last"))))
    if re.sub(r"[\W_]+", "", name).casefold() in NO_STUDENT:
        return None
    for kind, value in (*values.items(), ("name", name)):
        if len(value) > LONGEST:
            raise RosterError(f"{file}: line {number}: {kind} of {len(value):,} characters; at most {LONGEST}")
    identity = values.get("id") or (name if "id" not in headings else "")
    if not identity:
        missing = "id" if "id" in headings else "name"
        raise RosterError(f"{file}: line {number}: no {missing} stands there")
    return Person(identity, name or identity, values.get("email") or None)
