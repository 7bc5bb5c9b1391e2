"""Every chart looks alike: readable in light and dark, units without scientific notation."""

from __future__ import annotations

from typing import Literal

import altair as alt
import pandas as pd
import pytest

from tests.report.charts.shown import FAIR_VALUE, LABEL
from treasury_sim.domain.result import Result
from treasury_sim.report.charts.theme import (
    LOOKS,
    LOSS,
    SERIES,
    Chart,
    picture,
    spec_of,
    title_of,
    unit_of,
    without_title,
)
from treasury_sim.report.charts.waterfall import waterfall, waterfall_chart


@pytest.mark.parametrize(("largest", "unit"), [(2e9, "$bn"), (2e6, "$m"), (2e3, "$'000"), (2.0, "$"), (0.0, "$")])
def test_the_unit_of_an_axis_fits_its_largest_amount(largest: float, unit: str) -> None:
    assert unit_of([-largest, 1.0 if largest else 0.0], "USD")[1] == unit


def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB`` (WCAG 2.1)."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_stands_out_as_wcag_aa_asks_and_losses_as_graphics_must(name: Literal["light", "dark"]) -> None:
    look = LOOKS[name]
    assert contrast(look.text, look.background) >= 7.0
    assert contrast(look.muted, look.background) >= 4.5
    assert contrast(LOSS, look.background) >= 3.0
    assert all(contrast(colour, look.background) >= 2.2 for colour in SERIES)


def bridge(result: Result) -> Chart:
    return waterfall_chart(waterfall(result, FAIR_VALUE, LABEL), title="Net loss", subtitle="", currency="USD")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_chart_takes_its_look_from_the_configuration_alone(result: Result, name: Literal["light", "dark"]) -> None:
    spec = spec_of(bridge(result), LOOKS[name])
    assert spec["config"]["background"] == LOOKS[name].background
    assert spec["config"]["text"]["color"] == LOOKS[name].text
    assert spec["layer"] == bridge(result).to_dict()["layer"]


def test_a_picture_is_drawn_without_a_browser(result: Result) -> None:
    spec = spec_of(bridge(result), LOOKS["light"])
    assert picture(spec, "png").startswith(b"\x89PNG")
    svg = picture(spec, "svg").decode()
    assert svg.startswith("<svg")
    assert "(17.44)" in svg
    assert "Unrealised loss" in svg


def test_a_title_breaks_where_a_picture_ends_and_a_page_gets_it_whole() -> None:
    text = "Lowest BTC price in 2025Q4 drives remeasurement in profit or loss most, and then the tax rate does."
    chart = alt.Chart(pd.DataFrame({"x": [1]})).mark_bar().encode(x="x:Q")
    spec = spec_of(alt.layer(chart).properties(title=title_of(text, "2025Q4")), LOOKS["light"])
    assert [len(line) for line in spec["title"]["text"]] == [84, 14]
    title, subtitle, rest = without_title(spec)
    assert (title, subtitle) == (text, "2025Q4")
    assert "title" not in rest
