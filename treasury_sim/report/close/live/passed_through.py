"""Cumulative remeasurement of a unit in P&L and OCI, as formulas."""

from __future__ import annotations

from treasury_sim.accounting.rule import Rule


def passed_through(rule: Rule, cost: str, price: str, reserve: str) -> tuple[str, str]:
    """Cumulative remeasurement of a unit in P&L and OCI since its acquisition, from its cost and price."""
    if rule.ceiling_at_cost:
        above = f"MIN({price}-{cost},0)"
    elif rule.keeps_reserve:
        above = f"IF({price}>{cost},({price}-{cost})*(1-{reserve}),{price}-{cost})"
    else:
        above = f"({price}-{cost})"
    if rule.surplus_to_oci:
        return f"MIN({price}-{cost},0)", f"MAX({price}-{cost},0)"
    return above, "0"
