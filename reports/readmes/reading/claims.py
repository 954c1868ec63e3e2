"""What the words of a README say of its run, line by line: accuracies, parameters, epochs, batch sizes, limits.

Read are the short forms in which results are listed: "- Best Test Accuracy: 99.42 % (epoch 12)", "Params: 18.8k",
"| Test accuracy | 99.4 % |", "99.42 % validation accuracy in 14 epochs". Nothing is judged here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from reports.readmes.reading.document import Document, cells, plain

What = Literal["test", "train", "parameters", "epochs", "batch"]

_ORDINAL = r"(?:st|nd|rd|th)?"
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_PER = r"\d{1,3}(?:[.,]\d{1,6})?"
_SET = r"(?P<set>test(?:ing)?|val(?:id(?:ation)?)?|train(?:ing)?)"
_HOW = r"(?P<how>best|highest|max(?:imum)?|top|peak|final|last)"
_BETWEEN = r"(?:[\s:=\-–—*]|(?<=[-=])>)*"  # an arrow, but no sign of "more than"
_LINK = (
    rf"{_BETWEEN}(?:\b(?:is|was|of|are|at|as|achieved|acheived|achived|obtained|reached|got|attained)\b{_BETWEEN})"
    "{0,3}"
)
_EPOCH = (
    r"(?:[^.%;|\n\d]{0,40}?(?:\b(?:epoch|ep)\s*(?:no\.?|number|#|:|-|=)?\s*(?P<after>\d{1,4})\b"
    rf"|(?P<before>\d{{1,4}})\s?{_ORDINAL}\s+epoch\b))?"
)
_LABELLED = re.compile(
    rf"(?:\b{_HOW}\b[\s:_-]*(?:epochs?\s+)?)?(?:\b{_SET}\b[\s:_-]*)?(?:set\s+)?\bacc(?:uracy|uracies|racy|urcay)?\b(?!\s*loss)"
    rf"(?:\s*\(%\))?(?:\s+(?:obtained|achieved|acheived|achived|reached|score))*"
    rf"(?:\s+(?:within\s+(?:the\s+)?(?:first\s+)?(?:epoch\s+\d{{1,4}}|\d{{1,4}}\s+epochs)|(?:in|after|over|with)\s+\d{{1,4}}\s+epochs))?"
    rf"(?:\s+(?:at|in|after|on|for|by)\s+(?:the\s+)?(?:epoch\s+(?P<inside>\d{{1,4}})|(?P<inside2>\d{{1,4}})\s?{_ORDINAL}\s+epoch))?"
    rf"{_LINK}(?P<more>>=?|≥|over|above|around|about|approx\w*|~|<)?\s*(?<![\d.])(?P<value>{_PER})(?![\d,]|\.\d|\s*/|\s*[a-z]*\s*param)"
    rf"\s*(?P<percent>%)?(?!\s*(?:[-–]|to)\s*\d+(?!\d|\s?(?:st|nd|rd|th)\b)){_EPOCH}",
    re.IGNORECASE,
)
_VALUE_FIRST = re.compile(
    rf"(?<![\d.,])(?P<value>{_PER})\s*(?P<percent>%)\s+(?:\w+\s+){{0,1}}?{_SET}\s+(?:set\s+)?acc(?:uracy)?\b{_EPOCH}",
    re.IGNORECASE,
)
_GET = re.compile(
    rf"\b(?:get|gets|got|achieves?|acheives?|achives?|achieved|acheived|achived|reach(?:ed|es)?)\s+(?:an?\s+)?(?:accuracy\s+of\s+)?(?<![\d.,])(?P<value>{_PER})\s*"
    rf"(?P<percent>%)(?:\s+{_SET})?(?:\s+accuracy)?{_EPOCH}",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"\btrain(?:ing)?\s*(?:/|and|,)\s*(?:test(?:ing)?|val(?:idation)?)\s+acc(?:uracy|uracies)?[\s*:=-]*(?P<train>\d{2}\.\d{1,4})\s*%?"
    r"\s*(?:/|and|,)\s*(?P<test>\d{2}\.\d{1,4})\s*%?",
    re.IGNORECASE,
)
_SETS = re.compile(  # train 99.29 test 99.86
    r"\btrain(?:ing)?\s*(?:acc\w*\s*)?[:=-]*\s*(?P<train>\d{2}\.\d{1,4})\s*%?\s*[,;/|]?\s*(?:and\s+)?"
    r"(?:test(?:ing)?|val(?:idation)?)\s*(?:acc\w*\s*)?[:=-]*\s*(?P<test>\d{2}\.\d{1,4})\s*%?(?![\d.])",
    re.IGNORECASE,
)
_ABOUT = r"~|<|>|≈|≤|less than|fewer than|under|below|over|above|more than|around|about|approx\w*|almost|nearly"
_PARAMETERS = re.compile(
    r"\b(?:(?:total|number|num|no\.?|nos|count|model|trainable|#)\s*(?:of\s+)?(?:the\s+)?)*(?:model\s+|trainable\s+)?"
    r"p[ae]r[aiâ]m(?:s|eters?|etres?|etros|tes|ters|etes|aters)?\b(?:\s*\([^)]{0,20}\))?"
    r"(?:\s+(?:count|used?|useds|we have|in the (?:model|network)))*"
    rf"{_LINK}(?P<more>{_ABOUT})?\s*"
    rf"(?<![\d.,])(?P<value>{_NUMBER})\s*(?P<unit>[kKmM]\b|million\b)?(?!\s*%|[\d.]*\s*(?:MB|KB|B)\b|\s*x)",
    re.IGNORECASE,
)
_PARAMETERS_AFTER = re.compile(
    rf"(?:\b(?:has|have|having|using|used?|uses|with|of|by|contains?|only|just|total|are|is|we have)\s+|[:(=]\s*)"
    rf"(?P<more>~|<|>|≈|≤|about|around|approx\w*)?(?<![\d.,])(?P<value>{_NUMBER})\s*(?P<unit>[kKmM]\b|million\b)?\s*"
    r"(?:(?:total|trainable|learnable|model)\s+)*p[ae]r[ai]m\w*\b(?!\s*[:=<])",
    re.IGNORECASE,
)
_EPOCHS = re.compile(
    r"\b(?:trained|ran|training|(?<=\bwe )(?:train|run)|(?<=\bi )(?:train|run)|(?<=was )run)\s+"
    r"(?:\w+\s+){0,3}?(?:for|took)\s+(?:a total of\s+)?(?P<value>\d{1,4})\s+epochs?\b"
    r"|\b(?:logs?|history|table)\s+(?:over|for|of)\s+(?:the\s+|all\s+)?(?P<value4>\d{1,4})\s+epochs\b"
    r"|\b(?:total|number|no\.?)\s+(?:of\s+)?epochs?\b"
    r"(?:\s+(?:used|ran|run|trained|model trained))*[\s:=\-–]*(?:is|was|=)?\s*(?P<value2>\d{1,4})\b(?!\s*[+.%])"
    r"|^\W*(?:\d+[.)]\s*)?\W*(?:num_?|n_?)?epochs(?:\s+(?:used|ran|run|trained))*\s*[:=\-–]+\s*(?P<value3>\d{1,4})\s*(?:epochs\s*)?\**\s*$",
    re.IGNORECASE,
)
_BATCH = re.compile(
    r"\bbatch[\s_-]*size\b(?:\s+(?:used|is|was|of|=|:|be|exactly|as|kept|constant|at|the))*[\s:=\-–]*(?P<value>\d{1,5})\b(?!\s*(?:[/.,&]|and|or|to|-)\s*\d)",
    re.IGNORECASE,
)
_NEAR = re.compile(r"~|≈|around|about|approx\w*$", re.IGNORECASE)
_AIM = re.compile(
    r"\b(?:targets?|goals?|aims?|aim(?:ed|ing)|objectives?|must|should|need(?:s|ed)?|required?|"
    r"requirements?|constrain\w*|expect\w*|"
    r"if|could|would|can|cannot|not|never|previous\w*|earlier|paper|baseline|before|without|old(?:er)?|original|assignment|want\w*|"
    r"conditions?|criteria|at least|atleast|minimum|limit\w*|desired|budget|task|problem|try|trying|tried|hit|instead|"
    r"it reports|reported|the text|the source|"
    r"either|both|sota|state-of-the-art|increas\w*|decreas\w*|improv\w*|reduc\w*|drop\w*|gap|differ\w*|consistent\w*|crossed|cross|less|fewer|under|below|"
    r"exp(?:eriment)?s?|step|model\s*\d|version|v\d)\b",
    re.IGNORECASE,
)
_OF_ACCURACY = re.compile(r"\b(?:consisten\w*|cross(?:ed)?|gap|improv\w*|at least|minimum)\b", re.IGNORECASE)
_AIM_TITLE = re.compile(
    r"\b(?:targets?|goals?|aims?|objectives?|constraints?|requirements?|problem|assignment|task|conditions?|criteria|"
    r"to ?do|questions?|instructions?)\b",
    re.IGNORECASE,
)
_RESULT_TITLE = re.compile(
    r"\b(?:results?|analysis|analys[ei]s|outcome|achieved|summary|model|metrics|logs?|final)\b", re.IGNORECASE
)
_NOTE = re.compile(r"(?<=:)\s*\([^()]{1,200}\)\s*$")  # Results: (must include the best accuracies)
_FROM_THEN_ON = re.compile(r"\b(?:from|since|until|onwards?|consisten\w*)\b", re.IGNORECASE)
_TITLE_LINE = re.compile(r"^\W*(?:[A-Z\d][.)]\s+)?(?P<words>[A-Za-z][\w ,/&-]{2,40}?)\W*$")
_OPEN = re.compile(r"\s*(?:[-*+]|\d+[.)])?\s*\[ \]")  # a box that is not ticked
_LOG_LINE = re.compile(r"it/s|s/it|batch_id|\bloss\s*[=:]|100%|\d+/\d+ \[", re.IGNORECASE)
_NAMED = re.compile(r"^\W*[A-Za-z][A-Za-z ()/%-]{1,50}[:=]\s*[^\s(][^;{}()=]{0,60}(?:\([^()]{0,40}\))?\W*$")
LONGEST_SUMMARY = 12  # lines
MOST = 400  # figures of a README
LONGEST_TITLE = 60  # letters
LOOKED_BACK = 14  # lines to the line that says whether aims or results are listed


@dataclass(frozen=True, slots=True)
class Said:
    """A figure that a line says of the run."""

    what: What
    value: Fraction  # percent, parameters, epochs, images
    text: str
    line: int
    column: int
    decimals: int  # digits behind the point of the value as it is told
    unit: int = 1  # 1,000 of 18.8k
    how: str = ""  # best, last, or nothing
    epoch: int | None = None
    exact: bool = True  # not "over 99 %"
    fraction: bool = False  # told as a fraction of one
    above: bool = False  # told as exceeded: "> 5 M"
    about: bool = False  # told as near: "~195k"


def read_claims(document: Document) -> tuple[Said, ...]:
    """Every such figure, in order of lines; aims, conditions and other people's results are left out."""
    said: dict[tuple[int, int], Said] = {}
    for block in document.of_kind("prose", "heading", "row", "fence"):
        if block.kind == "fence" and not _is_summary(document.lines[block.first : block.last - 1]):
            continue
        for number in range(block.first, block.last + 1):
            line = document.lines[number - 1]
            if len(line) > 600 or not re.search(r"\d", line) or _LOG_LINE.search(line) or _OPEN.match(line):
                continue
            if block.kind == "row":
                found = _row(line, number)
            else:
                found = _line(plain(line), number) if not is_aim(document, number) else iter(())
            for claim in found:
                said.setdefault((claim.line, claim.column), claim)
            if len(said) >= MOST:
                break
    return tuple(said[place] for place in sorted(said))


