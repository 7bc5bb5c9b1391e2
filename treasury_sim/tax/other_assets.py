"""The allowance on other deferred tax assets that the liability on the holdings supports.

A liability on coins becomes taxable income when it reverses, and supports assets of any character: other deductible
differences in full, net operating losses up to the share of taxable income they may offset. Losses on the coins
themselves use the support first. When the price falls and the liability disappears, so does the support.

Sources: ASC 740-10-30-18 (a) and (c); IRC 172(a)(2). Strategy expected an allowance of 0.5bn on other assets with the
fall of the first quarter of 2026 (8-K 2026-04).
"""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Floats


def other_allowance(other: Floats, operating_losses: Floats, supply: Floats, loss_share: Floats) -> Floats:
    """Unsupported part of other deferred tax assets, positive [currency].

    Parameters
    ----------
    other
        Deferred tax assets with unlimited use: deductible differences, credits [currency].
    operating_losses
        Deferred tax asset on net operating losses [currency].
    supply
        Support in tax: the liability not used by assets on the holdings, and the support stated [currency].
    loss_share
        Share of taxable income that net operating losses may offset [1].
    """
    used = np.minimum(other, supply)
    losses_used = np.minimum(operating_losses, loss_share * (supply - used))
    return other + operating_losses - used - losses_used
