"""Accuracies claimed in prose, against the log: "achieved 99.42 % at epoch 12"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence, Sentence, alike, sentences, squeeze
from reports.readmes.proof.findings import Edit, Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_nearest, is_rounding, show
from reports.readmes.proof.stated import is_another_s, judge_accuracy
from reports.readmes.reading.logs.results import Log, Result
from reports.readmes.rules.registry import rule
from reports.readmes.rules.retold.printed import check_printed
from reports.readmes.rules.runs.bests import check_new_bests
from reports.readmes.rules.runs.twice import check_twice

_P = r"(?<![\d.])(?<!±)(?<!± )(?<!\+/-)(?<!\+/- )(?P<percent>\d{1,3}(?:\.\d{1,6})?)\s*%"
_EPOCH = (
    r"(?:at|in|on|by|after|within)\s+(?:the\s+)?"
    r"(?:(?P<before>\d{1,4})\s?(?:st|nd|rd|th)?\s+epochs?\b|epochs?\s*(?:no\.?|number|\#)?\s*(?P<after>\d{1,4})\b)"
)
_ACHIEVED = re.compile(
    r"\b(?:achieved|acheived|reached|got|attained|obtained|hit|scored|"
    r"(?:best|highest|max(?:imum)?|final)\s+(?:\w+\s+){0,2}accuracy)\b"
    rf"[^.%;:\n<>]{{0,50}}?(?P<more>>=?|≥|over|above|more than|at least)?[\s:]*{_P}(?:[^.%;\n]{{0,50}}?{_EPOCH})?",
    re.IGNORECASE,
)
_MILESTONE = re.compile(  # told by its own rule
    r"\b(?:from|since|consisten\w*|onwards?|(?:cross|surpass|exceed|pass|touch)(?:es|ed|s|ing)?|first hit)\b",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"\b(?:in|within|by|after)\s+(?:the\s+)?\d{1,4}\s+epochs$", re.IGNORECASE)
_AFTER = re.compile(rf"{_P}[^.%;|\n]{{0,80}}?\b(?:epoch|the best),?\s+(?P<after>\d{{1,4}})\b(?!\s*%)", re.IGNORECASE)
_OF_ACCURACY = re.compile(r"\b(?:accura\w*|acc|right|correct\w*|achieved|acheived|reached)\b", re.IGNORECASE)
_REACHED = re.compile(
    rf"{_P}\s+(?:\w+\s+){{0,2}}?(?:(?P<first>first)\s+)?reached\s+(?:first\s+)?in\s+"
    r"(?:epoch\s+(?P<after>\d{1,4})|(?P<none>no)\s+epoch)\b",
    re.IGNORECASE,
)
_AIM = re.compile(r"(?<![\d.])(?P<percent>\d{1,3}(?:\.\d{1,6})?)\s*%\s*(?:\w+\s+){0,3}?accuracy\b", re.IGNORECASE)
_AIMED = re.compile(
    r"\b(?:achieve|acheive|minimum|at least|target\w*|goals?|aim\w*|must|have to|had to|intention|required?|"
    r"requirement\w*|constrain\w*|reach|task)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    rf"(?<![\d,.])(?P<correct>\d[\d,]*)(?:\.0+)?\s*(?:of|/|out of)\s*(?P<total>\d[\d,]*)\s*\(\s*{_P}\s*\)"
    rf"|{_P.replace('percent', 'ahead2')}\s*\(\s*(?P<right2>\d[\d,]*)\s*/\s*(?P<all2>\d[\d,]*)"
    rf"|{_P.replace('percent', 'ahead')}[^.%;|:]{{0,30}}:\s*(?P<right>\d[\d,]*)\s+(?:of|out of)\s+(?P<all>\d[\d,]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A percentage that a sentence says was reached, perhaps in an epoch."""

    sentence: Sentence
    match: re.Match[str]
    epoch: int | None
    more: bool = False
    within: bool = False  # in so many epochs, not in that epoch

    @property
    def text(self) -> str:
        """The digits."""
        return self.match["percent"]

    @property
    def value(self) -> Fraction:
        """In percent."""
        return Fraction(self.text)

    @property
    def decimals(self) -> int:
        """Digits behind the point."""
        return len(self.text.partition(".")[2])


