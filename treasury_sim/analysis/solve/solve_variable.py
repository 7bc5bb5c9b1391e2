"""The key that reverse stress or a grid varies: a number or a date of the scenario, and the range to search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from treasury_sim.case.fields import is_number, percent
from treasury_sim.case.key_paths import KeyPath, dotted, key_path
from treasury_sim.case.sections.prices import Historical
from treasury_sim.domain.arrays import Floats
from treasury_sim.engine.run_cache import RunCache
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.key_words import Kind, key_words, kind_of

NAMES = ("price", "low")
"""Short names for the quarter-end price and the low of a quarter."""
FAR = 100.0
"""The default range of a number: from a hundredth to a hundred times its present value."""
HIGHEST_RATE = {"rate": 1.0, "state_rate": 1.0, "disposal_costs": 1.0, "fluctuation_reserve": 1.0}
LOWEST_PRICE = 0.01


@dataclass(frozen=True)
class SolveVariable:
    """A key that varies.

    Attributes
    ----------
    path
        Key path.
    words, kind
        Its name, and the kind of number.
    low, high
        Range to search; dates are ordinals.
    is_day
        Whether it is a date.
    """

    path: KeyPath
    words: str
    kind: Kind
    low: float
    high: float
    is_day: bool = False

    def grid(self, count: int) -> Floats:
        """Values to try first: equally spaced, in equal ratios where all are positive, every day for a date."""
        if self.is_day:
            return np.arange(self.low, self.high + 1.0)
        if self.low > 0.0:
            return np.geomspace(self.low, self.high, count + 1)
        return np.linspace(self.low, self.high, count + 1)

    def shown(self, value: float) -> float | date:
        """The value as the scenario states it."""
        return date.fromordinal(round(value)) if self.is_day else float(value)


def unknown_of(
    scenario: Scenario, key: str, label: str, between: tuple[float, float] | None, cache: RunCache
) -> tuple[Scenario, SolveVariable]:
    """Resolve `key` for a quarter; also returns the scenario in which it may be changed.

    Raises
    ------
    InputError
        If the key is unknown, or it holds neither a number nor a date and no range is given.
    """
    if key in NAMES:
        return _price(scenario, key, label, between, cache)
    path = key_path(key)
    tree = scenario.tree
    value = tree.get(*path)
    rate = percent(value) if isinstance(value, str) else None
    if isinstance(value, date):
        return scenario, _day(scenario, path, between)
    if rate is not None:
        value = rate
    if not is_number(value) and between is None:
        expected = "a key that holds a number or a date, `price` or `low`"
        fix = "Give the key a value in the scenario, or give the range to search with --from and --to."
        raise InputError([Problem("", None, dotted(path) or "key", expected, _found(value), fix)])
    low, high = between or _around(str(path[-1]), float(value))
    return scenario, SolveVariable(path, key_words(path, scenario), kind_of(path, scenario), low, high)


def _found(value: object) -> str:
    if isinstance(value, Mapping):
        return "several keys"
    return "a list" if isinstance(value, list | tuple) else "nothing" if value is None else str(value)


def _around(name: str, value: float) -> tuple[float, float]:
    if name in HIGHEST_RATE:
        return 0.0, HIGHEST_RATE[name]
    if value == 0.0:
        return -1.0, 1.0
    return (value / FAR, value * FAR) if value > 0.0 else (value * FAR, -value * FAR)


def _day(scenario: Scenario, path: KeyPath, between: tuple[float, float] | None) -> SolveVariable:
    period = scenario.spec.period
    low, high = between or (float(period.start.toordinal()), float(period.end.toordinal()))
    return SolveVariable(path, key_words(path, scenario), "other", low, high, is_day=True)


def _price(
    scenario: Scenario, name: str, label: str, between: tuple[float, float] | None, cache: RunCache
) -> tuple[Scenario, SolveVariable]:
    """The quarter-end price or the low of the first asset."""
    prepared = cache.run_of(scenario.case).prepared
    index = [quarter.label for quarter in prepared.quarters].index(label)
    quarter = prepared.quarters[index]
    if not prepared.assets:
        raise InputError(
            [Problem("", None, "holder.lots", "a lot", "none", "Add lots: without coins the price has no effect.")]
        )
    asset, held = next(iter(prepared.assets.items()))
    price, (low, day) = held.quarter_end[index].price, held.lowest[index]
    stated = scenario.spec.prices.get(asset, Historical())
    if name == "price":
        floor = stated.quarter_low[quarter.end].price if quarter.end in stated.quarter_low else LOWEST_PRICE
        path: KeyPath = ("prices", asset, "quarter_end", quarter.end)
        return scenario, SolveVariable(path, key_words(path, scenario), "price", *(between or (floor, price * FAR)))
    where: KeyPath = ("prices", asset, "quarter_low", quarter.end)
    if quarter.end not in stated.quarter_low:
        scenario = scenario.with_values({where: {"price": min(low, price), "date": day}})
    where = (*where, "price")
    return scenario, SolveVariable(where, key_words(where, scenario), "price", *(between or (LOWEST_PRICE, price)))
