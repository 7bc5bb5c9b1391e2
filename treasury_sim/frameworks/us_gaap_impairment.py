"""US GAAP before ASU 2023-08: an indefinite-lived intangible at cost less impairment, ASC 350-30.

Carrying amount of a lot = min(cost, lowest price quoted on the principal market since it was bought); the
reduced amount is the new basis (350-30-35-19) and is never written up again (350-30-35-20). Every quote below
the carrying amount is evidence of impairment at that instant, so the test price is the lowest one since the
purchase and not that of the balance-sheet date.

Sources: ASC 350-30-35-18 to 35-20; Deloitte, Roadmap Digital Assets, 4.1; MicroStrategy 10-K 2024, note on
digital assets ("lowest price of one bitcoin quoted on the active exchange at any time since acquiring").
"""

from __future__ import annotations

import numpy as np

from treasury_sim.domain.arrays import Floats, Ints
from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.running_low import RunningLow
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks.by_lot import SinceBought, measure_by_lot
from treasury_sim.frameworks.framework import AccountingPolicy, Framework


def written_down(unit_cost: Floats, lowest: Floats) -> SinceBought:
    """Impairment of a unit since it was bought: ``min(cost, lowest) - cost``, never positive."""
    return SinceBought(pl=np.minimum(lowest - unit_cost, 0.0))


def measure(ledger: Ledger, timeline: Timeline, marks: Marks, _policy: AccountingPolicy) -> Measurement:
    """Measure `ledger` at cost less impairment, ASC 350-30-35-18 to 35-20."""
    low = RunningLow(marks, timeline)

    def at_quarter_end(parts: Ints, quarter: int) -> SinceBought:
        lowest = low.at_quarter_end(ledger.acquired[parts], quarter)
        return written_down(ledger.unit_cost[parts], lowest)

    def at_release() -> SinceBought:
        lowest = low.before_events(ledger.acquired[ledger.release_part], ledger.release_mark)
        return written_down(ledger.unit_cost[ledger.release_part], lowest)

    return measure_by_lot(ledger, timeline, at_quarter_end, at_release, is_cost_model=True)


FRAMEWORK = Framework(
    key="us_gaap_impairment",
    title="US GAAP, cost less impairment",
    citation="ASC 350-30-35-18 to 35-20",
    rule="Each lot at the lower of cost and the lowest price since it was bought; never written up.",
    loss_name="impairment of digital assets",
    gain_name="impairment of digital assets",
    is_impairment=True,
    effective="Before ASU 2023-08; still in force for tokens outside ASC 350-60",
    measure=measure,
)
