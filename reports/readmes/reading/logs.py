"""Training logs in a README: test lines as PyTorch's examples print them, and tables with a row an epoch."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from reports.readmes.reading.document import Document, cells

_NUMBER = r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_LABEL = re.compile(
    r"^[-=*#\s|>\[]*e?pochs?\s*[-:#=]?\s*(\d{1,5})(?:\s*/\s*\d+)?\s*(?:[-=:*,|\]]|$|loss|\d+%|lr)", re.IGNORECASE
)
_TEST = re.compile(
    r"(?:test|val(?:idation)?)\s{0,9}(?:set|dataset)?\s{0,9}:?\s{0,9}(?:epoch\s{0,9}:?\s{0,9}(?P<epoch>\d{1,5}))?[\s,]{0,9}"
    rf"(?:average|avg\.?)?\s{{0,9}}loss\s{{0,9}}[:=]\s{{0,9}}(?P<loss>{_NUMBER})[\s,;]{{0,9}}accuracy\s{{0,9}}[:=]\s{{0,9}}"
    r"(?P<correct>\d[\d,]*)\s*/\s*(?P<total>\d[\d,]*)\s*\((?P<percent>\d+(?:\.\d+)?)\s*%\s*\)",
    re.IGNORECASE,
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
    """A percentage as printed, and where."""

    text: str
    line: int
    column: int

    @property
    def value(self) -> Fraction:
        """As a fraction of one."""
        return Fraction(self.text) / 100

    @property
    def decimals(self) -> int:
        """Digits behind the point."""
        return len(self.text.partition(".")[2])


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

    @property
    def accuracy(self) -> Fraction:
        """The accuracy as exactly as it is told."""
        return Fraction(self.correct, self.total) if self.correct is not None and self.total else self.percent.value

    @property
    def wording(self) -> str:
        """The accuracy for a reader: 98.64 % (9864 of 10000)."""
        if self.correct is None:
            return f"{self.percent.text} %"
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


def _printed_logs(document: Document) -> Iterator[Log]:
    results: list[Result] = []
    label: int | None = None
    trained: dict[str, str | int] = {}
    heading = False
    for number, line in enumerate(document.lines, 1):
        heading |= number in document.headings
        if match := _LABEL.match(line):
            label = int(match[1])
        if (match := _LOSS.search(line)) is not None:
            trained["last_batch_loss"] = match[1]
        if (match := _BAR.search(line)) is not None:
            trained |= {"batches": int(match[2]), "seconds": _seconds(*match.groups()[2:])}
        elif (match := _FULL.search(line)) is not None:
            trained["batches"] = int(match[2])
        elif (match := _WAITING.match(line)) is not None and "batches" in trained:
            trained["seconds"] = _seconds(*match.groups())
        for match in _TEST.finditer(line):
            printed_epoch = match["epoch"]
            epoch = int(printed_epoch) if printed_epoch else label
            previous = results[-1].epoch if results else None
            restarts = epoch is not None and previous is not None and epoch <= previous
            if results and (restarts or (heading and epoch is None) or len(results) >= MOST_RESULTS):
                yield _numbered(results)
                results = []
            results.append(
                Result(
                    line=number,
                    percent=Percent(match["percent"], number, match.start("percent")),
                    epoch=epoch,
                    loss=match["loss"],
                    correct=_whole(match["correct"]),
                    total=_whole(match["total"]),
                    **trained,  # type: ignore[arg-type]
                )
            )
            label, trained, heading = None, {}, False
    if results:
        yield _numbered(results)


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
    for block in document.of_kind("row"):
        if block.first != last + 1 and results:
            yield Log(tuple(results))
            results = []
        last = block.first
        head = [name.casefold() for name in block.header]
        epochs = [index for index, name in enumerate(head) if name in ("epoch", "epochs")]
        accuracies = [index for index, name in enumerate(head) if _ACCURACY.search(name)]
        row = cells(document.lines[block.first - 1])
        if len(epochs) != 1 or len(accuracies) != 1 or len(row) != len(head) or not row[epochs[0]][0].isdecimal():
            continue
        text, column = row[accuracies[0]]
        if not (match := _PERCENT.fullmatch(text)):
            continue
        right = next(((index, m[1]) for index, name in enumerate(head) if (m := _RIGHT_OF.search(name))), None)
        counted = _whole(row[right[0]][0]) if right and re.fullmatch(r"\d[\d,]*", row[right[0]][0]) else None
        results.append(
            Result(
                line=block.first,
                percent=Percent(match[1], block.first, column),
                epoch=int(row[epochs[0]][0][:6]),
                correct=counted,
                total=_whole(right[1]) if right and counted is not None else None,
            )
        )
    if results:
        yield Log(tuple(results))


def _whole(text: str) -> int:
    return int(text.replace(",", "")[:12] or "0")


def _seconds(hours: str | None, minutes: str, seconds: str) -> int:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
