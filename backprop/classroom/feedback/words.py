"""The sentences that every form of a student's feedback shares."""

from backprop.classroom.feedback.hints import Hints
from backprop.classroom.feedback.parts import points_text
from backprop.classroom.feedback.told import Feedback, Mistake
from groundfloor.text import listed

SEVERITY = {"latent": "With the numbers that stand there now it gives the right result; with others it does not."}
_INTROS = {
    Hints.CELL: "These cells are wrong. What follows from them alone is not listed.",
    Hints.QUANTITY: "Each mistake with its kind and what to think of. What follows from it alone costs nothing.",
    Hints.FULL: "Each mistake with the formula that is right. What follows from it alone costs nothing.",
}


def points_line(feedback: Feedback) -> str:
    """86.5 of 100 points."""
    if feedback.waits:
        return "A teacher looks at this workbook before it has its points."
    if feedback.points is None:
        return "No points: nothing was handed in."
    return f"{points_text(feedback.points)} of {points_text(feedback.maximum)} points"


def summary(feedback: Feedback) -> list[str]:
    """What is to be said beside the points, in sentences."""
    lines = [feedback.message] if feedback.message else []
    if feedback.right:
        lines.append("Everything that was asked for is there and right.")
    if feedback.late:
        lines.append("It was handed in late.")
    return lines


def intro(feedback: Feedback) -> str:
    """What stands above the mistakes."""
    return _INTROS[feedback.level]


def follows_line(mistake: Mistake) -> str:
    """What is wrong only because of a mistake."""
    return f"Wrong only because of it: {listed(mistake.follows)}." if mistake.follows else ""
