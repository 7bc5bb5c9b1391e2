"""What a result shows in Python: a few lines of text, frames that hold the result's own figures, charts."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from treasury_sim import InputError, Result, distribution, load, run, scenarios
from treasury_sim.domain.lines import LINES

SIMULATED = "strategy_2026_simulated"
SHOWN = ("strategy_2025q4", "strategy_history", "no_debt", "bitmine_2026q1", SIMULATED)


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    return {name: run(name) for name in SHOWN}


@pytest.mark.parametrize("name", SHOWN)
def test_a_result_prints_in_at_most_40_lines(results: dict[str, Result], name: str) -> None:
    lines = repr(results[name]).splitlines()
    assert len(lines) <= 40
    assert lines[0] == results[name].title
    assert "nan" not in repr(results[name])


def test_what_is_printed_is_the_result_s_own_figure(results: dict[str, Result]) -> None:
    line = next(line for line in repr(results["strategy_2025q4"]).splitlines() if line.startswith("Net income"))
    assert line.split() == ["Net", "income", "(12,444.1)", "(1,802.1)"]
    assert "(12,444.1)" in results["strategy_2025q4"]._repr_html_()


def test_text_from_a_scenario_is_no_markup_in_a_notebook() -> None:
    hostile = "<script>alert(1)</script>"
    html = run(load("strategy_2025q4").what_if({"title": hostile, "holder.name": hostile}))._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("name", SHOWN)
def test_every_figure_of_the_frame_is_that_of_the_statements(results: dict[str, Result], name: str) -> None:
    result = results[name]
    frame = result.frame()
    reported = len(result.reported)
    for (key, asset), part in frame.groupby(level=["framework", "asset"]):
        statement = result.statements[str(key)]
        lines: dict[str, Any] = dict(statement.lines if asset == "all" else statement.assets[str(asset)].lines)
        for line in lines.keys() & LINES.keys():
            values = lines[line]
            if values is None:
                assert line not in part or part[line].isna().all()
                continue
            expected = np.broadcast_to(values[:, -reported:], (result.paths, reported))
            np.testing.assert_array_equal(part[line].to_numpy().reshape(reported, -1).T, expected)


def test_a_line_is_a_number_on_one_path_and_an_array_on_many(results: dict[str, Result]) -> None:
    replay, sample = results["strategy_2025q4"], results[SIMULATED]
    assert replay.line("net_income") == replay.statements["us_gaap_fair_value"].lines["net_income"][0, -1]  # type: ignore[index]
    assert replay.line("units", asset="BTC") == pytest.approx(672_503)
    values = sample.line("net_income", framework="us_gaap_impairment")
    assert isinstance(values, np.ndarray)
    assert values.shape == (sample.paths,)


def test_flows_of_a_fiscal_year_add_up_and_balances_are_those_of_its_end(results: dict[str, Result]) -> None:
    history = results["strategy_history"]
    quarters = [f"2024Q{number}" for number in range(1, 5)]
    year = sum(history.line("remeasurement_pl", quarter) for quarter in quarters)
    assert history.line("remeasurement_pl", "FY2024") == pytest.approx(year)
    assert history.line("carrying", "FY2024") == history.line("carrying", "2024Q4")


def test_the_lots_add_up_to_the_statement(results: dict[str, Result]) -> None:
    result = results["strategy_2025q4"]
    lots = result.lots()
    assert lots["units"].sum() == pytest.approx(result.line("units"))
    assert lots["carrying_us_gaap_impairment"].sum() == pytest.approx(
        result.line("carrying", framework="us_gaap_impairment")
    )


def test_the_frame_of_a_distribution_has_its_figures_and_errors(results: dict[str, Result]) -> None:
    result = results[SIMULATED]
    of = distribution(result, "us_gaap_fair_value", "net_income", result.period())
    assert of is not None
    frame = of.frame()
    assert frame.loc["p5", "value"] == of.quantile(0.05).value
    assert frame.loc["value_at_risk_95", "error"] == of.value_at_risk().error
    assert len(repr(of)) < 300


def test_a_scenario_prints_in_a_few_lines_and_takes_dotted_keys() -> None:
    scenario = load("strategy_2025q4")
    assert len(repr(scenario).splitlines()) <= 5
    changed = scenario.what_if({"tax.rate": 0.21, "prices.BTC.quarter_end.2025-12-31": 60_000})
    assert changed.spec.tax.rate == 0.21
    assert run(changed).line("fair_value") == pytest.approx(672_503 * 60_000, rel=1e-9)
    assert scenario.spec.tax.rate != 0.21
    assert not changed.spec.expect


def test_every_shipped_scenario_is_listed_by_name() -> None:
    assert scenarios()["strategy_2025q4"] == "Strategy, fourth quarter of 2025"
    for name in scenarios():
        assert load(name).spec.title == scenarios()[name]


def test_every_chart_is_an_altair_object_with_its_finding(results: dict[str, Result]) -> None:
    replay, sample = results["strategy_2025q4"], results[SIMULATED]
    charts = [replay.plot.bridge(), replay.plot.prices(), replay.plot.quarters(), sample.plot.fan()]
    for chart in (*charts, sample.plot.histogram(framework="us_gaap_impairment")):
        drawn = chart.to_dict()
        assert " ".join(drawn["title"]["text"])
        assert json.dumps(drawn, default=str)


MISTAKES: list[tuple[str, Any, str]] = [
    ("line", lambda result: result.line("netincome"), "Did you mean net_income?"),
    ("line, no text", lambda result: result.line(5), "expected a line of the statement, found 5"),
    ("quarter", lambda result: result.line("net_income", "2025Q5"), "Did you mean 2025Q4?"),
    ("framework", lambda result: result.line("net_income", framework="us_gaap_fairvalue"), "us_gaap_fair_value?"),
    ("asset", lambda result: result.line("carrying", asset="ETH"), "found ETH"),
    ("line of an asset", lambda result: result.line("net_income", asset="BTC"), "found net_income"),
    ("frame", lambda result: result.frame(framework="ifrs"), "found ifrs"),
    ("frame of an asset", lambda result: result.frame(asset="DOGE"), "found DOGE"),
    ("lots", lambda result: result.lots("Q4"), "found Q4"),
    ("bridge", lambda result: result.plot.bridge("2024Q4"), "found 2024Q4"),
    ("prices", lambda result: result.plot.prices(asset="DOGE"), "found DOGE"),
    ("histogram of one path", lambda result: result.plot.histogram(), "differs from path to path"),
]


@pytest.mark.parametrize(("call", "words"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_a_wrong_name_is_refused_with_the_nearest(results: dict[str, Result], call: Any, words: str) -> None:
    with pytest.raises(InputError) as caught:
        call(results["strategy_2025q4"])
    assert words in str(caught.value)


def test_the_lots_and_prices_of_a_simulation_are_refused_with_what_to_do(results: dict[str, Result]) -> None:
    for call in (results[SIMULATED].lots, results[SIMULATED].plot.prices):
        with pytest.raises(InputError, match="open_path"):
            call()


@pytest.mark.parametrize(("key", "value"), [("tax.rates", 0.2), ("tax.rate", "much"), ("nothing", 1)])
def test_a_wrong_what_if_is_refused_with_its_key(key: str, value: object) -> None:
    with pytest.raises(InputError) as caught:
        load("strategy_2025q4").what_if({key: value})
    assert key in str(caught.value)
