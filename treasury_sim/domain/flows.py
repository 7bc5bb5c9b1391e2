"""Forced selling along the prices of a run: coins, their value, and their impact on the price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from treasury_sim.domain.arrays import Days, Floats

AT_RISK = 0.95
"""Level of liquidations at risk: the quantile of what is liquidated."""


@dataclass(frozen=True)
class FlowRecord:
    """The flows of one asset; daily arrays are means over the paths of a sample.

    Attributes
    ----------
    days : (days,)
        UTC days on which the flows apply.
    liquidated, book, sold : (days,)
        Long positions liquidated, all those at risk, and what others sold [coins].
    by_rule : (days,)
        Long positions that the rule of one parameter expects to be liquidated [coins].
    value : (days,)
        Value of the liquidated coins at the low [currency].
    impact : (days,)
        Fall of the logarithm of the price at the low by all flows of the day.
    low, base_low : (days,)
        Low with the flows of the scenario, and without its overlay [currency/coin].
    close, base_close : (days,)
        The same of the close [currency/coin].
    totals : (paths,)
        Value liquidated over all days on each path [currency].
    worst : (paths,)
        The greatest value liquidated on a day of each path [currency].
    volatility : (2,)
        Annual volatility of the close without and with the overlay.
    coefficient
        Of the law of impact.
    is_counterfactual
        Whether the flows changed the prices.
    in_prices
        Whether the prices contain the flows as they were.
    """

    days: Days
    liquidated: Floats
    book: Floats
    sold: Floats
    by_rule: Floats
    value: Floats
    impact: Floats
    low: Floats
    base_low: Floats
    close: Floats
    base_close: Floats
    totals: Floats
    worst: Floats
    volatility: Floats
    coefficient: float
    is_counterfactual: bool
    in_prices: bool

    @property
    def at_risk(self) -> float:
        """Liquidations at risk: the value liquidated that 95 % of the paths, or of the days of one path, stay below."""
        values = self.totals if self.totals.size > 1 else self.value
        return float(np.quantile(values, AT_RISK)) if values.size else 0.0

    def impact_at(self, coefficient: float) -> Floats:
        """Share of the price by which the flows lowered it at another coefficient, given the same flows, (days,)."""
        share: Floats = -np.expm1(-self.impact * (coefficient / self.coefficient))
        return share
