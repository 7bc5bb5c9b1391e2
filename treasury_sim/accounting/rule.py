"""The four answers that define an accounting rule: test price, ceiling, place of any excess over cost, release.

A `Rule` answers the four questions and nothing else. `by_lot` and `by_pool` apply any rule to a ledger, lot by lot or
with all units as one unit of account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from treasury_sim.domain.arrays import Bools

Price = Literal["lowest_since_acquisition", "reporting_date", "lowest_reporting_date", "highest_since_permanent_fall"]
"""The price at which a unit is measured.

``lowest_since_acquisition``
    The lowest one observed since the unit was acquired, at any time.
``reporting_date``
    That of the quarter end.
``lowest_reporting_date``
    The lowest of all quarter ends since the unit was acquired.
``highest_since_permanent_fall``
    The highest of the quarter ends since the last one at which the fall was held to be permanent, that one
    included; none before the first.
"""

AtRelease = Literal["observed", "last_carrying", "sale_price", "cost"]
"""The amount at which units are carried when they leave.

``observed``
    The rule is applied to the prices observed up to the sale.
``last_carrying``
    The carrying amount of the last quarter end, or cost if acquired since.
``sale_price``
    They are remeasured to the sale price first.
``cost``
    Cost: unrealised changes are reversed and the whole result is realised.
"""


@dataclass(frozen=True)
class Rule:
    """The answers of one accounting framework.

    Attributes
    ----------
    price
        Price at which units are measured.
    ceiling_at_cost
        Whether the carrying amount may not exceed cost. Only the price of a reporting date may exceed it.
    at_release
        Amount at which units are carried when they leave.
    surplus_to_oci
        Whether any excess over cost goes to other comprehensive income.
    less_disposal_costs
        Whether costs of disposal are deducted from the price.
    keeps_reserve
        Whether a fluctuation reserve is held back from any excess over cost.
    may_be_year_to_date
        Whether interim figures may be taken year to date, see `AccountingPolicy.year_to_date`.
    """

    price: Price
    ceiling_at_cost: bool
    at_release: AtRelease
    surplus_to_oci: bool = False
    less_disposal_costs: bool = False
    keeps_reserve: bool = False
    may_be_year_to_date: bool = False


@dataclass(frozen=True)
class AccountingPolicy:
    """The choices that accounting frameworks leave to the holder.

    Attributes
    ----------
    adoption_quarter
        Position in the timeline of the quarter in which ASU 2023-08 is adopted; the number of quarters if that is
        after the run, 0 if it is before.
    disposal_costs
        Costs of disposal as a share of the price.
    permanent : (quarters,)
        Quarters in which a fall is held to be permanent; ``None`` for never.
    remeasure_before_disposal
        Whether a revaluation model remeasures units to their sale price before they leave.
    fluctuation_reserve
        Share of any excess over cost that is held back.
    year_to_date
        Whether interim figures are year to date, so that the split of the year does not depend on how often it is
        reported (IAS 34.28): an interim measurement does not bind, and units that leave within a year are carried at
        the amount of the previous year end. Otherwise every quarter end is a reporting date.
    """

    adoption_quarter: int = 0
    disposal_costs: float = 0.0
    permanent: Bools | None = None
    remeasure_before_disposal: bool = False
    fluctuation_reserve: float = 0.0
    year_to_date: bool = False
