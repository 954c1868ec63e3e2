"""A result as Gradescope's results.json: a score and, for each part, a test with its points.

https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format
"""

from typing import Any

from backprop.classroom.grading.graded import Graded
from backprop.classroom.results.tables import named

DECIMALS = 6


def gradescope_json(graded: Graded, output: str) -> dict[str, Any]:
    """The document; a submission that a human decides has no score of its own, and is hidden.

    `output` is what the student reads above the tests, as markdown. Why a human looks is left out: the reasons may name
    other students.
    """
    tests = [
        {"name": named(part.part), "score": round(part.points, DECIMALS), "max_score": round(part.maximum, DECIMALS)}
        for part in graded.parts
    ]
    decided = graded.status == "graded"
    document: dict[str, Any] = {"output": output, "output_format": "md"}
    document["extra_data"] = {"status": graded.status, "late": graded.late}
    if decided:
        return {"score": round(graded.points or 0.0, DECIMALS), **document, "tests": tests}
    return {"score": 0.0, **document, "visibility": "hidden", "tests": []}
