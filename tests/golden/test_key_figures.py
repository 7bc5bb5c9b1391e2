"""The published key figures (cases K) from the function that computes them, and one name that means two things."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.golden.cases import cases, short
from treasury_sim.capital.kpis import IGNORES, Position, kpis

NOTHING = Position(
    units=0.0,
    price=0.0,
    shares=0.0,
    share_price=None,
    potential_shares=0.0,
    debt=0.0,
    preferred=0.0,
    cash=0.0,
    reserve=0.0,
    dividends=0.0,
    interest=0.0,
)


def case(name: str) -> Any:
    return next(one for key, one in cases().items() if short(key) == name)


def found(**known: Any) -> dict[str, float | None]:
    return {one.name: one.value for one in kpis(replace(NOTHING, **known))}


@pytest.mark.parametrize("name", ["K01", "K02"])
def test_btc_gain_is_the_yield_on_the_coins_at_the_start(name: str) -> None:
    """Coins per share grew by the published, rounded yield; the gain follows from it."""
    given, expected = case(name)["inputs"], case(name)["expected"]
    start, gain = given["btc_at_start"], expected["btc_gain"]
    at = found(
        units=start + gain, price=given.get("closing_price", 0), shares=1e6, opening_units=start, opening_diluted=1e6
    )
    assert at["btc_yield"] == pytest.approx(given["btc_yield"], abs=0.0005)
    assert at["btc_gain"] == pytest.approx(gain)
    if name == "K01":
        assert at["btc_money_gain"] == pytest.approx(expected["btc_dollar_gain_usd_bn"] * 1e9, rel=0.015)


def test_k03_rating_by_debt_and_with_preferred() -> None:
    given, expected = case("K03")["inputs"], case("K03")["expected"]
    debt = given["convertible_notes_usd_bn"] * 1e9
    preferred = given["total_obligations_with_preferred_usd_bn"] * 1e9 - debt
    at = found(units=649_870, price=74_000, debt=debt, preferred=preferred)
    assert at["btc_rating_debt"] == pytest.approx(expected["coverage_at_74000"], abs=0.05)
    assert at["btc_rating_preferred"] == pytest.approx(
        case("K03")["derived"]["coverage_incl_preferred_at_74000"], abs=0.05
    )
    low = found(units=649_870, price=25_000, debt=debt)
    assert low["btc_rating_debt"] == pytest.approx(expected["coverage_at_25000"], abs=0.05)


def test_k06_dividend_cover() -> None:
    given = case("K06")["inputs"]
    at = found(reserve=given["usd_reserve_usd_m"] * 1e6, dividends=given["annual_preferred_dividends_usd_m"] * 1e6)
    assert at["dividend_cover"] == pytest.approx(case("K06")["derived"]["coverage_months"], abs=0.05)
    assert (at["dividend_cover"] or 0.0) / 12 == pytest.approx(case("K06")["expected"]["coverage_years"], abs=0.05)


def test_k07_coins_a_share() -> None:
    given, expected = case("K07")["inputs"], case("K07")["expected"]
    shares, diluted = given["basic_shares_m"] * 1e6, given["diluted_shares_m"] * 1e6
    at = found(units=given["btc"], price=given["price"], shares=shares, potential_shares=diluted - shares)
    assert at["btc_per_share"] == pytest.approx(expected["btc_per_basic_share"], abs=1e-6)
    assert at["btc_per_diluted_share"] == pytest.approx(expected["btc_per_diluted_share"], abs=1e-6)
    assert at["btc_nav"] == pytest.approx(expected["btc_nav_usd_bn"] * 1e9, rel=0.0002)


def test_k08_two_ratios_called_mnav() -> None:
    given, expected = case("K08")["inputs"], case("K08")["expected"]
    money = {"debt": given["debt"] * 1e9, "preferred": given["preferred"] * 1e9}
    at = found(units=given["btc"], price=given["price"], shares=1e9, share_price=given["market_cap"], **money)
    assert at["mnav_market_cap"] == pytest.approx(expected["market_cap_mnav"], abs=0.01)
    assert at["mnav_enterprise_value"] == pytest.approx(
        case("K08")["derived"]["enterprise_value_mnav_before_cash"], abs=0.001
    )
    assert at["btc_nav"] == pytest.approx(expected["btc_nav"] * 1e9)


def test_one_name_never_stands_for_two_figures() -> None:
    """M19: mNAV and BTC Rating have variants, each under a title and with a definition of its own."""
    every = kpis(NOTHING)
    for unique in ([one.title for one in every], [one.name for one in every], [one.definition for one in every]):
        assert len(set(unique)) == len(every)


def test_a_figure_that_ignores_liabilities_says_so() -> None:
    says = {one.name for one in kpis(NOTHING) if one.caveat == IGNORES}
    assert says >= {"btc_per_share", "btc_yield", "btc_gain", "btc_nav", "mnav_market_cap"}


def test_nothing_to_divide_by_is_no_figure() -> None:
    assert all(one.value is None for one in kpis(NOTHING) if one.name != "btc_nav")
