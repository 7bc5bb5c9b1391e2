"""Key figures of a coin treasury, each with its definition.

Companies publish different figures under the same name, so every figure is shown with its definition. They are
non-GAAP measures.

Sources: Strategy, definitions in its quarterly releases and on its site (BTC Yield, BTC Gain, mNAV as enterprise value,
BTC Rating of January 2026).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from treasury_sim.domain.capital import Kpi

IGNORES = (
    "It ignores liabilities and their seniority, and assumes that notes are settled in shares; it does not measure "
    "liquidity or value."
)
"""The published caveat, printed beside every figure it applies to."""


@dataclass(frozen=True)
class Position:
    """Inputs of the key figures at one date.

    Attributes
    ----------
    units, price
        Coins held and their price [coins, currency/coin].
    shares, share_price
        Common shares and their price [currency/share]; ``None`` where the scenario has none.
    potential_shares
        All shares of notes, preferred stock, options and awards.
    debt, preferred, cash, reserve
        Principal of notes and loans, liquidation preference of preferred stock, cash including the reserve, and the
        reserve alone [currency].
    dividends, interest
        Amounts a year, positive [currency].
    opening_units, opening_diluted
        Coins and assumed diluted shares at the start of the period; ``None`` for the opening itself.
    """

    units: float
    price: float
    shares: float
    share_price: float | None
    potential_shares: float
    debt: float
    preferred: float
    cash: float
    reserve: float
    dividends: float
    interest: float
    opening_units: float | None = None
    opening_diluted: float | None = None

    @property
    def nav(self) -> float:
        """Value of the coins, before debt and preferred stock [currency]."""
        return self.units * self.price

    @property
    def diluted(self) -> float:
        """Assumed diluted shares."""
        return self.shares + self.potential_shares


def kpis(at: Position) -> tuple[Kpi, ...]:
    """Every key figure of a position, in a fixed order."""
    return (*_coins(at), *_value(at), *_credit(at))


def _over(numerator: float | None, denominator: float | None) -> float | None:
    return None if numerator is None or not denominator else numerator / denominator


def _coins(at: Position) -> Iterator[Kpi]:
    per_share, diluted = _over(at.units, at.shares), _over(at.units, at.diluted)
    yield Kpi(
        "btc_per_share", "BTC per share", "coins a share", per_share, "Coins / basic shares outstanding.", IGNORES
    )
    yield Kpi(
        "btc_per_diluted_share",
        "BTC per assumed diluted share",
        "coins a share",
        diluted if at.shares else None,
        "Coins / (basic shares + all shares of notes, preferred stock, options and awards, without regard to vesting, "
        "exercise price or contract).",
        IGNORES,
    )
    before = _over(at.opening_units, at.opening_diluted)
    grown = _over(diluted, before)
    growth = None if grown is None or not at.shares else grown - 1.0
    gain = None if growth is None or at.opening_units is None else growth * at.opening_units
    yield Kpi(
        "btc_yield",
        "BTC Yield",
        "percent",
        growth,
        "Growth of coins / assumed diluted shares since the start of the period. It is not a return.",
        IGNORES,
    )
    yield Kpi("btc_gain", "BTC Gain", "coins", gain, "Coins at the start of the period x BTC Yield.", IGNORES)
    in_money = None if gain is None else gain * at.price
    yield Kpi("btc_money_gain", "BTC $ Gain", "money", in_money, "BTC Gain x the price at this date.", IGNORES)


def _value(at: Position) -> Iterator[Kpi]:
    market_cap = None if at.share_price is None or not at.shares else at.share_price * at.shares
    enterprise = None if market_cap is None else market_cap + at.debt + at.preferred - at.cash
    yield Kpi("btc_nav", "Bitcoin NAV", "money", at.nav, "Coins x price; no debt or preferred stock deducted.", IGNORES)
    yield Kpi(
        "mnav_enterprise_value",
        "mNAV (enterprise value)",
        "ratio",
        _over(enterprise, at.nav),
        "(Market capitalisation of basic shares + debt + preferred stock - cash) / Bitcoin NAV.",
    )
    yield Kpi(
        "mnav_market_cap",
        "mNAV (market capitalisation)",
        "ratio",
        _over(market_cap, at.nav),
        "Market capitalisation of basic shares / Bitcoin NAV.",
        IGNORES,
    )
    residual = at.nav - at.debt - at.preferred + at.cash
    yield Kpi(
        "btc_rating_common",
        "BTC Rating (common, as of January 2026)",
        "ratio",
        _over(residual, market_cap),
        "(Bitcoin NAV - debt - preferred stock + cash) / market capitalisation. Not the credit BTC Rating.",
    )


def _credit(at: Position) -> Iterator[Kpi]:
    yield Kpi(
        "btc_rating_debt",
        "BTC Rating (credit, debt)",
        "ratio",
        _over(at.nav, at.debt),
        "Bitcoin NAV / principal of debt.",
        "It does not reflect when debt falls due.",
    )
    yield Kpi(
        "btc_rating_preferred",
        "BTC Rating (credit, debt and preferred)",
        "ratio",
        _over(at.nav, at.debt + at.preferred),
        "Bitcoin NAV / (principal of debt + preferred stock).",
        "It does not reflect when debt falls due.",
    )
    net = at.debt - at.cash
    yield Kpi("leverage", "Leverage", "percent", _over(net, at.nav), "(Debt - cash) / Bitcoin NAV.")
    yield Kpi(
        "leverage_preferred",
        "Leverage with preferred stock",
        "percent",
        _over(net + at.preferred, at.nav),
        "(Debt + preferred stock - cash) / Bitcoin NAV.",
    )
    charges = at.dividends + at.interest
    yield Kpi(
        "dividend_cover",
        "Dividend cover",
        "months",
        _over(at.reserve, at.dividends / 12),
        "Reserve / one month of preferred dividends at the latest rates.",
    )
    yield Kpi(
        "charge_cover",
        "Dividend and interest cover",
        "months",
        _over(at.reserve, charges / 12),
        "Reserve / one month of preferred dividends and interest.",
    )
    yield Kpi(
        "cash_cover",
        "Cover by all cash",
        "months",
        _over(at.cash, charges / 12),
        "Cash including the reserve / one month of preferred dividends and interest.",
    )
