"""A picture as SVG: light, and dark at the address FILE.svg#dark. The same picture gives the same bytes."""

import base64
import html
import io
from collections.abc import Iterable

import numpy as np
from PIL import Image

from reports.pictures.canvas import TEXT, Area, Dots, Line, Picture, Pixels, Point, Shape, Words

FONT = "'DejaVu Sans',Verdana,sans-serif"  # the second is as wide as the first, where that is not installed
# Lightness turned round, hues kept: white becomes #121212, ink light, blue stays blue, and a photograph a negative. The
# page around decides, not the system: a light page keeps light pictures.
DARK = "#dark:target{filter:invert(.93) hue-rotate(180deg)}"
GREYS = 64  # of an image: more than the eye tells apart, fewer bytes


def svg(picture: Picture) -> bytes:
    """The file."""
    wide, high = _number(picture.width), _number(picture.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="dark" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}" font-family="{FONT}" font-size="{_number(TEXT)}">'
    )
    ground = f'<path fill="#fff" d="M0 0h{wide}v{high}H0z"/>'
    return "\n".join([head, f"<style>{DARK}</style>", ground, *map(_shape, picture.shapes), "</svg>\n"]).encode()


def _shape(shape: Shape) -> str:
    match shape:
        case Line():
            dash = f' stroke-dasharray="{shape.dash}"' if shape.dash else ""
            return (
                f'<path fill="none" stroke="{shape.colour}" stroke-width="{_number(shape.width)}"{dash} '
                f'stroke-linejoin="round" d="{"".join(map(_path, shape.strokes))}"/>'
            )
        case Area():
            opacity = f' fill-opacity="{_number(shape.opacity)}"' if shape.opacity < 1 else ""
            return f'<path fill="{shape.colour}"{opacity} d="{"".join(_path(each) + "z" for each in shape.outlines)}"/>'
        case Dots():
            return _dots(shape)
        case Words():
            return _words(shape)
        case Pixels():
            return _pixels(shape)


def _path(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points)


def _dots(dots: Dots) -> str:
    """Lines of almost no length with round ends, as LibreOffice draws none without; hollow: a white one inside."""
    places = "".join(f"M{_number(x)} {_number(y)}h.01" for x, y in dots.points)
    discs = [(dots.colour, dots.size), *([("#fff", dots.size - 3)] if dots.hollow else [])]
    return "\n".join(
        f'<path stroke="{colour}" stroke-width="{_number(size)}" stroke-linecap="round" d="{places}"/>'
        for colour, size in discs
    )


def _words(words: Words) -> str:
    x, y = map(_number, words.point)
    place = f'x="{x}" y="{y}"' if words.upright else f'transform="translate({x} {y})rotate(-90)"'
    look = "" if words.size == TEXT else f' font-size="{_number(words.size)}"'
    look += ' font-weight="bold"' if words.bold else ""
    look += "" if words.side == "start" else f' text-anchor="{words.side}"'
    return f'<text {place} fill="{words.colour}"{look}>{html.escape(words.text, quote=False)}</text>'


def _pixels(pixels: Pixels) -> str:
    buffer = io.BytesIO()
    step = 256 // GREYS
    rounded = np.minimum(255, (pixels.image.astype(int) + step // 2) // step * step).astype(np.uint8)
    Image.fromarray(rounded).save(buffer, "png", optimize=True)
    x, y, width, height = map(_number, (*pixels.point, *pixels.size))
    data = base64.b64encode(buffer.getvalue()).decode()
    return (
        f'<image x="{x}" y="{y}" width="{width}" height="{height}" style="image-rendering:pixelated" '
        f'href="data:image/png;base64,{data}"/>'
    )


def _number(value: float) -> str:
    """To tenths of a pixel."""
    return f"{value:.1f}".removesuffix(".0")
