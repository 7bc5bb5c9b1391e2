"""`tax:`, income tax."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from treasury_sim.scenario.fields import Day, FiscalYear, NotNegative, PerQuarter, Rate, Rows, Spec, fault
from treasury_sim.scenario.strict import row
from treasury_sim.tax.rules.stated import RateChange


def _check_dates(change: RateChange) -> RateChange:
    enacted = change.enacted or change.effective
    if enacted > change.effective:
        raise fault(f"an enactment up to {change.effective}, when the rate is effective", found=f"enacted {enacted}")
    if change.substantively_enacted is not None and change.substantively_enacted > enacted:
        found = f"substantively_enacted {change.substantively_enacted}"
        raise fault(f"a day up to {enacted}, when the rate is enacted", found=found)
    return change


RateChangeRow = Annotated[
    RateChange,
    row(
        RateChange,
        Spec,
        rate=Rate,
        effective=Day,
        enacted=Day | None,
        substantively_enacted=Day | None,
    ),
    AfterValidator(_check_dates),
]


class Tax(Spec):
    """Income tax of the holder: one taxpayer, whose coins all have one character."""

    rate: Rate | None = None
    """Combined rate, `0.2873` or `28.73%`."""
    rate_changes: Rows[RateChangeRow] = ()
    """Rates that follow `rate`: current tax from `effective`, deferred tax from `enacted` on."""
    jurisdiction: Literal["us"] | None = None
    """Instead of a rate: the federal rate in force in each quarter, with `state_rate`."""
    state_rate: Rate = 0.0
    """State rate, deductible from federal income."""
    character: Literal["ordinary", "capital"] = "ordinary"
    """Whether a loss on a sale offsets any income, or capital gains only: three years back and five forward."""
    support: PerQuarter[NotNegative] | None = None
    """Tax that supports a deferred tax asset besides liabilities and carry-backs [currency]; not given: not tested."""
    appreciation_supports: bool = False
    """Whether fair value above the carrying amount is a source of income that supports a deferred tax asset."""
    recognise_asset: bool = False
    """Whether a deferred tax asset is recognised where the framework leaves it to the holder (HGB, Swiss CO)."""
    capital_gains: Mapping[FiscalYear, NotNegative] = Field(default_factory=dict)
    """Net capital gains of years before the period, besides those of the coins, that a loss may be carried back to."""
    capital_losses: Mapping[FiscalYear, NotNegative] = Field(default_factory=dict)
    """Capital losses of years before the period, besides those of the coins, that are carried forward."""
    other_deferred_tax_asset: PerQuarter[NotNegative] = 0.0
    """Other deferred tax assets that rely on the liability on the coins [currency]."""
    net_operating_loss: PerQuarter[NotNegative] = 0.0
    """Net operating losses carried forward, before tax [currency]."""
    other_support: PerQuarter[NotNegative] = 0.0
    """Tax that supports those other assets besides the liability on the coins [currency]."""
    minimum_tax: Literal["none", "camt"] = "none"
    """Whether the holder is in the scope of the US minimum tax on financial statement income."""
    exclude_unrealised: bool = True
    """Whether unrealised results are left out of the minimum tax as soon as they may be (Notices 2025-46, 2025-49)."""

    @property
    def is_computed(self) -> bool:
        """Whether the scenario says what tax there is."""
        return self.rate is not None or self.jurisdiction is not None
