"""Mining identities against published figures of January and February 2026 (each row names its source)."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.errors import InputError
from treasury_sim.mining.data import cost_bases, difficulty_on, machines
from treasury_sim.mining.fleet import Fleet
from treasury_sim.mining.network import Network, implied_hashrate, retargeted, subsidy_on

FEES = 0.006


@pytest.mark.parametrize(
    ("price", "difficulty", "published", "status"),
    [
        (91_132.0, 146.47e12, 39.53, "predicted: hashrateindex.com roundup of 2026-01-12"),
        (74_600.0, 141.67e12, 33.31, "predicted: 2026-02-02"),
        (70_279.33, 125.86e12, 35.0, "predicted: about 35 on 2026-02-08, at that day's close"),
        (63_000.0, 144.40e12, 27.58, "predicted: Blockspace 2026-02-24"),
    ],
)
def test_hashprice_is_within_one_percent_of_the_published(
    price: float, difficulty: float, published: float, status: str
) -> None:
    assert float(Network(difficulty, fees=FEES).hashprice(price)) == pytest.approx(published, rel=0.01), status


@pytest.mark.parametrize(
    ("machine", "published", "status"),
    [("s21", 76_353.0, "pool fee fitted"), ("m63s", 80_716.0, "predicted"), ("s23_hyd", 41_448.0, "predicted")],
)
def test_shutdown_prices_of_the_antpool_table(machine: str, published: float, status: str) -> None:
    """At 8 cents a kWh and 141.67T; one pool fee, 1.5 %, is fitted to the S21 and predicts the others."""
    network = Network(141.67e12, fees=FEES)
    price = network.shutdown_price(machines()[machine].efficiency, 0.08, pool_fee=0.015)
    assert float(price) == pytest.approx(published, rel=0.005), status


def test_hashrate_by_hand() -> None:
    """141.67e12 x 2^32 / 600 s = 1.01412e21 hashes a second = 1,014,120 PH/s."""
    assert float(implied_hashrate(141.67e12)) == pytest.approx(1_014_120, rel=1e-5)


@pytest.mark.parametrize(
    ("seconds", "published"), [(11.4 * 60.0, -0.1116), (8.0 * 60.0 + 47.0, 0.1473)], ids=["2026-02-07", "2026-02-20"]
)
def test_retargets_of_february_2026(seconds: float, published: float) -> None:
    """The published mean block times are rounded, hence 1.3 points."""
    assert float(retargeted(1.0, seconds)) - 1.0 == pytest.approx(published, abs=0.013)


def test_a_retarget_is_bounded_by_a_factor_of_four() -> None:
    assert float(retargeted(8.0, 1.0)) == 32.0
    assert float(retargeted(8.0, 1e6)) == 2.0


def test_margins_at_60_000_on_three_bases() -> None:
    """Electricity +6,200, cash cost of listed miners -20,000, difficulty regression -27,000; within 1,000."""
    costs = {basis.key: basis.cost for basis in cost_bases()}
    electricity = float(Network(141.67e12, fees=FEES).shutdown_price(20.0, 0.05))
    margins = [60_000.0 - cost for cost in (electricity, costs["listed_cash"], costs["regression"])]
    assert margins == pytest.approx([6_200.0, -20_000.0, -27_000.0], abs=1_000.0)


@given(st.floats(1e9, 1e15), st.floats(1.0, 1e7), st.floats(0.0, 0.5))
def test_all_miners_together_earn_all_coins(difficulty: float, price: float, fees: float) -> None:
    network = Network(difficulty, fees=fees)
    assert float(network.coins_mined(network.hashrate, 1.0)) == pytest.approx(network.coins_a_day)
    assert float(network.hashprice(price) * network.hashrate) == pytest.approx(network.coins_a_day * price)


@given(st.floats(1e9, 1e15), st.floats(1.0, 100.0), st.floats(0.001, 1.0), st.floats(0.0, 0.2))
def test_at_its_shutdown_price_a_machine_earns_its_electricity(
    difficulty: float, efficiency: float, power_price: float, pool_fee: float
) -> None:
    network = Network(difficulty, fees=FEES)
    price = network.shutdown_price(efficiency, power_price, pool_fee=pool_fee)
    revenue = float(network.hashprice(price)) * (1.0 - pool_fee)
    assert revenue == pytest.approx(24.0 * efficiency * power_price)


def test_halvings() -> None:
    assert [subsidy_on(date(year, 1, 1)) for year in (2010, 2013, 2017, 2021, 2026)] == [50.0, 25.0, 12.5, 6.25, 3.125]


def test_a_day_without_a_difficulty_is_refused() -> None:
    assert difficulty_on(date(2026, 2, 19)) == 125.86e12
    for day in (date(2026, 1, 7), date(2026, 2, 25)):
        with pytest.raises(InputError, match="--difficulty"):
            difficulty_on(day)


def test_share_under_water_is_that_of_the_statement_it_is_fitted_to() -> None:
    """CoinShares: 15 to 20 % at 28 to 33 USD/PH/day; fitted, and not to be read as a prediction."""
    assert 0.15 <= float(Fleet().under_water(30.0)) <= 0.20


HASHPRICES = np.array([38.7, 35.0, 33.3, 29.7])
"""Before the four retargets from 8 January to 20 February 2026 [USD/PH/day]."""


@pytest.mark.parametrize("leaving", [0.05, 0.10])
def test_hashrate_of_20_february_without_the_storm(leaving: float) -> None:
    """From 1,045 EH/s in December; 1,030 EH/s were back on 20 February; predicted within 5 %."""
    assert float(Fleet().hashrate_after(1_045.0, HASHPRICES, leaving=leaving)[-1]) == pytest.approx(1_030.0, rel=0.05)


@pytest.mark.xfail(reason="The trough of 826 EH/s was a winter storm, which a model of prices must not reproduce")
def test_the_trough_of_the_storm_is_missed() -> None:
    assert float(Fleet().hashrate_after(1_045.0, HASHPRICES, leaving=0.10).min()) == pytest.approx(826.0, rel=0.05)
