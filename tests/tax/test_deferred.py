from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import run_case, value
from treasury_sim.accounting.framework import TaxAsset
from treasury_sim.domain.arrays import Floats
from treasury_sim.tax.deferred import AssetTest, Holdings, tax_on_holdings, untested

AMOUNTS = st.lists(st.floats(-1e9, 1e9), min_size=4, max_size=4)


def row(*values: float) -> Floats:
    return np.array([values], dtype=float)


ZERO = row(0.0)


def after_test(quarters: int, support: float = 0.0, unsupported: TaxAsset = "allowance") -> AssetTest:
    shape = (1, quarters)
    return replace(untested(shape), unsupported=unsupported, support=np.full(shape, support))


def test_the_first_quarter_of_2025_of_strategy() -> None:
    """Fair value 43,546.079m over cost 35,629.911m at 28.7 %: a liability of 2.27bn (8-K 2025-04-07: 2.28bn)."""
    tax = tax_on_holdings(0.2873, Holdings(row(43_546.079), row(35_629.911), ZERO, ZERO, ZERO))
    assert tax["deferred_tax_liability"][0, 0] == pytest.approx(2_280.0, rel=0.005)
    assert tax["deferred_tax_asset"][0, 0] == 0.0


def test_a_loss_below_the_tax_basis_is_an_asset() -> None:
    tax = tax_on_holdings(0.25, Holdings(row(150.0, 60.0), row(100.0, 100.0), *(row(0.0, 0.0),) * 3))
    assert tax["deferred_tax_liability"].tolist() == [[12.5, 0.0]]
    assert tax["deferred_tax_asset"].tolist() == [[0.0, 10.0]]
    assert tax["deferred_tax_on_holdings"].tolist() == [[-12.5, 22.5]]


BASIS = 50_000.0
OPENING = 1_500.0 / 0.2873
"""Fair value above tax basis at which the liability is 1.5bn [m]."""


def by_hand(quarters: int = 4) -> Holdings:
    """A liability of 1.5bn; 10bn below tax basis; a recovery of 4bn; a recovery of a further 8bn [m]."""
    above = [OPENING, -10_000.0, -6_000.0, 2_000.0]
    nothing = row(*[0.0] * quarters)
    return Holdings(row(*(BASIS + x for x in above)), row(*[BASIS] * 4), nothing, nothing, nothing)


def test_the_allowance_by_hand() -> None:
    tax = tax_on_holdings(0.2873, by_hand(), after_test(4))
    np.testing.assert_allclose(tax["deferred_tax_on_holdings"], row(-1_500, 1_500, 0, -0.2873 * 2_000), atol=1e-6)
    np.testing.assert_allclose(tax["deferred_tax_asset"], row(0, 2_873, 0.2873 * 6_000, 0), atol=1e-6)
    np.testing.assert_allclose(tax["valuation_allowance"], row(0, 2_873, 1_723.8, 0), atol=1e-6)
    np.testing.assert_allclose(tax["deferred_tax_liability"], row(1_500, 0, 0, 0.2873 * 2_000), atol=1e-6)


def test_support_adds_to_the_benefit_of_the_fall() -> None:
    tax = tax_on_holdings(0.2873, by_hand(), after_test(4, support=800.0))
    assert tax["deferred_tax_on_holdings"][0, 1] == pytest.approx(1_500.0 + 800.0)
    assert tax["valuation_allowance"][0, 1] == pytest.approx(2_873.0 - 800.0)


def test_under_ifrs_the_same_amount_is_not_recognised() -> None:
    allowance = tax_on_holdings(0.2873, by_hand(), after_test(4, support=800.0))
    ifrs = tax_on_holdings(0.2873, by_hand(), after_test(4, 800.0, "unrecognised"))
    assert "valuation_allowance" not in ifrs
    np.testing.assert_array_equal(ifrs["unrecognised_deferred_tax_asset"], allowance["valuation_allowance"])
    np.testing.assert_allclose(ifrs["deferred_tax_asset"], row(0, 800, 800, 0))
    np.testing.assert_array_equal(ifrs["deferred_tax_on_holdings"], allowance["deferred_tax_on_holdings"])


def test_where_no_asset_is_recognised_support_does_not_matter() -> None:
    tax = tax_on_holdings(0.2873, by_hand(), after_test(4, 800.0, "none"))
    assert not tax["deferred_tax_asset"].any()
    np.testing.assert_allclose(tax["deferred_tax_on_holdings"], row(-1_500, 1_500, 0, -0.2873 * 2_000), atol=1e-6)


