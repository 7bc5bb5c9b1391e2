"""An overlay on the prices of an asset: other order flow first, then deeper lows."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from treasury_sim.domain.arrays import Days, Floats
from treasury_sim.domain.flows import FlowRecord
from treasury_sim.market.flows.counterfactual import Decay, FlowPaths, FlowSetting, counterfactual
from treasury_sim.market.flows.impact import SquareRootImpact
from treasury_sim.market.flows.liquidations import liquidated_by_rule
from treasury_sim.market.flows.lows import DeeperLows
from treasury_sim.market.flows.volatility import known_volatility
from treasury_sim.market.models.model import DAYS_IN_YEAR

WARM_UP = 60
"""Days before the first one, in which the book of positions fills and the volatility settles."""


@dataclass(frozen=True)
class FlowChange:
    """Flows in place of others.

    Attributes
    ----------
    setting, as_was
        The flows wanted and those contained in the prices; `sold` covers the days of the overlay, not the warm-up.
    moves_prices
        Whether the prices change; otherwise the flows are computed along the prices as they are.
    in_prices
        Whether prices contain the flows as they were.
    """

    setting: FlowSetting
    as_was: FlowSetting
    impact: SquareRootImpact = field(default_factory=SquareRootImpact)
    decay: Decay = field(default_factory=Decay)
    moves_prices: bool = True
    in_prices: bool = True


@dataclass(frozen=True)
class Overlaid:
    """Prices with an overlay, and the flows on them.

    Attributes
    ----------
    low, close : (paths, days)
        [currency/coin]
    flows
        ``None`` without flows.
    """

    low: Floats
    close: Floats
    flows: FlowPaths | None = None


@dataclass(frozen=True)
class Overlay:
    """Changes to the prices of an asset from one day on.

    Attributes
    ----------
    lows
        Deeper lows; ``None`` for none.
    flows
        Other flows; ``None`` for none.
    """

    lows: DeeperLows | None = None
    flows: FlowChange | None = None

    def on(self, known_low: Floats, known_close: Floats, low: Floats, close: Floats) -> Overlaid:
        """Apply the overlay.

        Parameters
        ----------
        known_low, known_close : (earlier,)
            Prices before the first day, at least one; the last 60 fill the book [currency/coin].
        low, close : (paths, days)
            [currency/coin]
        """
        flows, before = None, known_close[-1:]
        if self.flows is not None:
            flows = self._moved(self.flows, known_low, known_close, low, close)
            if self.flows.moves_prices:
                low, close = flows.low, flows.close
        if self.lows is not None:
            last = np.concatenate([np.broadcast_to(before, (len(close), 1)), close[:, :-1]], axis=1)
            low = self.lows.on(low, last)
        return Overlaid(low, close, flows)

    def _moved(
        self, change: FlowChange, known_low: Floats, known_close: Floats, low: Floats, close: Floats
    ) -> FlowPaths:
        warm = min(WARM_UP, known_close.size)
        paths = len(close)

        def whole(known: Floats, later: Floats) -> Floats:
            return np.concatenate([np.broadcast_to(known[-warm:], (paths, warm)), later], axis=1)

        lows, closes = whole(known_low, low), whole(known_close, close)
        as_was = change.as_was if change.moves_prices else change.setting
        moved = counterfactual(
            lows,
            closes,
            known_volatility(closes),
            setting=_after(change.setting, warm),
            as_was=_after(as_was, warm),
            impact=change.impact,
            decay=change.decay,
        )
        return FlowPaths(*(array[:, warm:] for array in (moved.low, moved.close, moved.liquidated, moved.impact)))


def _after(setting: FlowSetting, warm: int) -> FlowSetting:
    """The setting, with nothing sold in the warm-up."""
    return FlowSetting(setting.book, np.append(np.zeros(warm), setting.sold) if setting.sold.size else setting.sold)


def record(overlay: Overlay, days: Days, base: Overlaid, after: Overlaid, spot: float) -> FlowRecord:
    """The record of the flows of `after`.

    Parameters
    ----------
    base
        The prices without the overlay.
    spot
        Close of the day before [currency/coin].
    """
    change, flows = overlay.flows, after.flows
    assert change is not None  # noqa: S101 - checked by the caller
    assert flows is not None  # noqa: S101 - an overlay with flows gives flows
    value = flows.liquidated * after.low
    book = change.setting.book
    volatility = [_annual(each.close, spot) for each in (base, after)]
    return FlowRecord(
        days=days,
        liquidated=flows.liquidated.mean(axis=0),
        book=np.full(days.size, 0.0 if book is None else book.open_interest * book.at_risk),
        sold=np.array([change.setting.sold_on(day) for day in range(days.size)]),
        by_rule=np.zeros(days.size) if book is None else _by_rule(book.open_interest, base, spot).mean(axis=0),
        value=value.mean(axis=0),
        impact=flows.impact.mean(axis=0),
        low=after.low.mean(axis=0),
        base_low=base.low.mean(axis=0),
        close=after.close.mean(axis=0),
        base_close=base.close.mean(axis=0),
        totals=value.sum(axis=1),
        worst=value.max(axis=1),
        volatility=np.array(volatility),
        coefficient=change.impact.coefficient,
        is_counterfactual=change.moves_prices,
        in_prices=change.in_prices,
    )


def _by_rule(open_interest: float, base: Overlaid, spot: float) -> Floats:
    """Coins that the rule liquidates along the prices without the overlay, (paths, days)."""
    last = np.concatenate([np.full((len(base.close), 1), spot), base.close[:, :-1]], axis=1)
    return liquidated_by_rule(open_interest, last, base.low)


def _annual(close: Floats, spot: float) -> float:
    """Annual volatility of the closes, about zero, over all paths and days."""
    returns = np.diff(np.log(close), axis=1, prepend=np.log(spot))
    return float(np.sqrt((returns**2).mean() * DAYS_IN_YEAR))


def together(records: list[FlowRecord]) -> FlowRecord:
    """The record of several chunks of paths, in their order."""
    paths = np.array([each.totals.size for each in records], dtype=float)
    share = paths / paths.sum()

    def mean(name: str) -> Floats:
        means: Floats = np.einsum("c,cd->d", share, np.array([getattr(each, name) for each in records]))
        return means

    first = records[0]
    return FlowRecord(
        days=first.days,
        liquidated=mean("liquidated"),
        book=first.book,
        sold=first.sold,
        by_rule=mean("by_rule"),
        value=mean("value"),
        impact=mean("impact"),
        low=mean("low"),
        base_low=mean("base_low"),
        close=mean("close"),
        base_close=mean("base_close"),
        totals=np.concatenate([each.totals for each in records]),
        worst=np.concatenate([each.worst for each in records]),
        volatility=np.sqrt(np.einsum("c,cd->d", share, np.array([each.volatility**2 for each in records]))),
        coefficient=first.coefficient,
        is_counterfactual=first.is_counterfactual,
        in_prices=first.in_prices,
    )
