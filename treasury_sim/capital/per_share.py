"""Earnings per share, ASC 260.

Basic = net income to common shareholders / weighted average shares. Dividends of cumulative preferred stock are
deducted whether or not declared, of non-cumulative stock only when declared (260-10-45-11). Diluted: each potential
share that lowers the figure counts, the most dilutive first; convertibles count as converted at the start of the
period, so interest after tax or the dividend deducted is added back (260-10-45-16 to 45-22, 45-40). Options, warrants
and awards count by the treasury stock method: exercise proceeds buy back shares at the average market price of the
period, and the remainder are new shares (260-10-45-22 to 45-28). In a loss every potential share is anti-dilutive
(260-10-45-17 to 45-19), so diluted equals basic. IAS 33.41 to 33.48 agree.

A year to date is computed as one period: its income over its weighted shares, not a sum of quarters (260-10-45-10,
270-10-50-1). The shares of the treasury stock method are then the mean of the quarters (260-10-55-3); under IAS 33.37
they follow the average price of the whole period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats


@dataclass(frozen=True)
class Potential:
    """Potential common shares.

    Attributes
    ----------
    shares : (paths, quarters)
        Weighted potential shares.
    saved : (paths, quarters)
        Interest after tax, or dividends deducted, that conversion would save, positive [currency].
    """

    shares: Floats
    saved: Floats


def earnings_per_share(
    net_income_common: Floats, weighted_shares: Floats, potentials: Sequence[Potential]
) -> tuple[Floats, Floats]:
    """Compute basic and diluted earnings per share.

    Parameters
    ----------
    net_income_common : (paths, quarters)
        Net income to common shareholders; a loss is negative [currency].
    weighted_shares : (paths, quarters) or (quarters,)
        Weighted average shares, without potential shares.
    potentials
        Potential shares, in any order.

    Returns
    -------
    tuple
        Basic and diluted, each (paths, quarters) [currency/share].
    """
    basic = net_income_common / weighted_shares
    earned = np.array(net_income_common, dtype=float)
    shares = np.broadcast_to(weighted_shares, earned.shape).copy()
    for more, saved in _most_dilutive_first(potentials, earned.shape):
        # In this order a share that does not lower the figure reached so far never will, so one pass is enough.
        dilutes = (net_income_common >= 0.0) & (more > 0.0)
        dilutes &= (earned + saved) / np.where(dilutes, shares + more, 1.0) < earned / shares
        earned, shares = np.where(dilutes, earned + saved, earned), np.where(dilutes, shares + more, shares)
    return basic, np.where(net_income_common < 0.0, basic, earned / shares)


def _most_dilutive_first(potentials: Sequence[Potential], shape: tuple[int, ...]) -> list[tuple[Floats, Floats]]:
    """Shares and savings, sorted in each quarter by savings per share: the least is the most dilutive."""
    if not potentials:
        return []
    shares = np.stack([np.broadcast_to(potential.shares, shape) for potential in potentials])
    saved = np.stack([np.broadcast_to(potential.saved, shape) for potential in potentials])
    with np.errstate(over="ignore"):  # beyond all numbers a share is the least dilutive, as it should be
        a_share = np.divide(saved, shares, out=np.full(shares.shape, np.inf), where=shares > 0.0)
    order = np.argsort(a_share, axis=0, kind="stable")
    ranked = (np.take_along_axis(values, order, axis=0) for values in (shares, saved))
    return list(zip(*ranked, strict=True))


def treasury_stock(options: float, strike: float, price: Floats) -> Floats:
    """New shares from `options` exercised at `strike`, by the treasury stock method.

    Parameters
    ----------
    strike
        Exercise price [currency/share].
    price : (paths, quarters)
        Average market price of a share [currency/share]; NaN where it is unknown.

    Returns
    -------
    (paths, quarters)
        options x max(0, 1 - strike / price); 0 where the price is 0.
    """
    paid = np.divide(strike, price, out=np.full(price.shape, np.inf), where=price > 0.0)
    known: Floats = np.where(np.isnan(price), np.nan, options * np.maximum(1.0 - paid, 0.0))
    return known
