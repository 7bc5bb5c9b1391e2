"""Tax lines of a statement, from the tax inputs, the dated law, and the holdings under one framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.case.sections.tax import Tax
from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.timeline import Quarter
from treasury_sim.engine.statements.by_quarter import filled_back
from treasury_sim.tax.capital_losses import Carry, TaxedGains, taxed_gains
from treasury_sim.tax.deferred import AssetTest, Holdings, tax_on_holdings
from treasury_sim.tax.minimum_tax import minimum_tax
from treasury_sim.tax.other_assets import other_allowance
from treasury_sim.tax.rules.stated import rate_enacted, rate_in_force
from treasury_sim.tax.rules.us import blended, enacted_by, in_force


@dataclass(frozen=True)
class PreTaxIncome:
    """Income before tax of one framework, each (paths, quarters) [currency].

    Attributes
    ----------
    pre_tax
        Total income before tax.
    ordinary
        The part taxed as it arises: without remeasurement and disposals.
    unrealised
        Fair-value gains and losses on coins still held: remeasurement less the realised part.
    """

    pre_tax: Floats
    ordinary: Floats
    unrealised: Floats


_NOT_SUPPORTED = ("valuation_allowance", "unrecognised_deferred_tax_asset")


def tax_lines(
    spec: ScenarioSpec, quarters: Sequence[Quarter], framework: str, held: Mapping[str, Floats], income: PreTaxIncome
) -> dict[str, Floats]:
    """The tax lines of one framework, each (paths, quarters) [currency]; requires a tax rate or jurisdiction."""
    tax = spec.tax
    rates, deferred = rates_in_force(tax, quarters), enacted_rates(tax, quarters, framework)
    years = np.array([quarter.fiscal_year for quarter in quarters], dtype=np.intp)
    holdings = Holdings(
        carrying=held["carrying"] + held["loan_receivable"],
        tax_basis=held["deferred_tax_basis"],
        remeasurement_oci=held["remeasurement_oci"],
        equity_direct=held["equity_direct"],
        initial_difference=held["initial_difference"],
        surplus=held["revaluation_surplus"],
    )
    realised = realised_gains(tax, held["taxable_proceeds"] - held["tax_basis_released"], quarters, rates)
    test = asset_test(spec, quarters, framework, held, realised)
    lines = {
        **tax_on_holdings(deferred, holdings, test),
        "current_tax_on_sales": realised.current_tax,
        "capital_loss_carryforward": realised.carryforward,
    }
    if not np.isfinite(test.support).all() and test.unsupported != "none":
        # Without a test the allowance is unknown, which is not 0.
        lines = {name: line for name, line in lines.items() if name not in _NOT_SUPPORTED}
    lines |= _minimum_tax_lines(spec, quarters, years, income, realised)
    lines |= _other_lines(spec, quarters, lines, deferred)
    parts = ("deferred_tax_on_holdings", "current_tax_on_sales", "minimum_tax", "deferred_tax_other")
    lines["income_tax"] = sum((lines[name] for name in parts), -rates * income.ordinary)
    return lines


def cash_tax(spec: ScenarioSpec, quarters: Sequence[Quarter], gains: Floats) -> Floats:
    """Tax of the last quarter of `gains`, (paths,), a payment positive [currency].

    Parameters
    ----------
    gains : (paths, quarters so far)
        Proceeds less tax basis of the disposals of each quarter, signed [currency].
    """
    if not spec.tax.is_computed:
        return np.zeros(gains.shape[0])
    known = quarters[: gains.shape[1]]
    taxed = realised_gains(spec.tax, gains, known, rates_in_force(spec.tax, known))
    return -taxed.current_tax[:, -1]


def support_at_end(
    spec: ScenarioSpec, quarters: Sequence[Quarter], framework: str, held: Sequence[Mapping[str, Floats]]
) -> tuple[float, float]:
    """Support of a deferred tax asset at the end of the first path, apart from the liability on the coins.

    Parameters
    ----------
    held
        The lines of each asset.

    Returns
    -------
    tuple
        Support that does not depend on the price, infinite where an asset is not tested [currency of tax]; and losses
        carried forward [currency, before tax].
    """
    names = ("taxable_proceeds", "tax_basis_released", "fair_value", "carrying")
    # Flows before an opening balance are unknown and count as zero.
    total = {name: np.nan_to_num(sum(lines[name] for lines in held)) for name in names}
    gain = total["taxable_proceeds"] - total["tax_basis_released"]
    realised = realised_gains(spec.tax, gain, quarters, rates_in_force(spec.tax, quarters))
    test = asset_test(spec, quarters, framework, total, realised)
    support = 0.0 if test.unsupported == "none" else float(np.broadcast_to(test.support, gain.shape)[0, -1])
    return support, float(test.losses[0, -1])


SUBSTANTIVELY = frozenset({"ifrs", "frs102"})
"""Families of frameworks under which a law counts from its substantive enactment (IAS 12.47, FRS 102 s. 29.12)."""


def rates_in_force(tax: Tax, quarters: Sequence[Quarter]) -> Floats:
    """Rate of current tax of each quarter, in force on its last day, (quarters,) [1]."""
    return np.array([rate_on(tax, quarter.end) for quarter in quarters])


def enacted_rates(tax: Tax, quarters: Sequence[Quarter], framework: str) -> Floats:
    """Rate of deferred tax at the end of each quarter, the last enacted by then, (quarters,) [1]."""
    return np.array([_rate_enacted(tax, quarter.end, framework) for quarter in quarters])


def rate_on(tax: Tax, day: date) -> float:
    """The rate of current tax on `day` [1]."""
    if tax.rate is None:
        return blended(in_force(day).rate, tax.state_rate)
    return rate_in_force(tax.rate, tax.rate_changes, day)


def _rate_enacted(tax: Tax, day: date, framework: str) -> float:
    if tax.rate is None:
        return blended(enacted_by(day).rate, tax.state_rate)
    substantively = FRAMEWORKS[framework].family in SUBSTANTIVELY
    return rate_enacted(tax.rate, tax.rate_changes, day, substantively=substantively)


def realised_gains(tax: Tax, gain: Floats, quarters: Sequence[Quarter], rates: Floats) -> TaxedGains:
    """Tax on disposals under the law of the last day; `gain` is proceeds less tax basis, (paths, quarters)."""
    if tax.character == "ordinary":
        nothing = np.zeros_like(gain)
        return TaxedGains(-rates * gain, gain, nothing, nothing, nothing[:, 0], nothing[:, 0])
    law = in_force(quarters[-1].end)
    gains = {_year(label): amount for label, amount in tax.capital_gains.items()}
    carry = Carry(
        law.capital_loss_back,
        law.capital_loss_forward,
        gains,
        {_year(label): amount for label, amount in tax.capital_losses.items()},
        {year: rate_on(tax, date(year, 12, 31)) for year in gains},
    )
    years = np.array([quarter.fiscal_year for quarter in quarters], dtype=np.intp)
    return taxed_gains(gain, years, rates, carry, np.array([quarter.number == LAST for quarter in quarters]))


LAST = 4
"""Number of the last quarter of a fiscal year."""


def _year(label: str) -> int:
    return int(label.removeprefix("FY"))


def asset_test(
    spec: ScenarioSpec,
    quarters: Sequence[Quarter],
    framework: str,
    held: Mapping[str, Floats],
    realised: TaxedGains,
) -> AssetTest:
    """How a deferred tax asset on the holdings is tested under one framework."""
    tax, unsupported = spec.tax, FRAMEWORKS[framework].tax_asset
    if unsupported == "none" and tax.recognise_asset:
        unsupported = "unrecognised"
    stated = np.inf if tax.support is None else filled_back(tax.support, quarters)
    above = np.maximum(held["fair_value"] - held["carrying"], 0.0) * tax.appreciation_supports
    return AssetTest(
        unsupported=unsupported,
        support=stated + realised.carryback_capacity,
        appreciation=np.nan_to_num(above),
        losses=realised.carryforward,
        losses_at_start=realised.carryforward_before,
        support_at_start=np.broadcast_to(stated, len(quarters))[0] + realised.capacity_before,
    )


def _minimum_tax_lines(
    spec: ScenarioSpec, quarters: Sequence[Quarter], years: Ints, income: PreTaxIncome, realised: TaxedGains
) -> dict[str, Floats]:
    """The minimum tax; unknown income before the period counts as zero."""
    if spec.tax.minimum_tax == "none":
        return {"minimum_tax": np.zeros_like(income.pre_tax), "minimum_tax_credit": np.zeros_like(income.pre_tax)}
    first = [quarter.start for quarter in quarters].index(spec.period.start)
    book, unrealised, taxable = (
        np.concatenate([np.zeros_like(line[:, :first]), line[:, first:]], axis=1)
        for line in (income.pre_tax, income.unrealised, np.nan_to_num(income.ordinary) + realised.taxable)
    )
    minimum = minimum_tax(
        book, unrealised, taxable, years, [q.end for q in quarters], exclude=spec.tax.exclude_unrealised
    )
    return {"minimum_tax": minimum.tax, "minimum_tax_credit": minimum.credit}


def _other_lines(
    spec: ScenarioSpec, quarters: Sequence[Quarter], lines: Mapping[str, Floats], rates: Floats
) -> dict[str, Floats]:
    """Other deferred tax assets and their allowance; changes of the allowance and of the credit go through income.

    A change of the assets themselves is part of the tax on the stated income.
    """
    tax, credit = spec.tax, lines["minimum_tax_credit"]
    known = np.broadcast_to(filled_back(tax.other_deferred_tax_asset, quarters), credit.shape)
    operating_losses = np.broadcast_to(rates * filled_back(tax.net_operating_loss, quarters), credit.shape)
    other, allowance, first = known + credit, np.zeros_like(credit), np.zeros_like(credit[:, :1])
    if tax.support is not None:
        left = np.maximum(lines["deferred_tax_liability"] - rates * lines["capital_loss_carryforward"], 0.0)
        supply = left + filled_back(tax.other_support, quarters)
        share = np.array([in_force(quarter.end).loss_share for quarter in quarters])
        allowance = other_allowance(other, operating_losses, supply, share)
        # The allowance before the first quarter is unknown; that of the first quarter without the credit replaces it.
        first = other_allowance(known[:, :1], operating_losses[:, :1], supply[:, :1], share[:1])
    before = np.concatenate([first, allowance[:, :-1]], axis=1)
    return {
        "other_deferred_tax_asset": other + operating_losses,
        "other_valuation_allowance": allowance,
        "deferred_tax_other": before - allowance + np.diff(credit, prepend=0.0),
    }
