"""Does every exercise come back? Each preset at each level: given out, filled in, graded.

    python -m benchmarks.classroom.presets [--networks xor mazur] [--levels 1 2 3 4]

One student hands in the key's formulas and gets all points; another has a factor 2 too many in one derivative, which
costs that derivative's share of its part, once, and nothing else.
"""

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from backprop.classroom.give_out import STUDENTS, Order, give_out
from backprop.classroom.grade import Assignment, Result, grade_class
from backprop.classroom.grading.rubric import load_rubric
from backprop.classroom.levels import LEVELS
from backprop.classroom.manifest import Manifest, exercise_of
from backprop.classroom.roster import Person
from backprop.derivation.derive import Derivation, derive
from backprop.errors import BackpropError
from backprop.network.load import load_network, presets
from tests.backprop.classroom.filled import fill_in, own_table, right_formulas, sheet_of

EPOCHS = 5
RIGHT, SLIP = Person("1", "Ada Right"), Person("2", "Bo Slip")


@dataclass(frozen=True)
class RoundTrip:
    """What the two got."""

    right: Result
    slip: Result
    seconds: float


def round_trip(name: str, level: int, folder: Path) -> RoundTrip:
    """Give the exercise to two, fill both in, grade them; BackpropError where the network is no exercise."""
    start = time.perf_counter()
    order = Order(load_network(name), 1, level, EPOCHS, None, "closed", False)
    manifest = give_out(order, [RIGHT, SLIP], folder / "out")
    (folder / "in").mkdir()
    for number, student in enumerate(manifest.students):
        _hand_in(manifest, number, folder / "out" / STUDENTS / student.file, folder / "in" / student.file)
    results = grade_class([folder / "in"], Assignment(load_rubric(), manifest=manifest))
    by_id = {result.graded.student.id: result for result in results}
    return RoundTrip(by_id[RIGHT.id], by_id[SLIP.id], time.perf_counter() - start)


def _hand_in(manifest: Manifest, number: int, blank: Path, file: Path) -> None:
    exercise = exercise_of(manifest, manifest.students[number])
    derivation, level = derive(exercise.network), manifest.level
    contents = right_formulas(derivation, level, EPOCHS)
    if number == 1:
        layout = sheet_of(derivation, level, EPOCHS)
        for row in range(layout.first_row, layout.last_row + 1):
            cell = layout.cell(slipped(derivation), row)
            contents[cell] = f"=2*({str(contents[cell])[1:]})"
    if level == max(LEVELS):
        contents |= own_table(derivation, EPOCHS, exercise.rates[0])
    fill_in(blank, contents, file, sheet_of(derivation, level, EPOCHS) if level > 2 else None)


def slipped(derivation: Derivation) -> str:
    """The derivative that the second student has doubled: that of the last weight of the output layer."""
    return f"dE_d{derivation.layers[-1][-1].weights[-1].name}"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", nargs="+", default=presets())
    parser.add_argument("--levels", nargs="+", type=int, default=LEVELS)
    options = parser.parse_args(arguments)
    print(f"{'network':<20} level {'right':>12} {'one slip':>12}  lost in          seconds")
    for name in options.networks:
        for level in options.levels:
            with tempfile.TemporaryDirectory() as folder:
                try:
                    done = round_trip(name, level, Path(folder))
                except BackpropError as error:
                    print(f"{name:<20} {level:>5} {error}")
                    continue
            lost = [part.part for part in done.slip.graded.parts if part.points < part.maximum]
            print(f"{name:<20} {level:>5} {_said(done.right):>12} {_said(done.slip):>12}  {', '.join(lost):<16} "
                  f"{done.seconds:.1f}")  # fmt: skip
            for result in (done.right, done.slip):
                for line in (*result.graded.review, *result.graded.lacking):
                    print(f"    {result.graded.student.name}: {line}")


def _said(result: Result) -> str:
    points = result.graded.points
    return f"{'' if points is None else f'{points:.2f}'} {'' if result.graded.status == 'graded' else 'review'}"


if __name__ == "__main__":
    main()
