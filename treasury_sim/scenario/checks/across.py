"""Rules that span several keys.

They read the values before validation; each is skipped when an input it needs is missing or of the wrong type, which
the schema reports. So all errors of a file are reported together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta

from treasury_sim.accounting import ASC_350_60, FRAMEWORKS
from treasury_sim.case.fields import is_label
from treasury_sim.case.key_paths import Key, KeyPath, key_path
from treasury_sim.case.rows import OWN_ID, repeated_ids
from treasury_sim.case.sections.income import Income
from treasury_sim.case.strict import WINDOWS
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.lookup import nearest
from treasury_sim.domain.timeline import FiscalCalendar
from treasury_sim.errors import Problem
from treasury_sim.scenario.checks.as_read import calendar, day_at, following, frameworks, near, near_end
from treasury_sim.scenario.checks.capital import PER_QUARTER, check_capital
from treasury_sim.scenario.checks.limits import check_limits
from treasury_sim.scenario.checks.openings import check_opening
from treasury_sim.scenario.checks.prices import check_prices
from treasury_sim.scenario.checks.reliefs import check_reliefs
from treasury_sim.scenario.checks.tax import check_tax, check_tax_years
from treasury_sim.scenario.source.tree import Tree


def check(tree: Tree) -> Iterator[Problem]:
    """Yield every breach of a rule that spans keys."""
    yield from _check_windows(tree)
    yield from _check_ids(tree)
    yield from _check_frameworks(tree)
    yield from _check_scope(tree)
    yield from check_reliefs(tree)
    yield from _check_shares(tree)
    yield from check_limits(tree)
    yield from check_tax(tree)
    yield from check_capital(tree)
    fiscal = calendar(tree)
    yield from _check_expectations(tree, fiscal)
    if fiscal is None:
        return
    yield from _check_period(tree, fiscal)
    yield from check_prices(tree, fiscal)
    yield from _check_adoption(tree, fiscal)
    yield from _check_by_quarter(tree, fiscal)
    yield from check_tax_years(tree, fiscal)
    for number, row in tree.rows("holder", "lots"):
        if isinstance(row.get("opening"), dict):
            path: KeyPath = ("holder", "lots", number, "opening")
            yield from check_opening(tree, row, lambda key, *words, path=path: tree.problem((*path, key), *words))


def _check_windows(tree: Tree) -> Iterator[Problem]:
    events = [("plan", table, "date") for table in ("purchases", "receipts", "sales", "payments")]
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


def _check_scope(tree: Tree) -> Iterator[Problem]:
    scope = tree.items("accounting", "scope")
    if scope and not any(name in ASC_350_60 for name in frameworks(tree) if isinstance(name, str)):
        fix = "Remove `scope`, or add us_gaap_fair_value to accounting.frameworks."
        expected = "us_gaap or us_gaap_fair_value among accounting.frameworks, which the scope is for"
        yield tree.problem(("accounting", "scope"), expected, "neither", fix)


def check_assets(tree: Tree, held: Collection[str]) -> Iterator[Problem]:
    """Only assets of the scenario may have prices, correlations and a framework each.

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
    named = [(path, str(path[-1])) for path in given]
    stated = ("correlation", "price_correlation")
    pairs: list[tuple[Key, ...]] = [
        ("simulation", key, pair) for key in stated for pair, _ in tree.items("simulation", key)
    ]
    of_shocks = {frozenset(str(path[-1]).split("/")) for path in pairs if path[1] == "correlation"}
    for path in pairs:
        if path[1] == "price_correlation" and frozenset(str(path[-1]).split("/")) in of_shocks:
            yield tree.problem(path, "each pair in one of correlation and price_correlation", "both", "Leave one out.")
    named += [(path, asset) for path in pairs for asset in str(path[-1]).split("/")]
    for path, asset in named if known else []:
        if asset not in known:
            yield tree.problem(path, "an asset of the scenario", asset, nearest(asset, known))


