"""Random affine maps of training images, a whole batch at once, on the batch's device."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation gives it

from mnist.runs.recipe import Affine

DRAWS = 5  # random numbers an image: angle, scale, slant, shift across and down
PLACES = 4  # along each side, at which an elastic map displaces


def draws(ranges: Affine) -> int:
    """Random numbers an image: of an elastic map two a place more."""
    return DRAWS + (2 * PLACES**2 if ranges.elastic else 0)


def augment(images: Tensor, ranges: Affine, uniform: Tensor, background: Tensor | float) -> Tensor:
    """Turned, scaled, slanted, shifted and bent copies of (n, channels, height, width) images, sampled bilinearly.

    `uniform`, (n, `draws`) in [0, 1), decides; 0.5 throughout changes nothing. An output pixel at (x, y) from the
    centre shows the input at R(angle) · S(slant) · (x, y) / scale + shift; what comes in from outside is `background`.
    """
    height, width = images.shape[-2:]
    maps = affine_maps(ranges, uniform[:, :DRAWS], width)
    grid = F.affine_grid(maps, list(images.shape), align_corners=False)
    if ranges.elastic:
        places = (2 * uniform[:, DRAWS:] - 1).view(-1, 2, PLACES, PLACES)
        bent = F.interpolate(places, (height, width), mode="bicubic", align_corners=True)
        grid = grid + 2 * ranges.elastic * bent.permute(0, 2, 3, 1) / grid.new_tensor([width, height])
    # grid_sample's outside is 0, so the background is 0 while it samples
    return F.grid_sample(images - background, grid, mode="bilinear", align_corners=False) + background


def affine_maps(ranges: Affine, uniform: Tensor, side: int) -> Tensor:
    """(n, 2, 3) maps from output to input, in the coordinates of torch's affine_grid: -1 to 1 along each side."""
    angle, scale, slant, across, down = (2 * uniform - 1).unbind(1)
    angle = angle * math.radians(ranges.rotation)
    cosine, sine = angle.cos(), angle.sin()
    size = torch.exp(-scale * math.log1p(ranges.scale))
    slant = torch.tan(slant * math.radians(ranges.shear))
    pixel = 2 * ranges.translation / side
    rows = (
        torch.stack([cosine * size, (cosine * slant - sine) * size, across * pixel], 1),
        torch.stack([sine * size, (sine * slant + cosine) * size, down * pixel], 1),
    )
    return torch.stack(rows, 1)
