"""The command line: what it prints, its exit codes, and one line for each bad input."""

import json
import shlex
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from groundfloor.command_style import examples_of
from mnist.runs.folder import FILES, WEIGHTS
from reports.commands.app import app
from reports.report import write_report
from reports.request import Request
from tests.conftest import ROOT

FAST = ("--eta", "1", "--epochs", "2")
HEAVY = ("torch", "sympy", "matplotlib", "numpy", "jinja2")


@pytest.fixture
def here(tmp_path, monkeypatch, without_pictures):
    """An empty folder to work in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    "words", [["--help"], *([name, "--help"] for name in ("build", "verify", "compare", "lint", "import"))]
)
def test_help_starts_without_heavy_imports(words):
    code = (
        "import sys\n"
        f"sys.argv = ['reports', *{words!r}]\n"
        "from reports.__main__ import main\n"
        "try:\n    main()\n"
        "finally:\n"
        f"    print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "loaded: []" in done.stdout
    assert "Usage: reports" in done.stdout


def test_help_of_build_shows_examples(command):
    told = command("build", "--help")

    assert told.code == 0
    assert "reports build runs/published-15738-seed0 -o report" in told.out


def test_every_command_has_an_example(command):
    starts = {tuple(shlex.split(example)[:2]) for example in examples_of(app)}
    assert starts == {("reports", name) for name in ("build", "verify", "compare", "lint", "import")}


def _matching(pattern: str) -> list[str]:
    """What a shell makes of a word: the files that it matches, else itself."""
    return sorted(map(str, Path().glob(pattern))) or [pattern]


@pytest.mark.parametrize("example", examples_of(app))
def test_the_examples_run(example, here, command, write_run, runs):
    """In a folder that holds what they name; of the browser's PDF the page alone."""
    for name in ("published-15738", "published-10066"):
        for seed in (0, 1):
            write_run(here / f"runs/{name}-seed{seed}", name, correct=(9900, 9910 + seed), seed=seed)
            write_run(here / f"runs/seeds/small-{name}-{seed}", name, correct=(9900, 9910 + seed), seed=seed)
    shutil.copytree(here / "runs" / "seeds", here / "runs" / "variants")
    (here / "README.md").write_text((ROOT / "docs" / "claims.md").read_text(encoding="utf-8"), encoding="utf-8")
    (here / "docs" / "report").mkdir(parents=True)
    (here / "docs" / "report" / "README.md").write_text("published-15738-seed0: 15,738 parameters", encoding="utf-8")
    (here / "mine.md.j2").write_text('{% extends "README.md.j2" %}', encoding="utf-8")
    shutil.copy(ROOT / "docs" / "claims.md", here / "docs" / "claims.md")
    (here / "intro.md").write_text("My words.", encoding="utf-8")
    if example.startswith("reports verify"):
        for folder in (here / "report", here / "docs" / "report"):
            write_report(Request(epochs=2), folder, force=True)
    typed = shlex.split(example.replace("html,pdf", "html"), comments=True)[1:]
    words = [word for each in typed for word in (_matching(each) if each.endswith(".md") else [each])]

    told = command(*words)

    findings = words[0] == "lint" and words[1] in ("README.md", "docs/claims.md")
    assert (told.code, told.err) == (1 if findings else 0, "")
    assert told.out


