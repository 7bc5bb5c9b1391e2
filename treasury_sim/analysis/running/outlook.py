"""The parts of an answer of `now`: lines to date, still to come and of the quarter, limits, a further fall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from treasury_sim.analysis.distribution import Distribution, Estimate
from treasury_sim.analysis.running.chosen_model import ChosenModel
from treasury_sim.domain.limit import Limit
from treasury_sim.domain.timeline import Quarter

RANGE = (0.05, 0.5, 0.95)
"""Quantiles of a range."""


@dataclass(frozen=True)
class LineOutlook:
    """One line of a period.

    Attributes
    ----------
    to_date
        As if the period ended on `as_of` [unit of the line]; ``None`` where it is not known.
    stays
        Of the whole period, if the price stays at that of `as_of`; ``None`` where it is not known.
    forecast
        Over the simulated paths; ``None`` where a path has no figure.
    """

    to_date: float | None
    stays: float | None
    forecast: Distribution | None = field(repr=False)

    @property
    def to_come(self) -> float | None:
        """Still to come if the price stays: the whole period less what is booked to date."""
        return None if self.to_date is None or self.stays is None else self.stays - self.to_date

    @cached_property
    def mean(self) -> Estimate | None:
        """Mean over the paths, with its standard error."""
        return None if self.forecast is None else self.forecast.mean

    @cached_property
    def range(self) -> tuple[Estimate, ...] | None:
        """The quantiles of `RANGE`, each with its standard error."""
        return None if self.forecast is None else tuple(self.forecast.quantile(share) for share in RANGE)


@dataclass(frozen=True)
class PeriodOutlook:
    """The lines of a period under each framework.

    Attributes
    ----------
    label
        ``2026Q3`` or ``2026 YTD Q3``.
    lines
        By framework key and line, in the order of the statement.
    """

    label: str
    lines: Mapping[str, Mapping[str, LineOutlook]]


@dataclass(frozen=True)
class AssetOutlook:
    """The price of an asset.

    Attributes
    ----------
    price, source
        The last price up to `as_of` [currency/unit], and its source.
    at_end, lowest
        The quarter-end price, and the lowest price of the quarter under the observation policy [currency/unit].
    model
        The price model of the days still to come.
    """

    price: float
    source: str
    at_end: LineOutlook
    lowest: LineOutlook
    model: ChosenModel


@dataclass(frozen=True)
class BreakingPrice:
    """The quarter-end prices of an asset at which a limit breaks, other prices as on `as_of`.

    Attributes
    ----------
    prices
        Each [currency/unit]; empty if none does.
    reason
        Why there is none; empty if there is one.
    """

    asset: str
    prices: tuple[float, ...]
    reason: str


@dataclass(frozen=True)
class LimitOutlook:
    """A limit in the quarter, under one framework.

    Attributes
    ----------
    to_date, stays
        Whether it is breached as of `as_of`, and if the price stays; ``None`` if that cannot be judged.
    probability
        Probability of a breach in the quarter, from 0 to 1; ``None`` if no path can judge it.
    breaks_at
        By asset.
    """

    limit: Limit
    framework: str
    to_date: bool | None
    stays: bool | None
    probability: Estimate | None
    breaks_at: tuple[BreakingPrice, ...]


@dataclass(frozen=True)
class FurtherFall:
    """The effect of a price lower by one unit of currency on a line of the quarter.

    Attributes
    ----------
    asset, framework, line
        The price that falls, and the line that changes.
    stays
        Change of the line if the price falls by one at once and stays there [currency], signed: a cost is negative.
    expected
        Mean change over the simulated paths, if they begin one lower; ``None`` where it is not computed.
    """

    asset: str
    framework: str
    line: str
    stays: float | None
    expected: Estimate | None


@dataclass(frozen=True)
class Now:
    """The running quarter of a holder, or one of the next eight.

    Attributes
    ----------
    as_of
        The last day of history.
    quarter, is_running
        The quarter that is forecast, and whether it holds `as_of`.
    paths, seed
        Number of simulated paths, and their seed.
    periods
        The quarter, and the fiscal year to its end where that is longer.
    inputs
        sha256 of every file read, by name.
    """

    title: str
    holder: str
    currency: str
    as_of: date
    quarter: Quarter
    is_running: bool
    paths: int
    seed: int
    assets: Mapping[str, AssetOutlook]
    periods: tuple[PeriodOutlook, ...]
    limits: tuple[LimitOutlook, ...]
    further_fall: tuple[FurtherFall, ...]
    notes: tuple[str, ...]
    inputs: Mapping[str, str]
    engine_version: str

    @property
    def of_quarter(self) -> Mapping[str, Mapping[str, LineOutlook]]:
        """The lines of the quarter, by framework key."""
        return self.periods[0].lines

    @property
    def days_left(self) -> int:
        """Days of the quarter after `as_of`."""
        return max((self.quarter.end - max(self.as_of, self.quarter.start)).days, 0) + (not self.is_running)
