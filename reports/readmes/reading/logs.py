"""Training logs in a README: what PyTorch's examples, Keras and others print, and tables with a row an epoch."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from reports.readmes.reading.document import Document, cells, plain

_NUMBER = r"-?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?"
_LABEL = re.compile(
    r"^[-=*#\s|>\[]*e?pochs?\s*(?:number|no\.?)?\s*[-:#=]{0,6}>?\s*(\d{1,5})(?:\s*/\s*\d+)?\s*"
    r"(?:[-=:*,|\]`(]|\.{2}|$|\w*loss|\d+%|lr)",
    re.IGNORECASE,
)
_TEST = re.compile(
    r"(?:test|val(?:idation)?)[\s_]{0,9}(?:set|dataset)?\s{0,9}:?\s{0,9}(?:epoch\s{0,9}:?\s{0,9}(?P<epoch>\d{1,5}))?[\s,]{0,9}"
    rf"(?:average|avg\.?)?\s{{0,9}}loss\s{{0,9}}[:=]\s{{0,9}}(?P<loss>{_NUMBER}|nan)[\s,;|]{{0,9}}(?:test[\s_]{{0,3}})?"
    r"accuracy\s{0,9}[:=]\s{0,9}(?P<correct>\d[\d,]*)\s*/\s*(?P<total>\d[\d,]*)\s*\((?P<percent>\d+(?:[.,]\d+)?)\s*%\s*\)",
    re.IGNORECASE,
)
_TRAIN = re.compile(
    r"\btrain(?:ing)?\s*set\b.{0,60}accuracy\s*[:=]\s*(?P<correct>\d[\d,]*)\s*/\s*(?P<total>\d[\d,]*)", re.IGNORECASE
)
_TRAINED = re.compile(r"\baccuracy\s*=\s*(?P<percent>\d{1,3}\.\d+)[^|]{0,12}100%", re.IGNORECASE)  # of a full bar
_METRIC = re.compile(
    r"\b(?P<set>test(?:ing)?|val(?:id(?:ation)?)?|train(?:ing)?)?[\s_.-]{0,3}acc(?:u(?:racy)?)?\b\s*[:=]\s*"
    r"(?P<value>\d{1,3}(?:[.,]\d+)?)(?!\s*/)(?P<percent>\s*%)?",
    re.IGNORECASE,
)
_OWN_LINE = re.compile(r"^\W*(?:test|val(?:idation)?)\s+acc(?:uracy)?\s*[:=]\s*\d+(?:\.\d+)?\s*%?\s*$", re.IGNORECASE)
_SET_EPOCH = re.compile(
    r"^\W*(?P<set>test|val(?:idation)?|train(?:ing)?)\s+epoch\s*:?\s*(?P<epoch>\d{1,5})\b", re.IGNORECASE
)
_LOSS = re.compile(rf"\bloss\s*=\s*({_NUMBER})\s+batch_id", re.IGNORECASE)
_BAR = re.compile(r"100%[^\d]{0,40}(\d+)/(\d+) *\[(?:(\d+):)?(\d+):(\d+)<")
_WAITING = re.compile(r"^\s*\[(?:(\d+):)?(\d+):(\d+)<")  # the clock of a bar that was broken in two
_FULL = re.compile(r"100%[^\d]{0,40}(\d+)/(\d+)\s*$")
_ACCURACY = re.compile(r"(?:test|val(?:idation)?)\.?\s+acc(?:uracy)?\b(?!.*rendered)|^acc(?:uracy)?$", re.IGNORECASE)
MOST_RESULTS = 1_000  # of a log
_RIGHT_OF = re.compile(r"(?:right|correct)\s+(?:out )?of\s+(\d[\d,]*)", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%?")


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage as printed, and where; or a fraction of one, as Keras prints it."""

    text: str
    line: int
    column: int
    fraction: bool = False

    @property
    def value(self) -> Fraction:
        """As a fraction of one."""
        number = Fraction(self.text.replace(",", "."))
        return number if self.fraction else number / 100

    @property
    def decimals(self) -> int:
        """Digits behind the point of the percentage."""
        return max(0, len(self.text.replace(",", ".").partition(".")[2]) - 2 * self.fraction)


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured after one epoch. `correct` and `total` are None where only a percentage is printed."""

    line: int
    percent: Percent
    epoch: int | None = None
    loss: str | None = None
    correct: int | None = None
    total: int | None = None
    last_batch_loss: str | None = None
    batches: int | None = None
    seconds: int | None = None
    trained: Fraction | None = None  # the accuracy on the training images, as a fraction of one

    @property
    def accuracy(self) -> Fraction:
        """The accuracy as exactly as it is told."""
        counted = self.correct is not None and self.total and self.correct <= self.total
        return Fraction(self.correct or 0, self.total or 1) if counted else self.percent.value

    @property
    def wording(self) -> str:
        """The accuracy for a reader: 98.64 % (9864 of 10000)."""
        if self.correct is None:
            return f"{self.percent.text} %" if not self.percent.fraction else f"{float(self.accuracy * 100):.4g} %"
        return f"{float(self.accuracy * 100):.2f} % ({self.correct:,} of {self.total:,})"


@dataclass(frozen=True, slots=True)
class Log:
    """The results of one training, in order."""

    results: tuple[Result, ...]

    @property
    def first(self) -> int:
        """Its first line."""
        return self.results[0].line

    @property
    def last(self) -> int:
        """Its last line."""
        return self.results[-1].line

    @property
    def best(self) -> Result:
        """The result of highest accuracy, the first of equals."""
        return max(self.results, key=lambda result: (result.accuracy, -result.line))

    @property
    def complete(self) -> bool:
        """Whether it holds every epoch from the first on."""
        numbers = [result.epoch for result in self.results]
        return len(numbers) > 1 and numbers in (list(range(len(numbers))), list(range(1, len(numbers) + 1)))

    def at(self, epoch: int) -> list[Result]:
        """The results that one may call that epoch's: two, where the log counts from 0."""
        from_zero = self.results[0].epoch == 0
        return [result for result in self.results if result.epoch in ((epoch, epoch - 1) if from_zero else (epoch,))]


