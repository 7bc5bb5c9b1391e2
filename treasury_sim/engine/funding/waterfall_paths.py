"""The waterfall on the paths of a simulation: its monthly prices, and its effect on the lines of its asset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.domain.arrays import ROUNDING, Days, Floats
from treasury_sim.engine.funding.scenario_waterfall import Waterfall, monthly_prices
from treasury_sim.engine.funding.waterfall_lines import Changes, Orders
from treasury_sim.engine.one_pass import AssetPass, Pass, accounting_policy, applied_to
from treasury_sim.engine.prepare import Prepared
from treasury_sim.engine.statements.build import Lines, holding_lines
from treasury_sim.market.models import NodePrices


@dataclass(frozen=True)
class WaterfallOnPaths:
    """The waterfall of a scenario with simulated prices.

    Attributes
    ----------
    first_day
        The first simulated day.
    nodes : (nodes,)
        Days of the simulated prices, including every simulated month end.
    known : (2, months)
        Close and low of each month with constant prices from `first_day` on [currency/coin].
    """

    prepared: Prepared
    waterfall: Waterfall
    orders: Orders
    first_day: date
    nodes: Days
    known: Floats

    @classmethod
    def of(
        cls, prepared: Prepared, assets: Mapping[str, AssetPass], first_day: date, nodes: Days, mark: int
    ) -> WaterfallOnPaths:
        """Prepare it; `mark` is the last mark before the period, -1 if there is none."""
        plan, name = prepared.case.spec.plan, prepared.case.spec.capital.asset
        waterfall = Waterfall.of(prepared, lambda _: plan.window_timing)
        orders = Orders.of(assets[name], mark, plan.lot_relief, plan.tax_lot_relief or plan.lot_relief)
        known = np.concatenate(monthly_prices(prepared, name, waterfall.months))
        return cls(prepared, waterfall, orders, first_day, nodes, known)

    def added(
        self, prices: Mapping[str, NodePrices], measured: Pass
    ) -> tuple[Prepared, dict[tuple[str, str], Lines]] | None:
        """Run it on a chunk of paths: the scenario with its funding, and the lines of every asset.

        ``None`` if a path sells more than was held when the period began, because the relief order contains only those
        coins.
        """
        spec, timeline = self.prepared.case.spec, measured.timeline
        name = spec.capital.asset
        funded = self.waterfall.run(*self._monthly(prices))
        sold = (funded.runway.called_sold + funded.runway.forced_sold).sum(axis=1)
        if (sold > self.orders.books.ends[-1] * (1.0 + ROUNDING)).any():
            return None
        months = timeline.mark_of(np.array(self.waterfall.months, dtype="datetime64[D]"))
        changes = Changes(timeline, measured.assets[name], funded, self.orders, months)
        policy = accounting_policy(self.prepared, len(timeline.quarters))
        held = holding_lines(measured, spec)
        for key in spec.accounting.frameworks:
            added = changes.lines(FRAMEWORKS[applied_to(spec, key, name)], policy)
            held[key, name] = {line: values + added.get(line, 0.0) for line, values in held[key, name].items()}
        return replace(self.prepared, funded=funded), held

    def _monthly(self, prices: Mapping[str, NodePrices]) -> tuple[Floats, Floats]:
        """Close of each month and its lowest price on every path, each (paths, months) [currency/coin]."""
        paths = next(iter(prices.values())).close.shape[0]
        close, low = (np.repeat(known[None, :], paths, axis=0) for known in self.known)
        drawn = prices.get(self.prepared.case.spec.capital.asset)
        begin = 0
        for month, day in enumerate(self.waterfall.months if drawn is not None else ()):
            end = int(np.searchsorted(self.nodes, np.datetime64(day), side="right"))
            if drawn is not None and end > begin:
                close[:, month] = drawn.close[:, end - 1]
                low[:, month] = np.minimum(drawn.low[:, begin:end].min(axis=1), self._low_before(day))
            begin = end
        return close, low

    def _low_before(self, day: date) -> float:
        """Lowest price of the month of `day` before the model begins; infinite without such days."""
        daily = self.prepared.assets[self.prepared.case.spec.capital.asset].daily
        inside = (daily.days >= np.datetime64(day.replace(day=1))) & (daily.days < np.datetime64(self.first_day))
        return float(np.min(daily.low[inside], initial=np.inf))
