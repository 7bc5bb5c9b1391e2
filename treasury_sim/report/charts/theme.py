"""How every chart looks: colours, titles, units, light and dark.

Colours are Okabe and Ito's, which colour-blind readers tell apart; a loss can also be recognised by its side of
zero, by parentheses, or by a pattern. Days are ISO text, which a browser reads as UTC, and time is drawn in UTC: no day
is shifted. Rows go in as data frames, because Altair checks plain values one by one, which takes a quarter of a second
for a year of days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Literal, TypeAlias

import altair as alt
import pandas as pd

from treasury_sim.domain.text_out import visible
from treasury_sim.report.charts.draw import drawn
from treasury_sim.report.words import unit_name

BLUE, VERMILLION, ORANGE, SKY, PURPLE, GREEN = "#0072B2", "#D55E00", "#E69F00", "#56B4E9", "#CC79A7", "#009E73"
GREY = "#7A7A7A"
LOSS, GAIN, TOTAL = VERMILLION, BLUE, GREY
SERIES = (BLUE, ORANGE, GREEN, PURPLE, SKY)
"""For series in the order in which they are named."""
TITLE_WIDTH = 84
"""Letters of a title before it breaks in a picture; a page takes it out (`without_title`) and breaks it itself."""
SIGNED, WHOLE, AXIS = "(,.2f", ",.0f", "(,~f"
"""d3 formats with thousands separators; negative amounts in parentheses; none is scientific."""

Chart: TypeAlias = alt.LayerChart | alt.FacetChart
"""What Altair says that layers become; here always the former."""

_SCALES = ((1e9, "bn"), (1e6, "m"), (1e3, "'000"))


@dataclass(frozen=True)
class Look:
    """Colours of what surrounds the data.

    Attributes
    ----------
    background
        Of the page; an exported picture is filled with it.
    text, muted
        Titles and amounts; axes and subtitles. Both have a contrast of 4.5 or more with the background.
    lines
        Grid and ticks.
    """

    background: str
    text: str
    muted: str
    lines: str


LOOKS: Mapping[Literal["light", "dark"], Look] = {
    "light": Look(background="#FFFFFF", text="#1F2430", muted="#5B6270", lines="#DDE0E6"),
    "dark": Look(background="#0E1117", text="#FAFAFA", muted="#A9AFBC", lines="#333A47"),
}
FONT = "'Source Sans', 'Source Sans 3', 'Helvetica Neue', Arial, sans-serif"
"""Fonts that the page has already; nothing is fetched."""


def unit_of(amounts: Sequence[float], currency: str) -> tuple[float, str]:
    """Choose the unit of an axis: currency units in one unit shown, and its name, such as ``$bn``."""
    largest = max((abs(amount) for amount in amounts), default=0.0)
    for divisor, suffix in _SCALES:
        if largest >= divisor:
            return divisor, unit_name(currency, suffix)
    return 1.0, unit_name(currency)


def title_of(text: str, subtitle: str = "") -> alt.TitleParams:
    """The finding as a title above all, broken so that it fits a picture."""
    return alt.TitleParams(
        wrap(text, TITLE_WIDTH), subtitle=wrap(subtitle, TITLE_WIDTH + 12), anchor="start", frame="bounds", offset=10
    )


def rows_of(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as the frame that a chart is drawn from."""
    return pd.DataFrame([_visible(dict(row)) for row in rows])


def zero_rule(axis: Literal["x", "y"], scale: alt.Scale | alt.UndefinedType = alt.Undefined) -> alt.Chart:
    """Draw the line of nothing, so that the side of a loss is seen."""
    channel = alt.X("zero:Q", scale=scale) if axis == "x" else alt.Y("zero:Q", scale=scale)
    chart: alt.Chart = alt.Chart(rows_of([{"zero": 0.0}])).mark_rule().encode(**{axis: channel})
    return chart


def configuration(look: Look) -> dict[str, Any]:
    """The Vega-Lite configuration of a look."""
    return {
        "background": look.background,
        "font": FONT,
        "view": {"stroke": None},
        "title": {
            "color": look.text,
            "fontSize": 14,
            "fontWeight": 600,
            "subtitleColor": look.muted,
            "subtitleFontSize": 12,
            "subtitlePadding": 4,
        },
        "axis": {
            "labelColor": look.muted,
            "titleColor": look.muted,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "gridColor": look.lines,
            "domainColor": look.lines,
            "tickColor": look.lines,
        },
        "legend": {"labelColor": look.text, "titleColor": look.muted, "labelFontSize": 12, "titleFontSize": 12},
        "text": {"color": look.text, "fontSize": 12},
        "rule": {"color": look.muted},
    }


def spec_of(chart: Chart, look: Look) -> dict[str, Any]:
    """The chart as Vega-Lite in a look; not validated again, which takes as long as building it.

    No control character of a name or an id is in it: what draws it would end.
    """
    spec: dict[str, Any] = _visible(chart.to_dict(validate=False))
    spec["config"] = configuration(look)
    return spec


def _visible(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {_visible(key): _visible(entry) for key, entry in value.items()}
    return [_visible(entry) for entry in value] if isinstance(value, list) else value


def without_title(spec: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """Title, subtitle and the rest of a specification, for a page that writes the title as text."""
    title = spec["title"]
    return " ".join(title["text"]), " ".join(title["subtitle"]), {k: v for k, v in spec.items() if k != "title"}


def picture(spec: Mapping[str, Any], form: Literal["png", "svg"], *, width: int = 720) -> bytes:
    """Draw a specification as a file, without a browser and without a network.

    Parameters
    ----------
    spec
        Of `spec_of`.
    width
        Of the plot in points; a PNG has twice as many pixels.
    """
    (image,) = drawn([{**spec, "width": width}], form)
    return image
