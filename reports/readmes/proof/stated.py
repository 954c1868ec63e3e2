"""Single figures that a line states, against the only log or table that they can be of.

A figure above the best of a whole log, a best that is not the best, another epoch's figure, train and test that changed
places: each is certain only where no other claim of the README fits the evidence better.
"""

from collections.abc import Sequence
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence, alike
from reports.readmes.proof.findings import Edit, Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_nearest, is_rounding, show
from reports.readmes.reading.claims import Said
from reports.readmes.reading.counted import Total, all_called
from reports.readmes.reading.logs.results import Log, Result
from reports.readmes.reading.rows import Table

IN_TURN = 3  # tables, each with its claim
ABOUT = 20  # one part of so many: what "about" is not
EXACTLY = 100  # the same of "~18,746"
NEAR = 10  # the same of a number that was reckoned for the code, and not for another network


def judge_accuracy(claim: Said, log: Log, evidence: Evidence, aims: Sequence[Fraction] = ()) -> Judgements:
    """An accuracy, on test or training images; a mere rounding is let pass unless it hides that an aim is missed."""
    if (finding := _swapped(claim, log, evidence)) is not None:
        yield finding
    elif claim.what == "train":
        yield from _trained(claim, log)
    elif claim.epoch is not None:
        judged = list(_at_epoch(claim, log))
        yield from judged if not any(judged) or not is_another_s(claim.line, log, evidence) else ()
    elif any(_fits(other, result.accuracy * 100) for other in evidence.rivals(claim) for result in [log.best]):
        if _fits(claim, log.best.accuracy * 100):
            yield None  # else it is of another run than the rival that fits
    elif claim.how == "last":
        last = log.results[-1]
        if log.complete:
            yield None if _fits(claim, last.accuracy * 100) else _other(claim, last, "the last epoch of the log")
    else:
        yield from _best(claim, log, evidence, aims)


def is_another_s(line: int, log: Log, evidence: Evidence) -> bool:
    """Whether another section tells a best or an epoch's accuracy that the log bears out: the log may be of it."""
    here = evidence.document.around(line)[0]
    return any(
        is_rounding(said.value, result.accuracy * 100, said.decimals)
        for said in evidence.said
        if said.what == "test" and not here.first <= said.line <= here.last
        for result in (log.at(said.epoch) if said.epoch is not None else [log.best] if said.how == "best" else ())
    )


def judge_count(claim: Said, evidence: Evidence) -> Judgements:
    """A number of parameters: right as the total of any table, wrong only beside the one that it must be of."""
    totals = [each.total for each in (*evidence.counted, *evidence.coded) if each.total is not None]
    if claim.about and any(abs(claim.value - total) * _parts(claim) <= total for total in totals):
        yield None
        return
    if any(_counts(claim, total) for total in totals):
        yield None
        return
    if any(row.count == claim.value for table in evidence.tables for row in table.rows):
        return  # of that layer, not of the network
    known = evidence.subject(claim, evidence.counted) or _in_turn(claim, evidence)
    total = known.total if known is not None else None
    if known is None or total is None:
        yield from _of_code(claim, evidence)
        return
    if claim.above and total <= claim.value:
        yield Finding(
            claim.line, Kind.COUNT, f"more than {claim.text}{_unit(claim)} parameters", f"{total:,} parameters",
            f"the layers of lines {known.first} to {known.last} have {total:,}",
        )  # fmt: skip
    others = [c for c in evidence.rivals(claim) if c.value != claim.value and not _counts(c, total)]
    far = claim.about and abs(claim.value - total) * ABOUT > total and not others
    same = [_counts(c, total) for c in evidence.rivals(claim)]
    beside = any(same) and evidence.same_section(claim.line, known)
    slip = claim.exact and (all(same) or beside) and alike(claim.text, str(total))  # others say what the table says
    if not far and not slip and (not claim.exact or any(same)):
        return
    yield Finding(
        claim.line, Kind.COUNT, f"{'about ' if far else ''}{claim.text}{_unit(claim)} parameters",
        f"{total:,} parameters", f"the layers of lines {known.first} to {known.last} have {total:,}",
        Edit(claim.line, claim.column, claim.text, _as_told(claim, total)),
    )  # fmt: skip


