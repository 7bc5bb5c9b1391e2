"""Prices with other order flow than there was: each day the first price at which flow and impact agree.

A replayed price already contains every liquidation, so history is changed by the *difference* of two impacts: that of a
setting and that of the flows as they were. With the setting as it was the path is history, byte for byte; without flows
it is the crash without forced sellers. Within a day the low is a fixed point, found by iteration from the low as it
was. The flow never falls as the low falls, so the iteration moves in one direction and ends at the first fixed point
(Knaster and Tarski; Milgrom and Roberts 1994). All flows are added before the impact, so none is applied first.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from treasury_sim.domain.arrays import Floats, Rows
from treasury_sim.market.flows.impact import SquareRootImpact
from treasury_sim.market.flows.liquidations import EVERY, Book, BookSetting

CONVERGED = 1e-9
"""Relative change of a low at which the iteration ends."""
CHUNK = 4_096
"""Paths that are computed together: enough that threads spend their time in NumPy, not in waiting for each other."""


@dataclass(frozen=True)
class FlowSetting:
    """The flows of a setting.

    Attributes
    ----------
    book
        Leveraged positions; ``None`` for no liquidations.
    sold : (days,)
        Coins that others are forced to sell each day, such as miners or the holder [coins]; 0 if not given.
    """

    book: BookSetting | None = None
    sold: Floats = field(default_factory=lambda: np.zeros(0))

    def sold_on(self, day: int) -> float:
        """Coins sold on `day`, besides liquidations."""
        return float(self.sold[day]) if self.sold.size else 0.0


@dataclass(frozen=True)
class Decay:
    """How impact wears off; flow that carries no information loses almost all of it (arXiv:1412.4503).

    Attributes
    ----------
    by_close
        Share of the impact at the low that is left at the close of the day.
    overnight
        Share of the impact at a close that is left on the next day.
    """

    by_close: float = 0.5
    overnight: float = 0.25


@dataclass(frozen=True)
class FlowPaths:
    """Paths with the flows of a setting.

    Attributes
    ----------
    low, close : (paths, days)
        [currency/coin]
    liquidated : (paths, days)
        [coins]
    impact : (paths, days)
        Fall of the logarithm of the price at the low by all flows of the day.
    """

    low: Floats
    close: Floats
    liquidated: Floats
    impact: Floats


def counterfactual(
    low: Floats,
    close: Floats,
    volatility: Floats,
    *,
    setting: FlowSetting,
    as_was: FlowSetting,
    impact: SquareRootImpact,
    decay: Decay | None = None,
    workers: int = 1,
) -> FlowPaths:
    """Return the paths as they would be with the flows of `setting` in place of those `as_was`.

    Parameters
    ----------
    low, close : (paths, days)
        The paths as they are; the close of the first day enters the first positions, and the day is unchanged.
    volatility : (paths, days)
        Daily volatility, known before each day.
    setting, as_was
        The flows wanted and those contained in the paths; for paths of a model, `as_was` has none.
    workers
        Threads; the result does not depend on their number.
    """

    def part(first: int) -> FlowPaths:
        rows = slice(first, first + CHUNK)
        return _counterfactual(
            low[rows], close[rows], volatility[rows], setting=setting, as_was=as_was, impact=impact, decay=wears_off
        )

    wears_off = decay or Decay()
    with ThreadPoolExecutor(workers) as threads:
        parts = list(threads.map(part, range(0, low.shape[0], CHUNK)))
    return FlowPaths(
        low=np.concatenate([each.low for each in parts]),
        close=np.concatenate([each.close for each in parts]),
        liquidated=np.concatenate([each.liquidated for each in parts]),
        impact=np.concatenate([each.impact for each in parts]),
    )


def _counterfactual(
    low: Floats,
    close: Floats,
    volatility: Floats,
    *,
    setting: FlowSetting,
    as_was: FlowSetting,
    impact: SquareRootImpact,
    decay: Decay,
) -> FlowPaths:
    """`counterfactual` of a chunk of paths."""
    books = [_book(each, close[:, 0]) for each in (setting, as_was)]
    changed_low, changed_close = low.copy(), close.copy()
    liquidated, falls = np.zeros_like(low), np.zeros_like(low)
    carried = np.zeros(low.shape[0])
    for day in range(1, low.shape[1]):
        # Flow is valued at the last close, so that its value, too, never falls as the low falls.
        reference, daily = close[:, day - 1], volatility[:, day]

        def fall_at(price: Floats, paths: Rows = EVERY, day: int = day) -> Floats:
            coins = _flow(setting, books[0], price, day, paths)
            return impact.fall(coins * reference[paths], daily[paths])  # noqa: B023

        was = impact.fall(_liquidate(as_was, books[1], low[:, day], day)[1] * reference, daily)
        at_low = first_fixed_point(
            low[:, day] * np.exp(-carried),
            lambda price, paths, was=was: fall_at(price, paths) - was[paths],  # type: ignore[misc]
        )
        liquidated[:, day], coins = _liquidate(setting, books[0], at_low, day)
        falls[:, day] = impact.fall(coins * reference, daily)
        carried = carried + decay.by_close * (falls[:, day] - was)
        changed_close[:, day] = close[:, day] * np.exp(-carried)
        changed_low[:, day] = np.minimum(at_low, changed_close[:, day])
        carried = carried * decay.overnight
        for book, closes in zip(books, (changed_close, close), strict=True):
            if book is not None:
                book.end_day(closes[:, day])
    return FlowPaths(changed_low, changed_close, liquidated, falls)


def first_fixed_point(base: Floats, fall: Callable[[Floats, Rows], Floats]) -> Floats:
    """Solve ``price = base x exp(-fall(price))`` by iteration from `base`, (paths,).

    Parameters
    ----------
    fall
        Fall of the logarithm at prices (n,) of `n` of the paths, (n,); it never decreases as the price falls and is
        bounded, so every path converges.
    """
    price = base.copy()
    moving = np.arange(base.size)
    while moving.size:
        # A slice spares the copies that a selection of all paths would make.
        paths: Rows = EVERY if moving.size == base.size else moving
        following = base[paths] * np.exp(-fall(price[paths], paths))
        still = np.abs(following - price[paths]) > CONVERGED * following
        price[paths] = following
        moving = moving[still]
    return price


def _book(setting: FlowSetting, entry: Floats) -> Book | None:
    return None if setting.book is None else Book(setting.book, entry)


def _flow(setting: FlowSetting, book: Book | None, low: Floats, day: int, paths: Rows) -> Floats:
    """Coins that would be sold on `day` on `paths` if its low were `low` there."""
    sold = np.full(low.shape, setting.sold_on(day))
    return sold if book is None else sold + book.liquidated(low, paths)


def _liquidate(setting: FlowSetting, book: Book | None, low: Floats, day: int) -> tuple[Floats, Floats]:
    """Liquidate down to `low`, (paths,); the coins liquidated, and all coins sold on `day`, as `_flow` at that low."""
    sold = np.full(low.shape, setting.sold_on(day))
    if book is None:
        return np.zeros(low.shape), sold
    liquidated = book.liquidate(low)
    return liquidated, sold + liquidated
