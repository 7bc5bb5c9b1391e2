"""German GAAP, fixed asset: written down only if the fall is expected to be permanent.

A write-down is required where the fall in value is expected to be permanent (section 253(3) sentence 5); whether
it is, is the holder's judgement, stated for each quarter (`accounting.permanent`). Once written down, a lot is
written up when the price recovers, up to cost (253(5) sentence 1), and keeps that amount while later falls are
temporary.

Sources: HGB sections 252(1) no. 3, 253(1), 253(3), 253(5).
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="hgb_fixed_asset",
    title="Germany, fixed asset",
    citation="HGB s. 253(1), (3) and (5)",
    summary=("Each lot at cost, written down only where the fall is held to be permanent; written up again to cost."),
    loss_name="write-down of crypto assets",
    gain_name="write-up of crypto assets",
    effective="In force",
    rule=Rule(price="highest_since_permanent_fall", ceiling_at_cost=True, at_release="last_carrying"),
    tax_asset="none",
)
