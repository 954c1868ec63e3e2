"""Draws the pictures of the documents: `make pictures`. Needs LibreOffice, poppler's pdftoppm, Chromium, and the fonts
Carlito and Noto Color Emoji (Debian: libreoffice-calc poppler-utils chromium fonts-crosextra-carlito
fonts-noto-color-emoji).

Each picture bears the fingerprint of what it shows, so that a test can say without drawing when it is stale.
"""

import hashlib
import io
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

from PIL import Image, ImageChops, PngImagePlugin

import backprop
from backprop.check.copies.annotated import write_annotated
from backprop.check.copies.findings_sheet import TITLE
from backprop.check.findings import FileReport, Kind
from backprop.check.report.page import to_html
from backprop.classroom.behaviour import first_good, judge
from backprop.classroom.blank.write import write_blank
from backprop.classroom.feedback.class_page import to_html as class_page
from backprop.classroom.grading.graded import Cost, Graded, PartPoints, Student
from backprop.classroom.parts import Part
from backprop.explorer.page import page_files

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
WIDTH = 900  # pixels of a column of text on GitHub; pictures have twice as many
PAPER, MARGIN = (255, 255, 255), 24
FINGERPRINT = "Source"  # the key of the fingerprint in the picture's file

# What the picture of the explorer shows: a derivative of the eight weights, some epochs on.
EXPLORER = ROOT / "docs" / "explorer.html"
EXPLORED = "explorer.store.go(11, 2), explorer.store.select('w1')"

# Of the checker's page only what it says of one file.
ONE_FILE = (
    "<style>header, .kinds, .tools, .scripted .tools, .head, .notes, .tables, .sha, .numbers, .finding ~ .finding,"
    " .inside ul, .inside details {display: none !important}"
    " .inside {padding-left: .75rem !important} body {padding: 1rem !important} .file {border: 0 !important}"
    "</style></head>"
)

DRAW_PAGE = ROOT / "docs" / "draw-a-digit.html"
DRAWN = ROOT / "runs" / "seeds" / "best-bfloat16True-seed0"  # the run that reads what is drawn
THREE = """
  const at = [[100, 84], [130, 62], [180, 58], [222, 88], [214, 128], [176, 152], [150, 158], [190, 166], [226, 196],
    [222, 244], [182, 274], [132, 272], [98, 248]];
  strokes.push(at);
  drawPaper();
  for (let n = 0; n < 30; n++) read(); // as fast as it is after a while
"""
# Of the made-up class.
FIRST = ("Ada", "Alan", "Grace", "Edsger", "Barbara", "Donald", "Frances", "John", "Margaret", "Niklaus")
LAST = ("Lovelace", "Turing", "Hopper", "Dijkstra", "Liskov", "Knuth", "Allen", "Backus", "Hamilton", "Wirth")
POINTS = {Part.FORWARD: 15.0, Part.LOSS: 10.0, Part.OUTPUT_GRADIENTS: 20.0, Part.HIDDEN_GRADIENTS: 30.0,
          Part.UPDATES: 15.0, Part.FILLED_DOWN: 10.0}  # fmt: skip
QUANTITIES = [
    *((f"dE_dw{number}", Part.HIDDEN_GRADIENTS) for number in (1, 2, 3, 3, 3, 4, 4)),
    *((f"dE_dw{number}", Part.OUTPUT_GRADIENTS) for number in (5, 5, 8)),
    ("E_total", Part.LOSS), ("w1", Part.UPDATES), ("a_h1", Part.FORWARD),
]  # fmt: skip
KINDS = [*[Kind.WRONG_REFERENCE] * 5, *[Kind.SIGN] * 2, Kind.MISSING_FACTOR, Kind.HARD_CODED, Kind.MISSING_ABSOLUTE]


def main() -> None:
    """Draw those named, or all."""
    for name in sys.argv[1:] or DRAWINGS:
        draw, source = DRAWINGS[name]
        keep(draw(), PICTURES / f"{name}.png", source())


