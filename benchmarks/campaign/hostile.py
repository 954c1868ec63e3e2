"""Names that terminals, browsers, markdown and spreadsheets obey, wherever something is named: shown, never obeyed."""

import csv
import json
import os
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.campaign.forked import forked
from benchmarks.campaign.fuzz.bases import ROOT
from benchmarks.campaign.kill.writers import command
from groundfloor.text import shown

NAMES = (
    "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\x1b[2J\x1b]0;owned\x07", "\u202egnp.exe", "a\nb", "\x9b31m",
    "<img src=x onerror=alert(1)>", "<script>alert(1)<", "[x](javascript:alert(1))", "![x](http:x)", "a|b`c`*d*", "# x",
    "{{7*7}}", "{% x %}", "$(id)", "`id`", "&lt;script&gt;", "]]>", "'", '"', "-rf", "%s", "[red]x[/red]", "\ufeffx",
)  # fmt: skip
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ALIVE = re.compile(r"<(?:img src=x|script>alert)|javascript:alert\(1\)[\"']", re.IGNORECASE)
_FORMULA = re.compile(r"<f>[^<]*(?:1\+1|SUM\(1\))<")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def attack(name: str, place: str) -> list[str]:
    """What of a hostile name in one place was obeyed."""
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        here = Path(folder)
        (here / "out").mkdir()
        run = PLACES[place](here, name)
        if run is None:
            return []
        with (here / "stdout").open("wb") as output:
            status = forked(run, errors=here / "stderr", output=output.fileno(), before=lambda: os.chdir(here))
        return [f"{place} {name!r}: {fault}" for fault in _faults(here, status)]


def attack_all(names: tuple[str, ...] = NAMES, places: tuple[str, ...] = ()) -> tuple[int, list[str]]:
    """How many names in places, and what was obeyed."""
    chosen = [(name, place) for place in places or PLACES for name in names]
    return len(chosen), [fault for name, place in chosen for fault in attack(name, place)]


def _faults(here: Path, status: int) -> Iterator[str]:
    told = (here / "stderr").read_text(encoding="utf-8", errors="replace")
    if status not in (0, 1, 2) or "Traceback" in told:
        yield f"ends with {status}: {told.strip().splitlines()[-1:]}"
    for stream in ("stdout", "stderr"):
        text = (here / stream).read_text(encoding="utf-8", errors="replace")
        if obeyed := _OBEYED.search(text):
            yield f"{stream} holds {obeyed[0]!r}"
    for file in sorted((here / "out").rglob("*")):
        yield from (f"{shown(file.relative_to(here))} {fault}" for fault in _in_file(file))


def _in_file(file: Path) -> Iterator[str]:
    if file.suffix in (".html", ".svg") and (alive := _ALIVE.search(file.read_text(encoding="utf-8"))):
        yield f"holds {alive[0]}"
    if file.suffix == ".md" and (alive := _ALIVE.search(_rendered(file.read_text(encoding="utf-8")))):
        yield f"holds {alive[0]}"
    if file.suffix in (".md", ".csv") and (obeyed := _OBEYED.search(file.read_text(encoding="utf-8"))):
        yield f"holds {obeyed[0]!r}"
    if file.suffix == ".csv":
        with file.open(encoding="utf-8-sig", newline="") as stream:
            for cell in (cell for row in csv.reader(stream) for cell in row):
                if cell.startswith(FORMULA_SIGNS) and not re.fullmatch(r"[+-]?[\d.]+(?:e[+-]?\d+)?", cell):
                    yield f"has the cell {cell!r}"
    if file.suffix == ".xlsx" and file.is_file():
        with zipfile.ZipFile(file) as archive:
            sheets = [part for part in archive.namelist() if part.startswith("xl/worksheets/")]
            yield from (
                f"{part} has the name as a formula" for part in sheets if _FORMULA.search(archive.read(part).decode())
            )


def _rendered(markdown: str) -> str:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)


