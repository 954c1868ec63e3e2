"""The rules of `reports lint`, by id: each a function of one signature that says which claims it checks, and how."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Judgements, Kind

Check = Callable[[Evidence], Judgements]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check of one kind of claims."""

    kind: Kind
    code: str  # RL001: never given to another rule
    claim: str  # what a README says, in markdown
    against: str  # what that is held against
    check: Check

    @property
    def id(self) -> str:
        """The name by which it is selected."""
        return self.kind.rule


CODES = {
    Kind.PARAMETERS: "RL001",
    Kind.SHAPE: "RL002",
    Kind.TOTAL: "RL003",
    Kind.MEMORY: "RL004",
    Kind.LOG: "RL005",
    Kind.ACCURACY: "RL006",
    Kind.COUNT: "RL007",
    Kind.CONSTRAINT: "RL008",
    Kind.TRAINING: "RL009",
    Kind.RECEPTIVE: "RL010",
    Kind.ARITHMETIC: "RL011",
    Kind.RATE: "RL012",
    Kind.FORMULA: "RL013",
    Kind.RUN: "RL014",
    Kind.MILESTONE: "RL015",
    Kind.SUMMARY: "RL016",
    Kind.DATA: "RL017",
}
_REGISTERED: dict[Kind, Rule] = {}


def rule(kind: Kind, claim: str, against: str) -> Callable[[Check], Check]:
    """Register the decorated function as the check of all claims of a kind."""

    def register(check: Check) -> Check:
        _REGISTERED[kind] = Rule(kind, CODES[kind], claim, against, check)
        return check

    return register


def registered() -> tuple[Rule, ...]:
    """The rules of all modules that are imported, in the order of their kinds."""
    return tuple(_REGISTERED[kind] for kind in Kind if kind in _REGISTERED)