def check_page() -> str:
    """The checker's page on docs/slip.xlsx."""
    report = backprop.check_workbook(ROOT / "docs" / "slip.xlsx")
    return to_html([report]).replace(str(ROOT), "")


def workbook(folder: Path) -> Path:
    """The default workbook."""
    return backprop.write_workbook("eight-weight", folder / "workbook.xlsx")


def workbook_source() -> bytes:
    """What the default workbook holds but for its values, whose last digits differ from machine to machine."""
    return parts_of(workbook)


def parts_of(make: Callable[[Path], Path]) -> bytes:
    """The same of any workbook of ours."""
    with tempfile.TemporaryDirectory() as folder, ZipFile(make(Path(folder))) as parts:
        names = [name for name in sorted(parts.namelist()) if not name.startswith(("docProps/", "xl/media/"))]
        return b"".join(re.sub(rb"<(c:)?v>[^<]*</(c:)?v>", b"", parts.read(name)) for name in names)


def exercise(folder: Path) -> Path:
    """An exercise of level 2, with the numbers of the first of a class."""
    good = judge(backprop.load_network("eight-weight"), "closed", 20)
    _, network = first_good(good, 0, "1001", None)
    file, rates = folder / "exercise.xlsx", network.training.learning_rates or ()
    write_blank(good.of(network), file, 2, rates, 20, person="Ada Lovelace (1001)", self_check=True)
    return file


def exercise_sheets() -> Image.Image:
    """Its task above the first part of the table to fill in."""
    with tempfile.TemporaryDirectory() as folder:
        pdf = printed(exercise(Path(folder)))
        task, table = drawn(pdf, 1), drawn(pdf, 3)
    return stacked([task, table])


def report_source() -> bytes:
    """The report of the recorded runs."""
    return (ROOT / "docs" / "report" / "README.md").read_bytes()


def check_and_explain() -> Image.Image:
    """A finding of the checker above sheet Explain."""
    check = screenshot(check_page().replace("</head>", ONE_FILE), WIDTH, 700)
    explain = sheet("Explain: one derivative")
    return stacked([check, explain])


def tables_and_losses() -> Image.Image:
    """The first page of an epoch table above sheet Loss."""
    table, losses = sheet("learning rate η"), sheet("Loss at every learning rate")
    return stacked([table, losses.crop((0, 0, losses.width, round(losses.height * 0.52)))])


def network_and_walkthrough() -> Image.Image:
    """The live picture of the network above the walkthrough's first page."""
    network, walkthrough = sheet("Change a yellow cell"), sheet("Walkthrough: one step")
    return stacked([network, walkthrough])


def part_2() -> Image.Image:
    """The table of all runs in the report, and the curves below it."""
    with tempfile.TemporaryDirectory() as folder:
        run("reports", "build", ROOT / "runs", ROOT / "runs" / "seeds", "--format", "html", "-o", folder)
        page = (Path(folder) / "report.html").read_text(encoding="utf-8")
    head, opening, body = page.partition("<body")
    part = re.search(r"<h\d[^>]*>(<[^>]*>)*Part 2", body)
    if part is None:
        sys.exit("the report has no heading Part 2")
    return stacked([screenshot(f"{head}{opening}>{body[part.start() :]}", WIDTH, 1190)])


def draw_page() -> Image.Image:
    """The page to draw on, which is written into docs too, a 3 drawn on it, down to the first layers."""
    run("mnist", "page", DRAWN, "--data", "mnist", "-o", DRAW_PAGE, "--force")
    page = DRAW_PAGE.read_text(encoding="utf-8")
    policy = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')  # lets no other script draw
    return stacked(
        [screenshot(policy.sub("", page).replace("</body>", f"<script>{THREE}</script></body>"), 1100, 1180)]
    )


def draw_page_source() -> bytes:
    """What the page is made of: its own files, and the run."""
    parts = sorted(file for file in (ROOT / "mnist" / "page").iterdir() if file.suffix in {".js", ".css", ".j2"})
    return b"".join(file.read_bytes() for file in [*parts, DRAWN / "run.json"])


