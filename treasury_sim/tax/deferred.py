"""Deferred tax on the holdings: carrying amount less tax basis, and the allowance on an asset.

Deferred tax = rate x (carrying amount - tax basis); the tax basis is original cost by tax lots, never the impaired
carrying amount. The holdings are tested as one, because one taxpayer holds them and their result has one character:

- liability = rate x max(0, carrying - tax basis);
- gross asset = rate x (max(0, tax basis - carrying) + losses carried forward);
- support = what a loss could be carried back to + the liability + what the scenario states;
- not supported = max(0, gross asset - support): an allowance, or an asset not recognised, as the framework says.

The change of the net balance follows the item that caused it: to equity for the adoption of a new standard (ASC
350-60-65-1), to other comprehensive income for remeasurement there and for another rate on a surplus that stands there
(IAS 12.60 to 12.61A), past income for the balance with which units came, and to profit or loss for all the rest, a
changed allowance or rate among it. So the
benefit of the quarter in which the price falls through the tax basis is the opening liability plus the support, and
nothing is booked on the way back up to it.

The tax basis here is the one that deferred tax goes by. Where a standard exempts a difference with which an asset is
recognised (IAS 12.15 and 12.24), it is cost for an asset that was bought, whatever basis tax law gives it; under ASC
740-10-25-51 it is that of tax law.

Sources: ASC 740-10-30-5 (e), 740-10-30-18, 740-10-45-15, 740-10-45-20; IAS 12.24, 12.34 to 12.36, 12.60 to 12.61A.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
        Carrying amount less tax basis with which units came, fees that were expensed apart, as far as its tax bypasses
        income: a typed balance brings one.
    surplus
        Revaluation surplus at the quarter end, before tax; 0 where the rule has none.
    """

    carrying: Floats
    tax_basis: Floats
    remeasurement_oci: Floats
    equity_direct: Floats
    initial_difference: Floats
    surplus: Floats | float = 0.0


@dataclass(frozen=True)
class AssetTest:
    """How a deferred tax asset is tested, by fiscal quarter.

    Attributes
    ----------
    unsupported
        What becomes of what is not supported: ``allowance``, ``unrecognised`` or ``none`` (as unrecognised, and the
        only support is the liability).
    support : (paths, quarters) or (quarters,)
        Tax that supports an asset besides the liability [currency]; infinite where an asset is not tested.
    appreciation : (paths, quarters)
        Fair value above the carrying amount, where it counts as support [currency, before tax]; 0 elsewhere.
    losses : (paths, quarters)
        Losses of the holdings' character carried forward [currency, before tax].
    losses_at_start, support_at_start : (paths,)
        `losses` and `support` before the first quarter.
    """

    unsupported: Literal["allowance", "unrecognised", "none"]
    support: Floats
    appreciation: Floats
    losses: Floats
    losses_at_start: Floats
    support_at_start: Floats


@dataclass(frozen=True)
class _Balance:
    """The deferred tax balance, (paths, quarters) [currency]."""

    liability: Floats
    gross: Floats
    recognised: Floats

    @property
    def net(self) -> Floats:
        """Asset recognised less liability."""
        return self.recognised - self.liability


def tax_on_holdings(rate: float | Floats, holdings: Holdings, test: AssetTest | None = None) -> dict[str, Floats]:
    """Compute the tax lines that the holdings cause, current tax apart.

    Parameters
    ----------
    rate : (quarters,) or a number
        Blended enacted rate, federal and state [1].
    test
        How an asset is tested; by default it is not.

    Returns
    -------
    dict
        Lines of the statement, a benefit positive; each (paths, quarters) [currency].
    """
    shape = holdings.carrying.shape
    rates = np.broadcast_to(np.asarray(rate, dtype=float), shape)
    test = test or untested(shape)
    difference = holdings.carrying - holdings.tax_basis
    support = np.broadcast_to(test.support, shape) + rates * test.appreciation

    # The quarter in steps: its opening, the adoption on its first day, the units that came, its end.
    before = _opening(difference)
    adopted = before + holdings.equity_direct
    entered = adopted + holdings.initial_difference
    losses = _opening(test.losses, test.losses_at_start)
    at_start = test.support_at_start + rates[:, 0] * test.appreciation[:, 0]
    old_rates, old_support = _opening(rates, rates[:, 0]), _opening(support, at_start)
    # What the adoption recognises is no longer above the carrying amount.
    left = np.where(
        np.isfinite(old_support),
        old_support - old_rates * np.minimum(_opening(test.appreciation), np.maximum(holdings.equity_direct, 0.0)),
        old_support,
    )
    start = _balance(old_rates, before, losses, old_support)
    at_adoption = _balance(old_rates, adopted, losses, left)
    at_entry = _balance(old_rates, entered, losses, left)
    end = _balance(rates, difference, test.losses, support)
    if test.unsupported == "none":
        start, at_adoption, at_entry, end = map(_no_asset, (start, at_adoption, at_entry, end))

    # IAS 12.61A: what is recognised in OCI takes its tax there in full; an asset that exists only because of the
    # liability on it is a benefit of profit or loss. So does another rate on the surplus that was and still is there.
    surplus = np.broadcast_to(holdings.surplus, shape)
    stays = np.clip(surplus - holdings.remeasurement_oci, 0.0, _opening(surplus))
    to_oci = -rates * holdings.remeasurement_oci - (rates - old_rates) * stays
    to_equity = at_adoption.net - start.net
    initial = at_entry.net - at_adoption.net
    shown = end.gross if test.unsupported == "allowance" else end.recognised
    missing = end.gross - end.recognised
    return {
        "deferred_tax_on_holdings": end.net - start.net - to_oci - to_equity - initial,
        "income_tax_oci": to_oci,
        "income_tax_equity": to_equity,
        "adoption_dta_reversal": at_adoption.recognised - start.recognised,
        "adoption_new_dtl": start.liability - at_adoption.liability,
        "deferred_tax_liability": end.liability,
        "deferred_tax_asset": shown,
        ("valuation_allowance" if test.unsupported == "allowance" else "unrecognised_deferred_tax_asset"): missing,
    }


def untested(shape: tuple[int, ...]) -> AssetTest:
    """Every asset stands in full."""
    zeros = np.zeros(shape)
    return AssetTest("allowance", np.full(shape, np.inf), zeros, zeros, zeros[:, 0], np.full(shape[0], np.inf))


def _balance(rate: Floats, difference: Floats, losses: Floats, support: Floats) -> _Balance:
    liability = rate * np.maximum(difference, 0.0)
    gross = rate * (np.maximum(-difference, 0.0) + losses)
    return _Balance(liability, gross, np.minimum(gross, support + liability))


def _no_asset(balance: _Balance) -> _Balance:
    """The same where no asset is recognised beyond the liability."""
    return _Balance(balance.liability, balance.gross, np.minimum(balance.gross, balance.liability))


def _opening(balance: Floats, first: Floats | float = 0.0) -> Floats:
    """The balance at the end of the quarter before, `first` before the first one."""
    return np.concatenate([np.broadcast_to(first, balance[:, 0].shape)[:, None], balance[:, :-1]], axis=1)