@rule(
    Kind.ACCURACY,
    '"achieved 99.42 % at epoch 12", "Best Test Accuracy: 99.42", "99.4 % was reached in no epoch", '
    '"New best: 99.18 %"',
    "the log of the section, or the only one. An accuracy above the best of the log is wrong, a best below it, another "
    "epoch's, train and test that changed places; a mere rounding is let pass, unless it hides that an aim is missed. "
    "Without a log, what the same section tells of the same images, or of the same epoch; the listing that prints "
    "a name like val_acc; the columns of last and best accuracies of the only such table",
)
def check_accuracies(evidence: Evidence) -> Judgements:
    """What sentences and table cells say was reached, and percentages with counts beside them."""
    aims = [Fraction(match["percent"]) for match in find_aims(evidence)]
    log_lines = {result.line for log in evidence.logs for result in log.results}
    for sentence in sentences(evidence.document, "prose", "heading", "row"):
        taken: list[tuple[int, int]] = []
        for match in _REACHED.finditer(sentence.text):
            taken.append(match.span())
            yield from _judge_reached(evidence, sentence, match)
        for claim in _claims(sentence):
            span = claim.match.span("percent")
            if any(start <= span[0] < end for start, end in taken):
                continue
            taken.append(span)
            line, column = evidence.document.place(sentence.block, sentence.start + span[0])
            if any((said.line, said.column) == (line, column) for said in evidence.said):
                continue  # as a figure that a line states, below
            log = evidence.log(line) if line not in log_lines else None
            if log is not None and (claim.epoch is not None or log.complete):
                yield from _judge(claim, log, aims, line, column, evidence)
        for match in _BESIDE.finditer(sentence.text):
            yield from _judge_beside(evidence, sentence, match, log_lines)
    yield from check_new_bests(evidence)
    yield from check_twice(evidence)
    yield from check_printed(evidence)
    for said in evidence.said:
        log = evidence.subject(said, evidence.logs) if said.what in ("test", "train") else None
        if log is not None:
            yield from judge_accuracy(said, log, evidence, aims)


def find_aims(evidence: Evidence) -> Iterator[re.Match[str]]:
    """The accuracies that the README says are aimed at."""
    announced = -2  # the last line of a sentence that ends in a colon after words of aiming
    for sentence in sentences(evidence.document, "prose", "heading"):
        line, _ = evidence.document.place(sentence.block, sentence.start)
        aims = _AIMED.search(sentence.text) is not None or line - announced <= 3
        if aims:
            yield from _AIM.finditer(sentence.text)
        if _AIMED.search(sentence.text) and re.search(r"(?:achieve|:|-)\s*$", sentence.text):
            announced = sentence.block.last


def _claims(sentence: Sentence) -> Iterator[Claim]:
    if sentence.block.kind != "row":
        for match in _ACHIEVED.finditer(sentence.text):
            if not sentence.speaks_of_others(match.end("percent")):
                epoch = match["before"] or match["after"]
                within = _WITHIN.search(match[0]) is not None
                yield Claim(sentence, match, int(epoch) if epoch else None, bool(match["more"]), within)
    for match in _AFTER.finditer(sentence.text) if _OF_ACCURACY.search(sentence.text) else ():
        milestone = _MILESTONE.search(sentence.text[max(0, match.start() - 30) : match.end()])
        if not sentence.speaks_of_others(match.end("percent")) and not milestone:
            yield Claim(sentence, match, int(match["after"]))


def _judge(claim: Claim, log: Log, aims: list[Fraction], line: int, column: int, evidence: Evidence) -> Judgements:
    if claim.epoch is not None:
        results = [r for n in range(claim.epoch + 1) for r in log.at(n)] if claim.within else log.at(claim.epoch)
        if not results:
            if log.complete and claim.epoch > len(log.results) and evidence.same_section(line, log):
                yield _no_such_epoch(claim, log, line)
            return
        right = any(is_rounding(claim.value, result.accuracy * 100, claim.decimals) for result in results)
        more = claim.more and any(result.accuracy * 100 >= claim.value for result in results)
        if right or more:
            yield None
        elif evidence.same_section(line, log) or (_slipped(claim, log) and not is_another_s(line, log, evidence)):
            yield _wrong_epoch(claim, log, results[-1], line, column, evidence)
        return
    best = log.best.accuracy * 100
    shown = any(is_rounding(claim.value, result.accuracy * 100, claim.decimals) for result in log.results)
    if best >= claim.value:
        if claim.more or shown or claim.decimals < 2:
            yield None
        elif alike(claim.text, show(best, claim.decimals)):
            yield _unbacked(claim, log, line)
        return
    missed = [aim for aim in aims if best < aim]
    if is_nearest(claim.value, best, claim.decimals) and not claim.more and not missed:
        yield None
    elif evidence.same_section(line, log) or alike(claim.text, show(best, claim.decimals)):
        yield _too_high(claim.text, log, missed[0] if missed else None, line, column)


def _slipped(claim: Claim, log: Log) -> bool:
    """Whether a figure for an epoch is a slip: of one digit, or of the epoch."""
    shown = [result.accuracy * 100 for result in log.at(claim.epoch or 0)]
    return any(alike(claim.text, show(accuracy, claim.decimals)) for accuracy in shown) or (
        claim.decimals >= 2
        and any(is_rounding(claim.value, result.accuracy * 100, claim.decimals) for result in log.results)
    )