def findings(folder: Path) -> Path:
    """docs/slip.xlsx with its mistakes marked."""
    file, target = ROOT / "docs" / "slip.xlsx", folder / "marked.xlsx"
    write_annotated(file, backprop.check_workbook(file), target)
    return target


def findings_source() -> bytes:
    """Its first sheet."""
    with tempfile.TemporaryDirectory() as folder, ZipFile(findings(Path(folder))) as parts:
        return next(part for part in map(parts.read, parts.namelist()) if TITLE.encode() in part)


def class_of_made_up_students() -> str:
    """The page of a class of sixty, with mistakes of a few kinds drawn at random."""
    file = ROOT / "docs" / "slip.xlsx"
    report = backprop.check_workbook(file)
    draw = random.Random(2)
    students = [_student(number, draw, report) for number in range(60)]
    return class_page(sorted(students, key=lambda student: student.status != "review"), "Backpropagation by hand")


def _student(number: int, draw: random.Random, report: FileReport) -> Graded:
    student = Student(f"s{number + 1:02}", f"{draw.choice(FIRST)} {draw.choice(LAST)}")
    if draw.random() < 0.05:
        return Graded(student, "missing", (), "missing", "", None, None, 0, 0, False, (), (), (), (), (), None)
    costs, lost = [], dict.fromkeys(POINTS, 0.0)
    for _ in range(min(6, int(draw.expovariate(0.5)))):
        quantity, part = draw.choice(QUANTITIES)
        points = POINTS[part] / 4
        lost[part] = min(POINTS[part], lost[part] + points)
        finding = replace(report.findings[0], quantity=quantity, kind=draw.choice(KINDS))
        costs.append(Cost(finding, part, points, ()))
    human = ("the numbers are those of another student",) if draw.random() < 0.05 else ()
    parts = tuple(PartPoints(part, most - lost[part], most) for part, most in POINTS.items())
    return Graded(student, "review" if human else "graded", human, "mistakes" if costs else "correct", "", "work.xlsx",
                  "", 1, 1, draw.random() < 0.05, parts, tuple(costs), (), (), (), report)  # fmt: skip


