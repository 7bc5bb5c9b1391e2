"""US GAAP from ASU 2023-08: crypto assets at fair value through net income, ASC 350-60.

Carrying amount = units x price at the cut-off of the reporting date (350-60-35-1, ASC 820), with changes in net
income, both ways. Units are remeasured to their sale price before they leave, so a sale itself brings only its
cost into income; the gain against cost is a disclosure (350-60-50), already contained in the remeasurement.

Sources: ASC 350-60-35-1, 45-1, 45-2; Deloitte, Roadmap Digital Assets, 4.2 and 6.2.
"""

from __future__ import annotations

from treasury_sim.domain.arrays import Ints
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks.by_lot import SinceBought, measure_by_lot
from treasury_sim.frameworks.framework import AccountingPolicy, Framework


def measure(ledger: Ledger, timeline: Timeline, marks: Marks, _policy: AccountingPolicy) -> Measurement:
    """Measure `ledger` at fair value through profit or loss, ASC 350-60-35-1."""

    def at_quarter_end(parts: Ints, quarter: int) -> SinceBought:
        return SinceBought(pl=marks.quarter_end[:, quarter, None] - ledger.unit_cost[parts])

    def at_release() -> SinceBought:
        sale_price = ledger.release_gross / ledger.release_quantity
        return SinceBought(pl=(sale_price - ledger.unit_cost[ledger.release_part])[None, :])

    return measure_by_lot(ledger, timeline, at_quarter_end, at_release, is_cost_model=False)


FRAMEWORK = Framework(
    key="us_gaap_fair_value",
    title="US GAAP, fair value",
    citation="ASC 350-60-35-1 (ASU 2023-08)",
    rule="Units times the price at the quarter-end cut-off; every change goes through net income.",
    loss_name="unrealised loss on digital assets",
    gain_name="unrealised gain on digital assets",
    is_impairment=False,
    effective="Fiscal years beginning after 15 December 2024; earlier adoption was allowed",
    measure=measure,
)
