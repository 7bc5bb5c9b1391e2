"""`capital:`, how the holder is funded: figures per share as typed in, or instruments and what becomes of them."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

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
from treasury_sim.scenario.strict import row

_Share = Annotated[Rate, Field(gt=0)]


def _check_put(note: ConvertibleNote) -> ConvertibleNote:
    if note.put_date is not None and note.put_date >= note.maturity:
        raise fault(f"a put before the maturity, {note.maturity}", found=f"put_date {note.put_date}")
    return note


def _check_margin(loan: Debt) -> Debt:
    if loan.max_ltv is None:
        if loan.restored_ltv is not None:
            raise fault("max_ltv beside restored_ltv", found="none", fix="Add `max_ltv`.")
        return loan
    if not loan.collateral:
        raise fault("collateral beside max_ltv", found="none", fix="Add `collateral`, in coins.")
    if loan.restored_ltv is None or loan.restored_ltv >= loan.max_ltv:
        found = "none" if loan.restored_ltv is None else f"{loan.restored_ltv:.6g}"
        raise fault(f"restored_ltv below max_ltv, {loan.max_ltv:.6g}", found=found)
    return loan


NoteRow = Annotated[
    ConvertibleNote,
    row(
        ConvertibleNote,
        Spec,
        name=Text,
        principal=Positive,
        maturity=Day,
        conversion_price=Positive,
        coupon=Rate,
        put_date=Day | None,
        currency=Currency,
    ),
    AfterValidator(_check_put),
]
LoanRow = Annotated[
    Debt,
    row(
        Debt,
        Spec,
        name=Text,
        principal=Positive,
        rate=Rate,
        maturity=Day | None,
        collateral=NotNegative,
        max_ltv=_Share | None,
        restored_ltv=_Share | None,
        currency=Currency,
    ),
    AfterValidator(_check_margin),
]
PreferredRow = Annotated[
    PreferredStock,
    row(
        PreferredStock,
        Spec,
        name=Text,
        notional=Positive,
        rate=Rate,
        rates=Mapping[Day, Rate],
        liquidation_preference=Positive | None,
        conversion_shares=NotNegative,
        currency=Currency,
    ),
]
IssuanceRow = Annotated[
    Issuance,
    row(
        Issuance,
        Spec,
        of=Text,
        per_month=Positive,
        above_mnav=NotNegative | None,
        up_to=Positive | None,
        to_bitcoin=Rate,
        price=Positive,
        fee=Rate,
    ),
]


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
    strike: NotNegative | None = None
    """Average price at which those can be exercised, 0 for awards: with it they dilute (treasury stock method)."""
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
