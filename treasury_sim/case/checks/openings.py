"""Stated opening balances of lots: their date, framework and revaluation surplus."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.case.checks.days import near_end
from treasury_sim.case.checks.draft import Breach, CrossCheck, DraftCase
from treasury_sim.domain.holding import Lot, Opening
from treasury_sim.domain.lookup import nearest

READS = ("holder.fiscal_year_end", "period", "accounting.frameworks", "accounting.fees")
"""Keys that the rules of an opening read, besides its lot."""


def check_opening(draft: DraftCase, lot: Lot) -> Iterator[Breach]:
    """Yield breaches of the rules for the opening of a lot, each at a key of the opening."""
    opening = lot.opening
    if opening is None:
        return
    fiscal, start, day = draft.calendar, draft.spec.period.start, opening.date
    if fiscal.quarter(day).end != day:
        fix = f"The nearest is {near_end(fiscal, day)}."
        yield Breach(("date",), "the last day of a fiscal quarter", str(day), fix)
    elif day >= start:
        yield Breach(("date",), f"a day before the period, which starts on {start}", str(day))
    elif day < lot.last_day:
        yield Breach(("date",), f"a day on or after the purchase, {lot.last_day}", str(day))
    name, chosen = opening.framework, draft.spec.accounting.frameworks
    if name not in FRAMEWORKS:
        yield Breach(("framework",), "an accounting framework", name, nearest(name, list(FRAMEWORKS)))
        return
    yield from _check_surplus(lot, opening, expenses=draft.spec.accounting.fees == "expense")
    if chosen != (name,):
        expected = f"the only framework of the scenario, which runs {', '.join(chosen)}"
        fix = f"Set accounting.frameworks: [{name}]; run the others without openings."
        yield Breach(("framework",), expected, name, fix)


def _check_surplus(lot: Lot, opening: Opening, *, expenses: bool) -> Iterator[Breach]:
    """The surplus must be the excess of the carrying amount over cost, and the framework must have one."""
    surplus, above_cost = opening.surplus, opening.carrying - lot.unit_cost
    if not surplus:
        return
    with_surplus = [key for key, framework in FRAMEWORKS.items() if framework.rule.surplus_to_oci]
    if opening.framework not in with_surplus:
        expected = f"no surplus under {opening.framework}: only {' and '.join(with_surplus)} have one"
        yield Breach(("surplus",), expected, f"{surplus}", "Remove `surplus`.")
        return
    right = max(0.0, above_cost - (0.0 if expenses else lot.fee / lot.quantity))
    if not any(isclose(surplus, value, rel_tol=1e-9) for value in (right, max(0.0, above_cost))):
        expected = f"{right:.12g}, the carrying amount per unit less its cost"
        yield Breach(("surplus",), expected, f"{surplus}", f"Set surplus: {right:.12g}.")


def _check_lots(draft: DraftCase) -> Iterator[Breach]:
    """Lots that the scenario lists; those of a table have their places there."""
    if not isinstance(draft.spec.holder.lots, tuple):
        return
    for number, lot in draft.rows("holder", "lots"):
        for breach in check_opening(draft, lot):
            yield breach._replace(path=("holder", "lots", number, "opening", *breach.path))


RULES = (CrossCheck(("holder.lots[]", *READS), _check_lots),)