def _is_summary(lines: Sequence[str]) -> bool:
    """Whether a fence lists results, a name and a figure a line, and holds neither code nor a log."""
    told = [line for line in lines if line.strip()]
    return 0 < len(told) <= LONGEST_SUMMARY and all(_NAMED.match(line) for line in told)


def is_aim(document: Document, number: int) -> bool:
    """Whether a line stands in a list of aims: under such a heading, or under a line that announces one."""
    for before in range(number - 1, max(0, number - LOOKED_BACK), -1):
        line = _NOTE.sub("", plain(document.lines[before - 1]).strip(" #>\t"))
        title = _TITLE_LINE.match(line)
        announces = title is not None or line.rstrip(" -").endswith(":")
        if not line or not announces:
            continue
        if _RESULT_TITLE.search(line) and not _AIM_TITLE.search(line):
            return False
        if _AIM_TITLE.search(line):
            return True
        if before in document.headings:
            break
    above = document.around(number)[0].title
    short = len(above) <= LONGEST_TITLE  # a longer one is a sentence, and speaks of itself
    return short and _AIM_TITLE.search(above) is not None and _RESULT_TITLE.search(above) is None


def _row(line: str, number: int) -> Iterator[Said]:
    """A row of a name and one value: | Test accuracy | 99.4 % |."""
    row = cells(line)
    if len(row) != 2 or not re.search(r"\d", row[1][0]):
        return
    (name, _), (value, value_at) = row
    joined = f"{name}: {value}"
    for claim in _line(joined, number):
        column = claim.column - len(name) - 2
        if column >= 0 and line[value_at + column :].startswith(claim.text):
            yield _moved(claim, value_at + column)


