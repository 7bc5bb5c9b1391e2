"""The monthly waterfall: claims are paid in order, and coins are sold only when no other means are left.

Each month, on every path at once:

1. coins and cash flows of the plan;
2. margin calls, tested on the low since the previous month end: further coins are posted, or coins sold;
3. claims due: operating cash, tax, interest, principal (notes in the money become shares), and dividends in the order
   of seniority while there are means for them;
4. stock is sold at the market where its rule allows, first for claims due, then a share of the rest buys coins;
5. the reserve is drawn, then free coins are sold at the close. Any shortfall is carried forward and reported.

Nothing here depends on an accounting framework. Prices are (paths, months); amounts differ by path, dates never do.
Convention of this project; the order follows that of a payment waterfall, senior claims first.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.claims import NEVER, CashTax, Funding, ReliefOrder, Runway
from treasury_sim.treasury.waterfall_state import WaterfallState

BLOCK = 4_096
"""Paths processed at once: the working arrays fit the processor's cache."""


def run_waterfall(funding: Funding, close: Floats, low: Floats, *, cash_tax: CashTax, basis: ReliefOrder) -> Runway:
    """Pay every claim month by month.

    Parameters
    ----------
    close, low : (paths, months)
        Price at each month end, and the lowest since the previous one [currency/coin].
    cash_tax
        Tax on coins sold, from the gains of the quarters so far.
    basis
        Tax basis along the order in which coins are sold; coins bought during the run come after it.
    """
    paths, months = close.shape
    lines = [field.name for field in fields(Runway) if field.name not in {"under_called", "settled", "declared"}]
    by_line = {name: np.empty((months, paths)) for name in lines}
    under_called = np.zeros((months, paths), dtype=bool)
    flexible = [n for n, claim in enumerate(funding.claims) if claim.kind == "preferred" and not claim.cumulative]
    declared = np.zeros((len(flexible), paths, months))
    settled = np.full((len(funding.claims), paths), NEVER)
    for start in range(0, paths, BLOCK):
        block = slice(start, start + BLOCK)
        prices, lows = np.ascontiguousarray(close[block].T), np.ascontiguousarray(low[block].T)
        state = WaterfallState(funding, prices.shape[1], cash_tax, basis)
        for month in range(months):
            flows = state.month(month, prices[month], lows[month])
            for name, line in by_line.items():
                line[month, block] = flows[name]
            under_called[month, block] = state.under_called
            for row, number in enumerate(flexible):
                declared[row, block, month] = state.declared[number]
        for number, ended in enumerate(state.settled):
            settled[number, block] = ended
    return Runway(
        **{name: line.T for name, line in by_line.items()},
        under_called=under_called.T,
        settled=settled,
        declared=declared,
    )
