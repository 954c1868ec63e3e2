"""How long and on what was trained: epochs, steps of a batch size, the size of the test set, losses below 0."""

import re
from collections.abc import Iterator

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.claims import Said
from reports.readmes.reading.data_sets import DATA_SETS, named_data_sets, speaks_of_others
from reports.readmes.reading.document import plain
from reports.readmes.reading.logs.results import Log
from reports.readmes.rules.registry import rule
from reports.readmes.rules.runs.bests import check_losses
from reports.readmes.rules.runs.chosen import check_chosen

MOST_LOGS = 100  # of a README, of which two may be the same
LEAST_EPOCHS = 3  # of two logs that are compared
_USUAL = (16, 32, 64, 100, 128, 200, 256, 512, 500, 1_024, 1_000, 2_048)  # sizes of a batch
_MENTIONED = re.compile(r"(?<![\d.])(\d{1,4})\s+epochs\b", re.IGNORECASE)
_SETTING = re.compile(r"^\W*(?:max_?|num_?|n_?)?epochs\W*[:=]\W*\d+\W*$", re.IGNORECASE)
_STOPPED = re.compile(  # words of a training or log that ends before its time
    r"\bearly[ -]?stop|\bpatience\b|\b(?:excerpt|snippet|truncated|abridged|interrupted|resum\w*|"
    r"sample (?:output|logs?)|(?:partial|cut) logs?|(?:first|last|final|few) (?:\w+ )?epochs)\b",
    re.IGNORECASE,
)
_CUT = re.compile(r"^\W*(?:\.{2,}|…|⋮|\betc\b)")  # dots behind a log
NEAR_END = 3  # lines behind a log
_SET = re.compile(
    r"\b(?P<set>test(?:ing)?|train(?:ing)?)\s+(?:data\s?)?set\s*(?:has|of|contains|consists\s+of|with|:)\s*"
    r"(?P<images>\d{2},?\d{3})\s+(?:\w+\s+)?(?:images|samples|examples|pictures|digits)\b",
    re.IGNORECASE,
)
_TESTED = re.compile(
    r"\btest(?:ing)?\b(?!\w*\s+\w*train)[^|\n/]{0,60}?(?<![\d,.])\d[\d,]{3,6}\s*/\s*(?P<total>\d{2},?\d{3})(?![\d,])",
    re.IGNORECASE,
)


@rule(
    Kind.TRAINING,
    '"Trained for 20 epochs", "Batch size: 128" beside bars of 469 steps, a test set of 60,000, a loss below 0, the '
    "loss beside a test accuracy; batch size, learning rate, dropout and the like in words",
    "the epochs of a whole log, or that the text says were trained; steps = images / batch size, rounded up; the "
    "data set that the README names; the epochs of the only log that have the accuracy; the one value that the "
    "code of the text gives a setting, the dropouts that it has",
)
def check_training(evidence: Evidence) -> Judgements:
    """What lines say of a training, and its logs, against each other."""
    last = {c.value: c for c in evidence.said if c.what == "batch"}  # a size that is told twice is one claim
    for claim in (*(c for c in evidence.said if c.what == "epochs"), *last.values()):
        log = evidence.subject(claim, evidence.logs)
        if log is not None:
            yield from _epochs(claim, log, evidence) if claim.what == "epochs" else _steps(claim, log, evidence)
    yield from _named_epochs(evidence) if not evidence.logs else ()
    yield from check_losses(evidence)
    yield from check_chosen(evidence)
    known = _data(evidence)
    yield from _told_test_set(evidence, known)
    yield from _told_sets(evidence, known)
    for log in evidence.logs:
        yield from _test_set(log, known)
        yield from _losses(log)
    yield from _same_twice(evidence) if len(evidence.logs) <= MOST_LOGS else ()


def _epochs(claim: Said, log: Log, evidence: Evidence) -> Judgements:
    """The number of epochs, of a log that begins with the first: it may be cut off at the end."""
    number = len(log.results)
    if claim.value > number and _may_go_on(claim, log, evidence):
        return  # what it was to be; the log may show a part
    latest = max((result.epoch for result in log.results if result.epoch is not None), default=0)
    others = [rival.value for rival in evidence.rivals(claim) if rival.line != claim.line]
    if not log.complete and not log.counted and latest > claim.value and all(value < latest for value in others):
        yield Finding(
            claim.line, Kind.TRAINING, f"{claim.text} epochs", f"at least {latest} epochs",
            f"the log of lines {log.first} to {log.last} has an epoch {latest}",
        )  # fmt: skip
    if not log.complete or (
        claim.value != number
        and any(rival.value == number and rival.line != claim.line for rival in evidence.rivals(claim))
    ):
        return
    yield None if claim.value == number else Finding(
        claim.line, Kind.TRAINING, f"{claim.text} epochs",
        f"{number} epochs" if claim.value < number else f"{number} epochs: not borne out by the log",
        f"the log of lines {log.first} to {log.last} has {number} epochs",
    )  # fmt: skip


def _may_go_on(claim: Said, log: Log, evidence: Evidence) -> bool:
    """Whether a set number of epochs is far beyond the log, or the text says that either ends before its time."""
    lines = evidence.document.lines
    return _SETTING.match(plain(lines[claim.line - 1])) is not None and (
        2 * len(log.results) < claim.value
        or any(_STOPPED.search(line) for line in lines)
        or any(_CUT.search(line) for line in lines[log.last : log.last + NEAR_END])
    )


