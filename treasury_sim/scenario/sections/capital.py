"""`capital:`, how the holder is funded: figures per share as typed in, or instruments and what becomes of them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from treasury_sim.domain.instruments import ConvertibleNote, Debt, Issuance, PreferredStock
from treasury_sim.scenario.fields import (
    Currency,
    Day,
    NotNegative,
    NotPositive,
    PerQuarter,
    Positive,
    Rate,
    Rows,
    Signed,
    Spec,
    Text,
    fault,
)
from treasury_sim.scenario.names import FrameworkName

Pays = Literal["month", "quarter", "half_year", "year"]

_Share = Annotated[Rate, Field(gt=0)]


class NoteRow(Spec):
    """A convertible note."""

    name: Text
    """What it is called."""
    principal: Positive
    """Outstanding when the period begins."""
    maturity: Day
    """When it falls due."""
    conversion_price: Positive
    """Price of a share at which it converts, in the currency of the holder."""
    coupon: Rate = 0.0
    """Rate of interest a year."""
    put_date: Day | None = None
    """When its holders may ask for cash."""
    pays: Pays = "half_year"
    """How often interest is paid, counted back from the maturity."""
    currency: Currency | None = None
    """Of the principal; that of the holder if not given."""
    source: str = ""
    """Where the terms are from."""

    @model_validator(mode="after")
    def _check_put(self) -> Self:
        if self.put_date is not None and self.put_date >= self.maturity:
            raise fault(f"a put before the maturity, {self.maturity}", found=f"put_date {self.put_date}")
        return self

    @property
    def instrument(self) -> ConvertibleNote:
        """The note as the engine knows it."""
        return ConvertibleNote(**_written(self))


class LoanRow(Spec):
    """A term loan; secured by coins if it states collateral."""

    name: Text
    """What it is called."""
    principal: Positive
    """Outstanding when the period begins."""
    rate: Rate
    """Rate of interest a year."""
    maturity: Day | None = None
    """When it is repaid; not in the run if not given."""
    collateral: NotNegative = 0.0
    """Coins pledged when the period begins."""
    max_ltv: _Share | None = None
    """Loan to value of the collateral at which the lender calls."""
    restored_ltv: _Share | None = None
    """Loan to value to which a call is met."""
    margin_call: Literal["post", "sell"] = "post"
    """Whether a call is met with further coins, as far as there are any, or by selling."""
    executed_at: Literal["trigger", "close"] = "close"
    """At which price: that of the trigger, or the close of the month."""
    pays: Pays = "quarter"
    """How often interest is paid, counted back from the maturity."""
    currency: Currency | None = None
    """Of the principal; that of the holder if not given."""
    source: str = ""
    """Where the terms are from."""

    @model_validator(mode="after")
    def _check_margin(self) -> Self:
        if self.max_ltv is None:
            if self.restored_ltv is not None:
                raise fault("max_ltv beside restored_ltv", found="none", fix="Add `max_ltv`.")
            return self
        if not self.collateral:
            raise fault("collateral beside max_ltv", found="none", fix="Add `collateral`, in coins.")
        if self.restored_ltv is None or self.restored_ltv >= self.max_ltv:
            found = "none" if self.restored_ltv is None else f"{self.restored_ltv:.6g}"
            raise fault(f"restored_ltv below max_ltv, {self.max_ltv:.6g}", found=found)
        return self

    @property
    def instrument(self) -> Debt:
        """The loan as the engine knows it."""
        return Debt(**_written(self))


class PreferredRow(Spec):
    """A series of perpetual preferred stock."""

    name: Text
    """What it is called."""
    notional: Positive
    """Stated amount of all shares when the period begins."""
    rate: Rate
    """Dividend a year as a share of it."""
    rates: Mapping[Day, Rate] = Field(default_factory=dict)
    """Rates from later days on, for a variable rate."""
    cumulative: bool = True
    """Whether a dividend that is not paid is owed."""
    liquidation_preference: Positive | None = None
    """Of all shares; the notional if not given."""
    conversion_shares: NotNegative = 0.0
    """Common shares into which all of them convert."""
    pays: Pays = "quarter"
    """How often dividends are paid, by the calendar."""
    currency: Currency | None = None
    """Of the notional; that of the holder if not given."""
    source: str = ""
    """Where the terms are from."""

    @property
    def instrument(self) -> PreferredStock:
        """The series as the engine knows it."""
        return PreferredStock(**_written(self))


class IssuanceRow(Spec):
    """Stock sold at the market, month by month, under a stated rule."""

    of: Text
    """`common`, or the name of a preferred series."""
    per_month: Positive
    """Gross proceeds of a month."""
    above_mnav: NotNegative | None = None
    """Market capitalisation over the value of the coins above which it is done; always if not given."""
    up_to: Positive | None = None
    """Gross proceeds of all months; without limit if not given."""
    to_bitcoin: Rate = 0.0
    """Share of the net proceeds spent on coins, once what is due is paid."""
    price: Positive = 1.0
    """Price of preferred stock as a share of its stated amount."""
    fee: Rate = 0.0
    """Share of the gross proceeds that the seller keeps."""
    source: str = ""
    """Where the programme is from."""

    @property
    def instrument(self) -> Issuance:
        """The programme as the engine knows it."""
        return Issuance(**_written(self))


class OpeningBalance(Spec):
    """What the holder has when the period begins, besides its coins."""

    cash: NotNegative = 0.0
    """Cash, without the reserve."""
    reserve: NotNegative = 0.0
    """Cash kept for interest and dividends; it is drawn before coins are sold."""
    shares: NotNegative = 0.0
    """Common shares outstanding."""
    share_price: Positive | None = None
    """Price of a share."""
    potential_shares: NotNegative = 0.0
    """Shares of options and awards, without what converts."""
    equity: Signed | Mapping[FrameworkName, Signed] | None = None
    """Equity with preferred stock, in one framework or by framework."""


class SharePrice(Spec):
    """How the price of a share follows that of the coins."""

    model: Literal["mnav", "mean_reverting", "beta"] = "mnav"
    """Constant or mean-reverting market capitalisation over the value of the coins, or an elasticity."""
    mnav: Positive | None = None
    """That ratio when the period begins; by default as the opening share price says, else 1."""
    mean: Positive = 1.0
    """With `mean_reverting`: where the ratio goes."""
    speed: NotNegative = 1.0
    """With `mean_reverting`: a year closes 1 - exp(-speed) of the gap."""
    beta: Annotated[float, Field(ge=-10, le=10)] = 1.0
    """With `beta`: by how many per cent the share moves when the coin moves by one."""


class Capital(Spec):
    """How the holder is funded."""

    preferred_dividends: PerQuarter[NotPositive] | None = None
    """Preferred dividends [currency], negative; typed in."""
    weighted_shares: PerQuarter[Positive] | None = None
    """Weighted average shares, basic; typed in."""
    weighted_shares_diluted: PerQuarter[Positive] | None = None
    """Weighted average shares, diluted; typed in."""
    opening: OpeningBalance | None = None
    """What the holder has when the period begins; with it the waterfall runs."""
    asset: Text = "BTC"
    """The asset that is pledged, sold and bought."""
    notes: Rows[NoteRow] = ()
    """Convertible notes, by seniority."""
    loans: Rows[LoanRow] = ()
    """Loans, by seniority; they come before notes."""
    preferred: Rows[PreferredRow] = ()
    """Preferred stock, by seniority."""
    issuance: Rows[IssuanceRow] = ()
    """Stock sold at the market."""
    operating_cash_flow: PerQuarter[Signed] = 0.0
    """Operating cash flow of a quarter, without what is paid on the instruments; a third comes each month."""
    share_price: SharePrice = Field(default_factory=SharePrice)
    """How the price of a share follows."""
    sell_coins: bool = True
    """Whether coins are sold for what cannot be paid otherwise."""
    sell_coins_for_dividends: bool = True
    """Whether they are sold for dividends, too."""


def _written(row: Spec) -> dict[str, Any]:
    return {name: value for name in type(row).model_fields if (value := getattr(row, name)) is not None}
