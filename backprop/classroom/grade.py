"""A class graded: submissions taken in, each workbook judged in a process of its own, points, and what is alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from backprop.check.findings import FileReport, Finding
from backprop.check.isolated import A_JOB, LIMITS, failed
from backprop.classroom.grading.alike import with_likeness
from backprop.classroom.grading.asked import Task, task_of, task_of_rubric
from backprop.classroom.grading.graded import Graded, PartPoints, Student
from backprop.classroom.grading.items import main_table
from backprop.classroom.grading.numbers import Owners, doubts, misread
from backprop.classroom.grading.points import Points, points_of
from backprop.classroom.grading.rubric import Rubric
from backprop.classroom.judging.judged import Judged, judge
from backprop.classroom.manifest import Manifest
from backprop.classroom.submissions.intake import Handed, take_in
from backprop.classroom.submissions.matching import Submission, match, passed_over
from backprop.classroom.submissions.source import Source, SubmittedFile, digest_of
from backprop.network.network import Network
from groundfloor.errors import InputError, UnreadableError
from groundfloor.work.engine import Engine
from groundfloor.work.store import Store, found_or_done
from groundfloor.work.task import Task as Work

DONE = ("correct", "no_derivatives")  # what the check calls so, and lacks something that was asked, is incomplete
STORE = ".judged"  # folder of what was judged
JUDGED = ("correct", "mistakes", "incomplete")  # verdicts that points are given for


@dataclass(frozen=True)
class Assignment:
    """What a class was asked: with a manifest its network, else one that is named, or any."""

    rubric: Rubric
    manifest: Manifest | None = None
    network: Network | None = None
    due: datetime | None = None

    @property
    def held_against(self) -> Network | None:
        """The network that the workbooks are held against."""
        return self.network if self.manifest is None else self.manifest.network

    @property
    def seed(self) -> int | None:
        """What, with the network, tells everybody's numbers."""
        return None if self.manifest is None else self.manifest.seed


@dataclass(frozen=True, slots=True)
class Result:
    """A graded submission with where its workbook lies."""

    graded: Graded
    source: Source | None
    ending: str = ""


def grade_class(
    paths: Sequence[Path], assignment: Assignment, *, store: Path | None = None, engine: Engine | None = None,
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Result]:  # fmt: skip
    """Every student's result: what needs a human first, then the others, each in the order of the roster.

    `advance` is told how many workbooks are judged, and how many there are.
    """
    submissions = _matched(paths, assignment)
    handed = [submission.counts for submission in submissions]
    grader = _Grader(assignment)
    kept = None if store is None else Store(store / STORE, Judged, _question(assignment))
    held = [_Held(grader.network(submission), grader.given(submission)) for submission in submissions]
    judged = _judged(handed, held, kept, engine, advance)
    results = [grader.grade(submission, each) for submission, each in zip(submissions, judged, strict=True)]
    said: list[dict[Finding, str]] = [{m.finding: m.said for m in each.mistakes} if each else {} for each in judged]
    graded = with_likeness(results, [each.contents if each else "" for each in judged], said)
    found = [
        Result(result, item.source if item else None, item.ending if item else "")
        for result, item in zip(graded, handed, strict=True)
    ]
    return sorted(found, key=lambda each: each.graded.status != "review")


def _question(assignment: Assignment) -> str:
    network = assignment.held_against
    return f"{'any' if network is None else network.model_dump_json()} {assignment.seed}"


def _matched(paths: Sequence[Path], assignment: Assignment) -> list[Submission]:
    manifest = assignment.manifest
    roster, files = [], {}
    if manifest is not None:
        roster = [Student(each.id, each.name, each.email or "") for each in manifest.students]
        files = {each.file: each.id for each in manifest.students}
    return match(take_in(paths), roster, files, assignment.due)


@dataclass(frozen=True, slots=True)
class _Held:
    """What a workbook is held against: the network, and the numbers that the student was given, by name."""

    network: Network | None
    given: Mapping[str, float]


# -- judging ----------------------------------------------------------------------------------------------------------


def _judged(
    handed: Sequence[Handed | None], held: Sequence[_Held], store: Store[Judged] | None, engine: Engine | None,
    advance: Callable[[int, int], None],
) -> list[Judged | None]:  # fmt: skip
    """What was judged of each, in order; the same bytes once, and what the store has not again."""
    digests: list[str | None] = []
    known: dict[str, Judged] = {}
    waiting: dict[str, tuple[Handed, _Held]] = {}
    for item, against in zip(handed, held, strict=True):
        digest, refused = _digest(item)
        digests.append(digest)
        if digest is None or digest in known or digest in waiting or item is None:
            continue
        if refused is not None:
            known[digest] = refused
        else:
            waiting[digest] = item, against
    total = len(known) + len(waiting)
    tasks = {
        digest: Work(_judge, (digest, held), (SubmittedFile(item.source, item.ending),), LIMITS)
        for digest, (item, held) in waiting.items()
    }
    advance(len(known), total)
    for digest, result in found_or_done(tasks, store, engine, a_job=A_JOB, keep=_is_kept):
        if isinstance(result, InputError):
            known[digest] = Judged(replace(failed("", result), sha256=digest), "")
        else:
            known[digest] = result
        advance(len(known), total)
    return [None if digest is None else _placed(known[digest], item)
            for digest, item in zip(digests, handed, strict=True)]  # fmt: skip


