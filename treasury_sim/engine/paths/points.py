"""A sweep of prices in one pass: each point is measured as a path, and paths are never averaged.

A quarter-end price changes no other price; a quarter's low raises every lower price of its quarter to it. Both change
only the marks, so all points share lots, ledgers and history.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.case import Case
from treasury_sim.case.fields import LARGEST, SMALLEST
from treasury_sim.case.key_paths import ByKey, KeyPath, dotted, key_paths
from treasury_sim.case.sections.prices import Historical, Sampled
from treasury_sim.domain.arguments import checked
from treasury_sim.domain.arrays import Bools, Floats, frozen
from treasury_sim.domain.prices import Marks, QuarterEndPrice
from treasury_sim.domain.result import AssetHolding, Result
from treasury_sim.domain.statements import AssetStatement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.one_pass import AssetPass, Pass, accounting_policy, applied_to
from treasury_sim.engine.paths.point_marks import Points, VariedAsset, count_of, price_key
from treasury_sim.engine.run import result_of
from treasury_sim.engine.run_cache import Run, RunCache
from treasury_sim.engine.statements.build import statements
from treasury_sim.errors import InputError, Problem
from treasury_sim.market.marks import quarter_low
from treasury_sim.measure.measurer import measure
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.variations import Variations
from treasury_sim.treasury.flows import event_flows


def vary_prices_only(scenario: Case, paths: Iterable[KeyPath]) -> bool:
    """Whether points can sweep these keys: quarter-end prices and lows over historical prices.

    Under a waterfall, purchases and sales depend on prices, so every price needs a run; so do a simulation and an
    overlay.
    """
    prices = scenario.spec.prices
    if any(isinstance(own, Sampled) or own.overlay is not None for own in prices.values()):
        return False
    if scenario.spec.capital.opening is not None:
        return False
    return all(
        price_key(path) is not None and isinstance(prices.get(str(path[1]), Historical()), Historical) for path in paths
    )


@checked
def run_points(scenario: Scenario, points: ByKey[Sequence[float] | Floats]) -> Result:
    """Run a scenario at many prices at once.

    Parameters
    ----------
    scenario
        A scenario over historical prices, without a waterfall.
    points
        Prices by dotted key, such as ``{"prices.BTC.quarter_end.2025-12-31": prices}``, or by path, each (points,)
        [currency/unit]. Only quarter-end prices and lows may vary.

    Returns
    -------
    Result
        A result with basis ``points``: path i equals a separate run of the scenario at point i.

    Raises
    ------
    InputError
        If a key may not vary, or a price is zero or negative, too large, or below its quarter's low.

    Examples
    --------
    >>> from treasury_sim import load, run_points
    >>> prices = {"prices.BTC.quarter_end.2025-12-31": [85_000, 100_000]}
    >>> result = run_points(load("strategy_2025q4"), prices)
    >>> (result.line("remeasurement_pl", framework="us_gaap_fair_value") / 1e9).round(1)
    array([-19.1,  -9. ])
    """
    columns = {path: np.asarray(column, dtype=float) for path, column in key_paths(points).items()}
    runner = PointRunner(scenario, columns)
    wrong = runner.impossible(columns)
    if wrong.any():
        raise InputError([_impossible(columns, int(np.argmax(wrong)))])
    return runner.run(columns)


class PointRunner:
    """Runs a scenario at points over one set of keys; the part that all points share is prepared once."""

    def __init__(self, scenario: Scenario, points: Points, cache: RunCache | None = None) -> None:
        """Prepare the scenario at the point with the widest gap between lows and prices.

        Parameters
        ----------
        cache
            Earlier runs of variations of the same scenario, to save time; they do not change results.

        Raises
        ------
        InputError
            If a key may not vary, or the scenario cannot be run at that point.
        """
        if not points or not vary_prices_only(scenario.case, points):
            expected = "prices.ASSET.quarter_end.DATE or prices.ASSET.quarter_low.DATE.price, over historical prices"
            raise InputError([Problem("", None, ", ".join(map(dotted, points)), expected, "another key")])
        number = _most_room(points)
        at_one = {path: float(column[number]) for path, column in points.items()}
        self._at_one = Variations(scenario, {}).at(at_one).case
        self._is_cached = cache is not None
        self._common = (cache or RunCache()).run_of(self._at_one)
        prepared = self._common.prepared
        quarter_of = {quarter.end: index for index, quarter in enumerate(prepared.quarters)}
        keys = [key for path in points if (key := price_key(path)) is not None and key[2] in quarter_of]
        self._assets = {
            asset: VariedAsset(
                asset,
                prepared,
                self._common.measured.timeline,
                {quarter_of[day] for name, table, day in keys if (name, table) == (asset, "quarter_end")},
                {quarter_of[day] for name, table, day in keys if (name, table) == (asset, "quarter_low")},
            )
            for asset in prepared.assets
            if any(key[0] == asset for key in keys)
        }

    def impossible(self, points: Points) -> Bools:
        """Whether each point is impossible: a price out of range, or a low above the quarter-end price, (points,)."""
        wrong = np.zeros(count_of(points), dtype=bool)
        for column in points.values():
            wrong |= ~_usable(column)
        for asset in self._assets.values():
            for low, price in asset.lows_and_prices(points):
                wrong |= np.asarray(low > price)
        return wrong

    def run(self, points: Points) -> Result:
        """Run points that are not `impossible`, see `run_points`."""
        common = self._common
        if self._is_cached:
            prices = tuple((path, np.asarray(column, dtype=float).tobytes()) for path, column in points.items())
            common = common.at(prices, lambda: self._measured(points))
            measured, by_framework = common.measured, common.statements
        else:
            measured = self._measured(points)
            by_framework = statements(common.prepared, measured)
        result = result_of(common.prepared, measured, by_framework)
        values = {dotted(path): frozen(np.array(column, dtype=float)) for path, column in points.items()}
        return replace(result, basis="points", paths=count_of(points), points=values)

    def _measured(self, points: Points) -> Pass:
        common, spec = self._common, self._at_one.spec
        assets: dict[str, AssetPass] = dict(common.measured.assets)
        measurements = dict(common.measured.measurements)
        timeline = common.measured.timeline
        policy = accounting_policy(common.prepared, len(timeline.quarters))
        for name, varied in self._assets.items():
            assets[name] = _with_marks(common, name, varied.marks(points))
            for key in spec.accounting.frameworks:
                rule = FRAMEWORKS[applied_to(spec, key, name)]
                measurements[key, name] = measure(rule, assets[name].books, timeline, assets[name].marks, policy)
        return Pass(timeline, assets, measurements)


def one_point(result: Result, number: int) -> Result:
    """The result of a single point, equal to that of a separate run."""
    policy = result.policies["impairment_price"]
    holdings = {
        name: replace(held, marks=held.marks.path(number) if held.marks.paths > 1 else held.marks)
        for name, held in result.holdings.items()
    }

    def alone(lines: Mapping[str, Floats | None]) -> dict[str, Any]:
        return {
            name: line if line is None or len(line) == 1 else line[number : number + 1] for name, line in lines.items()
        }

    def asset(name: str, statement: AssetStatement) -> AssetStatement:
        prices, lows = list(statement.prices), list(zip(statement.low, statement.low_days, strict=True))
        for index, quarter in enumerate(result.timeline.quarters):
            at = f"prices.{name}.quarter_end.{quarter.end}"
            varied_low = result.points.get(f"prices.{name}.quarter_low.{quarter.end}.price")
            if at in result.points:
                prices[index] = QuarterEndPrice(float(result.points[at][number]), "stated in the scenario")
            if at in result.points or varied_low is not None:
                lows[index] = _low_of(holdings[name], result.timeline, index, policy, varied=varied_low is not None)
        low, days = zip(*lows, strict=True)
        return replace(statement, lines=alone(statement.lines), prices=tuple(prices), low=low, low_days=days)

    by_framework = {
        key: replace(
            statement,
            lines=alone(statement.lines),
            assets={name: asset(name, own) for name, own in statement.assets.items()},
        )
        for key, statement in result.statements.items()
    }
    at = {key: column[number : number + 1] for key, column in result.points.items()}
    return replace(result, paths=1, statements=by_framework, holdings=holdings, points=at)


def _low_of(held: AssetHolding, timeline: Timeline, index: int, policy: str, *, varied: bool) -> tuple[float, date]:
    """Lowest price of a quarter at one point, and its day."""
    quarter, price = timeline.quarters[index], float(held.marks.quarter_end[0, index])
    if not varied:
        return quarter_low(held.daily, quarter, price, policy, None)
    # The day of a stated low is the same at every point, so the daily prices of the first point give it.
    low = float(held.marks.low[0, timeline.quarter_of_mark == index].min())
    day = quarter_low(held.daily, quarter, math.inf, policy, None)[1]
    return (price, quarter.end) if price <= low else (low, day)


def _with_marks(common: Run, name: str, marks: Marks) -> AssetPass:
    asset = common.measured.assets[name]
    lots = common.prepared.assets[name].lots
    flows = event_flows(lots, asset.books, common.measured.timeline, marks)
    return replace(asset, marks=marks, flows=flows)


def _usable(prices: Floats) -> Bools:
    """Whether a scenario may state each price."""
    usable: Bools = (np.asarray(prices) >= SMALLEST) & (np.asarray(prices) <= LARGEST)
    return usable


def _most_room(points: Points) -> int:
    """The point whose lows are furthest below its prices."""
    # The scenario is validated at this point, so its lows must be below its prices if any point allows that.
    room = np.zeros(count_of(points))
    for path, column in points.items():
        key = price_key(path)
        sign = -1.0 if key is not None and key[1] == "quarter_low" else 1.0
        room = room + sign * np.where(_usable(column), column, np.inf * -sign)
    return int(np.argmax(room))


def _impossible(points: Points, number: int) -> Problem:
    at = ", ".join(f"{dotted(path)} {float(column[number]):,.8g}" for path, column in points.items())
    expected = f"prices above zero and up to {int(LARGEST):_}, and no low above its quarter-end price"
    return Problem("", None, f"point {number}", expected, at)
