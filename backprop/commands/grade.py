"""`backprop grade`: what a class handed in, as points, with what needs a human first."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop.classroom.feedback.hints import Hints
from groundfloor.terminal import console, print_table, reporting
from groundfloor.work.engine import Where, open_engine
from groundfloor.work.options import with_work

if TYPE_CHECKING:
    from backprop.classroom.grade import Assignment, Result


@with_work("Workbooks graded", most=4)
def grade(
    paths: Annotated[
        list[Path],
        typer.Argument(help="A folder, the zip that a learning platform gives, or workbooks.", metavar="SUBMISSIONS"),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the grades.", metavar="DIR")] = Path("grades"),
    manifest: Annotated[
        Path | None, typer.Option(help="That of `backprop exercise`: who has which numbers.", metavar="FILE")
    ] = None,
    network: Annotated[
        str | None,
        typer.Option(metavar="NETWORK", help="Without a manifest: the network they should hold; else any."),
    ] = None,
    rubric: Annotated[Path | None, typer.Option(help="Points and rules, TOML.", metavar="FILE")] = None,
    due: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
            help="What came later is marked late, where the platform's file names tell the time.",
        ),
    ] = None,
    hints: Annotated[
        Hints, typer.Option(help="What students are told: points; cells; quantities and kinds; the right formulas.")
    ] = Hints.QUANTITY,
    title: Annotated[str, typer.Option(help="The assignment, as canvas.csv and feedback call it.")] = "Backpropagation",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document, for machines.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the grades that are there.")] = False,
    *,
    where: Where,
) -> None:
    """Grade a class: points by part, each mistake once, what only follows from it not at all; and feedback.

    A run that was interrupted goes on where it was. Exit code 0: all graded; 1: some need a human; 2: bad input.
    """
    from backprop.classroom.feedback.markdown import to_markdown
    from backprop.classroom.feedback.told import feedback
    from backprop.classroom.feedback.write import CLASS_PAGE, FOLDER, Back, write_feedback
    from backprop.classroom.grade import grade_class
    from backprop.classroom.results.files import GRADES, document, file_names, write_results
    from groundfloor.files import check_writable, refuse_existing
    from groundfloor.process.claim import claim
    from groundfloor.text import shown

    assignment = _assignment(manifest, network, rubric, due)
    if not force:
        refuse_existing(out / GRADES)
    check_writable(out)
    with claim(out), open_engine(where) as engine, reporting() as report:
        results = grade_class(
            paths, assignment, store=out, engine=engine, advance=lambda done, total: report(done, total, "workbooks")
        )
        graded = [result.graded for result in results]
        names = file_names([item.student for item in graded])
        back = [Back(each.graded, each.source, each.ending, names[each.graded.student.id]) for each in results]
        unmarked = write_feedback(
            out, back, hints, title, engine=engine, advance=lambda done, total: report(done, total, "feedback")
        )
        told = {item.student.id: to_markdown(feedback(item, hints, title)) for item in graded}
        written = [*write_results(out, graded, title, told), out / CLASS_PAGE, out / FOLDER]
    for line in unmarked:
        print(f"feedback: {shown(line)}", file=sys.stderr)
    if as_json:
        print(json.dumps(document(graded), ensure_ascii=False, indent=1))
    else:
        _print(results, due)
        console().print(f"Written: {', '.join(map(str, written))}")
    raise typer.Exit(int(any(item.status == "review" for item in graded)))


def _assignment(manifest: Path | None, network: str | None, rubric: Path | None, due: datetime | None) -> "Assignment":
    from backprop.classroom.grade import Assignment
    from backprop.classroom.grading.rubric import load_rubric
    from backprop.classroom.manifest import read_manifest
    from backprop.errors import BackpropError
    from backprop.network.load import load_network

    if manifest is not None and network is not None:
        raise BackpropError(f"--network {network}: the manifest says which network it is; one of the two is needed")
    return Assignment(
        load_rubric(rubric),
        None if manifest is None else read_manifest(manifest),
        None if network is None else load_network(network),
        due,
    )


def _print(results: "list[Result]", due: datetime | None) -> None:
    """What needs a human, then everyone's points, and how many there are of each."""
    from backprop.classroom.results.tables import number
    from backprop.classroom.submissions.matching import UNDATED
    from groundfloor.text import count

    graded = [result.graded for result in results]
    review = [item for item in graded if item.status == "review"]
    if review:
        print("A human looks at")
        reasons = [(item.student.name, item.file or "", "; ".join(item.review)) for item in review]
        print_table(("Student", "File", "Why"), reasons, left=("Student", "File", "Why"))
        print()
    rest = [item for item in graded if item.status != "review"]
    rows = [
        (item.student.name, number(item.points), number(item.maximum), item.verdict, "late" * item.late,
         str(sum(cost.points > 0 for cost in item.costs)))
        for item in rest
    ]  # fmt: skip
    if rows:
        print_table(("Student", "Points", "of", "Verdict", "", "Mistakes"), rows, left=("Student", "Verdict", ""))
        print()
    missing = sum(item.status == "missing" for item in rest)
    print(f"{count(len(graded), 'student')}: {len(rest) - missing:,} graded, {len(review):,} for a human, "
          f"{missing:,} missing.")  # fmt: skip
    undated = sum(UNDATED in item.notes for item in graded)
    if undated:
        print(f"--due {due}: of {undated:,} nothing tells when they were handed in, nor whether late.")
