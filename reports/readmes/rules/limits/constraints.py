"""Limits and whether they hold: "Less than 20k parameters: 25.3K", "Less than 20 epochs: OK", tables of constraints."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from reports.readmes.proof.evidence import NUMBER, Evidence, alike, sentences, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.proof.rounding import is_rounding
from reports.readmes.reading.claims import is_aim
from reports.readmes.reading.data_sets import named_data_sets
from reports.readmes.reading.document import Document, cells, plain
from reports.readmes.rules.limits.bounded import check_bounded, check_fields
from reports.readmes.rules.limits.mark import check_marks
from reports.readmes.rules.limits.own import MISSING, check_sections, holds_limit, is_admitted, least
from reports.readmes.rules.limits.reached import check_goals, check_reached
from reports.readmes.rules.registry import rule

_BELOW = r"less than|fewer than|lower than|under|below|<(?!=)"
_UP_TO = r"at most|max(?:imum)?(?: of)?|no more than|not more than|up to|<=|≤"
_FROM = r"at least|min(?:imum)?(?: of)?|no less than|not less than|>=|≥"
_ABOVE = r"more than|over|above|>(?!=)"
_YES = r"ok(?:ay)?\b|yes\b|done\b|achieved\b(?!\s*\d)|passed\b|pass\b|met\b|holds?\b|satisfied\b|✓|✔|✅"
_NO = r"no\b|failed\b|fails?\b|not met\b|missed\b|not achieved\b|❌|✗|✘"
_WHAT = r"(?P<what>p[ae]r[ai]m\w*|epochs?)"
_STATED = re.compile(
    rf"(?:(?P<below>{_BELOW})|(?P<up_to>{_UP_TO}))\s*(?P<limit>{NUMBER})\s*(?P<k>k\b)?\s*(?:\w+\s+)?{_WHAT}"
    rf"\s*(?::|=|->|=>|→|–|—)\s*(?:(?P<value>{NUMBER})(?![\d.,]*\s*%)\s*(?P<value_k>k\b)?|(?P<yes>{_YES})|(?P<no>{_NO}))"
    rf"(?=(?P<after>[^\n.;]{{0,20}}))",
    re.IGNORECASE,
)
_REQUIRED = re.compile(
    rf"(?:(?P<below>{_BELOW})|(?P<up_to>{_UP_TO})|(?P<from>{_FROM})|(?P<above>{_ABOVE}))\s*(?P<limit>{NUMBER})"
    r"\s*(?P<k>k\b)?\s*(?P<percent>%)?(?:\s*[a-z]+)?",
    re.IGNORECASE,
)
_MEASURED = re.compile(rf"(?P<value>{NUMBER})\s*(?P<k>k\b)?\s*(?P<percent>%)?", re.IGNORECASE)
_MARGIN = re.compile(
    r"(?<![\d.~<>≈])(?P<share>\d{1,3}(?:\.\d{1,2})?)\s*%\s*(?P<way>under|below|above|over)\s+(?:the\s+)?"
    r"(?:limit|target|requirement|budget|threshold|goal)\b",
    re.IGNORECASE,
)
_MET = re.compile(r"\b(?:achieves|achieved|meets|satisfies|satisfied)\b", re.IGNORECASE)
NEAR = 1  # per cent
NEAR_LINES = 8  # to the line that announces a list
ZEROS = (10, 100, 1_000)
LEAST = 1_000  # a smaller number behind a limit of parameters may be anything
_LIMIT = re.compile(
    rf"(?:(?P<up_to>less than or equal to|{_UP_TO})|(?P<below>{_BELOW}))\s*(?P<limit>{NUMBER})\s*"
    r"(?P<k>(?:k|m|million)\b)?\s*"
    r"(?:(?:total|trainable|model)\s+)?(?P<what>p[ae]r[ai]m\w*|epochs?)\b",
    re.IGNORECASE,
)
_LIMITED = re.compile(  # parameters to be less than 200k
    r"\b(?P<what>p[ae]r[ai]m\w*|epochs?)\b\W{0,2}(?:\s+(?:to|but|be|is|are|was|were|kept|now|reduced|should|must|count|limit|constraint|used))*[\s:]*"
    rf"(?:(?P<up_to>less than or equal to|{_UP_TO})|(?P<below>{_BELOW}))\s*(?P<limit>{NUMBER})\s*"
    r"(?P<k>(?:k|m|million)\b)?"
    r"(?!\s*(?:\w+\s+){0,2}?(?:p[ae]r[ai]m|epoch)|\d|\s*%)",
    re.IGNORECASE,
)
_TICKED = re.compile(
    r"^\s*(?:[-*+]\s*)?(?:\[[xX]\]|✅|✔|☑)|(?:✅|✔|✓|☑|:\s*(?:pass(?:ed)?|ok|yes|met|done))\W*$"
    r"|\b(?:all|every)\b[^.\n]{0,30}\b(?:met|satisfied|fulfilled)\b",
    re.IGNORECASE,
)
_AIM_HEAD = re.compile(r"targets?|goals?|aim|required?|requirements?|expected", re.IGNORECASE)
_RESULT_HEAD = re.compile(r"results?|achieved|actual|obtained|measured|ours?|current", re.IGNORECASE)
_ASSERTED = re.compile(r"\b(?:achieved|reached|attained|obtained|has|have|uses|used|contains)\b", re.IGNORECASE)
_PLAN = re.compile(  # of another run than the one that is told
    r"\b(?:(?:have|has|had|need|needs|want|wants|like|going|plan|planning|possible)\s+to|should\s+(?:be\s+)?(?:reduce|bring|cut)\w*|"
    r"will|would|could|can|next|further|let'?s|future)\b",
    re.IGNORECASE,
)
_IS = re.compile(r"\b(?:is|are|was|were)\b(?!\s+to\b)(?!.*\b(?:should|must|limit|constraint|but|be)\b)", re.IGNORECASE)
_CROSSED = re.compile(r"❌|✗|✘|\[ \]|\b(?:not|fail\w*|miss\w*)\b|n't", re.IGNORECASE)
_AIMED = re.compile(
    r"\b(?:targets?|goals?|aims?|objective|achieve|reach|need|must|at least|minimum|attain)\b", re.IGNORECASE
)
_ACCURACY_AIM = re.compile(
    r"(?<![\d.])(?P<percent>\d{2}(?:[.,]\d{1,3})?)\s*%\+?\s*(?:\w+\s+){0,2}?accuracy|"
    r"accuracy\W{0,4}(?:(?:should|must|to)\s+be|of|is|>=?|≥|:)?\s*(?P<other>\d{2}(?:\.\d+)?)\s*%",
    re.IGNORECASE,
)
_ADMITTED = re.compile(rf"{_NO}|✗|not\b", re.IGNORECASE)


@rule(
    Kind.CONSTRAINT,
    '"Less than 20k parameters: 25.3K", "Less than 20 epochs: OK", ticked limits, rows of limit, figure and verdict '
    'or margin ("25 % under limit"), "achieved the desired accuracy", "it crossed 99.4 %", "won\'t get to 99.3 %"',
    "the limit, the table, the log; the one limit or aim of a README against the figures that it states, wrong only "
    "where it states one; the figure beside a limit on a ticked line; the one accuracy of the same run; the one "
    "figure of the section that says so",
)
def check_constraints(evidence: Evidence) -> Judgements:
    """Every limit that a sentence or a table row follows with a figure or a verdict."""
    for sentence in sentences(evidence.document, "prose", "heading"):
        for match in _STATED.finditer(sentence.text):
            line, _ = evidence.document.place(sentence.block, sentence.start + match.start())
            yield from _judge_stated(evidence, match, line)
    rows: set[int] = set()
    for block in evidence.document.of_kind("row"):
        row = [text for text, _ in cells(evidence.document.lines[block.first - 1])]
        judged = list(_judge_row(evidence, row, block.first)) or list(_judge_result(block.header, row, block.first))
        rows |= {block.first} if judged else set()
        yield from judged
    yield from _judge_limits(evidence)
    yield from check_bounded(evidence, rows)
    yield from check_fields(evidence)
    yield from check_goals(evidence)
    aims = {*_aimed(evidence)}
    yield from _judge_aim(evidence, aims)
    yield from check_reached(evidence, {aim for aim, _ in aims})
    yield from check_marks(evidence, {aim for aim, _ in aims})


def _judge_stated(evidence: Evidence, match: re.Match[str], line: int) -> Judgements:
    limit = _scaled(match["limit"], match["k"])
    known, source = _measured(evidence, match["what"], line)
    limit_text, sign = squeeze(match[0][: match.end("what") - match.start()]), match["below"] or match["up_to"]
    said = squeeze(match["value"] + (match["value_k"] or "")) if match["value"] else match["yes"] or match["no"]
    value = known
    wrong_value = False
    if match["value"]:
        stated = _scaled(match["value"], match["value_k"])
        rounded = known is not None and _rounds(match["value"], match["value_k"], known)
        value = known if rounded else stated
        count = match["what"].lower().startswith("p") and (match["value_k"] or stated >= LEAST)
        table = evidence.table(line)
        decimals = len(match["value"].partition(".")[2])
        exact = f"{float((known or 0) / (1_000 if match['value_k'] else 1)):.{decimals}f}"
        sure = table is not None and (evidence.same_section(line, table) or alike(match["value"], exact))
        wrong_value = known is not None and not rounded and bool(count) and sure
    if value is None:
        return
    holds = value < limit if match["below"] else value <= limit
    if wrong_value and known is not None:
        finding: Finding | None = Finding(
            line, Kind.CONSTRAINT, f"{limit_text}: {said}", f"{_plain(known)} {_noun(match['what'])}", source
        )  # fmt: skip
    elif match["no"]:
        finding = Finding(line, Kind.CONSTRAINT, f"{limit_text}: {said}", "it holds", source) if holds else None
    elif holds or (match["value"] and _ADMITTED.match(match["after"].strip(" ,(-"))):
        finding = None
    else:
        finding = Finding(
            line, Kind.CONSTRAINT, f"{limit_text}: {said}",
            f"{_plain(value)} {_noun(match['what'])}: the limit is missed",
            f"{_plain(value)} is not {sign.lower()} {_plain(limit)}" + (f"; {source}" if source else ""),
        )  # fmt: skip
    yield finding


def _judge_limits(evidence: Evidence) -> Judgements:
    """Limits that stand alone: said to hold, against table or log; else the one limit against the one figure."""
    limits = list(_limits(evidence))
    for line, limit, strict, what, claimed in limits:
        if claimed and what == "epochs" and not evidence.logs:
            yield from _told_epochs(evidence, line, limit, strict)
        elif claimed:
            known, source = _measured(evidence, what, line)
            if known is not None:
                yield None if holds_limit(known, limit, strict) else Finding(
                    line, Kind.CONSTRAINT, f"{'fewer than' if strict else 'at most'} {_plain(limit)} {_noun(what)}",
                    f"{_plain(known)} {_noun(what)}: the limit is missed", source,
                )  # fmt: skip
    yield from _judge_twice(evidence, [(line, limit) for line, limit, _, what, _ in limits if what == "parameters"])
    yield from _judge_open(evidence, [each for each in limits if each[3] == "parameters"])
    yield from check_sections(evidence, [each[:3] for each in limits if each[3] == "parameters" and each[4]])


def _told_epochs(evidence: Evidence, line: int, limit: Fraction, strict: bool) -> Judgements:
    """A limit of epochs that is said to hold, against the one number of epochs that the text tells."""
    told = {claim.value: claim for claim in evidence.said if claim.what == "epochs"}
    for value, claim in told.items() if len(told) == 1 else ():
        yield None if holds_limit(value, limit, strict) else Finding(
            claim.line, Kind.CONSTRAINT, f"{claim.text} epochs",
            f"{'fewer than' if strict else 'at most'} {_plain(limit)}: the limit is missed",
            f"line {line} says that the limit is met",
        )  # fmt: skip


def _judge_open(evidence: Evidence, limits: "list[Limit]") -> Judgements:
    """The one limit of parameters, against every figure stated, or else the only table."""
    if len({(limit, strict) for _, limit, strict, *_ in limits}) != 1:
        return
    line, limit, strict, *_ = limits[0]
    told = [claim for claim in evidence.said if claim.what == "parameters"]
    totals = {each.total for each in evidence.counted if each.total is not None}
    if not told and len(totals) == 1 and holds_limit(Fraction(min(totals)), limit, strict):
        yield None
    for claim in told:
        if holds_limit(claim.value, limit, strict):
            yield None
    sure = len({claim.value for claim in told}) == 1 and not is_admitted(evidence.document.lines)
    if sure and told[0].exact and not holds_limit(least(told[0]), limit, strict):
        yield Finding(
            told[0].line, Kind.CONSTRAINT, f"{_plain(told[0].value)} parameters",
            f"{'fewer than' if strict else 'at most'} {_plain(limit)}: the limit is missed",
            f"line {line} sets the limit",
        )  # fmt: skip


def _judge_twice(evidence: Evidence, limits: list[tuple[int, Fraction]]) -> Judgements:
    """A limit that stands elsewhere with another number of zeros, which the only network holds, as it does not this.

    Without a network the one that stands once is wrong beside one that stands more often, where a zero is all that
    is between 25,000 and 2,500: 10k and 100k, or those of two data sets, are limits of different networks.
    """
    totals = {each.total for each in evidence.counted}
    known = totals.pop() if len(totals) == 1 else None
    lines = {limit: {line for line, each in limits if each == limit} for _, limit in limits}
    for limit, at in lines.items() if not totals and known is None else ():
        yield from (None for _ in list(at)[1:])
        many = [each for each in lines if len(lines[each]) > 1 and max(each, limit) / min(each, limit) == ZEROS[0]]
        slipped = len(f"{int(limit)}".rstrip("0")) > 1 and len(named_data_sets(evidence.document)) < 2
        if len(at) == 1 and len(many) == 1 and slipped:
            yield Finding(
                min(at), Kind.CONSTRAINT, f"fewer than {_plain(limit)} parameters", f"fewer than {_plain(many[0])}",
                f"line {min(lines[many[0]])} and another set the limit of {_plain(many[0])}",
            )  # fmt: skip
    for line, limit in limits:
        other = next((each for each in limits if each[1] / limit in ZEROS), None)
        if other is not None and known is not None and limit <= known < other[1]:
            yield Finding(
                line, Kind.CONSTRAINT, f"fewer than {_plain(limit)} parameters", f"fewer than {_plain(other[1])}",
                f"line {other[0]} sets the limit of {_plain(other[1])}; the network has {known:,}",
            )  # fmt: skip


def _judge_aim(evidence: Evidence, aims: set[tuple[Fraction, int]]) -> Judgements:
    """The one accuracy aimed at against the one stated, in a README without a log."""
    told = [claim for claim in evidence.said if claim.what == "test" and claim.exact]
    if len({aim for aim, _ in aims}) != 1 or evidence.logs:
        return
    aim, line = min(aims)
    yield from (None for claim in told if claim.value >= aim)
    if len({claim.value for claim in told}) != 1 or is_admitted(evidence.document.lines) or told[0].decimals < 1:
        return
    claim = told[0]
    if aim - NEAR <= claim.value < aim:  # further below it is no slip: it is told as it is
        yield Finding(
            claim.line, Kind.CONSTRAINT, f"{claim.text} % accuracy", f"{float(aim):g} %: the aim is missed",
            f"line {line} aims at {float(aim):g} %",
        )  # fmt: skip


def _aimed(evidence: Evidence) -> Iterator[tuple[Fraction, int]]:
    """The accuracies aimed at, each with its line."""
    yield from ((Fraction((m["percent"] or m["other"]).replace(",", ".")), line) for line, m in _aims(evidence))


def _aims(evidence: Evidence) -> Iterator[tuple[int, re.Match[str]]]:
    for block in evidence.document.of_kind("prose", "heading"):
        for number in range(block.first, block.last + 1):
            line = plain(evidence.document.lines[number - 1])
            if (
                len(line) < 400
                and _ACCURACY_AIM.search(line)
                and (_AIMED.search(line) or is_aim(evidence.document, number))
            ):
                for match in _ACCURACY_AIM.finditer(line):
                    yield number, match


Limit = tuple[int, Fraction, bool, str, bool]  # line, number, whether below it, of what, whether it is said to hold


def _limits(evidence: Evidence) -> Iterator[Limit]:
    for block in evidence.document.of_kind("prose", "heading"):
        for number in range(block.first, block.last + 1):
            line = plain(evidence.document.lines[number - 1])
            if len(line) > 400 or _STATED.search(line):
                continue
            ticked = _TICKED.search(line) is not None and _CROSSED.search(line) is None
            if _PLAN.search(line) and not is_aim(evidence.document, number):
                continue
            aimed = _AIMED.search(line) or MISSING.search(line) or is_aim(evidence.document, number)
            for match in (*_LIMIT.finditer(line), *_LIMITED.finditer(line)):
                what = "parameters" if match["what"].lower().startswith("p") else "epochs"
                limit = _scaled(match["limit"], match["k"])
                told = _ASSERTED.search(line[: match.start()]) or _IS.search(match[0])
                asserted = what == "parameters" and not aimed and told is not None
                if what == "epochs" or limit >= LEAST:
                    met = what == "epochs" and _is_announced(evidence.document, number)
                    yield number, limit, match["up_to"] is None, what, ticked or asserted or met


def _is_announced(document: Document, number: int) -> bool:
    """Whether a line stands in a list that is announced as what was met: "achieves 99.4 % under these constraints:"."""
    for before in range(number - 1, max(0, number - NEAR_LINES), -1):
        line = plain(document.lines[before - 1]).rstrip()
        if not re.match(r"^\s*[-*+•\d]", line) or not line:
            return line.endswith(":") and _MET.search(line) is not None and _AIMED.search(line) is None
    return False


def _measured(evidence: Evidence, what: str, line: int) -> tuple[Fraction | None, str]:
    """What the tables or logs say of parameters or epochs, and where."""
    if what.lower().startswith("p"):
        table = evidence.table(line)
        if table is None or table.total is None:
            return None, ""
        return Fraction(table.total), f"the layers of lines {table.first} to {table.last} have {table.total:,}"
    log = evidence.log(line)
    if log is None or not log.complete:
        return None, ""
    return Fraction(len(log.results)), f"the log of lines {log.first} to {log.last} has {len(log.results)} epochs"


def _judge_row(evidence: Evidence, row: list[str], line: int) -> Judgements:
    """A row of limit, figure, verdict: | parameters | fewer than 20,000 | 25,290 | no |."""
    for at in range(len(row) - 2):
        required, measured = _REQUIRED.fullmatch(row[at]), _MEASURED.match(row[at + 1])
        verdict = re.match(rf"\W*(?:(?P<yes>{_YES})|(?P<no>{_NO}))", row[at + 2], re.IGNORECASE)
        if required is not None and measured is not None and required["percent"] == measured["percent"]:
            yield from _judge_margin(required, measured, row[at + 2], line)
        if required is None or measured is None or verdict is None or required["percent"] != measured["percent"]:
            continue
        limit, value = _scaled(required["limit"], required["k"]), _scaled(measured["value"], measured["k"])
        known, source = _measured(evidence, row[0], line) if row[0].lower() in ("parameters", "epochs") else (None, "")
        if known is not None and not _rounds(measured["value"], measured["k"], known):
            yield Finding(line, Kind.CONSTRAINT, f"{row[0]}: {measured[0].strip()}", _plain(known), source)
            continue
        holds = (
            value < limit if required["below"] else value <= limit if required["up_to"]
            else value >= limit if required["from"] else value > limit
        )  # fmt: skip
        finding = Finding(
            line, Kind.CONSTRAINT, f"{row[0]}: {measured[0].strip()}, {squeeze(verdict[0])}",
            "yes" if holds else "no", f"{measured[0].strip()} is {'' if holds else 'not '}{squeeze(required[0])}",
        )  # fmt: skip
        yield None if holds == bool(verdict["yes"]) else finding


def _judge_result(header: Sequence[str], row: list[str], line: int) -> Judgements:
    """A row of an accuracy aimed at and a ticked result: | Test accuracy | 99.4% | 99.31% ✅ |."""
    aims, results = (
        [at for at, title in enumerate(header) if pattern.fullmatch(title.strip(" *:"))]
        for pattern in (_AIM_HEAD, _RESULT_HEAD)
    )
    if len(aims) != 1 or len(results) != 1 or len(row) != len(header) or not re.search(r"\bacc", row[0], re.IGNORECASE):
        return
    aim, result = _MEASURED.fullmatch(row[aims[0]].strip("≥>=+ ")), _MEASURED.match(row[results[0]])
    ticked = any(re.search("✅|✓|✔", cell) for cell in row) and not any(_CROSSED.search(cell) for cell in row)
    if aim and result and aim["percent"] and result["percent"] and ticked:
        yield None if _scaled(result["value"], "") >= _scaled(aim["value"], "") else Finding(
            line, Kind.CONSTRAINT, f"{row[0]}: {result[0].strip()}, ticked", f"{result[0].strip()} misses the aim",
            f"{result[0].strip()} is below the {aim[0].strip()} aimed at",
        )  # fmt: skip


def _judge_margin(required: re.Match[str], measured: re.Match[str], text: str, line: int) -> Judgements:
    """What a row says that the figure is under or above its limit, in per cent of either or in points."""
    match = _MARGIN.search(text)
    limit, value = _scaled(required["limit"], required["k"]), _scaled(measured["value"], measured["k"])
    if match is None or not limit or not value or (match["way"].lower() in ("under", "below")) != (value < limit):
        return
    gap = abs(limit - value)
    decimals = len(match["share"].partition(".")[2])
    shares = [100 * gap / limit, 100 * gap / value, gap]
    near = any(abs(Fraction(match["share"]) - share) < Fraction(1, 10**decimals) for share in shares)
    yield None if near else Finding(
        line, Kind.CONSTRAINT, squeeze(match[0]), f"{float(shares[0]):.1f}%",
        f"{measured[0].strip()} of {squeeze(required[0])}: {_plain(gap)} {match['way'].lower()} the limit",
    )  # fmt: skip


def _rounds(text: str, k: str | None, known: Fraction) -> bool:
    """Whether 25.3K is a rounding of 25,290."""
    number = text.replace(",", "")
    return is_rounding(Fraction(number), known / (1_000 if k else 1), len(number.partition(".")[2]))


def _scaled(text: str, k: str | None) -> Fraction:
    return Fraction(text.replace(",", "")[:20]) * {"": 1, "k": 1_000}.get((k or "").lower(), 10**6)


def _noun(what: str) -> str:
    return "parameters" if what.lower().startswith("p") else "epochs"


def _plain(number: Fraction) -> str:
    return f"{int(number):,}" if number.denominator == 1 else f"{float(number):g}"
