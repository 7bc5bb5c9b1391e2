"""How finely coins are counted: to the decimal places in which the inputs state them.

Sums of binary fractions are off by some 1e-16 of the whole: 300 lots of 0.33333333 less a sale of 99.999999 leave
3.6e-13. Nobody holds that. Every ledger therefore knows the smallest amount that its inputs can mean, and what is less
than half of it is not held.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from treasury_sim.domain.arrays import Floats

SATOSHI = 8
"""Decimal places that every ledger has."""

STATED_DIGITS = 15
"""Significant digits that a float keeps of a decimal number; one with more is a computed quotient."""

FLOAT_SHARE = 1e-14
"""Share of everything ever held that floating-point sums of it may be off."""

PART_SHARE = 1e-9
"""Share of a part that is rounding, where the part itself is smaller than the smallest amount."""


MOST_SHARE = 1e-3
"""Share of a part that is never more than rounding, however much else the ledger holds."""


@dataclass(frozen=True, slots=True)
class Grain:
    """How finely the coins of one ledger are counted.

    Attributes
    ----------
    places
        Decimal places of the smallest amount that the inputs can mean.
    noise
        How far a floating-point sum over the ledger may be off [coins].
    """

    places: int = SATOSHI
    noise: float = 0.0

    def nothing(self, of: Floats) -> Floats:
        """Amounts at or below which nothing is left of `of`, (n,) [coins].

        It is half of the smallest amount, or what sums over the ledger may be off, where that is more. A part that is
        smaller than that itself, a day's share of a lot bought over a window, keeps its own scale.
        """
        half = 0.5 * 10.0**-self.places
        smallest: Floats = np.maximum(np.minimum(half, PART_SHARE * of), np.minimum(self.noise, MOST_SHARE * of))
        return smallest

    def nothing_wanted(self, wanted: float) -> float:
        """Amount below which a move of `wanted` is complete [coins]."""
        return max(min(0.5 * 10.0**-self.places, PART_SHARE * wanted), self.noise)

    def nothing_wanted_on(self, wanted: Floats) -> Floats:
        """`nothing_wanted` for the units wanted on each path, (paths,) [coins]."""
        least: Floats = np.maximum(np.minimum(0.5 * 10.0**-self.places, PART_SHARE * wanted), self.noise)
        return least

    def exact(self, sums: Floats) -> Floats:
        """Sums of coins, each the decimal number from which it is off by no more than rounding, else as it is."""
        nearest: Floats = np.round(sums, self.places) + 0.0  # -0 is 0
        return np.where(np.abs(sums - nearest) <= min(self.noise, 0.5 * 10.0**-self.places), nearest, sums)


TO_A_SATOSHI = Grain()
"""The grain of a ledger of which nothing else is known."""


def grain_of(stated: Iterable[float], total: float) -> Grain:
    """The grain of a ledger whose inputs state these quantities, and which ever held `total` in all [coins]."""
    return Grain(max((_places(quantity) for quantity in set(stated)), default=SATOSHI), FLOAT_SHARE * total)


def _places(quantity: float) -> int:
    _, digits, exponent = Decimal(repr(quantity)).as_tuple()
    is_stated = isinstance(exponent, int) and len(digits) <= STATED_DIGITS
    return max(SATOSHI, -int(exponent)) if is_stated else SATOSHI