def _file_name(name: str) -> str:
    return name.replace("/", "_").replace("\0", "_") or "x"


def _checked(here: Path, name: str) -> Callable[[], None]:
    given = here / "in" / _file_name(name)
    given.mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "matrix.xlsx", given / f"{_file_name(name)}.xlsx")
    words = ("--markdown", "out/r.md", "--html", "out/r.html", "--annotate", "out/marked", "--fix", "out/fixed")
    return lambda: command("backprop", "check", "in", *words)


def _sheet(here: Path, name: str) -> Callable[[], None] | None:
    """As the name of the sheet and the title of a column."""
    import openpyxl

    book = openpyxl.load_workbook(ROOT / "docs" / "matrix.xlsx")
    try:
        book.active.title = name[:31]
        book.active["A1"].value, book.active["A1"].data_type = name, "s"
        book.save(here / "in.xlsx")
    except ValueError:  # Excel has no sheet of that name
        return None
    words = ("--markdown", "out/r.md", "--html", "out/r.html", "--annotate", "out/marked", "--fix", "out/fixed")
    return lambda: command("backprop", "check", "in.xlsx", *words)


def _graded(here: Path, name: str) -> Callable[[], None]:
    (here / "in" / _file_name(name)).mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "matrix.xlsx", here / "in" / _file_name(name) / f"{_file_name(name)}.xlsx")
    return lambda: command("backprop", "grade", "in", "--out", "out/grades", "--jobs", 1, "--title", name)


def _class(here: Path, name: str) -> Callable[[], None]:
    with (here / "class.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["id", "name", "email"], ["1", name, "a@x"], ["2", "Bo", "b@x"]])
    words = ("--students", "class.csv", "--epochs", 1, "--jobs", 1, "-o", "out/class")
    return lambda: command("backprop", "exercise", "mazur", *words)


def _run(here: Path, name: str) -> Callable[[], None]:
    """As the name of a network, of its data and of a run folder."""
    target = here / "runs" / _file_name(name)
    shutil.copytree(ROOT / "runs" / "seeds" / "fast-bfloat16True-seed5", target)
    record = json.loads((target / "run.json").read_text(encoding="utf-8"))
    record["net"] = name
    record["data"]["name"] = name
    record["environment"]["hardware"] = name
    (target / "run.json").write_text(json.dumps(record), encoding="utf-8")

    def both() -> None:
        command("mnist", "table", "runs")
        command("reports", "build", "runs", "--only", "part2", "--format", "md,html", "-o", "out/report")

    return both


def _readme(here: Path, name: str) -> Callable[[], None]:
    file = here / f"{_file_name(name)}.md"
    content = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    file.write_text(f"# {name}\n\nBest {name} accuracy: 99.9% of 98\n\n{content}", encoding="utf-8")
    return lambda: command("reports", "lint", file.name)


def _network(here: Path, name: str) -> Callable[[], None]:
    from groundfloor.toml import toml_value

    text = (ROOT / "networks" / "xor.toml").read_text(encoding="utf-8")
    text = re.sub(
        r"^(name|title|description) = .*$", lambda found: f"{found[1]} = {toml_value(name)}", text, flags=re.M
    )
    (here / "net.toml").write_text(text, encoding="utf-8")

    def all_of_it() -> None:
        command("backprop", "workbook", "net.toml", "--epochs", 2, "-o", "out/a.xlsx")
        command("backprop", "explore", "net.toml", "-o", "out/a.html")
        command("backprop", "trace", "net.toml", "--epochs", 1)

    return all_of_it


PLACES: dict[str, Callable[[Path, str], Callable[[], None] | None]] = {
    "file": _checked,
    "sheet": _sheet,
    "submission": _graded,
    "student": _class,
    "run": _run,
    "readme": _readme,
    "network": _network,
}

if __name__ == "__main__":
    print(*attack_all()[1], sep="\n", file=sys.stderr)
