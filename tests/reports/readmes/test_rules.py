"""The rules of `reports lint`: one id each, selected and ignored by it, listed in the documentation."""

import pytest

from reports.readmes.lint import lint
from reports.readmes.proof.findings import Kind
from reports.readmes.rules.catalogue import RULES, UnknownRuleError, rules_table, select_rules
from tests.conftest import ROOT

CLAIMS = ROOT / "docs" / "claims.md"
FOUND = ["parameters", "log", "accuracy", "formula"]


def ids(report):
    return [finding.kind.rule for finding in report.findings]


def test_each_kind_of_claim_has_its_rule():
    assert [rule.kind for rule in RULES.values()] == list(Kind)
    assert "parameter-count" in RULES


def test_docs_lint_md_holds_the_table_of_the_registry():
    assert "\n".join(rules_table()) in (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")


def test_a_rule_judges_claims_of_its_own_kind_alone():
    for rule in RULES.values():
        report = lint(CLAIMS, select=[rule.id])
        assert set(report.checked) <= {rule.kind}
        assert set(ids(report)) <= {rule.id}


@pytest.mark.parametrize(
    ("expected", "select", "ignore"),
    [
        (FOUND, [], []),
        (["log"], ["log"], []),
        (["parameters", "formula"], ["formula", "parameters"], []),
        (["parameters", "accuracy"], [], ["log", "formula"]),
        (["log"], ["log", "formula"], ["formula"]),
    ],
)
def test_findings_of_selected_rules(expected, select, ignore):
    assert ids(lint(CLAIMS, select=select, ignore=ignore)) == expected


def test_an_unknown_rule_is_named_with_the_nearest():
    with pytest.raises(UnknownRuleError, match=r"rule 'totla' is unknown; did you mean total\? One of: parameters, "):
        select_rules(["totla"])
    with pytest.raises(UnknownRuleError, match="rule 'x' is unknown; One of: parameters, "):
        select_rules((), ["x"])


@pytest.mark.parametrize("words", [["--select", "log,formula"], ["--select", "log", "--select", "formula"]])
def test_the_command_takes_several_by_commas_and_by_repeating(command, words):
    result = command("lint", CLAIMS, *words)

    assert result.code == 1
    assert [line.split("[")[1].split("]")[0] for line in result.out.splitlines() if ": [" in line] == ["log", "formula"]


def test_the_command_ignores_rules_and_prints_the_table(command):
    assert command("lint", CLAIMS, "--ignore", ",".join(FOUND)).code == 0
    assert command("lint", "--rules").out.splitlines() == list(rules_table())
    assert command("lint", CLAIMS, "--select", "totla").err.startswith("reports: rule 'totla' is unknown; did you mean")
