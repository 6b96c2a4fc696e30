"""How sure a percentage is: Wilson's interval, which also holds for few cases and near 0% and 100%.

E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
Statistical Association 22 (1927), 209-212; without correction for continuity.
"""

from __future__ import annotations

from math import sqrt

Z_95 = 1.959963984540054
"""How many standard deviations hold 95% of a normal distribution."""

HUNDRED = 100


def percent(numerator: int, denominator: int) -> float | None:
    """The share as a percentage, unrounded; None of nothing."""
    return HUNDRED * numerator / denominator if denominator else None


def wilson(numerator: int, denominator: int, z: float = Z_95) -> tuple[float, float] | tuple[None, None]:
    """The lower and upper end of the interval in per cent, 95% unless another `z` is given; (None, None) of nothing.

    >>> low, high = wilson(13, 14)  # a small authority's month
    >>> round(low, 1), round(high, 1)
    (68.5, 98.7)
    """
    if not denominator:
        return None, None
    share, spread = numerator / denominator, z * z / denominator
    middle = share + spread / 2
    reach = z * sqrt(share * (1 - share) / denominator + spread / (4 * denominator))
    low, high = (middle - reach) / (1 + spread), (middle + reach) / (1 + spread)
    return HUNDRED * (low if numerator else 0.0), HUNDRED * (high if numerator < denominator else 1.0)


def to_one_decimal(number: float) -> float:
    """A figure as it is printed: one decimal, halves up, as in the DfE's tables.

    A share such as 46.35% may be stored a hair below itself, so a hair is added first.

    >>> to_one_decimal(31.25), to_one_decimal(46.35), to_one_decimal(-1.25)
    (31.3, 46.4, -1.3)
    """
    tenths = int(abs(number) * 10 + 0.5 + 1e-9)
    return tenths / 10 if number >= 0 else -tenths / 10
