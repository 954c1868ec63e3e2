"""Settings that words tell, against the one value that the code of the same text gives them: batch size, dropout."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from reports.readmes.proof.evidence import Evidence, squeeze
from reports.readmes.proof.findings import Finding, Judgements, Kind
from reports.readmes.reading.document import Document, plain

_NUMBER = r"(?P<value>\d*\.?\d+(?:[eE]-?\d{1,2})?)(?![\d.%]|\s*%)"
_NAMES = {  # in code, in words
    "batch size": (r"\bbatch_?size", r"batch[ -]?size"),
    "learning rate": (r"(?<![\w.])(?:lr|learning_?rate)", r"(?:initial\s+|base\s+)?(?:learning[ -]?rate|lr)"),
    "momentum": (r"(?<!\w)momentum", r"momentum"),
    "weight decay": (r"\bweight_?decay", r"weight[ -]?decay"),
    "step size": (r"\bstep_?size", r"step[ -]?size"),
    "gamma": (r"(?<!\w)gamma", r"gamma"),
    "epochs": (r"(?<!\w)(?:num_?|n_?)?epochs", r"(?:number of\s+)?epochs"),
}
_IN_CODE = {
    name: re.compile(rf"{code}[\"']?\s*(?::\s*(?:int|float)\s*)?[=:]\s*{_NUMBER}(?!\s*[*/])", re.IGNORECASE)
    for name, (code, _) in _NAMES.items()
}
_IN_WORDS = {
    name: re.compile(
        rf"^[\s>*+\-•|]*(?:\d+[.)]\s*)?(?:the\s+)?{words}\s*(?:[:=|]|of|is|was|used\s*[:=])[\s:=|]*{_NUMBER}[\s*|.,;]*$"
        rf"|\bwith\s+(?:a\s+)?{words}\s+(?:of\s+){_NUMBER.replace('<value>', '<value2>')}",
        re.IGNORECASE,
    )
    for name, (_, words) in _NAMES.items()
}
_DROPPED = re.compile(r"\bDropout(?:2d)?\(\s*(?:p\s*=\s*)?(?P<value>0?\.\d+)\b")
_DROPOUT = re.compile(
    r"\bdrop-?\s?out\b[^.\n\d%]{0,30}?(?P<values>\(?\s*(?:p\s*=\s*)?0?\.\d+(?:\s*(?:-|–|to|,|and)\s*0?\.\d+)*)(?![\d.]|\s*%)",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:one-?cycle\w*|max_?lr|warm-?up|cyclic\w*|lr[ -]?finder|suggest\w*|anneal\w*)\b", re.IGNORECASE
)
_OTHERWISE = re.compile(
    r"\b(?:tried|try|first|initially|before|previous\w*|earlier|then|changed?|increas\w*|decreas\w*|reduc\w*|from|"
    r"instead|default|could|would|should|if|experiment\w*|not|without|or|test\w*|than|e\.g)\b|n't",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"^\s*(?:\$|!|python\b|pip\b)|--\w")


def check_chosen(evidence: Evidence) -> Judgements:
    """Each setting that lines tell with one value and code gives another; each dropout that no layer has."""
    code = list(_code(evidence.document))
    for name, values in _coded(code).items():
        told = dict(_told(evidence.document, name))
        if len(values) != 1 or len({Fraction(text) for text in told.values()}) != 1:
            continue
        ((number, line),) = values.items()
        for at, text in told.items():
            yield (
                None
                if Fraction(text) == number
                else Finding(
                    at, Kind.TRAINING, f"{name} {text}", f"{name} {float(number):g}", f"the code has so in line {line}"
                )
            )
    yield from _dropouts(evidence.document, code)


def _code(document: Document) -> Iterator[tuple[int, str]]:
    """The lines of listings, no commands among them."""
    for block in document.of_kind("fence"):
        for number in range(block.first + 1, block.last):
            line = document.lines[number - 1].partition("#")[0]
            if not _COMMAND.search(line):
                yield number, line


def _coded(code: list[tuple[int, str]]) -> Mapping[str, dict[Fraction, int]]:
    """The values that code gives each setting, each with its first line; a rate that moves is none."""
    several = any(_SEVERAL.search(line) for _, line in code)
    found: dict[str, dict[Fraction, int]] = {}
    for number, line in code:
        for name, pattern in _IN_CODE.items():
            for match in pattern.finditer(line):
                found.setdefault(name, {}).setdefault(Fraction(match["value"]), number)
    return {name: values for name, values in found.items() if not (several and name == "learning rate")}


def _told(document: Document, name: str) -> Iterator[tuple[int, str]]:
    several = name == "learning rate" and any(_SEVERAL.search(line) for line in document.lines)
    for block in document.of_kind("prose", "row") if not several else ():
        for number in range(block.first, block.last + 1):
            line = plain(document.lines[number - 1])
            match = _IN_WORDS[name].search(line) if len(line) <= 300 else None
            if match and not _OTHERWISE.search(line):
                yield number, match["value"] or match["value2"]


def _dropouts(document: Document, code: list[tuple[int, str]]) -> Judgements:
    """Rates of dropout in words, of which the layers of the code have none."""
    known = {Fraction(match["value"]) for _, line in code for match in _DROPPED.finditer(line)}
    known |= {Fraction(m["value"]) for line in document.lines for m in _DROPPED.finditer(line) if "): Dropout" in line}
    for block in document.of_kind("prose", "row") if known else ():
        for number in range(block.first, block.last + 1):
            line = plain(document.lines[number - 1])
            match = _DROPOUT.search(line) if len(line) <= 300 else None
            if match is None or _OTHERWISE.search(line) or "): " in line:
                continue
            odd = [text for text in re.findall(r"0?\.\d+", match["values"]) if Fraction(text) not in known]
            yield None if not odd else Finding(
                number, Kind.TRAINING, squeeze(match[0]), " or ".join(f"{float(rate):g}" for rate in sorted(known)),
                f"no dropout of the code has {odd[0]}",
            )  # fmt: skip
