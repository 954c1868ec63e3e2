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
    claim: str  # what a README says, in markdown
    against: str  # what that is held against
    check: Check

    @property
    def id(self) -> str:
        """The name by which it is selected."""
        return self.kind.rule


_REGISTERED: dict[Kind, Rule] = {}


def rule(kind: Kind, claim: str, against: str) -> Callable[[Check], Check]:
    """Register the decorated function as the check of all claims of a kind."""

    def register(check: Check) -> Check:
        _REGISTERED[kind] = Rule(kind, claim, against, check)
        return check

    return register


def registered() -> tuple[Rule, ...]:
    """The rules of all modules that are imported, in the order of their kinds."""
    return tuple(_REGISTERED[kind] for kind in Kind if kind in _REGISTERED)
