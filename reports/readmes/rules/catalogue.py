"""All rules there are, and the selection among them."""

from collections.abc import Iterator, Sequence

from groundfloor.text import did_you_mean
from reports.errors import ReportsError
from reports.readmes.rules import (
    accuracy,
    arithmetic,
    constraints,
    counts,
    formulas,
    logs,
    rates,
    recorded,
    tables,
    training,
)
from reports.readmes.rules.registry import Rule, registered

MODULES = (
    tables,
    logs,
    accuracy,
    counts,
    constraints,
    training,
    arithmetic,
    rates,
    formulas,
    recorded,
)  # each registers its own
RULES = {rule.id: rule for rule in registered()}


class UnknownRuleError(ReportsError):
    """The id of a rule that does not exist."""


def select_rules(select: Sequence[str] = (), ignore: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules of the ids in `select`, or all, without those in `ignore`; UnknownRuleError on any other id."""
    for identity in (*select, *ignore):
        if identity not in RULES:
            raise UnknownRuleError(
                f"rule '{identity}' is unknown; {did_you_mean(identity, RULES)}One of: {', '.join(RULES)}"
            )
    return tuple(rule for rule in RULES.values() if rule.id in (select or RULES) and rule.id not in ignore)


def rules_table() -> Iterator[str]:
    """The lines of the table of rules, in markdown."""
    yield from ("| rule | claim | held against |", "| --- | --- | --- |")
    for rule in RULES.values():
        yield f"| {rule.id} | {rule.claim} | {rule.against} |"
