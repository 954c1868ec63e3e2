"""The kinds of inputs that are broken: how one is drawn, and what is done with it. A new kind is a row in KINDS."""

import json
import random
import shutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.campaign.fuzz import bases
from benchmarks.campaign.fuzz.archive import broken_archive
from benchmarks.campaign.fuzz.formulas import formula
from benchmarks.campaign.fuzz.text import broken_bytes, broken_text
from groundfloor.errors import InputError
from groundfloor.text import one_line

FORMULAS = 500  # of a case
LONGEST = 2_000  # letters of an error


class NotOneLineError(Exception):
    """An error whose text is no clear line."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file, or a folder's files, as they are given."""

    files: dict[str, bytes]

    def put(self, folder: Path) -> Path:
        """Write it; the file, or the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return folder / next(iter(self.files)) if len(self.files) == 1 else folder


@dataclass(frozen=True, slots=True)
class Kind:
    """Inputs of one kind. `answer` says in a word what came of one: any exception but an InputError is a fault."""

    draw: Callable[[random.Random], Input]
    answer: Callable[[Path], str]
    inputs: int = 1  # that a case stands for


def answer(kind: str, path: Path) -> str:
    """What came of an input: the word of its kind, or "refused" where it ended in one clear line."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return KINDS[kind].answer(path)
        except InputError as error:
            return refused(str(error))


def refused(text: str) -> str:
    """The word for an error; NotOneLineError where it is no clear line."""
    if not text.strip() or len(one_line(text)) > LONGEST:
        raise NotOneLineError(repr(text[:300]))
    return "refused"


def _check(path: Path) -> str:
    """As `backprop check --json --markdown --html --annotate --fix` does."""
    from backprop.check.check import check_any_file
    from backprop.check.copies.deliver import deliver
    from backprop.check.findings import as_json
    from backprop.check.report.markdown import to_markdown
    from backprop.check.report.page import to_html
    from backprop.spreadsheet.package.parts import PartsError

    report = check_any_file(path, None)
    json.loads(json.dumps(as_json([report])))
    to_markdown([report]).encode()
    to_html([report]).encode()
    if report.verdict == "unreadable":
        return refused(report.message)
    if report.findings:
        out = path.parent / "copies"
        try:
            for _ in deliver([report], annotated=out / "marked", fixed=out / "fixed"):
                pass
        except PartsError as error:
            return refused(str(error))
        finally:
            shutil.rmtree(out, ignore_errors=True)
    return report.verdict


def _formulas(path: Path) -> str:
    """Each is read, printed, read again, followed, computed."""
    from backprop.calculus.graph import build_graph
    from backprop.spreadsheet.book import CONSTANT, Book, Column, Sheet
    from backprop.spreadsheet.formula import FormulaError, parse, render
    from backprop.spreadsheet.ods.openformula import from_excel, to_excel
    from backprop.spreadsheet.recalculate import recalculate

    book, column = Book(), Column()
    for row, text in enumerate(json.loads(path.read_text(encoding="utf-8")), 1):
        try:
            tree = parse(text, row, 5)
        except FormulaError as error:
            refused(str(error))
            continue
        try:
            printed = f"={render(tree, row, 5)}"
            if parse(printed, row, 5) != tree:
                raise ValueError(f"{text!r} prints as {printed!r}, which is another formula")
            to_excel(from_excel(printed))
        except FormulaError as error:
            if "characters; at most" not in str(error):  # what is printed may be longer than what was read
                raise ValueError(f"{text!r} cannot be printed and read again: {error}") from error
        book.trees.append(tree)
        column.rows.append(row)
        column.trees.append(len(book.trees) - 1)
        column.numbers.append(float("nan"))
    columns = {5: column}
    for number in (1, 2, 3):
        columns[number] = Column()
        for row in range(1, 6):
            columns[number].rows.append(row)
            columns[number].trees.append(CONSTANT)
            columns[number].numbers.append(row / number - 1)
    book.sheets["One"] = Sheet("One", columns=columns)
    recalculate(book, set())
    build_graph(book)
    return "computed"