def _moved(claim: Said, column: int) -> Said:
    return Said(
        claim.what, claim.value, claim.text, claim.line, column, claim.decimals, claim.unit, claim.how, claim.epoch,
        claim.exact, claim.fraction, claim.above, claim.about,
    )  # fmt: skip


def _line(line: str, number: int) -> Iterator[Said]:
    taken: list[tuple[int, int]] = []
    for pattern in (_LABELLED, _VALUE_FIRST, _GET):
        for match in pattern.finditer(line):
            start = match.start("value")
            if any(first <= start < last for first, last in taken) or _AIM.search(_sentence(line, start)):
                continue
            taken.append(match.span())
            claim = _accuracy(match, number)
            if claim is not None:
                yield claim
    for match in (*_PAIR.finditer(line), *_SETS.finditer(line)):
        for what in ("train", "test"):
            text = match[what]
            if not any(first <= match.start(what) < last for first, last in taken):
                decimals = len(text.partition(".")[2])
                yield Said(what, Fraction(text), text, number, match.start(what), decimals)
    for match in (*_PARAMETERS.finditer(line), *_PARAMETERS_AFTER.finditer(line)):
        before = _sentence(line, match.start("value"))[: match.start("value")]
        if not _AIM.search(_OF_ACCURACY.sub("", before)):
            yield from _count(match, number)
    for pattern, what in ((_EPOCHS, "epochs"), (_BATCH, "batch")):
        for match in pattern.finditer(line):
            group = next(name for name in ("value", "value2", "value3", "value4") if match.groupdict().get(name))
            if not _AIM.search(_sentence(line, match.start(group))):
                yield Said(what, Fraction(match[group]), match[group], number, match.start(group), 0)  # type: ignore[arg-type]


