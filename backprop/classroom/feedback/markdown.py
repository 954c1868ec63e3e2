"""A student's feedback as GitHub-flavoured markdown. No text of a file or a name becomes markup."""

from collections.abc import Iterator

from backprop.classroom.feedback.parts import part_name, points_text
from backprop.classroom.feedback.told import Feedback, Mistake
from backprop.classroom.feedback.words import SEVERITY, follows_line, intro, points_line, summary
from groundfloor.pages import markdown
from groundfloor.text import shown


def to_markdown(feedback: Feedback) -> str:
    """Points by part, then the mistakes."""
    lines = [f"# {_text(feedback.title)}: feedback", "", f"{_text(feedback.name)}, {_code(feedback.file)}"]
    lines += ["", f"**{_text(points_line(feedback))}**"]
    if said := summary(feedback):
        lines += ["", " ".join(map(_text, said))]
    if feedback.parts:
        lines += ["", "| part | points | of |", "| :--- | ---: | ---: |"]
    for part in feedback.parts:
        points = f"{points_text(part.points)} | {points_text(part.maximum)}"
        lines.append(f"| {_text(part_name(part.part))} | {points} |")
    for part in feedback.parts:
        if part.rule:
            lines += ["", f"{_text(part_name(part.part).capitalize())}: {_text(part.rule)}"]
    if feedback.lacking:
        lines += ["", "What was asked for and is not there:", "", *(f"- {_text(line)}" for line in feedback.lacking)]
    if feedback.mistakes:
        lines += ["", "## What to look at", "", _text(intro(feedback))]
    for number, mistake in enumerate(feedback.mistakes, 1):
        lines += ["", *_mistake(number, mistake)]
    return "\n".join(lines).rstrip() + "\n"


def _mistake(number: int, mistake: Mistake) -> Iterator[str]:
    indent = " " * len(f"{number}. ")
    about = [f"{_code(mistake.sheet)} {_code(mistake.range)}", _text(mistake.quantity), _text(mistake.kind)]
    if mistake.points:
        about.append(f"−{points_text(mistake.points)}")
    yield f"{number}. {' · '.join(filter(None, about))}"
    sentences = [f"{mistake.hint[:1].upper()}{mistake.hint[1:]}." if mistake.hint else "", mistake.explanation]
    if mistake.quantity:
        sentences += [SEVERITY.get(mistake.severity, ""), follows_line(mistake)]
    for sentence in filter(None, sentences):
        yield from ("", f"{indent}{_text(sentence)}")
    details = [
        (label, _code(text)) for label, text in (("is", mistake.formula), ("should be", mistake.should_be)) if text
    ]
    details += [("effect", _text(mistake.effect))] if mistake.effect else []
    if details:
        yield ""
    yield from (f"{indent}- {label} {text}" for label, text in details)


def _text(text: str) -> str:
    return markdown.escape(shown(text).strip())


def _code(text: str) -> str:
    return markdown.code(shown(text))
