"""The keys of a scenario. A key that is not here is a mistake; rules that span sections are in `checks`.

Money is in currency units: `holder.units` is applied before a file is validated.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from treasury_sim.domain.timeline import FiscalCalendar, Quarter
from treasury_sim.scenario.fields import (
    Currency,
    Day,
    Label,
    MonthDay,
    NotNegative,
    NotPositive,
    PerQuarter,
    Positive,
    Rate,
    Rows,
    Signed,
    Spec,
    Text,
    Tolerance,
    Whole,
    fault,
    percent,
)
from treasury_sim.scenario.rows import (
    LoanRow,
    LotRelief,
    LotRow,
    PaymentRow,
    PurchaseRow,
    ReceiptRow,
    RestrictionRow,
    SaleRow,
    SwapRow,
    TransferRow,
)

ADOPTION_YEARS_BEGIN_AFTER = date(2024, 12, 15)
"""ASU 2023-08 is effective for fiscal years that begin after this day (ASC 350-60-65-1)."""


def _file_or_rows(value: object) -> str | None:
    if isinstance(value, str):
        return "file"
    if isinstance(value, (dict, LotsExport)):
        return "export"
    return "rows" if isinstance(value, (list, tuple)) else None


_FileOrRows = Discriminator(
    _file_or_rows,
    custom_error_type="fault",
    custom_error_message="{expected}",
    custom_error_context={
        "expected": "the name of a CSV or XLSX file, a list of lots, or {file, mapping}",
        "found": "",
        "fix": "",
    },
)


class LotsExport(Spec):
    """A file that another tool exported, and what its columns mean."""

    file: Text
    """The CSV file."""
    mapping: Text
    """A shipped mapping by its name, or a mapping file."""
    assets: Rows[Text] = ()
    """Assets to take; those of the mapping if not given."""


class Holder(Spec):
    """Who holds the coins."""

    name: Text
    """Name of the company."""
    currency: Currency = "USD"
    """Functional and presentation currency; all money is in it unless said."""
    units: Annotated[Literal[1, 1_000, 1_000_000], Whole] = 1
    """Scale of money in the file that says it; per-coin and per-share figures are never scaled."""
    fiscal_year_end: MonthDay = "12-31"
    """Last day of the fiscal year, "MM-DD" in quotes."""
    lots: Annotated[
        Annotated[Text, Tag("file")] | Annotated[Rows[LotRow], Tag("rows")] | Annotated[LotsExport, Tag("export")],
        _FileOrRows,
    ] = ()
    """Lots held: a CSV or XLSX file (`library:` for shipped data), a list, or another tool's export."""


class Period(Spec):
    """What is reported: whole fiscal quarters."""

    start: Day
    """First day."""
    end: Day
    """Last day."""


Pool = Literal["wallet", "all"]


class Plan(Spec):
    """What the holder does besides its list of lots."""

    window_timing: Literal["even", "start", "end"] = "even"
    """When in its window an event happens: every day alike, all on the first day, or all on the last."""
    purchases: Rows[PurchaseRow] = ()
    """Purchases."""
    receipts: Rows[ReceiptRow] = ()
    """Coins received as income."""
    transfers: Rows[TransferRow] = ()
    """Moves between wallets of the holder."""
    sales: Rows[SaleRow] = ()
    """Sales."""
    payments: Rows[PaymentRow] = ()
    """Payments in coins."""
    swaps: Rows[SwapRow] = ()
    """Coins exchanged for other coins."""
    loans: Rows[LoanRow] = ()
    """Coins lent out."""
    restrictions: Rows[RestrictionRow] = ()
    """Coins that cannot be sold freely."""
    lot_relief: LotRelief = "fifo"
    """Which lots a disposal takes, in the books."""
    tax_lot_relief: LotRelief | None = None
    """Which lots a disposal takes for tax; as in the books if not given."""
    pool: Pool = "wallet"
    """Lots that a disposal may take, in the books: those of its wallet, or all."""
    tax_pool: Pool | None = None
    """The same for tax; as in the books if not given."""


class QuarterLow(Spec):
    """The lowest price of a quarter, as a filing tells it."""

    price: Positive
    """[currency/coin]"""
    date: Day
    """The UTC day of it."""


class AssetPrices(Spec):
    """Where the prices of an asset come from."""

    model: Literal["historical"] = "historical"
    """Price model."""
    file: Text | None = None
    """A CSV file of daily prices (date, low, close); embedded history if not given."""
    quarter_end: Mapping[Day, Positive] = Field(default_factory=dict)
    """Price at the end of a fiscal quarter [currency/coin]."""
    quarter_low: Mapping[Day, QuarterLow] = Field(default_factory=dict)
    """Lowest price of the quarter that ends on the day given."""


