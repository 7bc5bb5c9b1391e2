"""Rules that span the keys of `tax`."""

from __future__ import annotations

from collections.abc import Iterator

from treasury_sim.case.fields import is_label
from treasury_sim.case.key_paths import KeyPath
from treasury_sim.domain.timeline import FiscalCalendar
from treasury_sim.errors import Problem
from treasury_sim.scenario.checks.as_read import day_at, usable
from treasury_sim.scenario.source.tree import Tree


def check_tax(tree: Tree) -> Iterator[Problem]:
    """Yield breaches that need no calendar: two sources of the rate, losses where none are carried."""
    if tree.get("tax", "rate") is not None and tree.get("tax", "jurisdiction") is not None:
        fix = "Remove one of the two."
        yield tree.problem(("tax", "jurisdiction"), "a stated rate, or a jurisdiction", "both", fix)
    if tree.get("tax", "jurisdiction") is None and tree.get("tax", "state_rate"):
        expected = "tax.jurisdiction as well, whose rate it adds to"
        yield tree.problem(("tax", "state_rate"), expected, "none", "Add `jurisdiction: us`.")
    if tree.rows("tax", "rate_changes") and tree.get("tax", "rate") is None:
        expected = "tax.rate as well, the rate until the first change"
        yield tree.problem(("tax", "rate_changes"), expected, "none", "Add `rate`.")
    yield from _check_changes(tree)
    for key in ("capital_gains", "capital_losses"):
        if tree.items("tax", key) and tree.get("tax", "character") != "capital":
            expected = "tax.character: capital as well: other losses are not carried"
            yield tree.problem(("tax", key), expected, str(tree.get("tax", "character") or "none"))


def _check_changes(tree: Tree) -> Iterator[Problem]:
    """No two changes take effect on the same day."""
    seen = set()
    for number, row in tree.rows("tax", "rate_changes"):
        day = usable(row.get("effective"))
        if day is not None and day in seen:
            path: KeyPath = ("tax", "rate_changes", number, "effective")
            yield tree.problem(path, "one change of the rate per day", f"{day} again")
        seen.add(day)


def check_tax_years(tree: Tree, fiscal: FiscalCalendar) -> Iterator[Problem]:
    """Gains and losses carried in must predate the period; balances must not follow it."""
    start, end = day_at(tree, "period", "start"), day_at(tree, "period", "end")
    if end is not None:
        yield from _check_balances(tree, fiscal.quarter(end).label)
    if start is None:
        return
    first = fiscal.quarter(start).fiscal_year
    for key in ("capital_gains", "capital_losses"):
        for label, _ in tree.items("tax", key):
            year = str(label).removeprefix("FY")
            if year.isdigit() and int(year) >= first:
                expected = f"a fiscal year before the period, up to FY{first - 1}"
                yield tree.problem(("tax", key, label), expected, str(label))


BALANCES = ("support", "other_deferred_tax_asset", "net_operating_loss", "other_support")
"""Keys of `tax` that hold until the next quarter stated; the first also holds before it."""


def _check_balances(tree: Tree, last: str) -> Iterator[Problem]:
    for key in BALANCES:
        labels = [str(label) for label, _ in tree.items("tax", key) if is_label(label)]
        if labels and min(labels) > last:
            yield tree.problem(("tax", key), f"a figure for a fiscal quarter up to {last}", f"{min(labels)} and later")
