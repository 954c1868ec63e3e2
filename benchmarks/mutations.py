"""Does the checker find every mistake? Plant single changes in correct workbooks of every layout, and look.

    python benchmarks/mutations.py [--network NAME] [--count 5000] [--rewrites 1000] [--seed 0] [--jobs 2] [--show 10]
        [--scheduler tcp://HOST:8786 | --slurm PARTITION]

Whether a change matters is decided without the checker: every changed cell is computed in doubles from right cells,
under two sets of random given numbers, and compared with what stood there before. A change that matters must be found
at its cell; the formula that the finding offers, filled down its range, must give the right numbers. A change that does
not matter, and an equivalent rewriting, must raise no alarm.
"""

import argparse
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from openpyxl.utils.cell import range_boundaries

from backprop.check.check import check_book
from backprop.check.findings import FileReport, Finding, Kind
from backprop.derivation.derive import Derivation, derive
from backprop.epochs.columns import column_names
from backprop.network import DEFAULT_NETWORK
from backprop.network.load import load_network
from backprop.spreadsheet.book import CONSTANT, Cell, address
from backprop.spreadsheet.formula import FormulaError, Node, parse, references, render
from backprop.spreadsheet.xlsx.read import read_book
from backprop.workbook.layout import rate_sheet, sheet_name
from backprop.workbook.write import write_workbook
from benchmarks.rewrites import REWRITES
from benchmarks.slips import MUTATIONS, Change, formulas
from groundfloor.errors import InputError
from groundfloor.work.completed import in_order
from groundfloor.work.engine import Where, open_engine
from groundfloor.work.task import Task
from tests.backprop.check.calculator import Calculator
from tests.backprop.check.layouts import (
    BIASES,
    LAYOUTS,
    MAZUR_LAYOUTS,
    Cells,
    Place,
    as_book,
    build,
    changed,
    disturbed,
)
from tests.backprop.check.spellings import ORDER

SUBJECTS = {DEFAULT_NETWORK: LAYOUTS, "mazur": MAZUR_LAYOUTS}  # of other networks only our own workbooks
SEEDS = (1, 2)
SAME = 1e-9
A_TASK = 25  # changes
MOST = 0.8  # of the wrong quantities of an epoch that went wrong as a whole must be named


@dataclass(frozen=True)
class Outcome:
    """What became of one change."""

    kind: str
    layout: str
    matters: bool
    found: bool = False
    right_cell: bool = False
    right_formula: bool = False
    alarms: int = 0  # findings at cells that were not changed, or about a change that does not matter
    echoes: int = 0  # error values told where a formula only inherits them
    seconds: float = 0.0
    story: str = ""


@dataclass
class Subject:
    """A correct workbook with its numbers under other given numbers."""

    name: str
    cells: Cells
    names: frozenset[str]  # of quantities; other lines are helpers
    worlds: list[Calculator] = field(default_factory=list)
    quantities: set[Cell] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.quantities = {place.cell(name, step) for place in self.cells.places for name in place.lines
                           if name in self.names for step in range(place.first, place.last + 1)}  # fmt: skip
        self.worlds = [disturbed(self.cells, seed) for seed in SEEDS]
        if self.cells.pasted:  # pasted numbers belong to the given numbers as they are
            self.worlds = [Calculator(self.cells.cells, self.cells.names)]

    def differing(self, contents: Mapping[Cell, object]) -> set[Cell]:
        """The cells of the workbook that show another number once all is computed anew."""
        found = set()
        for seed, world in zip(SEEDS, self.worlds, strict=False):
            cells = changed(self.cells, contents)  # type: ignore[arg-type]
            after = Calculator(cells.cells, cells.names) if self.cells.pasted else disturbed(cells, seed)
            for cell, content in self.cells.cells.items():
                new, right = after.value(cell), world.value(cell)
                same = new == right or (new is not None and right is not None and abs(new - right) <= SAME * abs(right))
                if not same and not isinstance(content, str):
                    found.add(cell)
        return found

    def is_wrong_quantity(self, cell: Cell, contents: Mapping[Cell, object]) -> bool:
        """Whether a quantity is wrong as its formula and helpers now stand: in rows exchanged, some slips cancel."""
        if cell not in self.quantities:
            return False
        for world in self.worlds:
            now = Calculator({**self.cells.cells, **contents}, self.cells.names)  # type: ignore[dict-item]
            now.known = {each: world.value(each) for each in self.quantities - {cell}}
            new, right = now.value(cell), world.value(cell)
            if cell in now.circles or new is None or right is None or abs(new - right) > SAME * abs(right):
                return True
        return False

    def wrong(self, contents: Mapping[Cell, object]) -> tuple[set[Cell], bool]:
        """The cells whose new content is worth another number than the old one; and whether any reads itself."""
        after = Calculator({**self.cells.cells, **contents}, self.cells.names)
        for cell in contents:
            after.value(cell)
        wrong = {c for c, content in contents.items() if c in after.circles or self.shows_another(c, content)}
        return wrong, bool(after.circles)

    def shows_another(self, cell: Cell, content: object) -> bool:
        old = self.cells.cells.get(cell)
        if isinstance(content, float) and not isinstance(old, float | str | None):
            return True
        if isinstance(content, float | str) and isinstance(old, float):
            return not isinstance(content, float) or abs(content - old) > SAME * abs(old)
        for world in self.worlds:
            new, right = world.result(content, cell), world.value(cell)
            if new is None or right is None or abs(new - right) > SAME * abs(right):
                return True
        return False


