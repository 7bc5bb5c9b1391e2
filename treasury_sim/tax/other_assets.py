"""The allowance on other deferred tax assets, as far as the liability on the holdings supported them.

A liability on coins is taxable income when it reverses, against which assets of any character can be used: other
deductible differences in full, net operating losses up to the share of taxable income that they may offset. What the
losses on coins themselves need comes first. When the price falls and the liability goes, so does the support.

Sources: ASC 740-10-30-18 (a) and (c); IRC 172(a)(2). Strategy expected an allowance of 0.5bn on other assets with the
fall of the first quarter of 2026 (8-K 2026-04).
"""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Floats


def other_allowance(other: Floats, operating_losses: Floats, supply: Floats, loss_share: Floats) -> Floats:
    """Part of other deferred tax assets that is not supported [currency].

    Parameters
    ----------
    other
        Deferred tax assets without limit to their use: deductible differences, credits.
    operating_losses
        Deferred tax asset on net operating losses.
    supply
        Tax that supports them: the liability left by the holdings' own assets, and what the scenario states.
    loss_share
        Share of taxable income that net operating losses may offset [1].
    """
    used = np.minimum(other, supply)
    losses_used = np.minimum(operating_losses, loss_share * (supply - used))
    return other + operating_losses - used - losses_used
