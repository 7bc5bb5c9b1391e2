"""`prices.ASSET.overlay:`, changes to the prices of a model or of history: deeper lows, and other order flow.

A price, replayed or drawn from a model fitted to history, already contains the forced sales there were. So flows change
it by the difference of two impacts, that of the flows stated and that of the flows as they were.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from treasury_sim.case.fields import Day, NotNegative, Positive, Rate, Rows, Spec, Text, fault

PartRate = Annotated[Rate, Field(lt=1)]
"""A share below 1."""
Multiple = Annotated[float, Field(ge=0, le=100)]
"""A factor."""


class Lows(Spec):
    """Lows deeper than the price source shows, on days of a deep fall; closes stay as they are."""

    deeper: Rate = 0.0
    """Share of a day's fall, from the last close to the low, by which the low is lower still."""
    venue: PartRate = 0.0
    """How far the low of the venue observed lies below that of the price source."""
    after_fall: PartRate = 0.07
    """Least fall of a day to its low on which they apply."""


class LeverageBand(Spec):
    """Positions up to a leverage."""

    up_to: Annotated[float, Field(gt=1, le=1000)]
    """Greatest leverage of the band; it begins where the band before ends, the first at 1."""
    share: Rate
    """Share of the positions."""


class Liquidations(Spec):
    """Leveraged long positions, liquidated by falls."""

    open_interest: Positive
    """Open positions of all venues [coins]."""
    at_risk: Rate = 0.06
    """Share of the open interest held long without a hedge; fitted to January and February 2026."""
    turnover: Rate = 0.5
    """Share of positions closed and opened anew each day."""
    refills: bool = True
    """Whether liquidated positions are opened anew."""
    leverage: Rows[LeverageBand] = ()
    """Leverage of the positions as it was; by default that of Hyperliquid on 15 December 2025."""
    times: Multiple = 1.0
    """Multiple of that leverage: 1 as it was, 2 twice the leverage, 0 no leveraged positions."""

    @model_validator(mode="after")
    def _check_leverage(self) -> Self:
        tops = [band.up_to for band in self.leverage]
        if tops != sorted(set(tops)):
            raise fault("bands of increasing leverage", found=", ".join(f"{top:g}" for top in tops))
        shares = sum(band.share for band in self.leverage)
        if self.leverage and abs(shares - 1.0) > 1e-9:
            raise fault("shares of leverage that add up to 100%", found=f"{shares:.6%}")
        return self


class Seller(Spec):
    """Coins that somebody sells every day, such as miners."""

    coins: NotNegative
    """Coins a day."""
    as_was: NotNegative | None = None
    """Coins a day that the prices already contain; by default the same."""
    days: Annotated[list[Day], Field(min_length=2, max_length=2)] | None = None
    """First and last day; by default every day of the period."""

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        if self.days is not None and self.days[1] < self.days[0]:
            raise fault("days that end on or after the first", found=f"{self.days[0]} to {self.days[1]}")
        return self


class Flows(Spec):
    """Order flow that is not a choice, and its impact on the price by a square-root law."""

    mode: Literal["observe", "counterfactual"] = "observe"
    """`observe` leaves prices as they are and reports the flows; `counterfactual` gives the prices with these flows."""
    in_prices: bool = True
    """Whether the prices already contain the flows as they were; without, all flows come on top."""
    coefficient: Annotated[float, Field(gt=0, le=100)] = 1.0
    """Coefficient of the law of impact; published values are 0.5 to 6."""
    volume: Positive = 80e9
    """Volume of a day on all venues [currency]."""
    left_by_close: Rate = 0.5
    """Share of the impact at the low that is left at the close of the day."""
    left_overnight: Rate = 0.25
    """Share of the impact at a close that is left on the next day."""
    liquidations: Liquidations | None = None
    """Leveraged positions."""
    sellers: Mapping[Text, Seller] = Field(default_factory=dict)
    """Others who sell, by name."""
    own_sales: bool = False
    """Whether the sales of `plan` reach the market and move the price; prices do not contain them."""

    @model_validator(mode="after")
    def _check_flow(self) -> Self:
        if self.liquidations is None and not self.sellers and "own_sales" not in self.model_fields_set:
            raise fault("liquidations, sellers or own_sales: true", found="no flow")
        return self


class Overlay(Spec):
    """Changes to the prices of an asset."""

    lows: Lows | None = None
    """Deeper lows."""
    flows: Flows | None = None
    """Order flow and its impact."""

    @model_validator(mode="after")
    def _check_given(self) -> Self:
        if self.lows is None and self.flows is None:
            raise fault("lows, flows or both", found="neither")
        return self