def own_workbook(derivation: Derivation, form: str) -> Cells:
    """Our own workbook, read back; its places and given numbers from its layout."""
    rates = (0.5, 2.0)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "own.xlsx"
        write_workbook(derivation, file, learning_rates=rates, epochs=8, form=form)
        book = read_book(file)
    made = Cells(names=dict(book.names))
    for sheet in book.sheets.values():
        for column, cells in sheet.columns.items():
            for row, tree in zip(cells.rows, cells.trees, strict=True):
                value = sheet.value(row, column)
                made.cells[sheet.name, row, column] = book.trees[tree] if tree != CONSTANT else value  # type: ignore[assignment]
    layout = rate_sheet(derivation, 8, form)
    fixed = {str(symbol) for symbol in derivation.parameters if symbol not in derivation.trained}
    for rate in rates:
        lines = {name: range_boundaries(f"{letter}1")[0] for name, letter in layout.columns.items() if name != "epoch"}
        given = fixed | {name for name in lines if re.fullmatch(r"[it]\d+(_s\d+)?", name)}
        updated = frozenset(map(str, derivation.trained))
        steps = layout.first_row, layout.last_row
        made.places.append(Place(sheet_name(rate), *steps, lines, False, frozenset(given), updated))
        made.givens.append(((sheet_name(rate), 2, 3),))
    made.givens += [((name, row, column),) for (name, row, column), content in made.cells.items()
                    if name == "Network" and column == 3 and isinstance(content, float)]  # fmt: skip
    return made


@cache
def subjects(network: str = DEFAULT_NETWORK) -> tuple[Derivation, list[Subject]]:
    derivation = derive(load_network(network))
    names = frozenset((*ORDER, *BIASES, *column_names(derivation)))
    made = [Subject(layout.name, build(layout), names) for layout in SUBJECTS.get(network, ())]
    made += [Subject(f"our own, {form}", own_workbook(derivation, form), names) for form in ("closed", "steps")]
    return derivation, made


def plant(seed: int, index: int, subject: Subject, slips: Mapping[str, Change]) -> tuple[str, dict[Cell, object]]:
    """The index-th change: its kind and the new contents. Kinds take turns; one that finds no place gives way."""
    draw = random.Random(f"{seed}/{index}")
    names = list(slips)
    for attempt in range(100):
        kind = names[(index + attempt) % len(names)] if attempt % 5 == 4 else names[index % len(names)]
        place = draw.choice(subject.cells.places)
        contents = slips[kind](subject.cells, place, draw)
        contents = {c: new for c, new in contents.items() if new != subject.cells.cells.get(c)}
        if contents and {c[1:] for c in contents} and _possible(contents):
            return kind, contents
    raise RuntimeError(f"no change fits {subject.name}")


def _possible(contents: Mapping[Cell, object]) -> bool:
    return all(
        min(reference.at(*cell[1:])) >= 1
        for cell, content in contents.items()
        if not isinstance(content, float | str)
        for reference in references(content)  # type: ignore[arg-type]
    )


