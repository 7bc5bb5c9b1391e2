"""`accounting:`, the frameworks and the choices they leave to the holder."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from treasury_sim.scenario.fields import Day, Label, Rate, Rows, Spec, Text
from treasury_sim.scenario.names import FrameworkName


class Accounting(Spec):
    """The choices of the accounting frameworks."""

    frameworks: Annotated[Rows[FrameworkName], Field(min_length=1, json_schema_extra={"uniqueItems": True})] = (
        "us_gaap",
    )
    """Frameworks to measure under."""
    adoption_date: Day | None = None
    """First day under ASU 2023-08; by default that of the first fiscal year that begins after 2024-12-15."""
    impairment_price: Literal["intraday_low", "daily_close", "weekly", "month_end", "period_end"] = "intraday_low"
    """Which prices an impairment test sees."""
    cutoff: Literal["16:00 America/New_York", "00:00 UTC"] = "16:00 America/New_York"
    """The time of day at which a quarter ends."""
    fees: Literal["capitalise", "expense"] = "capitalise"
    """What the books do with purchase fees; the tax basis always includes them."""
    unit_of_account: Literal["lot", "asset"] = "lot"
    """What is tested and measured as one: each lot, or all units of an asset."""
    disposal_costs: Rate = 0.0
    """Costs of disposal as a share of the price, for frameworks that deduct them."""
    scope: Mapping[Text, Literal["us_gaap_impairment", "us_gaap_fair_value"]] = Field(default_factory=dict)
    """Framework by asset, for assets that are not in the scope of ASC 350-60, or are."""
    permanent: Rows[Label] = ()
    """Quarters in which a fall in value is expected to be permanent."""
    remeasure_before_disposal: bool = False
    """Under a revaluation model, whether coins are revalued to the price of their disposal first."""
    interim: Literal["each_quarter", "year_to_date"] = "each_quarter"
    """Whether every quarter end is a reporting date of its own, or interim figures are year to date (IAS 34.28)."""
    fluctuation_reserve: Rate = 0.0
    """Reserve against fluctuations as a share of the excess of price over cost (Swiss CO 960b)."""
