"""Cumulative remeasurement of a unit, as terms."""

from __future__ import annotations

from treasury_sim.accounting.rule import Rule
from treasury_sim.report.close.live.terms import ONE, ZERO, Term, above_zero, least


def remeasured(rule: Rule, cost: Term, price: Term, reserve: Term) -> tuple[Term, Term]:
    """Cumulative remeasurement of a unit in P&L and in OCI since its acquisition, from its cost and test price.

    Parameters
    ----------
    reserve
        Share of the excess over cost that stays in a fluctuation reserve.
    """
    change = price - cost
    fall = least(change, ZERO)
    if rule.surplus_to_oci:
        return fall, above_zero(change)
    if rule.ceiling_at_cost:
        return fall, ZERO
    if rule.keeps_reserve:
        return fall + above_zero(change) * (ONE - reserve), ZERO
    return change, ZERO
