"""Findings in the forms that other programs read: GitHub's annotations, SARIF, JUnit."""

import json
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from xml.etree import ElementTree

from reports.readmes.proof.findings import FileReport, Finding
from reports.readmes.rules.catalogue import RULES


def as_github(reports: Sequence[FileReport]) -> Iterator[str]:
    """A workflow command a finding, which GitHub shows beside the line; the texts escaped as it asks."""
    for report in reports:
        for finding in report.findings:
            code = RULES[finding.kind.rule].code
            properties = (
                f"file={_property(report.file)},line={finding.line},title={_property(f'{code} {finding.kind.rule}')}"
            )
            yield f"::error {properties}::{_message(_sentence(finding))}"


def as_sarif(reports: Sequence[FileReport]) -> str:
    """SARIF 2.1.0, for code scanning and editors: one run, a rule each, a result a finding."""
    rules = [
        {
            "id": rule.code,
            "name": rule.id,
            "shortDescription": {"text": rule.claim},
            "fullDescription": {"text": f"{rule.claim}: held against {rule.against}"},
        }
        for rule in RULES.values()
    ]
    codes = [rule["id"] for rule in rules]
    results = [
        {
            "ruleId": RULES[finding.kind.rule].code,
            "ruleIndex": codes.index(RULES[finding.kind.rule].code),
            "level": "error",
            "message": {"text": _sentence(finding)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": report.file.replace("\\", "/")},
                        "region": {"startLine": finding.line},
                    }
                }
            ],
        }
        for report in reports
        for finding in report.findings
    ]
    driver = {"name": "reports lint", "version": _version(), "rules": rules}
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def as_junit(reports: Sequence[FileReport]) -> str:
    """JUnit's XML: a suite a file, a case a finding that fails; one that passes where nothing was found."""
    root = ElementTree.Element("testsuites", name="reports lint")
    for report in reports:
        failed = len(report.findings)
        suite = ElementTree.SubElement(
            root, "testsuite", name=_printable(report.file), tests=str(max(1, failed)), failures=str(failed)
        )
        for finding in report.findings:
            rule = RULES[finding.kind.rule]
            name = f"{rule.code} {rule.id}, line {finding.line}"
            case = ElementTree.SubElement(suite, "testcase", classname=_printable(report.file), name=name)
            message = _printable(f"{finding.found}; should be {finding.expected}")
            ElementTree.SubElement(case, "failure", message=message).text = _printable(finding.reason)
        if not failed:
            ElementTree.SubElement(
                suite, "testcase", classname=_printable(report.file), name=f"{report.claims} claims checked"
            )
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _sentence(finding: Finding) -> str:
    return _printable(f"{finding.found}; should be {finding.expected}, because {finding.reason}")


def _printable(text: str) -> str:
    """Without letters that XML, a log or a terminal does not take."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(_printable(text)).replace(":", "%3A").replace(",", "%2C")


def _version() -> str:
    try:
        return version("backprop-workbook")
    except PackageNotFoundError:
        return "0"
