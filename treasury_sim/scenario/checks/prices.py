"""Rules of `prices` that span several keys: days of a model, quarter ends, keys that need each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from treasury_sim.case.fields import is_number
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.domain.timeline import FiscalCalendar
from treasury_sim.errors import Problem
from treasury_sim.scenario.checks.as_read import day_at, near_end, usable
from treasury_sim.scenario.source.tree import Tree

SIMULATED = ("gbm", "jump_diffusion", "garch", "regime", "bootstrap")
"""Simulated models; every other model gives one path."""


def check_prices(tree: Tree, fiscal: FiscalCalendar) -> Iterator[Problem]:
    """Yield every breach of a rule of `prices`."""
    as_of = day_at(tree, "as_of")
    if as_of is not None and as_of == day_at(tree, "period", "end"):
        # A quarter that is reported to date ends on that day, for its price as for its lines.
        fiscal = replace(fiscal, cut=as_of)
    for asset, _ in tree.items("prices"):
        above: KeyPath = ("prices", asset)
        model = tree.get(*above, "model") or "historical"
        for table in ("quarter_end", "quarter_low"):
            yield from _check_table(tree, fiscal, above, table)
        yield from _check_days(tree, above)
        if model == "historical":
            yield from _check_window(tree, above)
        first = first_day(tree, above)
        if model == "target" and first is not None:
            yield from _check_targets(tree, fiscal, above, first)
        if model in SIMULATED and first is not None:
            yield from _check_simulated(tree, above, first)


def first_day(tree: Tree, above: KeyPath) -> date | None:
    """The first day of a model: `from`, or the day after `as_of`, or the start of the period."""
    given, as_of = tree.get(*above, "from"), day_at(tree, "as_of")
    if given is not None:
        return usable(given)
    return day_at(tree, "period", "start") if as_of is None else as_of + timedelta(days=1)


def _check_table(tree: Tree, fiscal: FiscalCalendar, above: KeyPath, table: str) -> Iterator[Problem]:
    for key, _ in tree.items(*above, table):
        day = usable(key)
        if day is not None and fiscal.quarter(day).end != day:
            fix = f"The nearest is {near_end(fiscal, day)}."
            yield tree.problem((*above, table, key), "the last day of a fiscal quarter", str(key), fix)
        elif day is not None and table == "quarter_low":
            yield from _check_low(tree, fiscal, above, day)


def _check_low(tree: Tree, fiscal: FiscalCalendar, above: KeyPath, end: date) -> Iterator[Problem]:
    path = (*above, "quarter_low", end)
    quarter = fiscal.quarter(end)
    day = usable(tree.get(*path, "date"))
    if day is not None and not quarter.start <= day <= end:
        yield tree.problem((*path, "date"), f"a day of {quarter.label}, {quarter.start} to {end}", str(day))
    low, price = tree.get(*path, "price"), tree.get(*above, "quarter_end", end)
    if is_number(low) and is_number(price) and low > price:
        actual = f"{low}, above it"
        yield tree.problem((*path, "price"), f"at most the quarter-end price {price}", actual)


def _check_days(tree: Tree, above: KeyPath) -> Iterator[Problem]:
    """A model and its shock must begin and end in the period."""
    start, end = day_at(tree, "period", "start"), day_at(tree, "period", "end")
    if start is None or end is None or end < start:
        return
    for key in ("from", "start", "trough", "end"):
        day = usable(tree.get(*above, key))
        if day is not None and not start <= day <= end:
            fix = "" if day > end else "Start the period in an earlier quarter, or begin later."
            yield tree.problem((*above, key), f"a day of the period, {start} to {end}", str(day), fix)
    given = [usable(tree.get(*above, key)) for key in ("start", "trough", "end")]
    first = first_day(tree, above)
    early = next((day for day in given if day is not None and first is not None and day < first), None)
    if early is not None and tree.get(*above, "model") == "shock" and tree.get(*above, "from") is None:
        yield tree.problem(above, f"a shock on or after {first}, the first day of the model", str(early))


def _check_window(tree: Tree, above: KeyPath) -> Iterator[Problem]:
    """`from`, `spot`, `replay` and `repeat` belong to a window; recorded levels have no spot."""
    if tree.get(*above, "window") is None:
        for key in ("from", "spot", "replay", "repeat"):
            if tree.get(*above, key) is not None:
                fix = 'Add a window, such as window: "2022 Terra and FTX", or remove this key.'
                yield tree.problem((*above, key), "a window as well: plain history is used as recorded", "none", fix)
    elif tree.get(*above, "replay") == "levels" and tree.get(*above, "spot") is not None:
        fix = "Remove it, or write replay: returns."
        yield tree.problem((*above, "spot"), "no spot with replay: levels, which replays recorded prices", fix=fix)


def _check_targets(tree: Tree, fiscal: FiscalCalendar, above: KeyPath, first: date) -> Iterator[Problem]:
    """A target needs a price at every quarter end from its first day to the end of the period."""
    end = day_at(tree, "period", "end")
    if end is None or end < first:
        return
    given = {day for key, _ in tree.items(*above, "quarter_end") if (day := usable(key)) is not None}
    missing = [str(quarter.end) for quarter in fiscal.quarters(first, end) if quarter.end not in given]
    if missing:
        expected = f"a price at every quarter end from {first} to {end}"
        fix = "Add the missing prices."
        yield tree.problem((*above, "quarter_end"), expected, f"none for {', '.join(missing)}", fix)
    for key, low in tree.items(*above, "quarter_low"):
        day = usable(key)
        if day is not None and day < first and isinstance(low, dict) and low.get("date") is None:
            expected = f"a date, which is required for lows before {first}"
            yield tree.problem((*above, "quarter_low", key), expected, "none", "Add the `date` of the low.")


def _check_simulated(tree: Tree, above: KeyPath, first: date) -> Iterator[Problem]:
    """A simulated price cannot also be stated."""
    for table in ("quarter_end", "quarter_low"):
        for key, _ in tree.items(*above, table):
            day = usable(key)
            if day is not None and day >= first:
                expected = f"a quarter that ends before {first}, when the simulation begins"
                yield tree.problem((*above, table, key), expected, str(key), "Remove it, or use model: target.")
