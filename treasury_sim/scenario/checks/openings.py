"""Stated opening balances: their date, framework and revaluation surplus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from math import isclose
from typing import Any

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.case.fields import is_number
from treasury_sim.domain.lookup import nearest
from treasury_sim.errors import Problem
from treasury_sim.scenario.checks.as_read import calendar, day_at, frameworks, near_end, usable
from treasury_sim.scenario.source.tree import Tree


def check_opening(tree: Tree, lot: Mapping[Any, Any], tell: Callable[..., Problem]) -> Iterator[Problem]:
    """Yield breaches of the rules for a stated opening.

    Parameters
    ----------
    lot
        The lot as read, valid or not.
    tell
        Makes a problem from a key of the opening, what was expected, what was found, and the fix.
    """
    fiscal, start = calendar(tree), day_at(tree, "period", "start")
    values = lot["opening"]
    day, bought = usable(values.get("date")), _complete(lot)
    if day is not None and fiscal is not None and fiscal.quarter(day).end != day:
        fix = f"The nearest is {near_end(fiscal, day)}."
        yield tell("date", "the last day of a fiscal quarter", str(day), fix)
    elif day is not None and start is not None and day >= start:
        yield tell("date", f"a day before the period, which starts on {start}", str(day))
    elif day is not None and bought is not None and day < bought:
        yield tell("date", f"a day on or after the purchase, {bought}", str(day))
    yield from _check_surplus(tree, lot, tell)
    name, chosen = values.get("framework"), frameworks(tree)
    if not isinstance(name, str) or not name:
        return
    if name not in FRAMEWORKS:
        yield tell("framework", "an accounting framework", name, nearest(name, list(FRAMEWORKS)))
    elif chosen != [name]:
        expected = f"the only framework of the scenario, which runs {', '.join(map(str, chosen))}"
        fix = f"Set accounting.frameworks: [{name}]; run the others without openings."
        yield tell("framework", expected, name, fix)


def _check_surplus(tree: Tree, lot: Mapping[Any, Any], tell: Callable[..., Problem]) -> Iterator[Problem]:
    """The surplus must be the excess of the carrying amount over cost, and the framework must have one."""
    values = lot["opening"]
    surplus, carrying, name = values.get("surplus"), values.get("carrying"), values.get("framework")
    cost, fee, quantity = lot.get("unit_cost"), lot.get("fee") or 0.0, lot.get("quantity")
    total = lot.get("total_cost")
    if cost is None and is_number(total) and is_number(quantity) and quantity > 0:
        cost = total / quantity
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
            expected = f"{right:.12g}, the carrying amount per unit less its cost"
            yield tell("surplus", expected, f"{surplus}", f"Set surplus: {right:.12g}.")


def _complete(lot: Mapping[Any, Any]) -> date | None:
    """Return the last day of the purchase of a lot as read."""
    days = lot.get("acquired")
    last = days[-1] if isinstance(days, (list, tuple)) and days else lot.get("acquired_to") or days
    return usable(last)
