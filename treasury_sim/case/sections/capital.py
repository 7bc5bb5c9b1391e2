"""`capital:`, how the holder is funded: stated per-share figures, or instruments that are modelled."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from treasury_sim.case.fields import (
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
from treasury_sim.case.names import FrameworkName
from treasury_sim.case.strict import row
from treasury_sim.domain.instruments import ConvertibleNote, Debt, Issuance, PreferredStock

_Share = Annotated[Rate, Field(gt=0)]


def _check_put(note: ConvertibleNote) -> ConvertibleNote:
    if note.put_date is not None and note.put_date >= note.maturity:
        raise fault(f"a put before the maturity, {note.maturity}", found=f"put_date {note.put_date}")
    return note


def _check_margin(loan: Debt) -> Debt:
    if loan.max_ltv is None:
        if loan.restored_ltv is not None:
            raise fault("max_ltv with restored_ltv", found="none", fix="Add `max_ltv`.")
        return loan
    if not loan.collateral:
        raise fault("collateral with max_ltv", found="none", fix="Add `collateral`, in coins.")
    if loan.restored_ltv is None or loan.restored_ltv >= loan.max_ltv:
        actual = "none" if loan.restored_ltv is None else f"{loan.restored_ltv:.6g}"
        raise fault(f"restored_ltv below max_ltv, {loan.max_ltv:.6g}", found=actual)
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


class Split(Spec):
    """A split of the common shares."""

    date: Day
    """First day on which the shares trade after it."""
    new: Positive
    """Shares after it, for `old` before it: `new: 1, old: 40` is a reverse split."""
    old: Positive
    """Shares before it."""
    source: str = ""
    """Source of the split."""


class OpeningBalance(Spec):
    """Opening balances other than the coins."""

    cash: NotNegative = 0.0
    """Cash, excluding the reserve."""
    reserve: NotNegative = 0.0
    """Cash kept for interest and dividends; used before coins are sold."""
    shares: NotNegative = 0.0
    """Common shares outstanding."""
    share_price: Positive | None = None
    """Price per share."""
    potential_shares: NotNegative = 0.0
    """Shares under options and awards, excluding convertible instruments."""
    strike: NotNegative | None = None
    """Average exercise price of those, 0 for awards; if given, they dilute (treasury stock method)."""
    equity: Signed | Mapping[FrameworkName, Signed] | None = None
    """Equity including preferred stock, one figure or by framework."""


class SharePrice(Spec):
    """How the share price follows the coin price."""

    model: Literal["mnav", "mean_reverting", "beta"] = "mnav"
    """Constant or mean-reverting market capitalisation over the value of the coins (mNAV), or an elasticity."""
    mnav: Positive | None = None
    """mNAV at the start of the period; by default from the opening share price, else 1."""
    mean: Positive = 1.0
    """With `mean_reverting`: the mNAV it reverts to."""
    speed: NotNegative = 1.0
    """With `mean_reverting`: a year closes 1 - exp(-speed) of the gap."""
    beta: Annotated[float, Field(ge=-10, le=10)] = 1.0
    """With `beta`: percentage move of the share for a move of the coin by 1 %."""


class Capital(Spec):
    """Funding of the holder."""

    preferred_dividends: PerQuarter[NotPositive] | None = None
    """Preferred dividends [currency], negative; stated."""
    weighted_shares: PerQuarter[Positive] | None = None
    """Weighted average shares, basic; stated."""
    weighted_shares_diluted: PerQuarter[Positive] | None = None
    """Weighted average shares, diluted; stated."""
    opening: OpeningBalance | None = None
    """Opening balances other than the coins; with them the waterfall runs."""
    splits: Rows[Split] = ()
    """Share splits from the start of the period on: all share figures are restated for them (ASC 260-10-55-12)."""
    asset: Text = "BTC"
    """The asset that is pledged, sold and bought."""
    notes: Rows[NoteRow] = ()
    """Convertible notes, most senior first."""
    loans: Rows[LoanRow] = ()
    """Loans, most senior first; they rank ahead of notes."""
    preferred: Rows[PreferredRow] = ()
    """Preferred stock, most senior first."""
    issuance: Rows[IssuanceRow] = ()
    """Stock issued at the market."""
    operating_cash_flow: PerQuarter[Signed] = 0.0
    """Operating cash flow of a quarter, before payments on the instruments; a third comes each month."""
    share_price: SharePrice = Field(default_factory=SharePrice)
    """How the share price follows the coin price."""
    sell_coins: bool = True
    """Whether coins are sold to pay what cash does not cover."""
    sell_coins_for_dividends: bool = True
    """Whether coins are sold to pay dividends, too."""
