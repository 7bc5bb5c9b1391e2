"""Tax lines of a statement: what the scenario says of tax, the dated rules, and the holdings under one framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.timeline import Quarter
from treasury_sim.engine.stated import filled_back
from treasury_sim.frameworks import FRAMEWORKS
from treasury_sim.scenario.schema import ScenarioSpec
from treasury_sim.scenario.sections.tax import Tax
from treasury_sim.tax.capital_losses import Carry, TaxedGains, taxed_gains
from treasury_sim.tax.deferred import AssetTest, Holdings, tax_on_holdings
from treasury_sim.tax.minimum_tax import minimum_tax
from treasury_sim.tax.other_assets import other_allowance
from treasury_sim.tax.rules.us import blended, in_force


@dataclass(frozen=True)
class Income:
    """Income before tax of one framework, each (paths, quarters) [currency].

    Attributes
    ----------
    pre_tax
        All of it.
    ordinary
        The part that is taxed as it arises: neither remeasurement nor disposals.
    unrealised
        Remeasurement at fair value in it.
    """

    pre_tax: Floats
    ordinary: Floats
    unrealised: Floats


_NOT_SUPPORTED = ("valuation_allowance", "unrecognised_deferred_tax_asset")


def tax_lines(
    spec: ScenarioSpec, quarters: Sequence[Quarter], framework: str, held: Mapping[str, Floats], income: Income
) -> dict[str, Floats]:
    """The tax lines of one framework, each (paths, quarters) [currency]; the scenario says what tax there is."""
    tax = spec.tax
    rates = enacted_rates(tax, quarters)
    years = np.array([quarter.fiscal_year for quarter in quarters], dtype=np.intp)
    holdings = Holdings(
        carrying=held["carrying"] + held["loan_receivable"],
        tax_basis=held["tax_basis"],
        remeasurement_oci=held["remeasurement_oci"],
        equity_direct=held["equity_direct"],
        initial_difference=held["initial_difference"],
    )
    realised = _realised(tax, held["taxable_proceeds"] - held["tax_basis_released"], years, rates, quarters[-1].end)
    test = _asset_test(spec, quarters, framework, held, realised)
    lines = {
        **tax_on_holdings(rates, holdings, test),
        "current_tax_on_sales": realised.current_tax,
        "capital_loss_carryforward": realised.carryforward,
    }
    if not np.isfinite(test.support).all() and test.unsupported != "none":
        # What is not tested is not known, which is not 0.
        lines = {name: line for name, line in lines.items() if name not in _NOT_SUPPORTED}
    lines |= _minimum_tax_lines(spec, quarters, years, income, realised)
    lines |= _other_lines(spec, quarters, lines, rates)
    parts = ("deferred_tax_on_holdings", "current_tax_on_sales", "minimum_tax", "deferred_tax_other")
    lines["income_tax"] = sum((lines[name] for name in parts), -rates * income.ordinary)
    return lines


def cash_tax(spec: ScenarioSpec, quarters: Sequence[Quarter], gains: Floats) -> Floats:
    """Tax of the last quarter of `gains`, (paths,), a payment positive [currency].

    Parameters
    ----------
    gains : (paths, quarters so far)
        Proceeds less tax basis of what was sold in each.
    """
    if not spec.tax.is_computed:
        return np.zeros(gains.shape[0])
    known = quarters[: gains.shape[1]]
    years = np.array([quarter.fiscal_year for quarter in known], dtype=np.intp)
    found = _realised(spec.tax, gains, years, enacted_rates(spec.tax, known), known[-1].end)
    return -found.current_tax[:, -1]


def support_at_end(
    spec: ScenarioSpec, quarters: Sequence[Quarter], framework: str, held: Sequence[Mapping[str, Floats]]
) -> tuple[float, float]:
    """What a deferred tax asset rests on at the end of the first path, besides the liability on the coins.

    Parameters
    ----------
    held
        The lines of each asset.

    Returns
    -------
    tuple
        Support that does not depend on a price, infinite where an asset is not tested [currency of tax]; and losses
        carried forward [currency, before tax].
    """
    names = ("taxable_proceeds", "tax_basis_released", "fair_value", "carrying")
    # Flows of a history that a typed balance replaces are not known, and count as none.
    total = {name: np.nan_to_num(sum(lines[name] for lines in held)) for name in names}
    years = np.array([quarter.fiscal_year for quarter in quarters], dtype=np.intp)
    gain = total["taxable_proceeds"] - total["tax_basis_released"]
    realised = _realised(spec.tax, gain, years, enacted_rates(spec.tax, quarters), quarters[-1].end)
    test = _asset_test(spec, quarters, framework, total, realised)
    support = 0.0 if test.unsupported == "none" else float(np.broadcast_to(test.support, gain.shape)[0, -1])
    return support, float(test.losses[0, -1])


def enacted_rates(tax: Tax, quarters: Sequence[Quarter]) -> Floats:
    """The rate of each quarter, (quarters,)."""
    return np.array(_rates_on(tax, [quarter.end for quarter in quarters]))


def _rates_on(tax: Tax, days: Sequence[date]) -> list[float]:
    return blended(days, tax.state_rate) if tax.rate is None else [tax.rate] * len(days)


def _realised(tax: Tax, gain: Floats, years: Ints, rates: Floats, day: date) -> TaxedGains:
    """Tax on proceeds less tax basis of what was sold, (paths, quarters) [currency], under the law of `day`."""
    if tax.character == "ordinary":
        nothing = np.zeros_like(gain)
        return TaxedGains(-rates * gain, gain, nothing, nothing)
    law = in_force(day)
    gains = {_year(label): amount for label, amount in tax.capital_gains.items()}
    carry = Carry(
        law.capital_loss_back,
        law.capital_loss_forward,
        gains,
        {_year(label): amount for label, amount in tax.capital_losses.items()},
        dict(zip(gains, _rates_on(tax, [date(year, 12, 31) for year in gains]), strict=True)),
    )
    return taxed_gains(gain, years, rates, carry)


def _year(label: str) -> int:
    return int(label.removeprefix("FY"))


def _asset_test(
    spec: ScenarioSpec,
    quarters: Sequence[Quarter],
    framework: str,
    held: Mapping[str, Floats],
    realised: TaxedGains,
) -> AssetTest:
    tax, unsupported = spec.tax, FRAMEWORKS[framework].tax_asset
    if unsupported == "none" and tax.recognise_asset:
        unsupported = "unrecognised"
    stated = np.inf if tax.support is None else filled_back(tax.support, quarters)
    above = np.maximum(held["fair_value"] - held["carrying"], 0.0) * tax.appreciation_supports
    first = quarters[0].fiscal_year
    still_open = range(first - in_force(quarters[-1].end).capital_loss_forward, first)
    before = sum(amount for label, amount in tax.capital_losses.items() if _year(label) in still_open)
    return AssetTest(
        unsupported=unsupported,
        support=stated + realised.carryback_capacity,
        appreciation=np.nan_to_num(above),
        losses=realised.carryforward,
        losses_at_start=np.full(len(realised.carryforward), float(before) * (tax.character == "capital")),
    )


def _minimum_tax_lines(
    spec: ScenarioSpec, quarters: Sequence[Quarter], years: Ints, income: Income, realised: TaxedGains
) -> dict[str, Floats]:
    """The minimum tax; income that is not known, before the period, counts as none."""
    if spec.tax.minimum_tax == "none":
        return {"minimum_tax": np.zeros_like(income.pre_tax), "minimum_tax_credit": np.zeros_like(income.pre_tax)}
    first = [quarter.start for quarter in quarters].index(spec.period.start)
    book, unrealised, taxable = (
        np.concatenate([np.zeros_like(line[:, :first]), line[:, first:]], axis=1)
        for line in (income.pre_tax, income.unrealised, np.nan_to_num(income.ordinary) + realised.taxable)
    )
    found = minimum_tax(
        book, unrealised, taxable, years, [q.end for q in quarters], exclude=spec.tax.exclude_unrealised
    )
    return {"minimum_tax": found.tax, "minimum_tax_credit": found.credit}


def _other_lines(
    spec: ScenarioSpec, quarters: Sequence[Quarter], lines: Mapping[str, Floats], rates: Floats
) -> dict[str, Floats]:
    """Other deferred tax assets and their allowance; income takes the change of the allowance and of the credit.

    A change of the assets themselves is in the tax on the income that the scenario states.
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
        # What the run does not know, the allowance before its first quarter, is that of the first without the credit.
        first = other_allowance(known[:, :1], operating_losses[:, :1], supply[:, :1], share[:1])
    before = np.concatenate([first, allowance[:, :-1]], axis=1)
    return {
        "other_deferred_tax_asset": other + operating_losses,
        "other_valuation_allowance": allowance,
        "deferred_tax_other": before - allowance + np.diff(credit, prepend=0.0),
    }
