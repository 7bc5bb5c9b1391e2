"""Capital lines of a statement: dividends, shares, equity and per-share figures, stated or from the waterfall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.capital.per_share import Potential, earnings_per_share, treasury_stock
from treasury_sim.case.schema import ScenarioSpec
from treasury_sim.domain.arrays import Floats
from treasury_sim.domain.claims import Claim
from treasury_sim.domain.timeline import Quarter
from treasury_sim.engine.prepare import Funded, Prepared
from treasury_sim.engine.statements.by_quarter import stated, stated_flow
from treasury_sim.engine.statements.tax_lines import rates_in_force

Lines = dict[str, Floats | None]


def per_share_lines(spec: ScenarioSpec, quarters: Sequence[Quarter], lines: Mapping[str, Floats | None]) -> Lines:
    """Dividends and earnings per share from figures stated in the scenario."""
    capital, net_income = spec.capital, lines.get("net_income")
    if net_income is None or (capital.preferred_dividends is None and capital.weighted_shares is None):
        return {}
    dividends = stated_flow(capital.preferred_dividends or 0.0, spec, quarters)
    common = net_income + dividends
    per_share: Lines = {
        "preferred_dividends": np.broadcast_to(dividends, common.shape),
        "net_income_common": common,
    }
    if capital.weighted_shares is None:
        return per_share
    shares = stated(capital.weighted_shares, spec.period.start, quarters)
    diluted = stated(capital.weighted_shares_diluted or capital.weighted_shares, spec.period.start, quarters)
    potential = Potential(np.broadcast_to(diluted - shares, common.shape), np.zeros(common.shape))
    both = (potential, _to_date(potential, quarters))
    return per_share | _per_share(common, np.broadcast_to(shares, common.shape), [both], quarters)


def _per_share(
    common: Floats, weighted: Floats, potentials: Sequence[tuple[Potential, Potential]], quarters: Sequence[Quarter]
) -> Lines:
    """Weighted shares and earnings per share of each quarter and of the year to date.

    Parameters
    ----------
    potentials
        Each for the quarters, and for the years to date.
    """
    basic, diluted = earnings_per_share(common, weighted, [of_quarter for of_quarter, _ in potentials])
    year, shares = running_total(common, quarters), running_mean(weighted, quarters)
    basic_year, diluted_year = earnings_per_share(year, shares, [to_date for _, to_date in potentials])
    return {
        "weighted_shares": weighted,
        "eps_basic": basic,
        "eps_diluted": diluted,
        "weighted_shares_year_to_date": shares,
        "eps_basic_year_to_date": basic_year,
        "eps_diluted_year_to_date": diluted_year,
    }


def _to_date(potential: Potential, quarters: Sequence[Quarter]) -> Potential:
    return Potential(running_mean(potential.shares, quarters), running_total(potential.saved, quarters))


def running_total(amounts: Floats, quarters: Sequence[Quarter]) -> Floats:
    """Fiscal year to date at each quarter, (paths, quarters); NaN where one of its quarters is NaN."""
    total = np.array(amounts, dtype=float)
    for number in range(1, len(quarters)):
        if quarters[number].fiscal_year == quarters[number - 1].fiscal_year:
            total[:, number] += total[:, number - 1]
    return total


def running_mean(amounts: Floats, quarters: Sequence[Quarter]) -> Floats:
    """Mean over the quarters of the fiscal year up to each of them, (paths, quarters)."""
    mean: Floats = running_total(amounts, quarters) / running_total(np.ones((1, len(quarters))), quarters)
    return mean


@dataclass(frozen=True)
class FundedQuarters:
    """The waterfall by fiscal quarter; before the period flows are zero and balances NaN.

    Attributes
    ----------
    quarters
        Their number; the waterfall covers the last of them.
    months : (months,)
        The quarter of each month.
    """

    funded: Funded
    all_quarters: tuple[Quarter, ...]
    quarters: int
    months: tuple[int, ...]

    @property
    def interest(self) -> Floats:
        """Interest on the instruments, negative, (paths, quarters) [currency]; zero before the period."""
        return 0.0 - self.flow(self.funded.runway.interest)

    def flow(self, amounts: Floats) -> Floats:
        """Sum monthly amounts (paths, months) by quarter, (paths, quarters)."""
        total = np.zeros((amounts.shape[0], self.quarters))
        for month, quarter in enumerate(self.months):
            if quarter < self.quarters:
                total[:, quarter] += amounts[:, month]
        return total

    def balance(self, amounts: Floats) -> Floats:
        """The balance of the last month of each quarter, (paths, quarters)."""
        balances = np.full((amounts.shape[0], self.quarters), np.nan)
        for month, quarter in enumerate(self.months):
            if quarter < self.quarters:
                balances[:, quarter] = amounts[:, month]
        return balances

    def mean(self, amounts: Floats) -> Floats:
        """The mean of the months of each quarter, (paths, quarters); NaN before the period."""
        count = np.bincount([quarter for quarter in self.months if quarter < self.quarters], minlength=self.quarters)
        return np.where(count > 0, self.flow(amounts) / np.maximum(count, 1), np.nan)

    def at_start(self, amounts: Floats, opening: float) -> Floats:
        """Monthly balances at the beginning of each month, (paths, months)."""
        return np.concatenate([np.full((amounts.shape[0], 1), opening), amounts[:, :-1]], axis=1)


def funded_quarters(prepared: Prepared, quarters: int) -> FundedQuarters | None:
    """The waterfall over the first `quarters` quarters; ``None`` if the scenario has none."""
    if prepared.funded is None:
        return None
    calendar = prepared.case.spec.calendar
    position = {quarter: number for number, quarter in enumerate(prepared.quarters)}
    months = tuple(position[calendar.quarter(day)] for day in prepared.funded.months)
    return FundedQuarters(prepared.funded, prepared.quarters[:quarters], quarters, months)


def funded_lines(by_quarter: FundedQuarters, spec: ScenarioSpec, key: str, lines: Mapping[str, Floats | None]) -> Lines:
    """Balances of the funding, equity, and earnings per share under one framework."""
    runway, opening = by_quarter.funded.runway, by_quarter.funded.funding
    funded: Lines = {
        "cash": by_quarter.balance(runway.cash + runway.reserve),
        "debt": by_quarter.balance(runway.debt),
        "preferred_stock": by_quarter.balance(runway.preferred),
        "unpaid": by_quarter.balance(runway.unpaid),
    }
    dividends = 0.0 - by_quarter.flow(runway.dividends)
    funded["preferred_dividends"] = dividends
    if opening.shares:
        funded["shares_outstanding"] = by_quarter.balance(runway.shares)
        funded["weighted_shares"] = by_quarter.mean(by_quarter.at_start(runway.shares, opening.shares))
    net_income = lines.get("net_income")
    if net_income is None:
        return funded
    funded["net_income_common"] = net_income + dividends
    funded["equity"] = _equity(by_quarter, spec, key, lines)
    weighted = funded.get("weighted_shares")
    if weighted is not None:
        quarters = by_quarter.all_quarters
        potentials = [(potential, _to_date(potential, quarters)) for potential in _converting(by_quarter, spec)]
        potentials += _awards(by_quarter, spec, key)
        funded |= _per_share(net_income + dividends, weighted, potentials, quarters)
    return funded


def _equity(
    by_quarter: FundedQuarters, spec: ScenarioSpec, key: str, lines: Mapping[str, Floats | None]
) -> Floats | None:
    """Equity rolled forward from the opening balance sheet at the end of the quarter before the period.

    ``None`` if none is stated.
    """
    stated_equity = spec.capital.opening.equity if spec.capital.opening else None
    opening = stated_equity.get(key) if isinstance(stated_equity, Mapping) else stated_equity
    comprehensive, adoption = lines.get("comprehensive_income"), lines.get("equity_direct_net_of_tax")
    if opening is None or comprehensive is None or adoption is None:
        return None
    runway = by_quarter.funded.runway
    moved = by_quarter.flow(runway.raised + runway.converted - runway.dividends_paid)
    moved = moved + comprehensive + np.nan_to_num(adoption)
    first = min(by_quarter.months)
    quarters = np.arange(by_quarter.quarters)
    return np.where(quarters >= first - 1, opening + np.cumsum(np.where(quarters >= first, moved, 0.0), axis=1), np.nan)


def _converting(by_quarter: FundedQuarters, spec: ScenarioSpec) -> Iterator[Potential]:
    """Potential shares of convertible notes while outstanding, and of convertible preferred stock."""
    funded = by_quarter.funded
    after_tax = 1.0 - (rates_in_force(spec.tax, by_quarter.all_quarters) if spec.tax.is_computed else 0.0)
    months = np.arange(len(funded.months))
    for number, claim in enumerate(funded.funding.claims):
        if claim.kind == "note":
            stands = (months[None, :] <= funded.runway.settled[number][:, None]).astype(float)
            shares = by_quarter.mean(stands * claim.amount / claim.conversion_price)
            yield Potential(shares, by_quarter.flow(stands * claim.amount * claim.accrues) * after_tax)
    series = {claim.name: claim for claim in funded.funding.claims}
    for preferred in funded.instruments.preferred:
        if preferred.conversion_shares:
            shares = by_quarter.mean(np.full((1, len(months)), preferred.conversion_shares))
            yield Potential(shares, by_quarter.flow(_deducted(funded, series[preferred.name])))


def _deducted(funded: Funded, claim: Claim) -> Floats:
    """Monthly dividends deducted for the opening stock of a series, declared or cumulative, (paths, months)."""
    if claim.cumulative:
        return (claim.amount * claim.accrues)[None, :]
    flexible = [other.name for other in funded.funding.claims if other.kind == "preferred" and not other.cumulative]
    declared: Floats = funded.runway.declared[flexible.index(claim.name)]
    # Stock of the series issued later does not convert.
    of_series = [row for row in funded.instruments.issuance if row.of == claim.name]
    if not of_series:
        return declared
    of_opening: Floats = claim.amount / (claim.amount + np.cumsum(funded.runway.issued_preferred, axis=1))
    return declared * of_opening


AVERAGE_OF_PERIOD = frozenset({"ifrs", "frs102"})
"""Families in which options follow the average price of the year to date, not the mean of its quarters (IAS 33.37)."""


def _awards(by_quarter: FundedQuarters, spec: ScenarioSpec, key: str) -> Iterator[tuple[Potential, Potential]]:
    """Options and awards by the treasury stock method, for the quarters and the years to date."""
    opening = spec.capital.opening
    if opening is None or not opening.potential_shares or opening.strike is None:
        return
    quarters = by_quarter.all_quarters
    price = by_quarter.mean(by_quarter.funded.runway.share_price)
    shares = treasury_stock(opening.potential_shares, opening.strike, price)
    to_date = running_mean(shares, quarters)
    if FRAMEWORKS[key].family in AVERAGE_OF_PERIOD:
        to_date = treasury_stock(opening.potential_shares, opening.strike, running_mean(price, quarters))
    nothing = np.zeros_like(shares)
    yield Potential(shares, nothing), Potential(to_date, nothing)