def _in_turn(claim: Said, evidence: Evidence) -> Table | Total | None:
    """The table before the claim, where each of three or more is followed by one such claim and the others fit."""
    claims = sorted((claim, *evidence.rivals(claim)), key=lambda each: each.line)
    tables = sorted(evidence.counted, key=lambda each: each.first)
    if len(claims) != len(tables) or len(tables) < IN_TURN:
        return None
    ends = [table.first for table in tables[1:]] + [len(evidence.document.lines) + 1]
    pairs = list(zip(claims, tables, ends, strict=True))
    in_turn = all(table.last < said.line < end for said, table, end in pairs)
    fit = all(table.total is not None and _counts(said, table.total) for said, table, _ in pairs if said is not claim)
    return next(table for said, table, _ in pairs if said is claim) if in_turn and fit else None


def _parts(claim: Said) -> int:
    """One part of how many an "about" may be off: fewer where all digits are told."""
    return ABOUT if claim.unit > 1 or claim.text.endswith("00") else EXACTLY


def _of_code(claim: Said, evidence: Evidence) -> Judgements:
    """Less than the one network that the text gives as code has, or a slip; code may leave layers out, not add any."""
    if len(evidence.coded) != 1 or evidence.counted or claim.unit != 1 or not (claim.exact or claim.about):
        return
    (code,) = evidence.coded
    slip = claim.exact and alike(claim.text, str(code.total))
    near = code.total - code.total // NEAR <= claim.value < code.total
    less = claim.about and near and not claim.text.endswith("00") and all_called(evidence.document, code)
    if slip or (less and evidence.subject(claim, evidence.coded) is not None):
        yield Finding(
            claim.line, Kind.COUNT, f"{'about ' if claim.about else ''}{claim.text} parameters",
            f"{code.total:,} parameters",
            f"the layers of the code in lines {code.first} to {code.last} have {code.total:,}",
        )  # fmt: skip


def _as_told(claim: Said, total: int) -> str:
    if claim.unit > 1:
        return show(Fraction(total, claim.unit), claim.decimals)
    return f"{total:,}" if "," in claim.text else str(total)


def _counts(claim: Said, total: int) -> bool:
    """Whether it is the total, or in thousands within one of its last digit: people round 18,406 to 18.5k."""
    if claim.above:
        return bool(total > claim.value)
    if claim.unit > 1 and claim.decimals:
        return bool(abs(claim.value - total) < Fraction(claim.unit, 10**claim.decimals))
    return is_rounding(claim.value / claim.unit, Fraction(total, claim.unit), claim.decimals)


def _unit(claim: Said) -> str:
    return {1: "", 1_000: "k"}.get(claim.unit, "M")


def _fits(claim: Said, exact: Fraction) -> bool:
    return is_rounding(claim.value, exact, claim.decimals) or (not claim.exact and exact >= claim.value)


def _best(claim: Said, log: Log, evidence: Evidence, aims: Sequence[Fraction]) -> Judgements:
    best = log.best.accuracy * 100
    shown = any(_fits(claim, result.accuracy * 100) for result in log.results)
    rough = claim.decimals < 2 and (best >= claim.value or is_nearest(claim.value, best, claim.decimals))
    missed = [aim for aim in aims if best < aim]
    if claim.value > best and missed and not claim.fraction:
        if log.complete:
            yield _other(claim, log.best, "the best line of the log", missed=missed[0])
    elif _fits(claim, best) or rough or (not claim.how and shown):
        yield None
    elif best < claim.value:
        if log.complete:
            yield _other(claim, log.best, "the best line of the log")
    elif claim.how == "best" and claim.exact:
        line = f"the best line {'of the log' if log.complete else 'that the log shows'}"
        yield _other(claim, log.best, line, at_least=not log.complete)
    elif claim.exact and alike(claim.text, show(best, claim.decimals)) and not evidence.rivals(claim):
        yield _other(claim, log.best, f"no epoch of the log shows {claim.text} %; the best")


