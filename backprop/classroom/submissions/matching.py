"""Whose files they are: those handed in, matched with a roster by number, e-mail, login, name or the file given out."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from backprop.classroom.grading.graded import Student
from backprop.classroom.submissions.conventions import plain_name
from backprop.classroom.submissions.intake import Handed
from groundfloor.text import listed

MARK_LATE_ONES = {"canvas"}  # platforms whose file names say late, and no time
UNDATED = "nothing tells when it was handed in, nor whether late"


@dataclass(frozen=True, slots=True)
class Submission:
    """All that a student handed in; `counts` is the workbook that is graded."""

    student: Student
    counts: Handed | None
    attempts: int = 0
    late: bool = False
    others: tuple[Handed, ...] = ()  # what is not graded: earlier attempts, files that are no workbooks
    is_known: bool = True  # whether the student is on the roster; without one everybody is
    is_undated: bool = False  # whether nothing tells if it came before the date that was asked


@dataclass
class _Pile:
    """A student's files while they are sorted."""

    student: Student
    is_known: bool
    files: list[Handed] = field(default_factory=list)


def match(
    handed: Sequence[Handed], roster: Sequence[Student], files: Mapping[str, str], due: datetime | None = None
) -> list[Submission]:
    """A submission for everyone on the roster, missing ones too, then for those whom it does not know.

    `files` are the names of the files that were given out, with the id of each student. Without a roster everybody
    whom the paths name is known. Of several workbooks the one that was handed in last counts.
    """
    index = _Index(roster, files)
    piles = {student.id: _Pile(student, True) for student in roster}
    strangers: dict[tuple[str, ...], _Pile] = {}
    for item in handed:
        student = index.student(item)
        if student is not None:
            pile = piles[student.id]
        else:
            person = stranger(item)
            pile = strangers.setdefault(tuple(words(person.id)) or (person.id,), _Pile(person, not roster))
        pile.files.append(item)
        if item.told.number and not pile.student.lms:
            pile.student = _with_number(pile.student, item.told.number)
    return [_submission(pile, due) for pile in (*piles.values(), *strangers.values())]


def stranger(item: Handed) -> Student:
    """Who a path says it is of, where no roster knows them."""
    told = item.told
    name = " ".join(told.name.split()) or told.login or told.file
    return Student(told.login or name, name, lms=told.number)


def _with_number(student: Student, number: str) -> Student:
    return Student(student.id, student.name, student.email, number)


def _submission(pile: _Pile, due: datetime | None) -> Submission:
    workbooks = sorted((item for item in pile.files if item.is_workbook), key=_order)
    opened = [item for item in workbooks if item.problem is None]
    best = opened or workbooks or pile.files
    counts = best[-1] if best else None
    others = tuple(item for item in pile.files if item is not counts)
    told = None if counts is None else counts.told
    late = told is not None and (told.late or (due is not None and told.time is not None and told.time > due))
    undated = told is not None and due is not None and told.time is None and told.platform not in MARK_LATE_ONES
    attempts = max(len(workbooks), int(bool(counts)))
    return Submission(pile.student, counts, attempts, late, others, pile.is_known, undated)


def _order(item: Handed) -> tuple[bool, datetime, int, datetime, str]:
    """Later ones last: by the time that the platform tells, the number of the attempt, the file's own time."""
    never = datetime.min
    return item.told.time is not None, item.told.time or never, item.told.attempt, item.modified or never, item.place


class _Index:
    """The roster by everything that a path may name a student by."""

    def __init__(self, roster: Sequence[Student], files: Mapping[str, str]) -> None:
        by_id = {student.id: student for student in roster}
        self.exact: defaultdict[str, list[Student]] = defaultdict(list)  # ids, e-mails, logins
        self.names: defaultdict[tuple[str, ...], list[Student]] = defaultdict(list)  # words in order of the alphabet
        self.run_together: defaultdict[str, list[Student]] = defaultdict(list)  # lovelaceada
        self.given = {_folded(file): by_id[owner] for file, owner in files.items() if owner in by_id}
        for student in roster:
            login = student.email.partition("@")[0]
            for key in dict.fromkeys(map(_folded, (student.id, student.email, login))):
                if key:
                    self.exact[key].append(student)
            named = words(student.name)
            self.names[tuple(sorted(named))].append(student)
            for joined in {"".join(named[start:] + named[:start]) for start in range(len(named))}:
                self.run_together[joined].append(student)

    def student(self, item: Handed) -> Student | None:
        """The one of the roster whose file it is; None where nobody is, or several may be."""
        told = item.told
        keys = [told.login, told.number if told.platform == "brightspace" else "", told.name]
        for key in keys:
            if found := _one(self.exact.get(_folded(key), [])):
                return found
        if told.name and (found := self._named(told.name)):
            return found
        if found := self.given.get(_folded(plain_name(told.file))):
            return found
        parts = PurePosixPath(item.place).parts
        for part in (*parts[:-1], PurePosixPath(plain_name(parts[-1])).stem):
            if found := _one(self.exact.get(_folded(part), [])) or self._named(part):
                return found
        found_by_word = {id(each): each for word in re.split(r"[\s_.,;/()]+", item.place)
                         for each in self.exact.get(_folded(word), []) if any(map(str.isdigit, word))}  # fmt: skip
        return _one(list(found_by_word.values()))

    def _named(self, name: str) -> Student | None:
        known = words(name)
        return _one(self.names.get(tuple(sorted(known)), [])) or _one(self.run_together.get("".join(known), []))


def words(name: str) -> list[str]:
    """The words of a name without accents, in small letters: "Núñez, Ada" -> nunez, ada."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return re.findall(r"\w+", plain.replace("_", " "))


def passed_over(submission: Submission) -> tuple[str, ...]:
    """What a submission holds beside the workbook that counts, in sentences."""
    notes = [UNDATED] if submission.is_undated else []
    earlier = [item.place for item in submission.others if item.is_workbook and item.problem is None]
    if earlier:
        notes.append(f"{submission.attempts} workbooks; the last one counts, not {listed(earlier, 3)}")
    notes += [f"{item.place} {item.problem}" for item in submission.others if item.problem]
    files = [item.place for item in submission.others if not item.is_workbook and item.problem is None]
    if files:
        notes.append(f"not looked at: {listed(files, 3)}")
    return tuple(notes)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _one(found: Iterable[Student]) -> Student | None:
    every = list(found)
    return every[0] if len(every) == 1 else None
