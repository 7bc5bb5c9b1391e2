"""Build one path of daily prices for each asset: history, then the model that the scenario states."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from treasury_sim.case import Case
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.case.prices_needed import update_command
from treasury_sim.case.sections.prices import (
    AssetPrices,
    Bootstrap,
    Ensemble,
    Historical,
    JumpDiffusion,
    Regime,
    Sampled,
    Shock,
)
from treasury_sim.domain.arrays import DAY, Days, frozen
from treasury_sim.domain.flows import FlowRecord
from treasury_sim.domain.prices import DailyPrices, QuarterEndPrice
from treasury_sim.domain.timeline import Quarter
from treasury_sim.engine.inputs.price_coverage import dated_events, how_to_have_later_prices
from treasury_sim.errors import Problem
from treasury_sim.market.history import EMBEDDED, EMBEDDED_CURRENCY, Window, load_history, quarter_end_price
from treasury_sim.market.marks import LowOverride
from treasury_sim.market.models.historical import replay_levels, replay_returns, source_day
from treasury_sim.market.models.model import DAYS_IN_YEAR
from treasury_sim.market.models.shock import shock_path, shocked_price
from treasury_sim.market.models.target import target_path

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PricePath:
    """The daily prices of one asset over the whole scenario.

    Attributes
    ----------
    daily
        History, and the model from `first_day` on.
    history
        History alone.
    first_day
        First day of the model; ``None`` without a model.
    replayed
        The window whose price levels the model repeats; ``None`` otherwise.
    model
        Description of the model.
    spot
        Price on the day before `first_day` [currency/unit].
    is_sampled
        Whether the model is drawn at random, and `daily` is one path of many.
    stands_still
        Whether the price stays at that of `as_of`, for want of a model.
    base
        The prices without the overlay of the scenario; ``None`` if it states none.
    flows
        Order flow along the prices, where the overlay has some.
    """

    daily: DailyPrices
    history: DailyPrices
    first_day: date | None = None
    replayed: Window | None = None
    model: str = ""
    spot: float = math.nan
    is_sampled: bool = False
    stands_still: bool = False
    base: DailyPrices | None = None
    flows: FlowRecord | None = None

    @property
    def sampled_from(self) -> date | None:
        """The first day on which paths differ; ``None`` for a single path."""
        return self.first_day if self.is_sampled else None

    @property
    def for_windows(self) -> DailyPrices:
        """Prices that price the purchases of windows; simulated days all have the same price."""
        if self.sampled_from is None:
            return self.daily
        simulated = self.daily.days >= np.datetime64(self.sampled_from)
        flat = frozen(np.where(simulated, self.spot, self.daily.close))
        return replace(self.daily, low=np.minimum(flat, self.daily.low), close=flat)

    def is_modelled(self, day: date) -> bool:
        """Whether the price of `day` comes from the model."""
        return self.first_day is not None and day >= self.first_day

    def moved(self, price: QuarterEndPrice, day: date) -> QuarterEndPrice:
        """The price at a quarter end, moved as the overlay moves the close of `day`."""
        row = 0 if self.base is None else (day - self.base.first).days
        if self.base is None or not 0 <= row < self.base.close.size:
            return price
        ratio = float(self.daily.close[row] / self.base.close[row])
        return price if ratio == 1.0 else QuarterEndPrice(price.price * ratio, f"{price.source}, with other flows")

    def quarter_end(self, day: date, cutoff: str) -> QuarterEndPrice:
        """The price at a quarter end without the overlay; NaN before prices begin."""
        if day < self.history.first:
            return QuarterEndPrice(math.nan, f"none: prices begin on {self.history.first}")
        if self.first_day is None or day < self.first_day:
            return quarter_end_price(day, cutoff, self.history)
        if self.replayed is not None:
            source = source_day(self.replayed, self.first_day, day)
            then = quarter_end_price(source, cutoff, self.history)
            return QuarterEndPrice(then.price, f"{self.model}: {source}, {then.source}")
        daily = self.base or self.daily
        row = daily.row(np.array([day], dtype="datetime64[D]"))[0]
        return QuarterEndPrice(float(daily.close[row]), self.model)


FutureOf = Callable[[str, Days, float], DailyPrices]
"""(asset, days, price on the day before) -> one path of a simulated model on those days."""


def price_paths(
    case: Case, names: list[str], future_of: FutureOf | None = None
) -> tuple[dict[str, PricePath], list[Problem]]:
    """The price path of every asset in `names`; where its model cannot be run, history alone, with the problems.

    An asset without history is a problem and has no path, unless its model states the spot price.

    Parameters
    ----------
    future_of
        Gives the path of a simulated model; without it such a model is a problem.
    """
    paths, problems = {}, []
    for name in names:
        stated = case.spec.prices.get(name, Historical())
        history = _history(case, name, stated)
        if isinstance(history, Problem):
            problems.append(history)
            continue
        paths[name] = PricePath(history, history)
        if isinstance(stated, Historical) and stated.window is None:
            horizon = _horizon(case)
            if case.spec.as_of is not None and history.last < horizon:
                paths[name] = _standing_still(history, horizon)
            continue
        wrong = list(_problems(case, history, stated, can_sample=future_of is not None))
        if wrong:
            problems += wrong
        else:
            paths[name] = _spliced(case, history, stated, future_of)
    return paths, problems


def members_of(stated: AssetPrices) -> tuple[AssetPrices, ...]:
    """The models of an ensemble; any other model by itself."""
    return tuple(stated.members) if isinstance(stated, Ensemble) else (stated,)


def _history(case: Case, asset: str, stated: AssetPrices) -> DailyPrices | Problem:
    """Prices of `asset` before its model, up to `as_of`."""
    held = held_prices(case, asset, stated)
    return held if isinstance(held, Problem) or held.days.size == 1 else _known(case, held)


def held_prices(case: Case, asset: str, stated: AssetPrices) -> DailyPrices | Problem:
    """All prices held of `asset`: from a file, the store, embedded in the holder's currency, or the stated spot."""
    currency = case.spec.holder.currency
    recorded = case.prices_of(asset)
    if recorded is not None:
        return _translated(case, stated, recorded)
    if stated.venue is not None:
        expected = f"a venue whose {asset} prices are in the price store"
        fix = f"Run `{update_command(case.spec, asset)}`; `treasury-sim prices status` lists the prices that are held."
        return case.problem(("prices", asset, "venue"), expected, stated.venue, fix)
    if asset in EMBEDDED and EMBEDDED_CURRENCY in (currency, stated.currency):
        return _translated(case, stated, load_history(asset))
    first = stated.first_day or case.spec.model_begins
    is_embedded = asset in EMBEDDED
    draws_days = any(isinstance(each, Bootstrap) for each in members_of(stated))
    if isinstance(stated, Historical) or draws_days or (stated.spot is None and not is_embedded):
        what = f"embedded in {EMBEDDED_CURRENCY}" if is_embedded else "not embedded"
        expected = f"a CSV of daily prices, date,low,close, in {currency}, the currency of the holder"
        expected += f": prices of {asset} are {what}, and the price store has none"
        fix = f"Run `{update_command(case.spec, asset)}`; or add, for example, file: prices.csv; or state all "
        fix += "prices: model: target with spot and every quarter_end."
        return case.problem(("prices", asset, "file"), expected, "none", fix)
    if stated.spot is None:
        expected = f"the price of {asset} in {currency} on {first - ONE_DAY}, the day before the model"
        return case.problem(("prices", asset, "spot"), expected, "none", f"State it, or add prices.{asset}.file.")
    price, day = frozen(np.array([stated.spot])), frozen(np.array([first - ONE_DAY], dtype="datetime64[D]"))
    return DailyPrices(asset, day, price, price, f"spot of {first - ONE_DAY}, stated in the scenario")


