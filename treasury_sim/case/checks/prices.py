"""Rules of `prices` that span several keys: days of a model, quarter ends, keys that need each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from treasury_sim.case.checks.days import near_end
from treasury_sim.case.checks.draft import Breach, CrossCheck, DraftCase
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.case.sections.prices import AssetPrices, Historical, Sampled, Shock, Target
from treasury_sim.domain.timeline import FiscalCalendar
from treasury_sim.market.flows.liquidations import MOST_COINS

Tables = tuple[tuple[str, tuple[date, ...]], ...]


def _tables(stated: AssetPrices) -> Tables:
    return ("quarter_end", tuple(stated.quarter_end)), ("quarter_low", tuple(stated.quarter_low))


def _first_day(draft: DraftCase, stated: AssetPrices) -> date:
    return stated.first_day or draft.spec.model_begins


def _check_tables(draft: DraftCase, above: KeyPath, stated: AssetPrices) -> Iterator[Breach]:
    fiscal = draft.spec.calendar  # a quarter that is reported to date ends on `as_of`, for its price, too
    for table, days in _tables(stated):
        for day in days:
            if fiscal.quarter(day).end != day:
                fix = f"The nearest is {near_end(fiscal, day)}."
                yield Breach((*above, table, day), "the last day of a fiscal quarter", str(day), fix)
            elif table == "quarter_low":
                yield from _check_low(fiscal, above, stated, day)


def _check_low(fiscal: FiscalCalendar, above: KeyPath, stated: AssetPrices, end: date) -> Iterator[Breach]:
    path, quarter = (*above, "quarter_low", end), fiscal.quarter(end)
    low, price = stated.quarter_low[end], stated.quarter_end.get(end)
    if low.date is not None and not quarter.start <= low.date <= end:
        yield Breach((*path, "date"), f"a day of {quarter.label}, {quarter.start} to {end}", str(low.date))
    if price is not None and low.price > price:
        expected = f"at most the quarter-end price {price:.15g}"
        yield Breach((*path, "price"), expected, f"{low.price:.15g}, above it")


def _check_days(draft: DraftCase, above: KeyPath, stated: AssetPrices) -> Iterator[Breach]:
    """A model and its shock must begin and end in the period."""
    start, end = draft.spec.period.start, draft.spec.period.end
    if end < start:
        return
    given: dict[str, date | None] = {"from": stated.first_day}
    if isinstance(stated, Shock):
        given |= {"start": stated.start, "trough": stated.trough, "end": stated.end}
    for key, day in given.items():
        if day is not None and not start <= day <= end:
            fix = "" if day > end else "Start the period in an earlier quarter, or begin later."
            yield Breach((*above, key), f"a day of the period, {start} to {end}", str(day), fix)
    if stated.first_day is None:
        first = _first_day(draft, stated)
        early = next((day for day in given.values() if day is not None and day < first), None)
        if early is not None:
            yield Breach(above, f"a shock on or after {first}, the first day of the model", str(early))


def _check_venue(draft: DraftCase, above: KeyPath, stated: AssetPrices) -> Iterator[Breach]:  # noqa: ARG001 - a check of prices
    if stated.file is not None and stated.venue is not None:
        yield Breach((*above, "venue"), "a file or a venue, not both", stated.venue, "Remove one of the two.")


def _check_window(draft: DraftCase, above: KeyPath, stated: AssetPrices) -> Iterator[Breach]:  # noqa: ARG001 - a check of prices
    """`from`, `spot`, `replay` and `repeat` belong to a window; recorded levels have no spot."""
    if not isinstance(stated, Historical):
        return
    if stated.window is None:
        of_a_window = {"from": "first_day", "spot": "spot", "replay": "replay", "repeat": "repeat"}
        for key, name in of_a_window.items():
            if name in stated.model_fields_set:
                fix = 'Add a window, such as window: "2022 Terra and FTX", or remove this key.'
                yield Breach((*above, key), "a window as well: plain history is used as recorded", "none", fix)
    elif stated.replay == "levels" and stated.spot is not None:
        fix = "Remove it, or write replay: returns."
        yield Breach((*above, "spot"), "no spot with replay: levels, which replays recorded prices", fix=fix)


def _check_targets(draft: DraftCase, above: KeyPath, stated: AssetPrices) -> Iterator[Breach]:
    """A target needs a price at every quarter end from its first day to the end of the period."""
    first, end = _first_day(draft, stated), draft.spec.period.end
    if not isinstance(stated, Target) or end < first:
        return
    quarters = draft.spec.calendar.quarters(first, end)
    missing = [str(quarter.end) for quarter in quarters if quarter.end not in stated.quarter_end]
    if missing:
        expected = f"a price at every quarter end from {first} to {end}"
        yield Breach((*above, "quarter_end"), expected, f"none for {', '.join(missing)}", "Add the missing prices.")
    for day, low in stated.quarter_low.items():
        if day < first and low.date is None:
            expected = f"a date, which is required for lows before {first}"
            yield Breach((*above, "quarter_low", day), expected, "none", "Add the `date` of the low.")


def _check_simulated(draft: DraftCase, above: KeyPath, stated: AssetPrices) -> Iterator[Breach]:
    """A simulated price cannot also be stated."""
    first = _first_day(draft, stated)
    for table, days in _tables(stated) if isinstance(stated, Sampled) else ():
        for day in days:
            if day >= first:
                expected = f"a quarter that ends before {first}, when the simulation begins"
                yield Breach((*above, table, day), expected, str(day), "Remove it, or use model: target.")


def _check_book(draft: DraftCase, above: KeyPath, stated: AssetPrices) -> Iterator[Breach]:  # noqa: ARG001 - a check of prices
    """Open positions cannot exceed all coins."""
    flows = stated.overlay.flows if stated.overlay is not None else None
    if above[-1] == "BTC" and flows is not None and flows.liquidations is not None:
        coins = flows.liquidations.open_interest
        if coins > MOST_COINS:
            path = (*above, "overlay", "flows", "liquidations", "open_interest")
            yield Breach(path, "at most the 21,000,000 bitcoin that can exist", f"{coins:,.15g}", "State it in coins.")


def _of_each_asset(
    check: Callable[[DraftCase, KeyPath, AssetPrices], Iterator[Breach]],
) -> Callable[[DraftCase], Iterator[Breach]]:
    def check_all(draft: DraftCase) -> Iterator[Breach]:
        for asset, stated in draft.spec.prices.items():
            yield from check(draft, ("prices", asset), stated)

    return check_all


def _check_currency(draft: DraftCase, above: KeyPath, stated: AssetPrices) -> Iterator[Breach]:
    home = draft.spec.holder.currency
    pair = f"{stated.currency}{home}"
    if stated.currency not in (None, home) and pair not in draft.spec.fx:
        yield Breach((*above, "currency"), f"a rate for {pair} under fx", "none", f"Add fx: {{{pair}: {{rate: ...}}}}.")


_YEAR, _PERIOD = ("holder.fiscal_year_end",), ("period", "as_of")

RULES = (
    CrossCheck(("prices[]", *_PERIOD, *_YEAR), _of_each_asset(_check_tables)),
    CrossCheck(("prices[]", *_PERIOD), _of_each_asset(_check_days)),
    CrossCheck(("prices[]",), _of_each_asset(_check_venue)),
    CrossCheck(("prices[]",), _of_each_asset(_check_window)),
    CrossCheck(("prices[]", "holder.currency", "fx"), _of_each_asset(_check_currency)),
    CrossCheck(("prices[]",), _of_each_asset(_check_book)),
    CrossCheck(("prices[]", *_PERIOD, *_YEAR), _of_each_asset(_check_targets)),
    CrossCheck(("prices[]", *_PERIOD), _of_each_asset(_check_simulated)),
)
