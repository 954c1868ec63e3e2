"""Distributions: the normal one, the exponential one, Poisson's, and the gamma function in their factorials."""

from fractions import Fraction

from backprop.calculus.functions.elementary import pi
from backprop.calculus.functions.registry import of_numbers
from backprop.calculus.terms import Term
from backprop.calculus.values import UnfollowedError

_SHIFT = 10  # Stirling's series is taken at x + 10: exact to 1e-15 with these terms
_STIRLING = Fraction(1, 12), Fraction(-1, 360), Fraction(1, 1260), Fraction(-1, 1680), Fraction(1, 1188)


def _density(x: Term) -> Term:
    return (-(x * x) / 2).apply("exp") / (2 * pi(x)).apply("sqrt")


def _below(x: Term) -> Term:
    return (1 + (x / x.of(2).apply("sqrt")).apply("erf")) / 2


@of_numbers("PHI", least=1)
def _phi(x: Term) -> Term:
    return _density(x)


@of_numbers("GAUSS", least=1)
def _gauss(x: Term) -> Term:
    return (x / x.of(2).apply("sqrt")).apply("erf") / 2


@of_numbers("NORM.S.DIST", least=2)
def _standard_normal(x: Term, cumulative: Term) -> Term:
    return cumulative.chooses(_below(x), _density(x))


@of_numbers("NORMSDIST", least=1)
def _standard_normal_of_old(x: Term) -> Term:
    return _below(x)


@of_numbers("NORM.DIST", "NORMDIST", least=4)
def _normal(x: Term, mean: Term, deviation: Term, cumulative: Term) -> Term:
    z = (x - mean) / deviation
    return cumulative.chooses(_below(z), _density(z) / deviation)


@of_numbers("EXPON.DIST", "EXPONDIST", least=3)
def _exponential(x: Term, rate: Term, cumulative: Term) -> Term:
    power = (-(rate * x)).apply("exp")
    return cumulative.chooses(1 - power, rate * power)


@of_numbers("GAMMALN", "GAMMALN.PRECISE", least=1)
def _logarithm_of_gamma(x: Term) -> Term:
    """ln Γ(x) of x > 0, by Stirling's series and Γ(x + 1) = x Γ(x). Source: Abramowitz and Stegun, 6.1.41."""
    far = x + _SHIFT
    series = sum((term / far ** (2 * at + 1) for at, term in enumerate(_STIRLING)), x.of(0))
    stirling = (far - Fraction(1, 2)) * far.apply("ln") - far + (2 * pi(x)).apply("ln") / 2 + series
    return stirling - sum(((x + step).apply("ln") for step in range(_SHIFT)), x.of(0))


@of_numbers("GAMMA", least=1)
def _gamma(x: Term) -> Term:
    """Γ(x) of x > 0."""
    return _logarithm_of_gamma(x).apply("exp")


@of_numbers("POISSON.DIST", "POISSON", least=3)
def _poisson(number: Term, mean: Term, cumulative: Term) -> Term:
    """The probability of one number; that of all up to it is not followed."""
    if cumulative.tape.exact(cumulative.node) != 0:
        raise UnfollowedError("POISSON.DIST of all numbers up to one is not followed here")
    return (number * mean.apply("ln") - mean - _logarithm_of_gamma(number + 1)).apply("exp")