def _translated(case: Case, stated: AssetPrices, held: DailyPrices) -> DailyPrices:
    """Prices in the currency of the holder, at one rate for all days."""
    home = case.spec.holder.currency
    if stated.currency in (None, home):
        return held
    pair = f"{stated.currency}{home}"
    rate = case.spec.fx[pair].rate
    source = f"{held.source}, at {rate:,.6g} {home} per {stated.currency} on every day"
    return replace(held, low=frozen(held.low * rate), close=frozen(held.close * rate), source=source)


def _known(case: Case, held: DailyPrices) -> DailyPrices | Problem:
    """The prices held up to `as_of`, which must be among them."""
    as_of = case.spec.as_of
    if as_of is None or as_of == held.last:
        return held
    if not held.first <= as_of < held.last:
        expected = f"a day with a {held.asset} price, {held.first} to {held.last} ({held.source})"
        fix = f"Choose one of these days. {how_to_have_later_prices(case, held)}."
        return case.problem(("as_of",), expected, str(as_of), fix)
    return held.up_to(as_of)


def low_overrides(
    stated: AssetPrices, quarters: tuple[Quarter, ...], first_day: date | None
) -> dict[Quarter, LowOverride]:
    """Stated lows by quarter; a low without a day falls in the middle of the modelled part of the quarter."""
    overrides = {}
    for quarter in quarters:
        low = stated.quarter_low.get(quarter.end)
        if low is not None:
            first = max(quarter.start, first_day or quarter.start)
            overrides[quarter] = LowOverride(low.price, low.date or first + (quarter.end - first) // 2)
    return overrides


def first_day_of(case: Case, history: DailyPrices, stated: AssetPrices) -> date:
    """The first day of the model."""
    by_default = history.last + ONE_DAY if isinstance(stated, Historical) else case.spec.model_begins
    return stated.first_day or by_default


def spot_of(history: DailyPrices, stated: AssetPrices, first: date) -> float:
    """The price on the day before `first`, as stated or from `history` [currency/unit]."""
    return stated.spot or float(history.close[(first - history.first).days - 1])


def _horizon(case: Case) -> date:
    """The last day for which prices are needed: that of the period, or of a window that begins in it and ends later."""
    end = case.spec.period.end
    windows = [event for event in dated_events(case) if event.first <= end and not event.is_repeated]
    return max([end, *(event.last for event in windows)])


def _standing_still(history: DailyPrices, end: date) -> PricePath:
    """History up to `as_of`, and its last price on every later day."""
    first, spot = history.last + ONE_DAY, float(history.close[-1])
    days = np.arange(np.datetime64(first), np.datetime64(end) + DAY)
    still = np.full(days.size, spot)
    words = f"unchanged since {history.last}"
    daily = DailyPrices(
        history.asset,
        frozen(np.concatenate([history.days, days])),
        frozen(np.concatenate([history.low, still])),
        frozen(np.concatenate([history.close, still])),
        f"{history.source}; from {first} on {words}",
    )
    return PricePath(daily, history, first, model=words, spot=spot, stands_still=True)


def _spliced(case: Case, history: DailyPrices, stated: AssetPrices, future_of: FutureOf | None) -> PricePath:
    """History before the first day of the model, and the model from that day on."""
    first = first_day_of(case, history, stated)
    days = np.arange(np.datetime64(first), np.datetime64(case.spec.period.end) + DAY)
    before = (first - history.first).days
    spot = spot_of(history, stated, first)
    is_sampled = isinstance(stated, Sampled)
    if is_sampled and future_of is not None:
        path = future_of(history.asset, frozen(days), spot)
    else:
        path = _modelled(case, history, stated, frozen(days), spot)
    daily = DailyPrices(
        history.asset,
        frozen(np.concatenate([history.days[:before], path.days])),
        frozen(np.concatenate([history.low[:before], path.low])),
        frozen(np.concatenate([history.close[:before], path.close])),
        f"{history.source}; from {first} on {path.source}",
    )
    replayed = stated.window if isinstance(stated, Historical) and stated.replay == "levels" else None
    return PricePath(daily, history, first, replayed, path.source, spot, is_sampled)


def _modelled(case: Case, history: DailyPrices, stated: AssetPrices, days: Days, spot: float) -> DailyPrices:
    first, end = days[0].astype(date), case.spec.period.end
    if isinstance(stated, Historical) and stated.window is not None:
        if stated.replay == "levels":
            return replay_levels(history, stated.window, days)
        return replay_returns(history, stated.window, days, spot)
    if isinstance(stated, Shock):
        shocked = shocked_price(spot, **_size(stated))
        timing = (stated.start or first, stated.trough or end, stated.end or end)
        at = tuple(np.datetime64(day, "D") for day in timing)
        return shock_path(history.asset, days, spot, shocked, stated.shape, timing=at)
    quarters = case.spec.calendar.quarters(first, end)
    lows = {low.day: low.price for low in low_overrides(stated, quarters, first).values()}
    return target_path(history.asset, days, spot, stated.quarter_end, lows)


def _size(stated: Shock) -> dict[str, float | None]:
    return {"absolute": stated.absolute, "relative": stated.relative, "equal_to": stated.equal_to}


def _problems(case: Case, history: DailyPrices, stated: AssetPrices, *, can_sample: bool) -> Iterator[Problem]:
    """Why the model of an asset cannot be run on its history."""
    above: KeyPath = ("prices", history.asset)
    first, end = first_day_of(case, history, stated), case.spec.period.end
    if not history.first < first <= history.last + ONE_DAY:
        expected = (
            f"a day from {history.first + ONE_DAY} to {history.last + ONE_DAY}, with history up to the day before"
        )
        fix = "Start the model there and report from that quarter on, or give longer prices with `file`."
        yield case.problem((*above, "from"), expected, str(first), fix)
    elif first > end:
        fix = f"Add, for example, from: {case.spec.model_begins}."
        yield case.problem(
            (*above, "from"), f"a day of the period, which ends on {end}", f"{first}, when history has ended", fix
        )
    if isinstance(stated, Historical) and stated.window is not None:
        earliest = history.first if stated.replay == "levels" else history.first + ONE_DAY
        yield from _window_problems(case, history, stated.window, earliest, above)
        if not stated.repeat:
            yield from _short_window(case, history, stated.window, (end - first).days + 1)
    for number, each in enumerate(members_of(stated)):
        place: KeyPath = (*above, "members", number) if isinstance(stated, Ensemble) else above
        if isinstance(each, Bootstrap):
            yield from _window_problems(case, history, each.window, history.first + ONE_DAY, place)
        if isinstance(each, Sampled):
            yield from _reach_problems(case, place, each, (end - first).days + 1)
    if isinstance(stated, Shock):
        yield from _shock_problems(case, history, stated, first)
    if isinstance(stated, Sampled) and not can_sample:
        fix = "Use historical, target or shock; `treasury-sim run` simulates, and opens one path with --open-path."
        yield case.problem((*above, "model"), "a model of one price path, as this command needs", fix=fix)


REACH = 200.0
"""Most by which a log price may move from its spot; beyond about 700 a price overflows or is zero."""


def _reach_problems(case: Case, above: KeyPath, stated: Sampled, days: int) -> Iterator[Problem]:
    """Drift or volatility so high that simulated prices would overflow over the days of the model."""
    years = days / DAYS_IN_YEAR
    states = [stated] if not isinstance(stated, Regime) else [stated.calm, stated.turbulent]
    volatility = max((float(getattr(state, "volatility", 0.0)), number) for number, state in enumerate(states))
    key = "volatility" if len(states) == 1 else f"{('calm', 'turbulent')[volatility[1]]}.volatility"
    drift = abs(float(getattr(stated, "drift", None) or 0.0)) * years
    spread = volatility[0] ** 2 / 2.0 * years + NORMALS * volatility[0] * math.sqrt(years)
    jumps = _jumps(stated) * years if isinstance(stated, JumpDiffusion) else 0.0
    if drift + spread + jumps > REACH:
        worse = max((drift, "drift"), (spread, key), (jumps, "jump_mean"))[1]
        expected = f"a drift and a volatility that keep prices within exp({REACH:.0f}) times the spot for {days:,} days"
        fix = "Lower it, or end the period earlier."
        yield case.problem((*above, *worse.split(".")), expected, fix=fix)


def _jumps(stated: JumpDiffusion) -> float:
    """Most by which the jumps of a year and their compensator may move the log price."""
    growth = min(stated.jump_mean + stated.jump_volatility**2 / 2.0, REACH)
    return stated.jumps_per_year * (abs(stated.jump_mean) + stated.jump_volatility**2 / 2.0 + abs(math.expm1(growth)))


NORMALS = 8.0
"""Standard deviations that almost no path exceeds."""


def _window_problems(
    case: Case, history: DailyPrices, window: Window, earliest: date, above: KeyPath
) -> Iterator[Problem]:
    if window.first < earliest or window.last > history.last:
        expected = f"a window inside the history of {history.asset}, {earliest} to {history.last} ({history.source})"
        yield case.problem((*above, "window"), expected, str(window))


def _short_window(case: Case, history: DailyPrices, window: Window, needed: int) -> Iterator[Problem]:
    if window.days < needed:
        expected = f"a window of at least {needed} days, to the end of the period"
        fix = "Choose a longer window, end the period earlier, or set repeat: true to start it again."
        path = ("prices", history.asset, "window")
        yield case.problem(path, expected, f"{window}, {window.days} days", fix)


def _shock_problems(case: Case, history: DailyPrices, stated: Shock, first: date) -> Iterator[Problem]:
    above = ("prices", history.asset)
    if history.first < first <= history.last + ONE_DAY:
        spot = spot_of(history, stated, first)
        shocked = shocked_price(spot, **_size(stated))
        if shocked <= 0.0:
            yield case.problem((*above, "absolute"), f"a fall of less than the price of {spot:,.2f}")
    if stated.shape == "v" and stated.trough == (stated.end or case.spec.period.end):
        yield case.problem((*above, "trough"), "a day before the end of the shock, when the price has recovered")