def _at_epoch(claim: Said, log: Log) -> Judgements:
    results = log.at(claim.epoch or 0)
    same = [r for r in log.results if r.epoch is not None and claim.decimals >= 2 and _fits(claim, r.accuracy * 100)]
    elsewhere = f"; {claim.text} % stands at epoch {same[0].epoch}" if same and claim.exact else ""
    if not results:
        if log.complete and (claim.epoch or 0) > len(log.results):
            yield Finding(
                claim.line, Kind.ACCURACY, f"{_told(claim)} at epoch {claim.epoch}",
                f"epoch {same[0].epoch}" if same else f"an epoch up to {len(log.results)}",
                f"the log has {len(log.results)} epochs{elsewhere}",
            )  # fmt: skip
        return
    if any(_fits(claim, result.accuracy * 100) for result in results):
        best = log.best.accuracy * 100
        if claim.how == "best" and claim.exact and best > claim.value and not _fits(claim, best):
            yield _other(claim, log.best, "the best line of the log", at_least=not log.complete)
        else:
            yield None
        return
    result = results[0]
    if claim.how == "best" and not same and log.complete:
        yield _other(claim, log.best, "the best line of the log")
        return
    yield Finding(
        claim.line, Kind.ACCURACY, f"{_told(claim)} at epoch {claim.epoch}",
        f"epoch {same[0].epoch}" if same else f"{show(result.accuracy * 100, 2)} %",
        f"the log has {result.wording} at epoch {result.epoch} (line {result.line}){elsewhere}",
    )  # fmt: skip


def _trained(claim: Said, log: Log) -> Judgements:
    """Only a figure that the log shows nowhere: above its best, or called the last."""
    trained = [result.trained * 100 for result in log.results if result.trained is not None]
    if len(trained) < len(log.results) or not log.complete:
        return
    if any(_fits(claim, accuracy) for accuracy in trained) or claim.decimals < 2:
        yield None
        return
    best, last = max(trained), trained[-1]
    right = best if claim.how == "best" and claim.value > best else last if claim.how == "last" else None
    if claim.exact and right is not None:
        yield Finding(
            claim.line, Kind.ACCURACY, f"{claim.text} % on training images", f"{show(right, 2)} %",
            f"the {claim.how} accuracy in training that the log shows is {show(right, 2)} %",
        )  # fmt: skip


def _swapped(claim: Said, log: Log, evidence: Evidence) -> Finding | None:
    """Whether this is the other's figure, and the other's is this one's."""
    other_kind = "train" if claim.what == "test" else "test"
    others = [c for c in evidence.said if c.what == other_kind and c.how == claim.how and c.epoch == claim.epoch]
    for other in others:
        test, train = (claim, other) if claim.what == "test" else (other, claim)
        for result in log.results:
            if result.trained is None or test.value == train.value:
                continue
            trained, tested = result.trained * 100, result.accuracy * 100
            crossed = _fits(test, trained) and _fits(train, tested)
            if crossed and not _fits(test, tested) and not _fits(train, trained):
                right = trained if claim is train else tested
                return Finding(
                    claim.line, Kind.ACCURACY, f"{claim.text} % on {claim.what} images", f"{show(right, 2)} %",
                    f"line {result.line} of the log has {show(tested, 2)} % on test and {show(trained, 2)} % on "
                    f"training images: the two are swapped with line {other.line}",
                )  # fmt: skip
    return None


def _told(claim: Said) -> str:
    return claim.text if claim.fraction else f"{claim.text} %"


def _other(claim: Said, result: Result, what: str, at_least: bool = False, missed: Fraction | None = None) -> Finding:
    exact = show(result.accuracy * 100, 2)
    epoch = f", epoch {result.epoch}" if result.epoch is not None else ""
    how = {"best": "best ", "last": "last "}.get(claim.how, "")
    aim = f", which misses the {float(missed):g} % aimed at" if missed is not None else ""
    rounded = f"{claim.text} % is its rounding; " if missed is not None and is_nearest(
        claim.value, result.accuracy * 100, claim.decimals
    ) else ""  # fmt: skip
    plain = not claim.how and not claim.fraction and not at_least and claim.epoch is None
    return Finding(
        claim.line, Kind.ACCURACY, f"{how}{_told(claim)}" if how else f"{_told(claim)} achieved",
        f"{'at least ' if at_least else ''}{exact} %{aim}",
        f"{rounded}{what} is {result.wording}{epoch} (line {result.line})",
        Edit(claim.line, claim.column, claim.text, exact) if plain else None,
    )  # fmt: skip
