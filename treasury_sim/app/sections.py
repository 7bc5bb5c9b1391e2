"""The parts of the page that show a result."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from treasury_sim.domain.result import Result
from treasury_sim.frameworks import FRAMEWORKS
from treasury_sim.report import screen, tables
from treasury_sim.report.charts.prices import price_chart, price_path
from treasury_sim.report.charts.quarters import remeasurement_bars, remeasurement_chart
from treasury_sim.report.charts.waterfall import waterfall, waterfall_chart
from treasury_sim.report.finding import headline, key_figures
from treasury_sim.report.json_result import to_json
from treasury_sim.scenario import Scenario, to_yaml


def plain(text: str) -> str:
    """Write text so that Markdown shows it as it is: a dollar sign begins no formula."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("~", "\\~")


def finding(result: Result, base: Result | None) -> None:
    """Show the headline, and the key figures of every framework.

    Parameters
    ----------
    base
        The unedited run to compare with, if the scenario is edited.
    """
    label, keys = result.reported[-1].label, list(result.statements)
    st.subheader(plain(headline(result, keys[0], label)), anchor=False)
    for key in keys:
        st.caption(plain(f"**{FRAMEWORKS[key].title}** ({FRAMEWORKS[key].citation})"))
        figures = key_figures(result, key, label, base)
        with st.container(horizontal=True):
            for figure in figures:
                st.metric(plain(figure.title), plain(figure.text), figure.change and plain(figure.change), width=170)
    if base is not None:
        st.caption("Small figures: change against the scenario as shipped.")


def drawn(result: Result) -> None:
    """Draw the income bridge of the last quarter, and each asset's price against its average cost."""
    left, right = st.columns(2, gap="medium")
    with left:
        _waterfall(result)
    with right:
        label = result.reported[-1].label
        for asset in result.holdings:
            path = price_path(result, asset, label)
            if path.daily:
                st.altair_chart(price_chart(path, currency=result.currency), width="stretch")


def _waterfall(result: Result) -> None:
    label, keys = result.reported[-1].label, list(result.statements)
    key = keys[0]
    if len(keys) > 1:
        key = st.radio(
            "Bridge drawn under",
            keys,
            format_func=lambda name: FRAMEWORKS[name].title,
            horizontal=True,
            key="drawn",
            label_visibility="collapsed",
        )
    chart = waterfall_chart(
        waterfall(result, key, label),
        title=headline(result, key, label),
        subtitle=FRAMEWORKS[key].title,
        currency=result.currency,
    )
    st.altair_chart(chart, width="stretch")


def statements(result: Result) -> None:
    """Show the income bridge of the last quarter, and what is held at its end."""
    last = result.reported[-1]
    left, right = st.columns(2, gap="medium")
    with left:
        _table(f"Income bridge, {last.label}", screen.statement_table(result, tables.income_bridge(result, last.label)))
    with right:
        _table(f"Position at {last.end}", screen.statement_table(result, tables.position(result, last.label)))


def quarters(result: Result) -> None:
    """Show the remeasurement of every quarter since the first purchase."""
    bars = remeasurement_bars(result)
    st.altair_chart(remeasurement_chart(bars, currency=result.currency), width="stretch")


def lots(result: Result) -> None:
    """Show the lots held at the end of the last quarter."""
    label = result.reported[-1].label
    st.markdown(f"**Lots at the end of {label}**")
    st.caption(plain(screen.lots_sentence(result, label)))
    frame = pd.DataFrame(screen.lot_columns(result, label))
    numbers = frame.select_dtypes("number").columns
    shown = {
        name: st.column_config.NumberColumn(format="accounting")
        if name.startswith("Unit cost")
        else st.column_config.NumberColumn(format="localized", step=None if name == "Units" else 1)
        for name in numbers
    }
    st.dataframe(frame, hide_index=True, width="stretch", height=360, column_config=shown)


def checks(result: Result, *, edited: bool) -> None:
    """Show the expectations, the notes and the sources."""
    label = result.reported[-1].label
    if edited:
        st.info("Edited: the published figures belong to the scenario as shipped and are not compared.")
    elif result.outcomes:
        sentence, failed = screen.verdict(result.outcomes)
        (st.error if failed else st.success)(plain("\n\n".join([sentence, *failed])))
    lines = [*screen.notes(result), *screen.price_sources(result, label)]
    st.markdown("**Notes and sources**\n\n" + "\n".join(f"- {plain(line)}" for line in lines))
    st.caption(plain(f"Policies: {screen.policies(result)}. Engine {result.engine_version}."))


def assumptions(scenario: Scenario) -> None:
    """Show what the scenario says about itself."""
    with st.expander("Modelled, not modelled, assumed"):
        st.markdown(plain(scenario.spec.description or "The scenario says nothing about itself."))


def downloads(scenario: Scenario, result: Result, name: str) -> None:
    """Offer the scenario and the result as files, built when they are asked for."""
    st.download_button(
        "Scenario (YAML)",
        partial(to_yaml, scenario),
        f"{name}.yaml",
        "application/yaml",
        key="download_yaml",
        on_click="ignore",
        width="stretch",
    )
    st.download_button(
        "Result (JSON)",
        partial(to_json, result),
        f"{name}.json",
        "application/json",
        key="download_json",
        on_click="ignore",
        width="stretch",
    )
    st.caption("The same figures on the command line:")
    st.code(f"treasury-sim run {name}.yaml", language=None, wrap_lines=True)


def _table(title: str, table: screen.ScreenTable) -> None:
    st.html(screen.as_html(title, table))
