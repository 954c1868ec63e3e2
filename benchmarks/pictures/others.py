"""Pictures of what is no digit: letters and signs of fonts, and scribbles."""

from pathlib import Path

import numpy as np
from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFont

FONTS = ("DejaVuSans", "DejaVuSerif", "STIXGeneral", "cmr10")
LETTERS = "AEFHKMNPRTUVWXYabdefhkmnprtuwxy&%?+@#"  # none that is written like a digit, as O, I, S and Z are


def draw_other(random: np.random.Generator) -> Image.Image:
    """A letter or sign, or for a quarter of the pictures a line through five to nine points anywhere."""
    picture = Image.new("L", (400, 400), int(random.integers(190, 256)))
    pencil, ink = ImageDraw.Draw(picture), int(random.integers(10, 90))
    if random.random() < 0.25:
        points = random.uniform(60, 340, (int(random.integers(5, 10)), 2)).tolist()
        pencil.line([(x, y) for x, y in points], fill=ink, width=int(random.integers(5, 26)))
        return picture
    file = Path(get_data_path()) / "fonts" / "ttf" / f"{random.choice(FONTS)}.ttf"
    font = ImageFont.truetype(str(file), int(random.integers(120, 260)), layout_engine=ImageFont.Layout.BASIC)
    pencil.text((60, 40), str(random.choice(list(LETTERS))), fill=ink, font=font)
    return picture
