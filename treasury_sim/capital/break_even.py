"""Break-even prices, exact because book values are piecewise linear in the price.

Between two neighbouring kinks (the cost of a lot under a ceiling, the price at which the tax basis is reached, the
price at which support is used up) book equity is linear, so one division gives its zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats


@dataclass(frozen=True)
class BooksByPrice:
    """Book values under one framework as a function of the coin price.

    Attributes
    ----------
    units : (lots,)
        Coins of each lot.
    ceiling : (lots,)
        Highest carrying amount of a coin: its present carrying amount, its cost, or infinite [currency/coin].
    kept : float
        Share of the price in the carrying amount: 1 less costs of disposal.
    tax_basis, rate, support
        Tax basis of the coins [currency], the enacted rate [1], and support of a deferred tax asset other than the
        liability [currency of tax]: infinite where it is not tested, 0 where no asset is recognised.
    appreciation_supports
        Whether fair value above the carrying amount counts as support.
    other_equity
        Equity without the coins and the deferred tax on them, signed [currency].
    losses
        Losses of the same character carried forward, a further deferred tax asset [currency, before tax].
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
        """The part of the tax basis that needs no support: the carrying amount, or a higher fair value that counts."""
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
        others = {crossing(self.carrying, self.tax_basis, bends), allowance_appears(self)}
        return sorted(bends | {price for price in others if price is not None})


def crossing(line: Callable[[float], float], level: float, kinks: Iterable[float]) -> float | None:
    """The price at which a piecewise linear, non-decreasing `line` reaches `level`; ``None`` if it never does."""
    points = [0.0, *sorted(kink for kink in kinks if kink > 0.0)]
    values = [line(point) for point in points]
    for left, right, low, high in zip(points, points[1:], values, values[1:], strict=False):
        if low <= level <= high and high > low:
            return left + (right - left) * (level - low) / (high - low)
    slope = line(points[-1] + 1.0) - values[-1]
    if slope > 0.0 and level >= values[-1]:
        return points[-1] + (level - values[-1]) / slope
    return None


def equity_is_nothing(books: BooksByPrice) -> float | None:
    """The price at which book equity is zero; ``None`` if it never is."""
    return crossing(books.equity, 0.0, books.kinks())


def allowance_appears(books: BooksByPrice) -> float | None:
    """The price below which part of the deferred tax asset is unsupported; ``None`` if that is not tested."""
    if not np.isfinite(books.support) or not books.rate:
        return None
    kinks = [float(c) / books.kept for c in books.ceiling if np.isfinite(c)]
    return crossing(books.covered, books.tax_basis + books.losses - books.support / books.rate, kinks)
