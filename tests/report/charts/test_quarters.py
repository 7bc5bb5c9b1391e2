"""The bars by quarter show what the engine found."""

from __future__ import annotations

import pytest

from tests.report.charts.shown import rows
from treasury_sim.domain.result import Result
from treasury_sim.report.charts.quarters import (
    QuarterBar,
    remeasurement_bars,
    remeasurement_chart,
    remeasurement_title,
)
from treasury_sim.report.charts.theme import SERIES


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
    assert set(scale["range"]) == set(SERIES)


def test_the_title_names_the_worst_quarter(result: Result) -> None:
    title = remeasurement_title(remeasurement_bars(result), "USD")
    assert title == "Worst quarter: 2025Q4, unrealised loss on digital assets of $17.4bn"
    assert remeasurement_title([], "USD") == "No quarter shows a loss on remeasurement"
