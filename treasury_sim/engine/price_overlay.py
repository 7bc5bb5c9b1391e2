"""The overlay that a scenario states on the prices of an asset: what changes, from which day on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from treasury_sim.case import Case
from treasury_sim.case.sections import overlay as stated
from treasury_sim.case.sections.prices import Historical
from treasury_sim.domain.arrays import DAY, Days, Floats, frozen
from treasury_sim.domain.flows import FlowRecord
from treasury_sim.domain.plan import Disposal
from treasury_sim.domain.prices import DailyPrices
from treasury_sim.engine.price_paths import PricePath
from treasury_sim.errors import InputError
from treasury_sim.market.flows.counterfactual import Decay, FlowSetting
from treasury_sim.market.flows.impact import SquareRootImpact
from treasury_sim.market.flows.liquidations import BookSetting, LeverageMix
from treasury_sim.market.flows.lows import DeeperLows
from treasury_sim.market.flows.overlay import WARM_UP, FlowChange, Overlaid, Overlay, record
from treasury_sim.market.models import NodePrices

NO_FLOW = FlowSetting()


def overlay_keys(case: Case, asset: str) -> stated.Overlay | None:
    """The `overlay` of an asset."""
    return case.spec.prices.get(asset, Historical()).overlay


def overlay_of(case: Case, asset: str, days: Days, own: Iterable[Disposal]) -> Overlay | None:
    """The overlay on the prices of `asset`; ``None`` if the scenario states none.

    Parameters
    ----------
    days : (days,)
        The days it changes.
    own
        Disposals of the holder, of which sales of `asset` may reach the market.
    """
    keys = overlay_keys(case, asset)
    if keys is None:
        return None
    lows = None if keys.lows is None else DeeperLows(keys.lows.deeper, keys.lows.venue, keys.lows.after_fall)
    return Overlay(lows, None if keys.flows is None else _flows(keys.flows, days, own))


def on_path(case: Case, path: PricePath, own: Iterable[Disposal]) -> PricePath:
    """The path with the overlay of its asset; a simulated path, which is drawn with it, stays as it is.

    Raises
    ------
    InputError
        If there are too few prices before the first day.
    """
    asset, daily = path.daily.asset, path.daily
    first = max(case.spec.period.start, path.first_day or case.spec.period.start)
    days = np.arange(np.datetime64(first), min(np.datetime64(case.spec.period.end), daily.days[-1]) + DAY)
    overlay = None if path.is_sampled else overlay_of(case, asset, days, own)
    if overlay is None:
        return path
    begin = int((days[0] - daily.days[0]).astype(int))
    end = begin + days.size
    known = known_prices(case, overlay, daily, begin, path.spot if path.first_day == first else None)
    base = Overlaid(daily.low[None, begin:end], daily.close[None, begin:end])
    after = overlay.on(*known, base.low, base.close)
    low, close = daily.low.copy(), daily.close.copy()
    low[begin:end], close[begin:end] = after.low[0], after.close[0]
    flows = record(overlay, days, base, after, float(known[1][-1])) if overlay.flows is not None else None
    changed = replace(daily, low=frozen(low), close=frozen(close), source=f"{daily.source}; with the stated overlay")
    return replace(path, daily=changed, base=daily, flows=flows)


def on_nodes(
    overlay: Overlay, known: tuple[Floats, Floats], prices: NodePrices, nodes: Days
) -> tuple[NodePrices, FlowRecord | None]:
    """Simulated daily prices with the overlay, and the flows on them.

    Parameters
    ----------
    known
        Lows and closes before the first node, see `known_prices`.
    """
    base = Overlaid(prices.low, prices.close)
    after = overlay.on(*known, base.low, base.close)
    flows = record(overlay, nodes, base, after, float(known[1][-1])) if overlay.flows is not None else None
    return NodePrices(after.close, after.low), flows


def notes(flows: Mapping[str, FlowRecord]) -> Iterator[str]:
    """Sentences on what the flows do to prices."""
    for asset, record_of_asset in flows.items():
        if record_of_asset.in_prices or not record_of_asset.is_counterfactual:
            continue
        end = record_of_asset.close[-1] / record_of_asset.base_close[-1] - 1.0
        before, after = record_of_asset.volatility
        yield (
            f"Flows of {asset} come on top of prices whose model is fitted to days with such flows in them: the mean "
            f"price at the end of the period moves by {end:.2%}, annual volatility from {before:.1%} to {after:.1%}."
        )


def known_prices(
    case: Case, overlay: Overlay, daily: DailyPrices, begin: int, spot: float | None
) -> tuple[Floats, Floats]:
    """Lows and closes before row `begin`, scaled so that the last close is `spot`, if given [currency/coin].

    Raises
    ------
    InputError
        If there are too few of them.
    """
    needed = WARM_UP if overlay.flows is not None else 1
    if begin < needed:
        path = ("prices", daily.asset, "overlay")
        expected = f"at least {needed} days of prices before the overlay begins"
        fix = "Give longer prices with `file`, or begin later."
        raise InputError([case.problem(path, expected, f"{max(begin, 0)} days", fix)])
    scale = 1.0 if spot is None else spot / daily.close[begin - 1]
    return daily.low[begin - needed : begin] * scale, daily.close[begin - needed : begin] * scale


def _flows(keys: stated.Flows, days: Days, own: Iterable[Disposal]) -> FlowChange:
    setting, as_was = np.zeros(days.size), np.zeros(days.size)
    for seller in keys.sellers.values():
        first, last = seller.days or (days[0], days[-1])
        sells = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
        setting += sells * seller.coins
        as_was += sells * (seller.coins if seller.as_was is None else seller.as_was)
    if keys.own_sales:
        setting += _sold(days, own)
    book = None if keys.liquidations is None else _book(keys.liquidations)
    times = 0.0 if keys.liquidations is None else keys.liquidations.times
    geared = None if book is None or times == 0.0 else replace(book, leverage=book.leverage.times(times))
    return FlowChange(
        FlowSetting(book if times == 1.0 else geared, setting),
        FlowSetting(book, as_was) if keys.in_prices else NO_FLOW,
        SquareRootImpact(keys.coefficient, keys.volume),
        Decay(keys.left_by_close, keys.left_overnight),
        keys.mode == "counterfactual",
        keys.in_prices,
    )


def _book(keys: stated.Liquidations) -> BookSetting:
    mix = LeverageMix()
    if keys.leverage:
        mix = LeverageMix((1.0, *(band.up_to for band in keys.leverage)), tuple(band.share for band in keys.leverage))
    return BookSetting(keys.open_interest, keys.at_risk, keys.turnover, keys.refills, mix)


def _sold(days: Days, own: Iterable[Disposal]) -> Floats:
    """Coins of the holder's sales on each day, those of a window spread evenly, (days,)."""
    coins = np.zeros(days.size)
    for sale in own:
        if sale.kind == "sale":
            last: date = sale.date_to or sale.date
            sells = (days >= np.datetime64(sale.date)) & (days <= np.datetime64(last))
            coins += sells * (sale.quantity / ((last - sale.date).days + 1))
    return coins
