"""Styles of picture: how a digit gets onto paper, and the paper into a file. All by one random generator."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.pictures.strokes import Figure, handwritten, polyline, printed

STYLES = ("plain", "thin", "thick", "chalk", "shaded", "noisy", "ruled", "rotated", "row", "jpeg")
PENS = {"thin": (0.006, 0.015), "thick": (0.14, 0.2)}  # widths, as shares of the digit's longer side
PEN = (0.03, 0.1)
Grey = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, and the digits on it from left to right."""

    picture: Image.Image
    digits: tuple[int, ...]


def draw(style: str, random: np.random.Generator, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Drawn:
    """A picture in the style; half of its digits are from `images`, a quarter each from fonts and polylines."""
    count = int(random.integers(2, 7)) if style == "row" else 1
    figures, digits = zip(*(_figure(random, images, labels) for _ in range(count)), strict=True)
    ink = _ink(style, random, figures)
    paper, pen = random.uniform(185, 255), random.uniform(10, 90)
    if style == "chalk":
        paper, pen = random.uniform(10, 70), random.uniform(180, 255)
    if style == "noisy":
        pen = random.uniform(10, 60)
    grey = np.full(ink.shape, paper)
    if style == "ruled":
        grey = _ruled(grey, paper, pen, random)
    grey = grey + (pen - grey) * ink
    if style == "rotated":
        grey = _on_table(grey, paper, random)
    if style == "shaded":
        grey = grey * _light(grey.shape, random)
    grey += random.normal(0, random.uniform(12, 30) if style == "noisy" else random.uniform(0, 3), grey.shape)
    if style == "noisy":
        specks = random.random(grey.shape) < random.uniform(0, 0.01)
        grey[specks] = random.choice([0, 255], int(specks.sum()))
    picture = Image.fromarray(np.clip(np.rint(grey), 0, 255).astype(np.uint8))
    if style == "jpeg":
        stream = io.BytesIO()
        picture.convert("RGB").save(stream, "JPEG", quality=int(random.integers(5, 26)))
        picture = Image.open(stream).convert("L")
    return Drawn(picture, tuple(digits))


def _figure(random: np.random.Generator, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> tuple[Figure, int]:
    if random.random() < 0.5:
        index = int(random.integers(len(labels)))
        return handwritten(images[index]), int(labels[index])
    digit = int(random.integers(10))
    return (printed if random.random() < 0.5 else polyline)(digit, random), digit


def _ink(style: str, random: np.random.Generator, figures: tuple[Figure, ...]) -> Grey:
    """(height, width) in 0 to 1: the strokes of the figures side by side, on paper of 300 to 900 pixels."""
    low, high = PENS.get(style, PEN)
    if style == "row":
        size = random.uniform(60, 160)
        margin = size * random.uniform(0.3, 1)
        at, places = margin, list[NDArray[np.float64]]()
        for figure in figures:
            places.append(np.array([at, margin + random.uniform(-0.1, 0.1) * size]))
            at += size * (figure[..., 0].max() + random.uniform(0.25, 0.6))
        height, width = round(2 * margin + size), round(at + margin)
    else:
        height, width = (round(side) for side in random.uniform(300, 900, 2))
        size = random.uniform(0.4, 0.7) * min(height, width)
        free = np.array([width, height]) - size * figures[0].max((0, 1))
        places = [free * (random.uniform(0.25, 0.75, 2) if style == "rotated" else random.uniform(0.1, 0.9, 2))]
    pen = max(3.0, random.uniform(low, high) * size)
    image = Image.new("L", (2 * width, 2 * height))
    pencil = ImageDraw.Draw(image)
    for figure, place in zip(figures, places, strict=True):
        for segment in 2 * (figure * size + place):
            (x1, y1), (x2, y2) = segment.tolist()
            pencil.line([(x1, y1), (x2, y2)], fill=255, width=round(2 * pen))
            for x, y in ((x1, y1), (x2, y2)):
                pencil.ellipse([x - pen, y - pen, x + pen, y + pen], fill=255)
    return np.asarray(image.resize((width, height), Image.Resampling.BOX), np.float64) / 255


def _ruled(grey: Grey, paper: float, pen: float, random: np.random.Generator) -> Grey:
    """Lines across, every third time down too, a little aslant, as dark as pencil or print."""
    grey = grey.copy()
    distance = random.uniform(0.08, 0.2) * min(grey.shape)
    thick, line = int(random.integers(1, 4)), paper + random.uniform(0.2, 0.6) * (pen - paper)
    slope = random.uniform(-0.03, 0.03)
    rows, columns = np.indices(grey.shape)
    start = random.uniform(0, distance)
    grey[(rows + slope * columns - start) % distance < thick] = line
    if random.random() < 1 / 3:
        grey[(columns - slope * rows - start) % distance < thick] = line
    return grey


def _on_table(grey: Grey, paper: float, random: np.random.Generator) -> Grey:
    """The sheet turned by up to 12 degrees, on a table that shows at its corners or all around."""
    table = random.uniform(20, 0.75 * paper)
    margin = round(random.uniform(0, 0.12) * min(grey.shape))
    sheet = Image.fromarray(np.pad(grey, margin, constant_values=table))
    angle = random.uniform(-12, 12)
    return np.asarray(sheet.rotate(angle, Image.Resampling.BICUBIC, fillcolor=table), np.float64).copy()


def _light(shape: tuple[int, ...], random: np.random.Generator) -> Grey:
    """The share of light that falls on each place: a ramp of 20 to 50 %, half of the time a soft shadow too."""
    rows, columns = (index / side for index, side in zip(np.indices(shape), shape, strict=True))
    angle = random.uniform(0, 2 * np.pi)
    along = np.cos(angle) * (columns - 0.5) + np.sin(angle) * (rows - 0.5)
    light = 1 - random.uniform(0.2, 0.5) * np.clip(along + 0.5, 0, 1)
    if random.random() < 0.5:
        edge = random.uniform(-0.3, 0.3)
        light = light * (1 - random.uniform(0.1, 0.35) / (1 + np.exp(-(along - edge) / random.uniform(0.02, 0.1))))
    return np.asarray(light)