def read_logs(document: Document) -> tuple[Log, ...]:
    """Every log of the document, in order of lines."""
    logs = [*_printed_logs(document), *_table_logs(document)]
    return tuple(sorted(logs, key=lambda log: log.first))


@dataclass(slots=True)
class _Reader:
    """What stands before the next result: the epoch's number, what was trained, whether a heading came."""

    results: list[Result] = field(default_factory=list)
    label: int | None = None
    trained: dict[str, str | int | Fraction] = field(default_factory=dict)
    heading: bool = False

    def before(self, line: str) -> None:
        """Read what a line tells of the training."""
        if match := _LABEL.match(line):
            self.label = int(match[1])
        if (match := _LOSS.search(line)) is not None:
            self.trained["last_batch_loss"] = match[1]
        if (match := _BAR.search(line)) is not None:
            self.trained |= {"batches": int(match[2]), "seconds": _seconds(*match.groups()[2:])}
        elif (match := _FULL.search(line)) is not None:
            self.trained["batches"] = int(match[2])
        elif (match := _WAITING.match(line)) is not None and "batches" in self.trained:
            self.trained["seconds"] = _seconds(*match.groups())
        if (match := _TRAIN.search(line)) is not None and _whole(match["total"]):
            self.trained["trained"] = Fraction(_whole(match["correct"]), _whole(match["total"]))
        elif (match := _TRAINED.search(line)) is not None:
            self.trained["trained"] = Fraction(match["percent"]) / 100

    def add(self, result: Result) -> Iterator[Log]:
        """Take a result in; the log before it, where it begins another."""
        epoch = result.epoch if result.epoch is not None else self.label
        previous = self.results[-1].epoch if self.results else None
        restarts = epoch is not None and previous is not None and epoch <= previous
        if self.results and (restarts or (self.heading and epoch is None) or len(self.results) >= MOST_RESULTS):
            yield _numbered(self.results)
            self.results = []
        self.results.append(replace(result, epoch=epoch, **self.trained))  # type: ignore[arg-type]
        self.label, self.trained, self.heading = None, {}, False


def _printed_logs(document: Document) -> Iterator[Log]:
    reader = _Reader()
    for number, raw in enumerate(document.lines, 1):
        reader.heading |= number in document.headings
        line = plain(raw)
        reader.before(line)
        found = [*_counted(number, line)] or [*_measured(number, line, reader)]
        for result in found:
            yield from reader.add(result)
    if reader.results:
        yield _numbered(reader.results)


