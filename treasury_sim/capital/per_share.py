"""Earnings per share, ASC 260.

Basic = net income to common shareholders / weighted average shares. In a loss every potential share is
anti-dilutive (ASC 260-10-45-17 to 45-19), so diluted equals basic.
"""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Floats


def earnings_per_share(
    net_income_common: Floats, weighted_shares: Floats, weighted_shares_diluted: Floats
) -> tuple[Floats, Floats]:
    """Compute basic and diluted earnings per share.

    Parameters
    ----------
    net_income_common : (paths, quarters)
        [currency]
    weighted_shares, weighted_shares_diluted : (quarters,)
        Weighted average shares, without and with every potential share.

    Returns
    -------
    tuple
        Basic and diluted, each (paths, quarters) [currency/share].
    """
    basic = net_income_common / weighted_shares
    diluted = np.where(net_income_common < 0.0, basic, net_income_common / weighted_shares_diluted)
    return basic, diluted
