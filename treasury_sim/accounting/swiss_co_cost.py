"""Swiss Code of Obligations: at most cost, less necessary write-downs.

Assets are valued one by one (960) and at most at cost less write-downs (960a); a write-down that is no longer
needed is reversed, up to cost.

Sources: CO art. 960, 960a.
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="swiss_co_cost",
    title="Switzerland, cost",
    citation="CO art. 960 and 960a",
    summary=("Each lot at the lower of cost and the price at the balance-sheet date; written up again to cost."),
    loss_name="write-down of crypto assets",
    gain_name="write-up of crypto assets",
    effective="In force",
    rule=Rule(price="reporting_date", ceiling_at_cost=True, at_release="last_carrying", may_be_year_to_date=True),
    tax_asset="none",
)
