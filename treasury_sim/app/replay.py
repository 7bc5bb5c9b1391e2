"""One path on a page: finding, bridge, statement, prices, quarters, lots, what the run has to say about itself."""

from __future__ import annotations

import streamlit as st

from treasury_sim.app import parts
from treasury_sim.domain.result import Result
from treasury_sim.report import screen, tables
from treasury_sim.report.charts.prices import price_chart, price_path
from treasury_sim.report.charts.quarters import remeasurement_bars, remeasurement_chart
from treasury_sim.report.charts.waterfall import waterfall, waterfall_chart
from treasury_sim.report.finding import headline


def show(result: Result, base: Result | None, *, edited: bool) -> None:
    """Show the last reported quarter of a result of one path, below its headline.

    Parameters
    ----------
    base
        The run to compare the key figures with, if there is one.
    edited
        Whether the published figures are of another scenario.
    """
    label = result.reported[-1].label
    parts.figures(result, base)
    _bridge(result, parts.choose("Bridge drawn under", list(result.statements), "drawn"))
    parts.table(f"Income bridge, {label}", screen.statement_table(result, tables.income_bridge(result, label)))
    position = screen.statement_table(result, tables.position(result, label))
    parts.table(f"Position at {result.reported[-1].end}", position)
    _prices(result)
    parts.chart(remeasurement_chart(remeasurement_bars(result), currency=result.currency), "quarters")
    _lots(result)
    _checks(result, edited=edited)


def _bridge(result: Result, key: str) -> None:
    label = result.reported[-1].label
    drawn = waterfall_chart(
        waterfall(result, key, label),
        title=headline(result, key, label),
        subtitle=parts.framework(key),
        currency=result.currency,
    )
    parts.chart(drawn, "bridge")


def _prices(result: Result) -> None:
    label = result.reported[-1].label
    for asset in result.holdings:
        path = price_path(result, asset, label)
        if path.daily:
            parts.chart(price_chart(path, currency=result.currency), f"price_{asset}")


def _lots(result: Result) -> None:
    label = result.reported[-1].label
    st.markdown(f"**Lots at the end of {label}**")
    st.caption(parts.plain(screen.lots_sentence(result, label)))
    parts.frame(screen.lot_columns(result, label), height=360)


def _checks(result: Result, *, edited: bool) -> None:
    label = result.reported[-1].label
    if edited:
        st.info("Edited: the published figures belong to the scenario as opened and are not compared.")
    elif result.outcomes:
        sentence, failed = screen.verdict(result.outcomes)
        (st.error if failed else st.success)(parts.plain("\n\n".join([sentence, *failed])))
    st.markdown("**Notes and sources**")
    parts.sentences([*screen.notes(result), *screen.price_sources(result, label)])
    st.caption(parts.plain(f"Policies: {screen.policies(result)}. Engine {result.engine_version}."))
