"""Many paths on a page: the histogram with its tail, figures with error bars, fans, the chance of each limit."""

from __future__ import annotations

import streamlit as st

from treasury_sim.analysis.distribution import Distribution, distribution
from treasury_sim.app import parts, period
from treasury_sim.domain.lines import LINES
from treasury_sim.domain.result import Result
from treasury_sim.report import words
from treasury_sim.report.charts.paths import fan, fan_chart, histogram_chart, price_fan, price_fan_chart
from treasury_sim.report.tables import sample
from treasury_sim.report.tables.statement import period_name


def show(result: Result) -> None:
    """Show one line of a sample over one period."""
    key = parts.choose("Accounting framework", list(result.statements), "sample_framework")
    names = sample.lines_that_vary(result, key)
    if not names:
        st.info("No figure differs from path to path under this framework.")
        return
    line = parts.pick("Line", names, "sample_line", lambda name: LINES[name].title)
    shown = period.choose(result)
    spread = distribution(result, key, line, shown)
    if spread is None:
        st.info("This line was not computed for the period.")
    else:
        _line(result, spread, line, period_name(result, shown))
    parts.chart(fan_chart(fan(result, key, line), line=line, currency=result.currency), "fan")
    for asset in next(iter(result.statements.values())).assets:
        drawn = price_fan_chart(price_fan(result, asset), asset=asset, currency=result.currency)
        parts.chart(drawn, f"price_fan_{asset}")
    limits = sample.chances_table(result)
    if limits.rows:
        parts.table(limits)
    st.caption(parts.plain(f"{words.sentence(sample.sample_words(result))}. {' '.join(result.notes)}"))


def _line(result: Result, found: Distribution, line: str, label: str) -> None:
    currency = result.currency
    st.subheader(parts.plain(sample.sample_finding(found, line, label, currency)), anchor=False)
    parts.chart(histogram_chart(found, line=line, period=label, currency=currency), "histogram")
    loss = parts.amount("How likely is a loss of at least", "loss_asked", currency)
    if loss is not None:
        st.markdown(f"**{parts.plain(sample.probability_words(found, loss, label, currency))}**")
    parts.table(sample.estimates_table(found, currency))
