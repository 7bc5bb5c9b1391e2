"""US GAAP for investment companies: fair value through operations, ASC 946.

Everything is carried at fair value; net realised gains and the change in unrealised appreciation are shown on separate
lines. A realised gain is measured against cost and leaves unrealised appreciation at the same time. A treasury
company is not an investment company merely because it holds bitcoin.

Sources: ASC 946-320-35-1, 946-225-45-6; quarterly reports of the spot bitcoin trusts (2025, 2026).
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="us_gaap_investment_company",
    title="US GAAP, investment company",
    citation="ASC 946-320-35-1",
    summary=(
        "Fair value through operations; realised gains against cost and the change in unrealised appreciation apart."
    ),
    loss_name="change in unrealised appreciation",
    gain_name="change in unrealised appreciation",
    effective="In force",
    rule=Rule(price="reporting_date", ceiling_at_cost=False, at_release="cost"),
)
