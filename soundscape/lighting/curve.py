"""Perceived lightness (CIE L*) and back: what makes a fade of light look even."""

from __future__ import annotations

# CIE 15:2004, 8.2.1: the cube root of L* becomes a straight line near black.
_CORNER = 216.0 / 24389.0
_SLOPE = 24389.0 / 27.0


def lightness(level: float) -> float:
    """The lightness L* (0 to 100) of a relative luminance (0 to 1)."""
    if level <= _CORNER:
        return max(0.0, level) * _SLOPE
    return 116.0 * float(level ** (1.0 / 3.0)) - 16.0


def luminance(lstar: float) -> float:
    """The relative luminance (0 to 1) of a lightness L* (0 to 100)."""
    if lstar <= 8.0:
        return max(0.0, lstar) / _SLOPE
    return float(((lstar + 16.0) / 116.0) ** 3)


def steepness(lstar: float) -> float:
    """How much luminance a unit of lightness is worth at `lstar`; grows with it."""
    if lstar <= 8.0:
        return 1.0 / _SLOPE
    return 3.0 / 116.0 * float(((lstar + 16.0) / 116.0) ** 2)


def kelvin_fraction(kelvin: float, span: tuple[float, float]) -> float:
    """Where a colour temperature lies in a light's range, 0 to 1; outside it the nearer end.

    The range may run either way: its first end is the light's 0.
    """
    zero, one = span
    if zero == one:
        return 0.0
    return min(1.0, max(0.0, (kelvin - zero) / (one - zero)))


def kelvin_at(fraction: float, span: tuple[float, float]) -> float:
    """The colour temperature, in kelvin, at a fraction (0 to 1) of a light's range."""
    zero, one = span
    return zero + fraction * (one - zero)
