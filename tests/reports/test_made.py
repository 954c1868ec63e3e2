"""Making a report: of what, in which order, and nothing where something is broken."""

import pytest

from mnist.errors import RunError
from reports.report import make, write_report
from reports.request import Request, distinct

FAST = Request(learning_rates=[1.0], epochs=2)


def test_a_report_is_a_readme_and_its_pictures(tmp_path):
    report = write_report(FAST, tmp_path / "new" / "report")

    written = {
        str(file.relative_to(tmp_path / "new/report")) for file in (tmp_path / "new").rglob("*") if file.is_file()
    }
    assert written == set(report.files)
    assert written == {
        *("README.md", "claims.json", "eight-weight.xlsx"),
        *("assets/network.svg", "assets/sheet.svg", "assets/loss-eta-1.svg"),
    }  # fmt: skip


def test_each_run_is_taken_once_and_in_order(runs):
    folders = distinct([runs / "c-rendered", runs, runs / "a-best-only"])

    assert [folder.name for folder in folders] == ["c-rendered", "a-best-only", "b-passes", "d-stopped"]


def test_two_runs_of_one_name_keep_their_own_pictures(tmp_path, write_run):
    first = write_run(tmp_path / "a" / "run", correct=(9900,))
    second = write_run(tmp_path / "b" / "run", correct=(9800,))

    report = make(Request(runs=[first, second], learning_rates=[1.0], epochs=2))

    assert {"assets/run-loss.svg", "assets/run-2-loss.svg"} <= set(report.files)
    assert report.files["assets/run-confusion.svg"] != report.files["assets/run-2-confusion.svg"]


def test_a_picture_is_drawn_where_the_text_names_it(tmp_path, write_run, without_pictures):
    folders = [write_run(tmp_path / f"run-{seed}", seed=seed) for seed in range(3)]
    template = tmp_path / "mine.md.j2"
    template.write_text("{% for run in runs %}![Loss]({{ run.images.loss }})\n{% endfor %}", encoding="utf-8")

    short = make(Request(runs=folders, learning_rates=[1.0], epochs=2, template=template))
    whole = make(Request(runs=folders, learning_rates=[1.0], epochs=2))

    assert set(short.files) == {"README.md", *(f"assets/run-{seed}-loss.svg" for seed in range(3))}
    assert {"assets/run-0-confusion.svg", "assets/published-15738-3-seeds-loss.svg"} < set(whole.files)
    assert not {"assets/run-0-loss.svg", "assets/run-1-confusion.svg"} & set(whole.files)


def test_a_broken_run_stops_the_report_before_anything_is_written(tmp_path, write_run):
    run = write_run(tmp_path / "runs" / "run")
    (run / "evaluation.json").unlink()

    with pytest.raises(RunError, match=r"no evaluation\.json"):
        write_report(Request(runs=[run]), tmp_path / "report")
    assert not (tmp_path / "report").exists()


def test_progress_counts_up_to_the_end(runs, without_pictures):
    told = []

    make(
        Request(runs=[runs / "b-passes"], learning_rates=[1.0], epochs=2),
        progress=lambda done, total, what: told.append((done, total, what)),
    )

    assert told[:3] == [(0, 3, "runs"), (1, 3, "network eight-weight"), (2, 3, "text")]
    assert told[3:] == [(number, len(told) - 3, "pictures") for number in range(1, len(told) - 2)]


def test_runs_that_differ_in_their_seed_only_share_a_line_with_a_band(tmp_path, write_run, monkeypatch):
    given = []
    monkeypatch.setattr("reports.pictures.together.accuracy_of_all", lambda *words: given.append(words))
    monkeypatch.setattr("reports.pictures.images._as", lambda _, drawn: str(drawn).encode())
    folders = [
        write_run(tmp_path / name, correct=correct, seed=seed)
        for seed, (name, correct) in enumerate({"a": (9800, 9900), "b": (9850, 9910), "c": (9700,)}.items())
    ]

    make(Request(runs=folders, learning_rates=[1.0], epochs=2))

    ((curves, names, *_, bands),) = given
    assert names == ["published-15738, 2 seeds", "c"]
    assert curves == [pytest.approx([98.25, 99.05]), [97.0]]
    assert bands == {0: ([98.0, 99.0], [98.5, 99.1])}