def test_an_interrupted_build_is_told(here, command, monkeypatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("reports.telling.run_trace", interrupt)

    told = command("build", *FAST)

    assert (told.code, told.out, told.err) == (130, "", "reports: interrupted; no file is half-written\n")


def test_build_without_runs_writes_part_1_and_says_how_to_make_a_run(here, command):
    told = command("build", "-o", "out", *FAST)

    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines() == [
        "out/README.md and 3 pictures",
        "out/eight-weight.xlsx",
        "out/claims.json",
        "No run under runs/. To make one: mnist train published-10066 --epochs 2 --out runs/first",
    ]
    assert (here / "out" / "README.md").is_file()


def test_old_spellings_and_repeating_still_work(here, command):
    words = ("--format", "md", "--format", "html", "--eta", "0.5", "--eta", "1", "--epochs", "2")

    assert command("build", "--output", "out", *words).code == 0
    assert {file.name for file in (here / "out").iterdir()} == {
        "README.md", "report.html", "assets", "eight-weight.xlsx", "claims.json",
    }  # fmt: skip
    assert "--output" not in command("build", "--help").out


def test_build_without_arguments_takes_the_runs_under_runs(here, command, write_run):
    write_run(here / "runs" / "one", correct=(9900,))

    told = command("build", "-o", "out", *FAST)

    assert told.code == 0
    assert "### one" in (here / "out" / "README.md").read_text(encoding="utf-8")


def test_json_names_files_and_verdicts(here, command, runs):
    told = command("build", runs / "a-best-only", "-o", "out", "--json", *FAST)

    result = json.loads(told.out)
    assert all((here / name).is_file() for name in result["written"])
    (run,) = result["runs"]
    assert (run["name"], run["last_accuracy"], run["best_accuracy"], run["best_epoch"]) == (
        "a-best-only",
        0.9936,
        0.9942,
        5,
    )
    assert run["holds"] == {
        "last_accuracy": False,
        "best_accuracy": True,
        "parameters": True,
        "epochs": True,
        "all": False,
    }


def test_json_names_configurations_with_mean_and_deviation(here, command, write_run):
    for seed, last in enumerate((9939, 9943)):
        write_run(here / "runs" / f"seed{seed}", correct=(9900, last), seed=seed)

    (told,) = json.loads(command("build", "-o", "out", "--json", *FAST).out)["configurations"]

    assert (told["net"], told["runs"], told["images"], told["mnist"]) == (
        "published-15738", ["seed0", "seed1"], "test", True,
    )  # fmt: skip
    assert told["mean_last_accuracy"] == 0.9941
    assert told["deviation"] == pytest.approx(0.00028284, abs=1e-8)
    assert (told["holds"], told["runs_that_hold"]) == (True, 1)


def test_a_page_is_one_file_and_the_same_bytes_again(here, command):
    told = command("build", "-o", "out", "--format", "html", *FAST)

    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines()[:2] == ["out/eight-weight.xlsx", "out/report.html"]
    assert {file.name for file in (here / "out").iterdir()} == {"report.html", "eight-weight.xlsx"}
    first = (here / "out" / "report.html").read_bytes()
    assert command("build", "-o", "out", "--format", "html,md", *FAST).code == 0
    assert (here / "out" / "report.html").read_bytes() == first
    assert (here / "out" / "README.md").is_file()


def test_every_plot_comes_as_png_too_where_asked(here, command, runs):
    assert command("build", runs / "b-passes", "-o", "out", "--png", *FAST).code == 0

    written = {file.name for file in (here / "out" / "assets").iterdir()}
    plots = {name.removesuffix(".svg") for name in written if name.endswith(".svg")}
    assert {"network", "loss-eta-1", "b-passes-accuracy"} <= plots
    assert {f"{name}.png" for name in plots} <= written


def test_a_page_of_somebody_else_is_kept(here, command):
    (here / "report.html").write_text("<!doctype html> mine", encoding="utf-8")

    told = command("build", "-o", ".", "--format", "html", *FAST)

    assert told.code == 2
    assert told.err == "reports: report.html: exists and is not from reports build; --force overwrites it\n"
    assert (here / "report.html").read_text(encoding="utf-8") == "<!doctype html> mine"


def test_without_a_browser_a_pdf_is_refused_before_anything_is_made(here, command, monkeypatch):
    monkeypatch.setattr("reports.output.pdf.shutil.which", lambda _: None)

    told = command("build", "-o", "out", "--format", "pdf", *FAST)

    assert told.code == 2
    assert "printed by Chromium or by LibreOffice Writer, and neither is installed" in told.err
    assert told.err.count("\n") == 1
    assert not (here / "out").exists()


def test_a_browser_that_fails_is_told(here, command, monkeypatch):
    monkeypatch.setattr("reports.output.pdf.shutil.which", lambda _: "/bin/false")

    told = command("build", "-o", "out", "--format", "pdf", *FAST)

    assert (told.code, told.err.count("\n")) == (2, 1)
    assert told.err.startswith("reports: /bin/false: no PDF (")
    assert not (here / "out").exists()


def test_goals_of_ones_own_are_judged(here, command, runs):
    told = command(
        "build", runs / "a-best-only", "-o", "out", "--json", *FAST,
        "--target-accuracy", "99.36", "--max-parameters", "15738", "--max-epochs", "7",
    )  # fmt: skip

    assert json.loads(told.out)["runs"][0]["holds"] == {
        "last_accuracy": True,
        "best_accuracy": True,
        "parameters": False,
        "epochs": True,
        "all": False,
    }


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("network 'eigth-weight' is unknown; did you mean eight-weight?", ["--network", "eigth-weight"]),
        ("none.toml: No such file or directory", ["--network", "none.toml"]),
        ("bad.toml: targets.1: a number is needed (found 'x')", ["--network", "bad.toml"]),
        ("no.toml: not TOML: ", ["--network", "no.toml"]),
        ("--epochs: at least 1 is needed (found '-1')", ["--epochs", "-1"]),
        ("learning rate nan: a finite number above 0 is needed", ["--eta", "nan"]),
        ("learning rate 0.5 is given twice", ["--eta", "0.5", "--eta", "0.5"]),
        ("--eta: 'fast' is not a number", ["--eta", "0.5,fast"]),
        ("--epochs: a whole number is needed (found '2.5')", ["--epochs", "2.5"]),
        ("--target-accuracy: at most 100 is needed (found '994')", ["--target-accuracy", "994"]),
        ("--max-epochs: at least 1 is needed (found '0')", ["--max-epochs", "0"]),
        ("none.md.j2: No such file or directory", ["--template", "none.md.j2"]),
        ("nowhere: no such folder; a run is a folder that holds run.json", ["nowhere"]),
        ("mien: no such folder; did you mean mine? a run is a folder that holds run.json", ["mien"]),
        ("mine: no run here; a run is a folder that holds run.json", ["mine"]),
        ("empty.md.j2: is empty; a template is README, model-card or a text file", ["--template", "empty.md.j2"]),
        ("taken: is a file; a report is a folder", ["-o", "taken"]),
        ("mine/README.md: exists and is not from reports build; --force overwrites it", ["-o", "mine"]),
        ("--format: 'doc' is not md, html or pdf", ["--format", "doc"]),
        ("No such option: --etta", ["--etta", "1"]),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_2_and_nothing_is_written(here, command, message, words):
    (here / "taken").write_text("mine", encoding="utf-8")
    steep = (
        'name = "one"\ntitle = "One"\ninputs = [20.0]\ntargets = [0.85]\nloss = "half_squared_error"\n'
        '[[layers]]\nactivation = "identity"\nweights = [[50.0]]\n'
    )
    (here / "bad.toml").write_text(steep.replace("[0.85]", '["x"]'), encoding="utf-8")
    (here / "no.toml").write_text("name = \n", encoding="utf-8")
    (here / "empty.md.j2").write_text(" \n", encoding="utf-8")
    (here / "mine").mkdir()
    (here / "mine" / "README.md").write_text("mine", encoding="utf-8")
    before = sorted(here.rglob("*"))

    told = command("build", *words)

    assert told.code == 2
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert line.startswith("reports: ")
    assert message in line
    assert sorted(here.rglob("*")) == before
    assert (here / "mine" / "README.md").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("name", "damage"),
    sorted(set(product(FILES, ("missing", "empty", "cut", "garbage"))) - {(WEIGHTS, "missing")}),  # it may be
)
def test_a_damaged_run_gets_one_line_that_names_the_file(here, command, write_run, name, damage):
    file = write_run(here / "runs" / "one", correct=(9990,)) / name
    content = file.read_bytes()
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes({"empty": b"", "cut": content[: len(content) // 2], "garbage": b"\x00\xff" * 50}[damage])

    told = command("build", "-o", "out", "runs/one")

    assert told.code == 2
    (line,) = told.err.splitlines()
    assert line.startswith("reports: ")
    assert name in line
    assert not (here / "out").exists()


def test_a_model_card_is_a_template_by_name_and_needs_a_run(here, command, runs):
    told = command("build", runs / "b-passes", "-o", "out", *FAST, "--template", "model-card")

    assert (told.code, told.out, told.err) == (0, "out/README.md\nout/claims.json\n", "")
    assert (here / "out" / "README.md").read_text(encoding="utf-8").startswith("---\n")
    none = command("build", "-o", "none", *FAST, "--template", "model-card")
    assert (none.code, none.err) == (
        2, "reports: model-card: describes a recorded run; name one, or a folder of its seeds\n",
    )  # fmt: skip
    assert not (here / "none").exists()


def test_an_endless_template_gets_one_line(here, command, monkeypatch):
    monkeypatch.setattr("reports.rendering.render.SECONDS", 2)
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    (here / "mine.md.j2").write_text(loop, encoding="utf-8")

    told = command("build", "-o", "out", *FAST, "--template", "mine.md.j2")

    assert (told.code, told.err) == (2, "reports: mine.md.j2: takes longer than 2 s\n")
    assert not (here / "out").exists()


def test_a_misspelt_variable_gets_one_line(here, command):
    (here / "mine.md.j2").write_text("a\n{{ network.nmae }}\n", encoding="utf-8")

    told = command("build", "-o", "out", *FAST, "--template", "mine.md.j2")

    assert told.code == 2
    assert told.err == "reports: mine.md.j2:2: variable 'nmae' is unknown in NetworkSummary; did you mean name?\n"
    assert not (here / "out").exists()


def test_no_command_prints_the_help_and_exits_with_0(command):
    told = command()

    assert told.code == 0
    assert "Usage: reports" in told.out
    assert told.err == ""


def test_a_closed_pipe_is_no_error(tmp_path):
    done = subprocess.run(
        f"{sys.executable} -m reports build -o {tmp_path / 'out'} --eta 1 --epochs 1 --json | head -c 1",
        shell=True,
        capture_output=True,
        check=True,
    )

    assert done.stderr == b""
