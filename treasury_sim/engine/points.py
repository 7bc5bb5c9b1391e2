"""A sweep in which only prices vary, in one pass: a path for each point, never averaged.

A quarter-end price is looked at on its own; a quarter's low raises every other price of its quarter to it. So both
change nothing but the marks, and all points share lots, ledgers and history.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from treasury_sim.domain.arguments import checked
from treasury_sim.domain.arrays import Bools, Floats, frozen
from treasury_sim.domain.prices import Marks, QuarterEndPrice
from treasury_sim.domain.result import AssetHolding, Result
from treasury_sim.domain.statements import AssetStatement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.engine.measure import AssetPass, Pass, accounting_policy, applied_to
from treasury_sim.engine.point_marks import Points, VariedAsset, count_of, price_key
from treasury_sim.engine.run import result_of
from treasury_sim.engine.shared import Measured, Shared
from treasury_sim.engine.statements import holding_lines, statements
from treasury_sim.errors import InputError, Problem
from treasury_sim.frameworks import FRAMEWORKS
from treasury_sim.market.marks import quarter_low
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.fields import LARGEST, SMALLEST
from treasury_sim.scenario.sections.prices import Historical, Sampled
from treasury_sim.scenario.tree import KeyPath, dotted
from treasury_sim.scenario.variations import Variations
from treasury_sim.treasury.flows import event_flows


def vary_prices_only(scenario: Scenario, paths: Iterable[KeyPath]) -> bool:
    """Whether a sweep of these keys is one of points: quarter-end prices and lows over history as it was.

    With a waterfall, what is bought and sold depends on prices, so every price is a run of its own; so is a sample.
    """
    prices = scenario.spec.prices
    if scenario.spec.capital.opening is not None or any(isinstance(own, Sampled) for own in prices.values()):
        return False
    return all(
        price_key(path) is not None and isinstance(prices.get(str(path[1]), Historical()), Historical) for path in paths
    )


@checked
def run_points(scenario: Scenario, points: Points) -> Result:
    """Run a scenario at many prices at once.

    Parameters
    ----------
    points
        What varies, such as ``{("prices", "BTC", "quarter_end", date(2025, 12, 31)): prices}``: keys for which
        `vary_prices_only` holds, all of one length.

    Returns
    -------
    Result
        Its basis is ``points``: path i is the scenario at point i, as a run of its own would give it.

    Raises
    ------
    InputError
        If a key is none of these, or a price is not above zero, too large, or below its quarter's low.
    """
    runner = PointRunner(scenario, points)
    wrong = runner.impossible(points)
    if wrong.any():
        raise InputError([_impossible(points, int(np.argmax(wrong)))])
    return runner.run(points)


class PointRunner:
    """Runs a scenario at points of one set of keys; what all points share is prepared once."""

    def __init__(self, scenario: Scenario, points: Points) -> None:
        """Prepare the scenario at that one of `points` which has the most room between lows and prices.

        Raises
        ------
        InputError
            If a key is no price that may vary, or the scenario cannot be run at that point.
        """
        if not points or not vary_prices_only(scenario, points):
            expected = "prices.ASSET.quarter_end.DATE or prices.ASSET.quarter_low.DATE.price, over historical prices"
            raise InputError([Problem("", None, ", ".join(map(dotted, points)), expected, "another key")])
        number = _most_room(points)
        self._at_one = Variations(scenario, {}).at({path: float(column[number]) for path, column in points.items()})
        self._common = Shared().measured(self._at_one)
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
        """Which points cannot be run: a price not above zero or too large, or a low above the quarter-end price."""
        wrong = np.zeros(count_of(points), dtype=bool)
        for column in points.values():
            wrong |= ~_usable(column)
        for asset in self._assets.values():
            for low, price in asset.lows_and_prices(points):
                wrong |= np.asarray(low > price)
        return wrong

    def run(self, points: Points) -> Result:
        """Run possible points, see `run_points`."""
        common, spec = self._common, self._at_one.spec
        assets: dict[str, AssetPass] = dict(common.measured.assets)
        measurements = dict(common.measured.measurements)
        timeline = common.measured.timeline
        policy = accounting_policy(common.prepared, len(timeline.quarters))
        for name, varied in self._assets.items():
            assets[name] = _with_marks(common, name, varied.marks(points))
            for key in spec.accounting.frameworks:
                rule = FRAMEWORKS[applied_to(spec, key, name)]
                measurements[key, name] = rule.measure(assets[name].books, timeline, assets[name].marks, policy)
        measured = Pass(timeline, assets, measurements)
        found = statements(common.prepared, measured, holding_lines(measured, common.prepared.scenario.spec))
        result = result_of(common.prepared, measured, found)
        values = {dotted(path): frozen(np.array(column, dtype=float)) for path, column in points.items()}
        return replace(result, basis="points", paths=count_of(points), points=values)


def one_point(result: Result, number: int) -> Result:
    """One point of a result on its own, as a run of it would give it."""
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

    found = {
        key: replace(
            statement,
            lines=alone(statement.lines),
            assets={name: asset(name, own) for name, own in statement.assets.items()},
        )
        for key, statement in result.statements.items()
    }
    at = {key: column[number : number + 1] for key, column in result.points.items()}
    return replace(result, paths=1, statements=found, holdings=holdings, points=at)


def _low_of(held: AssetHolding, timeline: Timeline, index: int, policy: str, *, varied: bool) -> tuple[float, date]:
    """The lowest price of a quarter at one point, and its day."""
    quarter, price = timeline.quarters[index], float(held.marks.quarter_end[0, index])
    if not varied:
        return quarter_low(held.daily, quarter, price, policy, None)
    # The day of a stated low is that on which the daily prices of the first point have theirs.
    low = float(held.marks.low[0, timeline.quarter_of_mark == index].min())
    day = quarter_low(held.daily, quarter, math.inf, policy, None)[1]
    return (price, quarter.end) if price <= low else (low, day)


def _with_marks(common: Measured, name: str, marks: Marks) -> AssetPass:
    asset = common.measured.assets[name]
    lots = common.prepared.assets[name].lots
    flows = event_flows(lots, asset.books, common.measured.timeline, marks)
    return replace(asset, marks=marks, flows=flows)


def _usable(prices: Floats) -> Bools:
    """Which prices a scenario may state."""
    usable: Bools = (np.asarray(prices) >= SMALLEST) & (np.asarray(prices) <= LARGEST)
    return usable


def _most_room(points: Points) -> int:
    """The point whose lows are furthest below its prices, or any if only one of the two varies."""
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