class Accounting(Spec):
    """The choices of the accounting frameworks."""

    frameworks: Annotated[Rows[Text], Field(min_length=1)] = ("us_gaap",)
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


class Tax(Spec):
    """Income tax."""

    rate: Rate | None = None
    """Combined rate, `0.2873` or `28.73%`."""


class Income(Spec):
    """Income besides the holdings, signed, for each quarter."""

    other_operating: PerQuarter[Signed] = 0.0
    """Other operating income [currency]; an operating loss is negative."""
    interest: PerQuarter[Signed] = 0.0
    """Interest, net [currency]; interest paid is negative."""


class Capital(Spec):
    """What per-share figures need, for each quarter."""

    preferred_dividends: PerQuarter[NotPositive] | None = None
    """Preferred dividends [currency], negative."""
    weighted_shares: PerQuarter[Positive] | None = None
    """Weighted average shares, basic."""
    weighted_shares_diluted: PerQuarter[Positive] | None = None
    """Weighted average shares, diluted."""


class Expectation(Spec):
    """A published figure that the run has to meet."""

    value: Signed
    """The figure, in the unit of the line."""
    tolerance: Tolerance | None = None
    """How far the result may be off: `0.02%` of the value, or a plain number in the unit of the line."""
    band: Rate | None = None
    """How far the band of window timings may be off, relative to the value."""
    rounding: NotNegative | None = None
    """Half the width of the rounding of the published figure."""
    source: str = ""
    """The filing it is from."""

    @property
    def allowance(self) -> float | None:
        """How far the result may be off, in the unit of the line; ``None`` without a tolerance."""
        if not isinstance(self.tolerance, str):
            return self.tolerance
        return abs(self.value) * (percent(self.tolerance) or 0.0)

    @model_validator(mode="after")
    def _check_tolerance(self) -> Self:
        if self.tolerance is None and self.band is None:
            raise fault("a tolerance or a band", found="neither", fix="Add `tolerance: 0.02%`, say.")
        if self.value == 0 and not isinstance(self.tolerance, float):
            fix = "A share of zero is zero: give `tolerance` as a plain number."
            raise fault("an absolute tolerance, since the value is 0", found=self.tolerance or "none", fix=fix)
        return self


class ScenarioSpec(Spec):
    """A whole scenario, as its file states it."""

    schema_version: Annotated[Literal[1], Whole] = Field(alias="schema")
    """Version of the scenario language."""
    title: Text
    """One line, shown above every result."""
    author: str = ""
    """Who wrote the scenario."""
    description: str = ""
    """What is modelled, and what is not."""
    holder: Holder
    """Who holds the coins, and the lots."""
    period: Period
    """What is reported."""
    plan: Plan = Field(default_factory=Plan)
    """Events besides the lots held."""
    prices: Mapping[Text, AssetPrices] = Field(default_factory=dict)
    """Prices by asset."""
    accounting: Accounting = Field(default_factory=Accounting)
    """Frameworks and their choices."""
    tax: Tax = Field(default_factory=Tax)
    """Income tax."""
    income: Income = Field(default_factory=Income)
    """Income besides the holdings."""
    capital: Capital = Field(default_factory=Capital)
    """Shares and preferred dividends."""
    expect: Mapping[str, Mapping[str, Mapping[str, Expectation]]] = Field(default_factory=dict)
    """Published figures by framework, fiscal quarter or year, and line."""

    @property
    def calendar(self) -> FiscalCalendar:
        """The fiscal year of the holder."""
        return calendar_of(self.holder.fiscal_year_end)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """The fiscal quarters of the period."""
        return self.calendar.quarters(self.period.start, self.period.end)

    @property
    def adoption_date(self) -> date:
        """First day under ASU 2023-08, given or by default."""
        return self.accounting.adoption_date or default_adoption_date(self.calendar)


def calendar_of(fiscal_year_end: str) -> FiscalCalendar:
    """Return the fiscal calendar of a year that ends on ``MM-DD``."""
    month, day = fiscal_year_end.split("-")
    return FiscalCalendar(int(month), int(day))


def default_adoption_date(calendar: FiscalCalendar) -> date:
    """Return the first day of the first fiscal year that begins after 2024-12-15 (ASC 350-60-65-1)."""
    quarter = calendar.quarter(ADOPTION_YEARS_BEGIN_AFTER)
    while quarter.number != 1 or quarter.start <= ADOPTION_YEARS_BEGIN_AFTER:
        quarter = calendar.quarters(quarter.start, date.fromordinal(quarter.end.toordinal() + 1))[-1]
    return quarter.start
