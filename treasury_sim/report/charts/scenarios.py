"""Scenarios beside each other: one line of each, the base marked; and the steps from one framework to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.attribution.between_frameworks import Bridge
from treasury_sim.domain.lines import LINES
from treasury_sim.report.charts.theme import AXIS, GAIN, LOSS, SIGNED, Chart, rows_of, title_of, unit_of, zero_rule
from treasury_sim.report.tables.attribution import Step
from treasury_sim.report.tables.comparison import Compared
from treasury_sim.report.words import signed, spoken


@dataclass(frozen=True)
class ScenarioBar:
    """One line of one scenario.

    Attributes
    ----------
    name
        Of the scenario.
    amount
        Signed by its effect on income [currency].
    is_base
        Whether the others are compared with it.
    """

    name: str
    amount: float
    is_base: bool


def scenario_bars(row: Compared, names: Sequence[str]) -> list[ScenarioBar]:
    """Bars of one compared line, the base first; scenarios that do not have it are left out."""
    pairs = zip(names, row.amounts, strict=True)
    return [ScenarioBar(name, amount, number == 0) for number, (name, amount) in enumerate(pairs) if amount is not None]


def scenarios_chart(bars: Sequence[ScenarioBar], *, line: str, currency: str) -> Chart:
    """Draw one bar for each scenario; a loss is to the left of zero and in parentheses, the base is outlined."""
    divisor, unit = unit_of([bar.amount for bar in bars], currency)
    rows = [
        {
            "name": f"{bar.name} (base)" if bar.is_base else bar.name,
            "amount": bar.amount / divisor,
            "kind": "loss" if bar.amount < 0.0 else "gain",
            "edge": 2 if bar.is_base else 0,
        }
        for bar in bars
    ]
    edges = [0.0, *(bar.amount / divisor for bar in bars)]
    room = (max(edges) - min(edges) or 1.0) * 0.22
    scale = alt.Scale(domain=[min(edges) - room, max(edges) + room], nice=False)
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=220, ticks=False, domain=False))
    x = alt.X("amount:Q", title=unit, scale=scale, axis=alt.Axis(format=AXIS, tickCount=6))
    colour = alt.Color("kind:N", scale=alt.Scale(domain=["loss", "gain"], range=[LOSS, GAIN]), legend=None)
    drawn = alt.Chart(rows_of(rows)).mark_bar(size=24).encode(y=y, x=x, color=colour)
    text = alt.Text("amount:Q", format=SIGNED)
    left = alt.Chart(rows_of([row for row in rows if row["kind"] == "loss"])).mark_text(align="right", dx=-5)
    right = alt.Chart(rows_of([row for row in rows if row["kind"] == "gain"])).mark_text(align="left", dx=5)
    labels = [
        side.encode(y=y, x=x, text=text)
        for side, kind in ((left, "loss"), (right, "gain"))
        if any(row["kind"] == kind for row in rows)
    ]
    title = scenarios_title(bars, line, currency)
    return alt.layer(drawn, zero_rule("x", scale), *labels).properties(
        title=title_of(title, LINES[line].title), height=34 * len(rows), description=title
    )


def scenarios_title(bars: Sequence[ScenarioBar], line: str, currency: str) -> str:
    """Say what the worst scenario differs from the base by."""
    base, worst = bars[0], min(bars, key=lambda bar: bar.amount)
    what = LINES[line].title.lower()
    if worst.is_base or len(bars) == 1:
        return f"{base.name} has the lowest {what}: {signed(base.amount, currency)}"
    change = signed(worst.amount - base.amount, currency)
    return f"{worst.name} has the lowest {what}: {signed(worst.amount, currency)}, {change} against the base"


def bridge_steps(bridge: Bridge, first: str, second: str) -> list[Step]:
    """The bridge as a waterfall of what goes through profit or loss; steps too small to be seen are left out."""
    level = bridge.first.income
    least = 0.0005 * max(abs(step.income) for step in (bridge.first, *bridge.steps, bridge.second))
    steps = [Step(FRAMEWORKS[first].title, 0.0, level, level, is_total=True)]
    for each in bridge.steps:
        if abs(each.income) > least:
            steps.append(Step(each.words.partition(":")[0], level, level + each.income, each.income))
        level += each.income
    total = bridge.second.income
    return [*steps, Step(FRAMEWORKS[second].title, 0.0, total, total, is_total=True)]


def bridge_title(bridge: Bridge, first: str, second: str, currency: str) -> str:
    """Say by how much the second framework differs in profit or loss."""
    change = bridge.second.income - bridge.first.income
    base, other = FRAMEWORKS[first].title, FRAMEWORKS[second].title
    if not change:
        return f"{bridge.label}: {other} shows the same in profit or loss as {base}"
    size = f"{spoken(change, currency)} {'more' if change > 0.0 else 'less'}"
    return f"{bridge.label}: {other} shows {size} in profit or loss than {base}"
