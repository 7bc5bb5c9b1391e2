"""Tax at the start of a quarter: figures of earlier quarters and years, which a workbook takes from the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from treasury_sim.domain.arrays import Floats
from treasury_sim.engine.statements.build import holding_lines
from treasury_sim.engine.statements.by_quarter import filled_back
from treasury_sim.engine.statements.tax_lines import LAST, asset_test, enacted_rates, rates_in_force, realised_gains
from treasury_sim.report.close.close import Close
from treasury_sim.report.close.live.workings import Workings
from treasury_sim.tax.capital_losses import OtherYears
from treasury_sim.tax.deferred import AssetTest
from treasury_sim.tax.other_assets import other_allowance
from treasury_sim.tax.rules.us import Rules, in_force


@dataclass(frozen=True)
class CapitalState:
    """Capital character: the year so far, and the losses and gains of other years it can use [currency].

    Attributes
    ----------
    gain, tax, taxed
        Of the earlier quarters of the year: proceeds less tax basis, tax on it (a payment negative), the gain
        taxed.
    losses
        Losses carried into the year.
    open_gains
        Gain and rate of each earlier year that a loss can be carried back to, the oldest first.
    later_losses, later_tax
        Stated for this year and later ones: losses, and the tax on gains.
    expiring
        The part of `losses` that the next year can no longer use; 0 before the year ends.
    out_of_reach
        The years of `open_gains` to which the next year can no longer carry a loss back; none before the year ends.
    """

    gain: float
    tax: float
    taxed: float
    losses: float
    open_gains: tuple[tuple[int, float, float], ...]
    later_losses: float
    later_tax: float
    expiring: float
    out_of_reach: frozenset[int]


@dataclass(frozen=True)
class SupportState:
    """How a deferred tax asset is tested [currency].

    Attributes
    ----------
    unsupported
        Treatment of an asset that is not supported.
    stated
        Support that the scenario states; ``None`` where an asset is not tested.
    before
        All support besides the liability at the opening; ``None`` where an asset is not tested.
    by_appreciation
        Whether fair value above the carrying amount counts.
    appreciation_before
        That excess at the opening.
    losses_before
        Losses carried forward at the opening, before tax.
    """

    unsupported: Literal["allowance", "unrecognised", "none"]
    stated: float | None
    before: float | None
    by_appreciation: bool
    appreciation_before: float
    losses_before: float


@dataclass(frozen=True)
class OtherState:
    """Other deferred tax assets: amounts stated by the scenario, and the opening [currency].

    Attributes
    ----------
    is_tested
        Whether there is an allowance.
    assets, operating_losses, support
        Stated: assets, net operating losses before tax, and their support besides the coins' liability.
    loss_share
        Share of taxable income that net operating losses may offset [1].
    allowance_before, credit_before
        Allowance, and credit of the minimum tax, at the opening.
    """

    is_tested: bool
    assets: float
    operating_losses: float
    support: float
    loss_share: float
    allowance_before: float
    credit_before: float


@dataclass(frozen=True)
class MinimumState:
    """The minimum tax of the year so far [currency].

    Attributes
    ----------
    income, taxable
        Adjusted income and regular taxable income of the earlier quarters of the year.
    tax
        Minimum tax less credits of these quarters, a payment negative.
    credit
        Credit carried into the year.
    leaves_out_unrealised
        Whether unrealised results at fair value of this year are left out.
    rules
        Rates in force.
    """

    income: float
    taxable: float
    tax: float
    credit: float
    leaves_out_unrealised: bool
    rules: Rules


@dataclass(frozen=True)
class TaxState:
    """All of it for one quarter; `rate_before` is the rate of deferred tax in the quarter before."""

    rate_before: float
    capital: CapitalState | None
    support: SupportState
    other: OtherState
    minimum: MinimumState | None


def tax_state(close: Close, of: Workings) -> TaxState:
    """Tax at the start of the quarter."""
    spec, q = of.scenario.spec, of.quarter
    quarters = of.measured.timeline.quarters
    rates = enacted_rates(spec.tax, quarters, of.key)
    years = np.array([quarter.fiscal_year for quarter in quarters], dtype=np.intp)
    held = _held(of, len(quarters))
    gain = held["taxable_proceeds"] - held["tax_basis_released"]
    realised = realised_gains(spec.tax, gain, quarters, rates_in_force(spec.tax, quarters))
    test = asset_test(spec, quarters, of.key, held, realised)
    so_far = slice(int(np.flatnonzero(years == years[q])[0]), q)
    capital = None
    if spec.tax.character == "capital":
        other = realised.other_years[int(years[q])]
        expiring, out_of_reach = _at_year_end(other, is_over=quarters[q].number == LAST)
        capital = CapitalState(
            gain=float(gain[0, so_far].sum()),
            tax=float(realised.current_tax[0, so_far].sum()),
            taxed=float(realised.taxable[0, so_far].sum()),
            losses=_sum_of(other.losses),
            open_gains=tuple((year, float(amount[0]), other.rates[year]) for year, amount in other.gains.items()),
            later_losses=other.later_losses,
            later_tax=other.later_tax,
            expiring=expiring,
            out_of_reach=out_of_reach,
        )
    return TaxState(
        rate_before=float(rates[max(q - 1, 0)]),
        capital=capital,
        support=_support(of, test, rates),
        other=_other(close, of, rates, realised.carryforward),
        minimum=_minimum(close, of, realised.taxable, so_far),
    )


def _held(of: Workings, quarters: int) -> Mapping[str, Floats]:
    names = ("taxable_proceeds", "tax_basis_released", "fair_value", "carrying")
    lines = [
        asset_lines for (key, _), asset_lines in holding_lines(of.measured, of.scenario.spec).items() if key == of.key
    ]
    return {name: sum((each[name] for each in lines), np.zeros((1, quarters))) for name in names}


def _sum_of(by_year: Mapping[int, Floats]) -> float:
    return float(sum(amount[0] for amount in by_year.values()))


def _at_year_end(other: OtherYears, *, is_over: bool) -> tuple[float, frozenset[int]]:
    """Losses, and years of gains, that the next year can no longer use, where this one is over."""
    if not is_over:
        return 0.0, frozenset()
    losses = {year: amount for year, amount in other.losses.items() if year < other.first_loss}
    return _sum_of(losses), frozenset(year for year in other.gains if year < other.first_gain)


def _support(of: Workings, test: AssetTest, rates: Floats) -> SupportState:
    tax, q = of.scenario.spec.tax, of.quarter
    support = np.broadcast_to(test.support, test.appreciation.shape) + rates * test.appreciation
    at_start = test.support_at_start[0] + rates[0] * test.appreciation[0, 0]
    before = float(support[0, q - 1] if q else at_start)
    stated = None if tax.support is None else float(filled_back(tax.support, of.measured.timeline.quarters)[q])
    return SupportState(
        unsupported=test.unsupported,
        stated=stated,
        before=None if tax.support is None else before,
        by_appreciation=tax.appreciation_supports,
        appreciation_before=float(test.appreciation[0, q - 1]) if q else 0.0,
        losses_before=float(test.losses[0, q - 1] if q else test.losses_at_start[0]),
    )


def _other(close: Close, of: Workings, rates: Floats, carried: Floats) -> OtherState:
    spec, q = of.scenario.spec, of.quarter
    tax, quarters = spec.tax, of.measured.timeline.quarters
    assets, operating_losses, support = (
        float(filled_back(value, quarters)[q])
        for value in (tax.other_deferred_tax_asset, tax.net_operating_loss, tax.other_support)
    )
    share = in_force(quarters[q].end).loss_share
    allowance = credit = 0.0
    if q:
        allowance, credit = (_line(close, name, q - 1) for name in ("other_valuation_allowance", "minimum_tax_credit"))
    elif tax.support is not None:
        # Before the first quarter the allowance is taken to be that of its end, without a credit.
        left = max(_line(close, "deferred_tax_liability", 0) - float(rates[0] * carried[0, 0]), 0.0)
        amounts = (assets, float(rates[0]) * operating_losses, left + support, share)
        allowance = float(other_allowance(*(np.array([amount]) for amount in amounts))[0])
    return OtherState(tax.support is not None, assets, operating_losses, support, share, allowance, credit)


def _minimum(close: Close, of: Workings, taxable: Floats, so_far: slice) -> MinimumState | None:
    spec, q = of.scenario.spec, of.quarter
    if spec.tax.minimum_tax == "none":
        return None
    quarters = of.measured.timeline.quarters
    rules = in_force(quarters[q].end)
    leaves_out = spec.tax.exclude_unrealised and rules.unrealised_may_be_excluded
    first = [quarter.start for quarter in quarters].index(spec.period.start)
    known = range(max(so_far.start, first), q)
    ordinary = ("other_operating_income", "interest", "coin_revenue", "coin_expense")
    income = sum(_line(close, "pre_tax_income", n) for n in known)
    if leaves_out:
        assets = close.statements.assets.values()
        income -= sum(float(held.lines["unrealised_at_fair_value"][0, n]) for held in assets for n in known)
    return MinimumState(
        income=income,
        taxable=sum(float(taxable[0, n]) + sum(_line(close, name, n) for name in ordinary) for n in known),
        tax=sum(_line(close, "minimum_tax", n) for n in range(so_far.start, q)),
        credit=_line(close, "minimum_tax_credit", so_far.start - 1) if so_far.start else 0.0,
        leaves_out_unrealised=leaves_out,
        rules=rules,
    )


def _line(close: Close, name: str, quarter: int) -> float:
    """A figure of the holder; 0 where it was not computed."""
    line = close.statements.lines[name]
    return 0.0 if line is None else float(np.nan_to_num(line[0, quarter]))
