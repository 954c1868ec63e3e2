"""Writing a report: nobody else's file is lost, and a failure leaves what was there."""

import pytest

from mnist.errors import RunError
from reports.build import MARK, Request, build, check_folder, distinct, make, write
from reports.errors import OutputError

FAST = Request(learning_rates=[1.0], epochs=2)
FILES = {"README.md": f"{MARK}\nnew".encode(), "assets/a.svg": b"<svg/>"}


def test_a_report_is_a_readme_and_its_pictures(tmp_path):
    report = build(FAST, tmp_path / "new" / "report")

    written = {
        str(file.relative_to(tmp_path / "new/report")) for file in (tmp_path / "new").rglob("*") if file.is_file()
    }
    assert written == set(report.files)
    assert written == {"README.md", "assets/network.svg", "assets/loss-eta-1.svg"}


def test_files_of_others_stay(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "mine.png").write_bytes(b"mine")
    (tmp_path / "notes.md").write_text("mine", encoding="utf-8")

    write(FILES, tmp_path)
    write(FILES, tmp_path)

    assert (tmp_path / "assets" / "mine.png").read_bytes() == b"mine"
    assert (tmp_path / "notes.md").read_text(encoding="utf-8") == "mine"
    assert sorted(file.name for file in (tmp_path / "assets").iterdir()) == ["a.svg", "mine.png"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_that_name_by_somebody_else_is_kept(tmp_path, name):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine", encoding="utf-8")

    with pytest.raises(OutputError, match=f"{file.name}: exists and is not from reports build; --force overwrites it"):
        write(FILES, tmp_path)
    assert file.read_text(encoding="utf-8") == "mine"
    assert len([each for each in tmp_path.rglob("*") if each.is_file()]) == 1

    write(FILES, tmp_path, force=True)
    assert file.read_bytes() == FILES[name]


def test_a_report_is_renewed_without_force(tmp_path):
    write({**FILES, "README.md": f"{MARK}\nold".encode()}, tmp_path)

    write(FILES, tmp_path)

    assert (tmp_path / "README.md").read_bytes() == FILES["README.md"]


def test_a_failure_midway_leaves_no_temporary_file_and_the_old_readme(tmp_path):
    write(FILES, tmp_path)
    (tmp_path / "assets" / "b.svg").mkdir()
    changed = {"README.md": f"{MARK}\nnewer".encode(), "assets/a.svg": b"<svg>2</svg>", "assets/b.svg": b""}

    with pytest.raises(OutputError, match=r"not writable \("):
        write(changed, tmp_path)
    assert (tmp_path / "README.md").read_bytes() == FILES["README.md"]
    assert sorted(file.name for file in (tmp_path / "assets").iterdir()) == ["a.svg", "b.svg"]


@pytest.mark.parametrize("inside", ["", "report", "a/b/c"])
def test_a_folder_below_a_file_is_refused(tmp_path, inside):
    (tmp_path / "file").write_text("mine", encoding="utf-8")

    with pytest.raises(OutputError, match=r"file is a file; a report is a folder"):
        check_folder(tmp_path / "file" / inside)


def test_a_folder_without_permission_is_refused(tmp_path, monkeypatch):
    """Asked of the system, which grants everything to root: so the answer is planted."""
    monkeypatch.setattr("reports.build.os.access", lambda *_: False)

    with pytest.raises(OutputError, match="report: no permission to write in"):
        check_folder(tmp_path / "report")


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
        build(Request(runs=[run]), tmp_path / "report")
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
    monkeypatch.setattr("reports.plots.accuracy_of_all", lambda *words: given.append(words))
    monkeypatch.setattr("reports.pictures._save", lambda draw, *_: str(draw()).encode())
    folders = [
        write_run(tmp_path / name, correct=correct, seed=seed)
        for seed, (name, correct) in enumerate({"a": (9800, 9900), "b": (9850, 9910), "c": (9700,)}.items())
    ]

    make(Request(runs=folders, learning_rates=[1.0], epochs=2))

    ((curves, names, *_, bands),) = given
    assert names == ["published-15738, 2 seeds", "c"]
    assert curves == [pytest.approx([98.25, 99.05]), [97.0]]
    assert bands == {0: ([98.0, 99.0], [98.5, 99.1])}