def _readme(path: Path) -> str:
    from reports.readmes.formats import as_github, as_junit, as_sarif
    from reports.readmes.importing import read_all
    from reports.readmes.lint import lint
    from reports.readmes.results import as_text

    report = lint(path)
    for text in (*as_text(report), *as_github([report]), as_sarif([report]), as_junit([report])):
        text.encode()
    read_all([path])
    return "findings" if report.findings else "no findings"


def _run(path: Path) -> str:
    from mnist.runs.folder import load_run
    from mnist.runs.statistics import tabulate
    from reports.figures.goals import goals
    from reports.figures.runs import summarize

    run = load_run(path)
    run._repr_html_()
    run._repr_markdown_()
    tabulate([run.record])._repr_html_()
    summarize(run, "slug", goals(99.4, 20_000, 20), 9)
    return "read"


def _description(path: Path) -> str:
    from backprop.classroom.grading.rubric import load_rubric
    from backprop.derivation.derive import derive
    from backprop.network.load import load_network
    from mnist.nets.description import read_description
    from reports.readmes.settings import read_settings

    read = 0
    for load in (load_network, read_description, load_rubric, read_settings):
        try:
            network = load(str(path) if load is load_network else path)
        except InputError as error:
            refused(str(error))
            continue
        read += 1
        if load is load_network and len(network.weights) <= 30:
            derive(network)
    return "read" if read else "refused"


def _class_list(path: Path) -> str:
    from backprop.classroom.roster import file_stems, read_roster

    file_stems(read_roster(path).people)
    return "read"


def _picture(path: Path) -> str:
    from mnist.data.pictures.reading import read_digits
    from mnist.data.pictures.whole import read_whole

    try:
        read_whole(path, (28, 28))
    except InputError as error:
        refused(str(error))
    read_digits(path)
    return "read"


def _archive(draw: random.Random, ending: str, of: Callable[[], list[bytes]]) -> Input:
    return Input({f"input{ending}": broken_archive(draw, draw.choice(of()))})


def _text(draw: random.Random, name: str, of: Callable[[], list[str]]) -> Input:
    text = broken_text(draw, draw.choice(of()), of())
    content = text.encode("utf-8", "surrogatepass")
    return Input({name: broken_bytes(draw, content) if draw.random() < 0.05 else content})


def _drawn_run(draw: random.Random) -> Input:
    files = dict(draw.choice(bases.runs()))
    name = draw.choice(("run.json", "run.json", "evaluation.json", *files))
    body = files[name]
    if name.endswith(".json") and draw.random() < 0.8:
        body = broken_text(draw, body.decode()).encode("utf-8", "surrogatepass")
    else:
        body = broken_bytes(draw, body)
    files[name] = body
    if draw.random() < 0.05:
        del files[draw.choice(list(files))]
    return Input(files)


def _drawn_picture(draw: random.Random) -> Input:
    ending, content = draw.choice(bases.pictures())
    return Input({f"input.{draw.choice((ending, ending, 'png', 'jpg'))}": broken_bytes(draw, content)})


def _drawn_formulas(draw: random.Random) -> Input:
    return Input({"formulas.json": json.dumps([formula(draw) for _ in range(FORMULAS)]).encode()})


KINDS = {
    "workbook": Kind(lambda draw: _archive(draw, ".xlsx", bases.workbooks), _check),
    "ods": Kind(lambda draw: _archive(draw, ".ods", bases.spreadsheets), _check),
    "formula": Kind(_drawn_formulas, _formulas, FORMULAS),
    "readme": Kind(lambda draw: _text(draw, "README.md", bases.texts), _readme),
    "run": Kind(_drawn_run, _run),
    "toml": Kind(lambda draw: _text(draw, "net.toml", bases.descriptions), _description),
    "roster": Kind(lambda draw: _text(draw, "class.csv", lambda: [bases.CLASS]), _class_list),
    "picture": Kind(_drawn_picture, _picture),
}
