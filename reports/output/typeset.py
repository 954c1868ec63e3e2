"""LaTeX as pictures, for programs that read no MathML: matplotlib's mathtext, a picture a line."""

import base64
import html
import io
import re

from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import math_to_image

from reports.pictures.style import style

ROW = re.compile(r"\\\\(?:\[\d+pt\])?")
ALIGNED = re.compile(r"\\(?:begin|end)\{aligned\}|&")
DOTS = 300  # an inch
SIZE = re.compile(rb"IHDR(.{4})(.{4})", re.DOTALL)


def typeset(latex: str, display: bool = False) -> str | None:
    """Images of the lines of a formula, one below the other, or None where mathtext does not know what it holds."""
    lines = [ALIGNED.sub("", line).strip() for line in ROW.split(latex)]
    try:
        return "<br>".join(_image(line, 12 if display else 11) for line in lines if line)
    except ValueError:  # what mathtext raises, with a drawing of where
        return None


def _image(latex: str, size: int) -> str:
    buffer = io.BytesIO()
    with style():
        math_to_image(f"${' '.join(latex.split())}$", buffer, FontProperties(size=size), DOTS, "png")
    picture = buffer.getvalue()
    match = SIZE.search(picture[:100])
    sides = [round(int.from_bytes(side, "big") * 96 / DOTS) for side in match.groups()] if match else [0, 0]
    data = base64.b64encode(picture).decode()
    return f'<img src="data:image/png;base64,{data}" alt="{html.escape(latex)}" width="{sides[0]}" height="{sides[1]}">'
