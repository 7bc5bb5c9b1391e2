"""What the charts show is what the engine found."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from treasury_sim import load, run
from treasury_sim.domain.result import Result
from treasury_sim.report.chart_data import (
    QuarterBar,
    price_path,
    quarter_price,
    remeasurement_bars,
    waterfall,
)
from treasury_sim.report.charts import (
    FRAMEWORK_COLOURS,
    price_chart,
    remeasurement_chart,
    remeasurement_title,
    unit_of,
    waterfall_chart,
)

FAIR_VALUE, IMPAIRMENT, LABEL = "us_gaap_fair_value", "us_gaap_impairment", "2025Q4"


@pytest.fixture(scope="module")
def result() -> Result:
    return run(load("strategy_2025q4"))


@pytest.fixture(scope="module")
def history() -> Result:
    return run(load("strategy_history").with_values({("expect",): None}))


def rows(chart: Any) -> list[dict[str, Any]]:
    """All data of a chart."""
    return [row for values in chart.to_dict()["datasets"].values() for row in values]


@pytest.mark.parametrize("key", [FAIR_VALUE, IMPAIRMENT])
def test_a_waterfall_runs_from_nothing_to_net_income(result: Result, key: str) -> None:
    *steps, total = waterfall(result, key, LABEL)
    assert steps[0].start == 0.0
    assert [step.start for step in steps[1:]] == [step.end for step in steps[:-1]]
    net = result.statements[key].lines["net_income"]
    assert net is not None
    assert total.is_total
    assert total.amount == net[0, -1]
    assert steps[-1].end == pytest.approx(total.amount)


def test_a_waterfall_is_named_by_the_rule_and_the_sign(result: Result) -> None:
    assert [step.title for step in waterfall(result, FAIR_VALUE, LABEL)] == [
        "Unrealised loss",
        "Other operating",
        "Interest, net",
        "Tax benefit",
        "Net loss",
    ]
    assert waterfall(result, IMPAIRMENT, LABEL)[0].title == "Impairment"


def test_a_waterfall_without_tax_ends_before_it(history: Result) -> None:
    no_tax = run(load("strategy_2025q4").with_values({("tax", "rate"): None, ("capital",): None, ("expect",): None}))
    assert waterfall(no_tax, FAIR_VALUE, LABEL)[-1].title == "Loss before tax"


def test_the_waterfall_chart_is_in_billions_and_tells_losses_by_their_sign(result: Result) -> None:
    chart = waterfall_chart(
        waterfall(result, FAIR_VALUE, LABEL), title="Net loss of $12.4bn", subtitle="", currency="USD"
    )
    shown = {row["title"]: row for row in rows(chart) if "title" in row}
    assert shown["Unrealised loss"]["amount"] == pytest.approx(-17.436, abs=0.001)
    assert {title: row["kind"] for title, row in shown.items()} == {
        "Unrealised loss": "loss",
        "Other operating": "loss",
        "Interest, net": "loss",
        "Tax benefit": "gain",
        "Net loss": "total",
    }
    text = json.dumps(chart.to_dict())
    assert '"USD bn"' in text
    assert '"(,.2f"' in text  # every bar carries its amount, a negative one in parentheses


def test_bars_cover_every_quarter_since_the_first_purchase(history: Result) -> None:
    bars = remeasurement_bars(history)
    assert [bars[0].label, bars[-1].label, len(bars)] == ["2020Q3", "2025Q4", 22]
    assert [bar.label for bar in bars if not bar.at_cost] == ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
    assert all(bar.at_cost == ("impairment" in bar.name) for bar in bars)
    assert bars[-1].amount == pytest.approx(-17_436_058_296.68)


def test_impairment_and_fair_value_differ_without_colour(result: Result) -> None:
    chart = remeasurement_chart(remeasurement_bars(result), currency="USD")
    shown = rows(chart)
    assert {row["rule"] for row in shown if "rule" in row} == {"Cost (hollow)", "Fair value (filled)"}
    opacity = chart.to_dict()["layer"][0]["encoding"]["fillOpacity"]["scale"]
    filled = dict(zip(opacity["domain"], opacity["range"], strict=True))
    assert filled["Cost (hollow)"] < 0.2
    assert filled["Fair value (filled)"] > 0.9


def test_there_are_colours_for_as_many_frameworks_as_are_drawn() -> None:
    bars = [QuarterBar(f"framework {n}", "2025Q4", "loss", -1.0, at_cost=False) for n in range(9)]
    scale = remeasurement_chart(bars, currency="USD").to_dict()["layer"][0]["encoding"]["color"]["scale"]
    assert len(scale["range"]) == len(scale["domain"]) == 9
    assert set(scale["range"]) == set(FRAMEWORK_COLOURS)


def test_the_title_names_the_worst_quarter(result: Result) -> None:
    title = remeasurement_title(remeasurement_bars(result), "USD")
    assert title == "Worst quarter: 2025Q4, unrealised loss on digital assets of $17.4bn"
    assert remeasurement_title([], "USD") == "No quarter shows a loss on remeasurement"


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


def test_the_price_chart_shows_days_in_utc_and_marks_price_and_low(result: Result) -> None:
    chart = price_chart(price_path(result, "BTC", LABEL), currency="USD")
    shown = rows(chart)
    assert {row["text"] for row in shown if "text" in row} == {"Quarter-end 87,515.00", "Low 80,524.65"}
    layers = chart.to_dict()["layer"]
    days = [layer["encoding"]["x"] for layer in layers]
    assert all(x["scale"]["type"] == "utc" for x in days)
    assert chart.to_dict()["description"].startswith("BTC ends the quarter at 87,515.00 USD, 17% above")


@pytest.mark.parametrize(
    ("largest", "unit"), [(2e9, "USD bn"), (2e6, "USD m"), (2e3, "USD k"), (2.0, "USD"), (0.0, "USD")]
)
def test_the_unit_of_an_axis_fits_its_largest_amount(largest: float, unit: str) -> None:
    assert unit_of([-largest, 1.0 if largest else 0.0], "USD")[1] == unit
