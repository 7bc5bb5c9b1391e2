"""Rules that span several keys.

They look at the values as read, and each holds its tongue where a value it needs is missing or of the wrong
kind: the schema tells that. So a file's mistakes of both sorts are told together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, timedelta
from math import isclose
from typing import Any

from pydantic import TypeAdapter, ValidationError

from treasury_sim.domain.lines import LINES
from treasury_sim.domain.timeline import FiscalCalendar, Quarter
from treasury_sim.errors import Problem
from treasury_sim.frameworks import FRAMEWORKS
from treasury_sim.scenario.fields import Day, MonthDay, is_label, is_number
from treasury_sim.scenario.rows import DISPOSALS, OWN_ID, RELIEFS, WINDOWS, repeated_ids
from treasury_sim.scenario.schema import Capital, Income, calendar_of
from treasury_sim.scenario.tree import Key, KeyPath, Tree, nearest

_MONTH_DAY: TypeAdapter[str] = TypeAdapter(MonthDay)
_DAY: TypeAdapter[date] = TypeAdapter(Day)


def check(tree: Tree) -> Iterator[Problem]:
    """Every breach of a rule that spans keys."""
    yield from _check_windows(tree)
    yield from _check_ids(tree)
    yield from _check_frameworks(tree)
    yield from _check_scope(tree)
    yield from _check_reliefs(tree)
    yield from _check_shares(tree)
    calendar = _calendar(tree)
    yield from _check_expectations(tree, calendar)
    if calendar is None:
        return
    yield from _check_period(tree, calendar)
    yield from _check_prices(tree, calendar)
    yield from _check_adoption(tree, calendar)
    yield from _check_by_quarter(tree, calendar)
    for number, row in tree.rows("holder", "lots"):
        if isinstance(row.get("opening"), dict):
            path: KeyPath = ("holder", "lots", number, "opening")
            yield from check_opening(tree, row, lambda key, *words, path=path: tree.problem((*path, key), *words))


def _calendar(tree: Tree) -> FiscalCalendar | None:
    text = tree.get("holder", "fiscal_year_end")
    try:
        return calendar_of(_MONTH_DAY.validate_python("12-31" if text is None else text))
    except ValidationError:
        return None


def _day(tree: Tree, *path: str) -> date | None:
    return _usable(tree.get(*path))


def _usable(value: object) -> date | None:
    """Return `value` if it is a day within the bounds of the schema."""
    try:
        return _DAY.validate_python(value, strict=True)
    except ValidationError:
        return None


def _check_windows(tree: Tree) -> Iterator[Problem]:
    events = [("plan", table, "date") for table in ("purchases", "receipts", "sales")]
    tables = [("holder", "lots", "acquired"), *events]
    for section, table, first in tables:
        last = WINDOWS[first]
        for number, row in tree.rows(section, table):
            if last in row:
                fix = f"Write {first}: [first, last]."
                yield tree.problem((section, table, number, last), "a known key", last, fix)


def _check_ids(tree: Tree) -> Iterator[Problem]:
    ids = [(number, row.get("id")) for number, row in tree.rows("holder", "lots")]
    for number, name in repeated_ids((number, given if isinstance(given, str) else "") for number, given in ids):
        yield tree.problem(("holder", "lots", number, "id"), OWN_ID, f"{name} again")


def _check_frameworks(tree: Tree) -> Iterator[Problem]:
    names = tree.get("accounting", "frameworks")
    for number, name in enumerate(names if isinstance(names, (list, tuple)) else ()):
        path: KeyPath = ("accounting", "frameworks", number)
        if isinstance(name, str) and name and name not in FRAMEWORKS:
            yield tree.problem(path, "an accounting framework", name, nearest(name, list(FRAMEWORKS)))
        elif name in names[:number]:
            yield tree.problem(path, "every framework once", f"{name} again")


def _frameworks(tree: Tree) -> list[object]:
    """Return the frameworks chosen, known or not; those by default if the key is wrong."""
    names = tree.get("accounting", "frameworks")
    return list(names) if isinstance(names, (list, tuple)) else ["us_gaap"]


def _check_scope(tree: Tree) -> Iterator[Problem]:
    scope = tree.items("accounting", "scope")
    if scope and not {"us_gaap", "us_gaap_fair_value"} & {name for name in _frameworks(tree) if isinstance(name, str)}:
        fix = "Remove `scope`, or add us_gaap_fair_value to accounting.frameworks."
        expected = "us_gaap or us_gaap_fair_value among accounting.frameworks, whose scope this is"
        yield tree.problem(("accounting", "scope"), expected, "neither", fix)


def check_assets(tree: Tree, held: Collection[str]) -> Iterator[Problem]:
    """Breaches of the rule that only assets of the scenario have prices and a framework of their own.

    Parameters
    ----------
    held
        Assets of the lots.
    """
    scope = tree.items("accounting", "scope")
    tables = [tree.rows("plan", table) for table in ("purchases", "receipts", "swaps")]
    events = [row for rows in tables for _, row in rows]
    gained = [row.get(key) for row in events for key in ("asset", "for_asset") if row.get(key)]
    known = sorted({str(asset) for asset in [*held, *gained, *(["BTC"] if events else [])]})
    given: list[tuple[Key, ...]] = [("accounting", "scope", asset) for asset, _ in scope]
    given += [("prices", asset) for asset, _ in tree.items("prices")]
    for path in given if known else []:
        asset = str(path[-1])
        if asset not in known:
            yield tree.problem(path, "an asset of the scenario", asset, nearest(asset, known))


def _check_reliefs(tree: Tree) -> Iterator[Problem]:
    books = tree.get("plan", "lot_relief") or "fifo"
    plan = {"lot_relief": books, "tax_lot_relief": tree.get("plan", "tax_lot_relief") or books}
    if "ifrs_inventory" in _frameworks(tree):
        yield from _check_inventory(tree, ("plan", "lot_relief"))
    for table in DISPOSALS:
        for number, row in tree.rows("plan", table):
            path: KeyPath = ("plan", table, number)
            if "ifrs_inventory" in _frameworks(tree):
                yield from _check_inventory(tree, (*path, "lot_relief"))
                yield from _check_named_lots(tree, path, row, books)
            yield from _check_relief(tree, path, row, plan)


def _check_inventory(tree: Tree, path: KeyPath) -> Iterator[Problem]:
    if tree.get(*path) in ("lifo", "hifo", "specific"):
        yield tree.problem(path, "fifo or average under ifrs_inventory (IAS 2.25)", "", _OF_ITS_OWN)


_OF_ITS_OWN = (
    "Coins are interchangeable, so none is identified (IAS 2.23 and 2.24). Run ifrs_inventory in a scenario of its "
    "own if other frameworks need this."
)


def _check_named_lots(tree: Tree, path: KeyPath, row: Mapping[Any, Any], books: object) -> Iterator[Problem]:
    """Lots that inventory must not name; beside an average they are those for tax."""
    if row.get("lots") is not None and books != "average" and row.get("lot_relief") != "specific":
        yield tree.problem((*path, "lots"), "no lots under ifrs_inventory (IAS 2.25)", "lots", _OF_ITS_OWN)


def _check_relief(tree: Tree, path: KeyPath, row: Mapping[Any, Any], plan: Mapping[str, object]) -> Iterator[Problem]:
    for key in RELIEFS:
        if plan[key] == "average" and row.get(key) in ("fifo", "lifo", "hifo", "specific"):
            expected = "no relief of its own, since that of the plan is average"
            yield tree.problem((*path, key), expected, "", f"Remove {key}, or choose another plan.{key}.")
    if row.get("lots") is not None:
        if plan["lot_relief"] == plan["tax_lot_relief"] == "average":
            yield tree.problem(
                (*path, "lots"), "no lots, since the relief of the plan is average", "lots", "Remove them."
            )
    elif any(row.get(key) is None and plan[key] == "specific" for key in RELIEFS):
        fix = "Add lots: {lot id: quantity}."
        yield tree.problem((*path, "lots"), "the lots that leave, since the plan says `specific`", "no lots", fix)


def check_opening(tree: Tree, lot: Mapping[Any, Any], tell: Callable[..., Problem]) -> Iterator[Problem]:
    """Breaches of the rules of a typed opening.

    Parameters
    ----------
    lot
        Values of the lot as read, right or wrong.
    tell
        Makes a problem of a key of the opening, what was expected, found and how to fix it.
    """
    calendar, start = _calendar(tree), _day(tree, "period", "start")
    values = lot["opening"]
    day, bought = _usable(values.get("date")), _complete(lot)
    if day is not None and calendar is not None and calendar.quarter(day).end != day:
        fix = f"The nearest is {_near_end(calendar, day)}."
        yield tell("date", "the last day of a fiscal quarter", str(day), fix)
    elif day is not None and start is not None and day >= start:
        yield tell("date", f"a day before the period, which starts on {start}", str(day))
    elif day is not None and bought is not None and day < bought:
        yield tell("date", f"a day on or after the purchase, {bought}", str(day))
    yield from _check_surplus(tree, lot, tell)
    name, chosen = values.get("framework"), _frameworks(tree)
    if not isinstance(name, str) or not name:
        return
    if name not in FRAMEWORKS:
        yield tell("framework", "an accounting framework", name, nearest(name, list(FRAMEWORKS)))
    elif chosen != [name]:
        expected = f"the only one of accounting.frameworks, {', '.join(map(str, chosen))}"
        fix = f"Set accounting.frameworks: [{name}]; run the others without openings."
        yield tell("framework", expected, name, fix)


def _check_surplus(tree: Tree, lot: Mapping[Any, Any], tell: Callable[..., Problem]) -> Iterator[Problem]:
    """A typed revaluation surplus is what the carrying amount exceeds cost by, under a rule that has one."""
    values = lot["opening"]
    surplus, carrying, name = values.get("surplus"), values.get("carrying"), values.get("framework")
    cost, fee, quantity = lot.get("unit_cost"), lot.get("fee") or 0.0, lot.get("quantity")
    if not is_number(surplus) or not surplus or not isinstance(name, str) or name not in FRAMEWORKS:
        return
    with_surplus = [key for key, framework in FRAMEWORKS.items() if framework.rule.surplus_to_oci]
    if name not in with_surplus:
        expected = f"no surplus under {name}: only {' and '.join(with_surplus)} have one"
        yield tell("surplus", expected, f"{surplus}", "Remove `surplus`.")
    elif is_number(carrying) and is_number(cost) and is_number(fee) and is_number(quantity) and quantity:
        expenses = tree.get("accounting", "fees") == "expense"
        right = max(0.0, carrying - cost - (0.0 if expenses else fee / quantity))
        if not any(isclose(surplus, value, rel_tol=1e-9) for value in (right, max(0.0, carrying - cost))):
            expected = f"{right:.12g}, the carrying amount of a unit less its cost"
            yield tell("surplus", expected, f"{surplus}", f"Set surplus: {right:.12g}.")


def _complete(lot: Mapping[Any, Any]) -> date | None:
    """Return the last day of the purchase of a lot as read."""
    days = lot.get("acquired")
    last = days[-1] if isinstance(days, (list, tuple)) and days else lot.get("acquired_to") or days
    return _usable(last)


def _near(day: date, *choices: date) -> date:
    return min(choices, key=lambda choice: (abs((choice - day).days), choice))


def _next(calendar: FiscalCalendar, quarter: Quarter) -> Quarter:
    return calendar.quarter(quarter.end + timedelta(days=1))


def _near_end(calendar: FiscalCalendar, day: date) -> date:
    quarter = calendar.quarter(day)
    return _near(day, quarter.end, quarter.start - timedelta(days=1))


def _check_period(tree: Tree, calendar: FiscalCalendar) -> Iterator[Problem]:
    start, end = _day(tree, "period", "start"), _day(tree, "period", "end")
    if start is None or end is None:
        return
    if end < start:
        yield tree.problem(("period", "end"), f"a last day after {start}", str(end))
        return
    first, last = calendar.quarter(start), calendar.quarter(end)
    wrong = [key for key, right in (("start", start == first.start), ("end", end == last.end)) if not right]
    if not wrong:
        return
    near_start = _near(start, first.start, _next(calendar, first).start)
    near_end = _near_end(calendar, end)
    if near_end < near_start:
        near_start, near_end = first.start, first.end
    quarters = calendar.quarters(near_start, near_end)
    labels = " to ".join(dict.fromkeys((quarters[0].label, quarters[-1].label)))
    fix = f"The nearest whole quarters are {near_start} to {near_end} ({labels})."
    for key in wrong:
        found = f"{tree.get('period', key)}, inside one"
        yield tree.problem(("period", key), f"the {_EDGE[key]} day of a fiscal quarter", found, fix)


_EDGE = {"start": "first", "end": "last"}


def _check_prices(tree: Tree, calendar: FiscalCalendar) -> Iterator[Problem]:
    for asset, _ in tree.items("prices"):
        for table in ("quarter_end", "quarter_low"):
            for key, _ in tree.items("prices", asset, table):
                day = _usable(key)
                if day is not None and calendar.quarter(day).end != day:
                    fix = f"The nearest is {_near_end(calendar, day)}."
                    yield tree.problem(("prices", asset, table, key), "the last day of a fiscal quarter", str(key), fix)
                elif day is not None and table == "quarter_low":
                    yield from _check_low(tree, calendar, ("prices", asset), day)


def _check_low(tree: Tree, calendar: FiscalCalendar, above: KeyPath, end: date) -> Iterator[Problem]:
    path = (*above, "quarter_low", end)
    quarter = calendar.quarter(end)
    day = _usable(tree.get(*path, "date"))
    if day is not None and not quarter.start <= day <= end:
        yield tree.problem((*path, "date"), f"a day of {quarter.label}, {quarter.start} to {end}", str(day))
    low, price = tree.get(*path, "price"), tree.get(*above, "quarter_end", end)
    if is_number(low) and is_number(price) and low > price:
        found = f"{low}, above it"
        yield tree.problem((*path, "price"), f"at most the quarter-end price {price}", found)


def _check_adoption(tree: Tree, calendar: FiscalCalendar) -> Iterator[Problem]:
    day = _day(tree, "accounting", "adoption_date")
    if day is None:
        return
    quarter = calendar.quarter(day)
    starts = [quarter.start]
    while quarter.number != 1:
        quarter = calendar.quarter(quarter.start - timedelta(days=1))
    starts = [quarter.start]
    for _ in range(4):
        quarter = _next(calendar, quarter)
    starts.append(quarter.start)
    if day not in starts:
        fix = f"The nearest is {_near(day, *starts)}."
        yield tree.problem(("accounting", "adoption_date"), "the first day of a fiscal year", str(day), fix)


def _check_shares(tree: Tree) -> Iterator[Problem]:
    if tree.get("capital", "weighted_shares_diluted") is not None and tree.get("capital", "weighted_shares") is None:
        expected = "capital.weighted_shares beside it, without which no result per share is computed"
        yield tree.problem(("capital", "weighted_shares_diluted"), expected, "none", "Add `weighted_shares`.")


def _check_by_quarter(tree: Tree, calendar: FiscalCalendar) -> Iterator[Problem]:
    """Figures by quarter are for all quarters of the period."""
    labels = [label for label in _labels(tree, calendar) or () if not label.startswith("FY")]
    for section, keys in (("income", Income.model_fields), ("capital", Capital.model_fields)):
        for key in keys if labels else ():
            given = tree.get(section, key)
            if not isinstance(given, dict) or not all(is_label(label) for label in given):
                continue
            missing = [label for label in labels if label not in given]
            if missing:
                found = f"none for {', '.join(missing)}"
                fix = "Write 0 where there is none." if section == "income" else "Add what is missing."
                yield tree.problem((section, key), "a figure for every quarter of the period", found, fix)


def _check_expectations(tree: Tree, calendar: FiscalCalendar | None) -> Iterator[Problem]:
    chosen = tree.get("accounting", "frameworks")
    chosen = ["us_gaap"] if chosen is None else chosen
    labels = _labels(tree, calendar)
    for framework, _ in tree.items("expect"):
        path: KeyPath = ("expect", framework)
        if isinstance(chosen, (list, tuple)) and framework not in chosen:
            expected = "one of accounting.frameworks"
            yield tree.problem(path, expected, str(framework), nearest(str(framework), [str(name) for name in chosen]))
        for label, _ in tree.items(*path):
            if labels is not None and label not in labels:
                fix = nearest(str(label), labels)
                yield tree.problem((*path, label), "a fiscal quarter or year that ends in the period", str(label), fix)
            for line, _ in tree.items(*path, label):
                if line not in LINES:
                    expected = "a line of the quarterly statement"
                    yield tree.problem((*path, label, line), expected, str(line), nearest(str(line), list(LINES)))


def _labels(tree: Tree, calendar: FiscalCalendar | None) -> list[str] | None:
    """Return the quarters of the period and the years that end in it; ``None`` if the period is wrong."""
    start, end = _day(tree, "period", "start"), _day(tree, "period", "end")
    if calendar is None or start is None or end is None or end < start:
        return None
    quarters = calendar.quarters(start, end)
    years = [f"FY{quarter.fiscal_year}" for quarter in quarters if quarter.number == 4]
    return [quarter.label for quarter in quarters] + years
