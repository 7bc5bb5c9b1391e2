"""The limits of a running quarter: to date, their probability, and the prices at which they break."""

from __future__ import annotations

from collections.abc import Iterator

from treasury_sim.analysis.distribution import chances
from treasury_sim.analysis.running.outlook import BreakingPrice, LimitOutlook
from treasury_sim.analysis.running.running_scenarios import Running, end_price, price_key
from treasury_sim.analysis.solve.solve import search_for, solution_of
from treasury_sim.case.key_paths import dotted
from treasury_sim.domain.limit import Limit, evaluate
from treasury_sim.domain.progress import Progress, parts
from treasury_sim.domain.result import Result
from treasury_sim.engine.run_cache import RunCache


def limit_outlooks(
    running: Running, to_date: Result, stays: Result, sample: Result, progress: Progress
) -> Iterator[LimitOutlook]:
    """Every limit of the scenario, under each framework it applies to."""
    position = [quarter.label for quarter in sample.reported].index(running.quarter.label)
    stated = [row.limit for row in running.stays.spec.limits]
    likely = {(id(each.limit), each.framework): each.by_quarter[position] for each in chances(sample, stated)}
    rows = [(limit, key) for key in stays.statements for limit in stated if limit.framework in {None, key}]
    searches = _Searches(running, stays)
    for (limit, key), within in parts(rows, progress):
        is_breached = _is_breached(stays, limit, key, running.quarter.label)
        yield LimitOutlook(
            limit=limit,
            framework=key,
            to_date=_is_breached(to_date, limit, key, to_date.reported[-1].label) if running.is_running else None,
            stays=is_breached,
            probability=likely.get((id(limit), key)),
            breaks_at=tuple(
                BreakingPrice(name, (), "The limit cannot be judged.")
                if is_breached is None
                else searches.price(limit, key, name, each)
                for name, each in parts(list(running.models), within)
            ),
        )


def _is_breached(result: Result, limit: Limit, key: str, label: str) -> bool | None:
    position = result.timeline.index_of(label)
    lines = result.statements[key].lines
    check = evaluate(limit, {name: None if line is None else line[:, [position]] for name, line in lines.items()})
    return None if check is None or check.worst[0] < 0 else bool(check.fails[0, 0])


class _Searches:
    """The searches for breaking prices; they share their runs."""

    def __init__(self, running: Running, stays: Result) -> None:
        self._running, self._stays = running, stays
        self._cache = RunCache()

    def price(self, limit: Limit, key: str, asset: str, progress: Progress) -> BreakingPrice:
        """The prices of an asset at which a limit breaks under a framework."""
        label = self._running.quarter.label
        price, path = end_price(self._stays, asset, label), dotted(price_key(self._running, asset))
        search = search_for(
            self._running.stays,
            limit,
            path,
            label,
            key,
            (price / FARTHEST, price * FARTHEST),
            probability=None,
            cache=self._cache,
        )
        solution = solution_of(search, progress)
        prices = tuple(float(each.first) for each in solution.answers if isinstance(each.first, float))
        return BreakingPrice(asset, prices, solution.reason)


FARTHEST = 20.0
"""Prices are searched from a twentieth to twenty times the price of `as_of`."""
