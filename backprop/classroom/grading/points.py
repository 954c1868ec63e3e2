"""From a judged workbook to points: what each mistake costs, once, and what was asked and is not there. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from backprop.check.findings import Finding, Kind
from backprop.check.proof.model import NEW
from backprop.classroom.grading.asked import Task
from backprop.classroom.grading.graded import Cost, PartPoints
from backprop.classroom.grading.items import OF_TABLE, items, main_table, missing, same
from backprop.classroom.grading.rubric import Rubric
from backprop.classroom.judging.blame import ALL, Wrong
from backprop.classroom.judging.judged import Judged, JudgedTable, Mistake
from backprop.classroom.judging.quantities import Quantities
from backprop.classroom.parts import Part
from backprop.printers.quantities import written
from groundfloor.text import count, listed

CHANGE_NO_NUMBER = (Kind.STALE_VALUE, Kind.ERROR_VALUE)


@dataclass(frozen=True, slots=True)
class Points:
    """What a workbook is worth."""

    parts: tuple[PartPoints, ...] = ()  # none where nothing can be proposed
    costs: tuple[Cost, ...] = ()
    lacking: tuple[str, ...] = ()
    review: tuple[str, ...] = ()


def points_of(judged: Judged, rubric: Rubric, task: Task) -> Points:
    """The points of a workbook that has been judged."""
    number = main_table(judged.tables, task)
    if number is None or judged.quantities is None:
        return Points(costs=tuple(Cost(each.finding, Part.FILLED_DOWN, 0.0, ()) for each in judged.mistakes))
    return _Grading(judged, judged.quantities, rubric, task, number).points()


@dataclass
class _Grading:
    """One workbook while it is graded: what has been lost so far."""

    judged: Judged
    quantities: Quantities
    rubric: Rubric
    task: Task
    number: int
    lost: dict[Part, float] = field(default_factory=dict)
    charged: set[str] = field(default_factory=set)  # quantities that have cost something already
    emptied: set[str] = field(default_factory=set)  # quantities of which further rows are empty
    absent: set[str] = field(default_factory=set)  # quantities in whose place a formula reads an empty cell
    lacking: list[str] = field(default_factory=list)
    review: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.table = self.judged.tables[self.number]
        self.items = items(self.table, self.quantities)
        parts = {part for part in self.task.parts if part in self.items.values() or part in OF_TABLE}
        given = {part: points for part, points in self.rubric.points.items() if part in parts and points > 0}
        scale = self.rubric.total / sum(given.values()) if given else 0.0
        self.maximum = {part: points * scale for part, points in given.items()}
        weights = self.rubric.weights
        self.weight = {name: weights.get(name, weights.get(written(name), 1.0)) for name in self.items}

    def points(self) -> Points:
        """What all of it is worth."""
        own = [mistake for mistake in self.judged.mistakes if mistake.table in (self.number, None)]
        costs = [self._cost(mistake) for mistake in own]
        self._missing()
        if self.table.pasted:
            self._pasted()
        self._rows()
        costs += self._other_rates()
        self._chart()
        parts = tuple(
            PartPoints(part, max(0.0, most - self.lost.get(part, 0.0)), most) for part, most in self.maximum.items()
        )
        costs.sort(key=lambda cost: -cost.points)
        return Points(parts, tuple(costs), tuple(self.lacking), tuple(self.review))

    # -- mistakes -----------------------------------------------------------------------------------------------------

    def _cost(self, mistake: Mistake) -> Cost:
        """What a mistake of the table that counts costs."""
        finding = mistake.finding
        if finding.kind is Kind.NOT_COMPUTABLE:
            self.review.append(f"{finding.sheet}!{finding.cell} is not computed here: {finding.explanation}")
        wrong = mistake.wrong or tuple(self._named(mistake))
        self.absent |= {each.name for each in wrong if each.empty and each.name not in self.table.begins}
        wrong = tuple(each for each in wrong if each.name not in self.absent)
        charges = [self._charge(each, self._share(mistake)) for each in wrong]
        part = max(charges, key=lambda pair: pair[1], default=(self._part(finding), 0.0))[0]
        lost = 0.0 if self.table.pasted else sum(points for _, points in charges)
        if finding.kind in CHANGE_NO_NUMBER or finding.severity == "latent":
            return Cost(finding, part, lost, ())
        follows = {name for each in wrong for name in self.quantities.follows(each.name)} - {w.name for w in wrong}
        names = (*self.quantities.parts, *mistake.shared)
        return Cost(finding, part, lost, tuple(name for name in dict.fromkeys(names) if name in follows | {
            *mistake.shared} and (name in self.table.begins or name in mistake.shared)))  # fmt: skip

    def _part(self, finding: Finding) -> Part:
        """The part of the quantity that a finding names."""
        named = (part for name, part in self.items.items() if finding.quantity in (name, written(name)))
        return next(named, Part.FILLED_DOWN)

    def _named(self, mistake: Mistake) -> Iterator[Wrong]:
        """The quantity of a finding outside all tables; pasted curves are no quantity's cell."""
        if mistake.table is None and mistake.finding.kind is not Kind.PASTED_VALUES_DIFFER:
            for name in self.items:
                if mistake.finding.quantity in (name, written(name)):
                    yield Wrong(name, self.table.first, self.table.last)

    def _share(self, mistake: Mistake) -> float:
        """The share of the quantity's points that a mistake of this kind costs."""
        rules, finding = self.rubric.rules, mistake.finding
        match finding.kind:
            case Kind.HARD_CODED:
                return rules.hard_coded
            case Kind.STALE_VALUE:
                return rules.stale_value
            case Kind.ERROR_VALUE:
                return rules.error_value
            case Kind.PASTED_VALUES_DIFFER:
                return rules.pasted
        return rules.latent if finding.severity == "latent" else 1.0

    def _charge(self, wrong: Wrong, share: float) -> tuple[Part, float]:
        """Take what it costs from its part; nothing where the quantity has cost something already."""
        if wrong.name == ALL or (wrong.empty and wrong.first > self._begins(wrong.name)):
            self.emptied.add(wrong.name)
            cells = (wrong.last - wrong.first + 1) / (1 if wrong.name == ALL else max(1, len(self.items)))
            return Part.FILLED_DOWN, self._take(Part.FILLED_DOWN, share * cells / max(1, self.task.rows - 1))
        if wrong.name in self.charged or share == 0:
            return self.items.get(wrong.name, Part.FILLED_DOWN), 0.0
        self.charged.add(wrong.name)
        part = self.items.get(wrong.name)
        if part is not None and wrong.first <= self._begins(wrong.name):
            return part, self._take(part, share * self._of_part(wrong.name, part))
        return Part.FILLED_DOWN, self._take(Part.FILLED_DOWN, share / max(1, len(self.items)))

    def _begins(self, name: str) -> int:
        return self.table.begins.get(name, self.table.first)

    def _of_part(self, name: str, part: Part) -> float:
        """The quantity's share of its part."""
        return self.weight[name] / sum(self.weight[each] for each, of in self.items.items() if of is part)

    def _take(self, part: Part, share: float) -> float:
        """Take a share of the part, as far as something is left of it; the points."""
        most, lost = self.maximum.get(part, 0.0), self.lost.get(part, 0.0)
        taken = min(share * most, most - lost)
        self.lost[part] = lost + taken
        return taken

    # -- what is not there --------------------------------------------------------------------------------------------

    def _missing(self) -> None:
        absent: dict[Part, list[str]] = {}
        for name, part in self.items.items():
            lacks = name in self.absent or missing(name, self.table, self.quantities)
            if part in self.maximum and name not in self.charged and lacks:
                self._take(part, self._of_part(name, part))
                self.charged.add(name)
                absent.setdefault(part, []).append(written(name.removeprefix(NEW)))
        for part, names in absent.items():
            self.lacking.append(f"{part.replace('_', ' ')}: nothing was found for {listed(names)}")

    def _pasted(self) -> None:
        for part in self.maximum:
            if part not in (Part.CHART, Part.OTHER_RATES):
                self._take(part, self.rubric.rules.pasted)
        self.lacking.append(f"sheet {self.table.sheet!r}: numbers without formulas")
        self.review.append(f"sheet {self.table.sheet!r} holds numbers without formulas")

    def _rows(self) -> None:
        """Rows that were asked for and are not filled down."""
        if Part.FILLED_DOWN not in self.maximum or self.table.pasted:
            return
        there = _rows(self.table)
        if there < self.task.rows:
            self._take(Part.FILLED_DOWN, (self.task.rows - there) / (self.task.rows - 1))
            self.lacking.append(f"{count(there, 'row')} with formulas; {self.task.rows:,} were asked for")

    def _chart(self) -> None:
        if Part.CHART not in self.maximum or self.table.charted:
            return
        self._take(Part.CHART, 1.0)
        if self.table.charted is None:
            self.review.append("there is a chart of which nobody can tell whether it shows the loss")
        self.lacking.append("no chart of the loss was found")

    # -- other learning rates -----------------------------------------------------------------------------------------

    def _other_rates(self) -> list[Cost]:
        """What the tables of further learning rates cost; what they share with the first one costs nothing again."""
        others = self._others() if Part.OTHER_RATES in self.maximum else []
        each = 1 / max(1, self.task.tables - 1)
        costs = []
        for number, table in others:
            seen: set[str] = set()
            for mistake in (mistake for mistake in self.judged.mistakes if mistake.table == number):
                names = {wrong.name for wrong in mistake.wrong} - self.charged - self.emptied - seen
                seen |= names
                share = self._share(mistake) * each * len(names) / max(1, len(self.items))
                lost = 0.0 if table.pasted else self._take(Part.OTHER_RATES, share)
                costs.append(Cost(mistake.finding, Part.OTHER_RATES, lost, ()))
            if table.pasted:
                self._take(Part.OTHER_RATES, each * self.rubric.rules.pasted)
                self.lacking.append(f"sheet {table.sheet!r}: numbers without formulas")
            elif _rows(table) < self.task.rows:
                self._take(Part.OTHER_RATES, each * (self.task.rows - _rows(table)) / self.task.rows)
        absent = self.task.tables - 1 - len(others) if Part.OTHER_RATES in self.maximum else 0
        if absent > 0:
            self._take(Part.OTHER_RATES, absent * each)
            self.lacking.append(f"{count(absent, 'table')} of further learning rates are missing"
                                if absent > 1 else "the table of one further learning rate is missing")  # fmt: skip
        counted = {number for number, _ in others} | {self.number, None}
        rest = [mistake for mistake in self.judged.mistakes if mistake.table not in counted]
        return [*costs, *(Cost(mistake.finding, Part.OTHER_RATES, 0.0, ()) for mistake in rest)]

    def _others(self) -> list[tuple[int, JudgedTable]]:
        """The tables of the further learning rates, one for each that is asked."""
        rest = [(number, table) for number, table in enumerate(self.judged.tables) if number != self.number]
        if not self.task.rates:
            return rest[: self.task.tables - 1]
        found = []
        for rate in self.task.rates[1:]:
            of_rate = [pair for pair in rest if pair[1].rate is not None and same(pair[1].rate, rate)]
            found += sorted(of_rate, key=lambda pair: pair[1].pasted)[:1]
        return found


def _rows(table: JudgedTable) -> int:
    return table.filled_to - table.first + 1
