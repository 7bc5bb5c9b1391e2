"""IFRS, IAS 2 commodity broker-trader: fair value less costs to sell through profit or loss.

Every change goes to profit or loss; cost is not a ceiling (2.3(b), 2.5).

Sources: IAS 2.3(b), 2.5; IFRIC agenda decision, June 2019.
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="ifrs_broker_trader",
    title="IFRS, broker-trader",
    citation="IAS 2.3(b) and 2.5",
    summary="Price at the reporting date less costs to sell; every change goes through profit or loss.",
    loss_name="fair value loss on inventories",
    gain_name="fair value gain on inventories",
    effective="In force",
    rule=Rule(
        price="reporting_date",
        ceiling_at_cost=False,
        at_release="last_carrying",
        less_disposal_costs=True,
        may_be_year_to_date=True,
    ),
    tax_asset="unrecognised",
)
