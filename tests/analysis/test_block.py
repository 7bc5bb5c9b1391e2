"""A sale of the holder's coins: by hand, its range, and wrong arguments."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from typer.testing import CliRunner

from treasury_sim import InputError, load, run
from treasury_sim.analysis.block import block
from treasury_sim.cli.main import cli
from treasury_sim.market.flows.impact import SquareRootImpact
from treasury_sim.market.flows.volatility import known_volatility


def test_a_tenth_of_strategys_coins_by_hand() -> None:
    """I = volatility x sqrt(5,885m / 80bn); 1 - 2/3 I to first order. The books stay at units times price."""
    case = load("strategy_2025q4")
    answer = block(case, days=5.0, shares=[0.1])
    (sale,) = answer.sales
    result = run(case)
    assert sale.fair_value == pytest.approx(0.1 * result.line("fair_value"))
    daily = result.holdings["BTC"].daily
    closes = daily.close[: int(np.flatnonzero(daily.days == np.datetime64("2025-12-31"))[0]) + 1]
    assert answer.volatility == pytest.approx(float(known_volatility(closes)[-1]))
    impact = answer.volatility * math.sqrt(sale.fair_value / 80e9)
    assert sale.fetched == pytest.approx(sale.fair_value * (1.0 - 2.0 / 3.0 * impact), rel=1e-5)
    assert sale.least < sale.fetched < sale.most < sale.fair_value
    assert sale.of_volume == pytest.approx(sale.fair_value / 400e9)
    assert sale.price_risk == pytest.approx(sale.fair_value * answer.volatility * math.sqrt(5.0 / 3.0))


def test_the_range_is_that_of_the_published_coefficients() -> None:
    case = load("strategy_2025q4")
    stated = block(case).sales[-1]
    strong = block(case, impact=SquareRootImpact(6.0)).sales[-1]
    assert strong.fetched == stated.least
    assert strong.units == pytest.approx(672_503)


def test_a_larger_share_fetches_more_at_a_lower_price() -> None:
    sales = block(load("strategy_2025q4")).sales
    prices = [sale.fetched / sale.units for sale in sales]
    assert prices == sorted(prices, reverse=True)
    assert [sale.fetched for sale in sales] == sorted(sale.fetched for sale in sales)


@pytest.mark.parametrize(
    ("name", "changes", "key"),
    [
        ("strategy_2025q4", {"shares": [0.0]}, "share"),
        ("strategy_2025q4", {"shares": [1.1]}, "share"),
        ("strategy_2025q4", {"shares": []}, "share"),
        ("strategy_2025q4", {"days": 0.0}, "days"),
        ("strategy_2025q4", {"days": math.nan}, "days"),
        ("strategy_2025q4", {"asset": "ETH"}, "asset"),
        ("strategy_2025q4", {"quarter": "2024Q1"}, "quarter"),
    ],
)
def test_a_wrong_argument_is_named(name: str, changes: dict[str, object], key: str) -> None:
    with pytest.raises(InputError) as error:
        block(load(name), **changes)  # type: ignore[arg-type]
    assert error.value.problems[0].key == key


def test_the_command_gives_rows() -> None:
    arguments = ["block", "strategy_2025q4", "--share", "10%", "--share", "100%", "--format", "json"]
    answer = json.loads(CliRunner().invoke(cli, arguments).stdout)
    assert [row["share"] for row in answer["sales"]] == [0.1, 1.0]
    assert answer["sales"][1]["fair_value"] == pytest.approx(58_854_100_045)
