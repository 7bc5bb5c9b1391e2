"""IFRS, IAS 38 cost model with impairment and reversal under IAS 36.

Carrying amount of a lot = min(cost, recoverable amount at the reporting date). Recoverable amount is taken as fair
value less costs of disposal: value in use of a coin that yields nothing is not higher. A loss and its reversal go
to profit or loss (36.60, 36.119); the reversal is required when the price recovers (36.110, 36.114) and stops at
cost (36.117). The low inside the period does not matter. Interim periods are year to date: an interim loss may have
reversed by the year end (IAS 34.28).

Sources: IAS 38.72 to 38.74; IAS 36.9, 36.10, 36.59 to 36.60, 36.110 to 36.119; IFRIC agenda decision, June 2019.
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="ifrs_cost",
    title="IFRS, cost model",
    citation="IAS 38.74, IAS 36.59 to 36.60 and 36.110 to 36.119",
    summary=(
        "Each lot at the lower of cost and the price at the reporting date less costs of disposal; reversed up to cost."
    ),
    loss_name="impairment loss on intangible assets",
    gain_name="reversal of impairment on intangible assets",
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
