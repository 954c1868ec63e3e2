"""Rules switched off by comments and by pyproject.toml; findings for other programs; the hooks and the action."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from reports.readmes.formats import as_github, as_junit, as_sarif
from reports.readmes.lint import lint
from reports.readmes.rules.catalogue import RULES, UnknownRuleError
from reports.readmes.settings import SettingsError, read_settings
from tests.conftest import ROOT

CLAIMS = ROOT / "docs" / "claims.md"
WRONG = "Of them 98 of 100 (99 %) were right.\n\nThe sum is 2 + 2 = 5 here.\n"


def lines(check, text):
    return [finding.line for finding in check(text).findings]


def test_codes_are_given_once_and_in_order():
    assert [rule.code for rule in RULES.values()] == [f"RL{number:03}" for number in range(1, len(RULES) + 1)]
    assert [f.kind.rule for f in lint(CLAIMS, select=["rl005"]).findings] == ["log"]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ([1, 3], WRONG),
        ([], f"<!-- reports-lint-disable -->\n{WRONG}"),
        ([2], f"<!-- reports-lint-disable arithmetic -->\n{WRONG}"),
        ([4], f"<!-- reports-lint-disable-next-line RL006, RL011 -->\n{WRONG}"),
        ([1], WRONG.replace("here.", "here. <!-- reports-lint-disable-line -->")),
        ([6], "<!-- reports-lint-disable -->\n" + WRONG.replace("The", "<!-- reports-lint-enable -->\n\nThe")),
        ([2], f"<!-- reports-lint-disable RL006 RL011 -->\n<!-- reports-lint-enable accuracy -->{WRONG}"),
    ],
)
def test_a_comment_switches_rules_off(check, expected, text):
    assert lines(check, text) == expected


def test_a_comment_with_an_unknown_rule_is_named(check):
    with pytest.raises(UnknownRuleError, match=r"README\.md: line 1: rule 'totla' is unknown; did you mean"):
        check(f"<!-- reports-lint-disable totla -->\n{WRONG}")


def test_the_pyproject_above_a_readme_says_which_rules_it_wants(tmp_path):
    readme = tmp_path / "docs" / "README.md"
    readme.parent.mkdir()
    readme.write_text(WRONG, encoding="utf-8")
    settings = tmp_path / "pyproject.toml"
    settings.write_text('[tool.reports.lint]\nignore = ["RL011"]\n', encoding="utf-8")

    assert [finding.line for finding in lint(readme).findings] == [1]
    assert [finding.line for finding in lint(readme, select=["accuracy", "arithmetic"]).findings] == [1]
    settings.write_text('[tool.reports.lint]\nselect = ["arithmetic"]\n', encoding="utf-8")
    assert [finding.line for finding in lint(readme).findings] == [3]
    assert [finding.line for finding in lint(readme, select=["accuracy"]).findings] == [1]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("ignored = []", r"tool\.reports\.lint\.ignored is unknown; one of: select, ignore"),
        ("ignore = 3", r"tool\.reports\.lint\.ignore is 3; a list of rules is needed"),
        ('ignore = ["memroy"]', r"pyproject\.toml: rule 'memroy' is unknown; did you mean memory\?"),
        ("ignore = [", "cannot be read"),
    ],
)
def test_settings_that_cannot_be_used_are_named(tmp_path, table, words):
    file = tmp_path / "pyproject.toml"
    file.write_text(f"[tool.reports.lint]\n{table}\n", encoding="utf-8")

    with pytest.raises(SettingsError, match=words):
        read_settings(file)


def test_annotations_of_github_stand_on_one_line_each(check):
    report = check("The sum of 100 % and more: 2 + 2 = 5, here.\n")

    assert list(as_github([report])) == [
        "::error file=README.md,line=1,title=RL011 arithmetic::2 + 2 = 5; should be 2 + 2 = 4, because it makes 4"
    ]


def test_sarif_names_rules_and_places():
    report = lint(CLAIMS)

    (run,) = json.loads(as_sarif([report]))["runs"]

    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.code for rule in RULES.values()]
    assert [
        (result["ruleId"], result["locations"][0]["physicalLocation"]["region"]["startLine"])
        for result in run["results"]
    ] == [("RL001", 13), ("RL005", 25), ("RL006", 30), ("RL013", 32)]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_junit_has_a_case_a_finding_and_one_that_passes(check):
    root = ElementTree.fromstring(as_junit([lint(CLAIMS), check("Nothing & <b>no</b> claim.\n")]))

    assert [(suite.get("tests"), suite.get("failures")) for suite in root] == [("4", "4"), ("1", "0")]
    assert len(root.findall("testsuite/testcase/failure")) == 4


@pytest.mark.parametrize(
    ("form", "begins"), [("github", "::error "), ("sarif", "{"), ("junit", "<?xml"), ("json", "{")]
)
def test_the_command_prints_each_form_and_ends_with_1(command, form, begins):
    result = command("lint", CLAIMS, "--format", form)

    assert (result.code, result.out[: len(begins)]) == (1, begins)


def run_step(step: dict[str, object], folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """A step of the action in a shell, its expressions filled in as GitHub would."""
    filled = {name: inputs[str(text).split("inputs.")[1].split()[0]] for name, text in dict(step["env"]).items()}  # type: ignore[call-overload]
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return subprocess.run(
        ["bash", "-e", "-c", str(step["run"])], cwd=folder, env={**os.environ, **filled, "PATH": path}, text=True,
        capture_output=True, check=False, timeout=120,
    )  # fmt: skip


def test_the_last_step_of_the_action_annotates_findings(tmp_path):
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (tmp_path / "README.md").write_text(WRONG, encoding="utf-8")
    (tmp_path / "right.md").write_text("2 + 2 = 4\n", encoding="utf-8")
    *_, step = action["runs"]["steps"]

    result = run_step(step, tmp_path, files="*.md", arguments="--ignore RL006")

    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith("::error file=README.md,line=3,title=RL011 arithmetic::2 + 2 = 5")
    assert run_step(step, tmp_path, files="right.md", arguments="").returncode == 0
    assert {"files", "arguments"} == set(action["inputs"])


def test_the_hooks_call_commands_that_exist():
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

    assert {hook["id"]: hook["entry"] for hook in hooks} == {
        "reports-lint": "reports lint", "backprop-check": "backprop check",
    }  # fmt: skip
