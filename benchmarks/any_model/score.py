"""Does the checker prove any model? Workbooks with known truth, right, rewritten and slipped, checked and counted.

    python -m benchmarks.any_model --seed S --files N [--right] [--rewritings] [--slips] [--forward] [--keep DIR]

Without a choice of kinds, a third of the files of each but the last: workbooks that claim no derivative. Seeds 0 to 99
are for development: whoever improves the checker may look at their files. Seeds from 1000 on are for measuring: nobody
looks at them, and a figure that is quoted names its seed. The truth comes from the generator: its own interpreter
computes every number, its gradients are held against central differences, its values against IronCalc and LibreOffice
(tests/backprop/check/any_model). What a finding offers is evaluated by that interpreter at three random states of the
right workbook.
"""

import argparse
import csv
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.any_model.case import Case, NoPlaceError, make
from benchmarks.any_model.draw import settled, wish
from benchmarks.any_model.judge import Outcome, judge
from benchmarks.any_model.layouts.layouts import BLOCKS
from benchmarks.any_model.models import MODELS
from benchmarks.any_model.plant import Planted, plant
from benchmarks.any_model.rewritings import REWRITINGS
from benchmarks.any_model.sheet.book import save
from benchmarks.any_model.slips import SLIPS
from groundfloor.errors import InputError
from groundfloor.work.completed import completed
from groundfloor.work.engine import Where, open_engine
from groundfloor.work.task import Task

STRIDE = 100_000  # the seed of the number-th file is seed * STRIDE + number
HIDDEN = 4  # every so many slips one is looked for that the stored values do not show
AGAIN = 7_777_777  # from a workbook to the next one that is tried
WHAT = ("right", "rewriting", "slip", "forward")


def right_case(seed: int, rewriting: str = "") -> Case:
    drawn = wish(seed)
    return make(replace(drawn, rewriting=rewriting), MODELS[drawn.model])


def square_case(seed: int) -> Case:
    """Matrices with as many rows as columns, where a TRANSPOSE too much still computes."""
    drawn = wish(seed, ("perceptron",))
    layout = drawn.layout if drawn.layout in BLOCKS else "blocks"
    sizes = (drawn.sizes[1],) * len(drawn.sizes)
    output, loss = ("identity", "squared") if drawn.output == "softmax" else (drawn.output, drawn.loss)
    steps = drawn.steps if layout != "blocks" else 1
    changed = replace(drawn, sizes=sizes, layout=layout, arithmetic="mmult", output=output, loss=loss, steps=steps,
                      samples=3, augmented=False, derivatives="backpropagation", merged=False,
                      per_sample=False)  # fmt: skip
    return make(settled(changed), MODELS["perceptron"])


def quiet_case(seed: int) -> Case:
    """Equal weights, inputs of 0 and 1, one step: slips hide in its numbers."""
    drawn = wish(seed)
    return make(replace(drawn, inputs="binary", start="equal", steps=1, merged=False), MODELS[drawn.model])


