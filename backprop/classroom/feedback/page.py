"""A student's feedback as one self-contained page. Every text is escaped; nothing is loaded."""

from typing import Any

from jinja2 import Environment, StrictUndefined

from backprop.check.report.differences import differences
from backprop.classroom.feedback.parts import part_name, points_text
from backprop.classroom.feedback.told import Feedback, Mistake
from backprop.classroom.feedback.words import SEVERITY, follows_line, intro, points_line, summary
from groundfloor.pages import page as shell
from groundfloor.text import shortened, shown

HERE = "backprop.classroom.feedback"
MOST_SHOWN = 10_000  # characters of one text; Excel's longest formula has 8,192


def to_html(feedback: Feedback, workbook: str = "") -> str:
    """The page; `workbook` is the name of the annotated copy beside it, where there is one."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    body = environment.from_string(shell.read_part(HERE, "page.html.j2")).render(
        title=shown(feedback.title),
        name=shown(feedback.name),
        file=shown(feedback.file),
        workbook=workbook,
        points=points_line(feedback),
        waits=feedback.waits,
        share=100 * (feedback.points or 0.0) / feedback.maximum if feedback.maximum else None,
        lines=[shown(line) for line in summary(feedback)],
        parts=[
            (part_name(part.part), points_text(part.points), points_text(part.maximum),
             100 * part.points / part.maximum if part.maximum else 100.0, part.rule)
            for part in feedback.parts
        ],
        lacking=[shown(line) for line in feedback.lacking],
        intro=intro(feedback) if feedback.mistakes else "",
        mistakes=[_mistake(mistake) for mistake in feedback.mistakes],
    )  # fmt: skip
    style = shell.read_part(HERE, "page.css")
    return shell.page(f"{shown(feedback.title)}: {shown(feedback.name)}", body, style=style)


def _mistake(mistake: Mistake) -> dict[str, Any]:
    old, new = (shortened(text, MOST_SHOWN) for text in (mistake.formula, mistake.should_be))
    before, after = differences(old, new) if old and new else ([(old, False)], [(new, False)])
    sentence = f"{mistake.hint[:1].upper()}{mistake.hint[1:]}." if mistake.hint else ""
    latent = SEVERITY.get(mistake.severity, "") if mistake.quantity else ""
    return {
        "place": shown(mistake.sheet),
        "range": shortened(mistake.range, MOST_SHOWN),
        "lost": f"−{points_text(mistake.points)}" if mistake.points else "",
        "quantity": shown(mistake.quantity),
        "kind": mistake.kind,
        "severity": mistake.severity,
        "hint": sentence,
        "explanation": shortened(mistake.explanation, MOST_SHOWN),
        "notes": [line for line in (latent, shown(follows_line(mistake))) if line],
        "formula": before if old else None,
        "should_be": after if new else None,
        "effect": shown(mistake.effect),
    }
