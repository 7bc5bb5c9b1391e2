"""Swiss Code of Obligations: the option to carry at the observable market price.

All units of the position at the market price, even above cost (960b(1)). A fluctuation reserve may be charged to
profit or loss; it may not take the value below the lower of cost and market (960b(2)), so it is a share of the
excess over cost (`accounting.fluctuation_reserve`).

Sources: CO art. 960b.
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="swiss_co_market",
    title="Switzerland, market price",
    citation="CO art. 960b",
    summary=(
        "Market price at the balance-sheet date, less a fluctuation reserve on any excess over cost; through "
        "profit or loss."
    ),
    loss_name="valuation loss on crypto assets",
    gain_name="valuation gain on crypto assets",
    effective="In force",
    rule=Rule(
        price="reporting_date",
        ceiling_at_cost=False,
        at_release="last_carrying",
        keeps_reserve=True,
        may_be_year_to_date=True,
    ),
    tax_asset="none",
)
