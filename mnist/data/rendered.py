"""Rendered digits: a stand-in for MNIST where it cannot be had, drawn from the fonts that matplotlib ships.

Like MNIST they are white on black, about 20 pixels high and centred; unlike MNIST no hand wrote them.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FONTS = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSans-Oblique",
    "DejaVuSansMono",
    "DejaVuSerif",
    "DejaVuSerif-Italic",
    "STIXGeneral",
    "STIXGeneralBol",
    "STIXGeneralItalic",
    "cmb10",
    "cmr10",
    "cmss10",
    "cmtt10",
)
GLYPH = 80  # pixels a glyph is high when drawn, four times its final height: the warp then loses little
OVERSAMPLING = 2  # along each side, against jagged edges
BATCH = 200  # images warped at once: what they need fits the processor's cache


def render_digits(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(images (count, 28, 28), labels (count,)): each a random glyph under a random affine map."""
    random = np.random.default_rng(seed)
    glyphs = font_glyphs()
    labels = random.integers(0, 10, count)
    chosen = 10 * random.integers(0, len(FONTS), count) + labels
    maps = _affine_maps(random, count, glyphs.shape[-1])
    images = np.empty((count, 28, 28), np.uint8)
    for start in range(0, count, BATCH):
        some = slice(start, start + BATCH)
        images[some] = _warp(glyphs, chosen[some], maps[some])
    return images, labels.astype(np.uint8)


def font_glyphs() -> NDArray[np.float32]:
    """(fonts · 10, side, side): every digit of every font, GLYPH pixels high and centred, values 0 to 1."""
    from matplotlib import get_data_path
    from PIL import Image, ImageDraw, ImageFont

    folder = Path(get_data_path()) / "fonts" / "ttf"
    side = 2 * GLYPH
    glyphs = np.zeros((len(FONTS) * 10, side, side), np.float32)
    for index, name in enumerate(FONTS):
        font = ImageFont.truetype(str(folder / f"{name}.ttf"), 2 * GLYPH, layout_engine=ImageFont.Layout.BASIC)
        for digit in range(10):
            left, top, right, bottom = (round(edge) for edge in font.getbbox(str(digit)))
            glyph = Image.new("L", (right - left, bottom - top))
            ImageDraw.Draw(glyph).text((-left, -top), str(digit), fill=255, font=font)
            width = max(1, round(glyph.width * GLYPH / glyph.height))
            centred = Image.new("L", (side, side))
            scaled = glyph.resize((width, GLYPH), Image.Resampling.BOX)
            centred.paste(scaled, ((side - width) // 2, (side - GLYPH) // 2))
            glyphs[10 * index + digit] = np.asarray(centred, np.float32) / 255
    return glyphs


def _affine_maps(random: np.random.Generator, count: int, side: int) -> NDArray[np.float32]:
    """(count, 2, 3): from (x, y) in the image, measured from its middle, to (x, y) in the glyph."""
    angle = np.deg2rad(random.normal(0, 8, count))
    slant = random.normal(0, 0.15, count)
    height = random.uniform(17, 21, count) / GLYPH
    width = height * random.uniform(0.8, 1.25, count)
    shift = random.normal(0, 0.8, (count, 2))
    cosine, sine = np.cos(angle), np.sin(angle)
    forward = np.empty((count, 2, 2))  # glyph to image: scale, slant, turn
    forward[:, 0, 0], forward[:, 0, 1] = cosine * width, (cosine * slant - sine) * height
    forward[:, 1, 0], forward[:, 1, 1] = sine * width, (sine * slant + cosine) * height
    inverse = np.linalg.inv(forward)
    maps = np.empty((count, 2, 3), np.float32)
    maps[:, :, :2] = inverse
    maps[:, :, 2] = side / 2 - 0.5 - np.einsum("nij,nj->ni", inverse, shift)
    return maps


def _warp(glyphs: NDArray[np.float32], chosen: NDArray[np.int64], maps: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Bilinear samples of each chosen glyph under its map, averaged over OVERSAMPLING² points a pixel."""
    side = glyphs.shape[-1]
    points = 28 * OVERSAMPLING
    line = (np.arange(points, dtype=np.float32) + 0.5) / OVERSAMPLING - 14
    y, x = np.meshgrid(line, line, indexing="ij")
    grid = np.stack([x.ravel(), y.ravel(), np.ones(points**2, np.float32)])
    where = np.clip(maps @ grid, 0, side - 1.001)  # the glyphs' edges are black
    corner = where.astype(np.int64)
    across, down = (where - corner).astype(np.float32).transpose(1, 0, 2)
    column, row = corner.transpose(1, 0, 2)
    at = (chosen[:, None] * side + row) * side + column
    left, right, below_left, below_right = (glyphs.ravel()[at + step] for step in (0, 1, side, side + 1))
    top = left + (right - left) * across
    low = below_left + (below_right - below_left) * across
    fine = (top + (low - top) * down).reshape(-1, 28, OVERSAMPLING, 28, OVERSAMPLING)
    pixels: NDArray[np.uint8] = np.rint(fine.mean((2, 4)) * 255).astype(np.uint8)
    return pixels
