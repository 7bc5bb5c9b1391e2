"""US GAAP across the change of rule: ASC 350-30 until ASU 2023-08 is adopted, ASC 350-60 from then on.

The adoption is as of the first day of a fiscal year. The difference between fair value and carrying amount at the
end of the year before goes to opening retained earnings, never through net income, and prior years are not
restated (ASC 350-60-65-1).

Sources: ASC 350-60-65-1; Deloitte, Roadmap Digital Assets, 7.1; Strategy 10-Q 2025-03-31 (+12,746,378 thousand net
of tax on 1 January 2025).
"""

from __future__ import annotations

from dataclasses import replace

from treasury_sim.accounting import us_gaap_fair_value, us_gaap_impairment

FRAMEWORK = replace(
    us_gaap_fair_value.FRAMEWORK,
    key="us_gaap",
    title="US GAAP as in force",
    citation="ASC 350-30-35-18 to 35-20, then ASC 350-60-35-1 and 65-1",
    summary="Cost less impairment until ASU 2023-08 is adopted, fair value from then on; the step goes to equity.",
    effective="Adoption is mandatory for fiscal years beginning after 15 December 2024",
    predecessor=us_gaap_impairment.FRAMEWORK,
)
