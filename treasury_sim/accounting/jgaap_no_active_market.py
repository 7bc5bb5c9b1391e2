"""Japanese GAAP, crypto assets without an active market: cost, written down and never up.

If the estimated disposal value at a closing date is below cost, the lot is written down to it; the loss is direct
and not reversed (paragraph 7, BC 44). So the carrying amount is min(cost, lowest disposal value at any closing
date).

Sources: ASBJ PITF No. 38, paragraphs 6, 7 and BC 44.
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="jgaap_no_active_market",
    title="Japan, no active market",
    citation="ASBJ PITF No. 38, paragraphs 6 and 7",
    summary=("Each lot at the lower of cost and the lowest disposal value at any closing date; never written up."),
    loss_name="write-down of crypto assets",
    gain_name="write-down of crypto assets",
    effective="Fiscal years from 1 April 2018",
    rule=Rule(price="lowest_reporting_date", ceiling_at_cost=True, at_release="last_carrying"),
)