def _too_high(text: str, log: Log, aim: Fraction | None, line: int, column: int) -> Finding:
    """What is wrong with an accuracy above the best of the log."""
    best = log.best
    decimals = len(text.partition(".")[2])
    rounded = is_nearest(Fraction(text), best.accuracy * 100, decimals)
    missed = f", which misses the {_plain(aim)} % aimed at" if aim is not None else ""
    why = f"{text} % is its rounding; " if rounded else ""
    exact = show(best.accuracy * 100, 2)
    epoch = f", epoch {best.epoch}" if best.epoch is not None else ""
    return Finding(
        line, Kind.ACCURACY, f"{text} % achieved", f"{exact} %{missed}",
        f"{why}the best line of the log is {best.wording}{epoch} (line {best.line})", Edit(line, column, text, exact),
    )  # fmt: skip


def _wrong_epoch(claim: Claim, log: Log, result: Result, line: int, column: int, evidence: Evidence) -> Finding:
    same = [
        r for r in log.results if is_rounding(claim.value, r.accuracy * 100, claim.decimals) and r.epoch is not None
    ]
    exact = show(result.accuracy * 100, max(claim.decimals, 2 if result.correct is not None else 0))
    elsewhere = f"; {claim.text} % stands at epoch {same[0].epoch}" if same else ""
    edit: Edit | None = Edit(line, column, claim.text, exact)
    if len(same) == 1 and claim.decimals >= 2:
        group = "after" if claim.match["after"] else "before"
        at = evidence.document.place(claim.sentence.block, claim.sentence.start + claim.match.start(group))
        edit = Edit(*at, claim.match[group], str(same[0].epoch))
    return Finding(
        line, Kind.ACCURACY, f"{claim.text} % at epoch {claim.epoch}",
        f"epoch {same[0].epoch}" if len(same) == 1 and claim.decimals >= 2 else f"{exact} %",
        f"the log has {result.wording} at epoch {result.epoch} (line {result.line}){elsewhere}", edit,
    )  # fmt: skip


def _no_such_epoch(claim: Claim, log: Log, line: int) -> Finding:
    return Finding(
        line, Kind.ACCURACY, f"{claim.text} % at epoch {claim.epoch}", f"an epoch up to {len(log.results)}",
        f"the log has {len(log.results)} epochs",
    )  # fmt: skip


def _unbacked(claim: Claim, log: Log, line: int) -> Finding:
    return Finding(
        line, Kind.ACCURACY, f"{claim.text} % achieved", f"{show(log.best.accuracy * 100, 2)} %, or a line of the log",
        f"no epoch of the log shows {claim.text} %; the best is {log.best.wording} (line {log.best.line})",
    )  # fmt: skip


def _judge_reached(evidence: Evidence, sentence: Sentence, match: re.Match[str]) -> Judgements:
    line, _ = evidence.document.place(sentence.block, sentence.start + match.start("percent"))
    log = evidence.log(line)
    if log is None or not log.complete or sentence.speaks_of_others(match.start("percent")):
        return
    needed = Fraction(match["percent"])
    first = next((result for result in log.results if result.accuracy * 100 >= needed), None)
    if match["none"]:
        claimed, right = "no epoch", first is None
    else:
        claimed = f"epoch {int(match['after'])}"
        reached = [r for r in log.at(int(match["after"])) if r.accuracy * 100 >= needed]
        right = bool(reached) and (not match["first"] or first in reached)
    expected = "no epoch" if first is None else f"epoch {first.epoch}"
    why = f"{first.wording} in line {first.line}" if first else f"the best of the log is {log.best.wording}"
    finding = Finding(line, Kind.ACCURACY, f"{match['percent']} % reached in {claimed}", f"in {expected}", why)
    yield None if right else finding


def _judge_beside(evidence: Evidence, sentence: Sentence, match: re.Match[str], log_lines: set[int]) -> Judgements:
    forms = (("percent", "correct", "total"), ("ahead2", "right2", "all2"), ("ahead", "right", "all"))
    group, right, total = next(form for form in forms if match[form[0]])
    line, column = evidence.document.place(sentence.block, sentence.start + match.start(group))
    if line in log_lines:
        return  # the log's own check
    correct, all_ = (int(match[name].replace(",", "")[:12]) for name in (right, total))
    text = match[group]
    if not all_ or correct > all_:
        return
    exact = Fraction(100 * correct, all_)
    decimals = len(text.partition(".")[2])
    finding = Finding(
        line, Kind.ACCURACY, squeeze(match[0]), f"{show(exact, decimals)} %",
        f"{correct:,} / {all_:,} = {float(exact):.4g} %", Edit(line, column, text, show(exact, decimals)),
    )  # fmt: skip
    yield None if is_rounding(Fraction(text), exact, decimals) else finding


def _plain(number: Fraction) -> str:
    return f"{float(number):.6f}".rstrip("0").rstrip(".")
