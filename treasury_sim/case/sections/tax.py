"""`tax:`, income tax."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from treasury_sim.case.fields import Day, FiscalYear, NotNegative, PerQuarter, Rate, Rows, Spec, fault
from treasury_sim.case.strict import row
from treasury_sim.tax.rules.stated import RateChange


def _check_dates(change: RateChange) -> RateChange:
    enacted = change.enacted or change.effective
    if enacted > change.effective:
        raise fault(f"an enactment up to {change.effective}, when the rate is effective", found=f"enacted {enacted}")
    if change.substantively_enacted is not None and change.substantively_enacted > enacted:
        actual = f"substantively_enacted {change.substantively_enacted}"
        raise fault(f"a day up to {enacted}, when the rate is enacted", found=actual)
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
    """Income tax of the holder: one taxpayer, all of whose coins have the same character."""

    rate: Rate | None = None
    """Combined rate, `0.2873` or `28.73%`."""
    rate_changes: Rows[RateChangeRow] = ()
    """Rates that replace `rate`: current tax from `effective`, deferred tax from `enacted`."""
    jurisdiction: Literal["us"] | None = None
    """Instead of a rate: the federal rate in force each quarter, plus `state_rate`."""
    state_rate: Rate = 0.0
    """State rate, deductible from federal income."""
    character: Literal["ordinary", "capital"] = "ordinary"
    """Whether a loss on a sale offsets any income, or only capital gains: three years back and five forward."""
    support: PerQuarter[NotNegative] | None = None
    """Tax that supports a deferred tax asset besides liabilities and carry-backs [currency]; none: not tested."""
    appreciation_supports: bool = False
    """Whether fair value above the carrying amount counts as a source of income for a deferred tax asset."""
    recognise_asset: bool = False
    """Whether a deferred tax asset is recognised where the framework makes it optional (HGB, Swiss CO)."""
    capital_gains: Mapping[FiscalYear, NotNegative] = Field(default_factory=dict)
    """Net capital gains of earlier years, other than on the coins, to which a loss may be carried back."""
    capital_losses: Mapping[FiscalYear, NotNegative] = Field(default_factory=dict)
    """Capital losses of earlier years, other than on the coins, that are carried forward."""
    other_deferred_tax_asset: PerQuarter[NotNegative] = 0.0
    """Other deferred tax assets that rely on the coins' deferred tax liability [currency]."""
    net_operating_loss: PerQuarter[NotNegative] = 0.0
    """Net operating losses carried forward, before tax [currency]."""
    other_support: PerQuarter[NotNegative] = 0.0
    """Tax that supports those other assets besides the coins' deferred tax liability [currency]."""
    minimum_tax: Literal["none", "camt"] = "none"
    """Whether the holder is subject to the US corporate alternative minimum tax (CAMT)."""
    exclude_unrealised: bool = True
    """Whether unrealised results are excluded from CAMT as early as allowed (Notices 2025-46, 2025-49)."""

    @property
    def is_computed(self) -> bool:
        """Whether the scenario states a tax rate."""
        return self.rate is not None or self.jurisdiction is not None
