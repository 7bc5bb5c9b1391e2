"""The monthly waterfall: what is owed is paid, and coins are sold only when nothing else is left.

Each month, on every path at once:

1. what the plan brings: coins and cash;
2. margin calls, tested on the low since the month before: further coins are posted, or coins sold;
3. what is due: operating cash, tax, interest, principal (notes in the money become shares), and dividends in the order
   of seniority while there are means for them;
4. stock is sold at the market where its rule allows, first for what is due, then a share of the rest buys coins;
5. the reserve is drawn, then free coins are sold at the close. What is still missing is owed on, and told.

Nothing here depends on an accounting framework. Prices are (paths, months); amounts differ by path, dates never do.
Convention of this project; the order follows that of a payment waterfall, senior claims first.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.claims import NEVER, CashTax, Funding, ReliefOrder, Runway
from treasury_sim.treasury.waterfall_state import State

BLOCK = 4_096
"""Paths paid at once: what is in work fits the processor's cache."""


def run_waterfall(funding: Funding, close: Floats, low: Floats, *, cash_tax: CashTax, basis: ReliefOrder) -> Runway:
    """Pay every claim month by month.

    Parameters
    ----------
    close, low : (paths, months)
        Price at each month end, and the lowest since the one before [currency/coin].
    cash_tax
        Tax on coins sold, from the gains of the quarters so far.
    basis
        Tax basis along the order in which coins are sold; coins bought on the way come after it.
    """
    paths, months = close.shape
    lines = [field.name for field in fields(Runway) if field.name not in {"under_called", "settled", "declared"}]
    found = {name: np.empty((months, paths)) for name in lines}
    under_called = np.zeros((months, paths), dtype=bool)
    flexible = [n for n, claim in enumerate(funding.claims) if claim.kind == "preferred" and not claim.cumulative]
    declared = np.zeros((len(flexible), paths, months))
    settled = np.full((len(funding.claims), paths), NEVER)
    for start in range(0, paths, BLOCK):
        block = slice(start, start + BLOCK)
        prices, lows = np.ascontiguousarray(close[block].T), np.ascontiguousarray(low[block].T)
        state = State(funding, prices.shape[1], cash_tax, basis)
        for month in range(months):
            flows = state.month(month, prices[month], lows[month])
            for name, line in found.items():
                line[month, block] = flows[name]
            under_called[month, block] = state.under_called
            for row, number in enumerate(flexible):
                declared[row, block, month] = state.declared[number]
        for number, ended in enumerate(state.settled):
            settled[number, block] = ended
    return Runway(
        **{name: line.T for name, line in found.items()},
        under_called=under_called.T,
        settled=settled,
        declared=declared,
    )