def _steps(claim: Said, log: Log, evidence: Evidence) -> Judgements:
    """The steps that a progress bar counts, if another usual batch size makes them of the same images."""
    steps = {result.batches for result in log.results if result.batches is not None}
    made = steps.pop() if len(steps) == 1 else 0
    known = _data(evidence, made)
    if known is None or not made or not claim.value or len({c.value for c in (claim, *evidence.rivals(claim))}) > 1:
        return
    images, tested = known
    expected = -(-images // int(claim.value))
    others = [size for size in _USUAL if -(-images // size) == made]
    of_test = [size for size in _USUAL if -(-tested // size) == made]
    if made in (expected, images // int(claim.value)):
        yield None
    elif others or of_test:
        says = f"{made} steps are batches of {others[0]}" if others else (
            f"{made} steps are {tested:,} images by {of_test[0]}: the sets of images are swapped"
        )  # fmt: skip
        yield Finding(
            claim.line, Kind.TRAINING, f"batch size {claim.text}", says,
            f"{images:,} images in batches of {claim.text} are {expected:,} steps; the log has {made}",
        )  # fmt: skip


def _data(evidence: Evidence, steps: int = 0) -> tuple[int, int] | None:
    """The images of the data set that the README names; of the one that makes so many steps, where it names none."""
    named = named_data_sets(evidence.document)
    if not named and steps:
        named = [each for each in DATA_SETS if any(-(-each.train // size) == steps for size in _USUAL)]
    sizes = {(each.train, each.test) for each in named}
    return sizes.pop() if len(sizes) == 1 and not speaks_of_others(evidence.document) else None


def _test_set(log: Log, known: tuple[int, int] | None) -> Judgements:
    totals = {result.total for result in log.results if result.total is not None}
    if known is None or len(totals) != 1:
        return
    (total,), (trained, tested) = totals, known
    wrong = total == trained  # another number may be images held out
    yield Finding(
        log.first, Kind.TRAINING, f"a test set of {total:,}", f"{tested:,}",
        f"the data set has {tested:,} images to test with and {trained:,} to train with",
    ) if wrong else None  # fmt: skip


def _named_epochs(evidence: Evidence) -> Judgements:
    """The epoch of an accuracy, in a README without a log that says for how many epochs it trained."""
    told = {claim.value for claim in evidence.said if claim.what == "epochs"}
    mentioned = [int(number) for line in evidence.document.lines for number in _MENTIONED.findall(line)]
    for claim in evidence.said if len(told) == 1 else ():
        if claim.epoch is None or claim.what not in ("test", "train"):
            continue
        most = max([int(value) for value in told] + mentioned)
        yield None if claim.epoch <= most else Finding(
            claim.line, Kind.TRAINING, f"{claim.text} % at epoch {claim.epoch}", f"an epoch up to {most}",
            f"the training is said to have {most} epochs",
        )  # fmt: skip


def _told_sets(evidence: Evidence, known: tuple[int, int] | None) -> Judgements:
    """The images of a test set or training set, in words: wrong where they are those of the other."""
    for block in evidence.document.of_kind("prose", "row") if known else ():
        for number in range(block.first, block.last + 1):
            for match in _SET.finditer(plain(evidence.document.lines[number - 1])):
                told, tested = int(match["images"].replace(",", "")), match["set"].lower().startswith("test")
                if known and told in known:
                    right = known[1] if tested else known[0]
                    yield None if told == right else Finding(
                        number, Kind.TRAINING, squeeze(match[0]), f"{right:,}",
                        f"the data set has {known[1]:,} images to test with and {known[0]:,} to train with",
                    )  # fmt: skip


def _told_test_set(evidence: Evidence, known: tuple[int, int] | None) -> Judgements:
    """Test accuracies with their counts, outside the logs."""
    logged = {line for log in evidence.printed for line in range(log.first, log.last + 1)}
    for block in evidence.document.of_kind("prose", "row") if known else ():
        for number in range(block.first, block.last + 1):
            match = _TESTED.search(plain(evidence.document.lines[number - 1])) if number not in logged else None
            if match and known:
                total = int(match["total"].replace(",", ""))
                yield None if total != known[0] else Finding(
                    number, Kind.TRAINING, f"a test set of {total:,}", f"{known[1]:,}",
                    f"the data set has {known[1]:,} images to test with and {known[0]:,} to train with",
                )  # fmt: skip


def _losses(log: Log) -> Iterator[Finding]:
    below = [result for result in log.results if result.loss is not None and result.loss.startswith("-")]
    if below and all(result.correct is not None for result in below):
        yield Finding(
            below[0].line, Kind.TRAINING, f"a loss of {below[0].loss}", "a loss of at least 0",
            f"a cross-entropy is never below 0, as in {len(below)} epochs here: nll_loss without log_softmax",
        )  # fmt: skip


def _same_twice(evidence: Evidence) -> Iterator[Finding]:
    """A log that stands under two networks of different size: no two trainings print the same figures."""
    seen: dict[tuple[tuple[str, str | None], ...], Log] = {}
    for log in evidence.logs:
        key = tuple((result.percent.text, result.loss) for result in log.results)
        first = seen.setdefault(key, log)
        if first is log or len(key) < LEAST_EPOCHS:
            continue
        totals = [_above(evidence, each) for each in (first, log)]
        if None not in totals and totals[0] != totals[1]:
            yield Finding(
                log.first, Kind.TRAINING, f"a log of {len(key)} epochs", "another log",
                f"lines {first.first} to {first.last} have the same figures under a network of {totals[0]:,} "
                f"parameters; this one has {totals[1]:,}",
            )  # fmt: skip


def _above(evidence: Evidence, log: Log) -> int | None:
    """The parameters of the nearest table above a log."""
    above = [table.total for table in evidence.tables if table.last < log.first]
    return above[-1] if above else None