def explorer() -> Image.Image:
    """The page of the eight weights, which is written into docs too, in the middle of a training."""
    from playwright.sync_api import sync_playwright

    backprop.write_explorer("eight-weight", EXPLORER, force=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(
            viewport={"width": 1360, "height": 1010}, device_scale_factor=2, reduced_motion="reduce"
        )
        page.goto(EXPLORER.as_uri())
        page.wait_for_selector("#table tbody tr[aria-current]")
        page.evaluate(EXPLORED)
        page.wait_for_timeout(1500)
        shot = page.screenshot()
        browser.close()
    return stacked([Image.open(io.BytesIO(shot)).convert("RGB")])


def explorer_source() -> bytes:
    """What draws that part of the page."""
    drawn = ("network", "formula", "loss", "charts.css", "network.css")
    files = page_files("js") | page_files("css")
    return "".join(text for path, text in sorted(files.items()) if any(part in path for part in drawn)).encode()


DRAWINGS: dict[str, tuple[Callable[[], Image.Image], Callable[[], bytes]]] = {
    "check-and-explain": (check_and_explain, lambda: check_page().encode() + workbook_source()),
    "workbook": (tables_and_losses, workbook_source),
    "network-and-walkthrough": (network_and_walkthrough, workbook_source),
    "exercise": (exercise_sheets, lambda: parts_of(exercise)),
    "report": (part_2, report_source),
    "explorer": (explorer, explorer_source),
    "draw-page": (draw_page, draw_page_source),
    "findings": (lambda: stacked([first_page(findings)]), findings_source),
    "class": (
        lambda: stacked([screenshot(class_of_made_up_students(), 1200, 1012)]),
        lambda: class_of_made_up_students().encode(),
    ),
}


def sheet(first_text: str) -> Image.Image:
    """The page of the default workbook, as LibreOffice prints it, that holds this text near its beginning."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pdf = printed(workbook(folder))
        pages = run("pdftotext", "-layout", pdf, "-").split("\f")
        number = next(at for at, text in enumerate(pages, 1) if first_text.strip() in text[:600])
        return drawn(pdf, number)


def first_page(make: Callable[[Path], Path]) -> Image.Image:
    """The first page of a workbook, as LibreOffice prints it."""
    with tempfile.TemporaryDirectory() as name:
        return drawn(printed(make(Path(name))), 1)


def printed(file: Path) -> Path:
    """A workbook as LibreOffice prints it, beside it."""
    profile = f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"
    run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", file.parent, file)
    return file.with_suffix(".pdf")


def drawn(pdf: Path, number: int) -> Image.Image:
    """A page of a PDF, without the paper around it."""
    run("pdftoppm", "-png", "-r", "150", "-f", number, "-l", number, "-singlefile", pdf, pdf.parent / "page")
    return trimmed(Image.open(pdf.parent / "page.png").convert("RGB"))


def screenshot(page: str, width: int, height: int) -> Image.Image:
    """What a browser shows of a page, at two pixels for one, without the empty end."""
    browser = chromium()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "page.html").write_text(page, encoding="utf-8")
        options = [
            "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=2",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--virtual-time-budget=3000", f"--window-size={width},{height}", f"--user-data-dir={folder / 'profile'}",
            f"--screenshot={folder / 'page.png'}",
        ]  # fmt: skip
        run(browser, *options, (folder / "page.html").as_uri())
        return trimmed(Image.open(folder / "page.png").convert("RGB"))


def chromium() -> str:
    """Where the browser is."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "chromium")


def trimmed(image: Image.Image) -> Image.Image:
    """Without the paper around it."""
    box = ImageChops.difference(image, Image.new("RGB", image.size, PAPER)).getbbox()
    return image if box is None else image.crop(box)


def stacked(images: Sequence[Image.Image]) -> Image.Image:
    """One above the other, as wide as twice a column of text, a thin line between them."""
    inside = 2 * WIDTH - 2 * MARGIN
    fitted = [
        each.resize((inside, round(each.height * inside / each.width)), Image.Resampling.LANCZOS) for each in images
    ]
    height = sum(each.height for each in fitted) + 2 * MARGIN * len(fitted)
    paper = Image.new("RGB", (2 * WIDTH, height), PAPER)
    top = MARGIN
    for each in fitted:
        paper.paste(each, (MARGIN, top))
        top += each.height + 2 * MARGIN
        paper.paste((208, 215, 222), (0, top - MARGIN, 2 * WIDTH, top - MARGIN + 2))
    return paper


def keep(image: Image.Image, file: Path, source: bytes) -> None:
    """Save the picture with the fingerprint of its source."""
    information = PngImagePlugin.PngInfo()
    information.add_text(FINGERPRINT, hashlib.sha256(source).hexdigest())
    content = io.BytesIO()
    image.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        content, "PNG", optimize=True, pnginfo=information
    )
    file.write_bytes(content.getvalue())
    print(f"{file.relative_to(ROOT)}: {image.width} x {image.height}, {len(content.getvalue()) / 1024:.0f} kB")


def is_stale(name: str) -> bool:
    """Whether a picture shows something else than what is there now."""
    with Image.open(PICTURES / f"{name}.png") as picture:
        return picture.info.get(FINGERPRINT) != hashlib.sha256(DRAWINGS[name][1]()).hexdigest()


def run(*command: object) -> str:
    """What a program prints; an error names the program that is missing or fails."""
    program = shutil.which(str(command[0])) or shutil.which(str(command[0]), path=str(Path(sys.executable).parent))
    if program is None:
        sys.exit(f"{command[0]} is missing (Debian: libreoffice-calc, poppler-utils, chromium)")
    done = subprocess.run([program, *map(str, command[1:])], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    main()
