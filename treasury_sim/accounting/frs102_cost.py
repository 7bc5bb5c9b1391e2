"""UK, FRS 102 section 18 cost model with impairment under section 27.

As the IFRS cost model: recoverable amount at the reporting date, a reversal required and capped at cost. A coin is
taken to have a residual value that leaves nothing to amortise, although section 18 presumes finite lives.

Sources: FRS 102 sections 18.18A, 18.20, 27.5 to 27.6, 27.29 to 27.31.
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="frs102_cost",
    title="UK, cost model",
    citation="FRS 102 s. 18.18A, s. 27.5 and 27.29",
    summary=(
        "Each lot at the lower of cost and the price at the reporting date less costs to sell; reversed up to cost."
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