def judge(
    subject: Subject, kind: str, contents: dict[Cell, object], wrong: set[Cell], report: FileReport, seconds: float
) -> Outcome:
    """Hold the findings against the change."""
    told = [
        (finding, cells(finding)) for finding in report.findings if finding.kind is not Kind.ERROR_VALUE or not wrong
    ]
    echoes = len(report.findings) - len(told)
    stray = [finding for finding, where in told if not where & (wrong or set())]
    if report.verdict not in ("correct", "mistakes"):
        stray = [*stray, *report.findings[:1]] or list(report.findings)
    story = _story(subject, contents, report)
    if not wrong:
        alarms = len(report.findings) + (report.verdict != "correct")
        return Outcome(kind, subject.name, False, alarms=alarms, seconds=seconds, story=story)
    hit = [(finding, where) for finding, where in told if where & wrong]
    by_line = {}
    whole_rows = len({_line(subject, cell) for cell in contents}) > 1
    for cell in sorted(wrong):
        if not whole_rows or subject.is_wrong_quantity(cell, contents):
            by_line.setdefault(_line(subject, cell), cell)
    firsts = {(finding.sheet, *_corner(finding.cell)) for finding, _ in hit}
    begins = {min(c for c in contents if _line(subject, c) == line) for line in by_line}
    placed = [
        cell in firsts or any(start in begins and _line(subject, start) == line for start in firsts)
        or any(len({_line(subject, c) for c in where}) > 1 and cell in where for _, where in hit)
        for line, cell in by_line.items()
    ]  # fmt: skip
    right_cell = sum(placed) >= (MOST if whole_rows else 1.0) * len(placed)
    right_formula = bool(hit) and all(_mends(subject, finding, where & set(contents)) for finding, where in hit)
    steps = {_step(subject, cell) for cell in contents}
    spill = [
        f
        for f, where in hit
        if (where - set(contents) if f.quantity != "all" else {_step(subject, c) for c in where} - steps)
    ]
    return Outcome(
        kind, subject.name, True, bool(hit), right_cell and not spill, right_formula, len(stray), echoes, seconds, story
    )


def _line(subject: Subject, cell: Cell) -> tuple[str, int]:
    return cell[0], cell[1] if _is_transposed(subject, cell) else cell[2]


def _step(subject: Subject, cell: Cell) -> tuple[str, int]:
    return cell[0], cell[2] if _is_transposed(subject, cell) else cell[1]


def _is_transposed(subject: Subject, cell: Cell) -> bool:
    return next((place.transposed for place in subject.cells.places if place.sheet == cell[0]), False)


def _corner(text: str) -> tuple[int, int]:
    column, row, _, _ = range_boundaries(text)
    return row, column