def _counted(number: int, line: str) -> Iterator[Result]:
    """Lines that print how many are right: Accuracy: 9821/10000 (98%)."""
    for match in _TEST.finditer(line):
        yield Result(
            line=number,
            percent=Percent(match["percent"], number, match.start("percent")),
            epoch=int(match["epoch"]) if match["epoch"] else None,
            loss=None if match["loss"].lower() == "nan" else match["loss"].replace(",", "."),
            correct=_whole(match["correct"]),
            total=_whole(match["total"]),
        )


def _measured(number: int, line: str, reader: _Reader) -> Iterator[Result]:
    """Lines with a percentage only, behind the number of an epoch: Val Acc: 97.91%, val_accuracy: 0.9632."""
    metrics = list(_METRIC.finditer(line)) if "acc" in line.lower() else []
    if not metrics or ("|" in line and line.count("|") > 3):
        return
    named = _SET_EPOCH.match(line)
    sets = [(match["set"] or (named["set"] if named else "") or "").lower()[:2] for match in metrics]
    for name, match in zip(sets, metrics, strict=True):
        if name == "tr" or (not name and {"te", "va"} & {*sets}):
            reader.trained["trained"] = _percent(match, number).value
    tested = [match for name, match in zip(sets, metrics, strict=True) if name in ("te", "va")]
    numbered = named is not None or _LABEL.match(line) is not None
    followed = reader.label is not None and (len(metrics) > 1 or _OWN_LINE.match(line) is not None)
    if len(tested) == 1 and (numbered or followed):
        yield Result(number, _percent(tested[0], number), epoch=int(named["epoch"]) if named else None)


def _percent(match: re.Match[str], line: int) -> Percent:
    """The accuracy of a line; without a per cent sign and up to 1 it is a fraction."""
    text = match["value"]
    return Percent(text, line, match.start("value"), not match["percent"] and Fraction(text.replace(",", ".")) <= 1)


def _numbered(results: list[Result]) -> Log:
    """The log with the numbers filled in that follow from those beside them."""
    numbers = [result.epoch for result in results]
    known, start = next(((index, number) for index, number in enumerate(numbers) if number is not None), (0, None))
    if start is not None:
        for index in range(known):
            numbers[index] = start - (known - index)
        for index in range(known + 1, len(numbers)):
            before = numbers[index - 1]
            if numbers[index] is None and before is not None:
                numbers[index] = before + 1
        if min(number for number in numbers if number is not None) < 0:
            numbers = [result.epoch for result in results]
    return Log(tuple(replace(result, epoch=number) for result, number in zip(results, numbers, strict=True)))


def _table_logs(document: Document) -> Iterator[Log]:
    results: list[Result] = []
    last = -1
    for line, header in _table_rows(document):
        if line != last + 1 and results:
            yield Log(tuple(results))
            results = []
        last = line
        head = [name.casefold() for name in header]
        epochs = [index for index, name in enumerate(head) if name in ("epoch", "epochs")]
        accuracies = [index for index, name in enumerate(head) if _ACCURACY.search(name)]
        row = cells(document.lines[line - 1])
        if len(epochs) != 1 or len(accuracies) != 1 or len(row) != len(head) or not row[epochs[0]][0].isdecimal():
            continue
        text, column = row[accuracies[0]]
        if not (match := _PERCENT.fullmatch(text)):
            continue
        right = next(((index, m[1]) for index, name in enumerate(head) if (m := _RIGHT_OF.search(name))), None)
        counted = _whole(row[right[0]][0]) if right and re.fullmatch(r"\d[\d,]*", row[right[0]][0]) else None
        results.append(
            Result(
                line=line,
                percent=Percent(match[1], line, column, "%" not in text and Fraction(match[1]) <= 1),
                epoch=int(row[epochs[0]][0][:6]),
                correct=counted,
                total=_whole(right[1]) if right and counted is not None else None,
            )
        )
    if results:
        yield Log(tuple(results))


def _table_rows(document: Document) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of markdown tables, and of tables that programs drew with bars inside a fence, with their heads."""
    header: tuple[str, ...] = ()
    for block in document.of_kind("row", "fence"):
        if block.kind == "row":
            yield block.first, block.header
            continue
        for number in range(block.first, block.last + 1):
            line = document.lines[number - 1].strip()
            if not line.startswith("|"):
                header = header if line.startswith("+") else ()
            elif re.search(r"\bepochs?\b", line, re.IGNORECASE):
                header = tuple(text for text, _ in cells(line))
            elif header:
                yield number, header


def _whole(text: str) -> int:
    return int(text.replace(",", "")[:12] or "0")


def _seconds(hours: str | None, minutes: str, seconds: str) -> int:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
