"""German GAAP, current asset: strict lower of cost and market.

A lot is written down to a lower value at the balance-sheet date even if the fall is temporary (section 253(4)),
and written up when the reason falls away, up to cost (253(5) sentence 1). Lots are valued one by one: dear lots are
written down, cheap lots keep their hidden reserves (252(1) no. 3).

Sources: HGB sections 252(1) no. 3, 253(1), 253(4), 253(5).
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="hgb_current_asset",
    title="Germany, current asset",
    citation="HGB s. 253(1), (4) and (5)",
    summary=("Each lot at the lower of cost and the price at the balance-sheet date; written up again to cost."),
    loss_name="write-down of crypto assets",
    gain_name="write-up of crypto assets",
    effective="In force",
    rule=Rule(price="reporting_date", ceiling_at_cost=True, at_release="last_carrying", may_be_year_to_date=True),
    tax_asset="none",
)