def test_the_adoption_releases_the_allowance_through_equity() -> None:
    """Carried at 60 under the rule before, basis 100, worth 150: the tax of the adoption is that on 50, no more."""
    holdings = Holdings(row(60.0, 150.0), row(100.0, 100.0), row(0.0, 0.0), row(0.0, 90.0), row(0.0, 0.0))
    tax = tax_on_holdings(0.25, holdings, after_test(2))
    assert tax["income_tax_equity"].tolist() == [[0.0, -12.5]]
    assert tax["adoption_dta_reversal"].tolist() == [[0.0, 0.0]]
    assert tax["deferred_tax_on_holdings"].tolist() == [[0.0, 0.0]]


def test_fair_value_above_the_carrying_amount_may_support_the_asset() -> None:
    """Basis 100, carried at 40, worth 70: of the asset on 60 the part on 30 will be used by the gain on sale."""
    test = replace(after_test(1), appreciation=row(30.0))
    tax = tax_on_holdings(0.25, Holdings(row(40.0), row(100.0), ZERO, ZERO, ZERO), test)
    assert tax["deferred_tax_asset"][0, 0] == 15.0
    assert tax["valuation_allowance"][0, 0] == 7.5


def test_another_rate_remeasures_the_balance_through_income() -> None:
    """ASC 740-10-45-15."""
    holdings = Holdings(row(200.0, 200.0), row(100.0, 100.0), *(row(0.0, 0.0),) * 3)
    tax = tax_on_holdings(np.array([0.35, 0.21]), holdings)
    np.testing.assert_allclose(tax["deferred_tax_on_holdings"], row(-35.0, 14.0))


@given(
    AMOUNTS,
    AMOUNTS,
    AMOUNTS,
    AMOUNTS,
    st.floats(0.0, 1.0),
    st.floats(0.0, 1e9) | st.just(np.inf),
    st.sampled_from(["allowance", "unrecognised", "none"]),
)
def test_every_change_of_the_balance_goes_somewhere(
    carrying: list[float],
    basis: list[float],
    oci: list[float],
    equity: list[float],
    rate: float,
    support: float,
    unsupported: TaxAsset,
) -> None:
    nothing = row(0.0, 0.0, 0.0, 0.0)
    tax = tax_on_holdings(
        rate,
        Holdings(row(*carrying), row(*basis), row(*oci), row(*equity), nothing),
        after_test(4, support, unsupported),
    )
    net_asset = tax["deferred_tax_asset"] - tax["deferred_tax_liability"] - tax.get("valuation_allowance", nothing)
    booked = tax["deferred_tax_on_holdings"] + tax["income_tax_oci"] + tax["income_tax_equity"]
    np.testing.assert_allclose(np.diff(net_asset, prepend=0.0), booked, atol=1e-5)
    np.testing.assert_allclose(
        tax["adoption_dta_reversal"] + tax["adoption_new_dtl"], tax["income_tax_equity"], atol=1e-5
    )


@given(st.lists(st.floats(0.0, 200.0), min_size=1, max_size=8), st.floats(0.0, 20.0))
def test_never_a_benefit_and_a_release(prices: list[float], support: float) -> None:
    """What is booked so far depends on the price now alone: the liability, or an asset up to the support."""
    carrying = row(*prices)
    zeros = np.zeros_like(carrying)
    tax = tax_on_holdings(
        0.25,
        Holdings(carrying, zeros + 100.0, zeros, zeros, zeros),
        after_test(len(prices), support),
    )
    so_far = tax["deferred_tax_on_holdings"].cumsum(axis=1)
    expected = np.where(carrying > 100.0, -0.25 * (carrying - 100.0), np.minimum(0.25 * (100.0 - carrying), support))
    np.testing.assert_allclose(so_far, expected, atol=1e-9)
    assert (tax["valuation_allowance"] >= 0.0).all()
    assert (tax["valuation_allowance"] <= tax["deferred_tax_asset"]).all()


def test_a_difference_with_which_units_come_bypasses_income() -> None:
    """Bought for 100 with a typed tax basis of 40: a liability of 15 and no expense (IAS 12.15)."""
    tax = tax_on_holdings(0.25, Holdings(row(100.0), row(40.0), ZERO, ZERO, row(60.0)))
    assert tax["deferred_tax_liability"][0, 0] == 15.0
    assert tax["deferred_tax_on_holdings"][0, 0] == 0.0


# ------------------------------------------------------------------------------ through the engine

LOT = [{"acquired": date(2025, 1, 1), "quantity": 1, "unit_cost": 100}]
FALL = {date(2025, 1, 1): 100.0, date(2025, 2, 1): 140.0, date(2025, 5, 1): 60.0, date(2025, 8, 1): 80.0}


