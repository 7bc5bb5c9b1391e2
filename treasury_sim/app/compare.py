"""The page "Compare": kept scenarios side by side, and the bridge between two frameworks."""

from __future__ import annotations

from functools import partial

import streamlit as st

from treasury_sim.accounting import FRAMEWORKS
from treasury_sim.analysis.attribution.between_frameworks import Bridge, framework_bridge
from treasury_sim.app import frame, parts, period, state, widgets
from treasury_sim.report.charts.scenarios import bridge_steps, bridge_title, scenario_bars, scenarios_chart
from treasury_sim.report.charts.waterfall import waterfall_chart
from treasury_sim.report.tables.comparison import compared, comparison_table, differences_table
from treasury_sim.report.tables.framework_bridge import bridge_table
from treasury_sim.scenario import Scenario
from treasury_sim.scenario.differences import differences

OPEN, OPENED = "Open now", "As opened"


def body() -> None:
    """Draw the page."""
    _scenarios()
    st.divider()
    _frameworks()


def _choices() -> dict[str, Scenario]:
    """Scenarios that can be compared, by name."""
    opened = state.now()
    own = {OPENED: opened.original, OPEN: opened.scenario} if opened.edited else {OPEN: opened.scenario}
    return {**own, **{each.name: each.scenario for each in state.kept()}}


def _scenarios() -> None:
    st.subheader("Scenarios side by side", anchor=False)
    choices = _choices()
    if len(choices) == 1:
        st.info("Nothing to compare yet. Move a dial on What if, or keep scenarios with Keep.")
    names = list(choices)
    base = str(widgets.recall(st.selectbox, "Base", names, key="compare_base", default=names[0]))
    others = [name for name in names if name != base]
    if others:
        key = f"compare_with_{len(names)}_{base}"
        others = widgets.recall(st.multiselect, "Compared with the base", others, key=key, default=others)
    _compare([base, *others], choices)
    for each in state.kept():
        st.button(f"Drop {parts.plain(each.name)}", on_click=partial(state.drop, each.name), key=f"drop_{each.name}")


def _compare(names: list[str], choices: dict[str, Scenario]) -> None:
    scenarios = [choices[name] for name in names]
    results = [state.result_of(scenario) for scenario in scenarios]
    if len({result.currency for result in results}) > 1:
        parts.problems("Scenarios in different currencies cannot be compared, as no exchange rate is given.")
        return
    shown = period.choose(state.result_of(state.scenario()))
    key = parts.choose("Under", list(results[0].statements), "compare_framework")
    rows = compared(results, key, shown)
    line = next((row for row in rows if row.line in {"net_income", "pre_tax_income"} and len(names) > 1), None)
    bottom = next((row for row in rows if row.line == "net_income"), line)
    if bottom is not None and len(names) > 1:
        drawn = scenarios_chart(scenario_bars(bottom, names), line=bottom.line, currency=results[0].currency)
        parts.chart(drawn, "scenarios")
    parts.table(comparison_table(rows, names, results, shown, parts.framework(key)))
    if len(names) > 1:
        differing = {name: differences(scenarios[0], choices[name]) for name in names[1:]}
        assumed = differences_table(differing)
        if assumed.rows:
            parts.table(assumed)
        else:
            st.caption("The scenarios have the same assumptions.")


def _frameworks() -> None:
    st.subheader("Frameworks side by side", anchor=False)
    scenario = state.scenario()
    result = state.result_of(scenario)
    if result.basis != "replay":
        st.info("A bridge between frameworks needs a single price path. State the prices on What if.")
        return
    if any(lot.opening is not None for lot in scenario.lots):
        st.info("Lots enter with a balance stated under one framework, so it cannot be bridged to another.")
        return
    own = list(scenario.spec.accounting.frameworks)
    keys = list(FRAMEWORKS)
    left, right = st.columns(2)
    written = parts.framework
    first = widgets.recall(left.selectbox, "From", keys, key="bridge_from", default=own[0], format_func=written)
    start = own[1] if len(own) > 1 else "us_gaap_impairment"
    second = widgets.recall(right.selectbox, "To", keys, key="bridge_to", default=start, format_func=written)
    last = result.timeline.quarters[period.chosen(result).quarters[-1]].label
    bridge = _bridge(state.key_of(scenario), scenario, str(first), str(second), last)
    currency = scenario.spec.holder.currency
    drawn = waterfall_chart(
        bridge_steps(bridge, str(first), str(second)),
        title=bridge_title(bridge, str(first), str(second), currency),
        subtitle="Profit or loss: remeasurement and results of disposals, before tax.",
        currency=currency,
    )
    parts.chart(drawn, "frameworks")
    parts.table(bridge_table(bridge, str(first), str(second), currency))
    for key in dict.fromkeys((str(first), str(second))):
        framework = FRAMEWORKS[key]
        st.caption(parts.plain(f"{framework.title}: {framework.citation}. {framework.summary}"))


@st.cache_resource(max_entries=64, show_spinner=False)
def _bridge(key: str, _scenario: Scenario, first: str, second: str, label: str) -> Bridge:  # noqa: ARG001 - the scenario's hash
    return framework_bridge(_scenario, first, second, label)


frame.page(body)