def file_of(what: str, seed: int, number: int) -> tuple[Case, Planted | None]:
    """The number-th file of its kind: slips and rewritings take turns; where one finds no place, others are tried."""
    own = seed * STRIDE + number
    if what == "right":
        return right_case(own), None
    if what == "forward":
        drawn = replace(wish(own), forward=True, steps=1, merged=False, optimiser="none", closed="no", extras=False,
                        derivatives="backpropagation")  # fmt: skip
        return make(drawn, MODELS[drawn.model]), None
    for attempt in range(120):
        kinds = list(SLIPS if what == "slip" else REWRITINGS)
        kind = kinds[(number + attempt // 30) % len(kinds)]
        if what == "slip":
            hidden = number % HIDDEN == HIDDEN - 1 and attempt < 20
            maker = square_case if kind == "wrong transposition" else quiet_case if hidden else right_case
            case = maker(own + AGAIN * attempt)
            if planted := plant(case, kind, own, hidden):
                return case, planted
            continue
        try:
            return right_case(own + AGAIN * attempt, kind), None
        except NoPlaceError:
            continue
    raise RuntimeError(f"{what} {number} of seed {seed} finds no workbook")


def trial(what: str, seed: int, number: int, keep: Path | None) -> Outcome:
    """Write one file, check it, judge the report."""
    import backprop

    case, planted = file_of(what, seed, number)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.xlsx"
        save(planted.book, planted.values, file) if planted else save(case.right, case.values, file)
        start = time.perf_counter()
        report = asdict(backprop.check_workbook(file))
        outcome = judge(case, planted, what, report, time.perf_counter() - start)
        if keep and outcome.fails:
            keep.mkdir(parents=True, exist_ok=True)
            name = f"{what}-{seed}-{number:04}"
            (keep / f"{name}.xlsx").write_bytes(file.read_bytes())
            (keep / f"{name}.txt").write_text(f"{outcome.kind}: {outcome.story}\n{case.wish}\n", encoding="utf-8")
    return outcome


def _trial(job: tuple[str, int, int, Path | None]) -> Outcome:
    return trial(*job)


def run(jobs: Iterable[tuple[str, int, int, Path | None]], where: Where, end: float) -> list[Outcome]:
    """What became of each file, in order; none is begun after `end` on the monotonic clock."""
    outcomes: dict[tuple[str, int, int, Path | None], Outcome] = {}
    waiting = (Task(_trial, job) for job in jobs if time.monotonic() < end)
    with open_engine(where) as engine:
        for task, result in completed(waiting, engine):
            if isinstance(result, InputError):
                raise result
            outcomes[task.argument] = result
    return [outcomes[job] for job in jobs if job in outcomes]


def share(part: Iterable[bool]) -> str:
    values = list(part)
    return f"{100 * sum(values) / len(values):5.1f} %" if values else "   -   "


def table(outcomes: list[Outcome]) -> str:
    """Figures a kind of file, and what fails by model, layout, arithmetic and slip."""
    lines = []
    for what in WHAT:
        own = [each for each in outcomes if each.what == what]
        if not own:
            continue
        seconds = sorted(each.seconds for each in own)
        lines.append(f"{what}: {len(own)} files, {sum(seconds) / len(own):.2f} s a file (longest {seconds[-1]:.1f} s)")
        lines.append("  verdicts: " + ", ".join(f"{k} {n}" for k, n in Counter(e.verdict for e in own).most_common()))
        if what == "slip":
            lines.append(
                f"  found {share(e.found for e in own)}, at the right cells {share(e.placed for e in own)}, "
                f"right repair {share(e.mended for e in own)}, "
                f"latent ones found {share(e.found for e in own if not e.visible)}"
            )
        lines.append(f"  files with a false alarm: {sum(bool(each.alarms) for each in own)}")
    return "\n".join([*lines, *failures(outcomes)])


def failures(outcomes: list[Outcome]) -> list[str]:
    """Failing and all files by each property."""
    lines = []
    for title, of in (
        ("model", lambda e: e.wish.split(" | ")[0]), ("layout", lambda e: e.wish.split(" | ")[1]),
        ("arithmetic", lambda e: e.wish.split(" | ")[2]), ("kind", lambda e: f"{e.what}: {e.kind}"),
    ):  # fmt: skip
        every: dict[str, list[Outcome]] = defaultdict(list)
        for each in outcomes:
            every[of(each)].append(each)
        lines.append(f"\n{title:32} {'fails':>6} {'of':>5}  not found  not placed  not mended  alarms  not correct")
        for name, own in sorted(every.items(), key=lambda item: -sum(e.fails for e in item[1])):
            slips = [e for e in own if e.what == "slip"]
            other = [e for e in own if e.what != "slip"]
            lines.append(
                f"{name:32} {sum(e.fails for e in own):6} {len(own):5}  {sum(not e.found for e in slips):9}  "
                f"{sum(not e.placed for e in slips):10}  {sum(not e.mended for e in slips):10}  "
                f"{sum(bool(e.alarms) for e in own):6}  {sum(e.verdict != 'correct' for e in other):11}"
            )
    return [*lines, *_traits(outcomes)]


def _traits(outcomes: list[Outcome]) -> list[str]:
    """Traits of which clearly more fail than of all."""
    every = Counter(trait for each in outcomes for trait in each.traits)
    failing = Counter(trait for each in outcomes if each.fails for trait in each.traits)
    usual = sum(each.fails for each in outcomes) / max(len(outcomes), 1)
    worst = sorted(every, key=lambda trait: usual * every[trait] - failing[trait])
    chosen = [trait for trait in worst if failing[trait] > 1.3 * usual * every[trait]][:12]
    return ["", "fails more often:", *(f"  {trait}: {failing[trait]} of {every[trait]}" for trait in chosen)]


def write_lines(outcomes: list[Outcome], file: Path) -> None:
    """Every outcome as a line, its traits last."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(["what", "model", "layout", "arithmetic", "kind", "seed", "verdict", "fails", "found", "placed",
                        "mended", "alarms", "visible", "seconds", "traits"])  # fmt: skip
        for each in outcomes:
            lines.writerow([each.what, *each.wish.split(" | "), each.kind, each.seed, each.verdict, each.fails,
                            each.found, each.placed, each.mended, each.alarms, each.visible, f"{each.seconds:.3f}",
                            "; ".join(each.traits)])  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--right", action="store_true")
    parser.add_argument("--rewritings", action="store_true")
    parser.add_argument("--slips", action="store_true")
    parser.add_argument("--forward", action="store_true", help="workbooks without any derivative")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=1e9, help="no further file after so many")
    parser.add_argument("--keep", type=Path, help="where failing files are kept, each with its story")
    parser.add_argument(
        "--csv", type=Path, help="a line a file: model, layout, arithmetic, kind, and what became of it"
    )
    parser.add_argument("--show", type=int, default=10)
    given = parser.parse_args(arguments)
    chosen = [
        what for what, on in zip(WHAT, (given.right, given.rewritings, given.slips, given.forward), strict=True) if on
    ]
    chosen = chosen or list(WHAT[:3])
    jobs = [(chosen[i % len(chosen)], given.seed, i // len(chosen), given.keep) for i in range(given.files)]
    end = time.monotonic() + 60 * given.minutes
    outcomes = run(jobs, Where(given.jobs), end)
    if len(outcomes) < len(jobs):
        print(f"the time was up after {len(outcomes)} of {len(jobs)} files")
    print(table(outcomes))
    if given.csv:
        write_lines(outcomes, given.csv)
    for outcome in [each for each in outcomes if each.fails][: given.show]:
        print(f"\n{outcome.what} {outcome.kind}: {outcome.wish} (seed {outcome.seed})\n        {outcome.story}")
