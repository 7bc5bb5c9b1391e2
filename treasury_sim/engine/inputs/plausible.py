"""Plausibility of the inputs: prices far from those of their days, and more coins restricted than held.

A stated price is implausible below half the lowest or above twice the highest price from a week before its days to a
week after. No two closes of bitcoin a week apart have differed by that much since 2014, and those of ether on eight
days, while the usual mistakes (a total for a price, another currency, thousands) are off by far more. Where a model
replaces history, prices of both count. Days without a price are not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from treasury_sim.case import Case
from treasury_sim.case.strict import TOTALS
from treasury_sim.domain.arrays import DAY, Bools, Floats
from treasury_sim.domain.result import NOT_PLAUSIBLE
from treasury_sim.engine.inputs.restricted import beyond_what_is_held
from treasury_sim.engine.inputs.stated_prices import StatedPrice, stated_prices
from treasury_sim.engine.prepare import Prepared, PreparedAsset
from treasury_sim.engine.price_paths import PricePath
from treasury_sim.errors import Problem
from treasury_sim.market.history import EMBEDDED, EMBEDDED_CURRENCY, load_history

FAR = 2.0
AROUND = timedelta(days=7)
SHOWN = 5
"""Problems listed in the notes; the rest are counted."""
SAME = 0.001
"""Prices in another currency whose median distance from dollar prices is below this share are taken for dollars."""


def implausible(prepared: Prepared) -> list[Problem]:
    """Every implausible input, each with the stated and the expected figures."""
    case = prepared.case
    by_asset: dict[str, list[StatedPrice]] = {name: [] for name in prepared.assets}
    for stated in stated_prices(case):
        by_asset.get(stated.asset, []).append(stated)
    problems = []
    for name, prices in by_asset.items():
        seen = _seen(prepared.assets[name].path, prices)
        far = np.flatnonzero(_are_far(prices, *seen)).tolist()
        problems += [_far(case, prices[at], _at(prices, seen, at)) for at in far]
    for name, asset in prepared.assets.items():
        problems += _in_dollars(case, name, asset)
    return [*problems, *beyond_what_is_held(prepared)]


def notes(problems: list[Problem]) -> Iterator[str]:
    """The first implausible inputs in sentences, and the number of the others."""
    yield from (f"{NOT_PLAUSIBLE}{problem}" for problem in problems[:SHOWN])
    if len(problems) > SHOWN:
        more = len(problems) - SHOWN
        figures = f"{more:,} more such figure{'s' * (more > 1)}"
        yield f"{NOT_PLAUSIBLE}{figures}; `treasury-sim check --strict` shows all."


@dataclass(frozen=True)
class _Seen:
    """Lowest and highest price of a range of days [currency/unit]."""

    lowest: float
    highest: float
    first: date
    last: date


def _seen(path: PricePath, prices: Sequence[StatedPrice]) -> tuple[Floats, Floats]:
    """Lowest and highest price around the days of each of `prices`, in history and in a one-path model.

    Returns
    -------
    tuple
        Each (prices,) [currency/unit]; infinity and minus infinity without a price.
    """
    first = np.array([stated.first for stated in prices], dtype="datetime64[D]") - AROUND.days * DAY
    last = np.array([stated.last for stated in prices], dtype="datetime64[D]") + AROUND.days * DAY
    lowest, highest = np.full(first.size, np.inf), np.full(first.size, -np.inf)
    simulated = path.first_day if path.stands_still else path.sampled_from
    for daily in [path.history] if path.daily is path.history else [path.history, path.daily]:
        size = daily.days.size
        if daily is path.daily and simulated is not None:
            size = min(size, (simulated - daily.first).days)
        start = np.clip((first - daily.days[0]).astype(np.intp), 0, size)
        stop = np.clip((last - daily.days[0]).astype(np.intp) + 1, 0, size)
        known = np.flatnonzero(stop > start)
        if known.size:
            # `reduceat` works between neighbouring edges, so every other result is a range from a start to its stop.
            edges = np.column_stack([start[known], stop[known]]).ravel()
            lows, highs = np.append(daily.low[:size], np.inf), np.append(daily.close[:size], -np.inf)
            lowest[known] = np.minimum(lowest[known], np.minimum.reduceat(lows, edges)[::2])
            highest[known] = np.maximum(highest[known], np.maximum.reduceat(highs, edges)[::2])
    return lowest, highest


def _are_far(prices: Sequence[StatedPrice], lowest: Floats, highest: Floats) -> Bools:
    """Whether each price is far from those of its days, (prices,)."""
    price = np.array([stated.price for stated in prices])
    least = np.array([stated.least for stated in prices])
    any_low = np.array([stated.any_low for stated in prices], dtype=bool)
    far: Bools = ((price < lowest / FAR) & ~any_low) | (price > np.maximum(highest * FAR, least))
    return far & np.isfinite(lowest)


def _at(prices: Sequence[StatedPrice], seen: tuple[Floats, Floats], at: int) -> _Seen:
    lowest, highest = seen
    return _Seen(float(lowest[at]), float(highest[at]), prices[at].first - AROUND, prices[at].last + AROUND)


def _far(case: Case, stated: StatedPrice, seen: _Seen) -> Problem:
    currency = case.spec.holder.currency
    prices = f"{seen.lowest:,.8g} to {seen.highest:,.8g} {currency}"
    expected = f"a price near those from {seen.first} to {seen.last}, {prices}"
    stated_price = f"{stated.price:,.8g} as the {stated.what}"
    return case.problem(stated.path, expected, stated_price, _guess(case, stated, seen))


def _guess(case: Case, stated: StatedPrice, seen: _Seen) -> str:
    """A guess at the mistake, as a fix."""
    if stated.quantity and not _is_outside(stated.price / stated.quantity, seen):
        total = TOTALS["unit_value" if "receipts" in stated.path else "unit_cost"]
        return f"That looks like the price of all units: state it as {total}."
    if stated.quantity and not _is_outside(stated.price * stated.quantity, seen):
        return "That looks like the price of one unit; the price of all units belongs here."
    currency = case.spec.holder.currency
    if currency != EMBEDDED_CURRENCY and stated.asset in EMBEDDED:
        history = load_history(stated.asset)
        dollars = _at([stated], _seen(PricePath(history, history), [stated]), 0)
        if not _is_outside(stated.price, dollars):
            return f"That looks like {EMBEDDED_CURRENCY}, while holder.currency is {currency}."
    return "Correct it if it is a mistake; per-coin figures are not scaled by holder.units."


def _is_outside(price: float, seen: _Seen) -> bool:
    return not seen.lowest / FAR <= price <= seen.highest * FAR


def _in_dollars(case: Case, name: str, asset: PreparedAsset) -> Iterator[Problem]:
    """Prices given by a holder in another currency that equal the dollar prices."""
    currency = case.spec.holder.currency
    given = case.price_files.get(name)
    if currency == EMBEDDED_CURRENCY or name not in EMBEDDED or given is None:
        return
    embedded = load_history(name)
    days, mine, theirs = np.intersect1d(asset.path.history.days, embedded.days, return_indices=True)
    if days.size and np.median(np.abs(given.close[mine] / embedded.close[theirs] - 1.0)) < SAME:
        expected = f"prices in {currency}, the currency of the holder"
        given_prices = f"prices in {EMBEDDED_CURRENCY}: {given.close[mine][-1]:,.8g} at {days[-1]}"
        fix = f"Give prices in {currency}, or set holder.currency: {EMBEDDED_CURRENCY}."
        yield case.problem(("prices", name, "file"), expected, given_prices, fix)