def _sentence(line: str, at: int) -> str:
    """The part of a line between full stops around a place."""
    start = max(line.rfind(". ", 0, at), line.rfind("; ", 0, at)) + 1
    end = line.find(". ", at)
    return line[start : end if end >= 0 else len(line)]


def _accuracy(match: re.Match[str], number: int) -> Said | None:
    found = match.groupdict()
    text = found["value"]
    value, fraction = Fraction(text.replace(",", ".")), False
    decimals = len(text.replace(",", ".").partition(".")[2])
    if not found["percent"] and value <= 1 and decimals >= 3:
        value, fraction, decimals = value * 100, True, decimals - 2
    elif not found["percent"] and not decimals:
        return None  # "accuracy 5", of anything
    if value > 100 or (value <= 1 and not fraction):
        return None
    how = {"final": "last", "last": "last"}.get((found.get("how") or "").lower(), "best" if found.get("how") else "")
    epoch = next((found[name] for name in ("inside", "inside2", "after", "before") if found.get(name)), None)
    around = (
        match.string[max(0, match.start("value") - 12) : match.start("value")],
        match.string[match.end("value") : match.end()],
    )
    if re.match(r"\s*%?\s*\+", match.string[match.end("value") :]):
        return None  # 60 %+ is what is asked for
    bound = re.search(r"(?:>=?|≥|over|above)\s*$", around[0], re.IGNORECASE) is not None
    if _FROM_THEN_ON.search(around[1]):
        epoch, bound = None, True
    what: What = "train" if (found.get("set") or "").lower().startswith("tr") else "test"
    if (
        what == "test"
        and match.re is _LABELLED
        and not found.get("set")
        and re.search(
            r"\btrain\w*|\bdigit|\bsum|\bclass|\bobject",
            match.string[max(0, match.start() - 30) : match.start()],
            re.IGNORECASE,
        )
    ):
        return None
    return Said(
        what, value, text, number, match.start("value"), decimals, how=how, epoch=int(epoch) if epoch else None,
        exact=not (found.get("more") or bound), fraction=fraction,
    )  # fmt: skip


def _count(match: re.Match[str], number: int) -> Iterator[Said]:
    text = match["value"].rstrip(",")
    unit = {"k": 1_000, "m": 10**6}.get((match["unit"] or "")[:1].lower(), 1)
    digits = text.replace(",", "")
    decimals = len(digits.partition(".")[2])
    if (decimals and unit == 1) or Fraction(digits) * unit < 100:
        return
    yield Said(
        "parameters", Fraction(digits) * unit, text, number, match.start("value"), decimals, unit,
        exact=not match["more"], above=(match["more"] or "").lower() in (">", "over", "above", "more than"),
        about=_NEAR.match(match["more"] or "") is not None,
    )  # fmt: skip