def _check_period(tree: Tree, fiscal: FiscalCalendar) -> Iterator[Problem]:
    start, end = day_at(tree, "period", "start"), day_at(tree, "period", "end")
    if start is None or end is None:
        return
    if end < start:
        yield tree.problem(("period", "end"), f"a last day after {start}", str(end))
        return
    first, last, as_of = fiscal.quarter(start), fiscal.quarter(end), day_at(tree, "as_of")
    if as_of is not None and as_of < start - timedelta(days=1):
        expected = f"a day from {start - timedelta(days=1)} on, so that history leads up to the period"
        yield tree.problem(("as_of",), expected, str(as_of), "Start the period in an earlier quarter.")
    wrong = [key for key, right in (("start", start == first.start), ("end", end in {last.end, as_of})) if not right]
    if not wrong:
        return
    start_at = near(start, first.start, following(fiscal, first).start)
    end_at = near_end(fiscal, end)
    if end_at < start_at:
        start_at, end_at = first.start, first.end
    quarters = fiscal.quarters(start_at, end_at)
    labels = " to ".join(dict.fromkeys((quarters[0].label, quarters[-1].label)))
    fix = f"The nearest whole quarters are {start_at} to {end_at} ({labels})."
    if ((end - start).days + 1) % DAYS_OF_A_WEEK == 0:
        fix += (
            " A fiscal year of 52 or 53 weeks is modelled in whole months: use these, and state the prices of the "
            "actual last days under prices.BTC.quarter_end."
        )
    if as_of is None and "end" in wrong:
        fix += f" To report a quarter to date, add as_of: {end}."
    for key in wrong:
        actual = f"{tree.get('period', key)}, inside one"
        yield tree.problem(("period", key), f"the {_EDGE[key]} day of a fiscal quarter", actual, fix)


DAYS_OF_A_WEEK = 7
_EDGE = {"start": "first", "end": "last"}


def _check_adoption(tree: Tree, fiscal: FiscalCalendar) -> Iterator[Problem]:
    day = day_at(tree, "accounting", "adoption_date")
    if day is None:
        return
    quarter = fiscal.quarter(day)
    starts = [quarter.start]
    while quarter.number != 1:
        quarter = fiscal.quarter(quarter.start - timedelta(days=1))
    starts = [quarter.start]
    for _ in range(4):
        quarter = following(fiscal, quarter)
    starts.append(quarter.start)
    if day not in starts:
        fix = f"The nearest is {near(day, *starts)}."
        yield tree.problem(("accounting", "adoption_date"), "the first day of a fiscal year", str(day), fix)


def _check_shares(tree: Tree) -> Iterator[Problem]:
    if tree.get("capital", "weighted_shares_diluted") is not None and tree.get("capital", "weighted_shares") is None:
        expected = "capital.weighted_shares as well: without it no per-share result is computed"
        yield tree.problem(("capital", "weighted_shares_diluted"), expected, "none", "Add `weighted_shares`.")


def _check_by_quarter(tree: Tree, fiscal: FiscalCalendar) -> Iterator[Problem]:
    """Figures by quarter must cover every quarter of the period."""
    labels = [label for label in _labels(tree, fiscal) or () if not label.startswith("FY")]
    for section, keys in (("income", Income.model_fields), ("capital", PER_QUARTER)):
        for key in keys if labels else ():
            given = tree.get(section, key)
            if not isinstance(given, dict) or not all(is_label(label) for label in given):
                continue
            missing = [label for label in labels if label not in given]
            if missing:
                absent = f"none for {', '.join(missing)}"
                fix = "Write 0 where there is none." if section == "income" else "Add the missing quarters."
                yield tree.problem((section, key), "a figure for every quarter of the period", absent, fix)


def _check_expectations(tree: Tree, fiscal: FiscalCalendar | None) -> Iterator[Problem]:
    chosen = tree.get("accounting", "frameworks")
    chosen = ["us_gaap"] if chosen is None else chosen
    labels = _labels(tree, fiscal)
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
                yield from _check_source_of(tree, (*path, label, line, "source_of"))


def _check_source_of(tree: Tree, path: KeyPath) -> Iterator[Problem]:
    key = tree.get(*path)
    if isinstance(key, str) and key and tree.get(*key_path(key)) is None:
        fix = "Name the input that was taken from this figure, such as prices.BTC.quarter_end.2025-12-31."
        yield tree.problem(path, "the key of an input that the scenario states", key, fix)


def _labels(tree: Tree, fiscal: FiscalCalendar | None) -> list[str] | None:
    """Return the quarters of the period and the years that end in it; ``None`` if the period is wrong."""
    start, end = day_at(tree, "period", "start"), day_at(tree, "period", "end")
    if fiscal is None or start is None or end is None or end < start:
        return None
    quarters = fiscal.quarters(start, end)
    years = [f"FY{quarter.fiscal_year}" for quarter in quarters if quarter.number == 4]
    return [quarter.label for quarter in quarters] + years
