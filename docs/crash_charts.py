"""Draws the charts of docs/crash-2026.md: `python docs/crash_charts.py`.

Every figure comes from the functions that the commands call, so a chart and a table of the page cannot differ.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import altair as alt

from treasury_sim import attribute_mechanisms, load
from treasury_sim.analysis.block import block
from treasury_sim.analysis.crash import crash
from treasury_sim.market.following import fit_follower
from treasury_sim.market.history import Window, load_history
from treasury_sim.report.charts.draw import drawn
from treasury_sim.report.charts.theme import BLUE, GREY, LOOKS, ORANGE, Chart, rows_of, spec_of, title_of

FOLDER = Path(__file__).with_name("crash-2026")
WIDTH = 640
BTC, ETH = load_history("BTC"), load_history("ETH")


def liquidations() -> Chart:
    """Coins liquidated by day, by the book and by the rule."""
    days = crash(BTC, date(2026, 1, 25), date(2026, 2, 10), open_interest=700_000.0).days
    rows = [
        {"day": str(each.day), "coins": coins / 1e3, "by": by}
        for each in days
        for by, coins in (("book", each.by_book), ("rule", each.by_rule))
    ]
    bars = (
        alt.Chart(rows_of(rows))
        .mark_bar()
        .encode(
            x=alt.X("day:O", title=None),
            xOffset="by:N",
            y=alt.Y("coins:Q", title="Long positions liquidated, thousand coins"),
            color=_two("by", ["book", "rule"]),
        )
    )
    return alt.layer(bars).properties(
        title=title_of("Book and rule liquidate about the same", "Published for 5 February 2026: 17,600 coins"),
        width=WIDTH,
        height=220,
    )


def lows() -> Chart:
    """The low of each day as it was, and what forced sellers explain of it, with the range."""
    days = crash(BTC, date(2026, 1, 25), date(2026, 2, 10), open_interest=700_000.0).days
    rows = [
        {
            "day": str(each.day),
            "fall": 100.0 * each.fall,
            "part": 100.0 * each.impact,
            "least": 100.0 * each.impact_range[0],
            "most": 100.0 * each.impact_range[1],
        }
        for each in days
    ]
    base = alt.Chart(rows_of(rows)).encode(x=alt.X("day:O", title=None))
    falls = base.mark_bar(color=GREY).encode(y=alt.Y("fall:Q", title="Fall to the low, %"))
    parts = base.mark_bar(color=ORANGE, size=12).encode(y="part:Q")
    ranges = base.mark_rule(color=BLUE, strokeWidth=2).encode(y="least:Q", y2="most:Q")
    title = "Forced sellers explain 0.4 of 14.8 points on 5 February 2026 (0.2 to 2.2)"
    subtitle = "Grey: the fall. Orange: explained at a coefficient of 1. Blue: the range of the published coefficients."
    return alt.layer(falls, parts, ranges).properties(title=title_of(title, subtitle), width=WIDTH, height=220)


def shares() -> Chart:
    """What liquidations make of Strategy's first quarter of 2026, by framework."""
    case = load("strategy_2026q1").what_if(
        {"prices.BTC.overlay": {"flows": {"liquidations": {"open_interest": 700_000}}}}
    )
    rows = []
    for key, name in (("us_gaap_fair_value", "Fair value"), ("us_gaap_impairment", "Cost less impairment")):
        share = attribute_mechanisms(case, framework=key).shares[0]
        low, high = -share.most / 1e6, -share.least / 1e6
        rows.append({"rule": name, "amount": -share.share.value / 1e6, "least": low, "most": high})
    base = alt.Chart(rows_of(rows)).encode(y=alt.Y("rule:N", title=None, sort=None))
    bars = base.mark_bar(color=ORANGE, size=22).encode(
        x=alt.X("amount:Q", title="Added to the loss of the quarter, $m")
    )
    ranges = base.mark_rule(color=BLUE, strokeWidth=3).encode(x="least:Q", x2="most:Q")
    title = "Forced selling costs money at the lowest price, and hardly any at a quarter end"
    subtitle = "Strategy, Q1 2026. Blue: the range of the published coefficients."
    return alt.layer(bars, ranges).properties(title=title_of(title, subtitle), width=WIDTH, height=110)


def ether() -> Chart:
    """Weeks of a crash: ether as predicted from bitcoin's path, and as it was."""
    _, test = fit_follower(ETH, BTC, Window(date(2018, 1, 1), date(2023, 12, 31)))
    rows = [
        {"week": str(week.last), "change": 100.0 * change, "by": by}
        for week in test.weeks
        for by, change in (("actual", week.actual), ("predicted", week.predicted))
    ]
    bars = (
        alt.Chart(rows_of(rows))
        .mark_bar()
        .encode(
            x=alt.X("week:O", title=None),
            xOffset="by:N",
            y=alt.Y("change:Q", title="Ether in the week, %"),
            color=_two("by", ["actual", "predicted"]),
        )
    )
    title = "From bitcoin's path alone, ether's crash weeks are missed by 4.3 points (root mean square)"
    return alt.layer(bars).properties(
        title=title_of(title, "Parameters of 2018 to 2023; weeks from 2024 on are out of sample."),
        width=WIDTH,
        height=220,
    )


def sale() -> Chart:
    """What a sale of Strategy's coins would fetch, by its size."""
    rows: list[dict[str, Any]] = [
        {
            "share": 100.0 * each.share,
            "less": 100.0 * (1.0 - each.fetched / each.fair_value),
            "least": 100.0 * (1.0 - each.most / each.fair_value),
            "most": 100.0 * (1.0 - each.least / each.fair_value),
        }
        for each in block(load("strategy_2025q4"), shares=[step / 20.0 for step in range(1, 21)]).sales
    ]
    base = alt.Chart(rows_of(rows)).encode(x=alt.X("share:Q", title="Share of the coins sold, %"))
    band = base.mark_area(opacity=0.3, color=BLUE).encode(y=alt.Y("least:Q", title="Below fair value, %"), y2="most:Q")
    line = base.mark_line(color=ORANGE, strokeWidth=3).encode(y="less:Q")
    title = "All of Strategy's coins would fetch 0.9 % less than fair value (0.5 to 5.5 %)"
    return alt.layer(band, line).properties(title=title_of(title, "At the end of 2025"), width=WIDTH, height=220)


def _two(field: str, names: list[str]) -> alt.Color:
    return alt.Color(f"{field}:N", title=None, scale=alt.Scale(domain=names, range=[GREY, ORANGE]))


CHARTS = {"liquidations": liquidations, "lows": lows, "shares": shares, "ether": ether, "sale": sale}


def main() -> None:
    """Draw every chart."""
    FOLDER.mkdir(exist_ok=True)
    pictures = drawn([spec_of(chart(), LOOKS["light"]) for chart in CHARTS.values()], "svg")
    for name, picture in zip(CHARTS, pictures, strict=True):
        (FOLDER / f"{name}.svg").write_bytes(picture)


if __name__ == "__main__":
    main()
