"""UK, FRS 102 section 18 revaluation model, for assets with an active market.

The same mechanics as IAS 38: any excess over a lot's cost goes to other comprehensive income, any shortfall to
profit or loss, and a realised surplus is not recycled.

Sources: FRS 102 sections 18.18B to 18.18H.
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="frs102_revaluation",
    title="UK, revaluation model",
    citation="FRS 102 s. 18.18B to 18.18H",
    summary=("Price at the reporting date; any excess over a lot's cost goes to OCI, any shortfall to profit or loss."),
    loss_name="revaluation loss on intangible assets",
    gain_name="reversal of revaluation loss on intangible assets",
    effective="In force, where there is an active market",
    rule=Rule(
        price="reporting_date",
        ceiling_at_cost=False,
        at_release="last_carrying",
        surplus_to_oci=True,
        may_be_year_to_date=True,
    ),
    tax_asset="unrecognised",
)
