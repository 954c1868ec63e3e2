"""All rules there are, and the selection among them."""

from collections.abc import Iterator, Sequence

from groundfloor.text import did_you_mean
from reports.errors import ReportsError
from reports.readmes.rules import counts, data, rates, recorded, tables
from reports.readmes.rules.arithmetic import written as arithmetic
from reports.readmes.rules.formulas import judged as formulas
from reports.readmes.rules.limits import constraints
from reports.readmes.rules.receptive import fields as receptive
from reports.readmes.rules.registry import Rule, registered
from reports.readmes.rules.runs import accuracy, logs, milestones, summaries, training

MODULES = (
    tables,
    logs,
    accuracy,
    milestones,
    summaries,
    counts,
    constraints,
    training,
    receptive,
    arithmetic,
    rates,
    formulas,
    recorded,
    data,
)  # each registers its own
RULES = {rule.id: rule for rule in registered()}


class UnknownRuleError(ReportsError):
    """The id of a rule that does not exist."""


def rule_named(name: str) -> Rule:
    """The rule of an id or of a code; UnknownRuleError on any other."""
    found = RULES.get(name) or next((rule for rule in RULES.values() if rule.code == name.upper()), None)
    if found is None:
        raise UnknownRuleError(
            f"rule '{name}' is unknown; {did_you_mean(name, RULES)}One of: {', '.join(RULES)}, or their codes"
        )
    return found


def select_rules(select: Sequence[str] = (), ignore: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules named in `select`, or all, without those in `ignore`; UnknownRuleError on any other name."""
    wanted, unwanted = ([rule_named(name) for name in names] for names in (select, ignore))
    return tuple(rule for rule in RULES.values() if rule in (wanted or RULES.values()) and rule not in unwanted)


def rules_table() -> Iterator[str]:
    """The lines of the table of rules, in markdown."""
    yield from ("| | rule | claim | held against |", "| --- | --- | --- | --- |")
    for rule in RULES.values():
        yield f"| {rule.code} | {rule.id} | {rule.claim} | {rule.against} |"
