"""Earnings per share, ASC 260.

Basic = net income to common shareholders / weighted average shares. Dividends of cumulative preferred stock are
deducted whether or not declared, of non-cumulative stock only when declared (260-10-45-11). Diluted: each potential
share that lowers the figure counts, the most dilutive first; what converts is taken as converted at the start of the
period, so its interest after tax or its dividend is added back (260-10-45-16 to 45-22, 45-40). In a loss every
potential share is anti-dilutive (260-10-45-17 to 45-19), so diluted equals basic. IAS 33.41 to 33.44 say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats


@dataclass(frozen=True)
class Potential:
    """Shares that may come.

    Attributes
    ----------
    shares : (paths, quarters)
        Weighted potential shares.
    saved : (paths, quarters)
        What would not be paid on them: interest after tax, or dividends that were deducted [currency].
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
        [currency]
    weighted_shares : (paths, quarters) or (quarters,)
        Weighted average shares, without any potential share.

    Returns
    -------
    tuple
        Basic and diluted, each (paths, quarters) [currency/share].
    """
    basic = net_income_common / weighted_shares
    earned = np.array(net_income_common, dtype=float)
    shares = np.broadcast_to(weighted_shares, earned.shape).copy()
    for potential in sorted(potentials, key=_saved_a_share):
        more, saved = np.broadcast_arrays(potential.shares, potential.saved, earned)[:2]
        dilutes = (net_income_common >= 0.0) & (more > 0.0)
        dilutes &= (earned + saved) / np.where(dilutes, shares + more, 1.0) < earned / shares
        earned, shares = np.where(dilutes, earned + saved, earned), np.where(dilutes, shares + more, shares)
    return basic, np.where(net_income_common < 0.0, basic, earned / shares)


def _saved_a_share(potential: Potential) -> float:
    """What a potential share saves: the least is the most dilutive. It is the same in every month it stands."""
    shares = float(np.nansum(potential.shares))
    return float(np.nansum(potential.saved)) / shares if shares else np.inf
