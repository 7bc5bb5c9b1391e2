"""US GAAP across the change of rule: ASC 350-30 until ASU 2023-08 is adopted, ASC 350-60 from then on.

The adoption is as of the first day of a fiscal year. The difference between fair value and carrying amount at the
end of the year before goes to opening retained earnings, never through net income, and prior years are not
restated (ASC 350-60-65-1).

Sources: ASC 350-60-65-1; Deloitte, Roadmap Digital Assets, 7.1; Strategy 10-Q 2025-03-31 (+12,746,378 thousand net
of tax on 1 January 2025).
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from treasury_sim.domain.ledger import Ledger
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.statements import Measurement
from treasury_sim.domain.timeline import Timeline
from treasury_sim.frameworks import us_gaap_fair_value, us_gaap_impairment
from treasury_sim.frameworks.framework import AccountingPolicy, Framework


def measure(ledger: Ledger, timeline: Timeline, marks: Marks, policy: AccountingPolicy) -> Measurement:
    """Measure `ledger` by ASC 350-30 before `policy.adoption_quarter` and by ASC 350-60 from it on."""
    before = us_gaap_impairment.measure(ledger, timeline, marks, policy)
    after = us_gaap_fair_value.measure(ledger, timeline, marks, policy)
    adopted = np.arange(len(timeline.quarters)) >= policy.adoption_quarter
    spliced = {
        field.name: np.where(adopted, getattr(after, field.name), getattr(before, field.name))
        for field in fields(Measurement)
    }
    last = policy.adoption_quarter - 1
    if 0 <= last < len(timeline.quarters) - 1:
        spliced["equity_direct"][:, last + 1] = after.carrying[:, last] - before.carrying[:, last]
    return Measurement(**spliced)


FRAMEWORK = Framework(
    key="us_gaap",
    title="US GAAP as in force",
    citation="ASC 350-30-35-18 to 35-20, then ASC 350-60-35-1 and 65-1",
    rule="Cost less impairment until ASU 2023-08 is adopted, fair value from then on; the step goes to equity.",
    loss_name="unrealised loss on digital assets",
    gain_name="unrealised gain on digital assets",
    is_impairment=False,
    effective="Adoption is mandatory for fiscal years beginning after 15 December 2024",
    measure=measure,
    predecessor=us_gaap_impairment.FRAMEWORK,
)
