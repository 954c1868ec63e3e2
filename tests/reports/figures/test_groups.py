"""Groups of runs: what is larger than seed noise, and what says nothing of it."""

import json
import math
import statistics
from pathlib import Path

import pytest

from reports.figures.groups import CompareError, contrasts, read_groups, welch_interval

A = (0.9910, 0.9915, 0.9921, 0.9908, 0.9917)


@pytest.fixture
def seeds(tmp_path, write_run, monkeypatch):
    """Write a folder of runs, one for each number of right images, and work beside it."""
    monkeypatch.chdir(tmp_path)

    def write(name, *correct, **different):
        for seed, right in enumerate(correct):
            write_run(tmp_path / name / f"seed{seed}", correct=(9800, right), seed=seed, **different)

    return write


@pytest.mark.parametrize(
    ("quantile", "b"),
    [
        (2.306004, tuple(value - 0.001 for value in A)),  # equal deviations: 2 · 4 degrees of freedom
        (2.776445, (0.99, 0.99, 0.99)),  # no deviation in one: the 4 of the other
    ],
)
def test_welchs_interval_has_the_quantile_of_students_tables(quantile, b):
    spread = math.sqrt(statistics.variance(A) / len(A) + statistics.variance(b) / len(b))
    difference = statistics.fmean(A) - statistics.fmean(b)

    low, high = welch_interval(A, b)

    assert (low, high) == pytest.approx((difference - quantile * spread, difference + quantile * spread), rel=1e-6)


def test_of_a_single_run_there_is_no_interval():
    assert welch_interval(A, A[:1]) is None
    assert welch_interval([0.98, 0.98], [0.99, 0.99]) == pytest.approx((-0.01, -0.01))


def test_a_difference_larger_than_seed_noise_is_told_and_a_smaller_one_too(seeds, command):
    seeds("small", 9910, 9915, 9921, 9908, 9917)
    seeds("same", 9911, 9914, 9923, 9910, 9916)
    seeds("worse", 9841, 9855, 9862, net="published-10066", published=None)

    told = command("compare", "small", "same", "worse")

    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines() == [
        "group  parameters  epochs  n       mean ± sd    min    max  images",
        "small      15,738       2  5  99.142 ± 0.053  99.08  99.21  test",
        "same       15,738       2  5  99.148 ± 0.052  99.10  99.23  test",
        "worse      10,066       2  3  98.526 ± 0.107  98.41  98.62  test",
        "",
        "same against small: 0.006 percentage points higher; 95 % interval of the difference (Welch), "
        "both at once (Bonferroni), −0.085 to 0.097, "
        "n = 5 and 5: not larger than seed noise",
        "worse against small: 0.615 percentage points lower; 95 % interval of the difference (Welch), "
        "both at once (Bonferroni), −0.926 to −0.305, "
        "n = 3 and 5: larger than seed noise",
    ]


def test_of_several_intervals_each_is_as_wide_as_it_takes_for_all_to_hold_at_once():
    spread = math.sqrt(2 * statistics.variance(A) / len(A))
    b = tuple(value - 0.001 for value in A)

    # of four the 1 - 0.05 / 8 quantile of Student's with eight degrees, 3.2060, as printed in tables of Bonferroni's t
    assert welch_interval(A, b, together=4) == pytest.approx((0.001 - 3.206 * spread, 0.001 + 3.206 * spread), rel=1e-3)
    assert welch_interval(A, b, together=1) == welch_interval(A, b)


def test_single_runs_say_nothing_about_seed_noise(seeds, command):
    seeds("a", 9910)
    seeds("b", 9990, 9991)

    told = command("compare", "a", "b/seed0", "b")

    assert told.out.splitlines()[-2:] == [
        f"{name} against a: {points} percentage points higher; n = {n} and 1: nothing can be said about seed noise, "
        "which takes two seeds or more of each"
        for name, points, n in (("b/seed0", "0.800", 1), ("b", "0.805", 2))
    ]
    assert "larger" not in told.out


def test_runs_on_other_images_are_not_compared(seeds, command):
    seeds("mnist", 9910, 9912)
    seeds("drawn", 9810, 9812, data="rendered-digits")

    told = command("compare", "mnist", "drawn")

    assert told.out.endswith("drawn against mnist: trained or measured on different images, nothing to compare\n")
    assert "rendered test" in told.out


