"""Tax on the holdings: current tax on sales, deferred tax on carrying amount less tax basis.

Deferred tax = rate x (carrying amount - tax basis); the tax basis is original cost by tax lots, never the impaired
carrying amount. The change of it follows the item that caused it: to profit or loss for remeasurement there, to
other comprehensive income for remeasurement in OCI (IAS 12.61A), to equity for the adoption of a new standard
(ASC 350-60-65-1). No valuation allowance is computed here: a deferred tax asset is shown without one.

Sources: ASC 740-10-30; ACCOUNTING rule H-1 (Strategy 2025Q1: (43.546bn - 35.63bn) x 28.7 % = 2.28bn).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Floats


@dataclass(frozen=True)
class Holdings:
    """What tax needs to know of the holdings, by fiscal quarter, each (paths, quarters) [currency].

    Attributes
    ----------
    carrying, tax_basis
        At the quarter end.
    remeasurement_oci, equity_direct
        The parts of the change in carrying amount that bypass profit or loss.
    initial_difference
        Carrying amount less tax basis with which units came, fees that were expensed apart: a typed tax basis or a
        typed balance brings one. It bypasses income (IAS 12.15, ASC 740-10-25-51).
    net_proceeds, tax_basis_released
        Of the units sold.
    """

    carrying: Floats
    tax_basis: Floats
    remeasurement_oci: Floats
    equity_direct: Floats
    initial_difference: Floats
    net_proceeds: Floats
    tax_basis_released: Floats


def tax_on_holdings(rate: float, holdings: Holdings) -> dict[str, Floats]:
    """Compute the tax lines that the holdings cause.

    Parameters
    ----------
    rate
        Blended enacted rate, federal and state [1].

    Returns
    -------
    dict
        Lines of the statement, a benefit positive, plus ``current_tax_on_sales``; each (paths, quarters) [currency].
    """
    difference = holdings.carrying - holdings.tax_basis
    before_adoption = _opening(difference)
    after_adoption = before_adoption + holdings.equity_direct
    moved = np.diff(difference, prepend=0.0)
    to_profit_or_loss = moved - holdings.remeasurement_oci - holdings.equity_direct - holdings.initial_difference
    dta_reversal = -rate * (np.maximum(-before_adoption, 0.0) - np.maximum(-after_adoption, 0.0))
    new_dtl = -rate * (np.maximum(after_adoption, 0.0) - np.maximum(before_adoption, 0.0))
    return {
        "deferred_tax_on_holdings": -rate * to_profit_or_loss,
        "current_tax_on_sales": -rate * (holdings.net_proceeds - holdings.tax_basis_released),
        "income_tax_oci": -rate * holdings.remeasurement_oci,
        "income_tax_equity": -rate * holdings.equity_direct,
        "adoption_dta_reversal": dta_reversal,
        "adoption_new_dtl": new_dtl,
        "deferred_tax_liability": rate * np.maximum(difference, 0.0),
        "deferred_tax_asset": rate * np.maximum(-difference, 0.0),
    }


def _opening(balance: Floats) -> Floats:
    """The balance at the end of the quarter before, 0 before the first."""
    return np.concatenate([np.zeros_like(balance[:, :1]), balance[:, :-1]], axis=1)
