"""Deferred tax on the holdings, on carrying amount less tax basis, and the valuation allowance on an asset.

Deferred tax = rate x (carrying amount - tax basis); the tax basis is original cost by tax lots, never the impaired
carrying amount. The holdings are tested together, because one taxpayer holds them and their results share a character:

- liability = rate x max(0, carrying - tax basis);
- gross asset = rate x (max(0, tax basis - carrying) + losses carried forward);
- support = carryback capacity + the liability + support stated in the scenario;
- unsupported = max(0, gross asset - support): a valuation allowance, or an unrecognised asset, by framework.

The change of the net balance follows its cause: to equity for the adoption of a new standard (ASC 350-60-65-1), to
other comprehensive income for remeasurement there and for a rate change on a surplus there (IAS 12.60 to 12.61A),
outside income for the balance that units bring in, and otherwise to profit or loss, including changes of the allowance
and of the rate. So when the price falls through the tax basis, the benefit of that quarter is the opening liability
plus the support, and a recovery up to the tax basis books nothing.

The tax basis here is the one used for deferred tax. Where a standard exempts a difference on initial recognition (IAS
12.15 and 12.24), it is the cost of an asset that was bought, whatever its basis in tax law; under ASC 740-10-25-51 it
is the basis in tax law.

Sources: ASC 740-10-30-5 (e), 740-10-30-18, 740-10-45-15, 740-10-45-20; IAS 12.24, 12.34 to 12.36, 12.60 to 12.61A.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from treasury_sim.domain.arrays import Floats


@dataclass(frozen=True)
class Holdings:
    """The holdings as deferred tax needs them, by fiscal quarter, each (paths, quarters) [currency].

    Attributes
    ----------
    carrying, tax_basis
        Carrying amount and tax basis at the quarter end.
    remeasurement_oci, equity_direct
        Changes in carrying amount that bypass profit or loss, signed.
    initial_difference
        Carrying amount less tax basis of units acquired, excluding expensed fees, where its tax bypasses income; an
        opening balance brings one.
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
    """Inputs of the test of a deferred tax asset, by fiscal quarter.

    Attributes
    ----------
    unsupported
        Treatment of the unsupported part: ``allowance``, ``unrecognised``, or ``none`` (unrecognised, with the
        liability as the only support).
    support : (paths, quarters) or (quarters,)
        Support of an asset other than the liability [currency of tax]; infinite where an asset is not tested.
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
class _DeferredTaxBalance:
    """The deferred tax balance, (paths, quarters) [currency]."""

    liability: Floats
    gross: Floats
    recognised: Floats

    @property
    def net(self) -> Floats:
        """Asset recognised less liability."""
        return self.recognised - self.liability


def tax_on_holdings(rate: float | Floats, holdings: Holdings, test: AssetTest | None = None) -> dict[str, Floats]:
    """Compute the deferred tax lines of the holdings.

    Parameters
    ----------
    rate : (quarters,) or a number
        Blended enacted rate, federal and state [1].
    test
        Inputs of the test of an asset; by default an asset is not tested.

    Returns
    -------
    dict
        Lines of the statement, each (paths, quarters) [currency]; a tax benefit is positive, an expense negative.
    """
    shape = holdings.carrying.shape
    rates = np.broadcast_to(np.asarray(rate, dtype=float), shape)
    test = test or untested(shape)
    difference = holdings.carrying - holdings.tax_basis
    support = np.broadcast_to(test.support, shape) + rates * test.appreciation

    # The quarter in steps, so that each change is booked with its cause: opening, adoption, acquisitions, end.
    before = _opening(difference)
    adopted = before + holdings.equity_direct
    entered = adopted + holdings.initial_difference
    losses = _opening(test.losses, test.losses_at_start)
    at_start = test.support_at_start + rates[:, 0] * test.appreciation[:, 0]
    old_rates, old_support = _opening(rates, rates[:, 0]), _opening(support, at_start)
    # Appreciation that the adoption recognises no longer supports the asset: it is in the carrying amount.
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

    # IAS 12.61A: tax on items in OCI goes there in full, as does a rate change on the surplus that remains there; an
    # asset supported only by that liability is a benefit in profit or loss.
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
    """A test that supports every asset in full."""
    zeros = np.zeros(shape)
    return AssetTest("allowance", np.full(shape, np.inf), zeros, zeros, zeros[:, 0], np.full(shape[0], np.inf))


def _balance(rate: Floats, difference: Floats, losses: Floats, support: Floats) -> _DeferredTaxBalance:
    liability = rate * np.maximum(difference, 0.0)
    gross = rate * (np.maximum(-difference, 0.0) + losses)
    return _DeferredTaxBalance(liability, gross, np.minimum(gross, support + liability))


def _no_asset(balance: _DeferredTaxBalance) -> _DeferredTaxBalance:
    """The balance where no asset is recognised beyond the liability."""
    return _DeferredTaxBalance(balance.liability, balance.gross, np.minimum(balance.gross, balance.liability))


def _opening(balance: Floats, first: Floats | float = 0.0) -> Floats:
    """The balance at the end of the previous quarter; `first` for the first quarter."""
    return np.concatenate([np.broadcast_to(first, balance[:, 0].shape)[:, None], balance[:, :-1]], axis=1)