@pytest.mark.parametrize(
    ("framework", "asset", "allowance", "unrecognised"),
    [
        ("us_gaap_fair_value", 10.0, 10.0, None),
        ("jgaap_active_market", 10.0, 10.0, None),
        ("ifrs_cost", 0.0, None, 10.0),
        ("frs102_cost", 0.0, None, 10.0),
        ("ifrs_revaluation", 0.0, None, 10.0),
        ("hgb_current_asset", 0.0, None, 10.0),
        ("swiss_co_cost", 0.0, None, 10.0),
    ],
)
def test_a_framework_shows_what_is_not_supported_in_its_own_way(
    tmp_path: Path, framework: str, asset: float, allowance: float | None, unrecognised: float | None
) -> None:
    accounting = {"frameworks": [framework]}
    result = run_case(tmp_path, FALL, LOT, tax={"rate": 0.25, "support": 0}, accounting=accounting)
    assert value(result, framework, "2025Q2", "deferred_tax_asset") == asset
    assert value(result, framework, "2025Q2", "valuation_allowance") == allowance
    assert value(result, framework, "2025Q2", "unrecognised_deferred_tax_asset") == unrecognised
    assert value(result, framework, "2025Q3", "deferred_tax_on_holdings") == 0.0


def test_the_tax_of_a_surplus_stays_in_oci_when_the_price_falls_through_cost(tmp_path: Path) -> None:
    """IAS 12.61A: the liability of 10 came through OCI and goes through OCI; the fall below cost brings nothing."""
    accounting = {"frameworks": ["ifrs_revaluation"]}
    result = run_case(tmp_path, FALL, LOT, tax={"rate": 0.25, "support": 0}, accounting=accounting)
    found = [value(result, "ifrs_revaluation", q, "income_tax_oci") for q in ("2025Q1", "2025Q2", "2025Q3")]
    assert found == [-10.0, 10.0, 0.0]
    assert value(result, "ifrs_revaluation", "2025Q2", "deferred_tax_on_holdings") == 0.0


def test_a_holder_may_recognise_what_the_hgb_leaves_to_it(tmp_path: Path) -> None:
    accounting = {"frameworks": ["hgb_current_asset"]}
    tax = {"rate": 0.25, "recognise_asset": True}
    result = run_case(tmp_path, FALL, LOT, tax=tax, accounting=accounting)
    assert value(result, "hgb_current_asset", "2025Q2", "deferred_tax_asset") == 10.0


def test_without_support_stated_an_asset_stands_and_the_run_says_so(tmp_path: Path) -> None:
    result = run_case(tmp_path, FALL, LOT, tax={"rate": 0.25})
    assert value(result, "us_gaap_fair_value", "2025Q2", "deferred_tax_asset") == 10.0
    assert value(result, "us_gaap_fair_value", "2025Q2", "valuation_allowance") is None
    assert any("without a valuation allowance" in note for note in result.notes)


def test_other_assets_lose_the_liability_that_supported_them(tmp_path: Path) -> None:
    """Other assets of 6 rely on the liability of 10; when the price falls below cost, all 6 need an allowance."""
    tax = {"rate": 0.25, "support": 0, "other_deferred_tax_asset": 6}
    result = run_case(tmp_path, FALL, LOT, tax=tax)
    for label, allowance, booked in (("2025Q1", 0.0, 0.0), ("2025Q2", 6.0, -6.0), ("2025Q3", 6.0, 0.0)):
        assert value(result, "us_gaap_fair_value", label, "other_valuation_allowance") == allowance
        assert value(result, "us_gaap_fair_value", label, "deferred_tax_other") == booked
    assert value(result, "us_gaap_fair_value", "2025Q2", "income_tax") == 10.0 - 6.0


def test_operating_losses_may_use_a_share_of_the_liability_only(tmp_path: Path) -> None:
    """Losses of 100 at 25 % are 25; the liability of 10 supports 80 % of itself (IRC 172(a)(2))."""
    tax = {"rate": 0.25, "support": 0, "net_operating_loss": 100}
    result = run_case(tmp_path, FALL, LOT, tax=tax)
    assert value(result, "us_gaap_fair_value", "2025Q1", "other_deferred_tax_asset") == 25.0
    assert value(result, "us_gaap_fair_value", "2025Q1", "other_valuation_allowance") == 25.0 - 8.0


def test_a_jurisdiction_gives_the_rate_in_force(tmp_path: Path) -> None:
    result = run_case(tmp_path, FALL, LOT, tax={"jurisdiction": "us", "state_rate": "10%"})
    assert value(result, "us_gaap_fair_value", "2025Q1", "deferred_tax_liability") == pytest.approx(40 * 0.289)
