"""The optimisers that have a name, recognised by what their rule does to drawn numbers, however it is written."""

import re
from dataclasses import replace

import numpy as np

from backprop.check.any_model.optimisers.rule import FITS, Numbers, Rule, averages, close, linear
from backprop.check.any_model.optimisers.scaled import adadelta, adam, adamax, scaled

PLAIN = "gradient descent"
_TOLD = {
    "momentum": r"momentum|heavy[ -]?ball|veloc|impuls|moment\b",
    "Nesterov": r"nesterov|\bnag\b",
    "decay": r"decay|regulari|\bl2\b|ridge|lambda|λ",
    "clipped": r"clip",
    "Adam": r"\badam",
}


def name_of_rule(rule: Rule) -> str | None:
    """Gradient descent, momentum, RMSprop, Adam and their kin, also with weight decay; None for any other rule."""
    if not all(np.isfinite(values).all() for values in (rule.new, rule.at_zero, *rule.helpers)):
        return None
    share = linear(rule.new - rule.at_zero, rule.w)
    if share is not None and share[0] > 0:
        decay = 1 - share[0]
        if abs(decay) <= FITS:
            return _name(rule, rule.new - rule.w)
        if decay > 0 and (name := _name(rule, rule.at_zero)):
            return "AdamW" if name == "Adam" else f"{name} with weight decay"
        return _heavy_ball(rule, -decay)
    for decay in rule.constants:  # added to the derivative before anything is kept
        whole = replace(rule, g=rule.g + (-decay if rule.upwards else decay) * rule.w)
        if 0 < decay < 1 and (name := _name(whole, rule.new - rule.w)):
            return f"{name} with weight decay"
    return None


def is_told(name: str, texts: str) -> bool:
    """Whether texts in small letters name an optimiser."""
    if name == PLAIN:
        return False
    known = [pattern for word, pattern in _TOLD.items() if word in name]
    return all(re.search(pattern, texts) for pattern in known or [name.lower()])


def names_any(texts: str) -> bool:
    """Whether texts in small letters name any optimiser."""
    return bool(re.search("|".join((*_TOLD.values(), "rmsprop", "adagrad", "lion", "adadelta", "amsgrad")), texts))


def _name(rule: Rule, change: Numbers) -> str | None:
    """The rule by which a change is made of the derivative and the kept numbers."""
    if not np.any(change):
        return None
    if (parts := linear(change, rule.g)) is not None:
        return PLAIN if rule.descends(parts[0]) and not rule.kept else None
    return next((name for find in _RULES if (name := find(rule, change)) is not None), None)


def _heavy_ball(rule: Rule, share: float) -> str | None:
    """w + μ (w − the w before) − η g."""
    for kept in rule.kept:
        parts = linear(rule.at_zero, kept, rule.g)
        if parts is not None and 0 < share < 1 and close(parts[0], -share) and rule.descends(parts[1]):
            return "momentum"
    return None


def _momentum(rule: Rule, change: Numbers) -> str | None:
    if len(rule.kept) != 1:
        return None
    for velocity, a, b in averages(rule, rule.g):
        if a is None or not 0 < a <= 1:
            continue
        if (parts := linear(change, velocity)) is not None and rule.descends(parts[0] * b):
            its_own = close(parts[0], 1) and rule.has(a) and (rule.has(b) or rule.has(-b))
            if its_own or close(b, 1) or close(abs(b), 1 - a):
                return "momentum"
        parts = linear(change, rule.kept[0], rule.g)
        if parts is not None and close(parts[0] * (1 + a) * b, parts[1] * a * a) and rule.descends(parts[1]):
            return "Nesterov's momentum"
    return None


def _by_signs(rule: Rule, change: Numbers) -> str | None:
    """A step of one size, in the direction of the derivative or of an average with it."""
    if np.ptp(np.abs(change)) > FITS * np.abs(change).max():
        return None
    down = -1.0 if rule.descends(-1.0) else 1.0
    if not rule.kept and np.array_equal(np.sign(change), down * np.sign(rule.g)):
        return "descent by signs"
    kept = (*rule.kept, *rule.helpers)
    averaged = (a * one + (1 - a) * rule.g for a in rule.constants if 0 < a < 1 for one in kept)
    return "Lion" if any(np.array_equal(np.sign(change), down * np.sign(mean)) for mean in averaged) else None


def _clipped(rule: Rule, change: Numbers) -> str | None:
    """The derivative between two limits, or shortened where the length of the gradient is beyond one."""
    if rule.kept:
        return None
    lengths = [*rule.helpers, np.sqrt(rule.g**2 + sum((other**2 for other in rule.others), np.zeros_like(rule.g)))]
    for most in {abs(each) for each in rule.constants} - {0.0}:
        parts = linear(change, np.clip(rule.g, -most, most))
        if parts is not None and rule.descends(parts[0]):
            return f"{PLAIN} with clipped derivatives"
        for length in lengths:
            parts = linear(change, rule.g * np.minimum(1.0, most / length)) if np.all(length > 0) else None
            if parts is not None and rule.descends(parts[0]):
                return f"{PLAIN} with a clipped gradient"
    return None


_RULES = _momentum, _by_signs, scaled, adadelta, adam, adamax, _clipped
