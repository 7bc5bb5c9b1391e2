"""Japanese GAAP, crypto assets with an active market: market price through profit or loss.

Carried at market price, the difference to profit or loss of the period, both ways and without a ceiling (paragraph
5). The price is that of the exchange on which the holder itself trades most, without incidental costs (9, 4(7)).

Sources: ASBJ PITF No. 38, paragraphs 5, 8 and 9; fiscal years from 1 April 2018 (18).
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="jgaap_active_market",
    title="Japan, active market",
    citation="ASBJ PITF No. 38, paragraph 5",
    summary="Market price at the reporting date; every change goes through profit or loss.",
    loss_name="valuation loss on crypto assets",
    gain_name="valuation gain on crypto assets",
    effective="Fiscal years from 1 April 2018",
    rule=Rule(price="reporting_date", ceiling_at_cost=False, at_release="last_carrying"),
)
