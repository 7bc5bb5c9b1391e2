"""IFRS, IAS 38 revaluation model, for assets with an active market.

Carrying amount = price at the reporting date. An increase goes to other comprehensive income, except as far as it
reverses a decrease of the same lot in profit or loss (38.85); a decrease goes to profit or loss, except as far as
the lot has a surplus (38.86). So for a lot: surplus = max(0, price - cost), through profit or loss since purchase
= min(0, price - cost). A realised surplus goes to retained earnings, never through profit or loss (38.87); the
gain on a sale is proceeds less carrying amount (38.113). Whether units are remeasured just before a sale is the
holder's choice (`accounting.remeasure_before_disposal`).

Sources: IAS 38.75 to 38.87, 38.113; IAS 12.61A (tax of the OCI part goes to OCI).
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="ifrs_revaluation",
    title="IFRS, revaluation model",
    citation="IAS 38.75 to 38.87",
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
