"""Slips: what people do wrong in derivatives, updates and carried values, each as an edit of one quantity.

A kind is a function of a case and a random source that gives an edit, or None where it finds no place for itself.
"""

from benchmarks.any_model.slips import others, swaps
from benchmarks.any_model.slips.base import Slip, swapping

ALL = ("local", "derivative", "gradient", "memory", "update")


SLIPS: dict[str, Slip] = {
    "slope left out": swapping(ALL, swaps.without_slope),
    "neighbour's slope": swapping(ALL, swaps.neighbour_slope),
    "slope of another activation": swapping(ALL, swaps.slope_of_another),
    "weight for activation": swapping(ALL, swaps.tagged_activation),
    "AVERAGE or MEDIAN for SUM": swapping(ALL, swaps.other_total),
    "neighbouring cell": swapping(ALL, swaps.shifted),
    "another element": swapping(ALL, swaps.other_element),
    "another activation": swapping(ALL, swaps.other_quantity(swaps.is_activation, swaps.another_forward)),
    "another delta": swapping(ALL, swaps.other_quantity(swaps.is_delta, swaps.another_delta)),
    "another gradient": swapping(("update", "memory"), swaps.other_quantity(swaps.is_gradient, swaps.another_gradient)),
    "a weight for the rate": swapping(("update", "memory"), swaps.other_quantity(swaps.is_rate, swaps.no_rate)),
    "weight change for delta": swapping(ALL, swaps.other_quantity(swaps.is_delta, swaps.weight_change)),
    "1-(y-p) for 1-p": swapping(ALL, swaps.output_for_slope),
    "another divisor": swapping(ALL, swaps.other_divisor),
    "range too short": swapping(ALL, swaps.short_range),
    "empty cell": swapping(ALL, swaps.empty_cell),
    "sign": swapping(ALL, swaps.other_sign),
    "minus before it": others.whole_sign,
    "wrong transposition": swapping(ALL, swaps.wrong_turn),
    "carried weight": others.carried,
    "update in the next row": others.merged_update,
    "dollar": others.dollar,
    "number pasted": others.pasted,
}
