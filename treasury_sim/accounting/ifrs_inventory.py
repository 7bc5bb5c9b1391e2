"""IFRS, IAS 2 inventory at the lower of cost and net realisable value.

For coins held for sale in the ordinary course of business. Carrying amount of a lot = min(cost, price less costs
to sell). A write-down is an expense; a later recovery reverses it, up to the original write-down (2.33, 2.34).
Cost formulas are FIFO or weighted average (2.25).

Sources: IAS 2.9, 2.25, 2.33, 2.34; IFRIC agenda decision, June 2019.
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="ifrs_inventory",
    title="IFRS, inventory",
    citation="IAS 2.9, 2.33 and 2.34",
    summary=(
        "Each lot at the lower of cost and the price at the reporting date less costs to sell; reversed up to cost."
    ),
    loss_name="write-down of inventories",
    gain_name="reversal of write-down of inventories",
    effective="In force",
    rule=Rule(
        price="reporting_date",
        ceiling_at_cost=True,
        at_release="last_carrying",
        less_disposal_costs=True,
        may_be_year_to_date=True,
    ),
    tax_asset="unrecognised",
)
