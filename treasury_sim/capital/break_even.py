"""Prices at which something breaks: exact, because everything is piecewise linear in the price.

Between two neighbouring kinks (the costs of lots under a ceiling, the price at which the tax basis is reached, the
price at which support is used up) book equity is a straight line, so its zero is found by one division.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats


@dataclass(frozen=True)
class Books:
    """The coins under one framework, as a function of one price for all of them from now on.

    Attributes
    ----------
    units : (lots,)
        Coins of each lot.
    ceiling : (lots,)
        Most that a coin may be carried at: its present carrying amount, its cost, or infinite [currency/coin].
    kept : float
        Share of the price that is carried: 1 less costs of disposal.
    tax_basis, rate, support
        Of the coins, the enacted rate, and tax that supports an asset besides the liability; infinite where it is not
        tested, nothing where no asset is recognised.
    appreciation_supports
        Whether what the value of the coins exceeds their carrying amount by supports it, too.
    other_equity
        Equity without the coins and the deferred tax on them [currency].
    losses
        Losses of their character carried forward, an asset of their own [currency, before tax].
    """

    units: Floats
    ceiling: Floats
    kept: float
    tax_basis: float
    rate: float
    support: float
    other_equity: float
    appreciation_supports: bool = False
    losses: float = 0.0

    def carrying(self, price: float) -> float:
        """Carrying amount of the coins [currency]."""
        return float(self.units @ np.minimum(self.ceiling, price * self.kept))

    def covered(self, price: float) -> float:
        """What of the tax basis needs no other support: the carrying amount, or the value where that is more."""
        value = float(self.units.sum()) * price if self.appreciation_supports else 0.0
        return max(self.carrying(price), value)

    def equity(self, price: float) -> float:
        """Book equity [currency]."""
        carrying = self.carrying(price)
        difference = carrying - self.tax_basis
        liability = self.rate * max(difference, 0.0)
        support = self.support + self.rate * (self.covered(price) - carrying) + liability
        asset = min(self.rate * (max(-difference, 0.0) + self.losses), support)
        return self.other_equity + carrying - liability + asset

    def kinks(self) -> list[float]:
        """Prices at which `equity` bends."""
        bends = {float(c) / self.kept for c in self.ceiling if np.isfinite(c)}
        found = {crossing(self.carrying, self.tax_basis, bends), allowance_appears(self)}
        return sorted(bends | {price for price in found if price is not None})


def crossing(line: Callable[[float], float], level: float, kinks: Iterable[float]) -> float | None:
    """The price at which a piecewise linear, not decreasing `line` reaches `level`; ``None`` if no price does."""
    points = [0.0, *sorted(kink for kink in kinks if kink > 0.0)]
    values = [line(point) for point in points]
    for left, right, low, high in zip(points, points[1:], values, values[1:], strict=False):
        if low <= level <= high and high > low:
            return left + (right - left) * (level - low) / (high - low)
    slope = line(points[-1] + 1.0) - values[-1]
    if slope > 0.0 and level >= values[-1]:
        return points[-1] + (level - values[-1]) / slope
    return None


def equity_is_nothing(books: Books) -> float | None:
    """The price at which book equity is zero; ``None`` if it is at none, because it stays above or below."""
    return crossing(books.equity, 0.0, books.kinks())


def allowance_appears(books: Books) -> float | None:
    """The price below which part of the deferred tax asset is not supported; ``None`` where that is not tested."""
    if not np.isfinite(books.support) or not books.rate:
        return None
    kinks = [float(c) / books.kept for c in books.ceiling if np.isfinite(c)]
    return crossing(books.covered, books.tax_basis + books.losses - books.support / books.rate, kinks)
