"""Logs that programs print line by line: PyTorch's examples, Keras, loops of people's own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from reports.readmes.reading.document import Document, plain
from reports.readmes.reading.logs.results import Log, Percent, Result, same_accuracy, whole

_NUMBER = r"-?\d+(?:[.,]\d+)?(?:[eE][-+]?\d{1,3}(?!\d))?"
_SETS = r"test(?:ing)?|val(?:id(?:ation)?)?|train(?:ing)?"
_LABEL = re.compile(
    r"^[-=*#\s|>\[]*e?pochs?\s*(?:number|no\.?)?\s*[-:#=]{0,6}>?\s*\[?(\d{1,5})(?:\s*/\s*\d+)?\s*"
    r"(?:[-=:*,;|\]`(]|\.{2}|$|\w*loss|\d+%|lr|learning|summary|results?\b)",
    re.IGNORECASE,
)
_SETTING = re.compile(r"^\W*epochs\s*[:=]\s*\d+\W*$", re.IGNORECASE)  # how many they are to be
_BEHIND_BAR = re.compile(
    r"(?:it/s|s/it)\]\s*epochs?\s*:\s*(\d{1,5})\b", re.IGNORECASE
)  # a bar without a line end before it
_TEST = re.compile(
    r"(?:test|val(?:idation)?)[\s_]{0,9}(?:set|dataset)?\s{0,9}:?\s{0,9}\(?(?:epoch\s{0,9}:?\s{0,9}(?P<epoch>\d{1,5}))?\)?[\s,:]{0,9}"
    rf"(?:average|avg\.?|mean)?\s{{0,9}}loss\s{{0,9}}[:=]\s{{0,9}}(?P<loss>{_NUMBER}|nan)[\s,;|]{{0,9}}(?:test[\s_]{{0,3}})?"
    r"accuracy\s{0,9}[:=]\s{0,9}(?P<correct>\d[\d,]*)(?:\.0+)?\s*/\s*(?P<total>\d[\d,]*)\s*\((?P<percent>\d+(?:[.,]\d+)?)\s*%\s*\)",
    re.IGNORECASE,
)
_TRAIN = re.compile(
    r"\btrain(?:ing)?\s*set\b.{0,60}accuracy\s*[:=]\s*(?P<correct>\d[\d,]*)(?:\.0+)?\s*/\s*(?P<total>\d[\d,]*)",
    re.IGNORECASE,
)
_TRAINED = re.compile(r"\baccuracy\s*=\s*(?P<percent>\d{1,3}\.\d+)[^|]{0,12}100%", re.IGNORECASE)  # of a full bar
_METRIC = re.compile(
    rf"\b(?P<set>{_SETS})?[\s_.-]{{0,3}}acc(?:u(?:racy)?)?\b(?:\s*[:=]\s*|\s+(?=\d{{1,3}}\.\d))"
    r"(?P<value>\d{1,3}(?:[.,]\d+)?)(?!\d|\s*/)(?P<percent>\s*%)?",
    re.IGNORECASE,
)
_BRACKETED = re.compile(  # Train: 0.1902 (96.48%) | Test: 0.0957 (97.50%)
    rf"\b(?P<set>{_SETS})\s*:\s*(?:loss\s*[:=]?\s*)?(?P<loss>{_NUMBER})\s*\((?P<value>\d{{1,3}}(?:\.\d+)?)(?P<percent>\s*%)\)",
    re.IGNORECASE,
)
_OWN_LINE = re.compile(
    r"^\W*(?:test|val(?:idation)?)\s+acc(?:uracy)?\s*[:=]\s*\d+(?:\.\d+)?\s*%?\s*(?:[,|]?\s*(?:\w+\s+)?loss\s*[:=].*)?$",
    re.IGNORECASE,
)
_WITH_LOSS = re.compile(r"^\W*(?:test|val(?:id(?:ation)?)?)[\s_.]{1,3}loss\s*[:=]", re.IGNORECASE)
_SET_EPOCH = re.compile(rf"^\W*(?P<set>{_SETS})\s+epoch\s*:?\s*(?P<epoch>\d{{1,5}})\b", re.IGNORECASE)
_EPOCH_SET = re.compile(
    rf"^\W*epoch\s*:?\s*(?P<epoch>\d{{1,5}})(?:/\d+)?\s*[,|:-]\s*(?P<set>{_SETS})\b(?![\s_.]*(?:acc|loss)\b)",
    re.IGNORECASE,
)
_SET_BAR = re.compile(rf"^\W*epoch\s*:?\s*(?P<epoch>\d{{1,5}})\s+(?P<set>{_SETS})\s*:\s*100%", re.IGNORECASE)
_SET_LINE = re.compile(rf"^\W*(?P<set>{_SETS})\s+set\s*:", re.IGNORECASE)  # of the epoch before
_LOSS = re.compile(rf"\bloss\s*=\s*({_NUMBER})\s+batch_id", re.IGNORECASE)
_TEST_LOSS = re.compile(
    rf"\b(?:test|val(?:id(?:ation)?)?)[\s_.]{{1,3}}loss\s*[:=]\s*(?P<loss>{_NUMBER})", re.IGNORECASE
)
_RATE = re.compile(
    r"(?:\blr|learning[ _]rate)\b(?: of group \d+ to)?\s*[:=]?\s*\[?\s*"
    r"(?P<rate>\d*\.\d+(?:[eE]-?\d{1,2})?(?!\d|[eE]-?\d)|\d{1,12}[eE]-\d{1,2}(?!\d))",
    re.IGNORECASE,
)
_BAR = re.compile(r"100%[^\d]{0,40}(\d+)/(\d+) *\[(?:(\d+):)?(\d+):(\d+)<")
_KERAS_BAR = re.compile(r"^\s*(\d+)/\1\s.{0,80}?(?:-\s*)?(\d+)s\s+\d+m?s/step")
_WAITING = re.compile(r"^\s*\[(?:(\d+):)?(\d+):(\d+)<")  # the clock of a bar that was broken in two
_FULL = re.compile(r"100%[^\d]{0,40}(\d+)/(\d+)\s*$")
MOST_RESULTS = 1_000  # of a log


@dataclass(slots=True)
class _Reader:
    """What stands before the next result: the epoch's number, what was trained, whether a heading came."""

    results: list[Result] = field(default_factory=list)
    labelled: list[bool] = field(default_factory=list)  # of each result, whether anything told that an epoch ended
    label: int | None = None
    trained: dict[str, str | int | Fraction] = field(default_factory=dict)
    heading: bool = False

    def before(self, line: str) -> None:
        """Read what a line tells of the training."""
        match = _LABEL.match(line) or _BEHIND_BAR.search(line)
        if match and not _SETTING.match(line):
            self.label = int(match[1])
        if (match := _RATE.search(line)) is not None:
            self.trained["rate"] = Fraction(match["rate"])
        if (match := _LOSS.search(line)) is not None:
            self.trained["last_batch_loss"] = match[1]
        if (match := _BAR.search(line)) is not None:
            self.trained |= {"batches": int(match[2]), "seconds": _seconds(*match.groups()[2:])}
        elif (match := _KERAS_BAR.match(line)) is not None:
            self.trained |= {"batches": int(match[1][:9]), "seconds": int(match[2][:9])}
        elif (match := _FULL.search(line)) is not None:
            self.trained["batches"] = int(match[2])
        elif (match := _WAITING.match(line)) is not None and "batches" in self.trained:
            self.trained["seconds"] = _seconds(*match.groups())
        if (match := _TRAIN.search(line)) is not None and whole(match["total"]):
            self.trained["trained"] = Fraction(whole(match["correct"]), whole(match["total"]))
        elif (match := _TRAINED.search(line)) is not None and Fraction(match["percent"]) > 1:
            self.trained["trained"] = Fraction(match["percent"]) / 100

    def add(self, result: Result) -> Iterator[Log]:
        """Take a result in; the log before it, where it begins another."""
        epoch = result.epoch if result.epoch is not None else self.label
        previous = self.results[-1].epoch if self.results else None
        if self.results and epoch is not None and epoch == previous and same_accuracy(self.results[-1], result):
            self.results[-1] = _merged(self.results[-1], result, self.trained)
            self.label, self.trained = None, {}
            return
        restarts = epoch is not None and previous is not None and epoch <= previous
        if self.results and (restarts or (self.heading and epoch is None) or len(self.results) >= MOST_RESULTS):
            yield from self.ended()
        self.results.append(replace(result, epoch=epoch, **self.trained))  # type: ignore[arg-type]
        self.labelled.append(epoch is not None or bool(self.trained.keys() - {"rate"}))
        self.label, self.trained, self.heading = None, {}, False

    def train(self, epoch: int, accuracy: Fraction) -> bool:
        """Take in what was trained, of the result just read, where that is of the same epoch."""
        if self.results and self.results[-1].epoch == epoch and self.results[-1].trained is None:
            self.results[-1] = replace(self.results[-1], trained=accuracy)
            return True
        return False

    def ended(self) -> Iterator[Log]:
        """The log of the results so far; those at its end that nothing tells an epoch of only repeat one."""
        own = len(self.results)
        if sum(self.labelled) > 1:
            while not self.labelled[own - 1]:
                own -= 1
        if self.results:
            yield Log(_numbered(self.results[:own]), tuple(self.results[own:]))
        self.results, self.labelled = [], []


