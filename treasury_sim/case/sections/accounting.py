"""`accounting:`, the frameworks and the policy choices they allow."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from treasury_sim.case.fields import Day, Label, Rate, Rows, Spec, Text
from treasury_sim.case.names import FrameworkName


class Accounting(Spec):
    """Frameworks and the holder's policy choices under them."""

    frameworks: Annotated[Rows[FrameworkName], Field(min_length=1, json_schema_extra={"uniqueItems": True})] = (
        "us_gaap",
    )
    """Frameworks to report under."""
    adoption_date: Day | None = None
    """First day under ASU 2023-08; by default the start of the first fiscal year that begins after 2024-12-15."""
    impairment_price: Literal["intraday_low", "daily_close", "weekly", "month_end", "period_end"] = "intraday_low"
    """Prices observed for an impairment test."""
    cutoff: Literal["16:00 America/New_York", "00:00 UTC"] = "16:00 America/New_York"
    """Time of day at which a quarter ends."""
    fees: Literal["capitalise", "expense"] = "capitalise"
    """Treatment of purchase fees in the books; the tax basis always includes them."""
    unit_of_account: Literal["lot", "asset"] = "lot"
    """Unit that is tested and measured: each lot, or all units of an asset."""
    disposal_costs: Rate = 0.0
    """Costs of disposal as a share of the price, for frameworks that deduct them."""
    scope: Mapping[Text, Literal["us_gaap_impairment", "us_gaap_fair_value"]] = Field(default_factory=dict)
    """Framework by asset, for assets outside the scope of ASC 350-60, or within it."""
    permanent: Rows[Label] = ()
    """Quarters in which a decline is expected to be permanent."""
    remeasure_before_disposal: bool = False
    """Under a revaluation model, whether coins are first revalued to the price at disposal."""
    interim: Literal["each_quarter", "year_to_date"] = "each_quarter"
    """Whether each quarter end is a separate reporting date, or interim figures are year to date (IAS 34.28)."""
    fluctuation_reserve: Rate = 0.0
    """Fluctuation reserve as a share of the excess of price over cost (Swiss CO 960b)."""