def cells(finding: Finding) -> set[Cell]:
    """Every cell of a finding's range."""
    found = set()
    for part in finding.range.split(","):
        left, top, right, bottom = range_boundaries(part)
        found |= {(finding.sheet, r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
    return found


def _mends(subject: Subject, finding: Finding, where: Iterable[Cell]) -> bool:
    """Whether what should be there, filled down, is right everywhere."""
    if finding.should_be is None:
        return finding.quantity == "all"  # epochs repeated, or in each other's place
    try:
        tree = parse(finding.should_be, *_corner(finding.cell))
    except FormulaError:
        return False
    return not any(reads_itself(tree, cell) or subject.shows_another(cell, tree) for cell in where)


def reads_itself(tree: Node, cell: Cell) -> bool:
    return any((each.sheet or cell[0], *each.at(*cell[1:])) == cell for each in references(tree))


def _story(subject: Subject, contents: Mapping[Cell, object], report: FileReport) -> str:
    def shown(cell: Cell, content: object) -> str:
        return str(content) if isinstance(content, float | str | None) else f"={render(content, *cell[1:])}"  # type: ignore[arg-type]

    first = next(iter(contents))
    change = f"{shown(first, subject.cells.cells.get(first))} -> {shown(first, contents[first])}"
    lines = [f"{len(contents)} cells from {first[0]}!{address(*first[1:])}: {change}"]
    lines += [f"  {report.verdict} {report.message}"]
    for found in report.findings[:4]:
        lines.append(f"  {found.sheet}!{found.range} {found.quantity} {found.kind.value} {found.severity}: "
                     f"{found.formula} -> {found.should_be} ({found.explanation})")  # fmt: skip
    return "\n      ".join(lines)


def trial(seed: int, slips: Mapping[str, Change], index: int, network: str) -> Outcome:
    """Plant one change and check the workbook; every other one without stored results."""
    derivation, every = subjects(network)
    if slips is REWRITES:
        every = [subject for subject in every if any(formulas(subject.cells, place) for place in subject.cells.places)]
    subject = every[index // len(slips) % len(every)] if slips is MUTATIONS else every[index % len(every)]
    kind, contents = plant(seed, index, subject, slips)
    if slips is REWRITES and (differing := subject.differing(contents)):
        raise RuntimeError(f"{kind} is no equivalent rewriting in {subject.name}: {sorted(differing)[:3]}")
    wrong, circular = (set(), False) if slips is REWRITES else subject.wrong(contents)
    # Spreadsheets store nothing sensible for cells that read themselves.
    book = as_book(changed(subject.cells, contents), cached=index % 2 == 0 and not circular)  # type: ignore[arg-type]
    start = time.perf_counter()
    report = check_book(book, derivation)
    return judge(subject, kind, contents, wrong, report, time.perf_counter() - start)


def mutation(seed: int, index: int, network: str = DEFAULT_NETWORK) -> Outcome:
    return trial(seed, MUTATIONS, index, network)


def rewrite(seed: int, index: int, network: str = DEFAULT_NETWORK) -> Outcome:
    return trial(seed, REWRITES, index, network)


def run(work: Callable[..., Outcome], seed: int, count: int, where: Where, network: str) -> list[Outcome]:
    parts = [range(count)[at : at + A_TASK] for at in range(0, count, A_TASK)]
    outcomes = []
    with open_engine(where) as engine:
        for _, result in in_order([Task(_several, (work, seed, part, network)) for part in parts], engine):
            if isinstance(result, InputError):
                raise result
            outcomes += result
    return outcomes


def _several(argument: tuple[Callable[..., Outcome], int, Sequence[int], str]) -> list[Outcome]:
    work, seed, indices, network = argument
    return [work(seed, index, network) for index in indices]


def table(outcomes: list[Outcome], key: Callable[[Outcome], str]) -> Iterator[str]:
    heads = ("planted", "matter", "found", "cell", "formula", "alarms", "echoes", "s/check")
    yield f"{'':<26} " + " ".join(f"{head:>7}" for head in heads)
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(key(outcome), []).append(outcome)
    for name, group in [*groups.items(), ("all", outcomes)]:
        matter = [outcome for outcome in group if outcome.matters]
        counts = Counter()
        for outcome in matter:
            counts.update(found=outcome.found, cell=outcome.right_cell, formula=outcome.right_formula)
        alarms = sum(outcome.alarms > 0 for outcome in group)
        echoes = sum(outcome.echoes > 0 for outcome in group)
        seconds = sum(outcome.seconds for outcome in group) / len(group)
        figures = (len(group), len(matter), counts["found"], counts["cell"], counts["formula"], alarms, echoes)
        yield f"{name:<26} " + " ".join(f"{figure:>7,}" for figure in figures) + f" {seconds:>7.3f}"
    matter = [outcome for outcome in outcomes if outcome.matters]
    if matter:
        share = {
            name: sum(getattr(o, name) for o in matter) / len(matter)
            for name in ("found", "right_cell", "right_formula")
        }
        yield "  ".join(f"{name} {value:.2%}" for name, value in share.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", default=DEFAULT_NETWORK)
    parser.add_argument("--count", type=int, default=5_000, help="changes to plant")
    parser.add_argument("--rewrites", type=int, default=1_000, help="equivalent rewritings")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--scheduler", help="of Dask, whose workers do it")
    parser.add_argument("--slurm", help="partition, by whose jobs it is done")
    parser.add_argument("--show", type=int, default=0, help="failures to describe")
    options = parser.parse_args()
    where = Where(options.jobs, options.scheduler, options.slurm)
    for title, work, count in (("mutations", mutation, options.count), ("rewrites", rewrite, options.rewrites)):
        if not count:
            continue
        outcomes = run(work, options.seed, count, where, options.network)
        print(f"{options.network}: {title}, seed {options.seed}")
        for key in (lambda outcome: outcome.kind), (lambda outcome: outcome.layout):
            print("\n".join(table(outcomes, key)), end="\n\n")
        failed = [(k, o) for k, o in enumerate(outcomes)
                  if o.alarms or (o.matters and not (o.right_cell and o.right_formula))]  # fmt: skip
        for index, outcome in failed[: options.show]:
            words = ("found" * outcome.found, "cell" * outcome.right_cell, "formula" * outcome.right_formula)
            print(f"{index} {outcome.kind} in {outcome.layout}: {' '.join(words)}, {outcome.alarms} alarms")
            print(f"      {outcome.story}")


if __name__ == "__main__":
    from benchmarks import mutations

    mutations.main()  # whose functions other processes have by name
