"""`HolderOutcome`: one holder under one price path, as a row of the sector; `Sector`: all of them."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints

NEVER = 255
"""Quarter of a sale on a path without one."""


@dataclass(frozen=True, slots=True)
class HolderOutcome:
    """One holder under one price path. What is not known, or cannot be judged, is ``None``.

    Attributes
    ----------
    scenario, holder, path
        Name of the scenario in the batch, of the holder, and of the price path.
    currency, rate
        Currency of the holder, and US dollars for one unit of it.
    as_of, confidence, age
        Day of the position, the lowest confidence in it, and its age when the period begins [days], negative if later.
    units
        Coins owned when the period begins, by asset; pledged ones among them.
    available
        Coins of the main asset that the holder has in the period: those owned, and those of the plan.
    pledged, receivable
        Coins of all assets that are pledged, and that are lent out, when the period begins.
    cost, value
        Cost and fair value of the coins owned when the period begins [currency].
    result
        Gain or loss on the coins over the period, before tax, receivables among them [currency]; mean of a sample.
    net_income, equity
        Over the period, and at its end [currency]; mean of a sample.
    loan_to_value
        Highest debt over the value of the coins at a month end, of a sample at a quarter end on the mean [1].
    coverage
        Cash and reserve over a month of operating outflow, interest and dividends [months]; infinite is ``None`` with
        `lasts`.
    lasts
        Whether nothing flows out, so that cash lasts.
    mnav
        Market capitalisation over the value of the coins at the end of the period [1].
    to_sell, first_sale
        Coins that must be sold, and the month end of the first sale; of a sample the mean, and no day.
    breach, breach_day, reason
        The first event of distress, its day, and the sentence that explains it.
    break_prices
        Coin price by what breaks there: net debt equals the coins, with preferred stock, or the lender calls.
    chance
        Share of the paths on which coins must be sold; ``None`` for one path.
    sales
        Quarter of the first forced sale on each path, `NEVER` for none; base64 of one byte a path, empty for one path.
    missing
        Keys of the figures that are not known, each with the reason.
    consolidated_in
        The holder that consolidates it, so that totals leave it out.
    """

    scenario: str
    holder: str
    path: str
    currency: str
    rate: float | None
    as_of: str
    confidence: str
    age: int | None
    units: dict[str, float]
    available: float
    pledged: float
    receivable: float
    cost: float | None
    value: float | None
    result: float | None
    net_income: float | None
    equity: float | None
    loan_to_value: float | None
    coverage: float | None
    lasts: bool
    mnav: float | None
    to_sell: float | None
    first_sale: str
    breach: str
    breach_day: str
    reason: str
    break_prices: dict[str, float]
    chance: float | None
    sales: str
    missing: tuple[tuple[str, str], ...]
    consolidated_in: str

    @property
    def asset(self) -> str:
        """The main asset; empty without coins."""
        return next(iter(self.units), "")

    @property
    def is_judged(self) -> bool:
        """Whether it is known if coins must be sold."""
        return self.to_sell is not None

    @property
    def must_sell(self) -> bool:
        """Whether coins must be sold, on any path."""
        return bool(self.to_sell)

    @property
    def first_sales(self) -> Ints:
        """Quarter of the first forced sale on each path, (paths,)."""
        return np.frombuffer(b64decode(self.sales), dtype=np.uint8).astype(np.int64)

    def in_dollars(self, amount: float | None) -> float | None:
        """An amount of the holder in US dollars."""
        return None if amount is None or self.rate is None else amount * self.rate

    def without_name(self, name: str) -> HolderOutcome:
        """The outcome under another name, without figures and words that would identify the holder."""
        return replace(
            self,
            holder=name,
            scenario=f"{name} / {self.path}",
            units=dict.fromkeys(self.units, float("nan")),
            available=float("nan"),
            pledged=float("nan"),
            receivable=float("nan"),
            cost=None,
            value=None,
            result=None,
            net_income=None,
            equity=None,
            to_sell=None if self.to_sell is None else float("nan"),
            reason="",
            missing=(),
        )


def packed(quarters: Ints) -> str:
    """Quarters of first sales, (paths,), as text."""
    return b64encode(quarters.astype(np.uint8).tobytes()).decode()


@dataclass(frozen=True)
class Sector:
    """Holders under price paths.

    Attributes
    ----------
    outcomes
        A row for each holder and path, in the order of the files; of a holder that could not be run there is none.
    not_run
        Name and reason of each that could not be run.
    paths
        Names of the price paths, the base first.
    titles
        Title of each path.
    """

    outcomes: tuple[HolderOutcome, ...]
    not_run: tuple[tuple[str, str], ...]
    paths: tuple[str, ...]
    titles: Mapping[str, str]

    def under(self, path: str) -> tuple[HolderOutcome, ...]:
        """The outcomes under one path."""
        return self._by_path.get(path, ())

    @cached_property
    def _by_path(self) -> dict[str, tuple[HolderOutcome, ...]]:
        by_path: dict[str, list[HolderOutcome]] = {path: [] for path in self.paths}
        for outcome in self.outcomes:
            by_path[outcome.path].append(outcome)
        return {path: tuple(rows) for path, rows in by_path.items()}

    def ranked(self, path: str) -> tuple[HolderOutcome, ...]:
        """The outcomes under a path, the worst first: who must sell and when, then the loss as a share of the value."""
        return tuple(sorted(self.under(path), key=_rank))

    def is_sample(self, path: str) -> bool:
        """Whether a path stands for many."""
        return any(outcome.sales for outcome in self.under(path))

    def joint(self, path: str) -> Floats:
        """Chance that exactly k holders must sell, (holders judged + 1,): all have the same random numbers."""
        judged = [outcome for outcome in self.under(path) if outcome.sales]
        if not judged:
            return np.zeros(0)
        count = np.zeros(len(judged[0].first_sales), dtype=np.int64)
        for outcome in judged:
            count += outcome.first_sales < NEVER
        chances: Floats = np.bincount(count, minlength=len(judged) + 1) / count.size
        return chances


def _rank(outcome: HolderOutcome) -> tuple[object, ...]:
    share = outcome.result / outcome.value if outcome.result is not None and outcome.value else 0.0
    chance = outcome.chance or 0.0
    sale = outcome.first_sale or "9999"
    return (not outcome.is_judged, not outcome.must_sell, -chance, sale, share, outcome.holder)
