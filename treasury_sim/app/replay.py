"""One path on a page: finding, bridge, statement, prices, quarters, lots, what the run has to say about itself."""

from __future__ import annotations

from datetime import date

import streamlit as st

from treasury_sim.app import parts
from treasury_sim.domain.periods import Period
from treasury_sim.domain.result import Result
from treasury_sim.report.charts.prices import price_chart, price_path
from treasury_sim.report.charts.quarters import remeasurement_bars, remeasurement_chart
from treasury_sim.report.charts.waterfall import waterfall, waterfall_chart
from treasury_sim.report.finding import headline
from treasury_sim.report.tables.expected import has_evidence, missed, verdict
from treasury_sim.report.tables.lots import lots_sentence, lots_table, price_sources
from treasury_sim.report.tables.statement import income_bridge, policies_sentence, position
from treasury_sim.report.words import in_titles

EDITED = "Edited: the expected figures belong to the scenario as opened and are not compared."
ONE_PATH = "One path of a simulation: the expected figures of the scenario are those of its mean and are not compared."


def show(result: Result, period: Period, base: Result | None, *, not_compared: str = "") -> None:
    """Show one period of a result of one path, below its headline.

    Parameters
    ----------
    period
        A quarter, or several as one; balances and lots are those at its end.
    base
        The run to compare the key figures with, if there is one.
    not_compared
        Why the expected figures are not those of this result; empty if they are.
    """
    last = result.timeline.quarters[period.quarters[-1]]
    parts.figures(result, period.label, base)
    _bridge(result, period.label, parts.choose("Bridge drawn under", list(result.statements), "drawn"))
    parts.table(income_bridge(result, period.label))
    parts.table(position(result, period.label))
    _prices(result, last.label, result.timeline.quarters[period.quarters[0]].start)
    parts.chart(remeasurement_chart(remeasurement_bars(result), currency=result.currency), "quarters")
    _lots(result, last.label)
    _checks(result, last.label, not_compared)


def _bridge(result: Result, label: str, key: str) -> None:
    drawn = waterfall_chart(
        waterfall(result, key, label),
        title=headline(result, key, label),
        subtitle=parts.framework(key),
        currency=result.currency,
    )
    parts.chart(drawn, "bridge")


def _prices(result: Result, label: str, since: date) -> None:
    for asset in result.holdings:
        path = price_path(result, asset, label, since)
        if path.daily:
            parts.chart(price_chart(path, currency=result.currency), f"price_{asset}")


def _lots(result: Result, label: str) -> None:
    st.markdown(f"**{parts.plain(f'Lots at the end of {label}')}**")
    st.caption(parts.plain(lots_sentence(result, label)))
    parts.frame(lots_table(result, label), height=360)


def _checks(result: Result, label: str, not_compared: str) -> None:
    if not_compared:
        st.info(not_compared)
    elif result.outcomes:
        failed = missed(result.outcomes)
        box = st.error if failed else st.success if has_evidence(result.outcomes) else st.info
        box(parts.plain("\n\n".join([verdict(result.outcomes), *failed])))
    st.markdown("**Notes and sources**")
    parts.sentences([*map(in_titles, result.notes), *price_sources(result, label)])
    st.caption(parts.plain(f"{policies_sentence(result)} Engine {result.engine_version}."))
