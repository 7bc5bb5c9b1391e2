"""One path on a page: finding, bridge, statement, prices, quarters, lots, what the run has to say about itself."""

from __future__ import annotations

from datetime import date

import streamlit as st

from treasury_sim.app import parts
from treasury_sim.domain.periods import Period
from treasury_sim.domain.result import Result
from treasury_sim.report import screen
from treasury_sim.report.charts.prices import price_chart, price_path
from treasury_sim.report.charts.quarters import remeasurement_bars, remeasurement_chart
from treasury_sim.report.charts.waterfall import waterfall, waterfall_chart
from treasury_sim.report.finding import headline, period_name
from treasury_sim.report.tables import statement as tables

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
    income = screen.statement_table(result, tables.income_bridge(result, period.label))
    parts.table(f"Income bridge, {period_name(result, period)}", income)
    position = screen.statement_table(result, tables.position(result, period.label))
    parts.table(f"Position at {last.end}", position)
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
    st.caption(parts.plain(screen.lots_sentence(result, label)))
    parts.frame(screen.lot_columns(result, label), height=360)


def _checks(result: Result, label: str, not_compared: str) -> None:
    if not_compared:
        st.info(not_compared)
    elif result.outcomes:
        verdict = screen.verdict(result.outcomes)
        box = st.error if verdict.missed else st.success if verdict.is_evidence else st.info
        box(parts.plain("\n\n".join([verdict.sentence, *verdict.missed])))
    st.markdown("**Notes and sources**")
    parts.sentences([*screen.notes(result), *screen.price_sources(result, label)])
    st.caption(parts.plain(f"Policies: {screen.policies(result)}. Engine {result.engine_version}."))
