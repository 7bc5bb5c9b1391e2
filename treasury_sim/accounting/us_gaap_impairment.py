"""US GAAP before ASU 2023-08: an indefinite-lived intangible at cost less impairment, ASC 350-30.

Carrying amount of a lot = min(cost, lowest price quoted on the principal market since it was bought); the reduced
amount is the new basis (350-30-35-19) and is never written up again (350-30-35-20). Every quote below the carrying
amount is evidence of impairment at that instant, so the test price is the lowest one since the purchase and not
that of the balance-sheet date. Each quarter's charge is final: nothing is restored in a later quarter or at the
year end.

Sources: ASC 350-30-35-18 to 35-20; Deloitte, Roadmap Digital Assets, 4.1; MicroStrategy 10-K 2024, note on digital
assets ("lowest price of one bitcoin quoted on the active exchange at any time since acquiring").
"""

from __future__ import annotations

from treasury_sim.accounting.framework import Framework
from treasury_sim.accounting.rule import Rule

FRAMEWORK = Framework(
    key="us_gaap_impairment",
    title="US GAAP, cost less impairment",
    citation="ASC 350-30-35-18 to 35-20",
    summary="Each lot at the lower of cost and the lowest price since it was bought; never written up.",
    loss_name="impairment of digital assets",
    gain_name="impairment of digital assets",
    effective="Before ASU 2023-08; still in force for tokens outside ASC 350-60",
    rule=Rule(price="lowest_since_acquisition", ceiling_at_cost=True, at_release="observed"),
)
