"""`import reports` is light, and offers what a Python user needs; results show themselves in a notebook."""

import html
import subprocess
import sys

import pytest

import reports
from tests.conftest import ROOT

HEAVY = ("sympy", "numpy", "torch", "matplotlib", "jinja2", "pydantic", "markdown_it", "rich", "typer")


def test_importing_it_imports_nothing_heavy():
    code = f"import sys, reports; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_every_name_is_there_and_listed():
    for name in reports.__all__:
        assert getattr(reports, name).__name__ == name
        assert name in dir(reports)
    assert reports.__version__[0].isdigit()


def test_a_misspelt_name_gets_the_nearest():
    with pytest.raises(AttributeError, match="has no 'biuld_report'; did you mean build_report"):
        _ = reports.biuld_report


def test_a_report_shows_itself_with_its_pictures_in_a_frame_of_its_own(runs, tmp_path, without_pictures):
    report = reports.build_report([runs / "b-passes"], learning_rates=[1.0], epochs=2)

    shown = report._repr_html_()
    document = html.unescape(shown.partition('srcdoc="')[2].removesuffix('"></iframe>'))
    assert shown.startswith('<iframe sandbox="allow-scripts" ')
    assert shown.count('"') == 6
    assert document.startswith("<!doctype html>")
    assert 'src="data:image/svg+xml;base64,' in document
    assert [run.name for run in report.runs] == ["b-passes"]
    assert not list(tmp_path.iterdir())


def test_a_report_is_written_where_a_folder_is_given(runs, tmp_path, without_pictures):
    report = reports.build_report([runs / "b-passes"], tmp_path, learning_rates=[1.0], epochs=2, formats=["html"])

    assert set(report.files) == {"report.html", "eight-weight.xlsx"} == {file.name for file in tmp_path.iterdir()}
    with pytest.raises(reports.InputError, match="no such folder"):
        reports.build_report([tmp_path / "none"])


def test_findings_of_a_readme_are_a_table_in_which_its_text_is_no_markup(tmp_path):
    report = reports.lint(ROOT / "docs" / "claims.md", select=["log"])
    assert [finding.line for finding in report.findings] == [25]
    assert report._repr_markdown_().splitlines()[2:] == [
        "| line | rule | found | should be | because |",
        "| ---: | --- | --- | --- | --- |",
        "| 25 | log | 98.60 % beside 9,806 of 10,000 | 98.06 % | 9,806 / 10,000 = 98.06 % |",
    ]
    (tmp_path / "*a*.md").write_text("Less than 600 parameters: 700\n", encoding="utf-8")
    evil = reports.lint(str(tmp_path / "*a*.md"))._repr_markdown_()
    assert r"\*a\*.md" in evil
    assert r"\<" not in evil
    assert "*a*" not in evil


def test_a_comparison_is_a_table_and_sentences(write_run, tmp_path):
    for name, last in (("a", 9910), ("b", 9935)):
        write_run(tmp_path / name, correct=(9800, last), seed=0)

    shown = reports.compare(tmp_path / "a", str(tmp_path / "b"))._repr_markdown_().splitlines()

    assert shown[0] == "| group | parameters | epochs | n | mean ± sd | min | max | images |"
    assert shown[1] == "| :--- | ---: | ---: | ---: | ---: | ---: | ---: | :--- |"
    assert "| 99.350 | 99.35 | 99.35 |" in shown[3]
    assert "0.250 percentage points higher; n = 1 and 1: nothing can be said" in shown[5]