def printed_logs(document: Document) -> Iterator[Log]:
    """Each log of the document."""
    reader = _Reader()
    for number, raw in enumerate(document.lines, 1):
        reader.heading |= number in document.headings
        line = plain(raw)
        reader.before(line)
        found = [*_counted(number, line)] or [*_measured(number, line, reader)]
        for result in found:
            yield from reader.add(result)
    yield from reader.ended()


def _counted(number: int, line: str) -> Iterator[Result]:
    """Lines that print how many are right: Accuracy: 9821/10000 (98%)."""
    for match in _TEST.finditer(line):
        yield Result(
            line=number,
            percent=Percent(match["percent"], number, match.start("percent")),
            epoch=int(match["epoch"]) if match["epoch"] else None,
            loss=None if match["loss"].lower() == "nan" else match["loss"].replace(",", "."),
            correct=whole(match["correct"]),
            total=whole(match["total"]),
        )


def _measured(number: int, line: str, reader: _Reader) -> Iterator[Result]:
    """Lines with a percentage only, behind the number of an epoch: Val Acc: 97.91%, val_accuracy: 0.9632."""
    metrics = list(_METRIC.finditer(line)) if "acc" in line.lower() else []
    numbered = _LABEL.match(line) is not None or _BEHIND_BAR.search(line) is not None
    if numbered and not metrics and "%" in line:
        metrics = list(_BRACKETED.finditer(line))
    if not metrics or ("|" in line and line.count("|") > 5):
        return
    named = _SET_EPOCH.match(line) or _EPOCH_SET.match(line) or _SET_BAR.match(line)
    of_set = _SET_LINE.match(line) if len(metrics) == 1 else None
    set_ = named or of_set
    sets = [(match["set"] or (set_["set"] if set_ else "") or "").lower()[:2] for match in metrics]
    for name, match in zip(sets, metrics, strict=True):
        if name == "tr" or (not name and {"te", "va"} & {*sets}):
            accuracy = _percent(match, number).value
            if not (named and reader.train(int(named["epoch"]), accuracy)):
                reader.trained["trained"] = accuracy
    tested = [match for name, match in zip(sets, metrics, strict=True) if name in ("te", "va")]
    followed = reader.label is not None and (
        len(metrics) > 1
        or of_set is not None
        or any(pattern.match(line) is not None for pattern in (_OWN_LINE, _WITH_LOSS))
    )
    if len(tested) == 1 and (numbered or named or followed):
        loss = tested[0] if tested[0].re is _BRACKETED else _TEST_LOSS.search(line)
        yield Result(
            number, _percent(tested[0], number), epoch=int(named["epoch"]) if named else None,
            loss=loss["loss"].replace(",", ".") if loss else None,
        )  # fmt: skip


def _percent(match: re.Match[str], line: int) -> Percent:
    """The accuracy of a line; without a per cent sign and up to 1 it is a fraction."""
    text = match["value"]
    return Percent(text, line, match.start("value"), not match["percent"] and Fraction(text.replace(",", ".")) <= 1)


def _numbered(results: list[Result]) -> tuple[Result, ...]:
    """The results with the numbers filled in that follow from those beside them."""
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
    return tuple(replace(result, epoch=number) for result, number in zip(results, numbers, strict=True))


def _merged(told: Result, again: Result, trained: dict[str, str | int | Fraction]) -> Result:
    """A result that is told twice, with what either tells of it."""
    more = {name: value for name, value in trained.items() if getattr(told, name) is None}
    if again.correct is not None and told.correct is None:
        more |= {"percent": again.percent, "correct": again.correct, "total": again.total}  # type: ignore[dict-item]
    return replace(told, loss=told.loss or again.loss, **more)  # type: ignore[arg-type]


def _seconds(hours: str | None, minutes: str, seconds: str) -> int:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
