"""The page of a class, for the lecturer: what needs a human, the spread of totals, frequent mistakes, every student.

Self-contained: every text is escaped, nothing is loaded; it leads to the students' own pages beside it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, StrictUndefined

from backprop.check.report.phrases import LOOKS
from backprop.classroom.feedback.figures import BINS, ClassFigures, Share, class_figures
from backprop.classroom.feedback.parts import SHORT, part_name, points_text
from backprop.classroom.grading.graded import Graded, Part
from groundfloor.pages import page as shell
from groundfloor.text import count, listed, shortened, shown

HERE = "backprop.classroom.feedback"
MOST_LISTED, MOST_COMMON = 12, 8  # kinds and quantities; mistakes in common
MOST_SHOWN = 400  # characters of one text
STATUS = {"graded": "graded", "review": "for a human", "missing": "missing"}


def to_html(graded: Sequence[Graded], title: str = "Backpropagation", pages: Mapping[str, str] | None = None) -> str:
    """The page; `pages` has the address of each student's own page by the student's id.

    The same results give the same bytes.
    """
    figures, pages = class_figures(graded), pages or {}
    parts = [each.part for each in figures.parts]
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["count"] = count
    environment.filters["points"] = points_text
    names = {item.student.id: _name(item) for item in graded}
    body = environment.from_string(shell.read_part(HERE, "class.html.j2")).render(
        title=shown(title),
        figures=figures,
        tiles=_tiles(figures),
        bins=_bars(figures),
        parts=[(part_name(each.part), 100 * each.share) for each in figures.parts],
        heads=[(SHORT[part], part_name(part)) for part in parts],
        kinds=_shares(figures.kinds, figures.students - figures.missing),
        quantities=_shares(figures.quantities, figures.students - figures.missing),
        common=[(shown(each.name), each.students, each.hint) for each in figures.common[:MOST_COMMON]],
        review=[_student(item, parts, pages) for item in graded if item.status == "review"],
        same=[listed([names.get(each, shown(each)) for each in group], 12) for group in figures.same_files],
        students=[_student(item, parts, pages) for item in graded],
        filters=_filters(graded),
    )
    style, script = shell.read_part(HERE, "class.css"), shell.read_part(HERE, "class.js")
    return shell.page(f"{shown(title)}: {count(figures.students, 'student')}", body, style=style, script=script)


def _name(item: Graded) -> str:
    return shortened(item.student.name or item.student.id, MOST_SHOWN)


def _tiles(figures: ClassFigures) -> list[tuple[str, str]]:
    """What stands at the top: value and label."""
    tiles = [(f"{figures.graded:,}", "graded"), (f"{figures.review:,}", "for a human"),
             (f"{figures.missing:,}", "missing"), (f"{figures.late:,}", "late")]  # fmt: skip
    if figures.mean is not None:
        tiles += [(points_text(round(figures.mean, 1)), f"mean of {points_text(figures.maximum)}"),
                  (points_text(round(figures.median or 0.0, 1)), "median")]  # fmt: skip
    return tiles


def _bars(figures: ClassFigures) -> list[tuple[tuple[int, int], int, float]]:
    """Each tenth of the points: from where to where, how many students, how high its bar is from 0 to 1."""
    most = max(figures.bins, default=0) or 1
    step = 100 // BINS
    return [((number * step, (number + 1) * step), total, total / most)
            for number, total in enumerate(figures.bins)]  # fmt: skip


def _shares(shares: Sequence[Share], of: int) -> list[tuple[str, int, float, float]]:
    """Name, students, their share in percent, and the width of a bar."""
    most = max((each.students for each in shares), default=1)
    return [
        (shortened(each.name, MOST_SHOWN), each.students, 100 * each.students / max(1, of), 100 * each.students / most)
        for each in shares[:MOST_LISTED]
    ]


def _student(item: Graded, parts: Sequence[Part], pages: Mapping[str, str]) -> dict[str, Any]:
    got = {part.part: part for part in item.parts}
    look = LOOKS.get(item.verdict)  # type: ignore[call-overload]
    return {
        "name": _name(item),
        "id": shortened(item.student.id, MOST_SHOWN),
        "page": pages.get(item.student.id, ""),
        "status": item.status,
        "state": STATUS[item.status],
        "points": points_text(item.points),
        "value": "" if item.points is None else f"{item.points:.6f}",
        "parts": [_part(got.get(part)) for part in parts],
        "mistakes": len(item.costs),
        "verdict": f"{look.symbol} {look.words}" if look else item.verdict,
        "late": item.late,
        "attempts": item.attempts,
        "alike": len(item.same_file_as),
        "shared": max((cost.alike for cost in item.costs), default=0),
        "reasons": [shortened(reason, MOST_SHOWN) for reason in item.review],
        "notes": [shortened(note, MOST_SHOWN) for note in item.notes],
        "file": shortened(item.file or "", MOST_SHOWN),
        "flags": " ".join(flag for flag, true in _flags(item).items() if true),
    }


def _part(part: Any) -> tuple[str, str, str]:
    """Points, the same as a number to sort by, and whether they are all, some or none."""
    if part is None:
        return "–", "", "none"
    look = "all" if part.points >= part.maximum else "some" if part.points else "none"
    return points_text(part.points), f"{part.points:.6f}", look


def _flags(item: Graded) -> dict[str, bool]:
    full = item.status == "graded" and item.points is not None and item.points == item.maximum
    return {"review": item.status == "review", "missing": item.status == "missing", "late": item.late,
            "alike": bool(item.same_file_as), "full": full, "mistakes": bool(item.costs)}  # fmt: skip


def _filters(graded: Sequence[Graded]) -> list[tuple[str, str, int]]:
    """Buttons above the table: flag, words, how many; none that would show nobody."""
    words = {"review": "for a human", "mistakes": "with mistakes", "full": "all points", "late": "late",
             "alike": "same file", "missing": "missing"}  # fmt: skip
    totals = {flag: sum(_flags(item)[flag] for item in graded) for flag in words}
    return [(flag, text, totals[flag]) for flag, text in words.items() if totals[flag]]
