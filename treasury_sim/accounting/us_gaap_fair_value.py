"""US GAAP from ASU 2023-08: crypto assets at fair value through net income, ASC 350-60.

Carrying amount = units x price at the cut-off of the reporting date (350-60-35-1, ASC 820), with changes in net
income, both ways. Units are remeasured to their sale price before they leave, so a sale itself brings only its
cost into income; the gain against cost is a disclosure (350-60-50), already contained in the remeasurement.

Sources: ASC 350-60-35-1, 45-1, 45-2; Deloitte, Roadmap Digital Assets, 4.2 and 6.2.
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="us_gaap_fair_value",
    title="US GAAP, fair value",
    citation="ASC 350-60-35-1 (ASU 2023-08)",
    summary="Units times the price at the quarter-end cut-off; every change goes through net income.",
    loss_name="unrealised loss on digital assets",
    gain_name="unrealised gain on digital assets",
    effective="Fiscal years beginning after 15 December 2024; earlier adoption was allowed",
    rule=Rule(price="reporting_date", ceiling_at_cost=False, at_release="sale_price"),
)