def test_a_folder_of_several_networks_is_a_group_of_each_and_unfinished_runs_are_named(seeds, write_run, tmp_path):
    seeds("sweep/a", 9910, 9912)
    for name, different in {"c": {"net": "published-10066", "published": None}, "d": {"planned": 20}}.items():
        write_run(tmp_path / "sweep" / "a" / name, correct=(9800, 9900), **different)

    groups = read_groups([tmp_path / "sweep" / "a"])

    assert [group.name.rpartition("/")[2] for group in groups] == ["a: published-10066", "a: published-15738"]
    assert [len(group.accuracies) for group in groups] == [1, 2]
    assert groups[0].left_out == (str(tmp_path / "sweep" / "a" / "d"),)
    assert [contrast.larger_than_noise for contrast in contrasts(groups)] == [None]


def test_a_pattern_is_a_group_of_the_runs_that_match(seeds, command):
    seeds("all", 9910, 9915)
    seeds("other", 9841, 9855, net="published-10066", published=None)
    Path("all/seed2.checkpoint").write_bytes(b"of a sweep that goes on")

    told = command("compare", "all/seed*", "other/*1", "none/*")
    assert (told.code, told.err) == (2, "reports: none/*: no such folder; a run is a folder that holds run.json\n")

    table = command("compare", "all/seed*", "other/*1").out.splitlines()[1:3]
    assert [line.split()[:4] for line in table] == [
        ["all/seed*", "15,738", "2", "2"],
        ["other/*1", "10,066", "2", "1"],
    ]


def test_json_holds_groups_and_differences(seeds, command):
    seeds("a", 9910, 9912)
    seeds("b", 9950, 9952)

    result = json.loads(command("compare", "a", "b", "--json").out)

    assert [(group["name"], group["n"], group["seeds"]) for group in result["groups"]] == [
        ("a", 2, [0, 1]),
        ("b", 2, [0, 1]),
    ]
    (difference,) = result["differences"]
    assert difference["difference"] == pytest.approx(0.004)
    assert difference["low"] < 0.004 < difference["high"]
    assert difference["larger_than_noise"] is True


@pytest.mark.parametrize("name", ["plot.svg", "new/plot.png"])
def test_a_plot_is_written_once_and_the_same_again(seeds, command, tmp_path, name):
    seeds("a", 9910, 9912)
    seeds("b", 9950)

    told = command("compare", "a", "b", "--plot", name)

    assert told.out.splitlines()[-1] == name
    first = (tmp_path / name).read_bytes()
    assert first[:5] in (b"<svg ", b"\x89PNG\r")
    refused = command("compare", "a", "b", "--plot", name)
    assert (refused.code, refused.err) == (2, f"reports: {name} exists; --force overwrites it\n")
    assert command("compare", "a", "b", "--plot", name, "--force").code == 0
    assert (tmp_path / name).read_bytes() == first


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("a: one group of runs; two or more are needed, each a run or a folder of runs", ["a"]),
        ("a: given twice; a group is compared with another", ["a", "./a"]),
        ("nowhere: no such folder; a run is a folder that holds run.json", ["a", "nowhere"]),
        ("stopped: no finished run; an interrupted one says nothing of its last epoch", ["a", "stopped"]),
        ("plot.pdf: a plot is a file that ends in .svg or .png", ["a", "b", "--plot", "plot.pdf"]),
        ("seed 0 occurs 2 times with the same recipe", ["a", "twice"]),
    ],
)
def test_what_cannot_be_compared_is_one_line(seeds, command, write_run, tmp_path, message, words):
    seeds("a", 9910)
    seeds("b", 9911)
    seeds("stopped", 9911, planned=5)
    for name in "xy":
        write_run(tmp_path / "twice" / name, correct=(9800,), seed=0)

    told = command("compare", *words)

    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("reports: ")
    assert told.err.count("\n") == 1
    assert message in told.err


def test_no_finished_run_raises(seeds, tmp_path):
    seeds("stopped", 9911, planned=5)

    with pytest.raises(CompareError, match="no finished run"):
        read_groups([tmp_path / "stopped", tmp_path])
