"""The price chart shows what the rules looked at."""

from __future__ import annotations

from datetime import date

import pytest

from tests.report.charts.shown import LABEL, rows
from treasury_sim import load, run
from treasury_sim.domain.result import Result
from treasury_sim.report.charts.prices import price_chart, price_path
from treasury_sim.report.tables.prices import quarter_price
from treasury_sim.report.tables.statement import position


def test_the_price_path_reaches_from_two_quarters_before_to_the_end(result: Result) -> None:
    path = price_path(result, "BTC", LABEL)
    assert [path.daily[0][0], path.daily[-1][0]] == ["2025-03-31", "2025-12-31"]
    assert all(low <= close for _, low, close in path.daily)
    assert path.average_cost[0][0] == "2025-03-31"
    assert path.average_cost[-1][0] == "2025-12-31"
    assert path.average_cost[-1][1] == pytest.approx(74_998.59, abs=0.01)
    assert [path.prices.end.price, path.prices.low, path.prices.low_day] == [
        87_515.0,
        80_524.65,
        date(2025, 11, 21),
    ]


def test_the_low_of_a_quarter_does_not_depend_on_the_policy() -> None:
    changed = load("strategy_2025q4").with_values({("accounting", "impairment_price"): "period_end", ("expect",): None})
    assert quarter_price(run(changed), "BTC", LABEL).low == 80_524.65


@pytest.mark.parametrize(("price", "low"), [(60_000.0, 60_000.0), (87_515.0, 80_524.65)])
def test_chart_and_statement_have_one_low(price: float, low: float) -> None:
    end = ("prices", "BTC", "quarter_end", date(2025, 12, 31))
    changes: dict[tuple[str | date | int, ...], object] = {end: price, ("expect",): None}
    changed = run(load("strategy_2025q4").with_values(changes))
    [row] = [row for row in position(changed, LABEL).rows if "low of the quarter" in row.title]
    path = price_path(changed, "BTC", LABEL)
    assert {path.prices.low, *row.amounts} == {low}
    assert f"{path.prices.low_day}" in row.title
    assert f"Low {low:,.2f}" in {row.get("text") for row in rows(price_chart(path, currency="USD"))}


def test_the_price_chart_shows_days_in_utc_and_marks_price_and_low(result: Result) -> None:
    chart = price_chart(price_path(result, "BTC", LABEL), currency="USD")
    shown = rows(chart)
    assert {row["text"] for row in shown if "text" in row} == {"Quarter-end 87,515.00", "Low 80,524.65"}
    layers = chart.to_dict()["layer"]
    days = [layer["encoding"]["x"] for layer in layers]
    assert all(x["scale"]["type"] == "utc" for x in days)
    assert chart.to_dict()["description"].startswith("BTC ends the quarter at 87,515.00 USD, 17% above")