def _digest(item: Handed | None) -> tuple[str | None, Judged | None]:
    """The hash of what was handed in, and what is said of it where it cannot be read at all."""
    if item is None:
        return None, None
    problem = item.problem
    if problem is None and not item.is_workbook:
        problem = f"ends in {item.ending or 'nothing'}; workbooks that end in .xlsx, .xlsm or .ods are read"
    try:
        if problem is None:
            return digest_of(item.source), None
    except UnreadableError as error:
        problem = str(error)
    return f"{item.place}", Judged(FileReport(item.place, None, "unreadable", None, problem or ""), "")


def _is_kept(_digest: str, judged: Judged) -> bool:
    return judged.report.verdict != "too_slow"


def _judge(argument: tuple[str, _Held], file: Path) -> Judged:
    _, held = argument
    return judge(file, held.network, held.given)


def _placed(judged: Judged, item: Handed | None) -> Judged:
    return judged if item is None else replace(judged, report=replace(judged.report, file=item.place))


# -- grading ----------------------------------------------------------------------------------------------------------


class _Grader:
    """From a judged workbook to a student's result."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        manifest = assignment.manifest
        self.owners = None if manifest is None else Owners(manifest)
        self.blanks = {} if manifest is None else {each.sha256: each.id for each in manifest.students}
        self.keys = {} if manifest is None else {each.key_sha256: each for each in manifest.students if each.key_sha256}

    def network(self, submission: Submission) -> Network | None:
        """What the workbook is held against: where samples take turns with the student's own data, else with anybody's.

        A proof holds whatever the numbers, so that one prover serves a class.
        """
        network = self.assignment.held_against
        if self.owners is None or network is None or network.steps == 1 or not submission.is_known:
            return network
        return self.owners.exercises[submission.student.id].network

    def given(self, submission: Submission) -> Mapping[str, float]:
        """The numbers that tell which column is which in the student's workbook; none where nobody knows them."""
        if self.owners is None or not submission.is_known:
            return {}
        return self.owners.given[submission.student.id]

    def grade(self, submission: Submission, judged: Judged | None) -> Graded:
        """The student's result; what is alike is not looked at here."""
        counts = submission.counts
        if counts is None or judged is None:
            return Graded(submission.student, "missing", (), "missing", "", None, None, 0, 0, False,
                          (), (), (), (), (), None)  # fmt: skip
        task = self._task(submission)
        points = points_of(judged, self.assignment.rubric, task)
        report = judged.report
        review = [*points.review, *self._doubts(submission, judged, task)]
        notes = list(passed_over(submission))
        if report.sha256 in self.keys:
            review.append(f"the file is the answer key of {self.keys[report.sha256].name}")
        if report.sha256 in self.blanks:
            points, review = _nothing(self.assignment.rubric, task), []
            if self.blanks[report.sha256] != submission.student.id:
                review.append(f"the file is the blank of {self.blanks[report.sha256]}")
        elif report.verdict not in JUDGED:
            opened = counts.is_workbook and counts.problem is None
            review.insert(0, _not_judged(report) if opened else report.message)
        elif not points.parts:
            review.insert(0, "by the workbook's own formulas, not by a network that is known: " + _proven(report))
        verdict = "incomplete" if points.lacking and report.verdict in DONE else report.verdict
        if not submission.is_known:
            review.insert(0, "nobody on the roster was found for it")
        return Graded(
            submission.student, "review" if review else "graded", tuple(review), verdict, report.message,
            counts.place, report.sha256, submission.attempts, submission.attempts, submission.late,
            points.parts, points.costs, points.lacking, tuple(notes), (), report,
        )  # fmt: skip

    def _task(self, submission: Submission) -> Task:
        if self.owners is None:
            return task_of_rubric(self.assignment.rubric)
        student = submission.student.id
        if not submission.is_known:
            first = next(iter(self.owners.exercises.values()))
            return replace(task_of(first, {}), rates=())
        return task_of(self.owners.exercises[student], self.owners.given[student])

    def _doubts(self, submission: Submission, judged: Judged, task: Task) -> tuple[str, ...]:
        number = main_table(judged.tables, task)
        if number is None:
            return ()
        table = judged.tables[number]
        told = misread(table, task.given)
        if self.owners is None:
            return told
        if submission.is_known:
            return (*doubts(table.given, task.given, table.rate, task.rates, self.owners.owner), *told)
        owner = self.owners.owner(table.given)
        return told if owner is None else (f"the numbers are those of {owner.name} ({owner.id})", *told)


def _nothing(rubric: Rubric, task: Task) -> Points:
    """What a workbook is worth in which nothing was done."""
    given = {part: points for part, points in rubric.points.items() if part in task.parts and points > 0}
    scale = rubric.total / sum(given.values()) if given else 0.0
    parts = tuple(PartPoints(part, 0.0, points * scale) for part, points in given.items())
    return Points(parts, lacking=("handed in as it was given out",))


def _not_judged(report: FileReport) -> str:
    what = {
        "unreadable": "cannot be read",
        "too_slow": "took too long",
        "not_this_network": "holds another network, or too little of this one",
        "no_derivatives": "holds no derivatives",
        "not_understood": "was not understood as a whole",
    }.get(report.verdict, report.verdict)
    return f"{what}: {report.message}" if report.message else what


def _proven(report: FileReport) -> str:
    proof = report.proof
    if proof is None:
        return report.verdict
    updates = f"{proof.proven:,} of {proof.updates:,} updates"
    return f"{proof.right:,} of {proof.derivatives:,} derivative cells right, {updates}"
