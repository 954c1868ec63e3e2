"""Random affine maps: none, each alone against its definition, all within their ranges."""

import math

import pytest
import torch

from mnist.errors import MnistError
from mnist.nets.catalogue import find_net
from mnist.nets.settings import augmentation_settings, changed_recipe
from mnist.runs.recipe import AUGMENTATIONS, Affine
from mnist.training.augment import DRAWS, affine_maps, augment, draws

HALF = torch.full((1, DRAWS), 0.5)
ALL = Affine(rotation=10, scale=0.1, shear=5, translation=2)


def drawn(**extreme: float) -> torch.Tensor:
    """One image's random numbers: 0.5, which changes nothing, but for those given as -1 to 1."""
    names = ("rotation", "scale", "shear", "across", "down")
    return torch.tensor([[0.5 + extreme.get(name, 0.0) / 2 for name in names]])


def test_the_middle_of_all_ranges_changes_nothing():
    images = torch.rand(1, 1, 28, 28)

    assert torch.allclose(augment(images, ALL, HALF, background=0.0), images, atol=1e-5)


@pytest.mark.parametrize(("across", "down"), [(1, 0), (0, 1), (-1, 1)])
def test_a_shift_moves_whole_pixels_and_fills_with_the_background(across: int, down: int):
    images = torch.rand(1, 1, 28, 28)

    moved = augment(images, Affine(translation=3), drawn(across=across, down=down), background=-0.4)

    padded = torch.nn.functional.pad(images, (3, 3, 3, 3), value=-0.4)
    expected = padded[:, :, 3 + 3 * down : 31 + 3 * down, 3 + 3 * across : 31 + 3 * across]
    assert torch.allclose(moved, expected, atol=1e-4)


def test_a_quarter_turn_is_the_image_turned():
    images = torch.rand(1, 1, 28, 28)

    turned = augment(images, Affine(rotation=90), drawn(rotation=1), background=0.0)

    assert torch.allclose(turned, torch.rot90(images, 1, (2, 3)), atol=1e-4)


@pytest.mark.parametrize(("way", "factor"), [(1, 1.5), (-1, 1 / 1.5)])
def test_scaling_multiplies_lengths(way: int, factor: float):
    square = torch.zeros(1, 1, 28, 28)
    square[:, :, 8:20, 8:20] = 1

    scaled = augment(square, Affine(scale=0.5), drawn(scale=way), background=0.0)

    assert scaled.sum().sqrt().item() == pytest.approx(12 * factor, rel=0.02)


def test_a_slant_moves_rows_in_proportion_to_their_height():
    image = torch.zeros(1, 1, 28, 28)
    image[:, :, :, 13:15] = 1

    slanted = augment(image, Affine(shear=45), drawn(shear=1), background=0.0)

    columns = (slanted[0, 0] * torch.arange(28)).sum(1) / slanted[0, 0].sum(1)
    heights = torch.arange(28) - 13.5
    assert torch.allclose(columns[4:24], (13.5 - heights)[4:24], atol=0.05)


def test_maps_stay_within_their_ranges():
    maps = affine_maps(ALL, torch.rand(10_000, DRAWS), 28)

    area = torch.det(maps[:, :, :2])  # of scale², as turns and slants keep areas
    assert area.max().item() == pytest.approx(1.1**2, rel=0.01)
    assert area.min().item() == pytest.approx(1.1**-2, rel=0.01)
    assert maps[:, :, 2].abs().max().item() == pytest.approx(2 * 2 / 28, rel=0.01)
    angle = torch.rad2deg(torch.atan2(maps[:, 1, 0], maps[:, 0, 0]))
    assert angle.abs().max().item() == pytest.approx(10, rel=0.01)
    assert abs(angle.mean().item()) < 10 / math.sqrt(3 * 10_000) * 4


def test_a_recipe_of_zeros_augments_nothing():
    assert not Affine()
    assert Affine(shear=1)


def test_an_elastic_map_bends_smoothly_and_by_no_more_than_its_range():
    ramp = torch.linspace(0, 27, 28).expand(1, 1, 28, 28).contiguous()  # a pixel's value is its column
    ranges = Affine(elastic=2)
    uniform = torch.rand(64, draws(ranges), generator=torch.Generator().manual_seed(0))

    bent = augment(ramp.expand(64, -1, -1, -1), ranges, uniform, background=0.0)
    moved = (bent - ramp)[:, :, 6:22, 6:22]

    assert draws(ranges) > draws(Affine(rotation=1)) == DRAWS
    assert 1 < moved.abs().max() < 3  # bicubic maps swing out a little between the places
    assert moved.diff(dim=-1).abs().max() < 1
    assert moved.std(dim=(2, 3)).min() > 0.05  # no plain shift
    still = torch.cat([torch.full((1, DRAWS), 0.5), torch.full((1, draws(ranges) - DRAWS), 0.5)], 1)
    assert torch.allclose(augment(ramp, ranges, still, background=0.0), ramp, atol=1e-3)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_each_preset_is_a_recipes_whole_augmentation(name: str):
    recipe = changed_recipe(find_net("small"), augmentation_settings(name))

    assert recipe.augmentation == AUGMENTATIONS[name]
    assert bool(recipe.augmentation) is (name != "none")


def test_an_unknown_preset_is_named():
    with pytest.raises(MnistError, match="--augment shfit: one of none, shift, affine, elastic is needed"):
        augmentation_settings("shfit")
