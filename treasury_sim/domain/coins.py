"""`Grain`: the precision to which coins are counted, the decimal places in which the inputs state them.

Sums of binary fractions are off by about 1e-16 of the whole: 300 lots of 0.33333333 less a sale of 99.999999 leave
3.6e-13, which is rounding and not a holding. So every ledger has a smallest amount, taken from its inputs, and a
remainder of less than half of it counts as 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from treasury_sim.domain.arrays import Floats

SATOSHI = 8
"""Decimal places of every ledger, at least."""

STATED_DIGITS = 15
"""Significant digits of a decimal number that a float keeps; a number with more is a computed quotient."""

FLOAT_SHARE = 1e-14
"""Floating-point error of a sum, as a share of all units ever held."""

PART_SHARE = 1e-9
"""Share of a part below which a remainder is rounding, if the part is itself below the smallest amount."""


MOST_SHARE = 1e-3
"""Largest share of a part that may count as rounding, however much else the ledger holds."""


@dataclass(frozen=True, slots=True)
class Grain:
    """The precision to which the coins of one ledger are counted.

    Attributes
    ----------
    places
        Decimal places of the smallest amount that the inputs can state.
    noise
        Floating-point error of a sum over the ledger [coins].
    """

    places: int = SATOSHI
    noise: float = 0.0

    def nothing(self, of: Floats) -> Floats:
        """Amounts at or below which the remainder of parts `of` counts as 0, (n,) [coins].

        Half of the smallest amount, or the error of a sum over the ledger if that is more. For a part that is itself
        smaller, such as a daily part of a lot bought over a window, a share of the part.
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
        """Sums of coins, each replaced by the nearest decimal number if they differ by rounding only."""
        nearest: Floats = np.round(sums, self.places) + 0.0  # -0 is 0
        return np.where(np.abs(sums - nearest) <= min(self.noise, 0.5 * 10.0**-self.places), nearest, sums)


TO_A_SATOSHI = Grain()
"""The default precision."""


def grain_of(stated: Iterable[float], total: float) -> Grain:
    """The precision of a ledger with these stated quantities, which acquired `total` in all [coins]."""
    return Grain(max((_places(quantity) for quantity in set(stated)), default=SATOSHI), FLOAT_SHARE * total)


def _places(quantity: float) -> int:
    _, digits, exponent = Decimal(repr(quantity)).as_tuple()
    is_stated = isinstance(exponent, int) and len(digits) <= STATED_DIGITS
    return max(SATOSHI, -int(exponent)) if is_stated else SATOSHI
